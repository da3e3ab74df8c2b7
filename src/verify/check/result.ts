// Result of a check.
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
