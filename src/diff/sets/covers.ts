// Minimal covers: the values that a set of packets has in one field, as few ranges, prefixes or marks as possible.
import { addressFromValue } from '../../kernel/address.js'
import type { Fwmark } from '../../kernel/fwmark.js'
import type { Prefix } from '../../kernel/prefix.js'
import type { Range } from '../../kernel/range.js'
import type { Field, FieldName } from '../../packets/fields.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Addresses, MarkSet, Numbers } from '../difference.js'

/** Longer lists are replaced by an approximation. */
const MAX_VALUES = 12

/** Terminal 1 for the values of `has`, 2 for other values of `could`, 0 for values that do not matter. */
const careSet = (
  { orElse, mapTerminals, difference }: PacketSpace,
  has: PacketSet,
  could: PacketSet,
): PacketSet =>
  orElse(
    has,
    mapTerminals(difference(could, has), () => 2),
  )

/** `could`: the values that are possible at all. Both sets depend on this field alone. */
export function rangeCover(space: PacketSpace, name: FieldName, has: PacketSet, could: PacketSet): Numbers {
  const field = space.fields[name]
  const segments = segmentsOf(space, field, careSet(space, has, could))
  const [included, excluded] = [rangesOf(segments ?? [], 1), rangesOf(segments ?? [], 2)]
  if (segments === undefined || Math.min(included.length, excluded.length) > MAX_VALUES)
    return { in: [hullOf(space, field, has)], exclusions: [], isApproximate: true }
  return included.length <= excluded.length
    ? { in: included, exclusions: [] }
    : { in: [], exclusions: excluded }
}

interface Segment extends Range {
  readonly label: number
}

const MAX_SEGMENTS = 1024

/** undefined if there are too many. */
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

/** Ranges of one label; they may extend over values that do not matter. */
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

/** From the lowest to the highest value of a set that is not empty. */
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

type Label = 1 | 2
const other = (label: Label): Label => (label === 1 ? 2 : 1)

/** As `rangeCover`, for addresses. */
export function prefixCover(
  space: PacketSpace,
  name: 'src' | 'dst',
  has: PacketSet,
  could: PacketSet,
): Addresses {
  const { bitOf, lowOf, highOf, family } = space
  const { first, width } = space.fields[name]
  const labels = careSet(space, has, could)
  const half = (diagram: PacketSet, depth: number): readonly [PacketSet, PacketSet] =>
    bitOf(diagram) === first + depth ? [lowOf(diagram), highOf(diagram)] : [diagram, diagram]
  const isEnd = (diagram: PacketSet): boolean => bitOf(diagram) >= first + width
  const labelAt = (diagram: PacketSet): number => (diagram === EMPTY ? 0 : lowOf(diagram))

  // The longest prefix decides: count the prefixes that are needed below one of label `around`.
  const known = new Map<number, number>()
  const cost = (diagram: PacketSet, depth: number, around: Label): number => {
    if (isEnd(diagram)) return labelAt(diagram) === other(around) ? 1 : 0
    const key = (diagram * (width + 1) + depth) * 2 + around - 1
    const before = known.get(key)
    if (before !== undefined) return before
    const least = Math.min(
      sum(diagram, depth, around),
      1 + sum(diagram, depth, other(around)),
      MAX_VALUES + 1,
    )
    known.set(key, least)
    return least
  }
  const sum = (diagram: PacketSet, depth: number, label: Label): number => {
    const [low, high] = half(diagram, depth)
    return cost(low, depth + 1, label) + cost(high, depth + 1, label)
  }
  const at = (value: bigint, length: number): Prefix => ({
    family,
    address: addressFromValue(family, value << BigInt(width - length)),
    length,
  })
  const found: Record<Label, Prefix[]> = { 1: [], 2: [] }
  const walk = (diagram: PacketSet, depth: number, value: bigint, around: Label): void => {
    if (cost(diagram, depth, around) === 0) return
    const isTurning = isEnd(diagram) || sum(diagram, depth, around) > 1 + sum(diagram, depth, other(around))
    const label = isTurning ? other(around) : around
    if (isTurning) found[label].push(at(value, depth))
    if (isEnd(diagram)) return
    const [low, high] = half(diagram, depth)
    walk(low, depth + 1, value << 1n, label)
    walk(high, depth + 1, (value << 1n) | 1n, label)
  }
  /** The longest prefix that contains the whole set. */
  const hull = (): readonly Prefix[] => {
    let diagram = has
    let value = 0n
    for (let depth = 0; ; depth++) {
      const [low, high] = half(diagram, depth)
      if (isEnd(diagram) || (low !== EMPTY && high !== EMPTY)) return depth === 0 ? [] : [at(value, depth)]
      value = (value << 1n) | (low === EMPTY ? 1n : 0n)
      diagram = low === EMPTY ? high : low
    }
  }
  const around: Label = cost(labels, 0, 2) <= cost(labels, 0, 1) ? 2 : 1
  if (cost(labels, 0, around) > MAX_VALUES) return { in: hull(), exclusions: [], isApproximate: true }
  walk(labels, 0, 0n, around)
  const isNested = around === 1 && found[1].length > 0
  return { in: [...(isNested ? [at(0n, 0)] : []), ...found[1]], exclusions: found[2] }
}

/** Marks, each a value with the bits that count. Every value is possible. */
export function maskCover(space: PacketSpace, name: 'mark' | 'tos', has: PacketSet): MarkSet {
  const included = cubesOf(space, space.fields[name], has)
  const excluded = cubesOf(space, space.fields[name], space.complement(has))
  if (included !== undefined && included.length <= (excluded?.length ?? MAX_VALUES))
    return { in: included, exclusions: [] }
  return excluded === undefined
    ? { in: [], exclusions: [], isApproximate: true }
    : { in: [], exclusions: excluded }
}

/** undefined if there are too many. */
function cubesOf(
  { bitOf, lowOf, highOf }: PacketSpace,
  { first, width }: Field,
  set: PacketSet,
): readonly Fwmark[] | undefined {
  const cubes: Fwmark[] = []
  const walk = (diagram: PacketSet, value: number, mask: number): boolean => {
    if (diagram === EMPTY) return true
    const bit = bitOf(diagram)
    if (bit >= first + width) return cubes.push({ value, mask }) <= MAX_VALUES
    const weight = 2 ** (first + width - 1 - bit)
    return walk(lowOf(diagram), value, mask + weight) && walk(highOf(diagram), value + weight, mask + weight)
  }
  return walk(set, 0, 0) ? cubes : undefined
}
