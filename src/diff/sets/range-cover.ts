// Which numbers a field has, in as few ranges as can be: those that it has, or those that it lacks.
import type { Range } from '../../kernel/range.js'
import type { Field, FieldName } from '../../packets/fields.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Numbers } from '../difference.js'

/** More are not read by anybody. */
export const MAX_RANGES = 12

/** Leaf 1 of those that it has, 2 of those that it lacks; what is neither does not matter. */
export const careSet = (
  { orElse, mapTerminals, difference }: PacketSpace,
  has: PacketSet,
  could: PacketSet,
): PacketSet =>
  orElse(
    has,
    mapTerminals(difference(could, has), () => 2),
  )

/** `could`: what the field can be at all; both ask its bits alone. */
export function numbersOf(space: PacketSpace, name: FieldName, has: PacketSet, could: PacketSet): Numbers {
  const segments = segmentsOf(space, space.fields[name], careSet(space, has, could))
  if (segments === undefined)
    return { in: [hullOf(space, space.fields[name], has)], except: [], isRough: true }
  const [own, others] = [rangesOf(segments, 1), rangesOf(segments, 2)]
  if (Math.min(own.length, others.length) > MAX_RANGES)
    return { in: [hullOf(space, space.fields[name], has)], except: [], isRough: true }
  return own.length <= others.length ? { in: own, except: [] } : { in: [], except: others }
}

interface Segment extends Range {
  readonly label: number
}

/** More than this many pieces are no ranges. */
const MAX_SEGMENTS = 1024

function segmentsOf(
  { bitOf, lowOf, highOf }: PacketSpace,
  { first, width }: Field,
  labels: PacketSet,
): readonly Segment[] | undefined {
  const segments: Segment[] = []
  const walk = (diagram: PacketSet, depth: number, start: number): boolean => {
    const bit = bitOf(diagram)
    const size = 2 ** (width - depth)
    if (bit >= first + width) {
      const label = diagram === EMPTY ? 0 : lowOf(diagram)
      const last = segments.at(-1)
      if (last?.label === label) segments[segments.length - 1] = { ...last, last: start + size - 1 }
      else segments.push({ first: start, last: start + size - 1, label })
      return segments.length <= MAX_SEGMENTS
    }
    const isHere = bit === first + depth
    return (
      walk(isHere ? lowOf(diagram) : diagram, depth + 1, start) &&
      walk(isHere ? highOf(diagram) : diagram, depth + 1, start + size / 2)
    )
  }
  return walk(labels, 0, 0) ? segments : undefined
}

/** Of one label, over whatever does not matter. */
function rangesOf(segments: readonly Segment[], label: number): readonly Range[] {
  const ranges: Range[] = []
  let isOpen = false
  for (const segment of segments) {
    if (segment.label === label) {
      const last = ranges.at(-1)
      if (isOpen && last !== undefined) ranges[ranges.length - 1] = { ...last, last: segment.last }
      else ranges.push({ first: segment.first, last: segment.last })
      isOpen = true
    } else if (segment.label !== 0) isOpen = false
  }
  return ranges
}

/** From the first to the last of a set that is not empty. */
function hullOf({ bitOf, lowOf, highOf }: PacketSpace, { first, width }: Field, has: PacketSet): Range {
  const end = (isHigh: boolean): number => {
    let value = 0
    let diagram = has
    for (let depth = 0; depth < width; depth++) {
      const isHere = bitOf(diagram) === first + depth
      const wanted = isHere ? (isHigh ? highOf(diagram) : lowOf(diagram)) : diagram
      const isTaken = wanted !== EMPTY
      if (isHere) diagram = isTaken ? wanted : isHigh ? lowOf(diagram) : highOf(diagram)
      if (isHigh === isTaken) value += 2 ** (width - depth - 1)
    }
    return value
  }
  return { first: end(false), last: end(true) }
}
