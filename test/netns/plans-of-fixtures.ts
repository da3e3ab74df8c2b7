// Plans for the kernel tests: hosts written by hand, and the fixtures.
import { compile } from '../../src/compile.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { goodFixtures, type Fixture } from '../helpers/fixtures.js'
import { missingLinkSupport } from '../helpers/virtual-link-support.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { installableRules } from './kernel.js'

/** The plan without rules that namespaces of this machine cannot have. */
export const installable = (plan: KernelPlan): KernelPlan => ({
  ...plan,
  state: { ...plan.state, rules: installableRules(plan) },
})

export function planOf(fixture: Fixture): KernelPlan {
  const { plan } = compile(fixture.text, { targets: [] })
  if (plan === undefined) throw new Error(`fixture ${fixture.name} has no plan`)
  return plan
}

/** Fixtures whose links this kernel can create. The others are reported as skipped. */
export const installableFixtures: readonly Fixture[] = goodFixtures.filter(
  (fixture) => missingLinkSupport(planOf(fixture)) === undefined,
)

export const plans: readonly (readonly [string, KernelPlan])[] = [
  ['one host, failover', failoverPlan],
  ['one host, balance', balancePlan],
  ...installableFixtures.map((fixture) => [fixture.name, planOf(fixture)] as const),
]
