// One cell of the matrix: a fixture on a stack of a Debian; the kernel has the plan, and decides as the fixture says.
import type { Fixture } from '../../helpers/fixtures.js'
import { wrongDecisions } from '../checks/decisions.js'
import { wrongReplies } from '../checks/reply-check.js'
import { wrongFindings } from '../checks/verify-findings.js'
import { cellHashOf } from '../run/boot-record.js'
import type { Outcome } from '../run/results.js'
import { whyNotOn } from '../run/skip-policy.js'
import { expectedPlan } from './expectations/expected-plan.js'
import { bootHost, compareWithPlan } from './host.js'
import { leasesOf } from './leases/leases-file.js'
import { isRefusal, renderFor } from './rendering.js'
import type { Platform, Rendering } from './rendering.js'

export type Cell = Platform & { readonly fixture: Fixture }

async function differencesOf(
  { fixture, ...platform }: Cell,
  rendering: Rendering,
): Promise<readonly string[]> {
  const lab = await bootHost(rendering, { ...platform, leases: leasesOf(fixture) })
  try {
    const found = await compareWithPlan(lab, rendering.plan)
    const { plan } = await expectedPlan(lab, rendering.plan)
    found.push(...(await wrongFindings(lab, rendering.plan)))
    found.push(...(await wrongDecisions(lab, fixture)))
    found.push(...(await wrongReplies(lab, fixture.text, plan)))
    if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
    return found
  } finally {
    await lab.close()
  }
}

type Report = (outcome: Outcome, hash?: string) => void

/** The reason why it does not boot here, or what differs. It reports each step, since the process may be killed. */
export async function bootCell(
  cell: Cell,
  report: Report,
): Promise<{ readonly skipped?: string; readonly differences: readonly string[] }> {
  const rendering = renderFor(cell.fixture.text, cell)
  if (isRefusal(rendering)) {
    report({ kind: 'refused', why: rendering.refused })
    return { differences: [] }
  }
  const skipped = whyNotOn(rendering.plan, cell)
  if (skipped !== undefined) {
    report({ kind: 'cannot run here', why: skipped })
    return { skipped, differences: [] }
  }
  report({ kind: 'begun' })
  try {
    const differences = await differencesOf(cell, rendering)
    if (differences.length > 0) report({ kind: 'differs' })
    else report({ kind: 'same' }, cellHashOf(cell.fixture, rendering.output))
    return { differences }
  } catch (error) {
    report({ kind: 'differs' })
    throw error
  }
}
