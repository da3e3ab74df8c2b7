// Who carries what at render time: the kernel knows no owner, but every stack wants one (one split for all).
import { loopback, type LinkName } from '../kernel/link.js'
import type { KernelPlan, PlannedLink, Route } from './plan.js'

/** More than one next hop: each member's coming and going matters to it. */
export const isMultipath = (route: Route): boolean => route.nexthops.length > 1

/** The one link that a route lives and dies with; `lo` for routes without next hop; undefined for multipath. */
export function owningLink(route: Route): LinkName | undefined {
  if (isMultipath(route)) return undefined
  return route.nexthops[0]?.dev ?? loopback
}

/** In the plan's order. */
export const routesOwnedBy = (plan: KernelPlan, link: LinkName): readonly Route[] =>
  plan.routes.filter((route) => owningLink(route) === link)

export const multipathRoutes = (plan: KernelPlan): readonly Route[] => plan.routes.filter(isMultipath)

/** Every link that a multipath route goes over, once, in its order. */
export const multipathLinks = (route: Route): readonly LinkName[] => [
  ...new Set(route.nexthops.map((nexthop) => nexthop.dev)),
]

/** A link with all that it owns; one pass over the routes, whatever their number. */
export interface OwnedLink {
  readonly link: PlannedLink
  readonly routes: readonly Route[]
}

export function linksWithRoutes(plan: KernelPlan): readonly OwnedLink[] {
  const byLink = new Map<LinkName, Route[]>(plan.links.map((link) => [link.name, []]))
  for (const route of plan.routes) {
    const owner = owningLink(route)
    if (owner !== undefined) byLink.get(owner)?.push(route)
  }
  return plan.links.map((link) => ({ link, routes: byLink.get(link.name) ?? [] }))
}
