// Routes of a live state, without those of the kernel, of leases and of our tracker.
import type { Collector } from '../../found/collector.js'
import type { FoundRoute } from '../../found/found.js'
import type { LinkName } from '../../kernel/link.js'
import { isLinkLocal, isMulticast } from '../../kernel/address.js'
import { isHostPrefix, isSamePrefix, networkOf } from '../../kernel/prefix.js'
import { RTPROT_DYNAMIC, RTPROT_KERNEL } from '../../kernel/protocol.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import { softwareOfRoute } from '../../software/attribution.js'
import { formatLiveRoute } from '../../verify/format-live.js'
import { isKernelRouteType, type LiveLink, type LiveRoute, type LiveState } from '../../verify/state.js'
import { isOfLease } from './read-links.js'
import { livePlace, ownerNote } from './place.js'

export function readLiveRoutes({ routes, links }: LiveState, collector: Collector): void {
  const byName = new Map(links.map((link) => [link.name, link]))
  const found = routes.flatMap((route) => {
    const link = byName.get(route.nexthops[0]?.dev ?? ('' as LinkName))
    return isOfKernel(route, link, byName) || isOfOthers(route, link) ? [] : (routeOf(route, collector) ?? [])
  })
  // `ip -6 route` shows each next hop of a multipath route as one route, or all together; the source plan joins them.
  for (const route of found) collector.route(route)
}

export const placeOfRoute = (route: LiveRoute) =>
  livePlace(
    ['route', route.family === 'inet6' ? '-6' : '', ...formatLiveRoute(route)].filter(Boolean).join(' '),
  )

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

const isOfOthers = (route: LiveRoute, link: LiveLink | undefined): boolean =>
  route.protocol === RTPROT_DYNAMIC ||
  isOfLease(
    route,
    (link?.addresses ?? []).flatMap(({ isDynamic, address }) => (isDynamic === true ? [address] : [])),
  )

function routeOf(live: LiveRoute, collector: Collector): FoundRoute | undefined {
  const place = placeOfRoute(live)
  const { type, family, dst, table, metric, prefsrc, scope, mtu, nexthops, protocol } = live
  if (isKernelRouteType(type)) return undefined
  if (live.unknownAttributes.length > 0) {
    collector.unknown(place, `a description has no ${live.unknownAttributes.join(' ')}`)
    return undefined
  }
  const owners = softwareOfRoute({ table, protocol, dev: nexthops[0]?.dev })
  if (owners.some(({ traits }) => traits.includes('protocol'))) {
    collector.unknown(place, ownerNote('route', owners))
    return undefined
  }
  return {
    ...{ place, family, type, dst, table, nexthops },
    ...(metric === undefined ? {} : { metric }),
    ...(prefsrc === undefined ? {} : { prefsrc }),
    ...(scope === undefined || scope === 'global' ? {} : { scope }),
    ...(mtu === undefined ? {} : { mtu }),
  }
}
