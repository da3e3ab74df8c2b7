// Sections of systemd.network(5) for DHCP and router advertisements: for networkd and netplan.
import { isMultipath, mapNexthops } from '../../../plan/route.js'
import { isLinkLocal } from '../../../kernel/address.js'
import { containsAddress } from '../../../kernel/prefix.js'
import type { Nexthop, PlannedLink, Route } from '../../../plan/plan.js'
import type { Block } from '../../../render/views.js'
import type { LinkLease } from '../lease/settings.js'
import { entry, type Entries } from '../ini-entries.js'
import { leaseKeys } from './keys.js'
import { block, type AddressesOf } from './sections.js'
import { isAtLeast } from '../../version.js'

/** Section of a client, with a comment that explains it. */
export interface LeaseSection {
  readonly name: 'DHCPv4' | 'DHCPv6' | 'IPv6AcceptRA'
  readonly entries: Entries
  readonly comments: readonly string[]
}

/** Before it networkd always uses the router and the route information of an advertisement. */
export const USE_ADVERTISED_GATEWAY = '250'
/** Before it the metric of advertised routes is set in [DHCPv6], which has no routes itself. */
const ADVERTISED_METRIC = '249'
/** The kernel's metric for an IPv6 route without one. */
const PLAIN_METRIC_INET6 = 1024

/** Sections of the clients that the link has. */
export function leaseSections(link: PlannedLink, lease: LinkLease, systemd: string): readonly LeaseSection[] {
  // Name servers of the description replace those of the lease.
  const configuredServers = link.nameservers.addresses.length > 0 ? [entry(leaseKeys.useDns, 'no')] : []
  return [
    dhcp4Section(lease, configuredServers, systemd),
    dhcp6Section(lease, configuredServers, systemd),
    advertisementSection(lease, configuredServers, systemd),
  ].filter(({ entries }) => entries.length > 0)
}

export const leaseBlocks = (sections: readonly LeaseSection[], { origin }: PlannedLink): readonly Block[] =>
  sections.map(({ name, entries, comments }) => block(name, entries, [origin], comments))

function dhcp4Section({ dhcp4, inet }: LinkLease, configuredServers: Entries, systemd: string): LeaseSection {
  const name = 'DHCPv4'
  if (!dhcp4) return { name, entries: [], comments: [] }
  const section = (routes: Entries, ...comments: readonly string[]): LeaseSection => ({
    name,
    // Packets to servers are routed like all others: networkd would add routes to them in main.
    entries: [
      ...routes,
      entry(leaseKeys.routesToDns, 'no'),
      ...(isAtLeast(systemd, '249') ? [entry(leaseKeys.routesToNtp, 'no')] : []),
      ...configuredServers,
    ],
    comments,
  })
  // UseGateway=, since 246, is UseRoutes= by default.
  const isRouterOnly = inet.kind !== 'none' && !inet.routes
  const only = isRouterOnly ? [entry(leaseKeys.routes, 'no'), entry(leaseKeys.gateway, 'yes')] : []
  const ignored = isRouterOnly ? ['its further routes are ignored'] : []
  switch (inet.kind) {
    case 'main':
      return section(
        [entry(leaseKeys.metric, inet.metric), ...only],
        'the router of the lease is a default route of main',
        ...ignored,
      )
    case 'table':
      return section(
        [entry(leaseKeys.table, inet.table), entry(leaseKeys.metric, 0), ...only],
        'routes of the lease go into the gateway’s table: main must not have its router',
        ...ignored,
      )
    case 'none':
      return section(
        [entry(leaseKeys.routes, 'no')],
        'the router of the lease is no gateway here, and no route of the lease is used: one of them',
        'could be another default route',
      )
  }
}

function dhcp6Section(
  { dhcp6, acceptRa, inet6 }: LinkLease,
  configuredServers: Entries,
  systemd: string,
): LeaseSection {
  const isForAdvertised = acceptRa && inet6.kind === 'main' && !isAtLeast(systemd, ADVERTISED_METRIC)
  const isByItself = dhcp6 && !acceptRa
  return {
    name: 'DHCPv6',
    entries: [
      ...(isByItself ? [entry(leaseKeys.withoutRa, 'solicit')] : []),
      ...(isForAdvertised ? [entry(leaseKeys.metric, inet6.metric)] : []),
      ...(dhcp6 ? configuredServers : []),
    ],
    comments: [
      ...(isByItself ? ['router advertisements, which would start the client, are not accepted here'] : []),
      ...(isForAdvertised
        ? ['this version uses it as the metric of the advertised default route of main']
        : []),
    ],
  }
}

function advertisementSection(
  { dhcp6, acceptRa, inet6 }: LinkLease,
  configuredServers: Entries,
  systemd: string,
): LeaseSection {
  const name = 'IPv6AcceptRA'
  if (!acceptRa) return { name, entries: [], comments: [] }
  const metric = (value: number): Entries =>
    isAtLeast(systemd, ADVERTISED_METRIC) ? [entry(leaseKeys.metric, value)] : []
  const isRouterOnly = inet6.kind !== 'none' && !inet6.routes && isAtLeast(systemd, USE_ADVERTISED_GATEWAY)
  const only = isRouterOnly ? [entry(leaseKeys.routePrefix, 'no')] : []
  const section = (routes: Entries, comment: string): LeaseSection => ({
    name,
    entries: [...routes, ...only, entry(leaseKeys.client6, dhcp6 ? 'always' : 'no'), ...configuredServers],
    comments: [comment],
  })
  switch (inet6.kind) {
    case 'main':
      return section(metric(inet6.metric), 'the advertising router is a default route of main')
    case 'table':
      return section(
        [entry(leaseKeys.table, inet6.table), ...metric(PLAIN_METRIC_INET6)],
        'routes of advertisements go into the gateway’s table: main must not have the router',
      )
    case 'none':
      return section(
        [entry(leaseKeys.gateway, 'no'), entry(leaseKeys.routePrefix, 'no')],
        'the advertising router is no gateway here',
      )
  }
}

/** Since then a route waits until its next hop is reachable. */
const WAITS = '252'

/** A lease adds addresses later, like other programs. */
export const addressesOn = ({ lease }: PlannedLink, systemd: string): AddressesOf =>
  lease !== undefined && isAtLeast(systemd, WAITS) ? 'others' : 'ours'

/** Before 252 a link fails if a next hop is not reachable before the lease, so it is set onlink and the kernel does not check. */
export function forceOnlinkBeforeLease(route: Route, link: PlannedLink, systemd: string): Route {
  if (link.lease === undefined || isAtLeast(systemd, WAITS)) return route
  const isStatic = ({ via }: Nexthop): boolean =>
    via === undefined || isLinkLocal(via) || link.addresses.some((address) => containsAddress(address, via))
  const early = (hop: Nexthop): Nexthop => (isStatic(hop) ? hop : { ...hop, onlink: true })
  // MultiPathRoute= has no key for it.
  return isMultipath(route) ? route : mapNexthops(route, early)
}
