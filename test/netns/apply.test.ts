// The plan laid by `ip` is the plan that `ip` shows: no word of it is lost, doubled or read otherwise by the kernel.
import { describe, expect } from 'vitest'
import type { KernelPlan } from '../../src/plan/plan.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { kernelRoutes, kernelRules, layLinks, layRouting, plannedRoutes, plannedRules } from './kernel.js'
import { inNetns, netnsTest } from './netns.js'

async function expectEqual(plan: KernelPlan): Promise<void> {
  await inNetns(
    plan.links.map(({ name }) => name),
    (netns) => {
      layLinks(netns, plan)
      layRouting(netns, plan)
      expect(kernelRoutes(netns)).toEqual(plannedRoutes(plan))
      expect(kernelRules(netns)).toEqual(plannedRules(plan))
    },
  )
}

describe('one host, written by hand', () => {
  netnsTest('failover', () => expectEqual(failoverPlan))
  netnsTest('balance', () => expectEqual(balancePlan))
})

describe('fixtures', () => {
  for (const fixture of goodFixtures) {
    netnsTest(fixture.name, async () => {
      const { plan } = compileFixture(fixture)
      if (plan === undefined) throw new Error('the fixture has no plan')
      await expectEqual(plan)
    })
  }
})
