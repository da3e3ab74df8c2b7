// What comes of holding one kind of thing against the plan, and which links are the plan's to hold.
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import type { Finding } from '../finding.js'
import type { Excused } from '../link-state.js'

export interface CheckResult {
  readonly findings: readonly Finding[]
  readonly excused: readonly Excused[]
}

/** Its addresses, settings and default routes are laid by the plan’s stack; else by another program. */
export const isOurs = ({ manage }: KernelPlan, link: PlannedLink): boolean =>
  manage === 'full' && link.manage === 'full'
