// Every plan that the kernel is asked about: the hosts written by hand, and those of the fixtures.
import { compile } from '../../src/compile.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { goodFixtures, type Fixture } from '../helpers/fixtures.js'
import { whyNotMade } from '../helpers/made-kinds.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { layableRules } from './kernel.js'

/** With those rules that this machine's namespaces can have. */
export const layable = (plan: KernelPlan): KernelPlan => ({ ...plan, rules: layableRules(plan) })

export function planOf(fixture: Fixture): KernelPlan {
  const { plan } = compile(fixture.text, { targets: [] })
  if (plan === undefined) throw new Error(`fixture ${fixture.name} has no plan`)
  return plan
}

/** Those whose links this machine's kernel can make; the others are told of. */
export const layableFixtures: readonly Fixture[] = goodFixtures.filter(
  (fixture) => whyNotMade(planOf(fixture)) === undefined,
)

export const plans: readonly (readonly [string, KernelPlan])[] = [
  ['one host, failover', failoverPlan],
  ['one host, balance', balancePlan],
  ...layableFixtures.map((fixture) => [fixture.name, planOf(fixture)] as const),
]
