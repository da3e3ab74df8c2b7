// Live rules and routes in the syntax of ip(8), with their unknown attributes at the end.
import { isDeviceRoute, type RouteLike, routeOf } from '../plan/route.js'
import { familyFlag } from '../kernel/family.js'
import { unmanaged } from '../plan/origin.js'
import type { Route } from '../plan/plan.js'
import { selectorTokens } from '../kernel/selectors.js'
import type { Scope } from '../kernel/route-type.js'
import { actionTokens, routeTokens, type Tokens } from '../syntax/iproute2.js'
import { commandLine } from '../syntax/shell.js'
import { isKernelRouteType, type LiveRoute, type LiveRule } from './state.js'

export const formatLiveRule = ({ pref, selector, unknownAttributes, action }: LiveRule): Tokens => [
  ...['pref', String(pref)],
  ...selectorTokens(selector),
  ...unknownAttributes,
  ...(action.type === 'l3mdev' || action.type === 'nop' ? [action.type] : actionTokens(action)),
]

export const deleteRule = (rule: LiveRule): string =>
  commandLine(['ip', familyFlag(rule.family), 'rule', 'del', ...formatLiveRule(rule)])

function plainAttributes(route: LiveRoute): RouteLike | undefined {
  const { type, protocol: _, unknownAttributes: __, ...rest } = route
  if (isKernelRouteType(type)) return undefined
  return { ...rest, type, origin: unmanaged }
}

/** The route as in a plan; undefined for types that only the kernel adds. */
export function plainRoute(route: LiveRoute): Route | undefined {
  const plain = plainAttributes(route)
  return plain === undefined ? undefined : routeOf(plain)
}

/** Omits default values. */
export function formatLiveRoute(route: LiveRoute): Tokens {
  const plain = plainAttributes(route)
  if (plain === undefined) return [route.type]
  const { scope, metric, ...rest } = plain
  const isUsual = scope === 'global' || plain.type === 'local'
  const isMetricUsual = metric === 0 || (metric === 1024 && route.family === 'inet6')
  return [
    ...routeTokens({
      ...rest,
      ...(scope === undefined || isUsual ? {} : { scope }),
      ...(metric === undefined || isMetricUsual ? {} : { metric }),
    }),
    ...route.unknownAttributes,
  ]
}

export const deleteRoute = (route: LiveRoute): string =>
  commandLine(['ip', familyFlag(route.family), 'route', 'del', ...formatLiveRoute(route)])

/** The default scope of ip-route(8) for IPv4. */
export function usualScope(route: Pick<RouteLike, 'family' | 'type' | 'nexthops'>): Scope | undefined {
  if (route.family === 'inet6') return undefined
  if (route.type === 'local') return 'host'
  return isDeviceRoute(route) ? 'link' : 'global'
}

/** linux/rtnetlink.h, and those of multihome. */
const protocols: Readonly<Record<number, string>> = {
  ...{ 1: 'redirect', 2: 'kernel', 3: 'boot', 4: 'static', 9: 'ra', 11: 'zebra', 12: 'bird', 16: 'dhcp' },
  ...{ 18: 'keepalived', 42: 'babel', 77: 'multihome', 78: 'multihome', 79: 'multihome-tracker' },
  ...{ 186: 'bgp', 187: 'isis', 188: 'ospf', 189: 'rip', 192: 'eigrp' },
}

/** `protocol static; it reroutes no packet`: the reason, with the protocol in front if that is set. */
export const withProtocol = ({ protocol }: { readonly protocol: number }, why: string): string =>
  protocol === 0 ? why : `protocol ${protocols[protocol] ?? protocol}; ${why}`
