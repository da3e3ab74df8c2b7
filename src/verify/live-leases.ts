// Leases of a host, derived from its live addresses and routes.
import type { Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import { isLinkLocal, isSameAddress, type Address } from '../kernel/address.js'
import type { Prefix } from '../kernel/prefix.js'
import { RTPROT_DHCP, RTPROT_DYNAMIC, RTPROT_RA } from '../kernel/protocol.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import { effectiveMetric } from '../plan/keys.js'
import type { LeaseData } from '../plan/apply-leases.js'
import type { DynamicTable, KernelPlan, PlannedLink } from '../plan/plan.js'
import type { LiveRoute, LiveState } from './state.js'

export function liveLeases(plan: KernelPlan, state: LiveState): ReadonlyMap<LinkName, LeaseData> {
  const leased = new Set([
    ...plan.state.links.filter(({ lease }) => lease !== undefined).map(({ name }) => name),
    ...plan.dynamic.tables.map(({ link }) => link),
  ])
  return new Map(
    plan.state.links
      .filter(({ name }) => leased.has(name))
      .map((link) => [
        link.name,
        {
          addresses: dynamicAddresses(link, state),
          routers: plan.dynamic.tables
            .filter((one) => one.link === link.name)
            .flatMap((one) => routersOf(one, state)),
        },
      ]),
  )
}

/** With global scope, in the kernel's order: the first is the source of routes. */
export const dynamicAddresses = (link: PlannedLink, { links }: LiveState): readonly Prefix[] =>
  (links.find(({ name }) => name === link.name)?.addresses ?? [])
    .filter(({ scope }) => scope === 'global')
    .map(({ address }) => address)
    .filter(({ address }) => !link.addresses.some((one) => isSameAddress(one.address, address)))

const routersOf = (followed: DynamicTable, state: LiveState): readonly Address[] =>
  followed.routers.flatMap((family) => routerOf(followed, family, state) ?? [])

/** The router of the client's default route, or of the tracked route if that is gone. */
function routerOf(followed: DynamicTable, family: Family, state: LiveState): Address | undefined {
  const { table, installedIn } = followed
  const own = bestRouter(followed, family, installedIn === 'main' ? RT_TABLE_MAIN : table, state)
  return own ?? bestRouter(followed, family, table, state)
}

function bestRouter(
  { link, installedIn }: DynamicTable,
  family: Family,
  table: TableId,
  { routes }: LiveState,
): Address | undefined {
  const [best] = routes
    .filter((route) => route.family === family && route.table === table && route.dst.length === 0)
    .filter(({ protocol }) => installedIn === 'main' || protocol !== RTPROT_DYNAMIC)
    .filter(({ nexthops: [hop, ...others] }) => others.length === 0 && hop?.dev === link)
    .filter(({ nexthops: [hop] }) => hop?.via !== undefined)
    .toSorted((a, b) => effectiveMetric(a) - effectiveMetric(b))
  return best?.nexthops[0]?.via
}

/**
 * Routes of a lease in a dynamic table: copies of main's (DHCP option 121, advertised on-link prefixes), and those that
 * a client installs in the table itself.
 */
export function isOfLease(route: LiveRoute, plan: KernelPlan, { routes }: LiveState): boolean {
  const [hop] = route.nexthops
  if (hop === undefined || route.nexthops.length > 1 || isLinkLocal(route.dst.address)) return false
  const isTracked = plan.dynamic.tables.some(({ link, table }) => link === hop.dev && table === route.table)
  if (!isTracked || route.dst.length === 0) return false
  if (route.protocol === RTPROT_RA || route.protocol === RTPROT_DHCP) return true
  return (
    route.protocol === RTPROT_DYNAMIC &&
    routes.some(
      (other) =>
        other.table === RT_TABLE_MAIN &&
        other.family === route.family &&
        other.dst.length === route.dst.length &&
        isSameAddress(other.dst.address, route.dst.address) &&
        other.nexthops.some(({ dev }) => dev === hop.dev),
    )
  )
}
