// Routes as entries of netifrc's lists, and as commands of its hooks.
import { isMultipath, isReject } from '../../plan/route.js'
import { loopback, type LinkName } from '../../kernel/link.js'
import { familyFlag } from '../../kernel/family.js'
import { RTPROT_MULTIHOME } from '../../kernel/protocol.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { effectiveMetric } from '../../plan/keys.js'
import { owningLink } from '../../plan/route-owner.js'
import type { KernelPlan, Route } from '../../plan/plan.js'
import { formatDst, routeCommand, formatTable } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import { installedRoutes, ownRoutes } from '../shared/deferred-routes.js'
import { groupByNeeds, needsSeveral, type RouteGroup } from '../shared/route-dependencies.js'

/**
 * `-4 default via 192.0.2.1 table 101 metric 0`. netifrc appends `dev LINK`; a missing family
 * or metric is that of the line before, and without any the metric is the link's number (net.lo, _add_route).
 */
export function routeLine(route: Route): string {
  const nexthop = route.nexthops[0]
  const via = nexthop?.via
  return [
    familyFlag(route.family),
    ...(route.type === 'unicast' ? [] : [route.type]),
    formatDst(route.dst),
    ...(via === undefined ? [] : ['via', ...(via.family === route.family ? [] : [via.family]), via.text]),
    ...(nexthop?.onlink === true ? ['onlink'] : []),
    ...(route.scope === undefined ? [] : ['scope', route.scope]),
    ...(route.prefsrc === undefined ? [] : ['src', route.prefsrc.text]),
    ...(route.table === RT_TABLE_MAIN && route.type !== 'local' ? [] : ['table', formatTable(route.table)]),
    'metric',
    String(effectiveMetric(route)),
    ...(route.mtu === undefined ? [] : ['mtu', String(route.mtu)]),
  ].join(' ')
}

/** `-4 default table 101`: unique among the routes of a link. */
export const routeName = (route: Route): string =>
  [
    familyFlag(route.family),
    formatDst(route.dst),
    ...(route.table === RT_TABLE_MAIN ? [] : ['table', formatTable(route.table)]),
    ...(route.metric === undefined ? [] : ['metric', String(route.metric)]),
  ].join(' ')

/**
 * A list cannot hold it: netifrc puts `dev` behind the last of several next hops, and what needs two links would be
 * lost with one of them; or it would stay behind when lo, which is never set down, stops.
 */
export const isForPostup = (route: Route, plan: KernelPlan): boolean =>
  isMultipath(route) || needsSeveral(route, plan) || (owningLink(route) === loopback && !isReject(route))

export const listedRoutes = (plan: KernelPlan, link: LinkName): readonly Route[] =>
  ownRoutes(plan, link).filter((route) => !isForPostup(route, plan))

/** Routes for postup(), those of the same links together. */
export const postupGroups = (plan: KernelPlan): readonly RouteGroup[] =>
  groupByNeeds(
    installedRoutes(plan).filter((route) => isForPostup(route, plan)),
    plan,
  )

/** May run twice. `isTried`: the kernel refuses it until all of its links are up, without a message. */
export const postupCommand = (route: Route, isTried: boolean): string =>
  `${commandLine(routeCommand('replace', route, ['protocol', String(RTPROT_MULTIHOME)]))}${isTried ? ' 2>/dev/null' : ''}`

/** lo is never set down, so routes over it are deleted when its service stops. */
export const postdownRoutes = (plan: KernelPlan): readonly Route[] =>
  installedRoutes(plan).filter((route) => owningLink(route) === loopback && isForPostup(route, plan))

export const postdownCommand = (route: Route): string =>
  commandLine(routeCommand('del', route, ['protocol', String(RTPROT_MULTIHOME)]))
