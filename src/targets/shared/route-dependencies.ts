// Links that must be up before a route can be installed, for stacks that install routes link by link.
import type { LinkName } from '../../kernel/link.js'
import { multipathLinks } from '../../plan/route-owner.js'
import { oncePerObject } from '../../kernel/memoize.js'
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
const holdersOf = oncePerObject((plan: KernelPlan): ReadonlyMap<string, readonly LinkName[]> => {
  const holders = new Map<string, LinkName[]>()
  for (const link of plan.state.links)
    for (const { address } of link.addresses) put(holders, address.text, link.name)
  return holders
})

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}

export interface RouteGroup {
  readonly links: readonly LinkName[]
  readonly routes: readonly Route[]
}

/** Routes by the set of links that they need. */
export function groupByNeeds(routes: readonly Route[], plan: KernelPlan): readonly RouteGroup[] {
  const groups = new Map<string, { links: readonly LinkName[]; routes: Route[] }>()
  for (const route of routes) {
    const links = neededLinks(route, plan)
    const key = links.join(' ')
    const group = groups.get(key) ?? { links, routes: [] }
    group.routes.push(route)
    groups.set(key, group)
  }
  return [...groups.values()]
}
