// Route check: planned routes, and the remaining live ones.
import { isLinkLocal, isSameAddress } from '../../kernel/address.js'
import { familyFlag } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import { formatPrefix, isHostPrefix, isSamePrefix, networkOf, type Prefix } from '../../kernel/prefix.js'
import type { Scope } from '../../kernel/route-type.js'
import { connectedRoutes } from '../../lookup/kernel-routes.js'
import { effectiveMetric } from '../../plan/keys.js'
import type { KernelPlan, Nexthop, Route } from '../../plan/plan.js'
import type { UnicastRoute } from '../../plan/route.js'
import { routeCommand, routeTokens, formatTable } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import type { Finding } from '../finding.js'
import type { Checked, DownLinks } from '../link-state.js'
import { deleteRoute, formatLiveRoute, usualScope } from '../format-live.js'
import { poolOf } from './match-pool.js'
import { isKernelRouteType, type LiveRoute, type LiveState } from '../state.js'

export interface CheckedRoutes {
  readonly checked: readonly Checked[]
  /** Unplanned live routes of all tables. */
  readonly others: readonly LiveRoute[]
}

type AnyRoute = Omit<LiveRoute, 'protocol' | 'unknownAttributes'> &
  Partial<Pick<LiveRoute, 'unknownAttributes'>>

export const showRoutes = ({ family, table }: Pick<Route, 'family' | 'table'>): string =>
  `ip ${familyFlag(family)} route show table ${formatTable(table)}`

const positionOf = ({ family, table, dst }: AnyRoute): string => [family, table, formatPrefix(dst)].join(' ')

const slotOf = (route: AnyRoute): string => `${positionOf(route)} ${effectiveMetric(route)}`

const keys = {
  all: (route: AnyRoute) => `${slotOf(route)} ${nexthopOf(route)}`,
  /** Ignores what DHCP clients do differently: the source, and onlink for an off-link router. */
  leased: (route: AnyRoute) => `${slotOf(route)} ${nexthopOf(withoutClients(route))}`,
  /** The kernel has one route for each slot. */
  slot: slotOf,
  moved: (route: AnyRoute) => `${positionOf(route)} ${nexthopOf(route)}`,
}

/** `plan`: as written; `leased`: with what its links have been leased. */
export function checkRoutes(
  plan: KernelPlan,
  leased: KernelPlan,
  { routes, links }: LiveState,
  idle: DownLinks,
): CheckedRoutes {
  const leasedOrigins = new Set(plan.dynamic.tables.map(({ origin }) => origin))
  const live = poolOf(routes, keys)
  const isMissing = (route: Route): boolean =>
    live.take('all', keys.all(route)) === undefined &&
    !(
      leasedOrigins.has(route.origin) &&
      route.dst.length === 0 &&
      live.take('leased', keys.leased(route)) !== undefined
    )
  const differences = leased.state.routes.filter(isMissing).map((route) => ({
    route,
    other: live.take('slot', keys.slot(route)) ?? live.take('moved', keys.moved(route)),
  }))
  const networks = missingNetworks(plan, leased, routes, links)
  const all = [...differences, ...networks.map((route) => ({ route, other: undefined }))]
  return {
    checked: all.map(({ route, other }) => {
      const link = whyDown(route, other, idle)
      return link === undefined ? differenceOf(route, other) : { link, what: 'route' }
    }),
    others: live.rest(),
  }
}

/** The down link that explains a difference. The kernel removes a multipath route's next hops with their links. */
function whyDown(route: Route, other: LiveRoute | undefined, idle: DownLinks): LinkName | undefined {
  const lost = route.nexthops.find(({ dev }) => idle.has(dev))?.dev
  return other === undefined || route.nexthops.length > 1 ? lost : undefined
}

function differenceOf(route: Route, other: LiveRoute | undefined): Finding {
  const planned = {
    ...({ severity: 'error', what: 'route', family: route.family } as const),
    ...{ words: routeTokens(route).join(' '), show: showRoutes(route), origin: route.origin },
  }
  const replace = commandLine(routeCommand('replace', route))
  if (other === undefined) return { ...planned, kind: 'missing', fix: replace }
  const isReplaced = route.family === 'inet' && slotOf(other) === slotOf(route)
  return {
    ...{ ...planned, kind: 'different', live: formatLiveRoute(other).join(' ') },
    fix: isReplaced ? replace : `${deleteRoute(other)} && ${replace}`,
  }
}

/**
 * Missing connected routes of live addresses, in any metric: the kernel or the stack adds them. A leased IPv6 prefix
 * is on-link only if its router says so (RFC 5942).
 */
function missingNetworks(
  plan: KernelPlan,
  leased: KernelPlan,
  routes: readonly LiveRoute[],
  links: LiveState['links'],
): readonly Route[] {
  const networkKey = (route: AnyRoute): string => `${positionOf(route)} ${route.nexthops[0]?.dev ?? ''}`
  const there = new Set(routes.map(networkKey))
  const isReported = ({ family, address }: Prefix, link: LinkName): boolean =>
    family === 'inet' ||
    plan.state.links.some(
      ({ name, addresses }) => name === link && addresses.some((one) => isSameAddress(one.address, address)),
    )
  const hasAddressIn = ({ dst, nexthops }: UnicastRoute): boolean =>
    links.some(
      ({ name, addresses }) =>
        name === nexthops[0].dev &&
        addresses.some(
          ({ address, hasRoute }) =>
            isSamePrefix(networkOf(address), dst) && (hasRoute || isReported(address, name)),
        ),
    )
  return connectedRoutes(leased)
    .filter(({ dst }) => !isHostPrefix(dst) && !(dst.family === 'inet6' && isLinkLocal(dst.address)))
    .filter((route) => !there.has(networkKey(route)) && hasAddressIn(route))
}

function withoutClients(route: AnyRoute): AnyRoute {
  const { prefsrc: _, ...rest } = route
  return { ...rest, nexthops: route.nexthops.map(({ onlink: __, ...hop }) => hop) }
}

/** Everything except family, table, destination and metric. */
function nexthopOf(route: AnyRoute): string {
  const { type, nexthops, prefsrc, mtu, unknownAttributes = [] } = route
  return [
    type,
    // The order of next hops has no meaning.
    ...nexthops.map((hop) => hopText(hop, nexthops.length > 1)).toSorted(),
    `scope ${scopeOf(route) ?? ''}`,
    `src ${prefsrc?.text ?? ''}`,
    `mtu ${mtu ?? ''}`,
    ...unknownAttributes,
  ].join(' ')
}

const hopText = ({ via, dev, weight, onlink }: Nexthop, isOneOfMany: boolean): string =>
  [via?.text ?? '', dev, isOneOfMany ? (weight ?? 1) : '', onlink === true ? 'onlink' : ''].join(' ')

const scopeOf = ({ type, ...route }: AnyRoute): Scope | undefined =>
  isKernelRouteType(type) ? undefined : (route.scope ?? usualScope({ ...route, type }))
