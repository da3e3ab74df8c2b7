// Which marks a field has, each a value with the bits that count: those that it has, or those that it lacks.
import type { Fwmark } from '../kernel/fwmark.js'
import type { Field } from '../packets/fields.js'
import { NOTHING } from '../packets/nodes.js'
import type { PacketSet, PacketSpace } from '../packets/space.js'
import type { Marks } from './difference.js'
import { MOST } from './numbers.js'

/** Every value can be: `has` is told by itself. */
export function marksOf(space: PacketSpace, name: 'mark' | 'tos', has: PacketSet): Marks {
  const own = cubesOf(space, space.fields[name], has)
  const others = cubesOf(space, space.fields[name], space.not(has))
  if (own !== undefined && own.length <= (others?.length ?? MOST)) return { in: own, except: [] }
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
    if (diagram === NOTHING) return true
    const bit = bitOf(diagram)
    if (bit >= first + width) return cubes.push({ value, mask }) <= MOST
    const weight = 2 ** (first + width - 1 - bit)
    return walk(lowOf(diagram), value, mask + weight) && walk(highOf(diagram), value + weight, mask + weight)
  }
  return walk(set, 0, 0) ? cubes : undefined
}
