// Linter: finds valid plans that hardly mean what the user wants, each with an example packet.
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { createReporter, type Reporter } from '../diagnostics/reporter.js'
import type { KernelPlan } from '../plan/plan.js'
import { checkReplySymmetry } from './reply-symmetry.js'
import { checkArp } from './arp.js'
import { checkFamilies } from './family-leak.js'
import { checkGateways } from './gateways.js'
import { createLintContext, type LintContext } from './context.js'
import { addExample } from './add-examples.js'
import { checkLocals } from './local-via-provider.js'
import { checkMissingDefault } from './missing-default.js'
import { checkConnmarks } from './marks.js'
import { checkNexthops } from './nexthops.js'
import { checkReversePath } from './reverse-path.js'
import { classifyRules, type Findings } from './rules/rule-status.js'
import { checkTables } from './tables.js'
import { checkRules } from './rules/report-rules.js'
import { checkIneffectiveKeys } from './rules/ineffective-keys.js'
import { checkIpv6Bypass } from './rules/ipv6-bypass.js'

const checks: readonly ((host: LintContext, reporter: Reporter, findings: Findings) => void)[] = [
  checkRules,
  checkIneffectiveKeys,
  checkTables,
  checkNexthops,
  checkGateways,
  checkLocals,
  checkFamilies,
  checkIpv6Bypass,
  checkConnmarks,
  checkReplySymmetry,
  checkMissingDefault,
  checkArp,
  checkReversePath,
]

/**
 * Returns diagnostics without text locations, which `placeDiagnostics` adds. `earlier` diagnostics come first, with
 * example packets where possible.
 */
export function lint(plan: KernelPlan, earlier: readonly Diagnostic[] = []): readonly Diagnostic[] {
  const reporter = createReporter()
  const host = createLintContext(plan)
  const findings = classifyRules(host)
  for (const check of checks) check(host, reporter, findings)
  return [...earlier.map((one) => addExample(host, one)), ...reporter.diagnostics]
}
