// The plan laid by `ip` is the plan that `ip` shows: no word of it is lost, doubled or read otherwise by the kernel.
import { expect } from 'vitest'
import type { KernelPlan } from '../../src/plan/plan.js'
import { cardsOf } from '../helpers/made-kinds.js'
import { kernelRoutes, kernelRules, layLinks, layRouting, plannedRoutes, plannedRules } from './kernel.js'
import { inNetns, netnsTest } from './netns.js'
import { plans } from './plans-of-fixtures.js'

async function expectEqual(plan: KernelPlan): Promise<void> {
  await inNetns(cardsOf(plan), (netns) => {
    layLinks(netns, plan)
    layRouting(netns, plan)
    expect(kernelRoutes(netns)).toEqual(plannedRoutes(plan))
    expect(kernelRules(netns)).toEqual(plannedRules(plan))
  })
}

for (const [name, plan] of plans) netnsTest(name, () => expectEqual(plan))
