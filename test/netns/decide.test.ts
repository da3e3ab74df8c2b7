// Routing decisions: fixtures, the kernel and lookup agree, also for random packets of each plan.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { createFib } from '../../src/lookup/fib.js'
import { lookupIn } from '../../src/lookup/lookup.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { formatAnswer, parsePacketTokens } from '../../src/syntax/route-get.js'
import { withGivenLeases } from '../helpers/apply-fixture-leases.js'
import { asInstalled, compareAnswers, inInstalled } from './agreement.js'
import { allows, askKernel, decisionsOf } from './decisions.js'
import { netnsTest } from './netns.js'
import { drawPackets } from './packets.js'
import { drawPlan } from '../generators/random-plan.js'
import { installableFixtures, planOf, plans } from './plans-of-fixtures.js'

function lookedUp(plan: KernelPlan, questions: readonly string[]): readonly string[] {
  const fib = createFib(plan)
  return questions.map((question) => {
    const read = parsePacketTokens(question)
    return read.ok ? formatAnswer(lookupIn(fib, read.value)) : read.problem
  })
}

async function expectAgreement(plan: KernelPlan, seed: number): Promise<void> {
  const installed = asInstalled(plan)
  await inInstalled(installed, (netns) => {
    const differences = compareAnswers(netns, installed, drawPackets(installed, 400, seed))
      .filter(({ agree }) => !agree)
      .map(({ words, kernel, lookup }) => ({ words, kernel, lookup }))
    expect(differences).toEqual([])
  })
}

describe('random packets: lookup and kernel agree', () => {
  for (const [index, [name, plan]] of plans.entries())
    netnsTest(name, () => expectAgreement(plan, index + 100))
})

describe('random packets in random plans: lookup and kernel agree', () => {
  for (let seed = 1; seed <= 20; seed++) {
    netnsTest(`plan ${seed}`, () => expectAgreement(drawPlan(seed), seed))
  }
})

describe('decisions', () => {
  for (const fixture of installableFixtures) {
    if (!existsSync(join(fixture.folder, 'decisions.yaml'))) continue
    netnsTest(fixture.name, async () => {
      const plan = withGivenLeases(fixture, planOf(fixture))
      const installed = asInstalled(plan)
      const decisions = decisionsOf(fixture).filter(
        ({ get }) => installed.state.rules.length === plan.state.rules.length || !/ (?:uid|tos) /.test(get),
      )
      const questions = decisions.map(({ get }) => get)
      await inInstalled(installed, (netns) => {
        const kernel = askKernel(netns, questions)
        const own = lookedUp(installed, questions)
        for (const [index, { get, answer }] of decisions.entries()) {
          const answers = { get, kernel: kernel[index] ?? '', lookup: own[index] ?? '' }
          expect
            .soft(allows(answer, answers.kernel), `the kernel: ${JSON.stringify({ answer, ...answers })}`)
            .toBe(true)
          expect
            .soft(isSame(answer, answers.lookup), `lookup: ${JSON.stringify({ answer, ...answers })}`)
            .toBe(true)
        }
      })
    })
  }
})

/** The members of a multipath route in any order. */
function isSame(answer: string, lookup: string): boolean {
  const members = (text: string): string =>
    text
      .replace(/^one of: /, '')
      .split(' | ')
      .sort()
      .join(' | ')
  return members(answer) === members(lookup)
}
