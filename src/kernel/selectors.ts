// Selectors of ip-rule(8): their arguments, the packets that they match, and the versions that have them.
import { addressValue } from './address.js'
import { addressBits, type Family } from './family.js'
import { formatFwmark } from './fwmark.js'
import type { LinkName } from './link.js'
import { addressWords, type AddressWords, type Packet, type PreparedPacket } from './packet.js'
import { formatPrefixShort, type Prefix } from './prefix.js'
import { formatRange, formatRangeFull, type Range } from './range.js'
import type { Selector, SelectorValues } from './rule.js'

/** Without `not`, which inverts all of them. */
export type SelectorName = keyof SelectorValues

/** A condition on one field of the packet. */
export type FieldTest = PrefixTest | LinkTest | MaskTest | RangeTest

/** The prefix as 32-bit words with their masks. Words with an empty mask are omitted. */
export interface PrefixTest {
  readonly kind: 'prefix'
  readonly field: 'src' | 'dst'
  readonly prefix: Prefix
  readonly words: AddressWords
  readonly masks: AddressWords
}

export interface LinkTest {
  readonly kind: 'link'
  readonly field: 'iif' | 'oif'
  readonly link: LinkName
}

export interface MaskTest {
  readonly kind: 'mask'
  readonly field: 'mark' | 'tos'
  readonly value: number
  readonly mask: number
}

export interface RangeTest extends Range {
  readonly kind: 'range'
  readonly field: 'ipproto' | 'sport' | 'dport' | 'uid'
}

interface SelectorField<T> {
  /** Position in the kernel's evaluation: fib_rule_match(), then fib4_rule_match() and fib6_rule_match(). */
  readonly order: number
  /** undefined for a value that the kernel treats as no selector. */
  test(value: T, family: Family): FieldTest | undefined
  /** The argument of `ip rule`. */
  format(value: T): string
  /** The value in our JSON documents, if that is not the argument of `ip rule`. */
  toJson?(value: T): string | number
  /** The first versions with the attribute (FRA_*), where a version in use may lack it. */
  readonly since?: { readonly linux: string; readonly iproute2: string }
}

const hex = (value: number): string => `0x${value.toString(16)}`

const prefixOn = (field: PrefixTest['field']) => (prefix: Prefix) => prefixTest(field, prefix)
const linkOn = (field: LinkTest['field']) => (link: LinkName) => ({ kind: 'link', field, link }) as const
const rangeOn = (field: RangeTest['field']) => (range: Range) => ({ kind: 'range', field, ...range }) as const

/** FRA_IP_PROTO, FRA_SPORT_RANGE and FRA_DPORT_RANGE came together. */
const transport = { linux: '4.17', iproute2: '4.17' }

/** Each selector, in the order of `ip rule show`. */
export const selectors: { readonly [K in SelectorName]: SelectorField<SelectorValues[K]> } = {
  from: { order: 6, test: prefixOn('src'), format: formatPrefixShort },
  to: { order: 5, test: prefixOn('dst'), format: formatPrefixShort },
  tos: {
    order: 7,
    // IPv4 rules use the bits of RFC 1349 without the lowest (IPTOS_RT_MASK), IPv6 rules the whole DSCP.
    test: (value, family) =>
      value === 0 ? undefined : { kind: 'mask', field: 'tos', value, mask: family === 'inet' ? 0x1c : 0xfc },
    format: (value) => `0x${value.toString(16).padStart(2, '0')}`,
    toJson: hex,
  },
  fwmark: { order: 3, test: (mark) => ({ kind: 'mask', field: 'mark', ...mark }), format: formatFwmark },
  iif: { order: 1, test: linkOn('iif'), format: String },
  oif: { order: 2, test: linkOn('oif'), format: String },
  uidrange: {
    order: 4,
    test: rangeOn('uid'),
    format: formatRangeFull,
    toJson: formatRange,
    since: { linux: '4.10', iproute2: '4.10' },
  },
  ipproto: {
    order: 8,
    test: (number) => ({ kind: 'range', field: 'ipproto', first: number, last: number }),
    format: String,
    toJson: (number) => number,
    since: transport,
  },
  sport: { order: 9, test: rangeOn('sport'), format: formatRange, since: transport },
  dport: { order: 10, test: rangeOn('dport'), format: formatRange, since: transport },
  dscp: {
    order: 7,
    test: (dscp) => ({ kind: 'mask', field: 'tos', value: dscp << 2, mask: 0xfc }),
    format: String,
    toJson: (dscp) => dscp,
    since: { linux: '6.12', iproute2: '6.13' },
  },
}

export const selectorNames = Object.keys(selectors) as readonly SelectorName[]

/** A selector of the values that `read` returns. */
export const readSelector = (
  read: <K extends SelectorName>(name: K) => SelectorValues[K] | undefined,
): Partial<SelectorValues> =>
  Object.fromEntries(selectorNames.map((name) => [name, read(name)])) as Partial<SelectorValues>

/** Calls `visit` for each set selector, in the order of `names`. */
export function mapSelector<R>(
  selector: Selector,
  visit: <K extends SelectorName>(name: K, value: SelectorValues[K]) => R,
  names: readonly SelectorName[] = selectorNames,
): readonly R[] {
  const values: Partial<SelectorValues> = selector
  const visited: R[] = []
  const visitOne = <K extends SelectorName>(name: K): void => {
    const value = values[name]
    if (value !== undefined) visited.push(visit(name, value))
  }
  for (const name of names) visitOne(name)
  return visited
}

/** Names of the set selectors, with `not`. */
export const setSelectors = (selector: Selector): readonly (keyof Selector)[] => [
  ...(selector.not === true ? (['not'] as const) : []),
  ...mapSelector(selector, (name) => name),
]

export type SelectorFormats<R> = { readonly [K in SelectorName]: (value: SelectorValues[K]) => R }

/** Formats each set selector, in the order of `formats`. */
export const formatSelector = <R>(selector: Selector, formats: SelectorFormats<R>): readonly R[] =>
  mapSelector(
    selector,
    (name, value) => formats[name](value),
    Object.keys(formats) as readonly SelectorName[],
  )

/** SELECTOR of ip-rule(8), in the order of `ip rule show`. `formats` replaces formats of single selectors. */
export const selectorTokens = (
  selector: Selector,
  formats: Partial<SelectorFormats<string>> = {},
): readonly string[] => [
  ...(selector.not === true ? ['not'] : []),
  ...mapSelector(selector, (name, value) => [
    name,
    formats[name]?.(value) ?? selectors[name].format(value),
  ]).flat(),
]

export function prefixTest(field: PrefixTest['field'], prefix: Prefix): PrefixTest | undefined {
  const { family, length } = prefix
  // The kernel drops a prefix of length 0.
  if (length === 0) return undefined
  const bits = addressBits(family)
  const mask = ((1n << BigInt(length)) - 1n) << BigInt(bits - length)
  const count = Math.ceil(length / 32)
  return {
    kind: 'prefix',
    field,
    prefix,
    words: addressWords(family, addressValue(prefix.address) & mask).slice(0, count),
    masks: addressWords(family, mask).slice(0, count),
  }
}

/** The test of one selector, prepared for many packets. */
export interface Condition {
  readonly name: SelectorName
  readonly test: FieldTest
  matches(packet: PreparedPacket): boolean
}

const evaluationOrder = selectorNames.toSorted((a, b) => selectors[a].order - selectors[b].order)

/** What a packet must meet, in the kernel's order of evaluation. Ignores `not`. */
export function conditionsOf(selector: Selector, family: Family): readonly Condition[] {
  const conditions: Condition[] = []
  mapSelector(
    selector,
    (name, value) => {
      const test = selectors[name].test(value, family)
      if (test !== undefined) conditions.push({ name, test, matches: matcherOf(test) })
    },
    evaluationOrder,
  )
  return conditions
}

function matcherOf(test: FieldTest): Condition['matches'] {
  switch (test.kind) {
    case 'prefix':
      return test.field === 'src'
        ? ({ srcWords }) => srcWords !== undefined && isInPrefix(test, srcWords)
        : ({ dstWords }) => isInPrefix(test, dstWords)
    case 'link': {
      const { field, link } = test
      return field === 'iif' ? ({ iif }) => iif === link : ({ packet }) => packet.oif === link
    }
    case 'mask': {
      const { field, value, mask } = test
      return field === 'mark'
        ? ({ mark }) => ((mark ^ value) & mask) === 0
        : ({ tos }) => ((tos ^ value) & mask) === 0
    }
    case 'range': {
      const { field, first, last } = test
      if (field === 'uid') return ({ uid }) => first <= uid && uid <= last
      return ({ packet }) => {
        const value = packet[field]
        return value !== undefined && first <= value && value <= last
      }
    }
  }
}

function isInPrefix({ words, masks }: PrefixTest, address: AddressWords): boolean {
  for (let index = 0; index < words.length; index++)
    if ((((words[index] ?? 0) ^ (address[index] ?? 0)) & (masks[index] ?? 0)) !== 0) return false
  return true
}

/** Whether some value of the field meets both. */
export function testsOverlap(a: FieldTest, b: FieldTest): boolean {
  if (a.kind === 'prefix' && b.kind === 'prefix') return prefixesOverlap(a, b)
  if (a.kind === 'link' && b.kind === 'link') return a.link === b.link
  if (a.kind === 'mask' && b.kind === 'mask') return ((a.value ^ b.value) & a.mask & b.mask) === 0
  return a.kind !== 'range' || b.kind !== 'range' || (a.first <= b.last && b.first <= a.last)
}

/** Whether some address is in both. */
export function prefixesOverlap(a: PrefixTest | undefined, b: PrefixTest | undefined): boolean {
  if (a === undefined || b === undefined) return true
  const count = Math.min(a.words.length, b.words.length)
  for (let index = 0; index < count; index++) {
    const mask = (a.masks[index] ?? 0) & (b.masks[index] ?? 0)
    if ((((a.words[index] ?? 0) ^ (b.words[index] ?? 0)) & mask) !== 0) return false
  }
  return true
}

/** Values for which the marks, numbers and ports of a packet meet the selector. Ignores `not`. */
export const sampleFields = (selector: Selector, family: Family): Partial<Packet> =>
  Object.fromEntries(
    conditionsOf(selector, family).flatMap(({ test }): readonly (readonly [keyof Packet, number])[] => {
      if (test.kind === 'mask') return [[test.field, test.value]]
      return test.kind === 'range' ? [[test.field, test.first]] : []
    }),
  )
