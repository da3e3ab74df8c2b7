// Difference of two plans: the kernel state that changes and the packets that are rerouted.
import { families, type Family } from '../kernel/family.js'
import { createFib } from '../lookup/fib.js'
import { applyLeases } from '../plan/apply-leases.js'
import type { KernelPlan } from '../plan/plan.js'
import { placeholderLeases } from '../plan/placeholder-leases.js'
import type { Difference } from './difference.js'
import { createDispositionReader } from './disposition.js'
import { reroutesOf, type FamilyReroutes, type RoutedPlan } from './reroutes.js'
import { isSameState, stateOf } from './state.js'

/**
 * Comments, names and the order of keys make no difference: no kernel sees them. A lease is assumed to stay the same.
 */
export function diff(before: KernelPlan, after: KernelPlan): Difference {
  const plans = routedPlans(before, after)
  const found = families.map((family) => plans.reroutesOf(family))
  return {
    state: stateOf(before, after),
    reroutes: found.flatMap(({ reroutes }) => reroutes.map(({ reroute }) => reroute)),
    unanalyzed: found.flatMap(({ unanalyzed }) => unanalyzed),
    placeholders: plans.placeholders,
  }
}

/** Whether the kernel has the same state and routes every packet as before. */
export const isSame = ({ state, reroutes, unanalyzed }: Difference): boolean =>
  isSameState(state) && reroutes.length === 0 && unanalyzed.length === 0

export interface RoutedPlans {
  readonly before: RoutedPlan
  readonly after: RoutedPlan
  readonly placeholders: ReadonlyMap<string, string>
  reroutesOf(family: Family): FamilyReroutes
}

/** Both plans with placeholder leases applied. */
export function routedPlans(before: KernelPlan, after: KernelPlan): RoutedPlans {
  const routed = (plan: KernelPlan) => {
    const { leases, names } = placeholderLeases(plan, [before, after])
    const leased = leases.size === 0 ? plan : applyLeases(plan, leases)
    return { names, fib: createFib(leased), dispositions: createDispositionReader(leased, names) }
  }
  const [old, now] = [routed(before), routed(after)]
  return {
    before: old,
    after: now,
    placeholders: new Map([...old.names, ...now.names]),
    reroutesOf: (family) => reroutesOf(family, old, now),
  }
}
