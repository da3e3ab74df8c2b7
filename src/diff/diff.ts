// What does a change do? Two plans in; what the kernel has and where packets go, where that differs, out.
import type { KernelPlan } from '../plan/plan.js'
import type { Difference } from './difference.js'
import { isSameState, stateOf } from './state.js'

/** Comments, names, the order in which things are written: whatever no kernel sees makes no difference. */
export function diff(before: KernelPlan, after: KernelPlan): Difference {
  return { state: stateOf(before, after), moves: [], invented: new Map() }
}

/** Whether only words changed. */
export const isSame = ({ state, moves }: Difference): boolean => isSameState(state) && moves.length === 0
