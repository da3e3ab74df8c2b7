// The two descriptions that are compared, each with its plan and its lines.
import type { Path } from '../../diagnostics/diagnostic.js'
import { diff } from '../../diff/diff.js'
import type { Difference } from '../../diff/difference.js'
import type { KernelPlan } from '../../plan/plan.js'
import { withoutNumbers, type NamedState } from './tables.js'

export interface Side {
  /** As its diagnostics call it. */
  readonly file: string
  readonly text: string
  readonly plan: KernelPlan
  readonly lineOf: (path: Path) => number
}

export interface Sides {
  readonly before: Side
  readonly after: Side
  readonly difference: Difference
  /** The state that differs beside the numbers of tables. */
  readonly named: NamedState
}

export function sidesOf(before: Side, after: Side): Sides {
  const difference = diff(before.plan, after.plan)
  return { before, after, difference, named: withoutNumbers(before.plan, after.plan, difference.state) }
}
