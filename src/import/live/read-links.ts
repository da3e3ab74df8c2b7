// Links and addresses of a live state.
import type { Collector } from '../../found/collector.js'
import type { FoundLink } from '../../found/found.js'
import { families, type Family } from '../../kernel/family.js'
import { isLinkName, type LinkName } from '../../kernel/link.js'
import { parseMac } from '../../kernel/mac.js'
import { containsAddress, formatPrefix, isHostPrefix, networkOf, type Prefix } from '../../kernel/prefix.js'
import { RTPROT_DHCP, RTPROT_KERNEL, RTPROT_RA } from '../../kernel/protocol.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { bondModes, type VirtualLink } from '../../kernel/virtual-link.js'
import { effectiveMetric } from '../../plan/keys.js'
import { softwareOfRoute } from '../../software/attribution.js'
import type { LiveAddress, LiveLink, LiveRoute, LiveState } from '../../verify/state.js'
import type { FollowedAddresses } from './followed.js'
import { livePlace } from './place.js'

const RTPROT_BOOT = 3
const ETHERNET_MTU = 1500

export function readLiveLinks(
  { links, routes }: LiveState,
  followed: FollowedAddresses,
  collector: Collector,
): void {
  const byName = new Map(links.map((link) => [link.name, link]))
  // The peer of a veth is no lower link.
  const lower = new Set(links.flatMap(({ kind, parent }) => (kind === 'veth' ? [] : (parent ?? []))))
  const members = new Map<string, LinkName[]>()
  for (const { name, master } of links)
    if (master !== undefined && isLinkName(name)) members.set(master, [...(members.get(master) ?? []), name])
  const routed = new Set(
    routes.flatMap(({ protocol, nexthops }) =>
      protocol === RTPROT_KERNEL ? [] : nexthops.map(({ dev }) => dev),
    ),
  )
  for (const live of links) {
    if (live.name === 'lo') {
      for (const { address } of live.addresses.filter(({ scope }) => scope === 'global'))
        collector.unknown(
          livePlace(`address ${formatPrefix(address)} dev lo`),
          'a description has no addresses of lo',
        )
      continue
    }
    const place = livePlace(`link ${live.name}`)
    const statics = live.addresses.filter(({ scope }) => scope === 'global' || scope === 'site')
    const isUsed =
      statics.length > 0 || lower.has(live.name) || live.master !== undefined || routed.has(live.name)
    const kind = kindOf(live)
    if (!isUsed && kind !== 'made' && (kind === 'other' || !live.isUp || live.kind === 'veth')) {
      collector.withoutEffect(place, 'the link has no address and no route')
      continue
    }
    const link = collector.link(live.name, place)
    if (link === undefined) continue
    link.managed = kind !== 'other'
    if (!link.managed)
      collector.withoutEffect(
        place,
        `another program makes this link${live.kind === undefined ? '' : ` (${live.kind})`}`,
      )
    const virtual = virtualOf(live, members.get(live.name) ?? [])
    if (virtual !== undefined) link.virtual = virtual
    const mtu = mtuOf(live, byName, members.get(live.name) ?? [])
    if (mtu !== undefined) link.mtu = mtu
    if (live.permanentMac !== undefined && byName.get((live.master ?? '') as LinkName)?.kind !== 'bond')
      link.mac = live.mac
    readAddresses(link, statics, followed.get(live.name) ?? [], routes)
  }
}

/** `card`: nothing makes it. In a container a card is one end of a veth pair. */
function kindOf({ name, kind, mac }: LiveLink): 'card' | 'made' | 'other' {
  const [owner] = softwareOfRoute({ table: RT_TABLE_MAIN, dev: name })
  if (owner?.traits.includes('link') === true) return 'other'
  if (kind === undefined || kind === 'veth')
    return mac === undefined || parseMac(mac) !== undefined ? 'card' : 'other'
  return ['vlan', 'bond', 'bridge', 'vrf'].includes(kind) ? 'made' : 'other'
}

function virtualOf(live: LiveLink, members: readonly LinkName[]): VirtualLink | undefined {
  switch (live.kind) {
    case 'vlan':
      return live.vlanId === undefined || live.parent === undefined || !isLinkName(live.parent)
        ? undefined
        : { kind: 'vlan', id: live.vlanId, link: live.parent }
    case 'bond': {
      const { miimon = 0, primary, lacpRate, xmitHashPolicy } = live.bond ?? {}
      const mode = bondModes.find((one) => one === live.mode) ?? 'balance-rr'
      return {
        ...{ kind: 'bond', mode, links: members, miimon },
        ...(primary === undefined ? {} : { primary }),
        // The kernel shows both for every mode.
        ...(lacpRate === undefined || mode !== '802.3ad' ? {} : { lacpRate }),
        ...(xmitHashPolicy === undefined || xmitHashPolicy === 'layer2' ? {} : { xmitHashPolicy }),
      }
    }
    case 'bridge': {
      const { stp = false, forwardDelay } = live.bridge ?? {}
      return {
        kind: 'bridge',
        links: members,
        stp,
        ...(stp && forwardDelay !== undefined ? { forwardDelay } : {}),
      }
    }
    case 'vrf':
      return live.table === undefined ? undefined : { kind: 'vrf', table: live.table, links: members }
    default:
      return undefined
  }
}

/** Undefined for the MTU that the kernel gives such a link. */
function mtuOf(
  { mtu, kind, parent }: LiveLink,
  links: ReadonlyMap<LinkName, LiveLink>,
  members: readonly LinkName[],
): number | undefined {
  if (kind === 'vrf') return undefined
  const lower = [...members, ...(parent !== undefined && kind === 'vlan' ? [parent as LinkName] : [])]
  const inherited = lower.flatMap((name) => links.get(name)?.mtu ?? [])
  return mtu === ETHERNET_MTU || mtu === 0 || inherited.includes(mtu) ? undefined : mtu
}

function readAddresses(
  link: FoundLink,
  statics: readonly LiveAddress[],
  followed: readonly Prefix[],
  routes: readonly LiveRoute[],
): void {
  const own = routes.filter(({ nexthops: [hop, ...others] }) => others.length === 0 && hop?.dev === link.name)
  for (const { address } of statics)
    if (!followed.includes(address))
      link.addresses.push({
        prefix: address,
        place: livePlace(`address ${formatPrefix(address)} dev ${link.name}`),
      })
  // The tracker follows it, and no client of a lease gave it a lifetime: another program adds it.
  if (statics.some(({ address, isDynamic }) => isDynamic !== true && followed.includes(address)))
    link.managed = false
  else for (const family of families) readLeases(link, family, followed, own)
}

function readLeases(
  link: FoundLink,
  family: Family,
  followed: readonly Prefix[],
  routes: readonly LiveRoute[],
): void {
  const dynamic = followed.filter((address) => address.family === family)
  const leased = routes.filter((route) => route.family === family && isOfLease(route, dynamic))
  const [best] = leased
    .filter(({ dst }) => dst.length === 0)
    .toSorted((a, b) => effectiveMetric(a) - effectiveMetric(b))
  if (family === 'inet') link.dhcp4 = dynamic.length > 0 || leased.length > 0
  else {
    link.dhcp6 = dynamic.some(isHostPrefix)
    link.acceptRa =
      leased.some(({ protocol }) => protocol === RTPROT_RA) ||
      dynamic.some((address) => !isHostPrefix(address))
  }
  if (leased.length > 0 || dynamic.length > 0)
    link.leases[family] = {
      isDefault: best !== undefined,
      metric: effectiveMetric(best ?? leased[0] ?? { family }),
      table: best?.table ?? leased[0]?.table ?? RT_TABLE_MAIN,
    }
}

/** dhclient adds its default route with the protocol of ip(8). */
export const isOfLease = (
  { protocol, dst, table, nexthops: [hop] }: LiveRoute,
  dynamic: readonly Prefix[],
): boolean =>
  protocol === RTPROT_DHCP ||
  protocol === RTPROT_RA ||
  (protocol === RTPROT_BOOT &&
    table === RT_TABLE_MAIN &&
    dst.length === 0 &&
    hop?.via !== undefined &&
    dynamic.some((address) => hop.via !== undefined && containsAddress(networkOf(address), hop.via)))
