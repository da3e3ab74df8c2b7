// Routes over links that another program makes: where the stack itself watches no link, what follows leases lays them.
import type { KernelPlan, Route } from '../../plan/plan.js'
import { neededLinks } from './route-dependencies.js'
import type { Support } from '../target.js'

/** Of a stack whose plan is split here. */
export const lateRoutes: Support = {
  how: 'hook',
  why: 'the stack sees no link that another program creates and deletes',
  note: 'multihome-follow lays its routes whenever it comes',
}

/** A plan some of whose routes are not the stack’s to lay. */
export interface DeferredPlan extends KernelPlan {
  /** They wait for a link of another program: whenever it comes, and again when it is made anew. */
  readonly late?: readonly Route[]
}

/** The plan itself where all addresses are another’s: those stacks have a hook of their own for that. */
export function deferRoutes(plan: KernelPlan): DeferredPlan {
  if (plan.manage === 'routing') return plan
  const foreign = new Set(plan.links.filter((link) => link.manage === 'routing').map((link) => link.name))
  const isLate = (route: Route): boolean => neededLinks(route, plan).some((name) => foreign.has(name))
  const late = plan.routes.filter(isLate)
  if (late.length === 0) return plan
  return { ...plan, routes: plan.routes.filter((route) => !isLate(route)), late }
}
