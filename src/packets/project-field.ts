// Projection of a packet set onto one field.
import { memoize } from '../stdlib/memoize.js'
import type { Field, FieldName } from './fields.js'
import { UNIVERSE, EMPTY, type NodeId } from './bdd-nodes.js'
import type { PacketSet, PacketSpace } from './packet-space.js'

/** All packets whose field has a value that occurs in the set. The result tests the bits of that field only. */
export function project(space: PacketSpace, set: PacketSet, name: FieldName): PacketSet {
  const { bitOf, lowOf, highOf, node, orElse } = space
  const { first, width }: Field = space.fields[name]
  const walk: (diagram: NodeId) => NodeId = memoize((diagram) => {
    const bit = bitOf(diagram)
    if (bit >= first + width) return diagram === EMPTY ? EMPTY : UNIVERSE
    const low = walk(lowOf(diagram))
    const high = walk(highOf(diagram))
    return bit < first ? orElse(low, high) : node(bit, low, high)
  })
  return walk(set)
}
