// Routes of a live state, without those of the kernel, of leases and of our tracker.
import type { Collector } from '../../found/collector.js'
import type { FoundRoute } from '../../found/found.js'
import type { LinkName } from '../../kernel/link.js'
import { isLinkLocal, isLoopback, isMulticast, isSameAddress } from '../../kernel/address.js'
import { containsAddress, isHostPrefix, isSamePrefix, networkOf } from '../../kernel/prefix.js'
import { RTPROT_KERNEL } from '../../kernel/protocol.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import { softwareOfRoute } from '../../software/attribution.js'
import type { Nexthop } from '../../plan/plan.js'
import { isKernelRouteType, type LiveLink, type LiveRoute, type LiveState } from '../../verify/state.js'
import { isOfLease } from './read-links.js'
import type { FollowedAddresses } from './followed.js'
import { isOfTracker } from './read-dynamic.js'
import { ownerNote, placeOfRoute } from './place.js'

export function readLiveRoutes(
  { routes, links }: LiveState,
  followed: FollowedAddresses,
  collector: Collector,
): void {
  const byName = new Map(links.map((link) => [link.name, link]))
  const found = routes.flatMap((route) => {
    const link = byName.get(route.nexthops[0]?.dev ?? ('' as LinkName))
    return isOfKernel(route, link, byName) || isOfTracker(route, followed) || isOfLeases(route, followed)
      ? []
      : (routeOf(route, link, collector) ?? [])
  })
  // `ip -6 route` shows each next hop of a multipath route as one route, or all together; the source plan joins them.
  for (const route of found) collector.route(route)
}

/** Where the kernel adds routes to the networks of a link. */
function tableOfNetworks(link: LiveLink | undefined, links: ReadonlyMap<string, LiveLink>): TableId {
  const master = links.get(link?.master ?? '')
  return master?.kind === 'vrf' && master.table !== undefined ? master.table : RT_TABLE_MAIN
}

function isOfKernel(
  { type, protocol, table, family, dst, nexthops: [hop, second] }: LiveRoute,
  link: LiveLink | undefined,
  links: ReadonlyMap<string, LiveLink>,
): boolean {
  if (isKernelRouteType(type)) return true
  if (table === RT_TABLE_LOCAL || (type === 'local' && protocol === RTPROT_KERNEL))
    return protocol === RTPROT_KERNEL
  if (family === 'inet6' && (isLinkLocal(dst.address) || isMulticast(dst.address))) return true
  if (type !== 'unicast' || hop === undefined || second !== undefined || hop.via !== undefined) return false
  if (table !== tableOfNetworks(link, links)) return false
  return (
    protocol === RTPROT_KERNEL ||
    (link?.addresses ?? []).some(
      ({ address }) => !isHostPrefix(address) && isSamePrefix(networkOf(address), dst),
    )
  )
}

/** Beside what the clients install as such: a route from an address of a lease cannot outlive the lease. */
function isOfLeases(route: LiveRoute, followed: FollowedAddresses): boolean {
  const { prefsrc, nexthops } = route
  const own = followed.get(nexthops[0]?.dev ?? ('' as LinkName)) ?? []
  return (
    isOfLease(route, own) ||
    (prefsrc !== undefined &&
      nexthops[0]?.via === undefined &&
      own.some(({ address }) => isSameAddress(address, prefsrc)))
  )
}

/** `onlink` says nothing where a network of the link contains the next hop; ifupdown sets it always. */
function withoutOnlink(hop: Nexthop, link: LiveLink | undefined): Nexthop {
  const { onlink, ...others } = hop
  const { via } = hop
  const isNear = (link?.addresses ?? []).some(
    ({ address }) => via !== undefined && containsAddress(networkOf(address), via),
  )
  return onlink === true && !isNear ? hop : others
}

function routeOf(live: LiveRoute, link: LiveLink | undefined, collector: Collector): FoundRoute | undefined {
  const place = placeOfRoute(live)
  const { type, family, dst, table, metric, prefsrc, scope, mtu, nexthops, protocol } = live
  if (isKernelRouteType(type)) return undefined
  if (live.unknownAttributes.length > 0) {
    collector.unknown(place, `a description has no ${live.unknownAttributes.join(' ')}`)
    return undefined
  }
  // OpenRC adds it.
  if (isLoopback(dst.address) && table === RT_TABLE_MAIN) {
    collector.withoutEffect(place, 'the table local has its packets')
    return undefined
  }
  const owners = softwareOfRoute({ table, protocol, dev: nexthops[0]?.dev })
  if (owners.some(({ traits }) => traits.includes('protocol'))) {
    collector.unknown(place, ownerNote('route', owners))
    return undefined
  }
  return {
    ...{ place, family, type, dst, table },
    nexthops: nexthops.map((hop) => withoutOnlink(hop, link)),
    ...(metric === undefined ? {} : { metric }),
    ...(prefsrc === undefined ? {} : { prefsrc }),
    ...(scope === undefined || scope === 'global' ? {} : { scope }),
    ...(mtu === undefined ? {} : { mtu }),
  }
}
