// Plausible packets: those that examples may show. The lookup accepts any packet.
import { loopback } from '../kernel/link.js'
import { hostPrefix, parsePrefix, type Prefix } from '../kernel/prefix.js'
import type { KernelPlan } from '../plan/plan.js'
import { UNIVERSE } from './bdd-nodes.js'
import type { PacketSet, PacketSpace } from './packet-space.js'

/** tcp, udp, dccp, sctp, udplite. */
const WITH_PORTS = [6, 17, 33, 132, 136]

/** Unspecified, loopback, multicast and reserved addresses (RFC 6890), and IPv6 link-local ones. */
const IMPLAUSIBLE = {
  inet: ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3'],
  inet6: ['::/127', '::ffff:0:0/96', 'fe80::/10', 'ff00::/8'],
} as const

/**
 * Packets with a protocol, with ports if the protocol has ports, and with a routable destination. A locally generated
 * packet has a local source or none (any source if a plan has dynamic addresses). A forwarded packet has a remote
 * source, no user and no bound link.
 */
export function plausiblePackets(space: PacketSpace, plans: readonly KernelPlan[]): PacketSet {
  const { family, intersect, union, complement, locallyGenerated, inPrefix, inRange, byLink } = space
  const inAny = (field: 'src' | 'dst', prefixes: readonly Prefix[]): PacketSet =>
    union(...prefixes.map((prefix) => inPrefix(field, prefix)))
  const implausible = IMPLAUSIBLE[family].flatMap((text) => parsePrefix(text) ?? [])
  const localAddresses = plans.flatMap((plan) => localPrefixes(space, plan))
  const isUnset = family === 'inet' ? inRange('src', 0, 0) : inRange('srcSet', 0, 0)
  const hasDynamic = plans.some(({ dynamic: { tables: followed } }) => followed.length > 0)
  const hasPorts = intersect(inRange('sport', 1, 65535), inRange('dport', 1, 65535))
  const hasNoPorts = intersect(inRange('sport', 0, 0), inRange('dport', 0, 0))
  const withPorts = union(...WITH_PORTS.map((protocol) => inRange('ipproto', protocol, protocol)))
  const isSet = complement(isUnset)
  return intersect(
    complement(inAny('dst', implausible)),
    union(
      intersect(withPorts, hasPorts),
      intersect(complement(union(withPorts, inRange('ipproto', 0, 0))), hasNoPorts),
    ),
    union(
      intersect(
        locallyGenerated,
        complement(byLink('oif', loopback)),
        complement(inRange('uid', 0xffffffff, 0xffffffff)),
        hasDynamic ? UNIVERSE : union(isUnset, inAny('src', localAddresses)),
      ),
      intersect(
        complement(locallyGenerated),
        byLink('oif', undefined),
        inRange('uid', 0, 0),
        isSet,
        complement(inAny('src', [...implausible, ...localAddresses])),
      ),
    ),
  )
}

/** Sources of locally generated packets. */
const localPrefixes = (
  { family }: PacketSpace,
  { state: { routes, links } }: KernelPlan,
): readonly Prefix[] =>
  [
    ...routes.filter(({ type }) => type === 'local').map(({ dst }) => dst),
    ...links.flatMap(({ addresses }) => addresses.map(({ address }) => hostPrefix(address))),
  ].filter((prefix) => prefix.family === family)
