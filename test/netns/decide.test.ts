// Where packets go: the fixture's word, the kernel's and lookup's are one; then many packets drawn from each plan.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { createFib } from '../../src/lookup/fib.js'
import { lookupIn, type Answer } from '../../src/lookup/lookup.js'
import type { KernelPlan, Sysctl } from '../../src/plan/plan.js'
import { formatAnswer, readPacketWords } from '../../src/syntax/route-get.js'
import { withGivenLeases } from '../helpers/leased-plan.js'
import { cardsOf } from '../helpers/made-kinds.js'
import { allows, askKernel, decisionsOf, isOneOf } from './decisions.js'
import { layLinks, layRouting } from './kernel.js'
import { inNetns, netnsTest, type Netns } from './netns.js'
import { drawPackets } from './packets.js'
import { drawPlan } from './plans.js'
import { layable, layableFixtures, planOf, plans } from './plans-of-fixtures.js'

/** The namespaces forward, so that IPv6 does not shun a gateway that does not answer: RT6_LOOKUP_F_REACHABLE. */
const forwarding: Sysctl = {
  key: 'net.ipv6.conf.all.forwarding',
  value: '1',
  origin: { path: [], reason: 'as in the namespace' },
}

const asLaid = (plan: KernelPlan): KernelPlan => ({
  ...layable(plan),
  sysctls: [...plan.sysctls.filter(({ key }) => key !== forwarding.key), forwarding],
})

function lookedUp(
  plan: KernelPlan,
  questions: readonly string[],
  spell: (answer: Answer) => string = formatAnswer,
): readonly string[] {
  const fib = createFib(plan)
  return questions.map((question) => {
    const read = readPacketWords(question)
    return read.ok ? spell(lookupIn(fib, read.packet)) : read.problem
  })
}

const inLaid = (plan: KernelPlan, use: (netns: Netns) => void): Promise<void> =>
  inNetns(cardsOf(plan), (netns) => {
    layLinks(netns, plan)
    layRouting(netns, plan)
    use(netns)
  })

/** A rule that says `unreachable` gives the errno of no answer at all, a route another. */
const asKernel = (answer: Answer): string =>
  answer.kind === 'reject' && answer.type === 'unreachable' && answer.route === undefined
    ? 'none'
    : formatAnswer(answer)

async function expectAgreement(plan: KernelPlan, seed: number): Promise<void> {
  const laid = asLaid(plan)
  await inLaid(laid, (netns) => {
    const packets = drawPackets(laid, 400, seed)
    const kernel = askKernel(netns, packets)
    const own = lookedUp(laid, packets, asKernel)
    const differences = packets.flatMap((packet, index) => {
      const [asked = '', found = ''] = [kernel[index], own[index]]
      return isOneOf(found, asked) ? [] : [{ packet, kernel: asked, lookup: found }]
    })
    expect(differences).toEqual([])
  })
}

describe('drawn packets: lookup is the kernel', () => {
  for (const [index, [name, plan]] of plans.entries())
    netnsTest(name, () => expectAgreement(plan, index + 100))
})

describe('drawn packets in drawn plans: lookup is the kernel', () => {
  for (let seed = 1; seed <= 20; seed++) {
    netnsTest(`plan ${seed}`, () => expectAgreement(drawPlan(seed), seed))
  }
})

describe('decisions', () => {
  for (const fixture of layableFixtures) {
    if (!existsSync(join(fixture.folder, 'decisions.yaml'))) continue
    netnsTest(fixture.name, async () => {
      const plan = withGivenLeases(fixture, planOf(fixture))
      const laid = asLaid(plan)
      const decisions = decisionsOf(fixture).filter(
        ({ get }) => laid.rules.length === plan.rules.length || !get.includes(' uid '),
      )
      const questions = decisions.map(({ get }) => get)
      await inLaid(laid, (netns) => {
        const kernel = askKernel(netns, questions)
        const own = lookedUp(laid, questions)
        for (const [index, { get, answer }] of decisions.entries()) {
          const said = { get, kernel: kernel[index] ?? '', lookup: own[index] ?? '' }
          expect
            .soft(allows(answer, said.kernel), `the kernel: ${JSON.stringify({ answer, ...said })}`)
            .toBe(true)
          expect
            .soft(isSame(answer, said.lookup), `lookup: ${JSON.stringify({ answer, ...said })}`)
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
