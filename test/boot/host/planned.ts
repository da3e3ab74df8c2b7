// What does a plan mean on this host now, with what its links are leased at this moment?
import { RT_TABLE_MAIN } from '../../../src/kernel/table.js'
import { withLeases } from '../../../src/plan/leased.js'
import type { KernelPlan, Route } from '../../../src/plan/plan.js'
import type { Lab } from '../lab/lab.js'
import { managedNetwork } from '../lab/lease.js'
import type { State } from '../lab/state.js'
import { factsOf } from './facts.js'
import { foreignRoutes } from './foreign.js'
import type { Leases } from './leases.js'
import { expectedState } from './nature.js'
import { referenceState } from './reference.js'

export type Planned = {
  /** Without an address left untold. */
  readonly plan: KernelPlan
  readonly state: State
  /** Of what was leased. */
  readonly wrong: readonly string[]
}

/** The plan itself where nothing is leased. */
export async function plannedOn(lab: Lab, plan: KernelPlan): Promise<Planned> {
  const leases = lab.leases()
  const { facts, wrong } = await factsOf(lab, plan)
  const told = withOnLink(withLeases(plan, facts), plan, leases)
  return { plan: told, state: expectedState(lab.stack, told, await referenceState(told, leases)), wrong }
}

/** An advertisement has its prefix on the link even where an address in it is leased, and so stands alone; it is followed. */
function withOnLink(plan: KernelPlan, { followed }: KernelPlan, leases: Leases): KernelPlan {
  const routes = plan.links.flatMap((link): Route[] => {
    const { advertisement, dhcp6 } = leases.get(link.name) ?? {}
    if (link.lease?.acceptRa !== true || advertisement === undefined) return []
    const tables = followed.filter((one) => one.link === link.name).map(({ table }) => table)
    return managedNetwork(dhcp6?.address, advertisement).flatMap((dst) =>
      [RT_TABLE_MAIN, ...tables].map((table) => ({
        ...({ family: 'inet6', type: 'unicast', dst, table } as const),
        ...{ nexthops: [{ dev: link.name }], origin: link.origin },
      })),
    )
  })
  return { ...plan, routes: [...plan.routes, ...routes, ...foreignRoutes(plan, leases)] }
}
