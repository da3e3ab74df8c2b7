// Links that must be up before a route can be installed, for stacks that install routes link by link.
import { groupBy, groupPairs } from '../../stdlib/group-by.js'
import type { LinkName } from '../../kernel/link.js'
import { multipathLinks } from '../../plan/route-owner.js'
import { memoizeLast } from '../../stdlib/memoize.js'
import type { KernelPlan, Route } from '../../plan/plan.js'

/** Links of its next hops, and the link that has its source address: the kernel checks both. */
export function neededLinks(route: Route, plan: KernelPlan): readonly LinkName[] {
  const members = multipathLinks(route)
  const { prefsrc } = route
  if (prefsrc === undefined) return members
  const holders = holdersOf(plan).get(prefsrc.text) ?? []
  return holders.some((name) => members.includes(name)) ? members : [...new Set([...members, ...holders])]
}

/** Whether it is tried again whenever one of several links comes up. */
export const needsSeveral = (route: Route, plan: KernelPlan): boolean => neededLinks(route, plan).length > 1

/** Links by the text of their addresses. */
const holdersOf = memoizeLast((plan: KernelPlan) =>
  groupPairs(
    plan.state.links.flatMap(({ name, addresses }) =>
      addresses.map(({ address }) => [address.text, name] as const),
    ),
  ),
)

export interface RouteGroup {
  readonly links: readonly LinkName[]
  readonly routes: readonly Route[]
}

/** Routes by the set of links that they need. */
export const groupByNeeds = (routes: readonly Route[], plan: KernelPlan): readonly RouteGroup[] =>
  [...groupBy(routes, (route) => neededLinks(route, plan).join(' ')).values()].map((group) => ({
    links: neededLinks(group[0], plan),
    routes: group,
  }))
