// Sets of packets of one family: everything that a rule can ask, exactly, and nothing sampled.
import { addressFromValue, addressValue } from '../kernel/address.js'
import { addressBits, type Family } from '../kernel/family.js'
import { loopback, type LinkName } from '../kernel/link.js'
import type { Prefix } from '../kernel/prefix.js'
import type { Packet } from '../lookup/packet.js'
import type { KernelPlan, Selector } from '../plan/plan.js'
import { createDiagrams, type Diagrams, type Point } from './bdd.js'
import { allocateFields, type Field, type FieldName, type Fields } from './fields.js'
import { UNIVERSE, EMPTY, type NodeId } from './bdd-nodes.js'

/** A set of packets. Two of one space are the same set exactly when they are the same number; NOTHING is the empty one. */
export type PacketSet = NodeId

/**
 * All packets of a family: each field of the look-up’s `Packet`, whatever is in it. What is absent there is a value
 * here, since the look-up treats it so: no mark is 0, no uid root’s, no TOS 0, no source 0.0.0.0 (IPv4); no protocol
 * and no port are 0, which no selector takes; no source in IPv6 is a bit of its own. Links that nobody names are one.
 */
export interface PacketSpace extends Diagrams {
  readonly family: Family
  /** Those that are told apart, `lo` left out. */
  readonly links: readonly LinkName[]
  /** A name that stands for all others. */
  readonly otherLink: LinkName
  readonly fields: Fields
  /** What the selector of a rule takes: fib_rule_match(), its `not` included. */
  setOfSelector(selector: Selector): PacketSet
  /** Of IPv6 sources only such as are chosen. */
  inPrefix(field: 'src' | 'dst', prefix: Prefix): PacketSet
  /** The numbers from `first` to `last`. */
  inRange(field: FieldName, first: number, last: number): PacketSet
  /** The numbers that are `value` in the bits of `mask`. */
  masked(field: FieldName, value: number, mask: number): PacketSet
  /** By this link; undefined: bound to none (`oif`), this host’s own (`iif`). */
  byLink(field: 'iif' | 'oif', link: LinkName | undefined): PacketSet
  /** By some link that is neither `lo` nor one of `links`. */
  byOtherLink(field: 'iif' | 'oif'): PacketSet
  /** Sent by this host, as the look-up’s `isOwn`. */
  readonly locallyGenerated: PacketSet
  /** All that are in `set` and not in `taken`. */
  difference(set: PacketSet, removed: PacketSet): PacketSet
  complement(set: PacketSet): PacketSet
  intersect(...sets: readonly PacketSet[]): PacketSet
  union(...sets: readonly PacketSet[]): PacketSet
  isEmpty(set: PacketSet): boolean
  /** Whether every packet of `inner` is in `outer`. */
  contains(outer: PacketSet, inner: PacketSet): boolean
  /** Where the packet lies: `at(diagram, pointOf(packet))` is what a diagram says of it, 1 of a set that has it. */
  encodePacket(packet: Packet): Point
  packetAt(point: Point): Packet
}

/**
 * One space for all plans whose packets are to be compared: sets of different spaces have nothing to do with each other.
 * `most`: steps that all of its sets may cost together, as `createDiagrams` has it.
 */
export function createSpace(family: Family, plans: readonly KernelPlan[], maxSteps = Infinity): PacketSpace {
  const links = linksOf(plans)
  const otherLink = unusedLinkName(links)
  const fields = allocateFields(family, links.length)
  const diagrams = createDiagrams(maxSteps)
  const { node, restrict, subtract } = diagrams
  const complement = (set: PacketSet): PacketSet => subtract(set, UNIVERSE)
  const intersect = (...sets: readonly PacketSet[]): PacketSet =>
    sets.reduceRight((all, set) => restrict(set, all), UNIVERSE)

  /** `digits`: of the field’s bits from the first on, undefined where either will do. */
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
  /** All numbers that are at least (at most) the limit. */
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
    if (code > links.length + 1) throw new Error(`the space of packets does not tell ${link} apart`)
    return inRange(name, code, code)
  }

  const setOfSelector = (selector: Selector): PacketSet => {
    const { from, to, iif, oif, fwmark, tos, ipproto, sport, dport, uidrange } = selector
    const matched = intersect(
      to === undefined ? UNIVERSE : inPrefix('dst', to),
      // A prefix of length 0 is not even kept, and so takes packets without a source, too.
      from === undefined || from.length === 0 ? UNIVERSE : inPrefix('src', from),
      oif === undefined ? UNIVERSE : byLink('oif', oif),
      iif === undefined ? UNIVERSE : byLink('iif', iif),
      fwmark === undefined ? UNIVERSE : masked('mark', fwmark.value, fwmark.mask),
      // As fib4_rule_match() and fib6_rule_match() mask it; 0 is no selector.
      tos === undefined || tos === 0 ? UNIVERSE : masked('tos', tos, family === 'inet' ? 0x1c : 0xfc),
      ipproto === undefined ? UNIVERSE : inRange('ipproto', ipproto, ipproto),
      sport === undefined ? UNIVERSE : inRange('sport', Math.max(1, sport.first), sport.last),
      dport === undefined ? UNIVERSE : inRange('dport', Math.max(1, dport.first), dport.last),
      uidrange === undefined ? UNIVERSE : inRange('uid', uidrange.first, uidrange.last),
    )
    return selector.not === true ? complement(matched) : matched
  }

  const encodePacket = (packet: Packet): Point => {
    const values: Readonly<Record<FieldName, bigint>> = {
      oif: BigInt(packet.oif === undefined ? 0 : codeOf(packet.oif)),
      srcSet: packet.src === undefined ? 0n : 1n,
      dst: addressValue(packet.dst),
      src: packet.src === undefined ? 0n : addressValue(packet.src),
      iif: BigInt(codeOf(packet.iif ?? loopback)),
      ipproto: BigInt(packet.ipproto ?? 0),
      dport: BigInt(packet.dport ?? 0),
      sport: BigInt(packet.sport ?? 0),
      mark: BigInt(packet.mark ?? 0),
      uid: BigInt(packet.uid ?? 0),
      tos: BigInt(packet.tos ?? 0),
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
    const number = (name: FieldName): number | undefined => Number(valueOf(name)) || undefined
    const src = valueOf('src')
    const iif = linkAt('iif')
    const isUnset = family === 'inet6' ? valueOf('srcSet') === 0n : src === 0n
    return withoutUndefined({
      family,
      dst: addressFromValue(family, valueOf('dst')),
      src: isUnset ? undefined : addressFromValue(family, src),
      iif: iif === loopback ? undefined : iif,
      oif: linkAt('oif'),
      mark: number('mark'),
      ipproto: number('ipproto'),
      sport: number('sport'),
      dport: number('dport'),
      uid: number('uid'),
      tos: number('tos'),
    })
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

/** All that a plan's links, rules and routes name. */
function linksOf(plans: readonly KernelPlan[]): readonly LinkName[] {
  const named = plans.flatMap(({ links, rules, routes }) => [
    ...links.map(({ name }) => name),
    ...rules.flatMap(({ selector: { iif, oif } }) => [iif ?? [], oif ?? []].flat()),
    ...routes.flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev)),
  ])
  return [...new Set(named)].filter((name) => name !== loopback)
}

/** A name that is none of these. */
function unusedLinkName(links: readonly LinkName[]): LinkName {
  for (let index = 0; ; index++) {
    const name = `other${index}` as LinkName
    if (!links.includes(name)) return name
  }
}

type Loose<T> = { readonly [Key in keyof T]: T[Key] | undefined }

const withoutUndefined = (packet: Loose<Packet>): Packet =>
  Object.fromEntries(Object.entries(packet).filter(([, value]) => value !== undefined)) as unknown as Packet
