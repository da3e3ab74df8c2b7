// Results that depend on a plan alone, computed once for each plan object.
import type { KernelPlan } from './plan.js'

/** `compute`, remembered for as long as the plan is reachable: seven targets and the checks ask the same of one plan. */
export function oncePerPlan<T>(compute: (plan: KernelPlan) => T): (plan: KernelPlan) => T {
  const known = new WeakMap<KernelPlan, { readonly value: T }>()
  return (plan) => {
    const entry = known.get(plan) ?? { value: compute(plan) }
    known.set(plan, entry)
    return entry.value
  }
}
