// DHCP and router advertisements in a NetworkManager profile.
import type { Family } from '../../../kernel/family.js'
import { leases } from '../../../plan/leases.js'
import type { KernelPlan, PlannedLink } from '../../../plan/plan.js'
import { entry, type Entries } from '../ini-entries.js'
import { leaseOf, type LeasedDefault, type LinkLease } from '../lease/settings.js'
import { ipKeys, type IpMethod } from './keys.js'

/** Settings of one family, with a comment that explains them. */
export interface LeaseSettings {
  readonly comment: string
  readonly entries: Entries
}

/** Whether a profile may wait for a provider. */
export const isLeasing = (plan: KernelPlan): boolean =>
  plan.state.links.some((link) => leaseOf(plan, link) !== undefined)

/** undefined where the family leases nothing. */
export function leaseSettings(
  link: PlannedLink,
  lease: LinkLease | undefined,
  family: Family,
): LeaseSettings | undefined {
  if (lease === undefined || !leases(link, family)) return undefined
  const dns = link.nameservers.addresses.length > 0
  if (family === 'inet') return settings('auto', [ipKeys.dhcpTimeout], lease.inet, family, dns)
  if (!lease.acceptRa) return settings('dhcp', [ipKeys.dhcpTimeout], undefined, family, dns)
  return settings(
    'auto',
    [ipKeys.raTimeout, ...(lease.dhcp6 ? [ipKeys.dhcpTimeout] : [])],
    lease.inet6,
    family,
    dns,
  )
}

/** `route-table` moves every route of the family there that has no table of its own. */
export const isMoved = (lease: LinkLease | undefined, family: Family): boolean =>
  lease !== undefined && (family === 'inet' ? lease.dhcp4 : lease.acceptRa) && lease[family].kind === 'table'

/** MAXINT32, which NetworkManager treats as infinite. */
const FOR_EVER = '2147483647'

function settings(
  method: IpMethod,
  timeouts: readonly string[],
  route: LeasedDefault | undefined,
  family: Family,
  hasConfiguredDns: boolean,
): LeaseSettings {
  return {
    comment: [
      `${timeouts.join(', ')}: waits for ever, so a provider that does not answer for long does not deactivate the profile`,
      ...(route === undefined ? [] : [reasons[route.kind]]),
    ].join('; '),
    entries: [
      entry(ipKeys.method, method),
      ...timeouts.map((key) => entry(key, FOR_EVER)),
      ...(route === undefined ? [] : routeEntries(route, family)),
      ...(hasConfiguredDns ? [entry(ipKeys.ignoreDns, 'true')] : []),
    ],
  }
}

const reasons: Readonly<Record<LeasedDefault['kind'], string>> = {
  main: 'route-metric: that of the gateway in main',
  table: 'route-table: all routes of the lease go there, and none of them into main',
  none: 'never-default: the router of the lease is no gateway here',
}

/** For IPv6 `ignore-auto-routes` would also drop the prefix of the link. */
function routeEntries(route: LeasedDefault, family: Family): Entries {
  switch (route.kind) {
    case 'main':
      return [entry(ipKeys.metric, route.metric)]
    case 'table':
      // Without a metric NetworkManager uses the device's own: 100 or higher.
      return [entry(ipKeys.table, route.table), entry(ipKeys.metric, 0)]
    case 'none':
      return [
        entry(ipKeys.neverDefault, 'true'),
        ...(family === 'inet' ? [entry(ipKeys.ignoreRoutes, 'true')] : []),
      ]
  }
}
