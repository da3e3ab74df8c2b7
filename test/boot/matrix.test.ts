// Every fixture on every stack of every generation: the booted kernel holds the plan, and decides as the fixture says.
import { describe, expect, inject, test } from 'vitest'
import { wrongDecisions } from './checks/decisions.js'
import { wrongReplies } from './checks/traffic.js'
import { wrongFindings } from './checks/verified.js'
import { whyNotMade } from '../helpers/made-kinds.js'
import { bootHost, compareWithPlan } from './host/host.js'
import { leasesOf } from './host/leases.js'
import { plannedOn } from './host/planned.js'
import { isRefusal, renderFor } from './host/rendering.js'
import type { Rendering } from './host/rendering.js'
import { hashOf } from './run/proof.js'
import { reasonToSkip } from './run/required.js'
import { addResult } from './run/results.js'
import type { Outcome } from './run/results.js'
import { wantedCells } from './run/wanted.js'
import type { Cell } from './run/wanted.js'

async function differencesOf({ fixture, ...place }: Cell, rendering: Rendering): Promise<readonly string[]> {
  const lab = await bootHost(rendering, { ...place, leases: leasesOf(fixture) })
  try {
    const found = await compareWithPlan(lab, rendering.plan)
    const { plan } = await plannedOn(lab, rendering.plan)
    found.push(...(await wrongFindings(lab, rendering.plan)))
    found.push(...(await wrongDecisions(lab, fixture)))
    found.push(...(await wrongReplies(lab, fixture.text, plan)))
    if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
    return found
  } finally {
    await lab.close()
  }
}

describe.skipIf(inject('bootObstacle') !== '').concurrent('booted', () => {
  test.for(wantedCells)('$fixture.name on $stack, Debian $debian', async (cell, { skip }) => {
    const { fixture, stack, debian } = cell
    const tell = (outcome: Outcome, hash?: string): void =>
      addResult(inject('bootResults'), {
        ...{ fixture: fixture.name, stack, debian, outcome },
        ...(hash === undefined ? {} : { hash }),
      })
    const made = renderFor(fixture.text, cell)
    if (isRefusal(made)) return tell({ kind: 'refused', why: made.refused })
    const why = whyNotMade(made.plan) ?? reasonToSkip(cell)
    if (why !== undefined) {
      tell({ kind: 'cannot run here', why })
      return skip(why)
    }
    tell({ kind: 'differs' })
    expect(await differencesOf(cell, made)).toEqual([])
    tell({ kind: 'same' }, hashOf(made.output))
  })
})
