// Witness packets: the plainest packet of a set.
import type { Family } from '../kernel/family.js'
import { isHostPrefix, networkOf, overlaps, parsePrefix, type Prefix } from '../kernel/prefix.js'
import type { Packet } from '../kernel/packet.js'
import type { KernelPlan, PlannedLink } from '../plan/plan.js'
import { plausiblePackets } from './plausible.js'
import type { PacketSet, PacketSpace } from './packet-space.js'

/**
 * A packet that is in all of the sets; undefined if there is none. Deterministic. Prefers, in this order: plausible
 * packets; no bound link, mark or TOS; forwarded from a LAN of the host; TCP to port 443; a documentation address as
 * the destination.
 */
export type WitnessPicker = (...sets: readonly PacketSet[]) => Packet | undefined

/** `plans`: those of the space. */
export function createWitnessPicker(space: PacketSpace, plans: readonly KernelPlan[]): WitnessPicker {
  const preferences = preferencesOf(space, plans).map((alternatives) => ({
    alternatives,
    any: alternatives.length > MAX_CANDIDATES ? space.union(...alternatives) : undefined,
  }))
  return (...sets) => {
    let narrowed = sets
    let point = space.pickPoint(narrowed)
    if (point === undefined) return undefined
    for (const { alternatives, any } of preferences) {
      if (any !== undefined && space.pickPoint([...narrowed, any]) === undefined) continue
      for (const preference of alternatives) {
        const found = space.pickPoint([...narrowed, preference])
        if (found === undefined) continue
        narrowed = [...narrowed, preference]
        point = found
        break
      }
    }
    return space.packetAt(point)
  }
}

/** Longer lists are first tested with their union. */
const MAX_CANDIDATES = 16

/** Documentation addresses (RFC 5737, RFC 3849): in no real network, only in example plans. */
const REMOTE_ADDRESSES = {
  inet: ['203.0.113.7/32', '198.51.100.7/32', '192.0.2.7/32', '198.18.0.7/32'],
  inet6: ['2001:db8:ffff::7/128', '2001:db8:eeee::7/128', '3fff::7/128'],
} as const satisfies Record<Family, readonly string[]>

/** Lists of alternatives by importance. The first alternative of each list that is possible applies. */
function preferencesOf(space: PacketSpace, plans: readonly KernelPlan[]): readonly (readonly PacketSet[])[] {
  const { family, intersect, union, complement, locallyGenerated, byLink, inRange, inPrefix, masked } = space
  const uplinks = new Set(plans.flatMap(({ intent: { gateways } }) => gateways.map(({ link }) => link)))
  const links = plans.flatMap((plan) => plan.state.links)
  const networksOf = (link: PlannedLink): readonly Prefix[] =>
    link.addresses.filter((address) => address.family === family && !isHostPrefix(address)).map(networkOf)
  const neighbours = (of: readonly PlannedLink[]): readonly PacketSet[] =>
    of.flatMap((link) =>
      networksOf(link).map((network) => intersect(byLink('iif', link.name), inPrefix('src', network))),
    )
  const networks = links.flatMap(networksOf)
  const remote = REMOTE_ADDRESSES[family]
    .flatMap((text) => parsePrefix(text) ?? [])
    .filter((prefix) => !networks.some((network) => overlaps(network, prefix)))
  const isUnset = family === 'inet' ? inRange('src', 0, 0) : inRange('srcSet', 0, 0)
  const exactly = (field: 'ipproto' | 'dport' | 'sport' | 'uid' | 'mark' | 'tos', value: number): PacketSet =>
    inRange(field, value, value)
  const tcp = exactly('ipproto', 6)
  const udp = exactly('ipproto', 17)
  // Neither the network address nor the broadcast address of a small network.
  const hostAddresses = (field: 'src' | 'dst'): readonly PacketSet[] => [
    masked(field, 7, 255),
    masked(field, 7, 15),
    masked(field, 2, 3),
  ]
  return [
    [plausiblePackets(space, plans)],
    [byLink('oif', undefined)],
    [exactly('mark', 0)],
    [exactly('tos', 0)],
    [
      ...neighbours(links.filter(({ name }) => !uplinks.has(name))),
      intersect(locallyGenerated, isUnset),
      locallyGenerated,
      ...neighbours(links),
      complement(space.byOtherLink('iif')),
    ],
    [intersect(locallyGenerated, exactly('uid', 1000)), exactly('uid', 0)],
    [
      intersect(tcp, exactly('dport', 443)),
      intersect(udp, exactly('dport', 53)),
      intersect(tcp, union(...[25, 80, 22].map((port) => exactly('dport', port)))),
      tcp,
      udp,
      exactly('ipproto', family === 'inet' ? 1 : 58),
    ],
    remote.map((prefix) => inPrefix('dst', prefix)),
    hostAddresses('dst'),
    hostAddresses('src'),
    [exactly('sport', 40000), inRange('sport', 32768, 60999)],
  ]
}
