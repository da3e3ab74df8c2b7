// Result of a check, and the links that a plan manages.
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import type { Finding } from '../finding.js'
import type { Excused } from '../link-state.js'

export interface CheckResult {
  readonly findings: readonly Finding[]
  readonly excused: readonly Excused[]
}

export const mergeResults = (results: readonly CheckResult[]): CheckResult => ({
  findings: results.flatMap(({ findings }) => findings),
  excused: results.flatMap(({ excused }) => excused),
})

/** Whether the plan's stack sets the addresses and settings of the link; otherwise another program does. */
export const isManaged = ({ intent: { manage } }: KernelPlan, link: PlannedLink): boolean =>
  manage === 'full' && link.manage === 'full'
