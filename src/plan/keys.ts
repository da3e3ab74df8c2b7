// Kernel identity keys of routes and rules, and their canonical order.
import { isReject } from './route.js'
import { families } from '../kernel/family.js'
import { formatPrefix } from '../kernel/prefix.js'
import { selectorTokens } from '../kernel/selectors.js'
import type { Route, Rule, RuleAction, Selector, Intent } from './plan.js'

/** The metric that the kernel gives a route without one: 0, or IP6_RT_PRIO_USER. */
export const effectiveMetric = (route: Pick<Route, 'family' | 'metric'>): number =>
  route.family === 'inet'
    ? (route.metric ?? 0)
    : route.metric === undefined || route.metric === 0
      ? 1024
      : route.metric

/** The kernel has one route for each key: IPv4 rejects the second, IPv6 merges them. */
export const routeKey = (route: Route): string =>
  [route.family, route.table, formatPrefix(route.dst), effectiveMetric(route)].join(' ')

/** Without family and priority. */
export const selectorKey = (selector: Selector): string =>
  selectorTokens(selector, { from: formatPrefix, to: formatPrefix }).join(' ')

export function actionKey(action: RuleAction): string {
  if (action.type === 'goto') return `goto ${action.pref}`
  if (action.type !== 'lookup') return action.type
  const suppressor =
    action.suppressPrefixlength === undefined ? '' : ` suppress_prefixlength ${action.suppressPrefixlength}`
  return `lookup ${action.table}${suppressor}`
}

/** A second rule with the same key fails with EEXIST (fib_nl_newrule, rule_exists). */
export const ruleKey = (rule: Rule): string =>
  `${rule.family} ${rule.pref} ${selectorKey(rule.selector)} ${actionKey(rule.action)}`

/** The kernel resolves next hops when it adds a route, so device routes come first, then longer prefixes. */
const installRank = (route: Route): number => {
  if (isReject(route)) return 2
  return route.nexthops.some((nexthop) => nexthop.via !== undefined) ? 1 : 0
}

/** By table in the plan's order with main last, then IPv4 first, then in an order in which they can be installed. */
export function sortRoutes(routes: readonly Route[], tables: Intent['tables']): readonly Route[] {
  const rank = new Map(tables.map((table, index) => [table.id, index]))
  const tableRank = (route: Route) => rank.get(route.table) ?? tables.length
  return [...routes].sort(
    (a, b) =>
      tableRank(a) - tableRank(b) ||
      families.indexOf(a.family) - families.indexOf(b.family) ||
      installRank(a) - installRank(b) ||
      b.dst.length - a.dst.length ||
      effectiveMetric(a) - effectiveMetric(b),
  )
}

/** By family, IPv4 first, then by priority. */
export const sortRules = (rules: readonly Rule[]): readonly Rule[] =>
  [...rules].sort((a, b) => families.indexOf(a.family) - families.indexOf(b.family) || a.pref - b.pref)
