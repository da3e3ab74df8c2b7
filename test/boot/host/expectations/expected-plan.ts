// Expected plan of a booted host: the plan with the current data of its leases.
import { parseAddress } from '../../../../src/kernel/address.js'
import { anyPrefix } from '../../../../src/kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../../../src/kernel/table.js'
import { applyLeases } from '../../../../src/plan/apply-leases.js'
import type { KernelPlan, Route } from '../../../../src/plan/plan.js'
import type { Lab } from '../../lab/lab.js'
import { managedNetwork } from '../../lab/dhcp/lease.js'
import { asArray } from '../../lab/state/read-kernel-state.js'
import type { State } from '../../lab/state/state.js'
import { leaseDataOn } from './lease-data.js'
import { externalRoutes } from '../other-programs/external-addressing.js'
import type { Leases } from '../leases/leases-file.js'
import { expectedState } from './stack-side-effects.js'
import { referenceState } from './reference-state.js'

export type ExpectedPlan = {
  /** The plan with all dynamic addresses replaced. */
  readonly plan: KernelPlan
  readonly state: State
  /** Problems with the leases. */
  readonly wrong: readonly string[]
}

/** The plan itself if the host has no leases. */
export async function expectedPlan(lab: Lab, plan: KernelPlan): Promise<ExpectedPlan> {
  const leases = lab.leases()
  const { leaseData, wrong } = await leaseDataOn(lab, plan)
  const withPrefixes = withOnLinkPrefixes(applyLeases(plan, leaseData), plan, leases)
  const expected = await withExternalDefaults(lab, withPrefixes, leases)
  return {
    plan: expected,
    state: expectedState(lab.stack, expected, await referenceState(expected, leases)),
    wrong,
  }
}

/**
 * An advertised prefix is on the link even if DHCPv6 leases an address of it without a prefix; dynamic tables have it
 * too.
 */
function withOnLinkPrefixes(
  plan: KernelPlan,
  { dynamic: { tables: dynamicTables } }: KernelPlan,
  leases: Leases,
): KernelPlan {
  const routes = plan.state.links.flatMap((link): Route[] => {
    const { advertisement, dhcp6 } = leases.get(link.name) ?? {}
    if (link.lease?.acceptRa !== true || advertisement === undefined) return []
    const tables = dynamicTables.filter((one) => one.link === link.name).map(({ table }) => table)
    return managedNetwork(dhcp6?.address, advertisement).flatMap((dst) =>
      [RT_TABLE_MAIN, ...tables].map((table) => ({
        ...({ family: 'inet6', type: 'unicast', dst, table } as const),
        ...{ nexthops: [{ dev: link.name }], origin: link.origin },
      })),
    )
  })
  return {
    ...plan,
    state: { ...plan.state, routes: [...plan.state.routes, ...routes, ...externalRoutes(plan, leases)] },
  }
}

/** Beside external addressing, its DHCP clients add default routes to main with metrics of their own. */
async function withExternalDefaults(lab: Lab, plan: KernelPlan, leases: Leases): Promise<KernelPlan> {
  if (plan.intent.manage !== 'routing' || leases.size === 0) return plan
  const { stdout } = await lab.netExec('ip -4 -json route show default table main')
  const routes = asArray(JSON.parse(stdout)).flatMap(({ dev, gateway, metric }): Route[] => {
    const link = plan.state.links.find(({ name }) => name === dev && leases.has(name))
    const via = parseAddress(String(gateway))
    if (link === undefined || via === undefined) return []
    const nexthops = [{ via, dev: link.name }] as const
    return [
      {
        ...({ family: 'inet', type: 'unicast', dst: anyPrefix('inet'), table: RT_TABLE_MAIN } as const),
        ...(metric === undefined ? {} : { metric: Number(metric) }),
        ...{ nexthops, origin: link.origin },
      },
    ]
  })
  return { ...plan, state: { ...plan.state, routes: [...plan.state.routes, ...routes] } }
}
