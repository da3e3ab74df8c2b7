// Deferred routes: routes over links that another program creates, installed by multihome-follow.
import type { LinkName } from '../../kernel/link.js'
import { oncePerObject } from '../../kernel/memoize.js'
import { owningLink } from '../../plan/route-owner.js'
import type { KernelPlan, Route } from '../../plan/plan.js'
import { neededLinks } from './route-dependencies.js'

/** Under `manage: routing` there are none: stacks have their own hooks for such links. */
export const deferredRoutes = oncePerObject((plan: KernelPlan): readonly Route[] => {
  if (plan.intent.manage === 'routing') return []
  const unmanaged = new Set(plan.state.links.filter(({ managed }) => !managed).map(({ name }) => name))
  return plan.state.routes.filter((route) => neededLinks(route, plan).some((name) => unmanaged.has(name)))
})

/** The other routes, in the plan's order: the stack installs them itself. */
export const installedRoutes = oncePerObject((plan: KernelPlan): readonly Route[] => {
  const deferred = new Set(deferredRoutes(plan))
  return plan.state.routes.filter((route) => !deferred.has(route))
})

/** Installed routes that need this link only. */
export const ownRoutes = (plan: KernelPlan, link: LinkName): readonly Route[] =>
  indexOf(plan).own.get(link) ?? []

/** Installed routes that need this link and others. */
export const sharedRoutes = (plan: KernelPlan, link: LinkName): readonly Route[] =>
  indexOf(plan).shared.get(link) ?? []

interface PlanIndex {
  readonly own: ReadonlyMap<LinkName, readonly Route[]>
  readonly shared: ReadonlyMap<LinkName, readonly Route[]>
}

const indexOf = oncePerObject((plan: KernelPlan): PlanIndex => {
  const own = new Map<LinkName, Route[]>()
  const shared = new Map<LinkName, Route[]>()
  for (const route of installedRoutes(plan)) {
    const needed = neededLinks(route, plan)
    // A route with several next hops over one link has no owner, but needs that link only.
    const owner = owningLink(route) ?? needed[0]
    if (needed.length > 1) for (const link of needed) put(shared, link, route)
    else if (owner !== undefined) put(own, owner, route)
  }
  return { own, shared }
})

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
