// Findings of `multihome verify` on a booted host, read with the host's own shell and programs.
import type { KernelPlan } from '../../../src/plan/plan.js'
import { formatPath } from '../../../src/diagnostics/diagnostic.js'
import type { Finding } from '../../../src/verify/finding.js'
import { gatherLine } from '../../../src/verify/collect.js'
import { readState } from '../../../src/verify/read/read-state.js'
import { verify } from '../../../src/verify/verify.js'
import type { Lab } from '../lab/lab.js'

/** All findings, including notes. The plan is the description's: verify itself must find out the leases. */
export async function findingsOf(lab: Pick<Lab, 'exec'>, plan: KernelPlan): Promise<readonly Finding[]> {
  const { stdout, stderr } = await lab.exec(gatherLine(plan))
  const read = readState(stdout)
  if (!read.ok) throw new Error(`verify: ${read.problems.join('\n')}\n${stderr}`)
  return verify(plan, read.value)
}

/** Empty if verify reports that the host is in sync. */
export async function wrongFindings(lab: Pick<Lab, 'exec'>, plan: KernelPlan): Promise<readonly string[]> {
  const findings = await findingsOf(lab, plan)
  return findings.filter(({ severity }) => severity === 'error').map((one) => `! verify: ${findingText(one)}`)
}

/** `missing rule inet pref 100 lookup 7 <- what is there (why) rules[0]`. */
export const findingText = ({ kind, what, family, words, live, why, origin }: Finding): string =>
  [
    ...[kind, what, ...(family === undefined ? [] : [family]), words],
    ...(live === undefined ? [] : ['<-', live]),
    ...(why === undefined ? [] : [`(${why})`]),
    ...(origin === undefined ? [] : [formatPath(origin.path)]),
  ].join(' ')
