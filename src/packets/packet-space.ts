// Header space of one family: exact sets of packets over every field that a rule can select.
import { addressFromValue, addressValue } from '../kernel/address.js'
import { addressBits, type Family } from '../kernel/family.js'
import { loopback, type LinkName } from '../kernel/link.js'
import type { Prefix } from '../kernel/prefix.js'
import type { Packet } from '../kernel/packet.js'
import { conditionsOf, type FieldTest } from '../kernel/selectors.js'
import { knownLinks } from '../lookup/notes.js'
import type { KernelPlan, Selector } from '../plan/plan.js'
import { createDiagrams, type Diagrams, type Point } from './bdd.js'
import { allocateFields, type Field, type FieldName, type Fields } from './fields.js'
import { UNIVERSE, EMPTY, type NodeId } from './bdd-nodes.js'

/** A set of packets. Equal sets of one space have equal ids; EMPTY is the empty set. */
export type PacketSet = NodeId

/**
 * All packets of a family, with each field of `Packet`. An absent field has the value that the lookup uses for it: 0
 * for mark, uid and TOS, 0.0.0.0 for an IPv4 source, and for protocol and ports 0, which no selector matches. An absent
 * IPv6 source has a bit of its own. All links that no plan names are one value.
 */
export interface PacketSpace extends Diagrams {
  readonly family: Family
  /** Links with values of their own, without `lo`. */
  readonly links: readonly LinkName[]
  /** A name that represents all other links. */
  readonly otherLink: LinkName
  readonly fields: Fields
  /** The packets that a selector matches, with its `not`: fib_rule_match(). */
  setOfSelector(selector: Selector): PacketSet
  /** For IPv6 `src`, matches only packets whose source is set. */
  inPrefix(field: 'src' | 'dst', prefix: Prefix): PacketSet
  /** The values from `first` to `last`. */
  inRange(field: FieldName, first: number, last: number): PacketSet
  /** The values that equal `value` under `mask`. */
  masked(field: FieldName, value: number, mask: number): PacketSet
  /** By link. undefined means unbound for `oif`, and locally generated for `iif`. */
  byLink(field: 'iif' | 'oif', link: LinkName | undefined): PacketSet
  /** By any link except `lo` and `links`. */
  byOtherLink(field: 'iif' | 'oif'): PacketSet
  /** See `isLocallyGenerated`. */
  readonly locallyGenerated: PacketSet
  /** The packets of `set` that are not in `removed`. */
  difference(set: PacketSet, removed: PacketSet): PacketSet
  complement(set: PacketSet): PacketSet
  intersect(...sets: readonly PacketSet[]): PacketSet
  union(...sets: readonly PacketSet[]): PacketSet
  isEmpty(set: PacketSet): boolean
  /** Whether every packet of `inner` is in `outer`. */
  contains(outer: PacketSet, inner: PacketSet): boolean
  /** The point of a packet: `evaluate(set, encodePacket(packet))` is 1 if the set contains it. */
  encodePacket(packet: Packet): Point
  packetAt(point: Point): Packet
}

/**
 * Creates one space for all plans that are compared: ids of different spaces are unrelated. `maxSteps` limits all of
 * its operations together, as in `createDiagrams`.
 */
export function createSpace(family: Family, plans: readonly KernelPlan[], maxSteps = Infinity): PacketSpace {
  const named = new Set(plans.flatMap((plan) => [...knownLinks(plan)]))
  const links = [...named].filter((name) => name !== loopback)
  const otherLink = unusedLinkName(links)
  const fields = allocateFields(family, links.length)
  const diagrams = createDiagrams(maxSteps)
  const { node, restrict, subtract } = diagrams
  const complement = (set: PacketSet): PacketSet => subtract(set, UNIVERSE)
  const intersect = (...sets: readonly PacketSet[]): PacketSet =>
    sets.reduceRight((all, set) => restrict(set, all), UNIVERSE)

  /** `digits` gives the bits of the field from the most significant on; undefined matches both values. */
  const cube = ({ first, width }: Field, digits: (index: number) => boolean | undefined): PacketSet => {
    let set: PacketSet = UNIVERSE
    for (let index = width - 1; index >= 0; index--) {
      const digit = digits(index)
      if (digit === undefined) continue
      set = digit ? node(first + index, EMPTY, set) : node(first + index, set, EMPTY)
    }
    return set
  }
  const masked = (name: FieldName, value: number, mask: number): PacketSet => {
    const field = fields[name]
    const bit = (number: number, index: number) =>
      Math.floor(number / 2 ** (field.width - 1 - index)) % 2 === 1
    return cube(field, (index) => (bit(mask, index) ? bit(value, index) : undefined))
  }
  /** The values that are at least (or at most) the limit. */
  const halfLine = ({ first, width }: Field, limit: number, isAtLeast: boolean): PacketSet => {
    let set: PacketSet = UNIVERSE
    for (let index = width - 1; index >= 0; index--) {
      const bit = Math.floor(limit / 2 ** (width - 1 - index)) % 2 === 1
      const beyond = isAtLeast === bit ? EMPTY : UNIVERSE
      set = bit ? node(first + index, beyond, set) : node(first + index, set, beyond)
    }
    return set
  }
  const inRange = (name: FieldName, first: number, last: number): PacketSet => {
    const field = fields[name]
    const top = 2 ** field.width - 1
    if (first > last || first > top) return EMPTY
    return restrict(halfLine(field, first, true), halfLine(field, Math.min(last, top), false))
  }
  const isSourceSet = family === 'inet6' ? masked('srcSet', 1, 1) : UNIVERSE
  const inPrefix = (name: 'src' | 'dst', prefix: Prefix): PacketSet => {
    const value = addressValue(prefix.address)
    const top = BigInt(addressBits(family) - 1)
    const set = cube(fields[name], (index) =>
      index < prefix.length ? ((value >> (top - BigInt(index))) & 1n) === 1n : undefined,
    )
    return name === 'src' ? restrict(isSourceSet, set) : set
  }
  const codes = new Map(links.map((link, index) => [link, index + 2]))
  const codeOf = (link: LinkName): number => (link === loopback ? 1 : (codes.get(link) ?? links.length + 2))
  const byOtherLink = (name: 'iif' | 'oif'): PacketSet =>
    inRange(name, links.length + 2, 2 ** fields[name].width - 1)
  const byLink = (name: 'iif' | 'oif', link: LinkName | undefined): PacketSet => {
    if (name === 'iif' && (link === undefined || link === loopback)) return inRange(name, 0, 1)
    const code = link === undefined ? 0 : codeOf(link)
    if (code > links.length + 1) throw new Error(`the packet space has no value for link ${link}`)
    return inRange(name, code, code)
  }

  const setOfTest = (test: FieldTest): PacketSet => {
    switch (test.kind) {
      case 'prefix':
        return inPrefix(test.field, test.prefix)
      case 'link':
        return byLink(test.field, test.link)
      case 'mask':
        return masked(test.field, test.value, test.mask)
      case 'range':
        return inRange(test.field, test.first, test.last)
    }
  }
  const setOfSelector = (selector: Selector): PacketSet => {
    const matched = intersect(...conditionsOf(selector, family).map(({ test }) => setOfTest(test)))
    return selector.not === true ? complement(matched) : matched
  }

  const encodePacket = (packet: Packet): Point => {
    const values: Readonly<Record<FieldName, bigint>> = {
      oif: BigInt(packet.oif === undefined ? 0 : codeOf(packet.oif)),
      srcSet: packet.src === undefined ? 0n : 1n,
      dst: addressValue(packet.dst),
      src: packet.src === undefined ? 0n : addressValue(packet.src),
      iif: BigInt(codeOf(packet.iif ?? loopback)),
      ...numbers((name) => BigInt(packet[name] ?? 0)),
    }
    const digits: boolean[] = []
    for (const { name, first, width } of Object.values(fields))
      for (let index = 0; index < width; index++)
        digits[first + index] = ((values[name] >> BigInt(width - 1 - index)) & 1n) === 1n
    return (bit) => digits[bit] === true
  }
  const packetAt = (point: Point): Packet => {
    const valueOf = (name: FieldName): bigint => {
      const { first, width } = fields[name]
      let value = 0n
      for (let index = 0; index < width; index++) value = (value << 1n) | (point(first + index) ? 1n : 0n)
      return value
    }
    const linkAt = (name: 'iif' | 'oif'): LinkName | undefined => {
      const code = Number(valueOf(name))
      if (code < 2) return code === 1 ? loopback : undefined
      return links[code - 2] ?? otherLink
    }
    const src = valueOf('src')
    const iif = linkAt('iif')
    const isUnset = family === 'inet6' ? valueOf('srcSet') === 0n : src === 0n
    return {
      family,
      dst: addressFromValue(family, valueOf('dst')),
      src: isUnset ? undefined : addressFromValue(family, src),
      iif: iif === loopback ? undefined : iif,
      oif: linkAt('oif'),
      ...numbers((name) => Number(valueOf(name)) || undefined),
    }
  }
  return {
    ...diagrams,
    family,
    links,
    otherLink,
    fields,
    setOfSelector,
    inPrefix,
    inRange,
    masked,
    byLink,
    byOtherLink,
    locallyGenerated: byLink('iif', undefined),
    difference: (set, removed) => subtract(removed, set),
    complement,
    intersect,
    union: (...sets) => diagrams.orElseAll(sets),
    isEmpty: (set) => set === EMPTY,
    contains: (outer, inner) => subtract(outer, inner) === EMPTY,
    encodePacket,
    packetAt,
  }
}

/** Fields that are numbers in a packet. */
const numberFields = ['mark', 'ipproto', 'sport', 'dport', 'uid', 'tos'] as const
type NumberField = (typeof numberFields)[number]

const numbers = <T>(valueOf: (name: NumberField) => T): Readonly<Record<NumberField, T>> =>
  Object.fromEntries(numberFields.map((name) => [name, valueOf(name)])) as Record<NumberField, T>

/** A name that is not in the list. */
function unusedLinkName(links: readonly LinkName[]): LinkName {
  for (let index = 0; ; index++) {
    const name = `other${index}` as LinkName
    if (!links.includes(name)) return name
  }
}
