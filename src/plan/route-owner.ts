// Owning links of routes: stacks attach each route to a link, the kernel does not.
import { isMultipath, isReject } from './route.js'
import { loopback, type LinkName } from '../kernel/link.js'
import type { KernelPlan, PlannedLink, Route } from './plan.js'

/** The link that a route exists with; `lo` for routes without next hop; undefined for multipath. */
export function owningLink(route: Route): LinkName | undefined {
  if (isMultipath(route)) return undefined
  return isReject(route) ? loopback : route.nexthops[0].dev
}

/** In the plan's order. */
export const routesOwnedBy = (plan: KernelPlan, link: LinkName): readonly Route[] =>
  plan.state.routes.filter((route) => owningLink(route) === link)

export const multipathRoutes = (plan: KernelPlan): readonly Route[] => plan.state.routes.filter(isMultipath)

/** The links of a multipath route in order, without duplicates. */
export const multipathLinks = (route: Route): readonly LinkName[] => [
  ...new Set(route.nexthops.map((nexthop) => nexthop.dev)),
]

/** A link with the routes that it owns. */
export interface OwnedLink {
  readonly link: PlannedLink
  readonly routes: readonly Route[]
}

export function linksWithRoutes(
  links: readonly PlannedLink[],
  routes: readonly Route[],
): readonly OwnedLink[] {
  const byLink = new Map<LinkName, Route[]>(links.map((link) => [link.name, []]))
  for (const route of routes) {
    const owner = owningLink(route)
    if (owner !== undefined) byLink.get(owner)?.push(route)
  }
  return links.map((link) => ({ link, routes: byLink.get(link.name) ?? [] }))
}
