// Unmanaged routes in the plan's tables, and in main next to the default routes.
import { isLinkLocal } from '../kernel/address.js'
import { isSamePrefix } from '../kernel/prefix.js'
import { isOurProtocol, RTPROT_KERNEL } from '../kernel/protocol.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { connectedRoutes } from '../lookup/kernel-routes.js'
import { effectiveMetric } from '../plan/keys.js'
import type { KernelPlan } from '../plan/plan.js'
import { ownersText, softwareOfRoute } from '../software/attribution.js'
import type { Finding } from './finding.js'
import { isExpected, LEFT_OVER } from './unmanaged-rules.js'
import { showRoutes } from './check/routes.js'
import { isOfLease } from './live-leases.js'
import { deleteRoute, formatLiveRoute, withProtocol } from './format-live.js'
import { isKernelRouteType, type LiveRoute, type LiveState } from './state.js'

/** `plan`: as written; `leased`: with the live leases applied. */
export function reportUnmanagedRoutes(
  plan: KernelPlan,
  leased: KernelPlan,
  state: LiveState,
  others: readonly LiveRoute[],
): readonly Finding[] {
  const tables = new Set(plan.intent.tables.map(({ id }) => id))
  const networks = connectedRoutes(leased)
  const isKernels = (route: LiveRoute): boolean =>
    route.protocol === RTPROT_KERNEL ||
    isKernelRouteType(route.type) ||
    (route.family === 'inet6' && isLinkLocal(route.dst.address)) ||
    networks.some(
      ({ table, dst, nexthops }) =>
        table === route.table && isSamePrefix(dst, route.dst) && nexthops[0].dev === route.nexthops[0]?.dev,
    )
  return others.flatMap((route): readonly Finding[] => {
    if (isKernels(route)) return []
    if (route.table === RT_TABLE_MAIN)
      return route.dst.length <= 1
        ? reportDefault(plan, leased, route).map((finding) => owned(finding, route, plan))
        : reportMainRoute(plan, route)
    if (!tables.has(route.table) || isOfLease(route, plan, state)) return []
    const name = plan.intent.tables.find(({ id }) => id === route.table)?.name ?? ''
    return [owned(foreign(route, `${name} is a table of the plan`), route, plan)]
  })
}

const foreign = (route: LiveRoute, why: string): Finding => ({
  ...{ severity: 'error', kind: 'foreign', what: 'route', family: route.family },
  words: formatLiveRoute(route).join(' '),
  why: withProtocol(route, why),
  show: showRoutes(route),
  fix: deleteRoute(route),
})

/** Adds the software that it belongs to. Software under `coexist` makes it a note. */
function owned(finding: Finding, route: LiveRoute, { intent: { coexist } }: KernelPlan): Finding {
  const { table, protocol, nexthops } = route
  const [hop] = nexthops
  const owners = softwareOfRoute({ table, protocol, dev: hop?.dev }, coexist)
  if (owners.length === 0) return finding
  const software = ownersText(owners)
  return isExpected(owners, coexist) ? { ...finding, severity: 'note', software } : { ...finding, software }
}

/** VPN clients use 0.0.0.0/1 and 128.0.0.0/1 to override a default route (`redirect-gateway def1`). */
function reportDefault(plan: KernelPlan, leased: KernelPlan, route: LiveRoute): readonly Finding[] {
  const { family } = route
  const devs = route.nexthops.map(({ dev }) => dev)
  // A dynamic table tracks this route, and the program that added it set its metric.
  const isTracked = plan.dynamic.tables.some(
    ({ link, installedIn, metric }) => installedIn === 'main' && metric === undefined && devs.includes(link),
  )
  if (isTracked) return []
  if (route.dst.length === 1) return [foreign(route, 'it overrides every default route of main')]
  if (isOurProtocol(route.protocol)) return [foreign(route, LEFT_OVER)]
  const planned = leased.state.routes.filter(
    (one) => one.family === family && one.table === RT_TABLE_MAIN && one.dst.length === 0,
  )
  if (planned.length > 0) {
    const best = Math.min(...planned.map(effectiveMetric))
    return effectiveMetric(route) > best
      ? [note(route, 'it has a higher metric than the planned default route')]
      : [foreign(route, `it overrides the planned default route with metric ${best}`)]
  }
  if (plan.intent.manage === 'routing') return []
  // The program that does the addressing adds the default routes as well.
  const isOfOther = devs.every((dev) => !plan.state.links.some((link) => link.name === dev && link.managed))
  return isOfOther
    ? [note(route, 'the plan has no default route of its own in main')]
    : [foreign(route, 'the plan keeps main without a default route')]
}

const note = (route: LiveRoute, why: string): Finding => {
  const { fix: _, ...rest } = foreign(route, why)
  return { ...rest, severity: 'note' }
}

/** Ignores networks of other programs. A route over a managed link was added by hand. */
function reportMainRoute(plan: KernelPlan, route: LiveRoute): readonly Finding[] {
  const link = plan.state.links.find(({ name }) => name === route.nexthops[0]?.dev)
  if (link === undefined || !link.managed || link.lease !== undefined) return []
  return [note(route, 'unplanned; it overrides the default route of main')]
}
