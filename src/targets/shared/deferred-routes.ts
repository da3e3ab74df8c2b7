// Deferred routes: routes over links that another program creates, installed by multihome-tracker.
import type { LinkName } from '../../kernel/link.js'
import { groupPairs } from '../../stdlib/group-by.js'
import { memoizeLast } from '../../stdlib/memoize.js'
import { owningLink } from '../../plan/route-owner.js'
import type { KernelPlan, Route } from '../../plan/plan.js'
import { neededLinks } from './route-dependencies.js'

/** Under `manage: routing` there are none: stacks have their own hooks for such links. */
export const deferredRoutes = memoizeLast((plan: KernelPlan): readonly Route[] => {
  if (plan.intent.manage === 'routing') return []
  const unmanaged = new Set(plan.state.links.filter(({ managed }) => !managed).map(({ name }) => name))
  return plan.state.routes.filter((route) => neededLinks(route, plan).some((name) => unmanaged.has(name)))
})

/** The other routes, in the plan's order: the stack installs them itself. */
export const installedRoutes = memoizeLast((plan: KernelPlan): readonly Route[] => {
  const deferred = new Set(deferredRoutes(plan))
  return plan.state.routes.filter((route) => !deferred.has(route))
})

/** Installed routes that need this link only. */
export const ownRoutes = (plan: KernelPlan, link: LinkName): readonly Route[] =>
  indexOf(plan).own.get(link) ?? []

/** Installed routes that need this link and others. */
export const sharedRoutes = (plan: KernelPlan, link: LinkName): readonly Route[] =>
  indexOf(plan).shared.get(link) ?? []

/** Each link with the routes that it owns, and with those that it shares. */
const indexOf = memoizeLast((plan: KernelPlan) => {
  const routes = installedRoutes(plan).map((route) => ({ route, needed: neededLinks(route, plan) }))
  return {
    own: groupPairs(
      routes.flatMap(({ route, needed }) => {
        // A route with several next hops over one link has no owner, but needs that link only.
        const owner = owningLink(route) ?? needed[0]
        return needed.length > 1 || owner === undefined ? [] : [[owner, route] as const]
      }),
    ),
    shared: groupPairs(
      routes.flatMap(({ route, needed }) =>
        needed.length > 1 ? needed.map((link) => [link, route] as const) : [],
      ),
    ),
  }
})
