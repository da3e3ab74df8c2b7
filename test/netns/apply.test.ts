// Plans installed by `ip` read back unchanged.
import { expect } from 'vitest'
import type { KernelPlan } from '../../src/plan/plan.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import {
  kernelRoutes,
  kernelRules,
  installLinks,
  installRouting,
  plannedRoutes,
  plannedRules,
} from './kernel.js'
import { inNetns, netnsTest } from './netns.js'
import { plans } from './plans-of-fixtures.js'

async function expectEqual(plan: KernelPlan): Promise<void> {
  await inNetns(physicalLinks(plan), (netns) => {
    installLinks(netns, plan)
    installRouting(netns, plan)
    expect(kernelRoutes(netns)).toEqual(plannedRoutes(plan))
    expect(kernelRules(netns)).toEqual(plannedRules(plan))
  })
}

for (const [name, plan] of plans) netnsTest(name, () => expectEqual(plan))
