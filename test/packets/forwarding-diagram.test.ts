import { describe, expect, it } from 'vitest'
import type { Family } from '../../src/kernel/family.js'
import { createFib } from '../../src/lookup/fib.js'
import { lookupIn } from '../../src/lookup/lookup.js'
import { createSpace } from '../../src/packets/packet-space.js'
import { createForwardingDiagram } from '../../src/packets/forwarding-diagram.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { withGivenLeases } from '../helpers/apply-fixture-leases.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { drawPlan } from '../generators/random-plan.js'
import { drawVrfPlan } from '../generators/random-vrf-plan.js'
import { drawAnyPackets } from './draw.js'
import { amount } from '../helpers/amount.js'

const plans: readonly (readonly [string, KernelPlan])[] = [
  ['one host, failover', failoverPlan],
  ['one host, balance', balancePlan],
  ...goodFixtures.flatMap((fixture) => {
    const { plan } = compileFixture(fixture)
    return plan === undefined ? [] : [[fixture.name, withGivenLeases(fixture, plan)] as const]
  }),
  ...Array.from(
    { length: amount(12, 40) },
    (_, index) => [`drawn plan ${index + 1}`, drawPlan(index + 1)] as const,
  ),
  ...Array.from(
    { length: amount(6, 40) },
    (_, index) => [`drawn plan ${index + 1} with VRFs`, drawVrfPlan(index + 1)] as const,
  ),
]

function verdictsIn(plan: KernelPlan) {
  const fib = createFib(plan)
  const of = (family: Family) => createForwardingDiagram(createSpace(family, [plan]), fib[family])
  return { fib, inet: of('inet'), inet6: of('inet6') }
}

describe('the forwarding diagram', () => {
  it.each(plans)('agrees with the lookup: %s', (_, plan) => {
    const { fib, ...verdicts } = verdictsIn(plan)
    for (const packet of drawAnyPackets(plan, amount(150, 400), 1)) {
      const [reported, found] = [verdicts[packet.family].answerTo(packet), lookupIn(fib, packet)]
      // `expect` on each would take most of the time.
      if (JSON.stringify(reported) !== JSON.stringify(found))
        expect({ packet, reported }).toEqual({ packet, reported: found })
    }
  })
})
