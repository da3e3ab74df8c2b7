// Minimal covers: the values that a set of packets has in one field, as few ranges, prefixes or marks as possible; and back.
import { addressFromValue } from '../../kernel/address.js'
import type { Fwmark } from '../../kernel/fwmark.js'
import type { Prefix } from '../../kernel/prefix.js'
import type { Range } from '../../kernel/range.js'
import type { Field, FieldName } from '../../packets/fields.js'
import { EMPTY, UNIVERSE } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Addresses, Links, MarkSet, Numbers } from '../difference.js'

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

type Label = 1 | 2
const other = (label: Label): Label => (label === 1 ? 2 : 1)

/** `could`: the values that are possible at all. Both sets depend on this field alone. */
export function rangeCover(space: PacketSpace, name: FieldName, has: PacketSet, could: PacketSet): Numbers {
  const { 1: included, 2: excluded } = rangesByLabel(space, space.fields[name], careSet(space, has, could))
  if (Math.min(included.length, excluded.length) > MAX_VALUES) {
    const hull = { first: included[0]?.first ?? 0, last: included.at(-1)?.last ?? 0 }
    return { in: [hull], exclusions: [], isApproximate: true }
  }
  return included.length <= excluded.length
    ? { in: included, exclusions: [] }
    : { in: [], exclusions: excluded }
}

/** Ranges of each label, in order; they may extend over values that do not matter. */
function rangesByLabel(
  { bitOf, lowOf, highOf }: PacketSpace,
  { first, width }: Field,
  labels: PacketSet,
): Readonly<Record<Label, readonly Range[]>> {
  const ranges: Record<Label, Range[]> = { 1: [], 2: [] }
  let open: Label | undefined
  const walk = (diagram: PacketSet, depth: number, start: number): void => {
    if (diagram === EMPTY) return
    const bit = bitOf(diagram)
    const size = 2 ** (width - depth)
    if (bit >= first + width) {
      const label = lowOf(diagram) === 1 ? 1 : 2
      const before = label === open ? ranges[label].pop() : undefined
      ranges[label].push({ first: before?.first ?? start, last: start + size - 1 })
      open = label
      return
    }
    const isHere = bit === first + depth
    walk(isHere ? lowOf(diagram) : diagram, depth + 1, start)
    walk(isHere ? highOf(diagram) : diagram, depth + 1, start + size / 2)
  }
  walk(labels, 0, 0)
  return ranges
}

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

/** Links of packets in `has`, which are received on them or bound to them. */
export function linkCover(
  { links: names, byLink, byOtherLink, intersect }: PacketSpace,
  name: 'iif' | 'oif',
  has: PacketSet,
  could: PacketSet,
): Links {
  const links: readonly (readonly [Links['in'][number], PacketSet])[] = [
    ...names.map((link) => [link, byLink(name, link)] as const),
    ...(name === 'oif' ? [['none', byLink(name, undefined)] as const] : []),
  ]
  const overlaps = (set: PacketSet): boolean => intersect(set, has) !== EMPTY
  const select = (isIn: boolean): Links['in'] =>
    links.flatMap(([link, set]) => (intersect(set, could) !== EMPTY && overlaps(set) === isIn ? [link] : []))
  return overlaps(byOtherLink(name))
    ? { in: [], exclusions: select(false) }
    : { in: select(true), exclusions: [] }
}

const setOfValues = <T>(
  { union, difference }: PacketSpace,
  values: { readonly in: readonly T[]; readonly exclusions: readonly T[] },
  setOf: (value: T) => PacketSet,
): PacketSet =>
  difference(
    values.in.length === 0 ? UNIVERSE : union(...values.in.map(setOf)),
    union(...values.exclusions.map(setOf)),
  )

export const setOfLinks = (space: PacketSpace, name: 'iif' | 'oif', links: Links): PacketSet =>
  setOfValues(space, links, (link) => space.byLink(name, link === 'none' ? undefined : link))

export const setOfRanges = (space: PacketSpace, name: FieldName, ranges: Numbers): PacketSet =>
  setOfValues(space, ranges, ({ first, last }) => space.inRange(name, first, last))

export const setOfMasks = (space: PacketSpace, name: 'mark' | 'tos', marks: MarkSet): PacketSet =>
  setOfValues(space, marks, ({ value, mask }) => space.masked(name, value, mask))

/** Shorter prefixes first: the longest one that contains an address decides. */
export const setOfPrefixes = (space: PacketSpace, name: 'src' | 'dst', prefixes: Addresses): PacketSet =>
  [
    ...prefixes.in.map((prefix) => ({ prefix, isIn: true })),
    ...prefixes.exclusions.map((prefix) => ({ prefix, isIn: false })),
  ]
    .toSorted((a, b) => a.prefix.length - b.prefix.length)
    .reduce(
      (set, { prefix, isIn }) =>
        isIn
          ? space.union(set, space.inPrefix(name, prefix))
          : space.difference(set, space.inPrefix(name, prefix)),
      prefixes.in.length === 0 ? UNIVERSE : EMPTY,
    )
