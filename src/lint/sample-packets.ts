// Sample packets of a selector, the likely ones first.
import { addressFromValue, addressValue, type Address } from '../kernel/address.js'
import { addressBits, type Family } from '../kernel/family.js'
import { loopback, type LinkName } from '../kernel/link.js'
import { containsAddress, isHostPrefix, networkOf, type Prefix } from '../kernel/prefix.js'
import type { Range } from '../kernel/range.js'
import type { Selector } from '../kernel/rule.js'
import { conditionsOf, sampleFields } from '../kernel/selectors.js'
import type { Packet } from '../lookup/lookup.js'
import type { LintContext } from './context.js'

/**
 * Yields some packets that the selector matches, only those to `dst` if it is set. Lazy, since the first is usually
 * enough.
 */
export function* packetsOf(
  host: LintContext,
  family: Family,
  selector: Selector,
  dst?: Address,
): Generator<Packet, undefined> {
  if (selector.not === true) return yield* packetsWithout(host, family, selector, dst)
  const { to, iif, oif, fwmark, sport, dport, uidrange } = selector
  if (dst !== undefined && to !== undefined && !containsAddress(to, dst)) return undefined
  const rest = sampleFields(selector, family)
  const plain: Packet[] = []
  for (const source of sourcesOf(host, family, selector))
    for (const target of dst !== undefined
      ? [dst]
      : to === undefined
        ? [host.remoteAddress(family)]
        : hostsIn(host, to)) {
      const packet: Packet = { family, dst: target, ...source, ...rest }
      plain.push(packet)
      yield packet
    }
  const others = [
    ...lastOf(sport, 'sport'),
    ...lastOf(dport, 'dport'),
    ...lastOf(uidrange, 'uid'),
    ...(fwmark === undefined ? [] : [{ mark: (fwmark.value | ~fwmark.mask) >>> 0 }]),
    ...(oif === undefined && iif === undefined && fwmark === undefined ? [{ mark: 0xffffffff }] : []),
  ]
  for (const other of others) for (const packet of plain.slice(0, 4)) yield { ...packet, ...other }
  return undefined
}

export function findPacket(
  packets: Iterable<Packet>,
  isWanted: (packet: Packet) => boolean,
): Packet | undefined {
  for (const packet of packets) if (isWanted(packet)) return packet
  return undefined
}

/** The first of the sample packets of all selectors that is wanted. */
export function packetIn(
  host: LintContext,
  all: readonly { readonly family: Family; readonly selector: Selector }[],
  isWanted: (packet: Packet) => boolean,
): Packet | undefined {
  for (const { family, selector } of all) {
    const found = findPacket(packetsOf(host, family, selector), isWanted)
    if (found !== undefined) return found
  }
  return undefined
}

/** Packets that an inverted selector matches: those that differ in one field. */
function* packetsWithout(
  host: LintContext,
  family: Family,
  { not: _not, ...rest }: Selector,
  dst: Address | undefined,
): Generator<Packet, undefined> {
  for (const packet of packetsOf(host, family, {}, dst)) {
    const mismatching = without(host, packet, rest, dst === undefined)
    if (mismatching !== undefined) yield mismatching
  }
  return undefined
}

/** The packet with one field changed so that the selector does not match; undefined if impossible. */
function without(
  host: LintContext,
  packet: Packet,
  rest: Selector,
  mayGoElsewhere: boolean,
): Packet | undefined {
  const { from, to, iif, oif, ipproto, uidrange } = rest
  const far = host.remoteAddress(packet.family)
  if (from !== undefined)
    return packet.src === undefined || !containsAddress(from, packet.src) ? packet : undefined
  if (to !== undefined)
    return !containsAddress(to, packet.dst) ? packet : mayGoElsewhere ? { ...packet, dst: far } : undefined
  if (iif !== undefined) {
    if ((packet.iif ?? loopback) !== iif) return packet
    const other = host.plan.state.links.find(({ name }) => name !== iif && name !== oif)
    return other === undefined ? undefined : { ...packet, src: packet.src ?? far, iif: other.name }
  }
  const [masked] = conditionsOf(rest, packet.family).flatMap(({ test }) =>
    test.kind === 'mask' ? [test] : [],
  )
  if (masked !== undefined)
    return (masked.value & masked.mask) === 0 ? { ...packet, [masked.field]: masked.mask } : packet
  if (uidrange !== undefined)
    return { ...packet, uid: uidrange.first > 0 ? uidrange.first - 1 : uidrange.last + 1 }
  return ipproto === undefined ? packet : { ...packet, ipproto: ipproto === 6 ? 17 : 6 }
}

type Source = Pick<Packet, 'src' | 'iif' | 'oif'>

/** Locally generated packets have a local source or none; forwarded ones arrive on the link of their source. */
function* sourcesOf(
  host: LintContext,
  family: Family,
  { from, iif, oif, uidrange }: Selector,
): Generator<Source, undefined> {
  const bound = oif === undefined ? {} : { oif }
  const isLocalOnly = oif !== undefined || iif === loopback || (uidrange !== undefined && uidrange.first > 0)
  const isForwardedAlone = iif !== undefined && iif !== loopback
  const own = (src?: Address): Source => ({
    src,
    ...(isForwardedAlone ? { iif } : {}),
    ...bound,
  })
  const forwarded = (src: Address, link: LinkName): Source => ({ src, iif: iif ?? link, ...bound })
  if (from !== undefined) {
    const hosts = hostsIn(host, from)
    if (isLocalOnly || isHostPrefix(from)) for (const address of host.localAddressIn(from)) yield own(address)
    for (const src of hosts) {
      if (host.localAddresses.has(src.text)) continue
      const link = isLocalOnly
        ? undefined
        : (host.linkTo(src) ?? host.lan(family)?.link ?? host.plan.state.links[0]?.name)
      yield link === undefined ? own(src) : forwarded(src, link)
    }
    if (!isLocalOnly) for (const address of host.localAddressIn(from)) yield own(address)
    return undefined
  }
  if (!isForwardedAlone) yield own()
  if (isLocalOnly) return undefined
  const lan = isForwardedAlone ? host.networkOn(iif, family) : host.lan(family)
  const [neighbour] = lan === undefined ? [] : hostsIn(host, lan.prefix)
  if (lan !== undefined && neighbour !== undefined) yield forwarded(neighbour, lan.link)
  if (isForwardedAlone) yield own(neighbourOf(host.remoteAddress(family)))
  return undefined
}

/** Another remote address: source and destination must differ. */
const neighbourOf = (address: Address): Address =>
  addressFromValue(address.family, addressValue(address) + 1n)

const lastOf = (range: Range | undefined, key: 'sport' | 'dport' | 'uid'): readonly Partial<Packet>[] =>
  range === undefined || range.first === range.last ? [] : [{ [key]: range.last }]

/** The seventh address and the last but one; any of a small prefix. Local addresses come last. */
export function hostsIn(host: LintContext, prefix: Prefix): readonly Address[] {
  const { family, length } = prefix
  if (isHostPrefix(prefix)) return [prefix.address]
  const size = 1n << BigInt(addressBits(family) - length)
  const first = addressValue(networkOf(prefix).address)
  const offsets = size > 8n ? [7n, 8n, 9n, size - 2n] : size > 2n ? [1n, 2n, size - 2n] : [0n, size - 1n]
  const found = [...new Set(offsets)].map((offset) => addressFromValue(family, first + offset))
  const isLocal = ({ text }: Address): boolean => host.localAddresses.has(text)
  const remote = found.filter((address) => !isLocal(address))
  const [one] = remote
  const last = remote.at(-1)
  const few = one === undefined ? [] : last === undefined || last === one ? [one] : [one, last]
  return [...few, ...found.filter(isLocal)]
}
