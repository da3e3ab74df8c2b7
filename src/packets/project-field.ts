// What one field of a set of packets can be, whatever the others are.
import type { Field, FieldName } from './fields.js'
import { UNIVERSE, EMPTY, type NodeId } from './bdd-nodes.js'
import type { PacketSet, PacketSpace } from './packet-space.js'

/** All packets whose field is one that a packet of the set has; asks the bits of that field alone. */
export function project(space: PacketSpace, set: PacketSet, name: FieldName): PacketSet {
  const { bitOf, lowOf, highOf, node, orElse } = space
  const { first, width }: Field = space.fields[name]
  const done = new Map<NodeId, NodeId>()
  const walk = (diagram: NodeId): NodeId => {
    const bit = bitOf(diagram)
    if (bit >= first + width) return diagram === EMPTY ? EMPTY : UNIVERSE
    const known = done.get(diagram)
    if (known !== undefined) return known
    const low = walk(lowOf(diagram))
    const high = walk(highOf(diagram))
    const result = bit < first ? orElse(low, high) : node(bit, low, high)
    done.set(diagram, result)
    return result
  }
  return walk(set)
}
