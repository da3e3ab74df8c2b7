// Packets that a selector takes, the likely ones first: what the look-up is asked with, and what examples show.
import type { Address } from '../kernel/address.js'
import { addressFromValue, addressValue } from '../kernel/address.js'
import { addressBits, type Family } from '../kernel/family.js'
import { loopback, type LinkName } from '../kernel/link.js'
import { containsAddress, networkOf, type Prefix } from '../kernel/prefix.js'
import type { Range } from '../kernel/range.js'
import type { Selector } from '../kernel/rule.js'
import type { Packet } from '../lookup/lookup.js'
import type { PlannedLink } from '../plan/plan.js'
import type { Host } from './host.js'

/** Some of the packets that the selector takes; to `dst` alone where it is given and the selector allows it. */
export function packetsOf(host: Host, family: Family, selector: Selector, dst?: Address): readonly Packet[] {
  if (selector.not === true) return packetsWithout(host, family, selector, dst)
  const { to, iif, oif, fwmark, tos, ipproto, sport, dport, uidrange } = selector
  if (dst !== undefined && to !== undefined && !containsAddress(to, dst)) return []
  const targets = dst !== undefined ? [dst] : to === undefined ? [host.outside(family)] : hostsIn(host, to)
  const rest = {
    ...(fwmark === undefined ? {} : { mark: fwmark.value }),
    ...(tos === undefined ? {} : { tos }),
    ...(ipproto === undefined ? {} : { ipproto }),
    ...(sport === undefined ? {} : { sport: sport.first }),
    ...(dport === undefined ? {} : { dport: dport.first }),
  }
  const plain = sourcesOf(host, family, selector).flatMap((source) =>
    targets.map((target): Packet => ({ family, dst: target, ...source, ...rest, ...uidOf(uidrange) })),
  )
  const others = [
    ...lastOf(sport, 'sport'),
    ...lastOf(dport, 'dport'),
    ...lastOf(uidrange, 'uid'),
    ...(fwmark === undefined ? [] : [{ mark: (fwmark.value | ~fwmark.mask) >>> 0 }]),
    ...(oif === undefined && iif === undefined && fwmark === undefined ? [{ mark: 0xffffffff }] : []),
  ]
  return [
    ...plain,
    ...others.flatMap((other) => plain.slice(0, 4).map((packet) => ({ ...packet, ...other }))),
  ]
}

/** What the whole-rule inversion takes: packets that lack one of the words. */
function packetsWithout(
  host: Host,
  family: Family,
  { not: _not, ...words }: Selector,
  dst: Address | undefined,
): readonly Packet[] {
  const { from, to, iif, oif, fwmark, ipproto, uidrange } = words
  const far = host.outside(family)
  const all = packetsOf(host, family, {}, dst)
  const other = host.plan.links.find(({ name }) => name !== iif && name !== oif)?.name
  return all.flatMap((packet): readonly Packet[] => {
    if (from !== undefined)
      return packet.src === undefined || !containsAddress(from, packet.src) ? [packet] : []
    if (to !== undefined)
      return containsAddress(to, packet.dst) && dst === undefined ? [{ ...packet, dst: far }] : [packet]
    if (iif !== undefined)
      return (packet.iif ?? loopback) !== iif
        ? [packet]
        : other === undefined
          ? []
          : [{ ...packet, src: packet.src ?? far, iif: other }]
    if (fwmark !== undefined) {
      const mark = fwmark.value === 0 ? fwmark.mask : 0
      return [mark === 0 ? packet : { ...packet, mark }]
    }
    if (uidrange !== undefined)
      return [{ ...packet, uid: uidrange.first > 0 ? uidrange.first - 1 : uidrange.last + 1 }]
    if (ipproto !== undefined) return [{ ...packet, ipproto: ipproto === 6 ? 17 : 6 }]
    return [packet]
  })
}

type Source = Pick<Packet, 'src' | 'iif' | 'oif'>

/** Own packets have an own address or none yet; what is forwarded comes in by the link that its source is on. */
function sourcesOf(host: Host, family: Family, { from, iif, oif, uidrange }: Selector): readonly Source[] {
  const bound = oif === undefined ? {} : { oif }
  const isOwnAlone = oif !== undefined || iif === loopback || (uidrange !== undefined && uidrange.first > 0)
  const own = (src: Address): Source => ({ src, ...(iif === undefined ? {} : { iif }), ...bound })
  const forwarded = (src: Address, link: LinkName): Source => ({ src, iif: iif ?? link, ...bound })
  const lan = host.inner.find((link) => link.addresses.some((prefix) => prefix.family === family))
  if (from !== undefined) {
    const hosts = hostsIn(host, from)
    const link = linkOf(host, from) ?? lan ?? host.plan.links[0]
    const owns = ownIn(host, from).map(own)
    const strangers = hosts
      .filter(({ text }) => !host.ownAddresses.has(text))
      .map((src) => (isOwnAlone || link === undefined ? own(src) : forwarded(src, link.name)))
    return isOwnAlone ? [...owns, ...strangers] : [...strangers, ...owns]
  }
  const isForwardedAlone = iif !== undefined && iif !== loopback
  const nobody: Source = { ...(iif === undefined ? {} : { iif }), ...bound }
  const neighbours = (
    isForwardedAlone ? host.plan.links.filter(({ name }) => name === iif) : lan === undefined ? [] : [lan]
  )
    .flatMap((link) =>
      link.addresses.filter((prefix) => prefix.family === family).map((prefix) => ({ link, prefix })),
    )
    .flatMap(({ link, prefix }) =>
      hostsIn(host, networkOf(prefix))
        .slice(0, 1)
        .map((src) => forwarded(src, link.name)),
    )
  if (isForwardedAlone) return [...neighbours, { ...nobody, src: host.outside(family) }]
  return isOwnAlone ? [nobody] : [nobody, ...neighbours]
}

function linkOf(host: Host, prefix: Prefix): PlannedLink | undefined {
  return host.plan.links.find((link) =>
    link.addresses.some(
      (own) => own.family === prefix.family && containsAddress(networkOf(own), prefix.address),
    ),
  )
}

const ownIn = (host: Host, prefix: Prefix): readonly Address[] =>
  host.plan.links
    .flatMap(({ addresses }) => addresses)
    .filter(({ address }) => containsAddress(prefix, address))
    .map(({ address }) => address)

const uidOf = (uidrange: Range | undefined): Pick<Packet, 'uid'> =>
  uidrange === undefined ? {} : { uid: uidrange.first }

const lastOf = (range: Range | undefined, key: 'sport' | 'dport' | 'uid'): readonly Partial<Packet>[] =>
  range === undefined || range.first === range.last ? [] : [{ [key]: range.last }]

/** The seventh, as good as any, and the last but one; of small prefixes whatever there is. Own addresses come last. */
export function hostsIn(host: Host, prefix: Prefix): readonly Address[] {
  const { family, length } = prefix
  const size = 1n << BigInt(addressBits(family) - length)
  const first = addressValue(networkOf(prefix).address)
  const offsets = size > 8n ? [7n, 8n, 9n, size - 2n] : size > 2n ? [1n, 2n, size - 2n] : [0n, size - 1n]
  const found = [...new Set(offsets)].map((offset) => addressFromValue(family, first + offset))
  const isOwn = ({ text }: Address): boolean => host.ownAddresses.has(text)
  const strangers = found.filter((address) => !isOwn(address))
  const [one] = strangers
  const last = strangers.at(-1)
  const few = one === undefined ? [] : last === undefined || last === one ? [one] : [one, last]
  return [...few, ...found.filter(isOwn)]
}
