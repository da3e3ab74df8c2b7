// Which marks a field has, each a value with the bits that count: those that it has, or those that it lacks.
import type { Fwmark } from '../../kernel/fwmark.js'
import type { Field } from '../../packets/fields.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { MarkSet } from '../difference.js'
import { MAX_RANGES } from './range-cover.js'

/** Every value can be: `has` is told by itself. */
export function marksOf(space: PacketSpace, name: 'mark' | 'tos', has: PacketSet): MarkSet {
  const own = cubesOf(space, space.fields[name], has)
  const others = cubesOf(space, space.fields[name], space.complement(has))
  if (own !== undefined && own.length <= (others?.length ?? MAX_RANGES)) return { in: own, except: [] }
  return others === undefined ? { in: [], except: [], isRough: true } : { in: [], except: others }
}

/** undefined where there are too many. */
function cubesOf(
  { bitOf, lowOf, highOf }: PacketSpace,
  { first, width }: Field,
  set: PacketSet,
): readonly Fwmark[] | undefined {
  const cubes: Fwmark[] = []
  const walk = (diagram: PacketSet, value: number, mask: number): boolean => {
    if (diagram === EMPTY) return true
    const bit = bitOf(diagram)
    if (bit >= first + width) return cubes.push({ value, mask }) <= MAX_RANGES
    const weight = 2 ** (first + width - 1 - bit)
    return walk(lowOf(diagram), value, mask + weight) && walk(highOf(diagram), value + weight, mask + weight)
  }
  return walk(set, 0, 0) ? cubes : undefined
}
