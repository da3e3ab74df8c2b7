// Packet set of each terminal of a function, computed in one pass.
import { memoize } from '../stdlib/memoize.js'
import { TERMINAL, EMPTY, type NodeId } from './bdd-nodes.js'
import type { PacketSet, PacketSpace } from './packet-space.js'

/** Omits terminal 0. */
export function setsByTerminal(
  { bitOf, lowOf, highOf, node, terminal }: PacketSpace,
  inner: NodeId,
): ReadonlyMap<number, PacketSet> {
  const walk: (diagram: NodeId) => ReadonlyMap<number, PacketSet> = memoize((diagram) => {
    if (diagram === EMPTY) return new Map()
    const bit = bitOf(diagram)
    const sets = new Map<number, PacketSet>()
    if (bit === TERMINAL) sets.set(lowOf(diagram), terminal(1))
    else {
      const [lows, highs] = [walk(lowOf(diagram)), walk(highOf(diagram))]
      for (const [value, low] of lows) sets.set(value, node(bit, low, highs.get(value) ?? EMPTY))
      for (const [value, high] of highs) if (!lows.has(value)) sets.set(value, node(bit, EMPTY, high))
    }
    return sets
  })
  return walk(inner)
}
