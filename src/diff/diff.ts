// What does a change do? Two plans in; what the kernel has and where packets go, where that differs, out.
import { families, type Family } from '../kernel/family.js'
import { createFib } from '../lookup/fib.js'
import { applyLeases } from '../plan/apply-leases.js'
import type { KernelPlan } from '../plan/plan.js'
import { placeholderLeases } from '../plan/placeholder-leases.js'
import type { Difference } from './difference.js'
import { createDispositionReader } from './disposition.js'
import { reroutesOf, type FamilyMoves, type Side } from './reroutes.js'
import { isSameState, stateOf } from './state.js'

/**
 * Comments, names, the order in which things are written: whatever no kernel sees makes no difference. Of packets that
 * come in or go out by a link in a VRF nothing is told, as the look-up tells nothing of them; and of a leased link the
 * address and the router are taken to be the same before and after.
 */
export function diff(before: KernelPlan, after: KernelPlan): Difference {
  const sides = sidesOf(before, after)
  const found = families.map((family) => sides.movesOf(family))
  return {
    state: stateOf(before, after),
    moves: found.flatMap(({ moves }) => moves.map(({ move }) => move)),
    unexamined: found.flatMap(({ unexamined }) => unexamined.map(({ told }) => told)),
    invented: sides.invented,
  }
}

/** Whether only words changed. */
export const isSame = ({ state, moves, unexamined }: Difference): boolean =>
  isSameState(state) && moves.length === 0 && unexamined.length === 0

export interface Sides {
  readonly before: Side
  readonly after: Side
  readonly invented: ReadonlyMap<string, string>
  movesOf(family: Family): FamilyMoves
}

/** Both with whatever stands in for their leases. */
export function sidesOf(before: KernelPlan, after: KernelPlan): Sides {
  const plans = [before, after]
  const sideOf = (plan: KernelPlan) => {
    const { leases, names } = placeholderLeases(plan, plans)
    const told = leases.size === 0 ? plan : applyLeases(plan, leases)
    return { names, fib: createFib(told), fates: createDispositionReader(told, names) }
  }
  const [old, one] = [sideOf(before), sideOf(after)]
  return {
    before: old,
    after: one,
    invented: new Map([...old.names, ...one.names]),
    movesOf: (family) => reroutesOf(family, old, one),
  }
}
