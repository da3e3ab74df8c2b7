// Refusal of a value that a stack cannot have although it has the feature.
import type { Reporter, ReportOptions } from '../diagnostics/reporter.js'

/** `at`: where the value is written. After a refusal the target has no files. */
export const refuseValue = (
  at: Reporter,
  target: string,
  what: string,
  reason: string,
  options: Pick<ReportOptions, 'fix' | 'on' | 'dependsOn'> = {},
): void => at.report('value-unsupported', { what, target, reason }, { ...options, target })
