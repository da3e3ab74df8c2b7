// Deferred routes: routes over links that another program creates, installed by multihome-follow.
import type { KernelPlan, Route } from '../../plan/plan.js'
import { neededLinks } from './route-dependencies.js'
import type { Support } from '../target.js'

/** Of a stack that does not watch for such links itself. */
export const lateRoutes: Support = {
  how: 'hook',
  why: 'the stack sees no link that another program creates and deletes',
  note: 'multihome-follow installs its routes whenever the link appears',
}

/** A plan without the routes that the stack does not install itself. */
export interface DeferredPlan extends KernelPlan {
  /** They wait for a link of another program, each time it is created. */
  readonly late?: readonly Route[]
}

/** Under `manage: routing` the plan is unchanged: stacks have their own hooks for that. */
export function deferRoutes(plan: KernelPlan): DeferredPlan {
  if (plan.intent.manage === 'routing') return plan
  const foreign = new Set(
    plan.state.links.filter((link) => link.manage === 'routing').map((link) => link.name),
  )
  const isLate = (route: Route): boolean => neededLinks(route, plan).some((name) => foreign.has(name))
  const late = plan.state.routes.filter(isLate)
  if (late.length === 0) return plan
  return {
    ...plan,
    late,
    state: { ...plan.state, routes: plan.state.routes.filter((route) => !isLate(route)) },
  }
}
