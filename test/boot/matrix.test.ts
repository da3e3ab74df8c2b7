// Boot matrix: every fixture on every stack of every Debian; the kernel has the plan, and decides as the fixture
// says.
import { describe, expect, inject, test } from 'vitest'
import { wrongDecisions } from './checks/decisions.js'
import { wrongReplies } from './checks/reply-check.js'
import { wrongFindings } from './checks/verify-findings.js'
import { bootHost, compareWithPlan } from './host/host.js'
import { leasesOf } from './host/leases/leases-file.js'
import { expectedPlan } from './host/expectations/expected-plan.js'
import { isRefusal, renderFor } from './host/rendering.js'
import type { Rendering } from './host/rendering.js'
import { cellHashOf } from './run/boot-record.js'
import { whyNotOn } from './run/skip-policy.js'
import { addResult } from './run/results.js'
import type { Outcome } from './run/results.js'
import { selectedCells } from './run/selection.js'
import type { Cell } from './run/selection.js'

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

const cells = selectedCells()

// vitest fails a file without tests.
test.runIf(cells.length === 0)('no cell is wanted', ({ skip }) =>
  skip('every cell of the matrix passed before with the same files and code (docs/booted.json)'),
)

describe.skipIf(inject('bootObstacle') !== '' || cells.length === 0).concurrent('booted', () => {
  test.for(cells)('$fixture.name on $stack, Debian $debian', async (cell, { skip }) => {
    const { fixture, stack, debian } = cell
    const report = (outcome: Outcome, hash?: string): void =>
      addResult(inject('bootResults'), {
        ...{ fixture: fixture.name, stack, debian, outcome },
        ...(hash === undefined ? {} : { hash }),
      })
    const rendering = renderFor(fixture.text, cell)
    if (isRefusal(rendering)) return report({ kind: 'refused', why: rendering.refused })
    const why = whyNotOn(rendering.plan, cell)
    if (why !== undefined) {
      report({ kind: 'cannot run here', why })
      return skip(why)
    }
    report({ kind: 'begun' })
    try {
      expect(await differencesOf(cell, rendering)).toEqual([])
    } catch (error) {
      report({ kind: 'differs' })
      throw error
    }
    report({ kind: 'same' }, cellHashOf(fixture, rendering.output))
  })
})
