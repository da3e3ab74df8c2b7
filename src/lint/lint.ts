// What a plan allows but its writer hardly meant: found by the look-up, each with a packet that shows it.
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { createReporter, type Reporter } from '../diagnostics/reporter.js'
import type { KernelPlan } from '../plan/plan.js'
import { checkAddresses } from './addresses.js'
import { checkArp } from './arp.js'
import { checkFamilies } from './families.js'
import { checkGateways } from './gateways.js'
import { hostOf, type Host } from './host.js'
import { illustrate } from './illustrate.js'
import { checkLocals } from './locals.js'
import { checkMain } from './main-default.js'
import { checkMarks } from './marks.js'
import { checkNexthops } from './nexthops.js'
import { checkReversePath } from './reverse-path.js'
import { findRules, type Findings } from './rules.js'
import { checkTables } from './tables.js'
import { checkRules } from './tell-rules.js'
import { checkVain } from './vain.js'
import { checkWalkedAround } from './walked-around.js'

const checks: readonly ((host: Host, reporter: Reporter, findings: Findings) => void)[] = [
  checkRules,
  checkVain,
  checkTables,
  checkNexthops,
  checkGateways,
  checkLocals,
  checkFamilies,
  checkWalkedAround,
  checkMarks,
  checkAddresses,
  checkMain,
  checkArp,
  checkReversePath,
]

/**
 * Without places in a text, as all diagnostics are before `placeDiagnostics`. What was `told` on the way to the plan
 * stands in front, where there is one with a packet that shows it.
 */
export function lint(plan: KernelPlan, told: readonly Diagnostic[] = []): readonly Diagnostic[] {
  const reporter = createReporter()
  const host = hostOf(plan)
  const findings = findRules(host)
  for (const check of checks) check(host, reporter, findings)
  return [...told.map((one) => illustrate(host, one)), ...reporter.diagnostics]
}
