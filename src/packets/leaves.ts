// The set of each leaf of a function, all at once: of many leaves that is far less than one after the other.
import { LEAF, NOTHING, type Diagram } from './nodes.js'
import type { PacketSet, PacketSpace } from './space.js'

/** Without nothing. */
export function setsOfLeaves(
  { bitOf, lowOf, highOf, node, leaf }: PacketSpace,
  inner: Diagram,
): ReadonlyMap<number, PacketSet> {
  const known = new Map<Diagram, ReadonlyMap<number, PacketSet>>([[NOTHING, new Map()]])
  const walk = (diagram: Diagram): ReadonlyMap<number, PacketSet> => {
    const before = known.get(diagram)
    if (before !== undefined) return before
    const bit = bitOf(diagram)
    const sets = new Map<number, PacketSet>()
    if (bit === LEAF) sets.set(lowOf(diagram), leaf(1))
    else {
      const [lows, highs] = [walk(lowOf(diagram)), walk(highOf(diagram))]
      for (const [value, low] of lows) sets.set(value, node(bit, low, highs.get(value) ?? NOTHING))
      for (const [value, high] of highs) if (!lows.has(value)) sets.set(value, node(bit, NOTHING, high))
    }
    known.set(diagram, sets)
    return sets
  }
  return walk(inner)
}
