// Unused gateways.
import type { Reporter } from '../diagnostics/reporter.js'
import type { Family } from '../kernel/family.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { findGateway } from '../plan/find-gateway.js'
import type { PlannedGateway } from '../plan/plan.js'
import { exampleOf } from './example.js'
import type { LintContext } from './context.js'

export function checkGateways(host: LintContext, reporter: Reporter): void {
  for (const gateway of unusedGateways(host)) {
    const { link, nexthops, name, origin } = gateway
    const address = host.plan.state.links
      .find((one) => one.name === link)
      ?.addresses.find(({ family }) => nexthops.some((way) => way.family === family))?.address
    const family = address?.family ?? nexthops[0]?.family ?? 'inet'
    const packet = {
      family,
      dst: host.remoteAddress(family),
      src: address,
    }
    reporter
      .at(...origin.path)
      .report('gateway-unused', { gateway: name }, { on: 'key', example: exampleOf(host, packet) })
  }
}

/** Gateways without a rule for their table and without a default route in main. */
export function unusedGateways({ plan, rulesOfTable }: LintContext): readonly PlannedGateway[] {
  const inMain = new Set(
    plan.state.routes
      .filter(({ table, dst }) => table === RT_TABLE_MAIN && dst.length === 0)
      .flatMap(({ family, nexthops }) =>
        nexthops.flatMap((nexthop) => findGateway(plan, family, RT_TABLE_MAIN, nexthop) ?? []),
      ),
  )
  return plan.intent.gateways.filter((gateway) => !rulesOfTable.has(gateway.table) && !inMain.has(gateway))
}

/** Whether two gateways have the same next hop. */
export const isSameNexthop = (a: PlannedGateway, b: PlannedGateway, family: Family): boolean => {
  const viaOf = ({ nexthops }: PlannedGateway) => nexthops.find((way) => way.family === family)
  return a.link === b.link && viaOf(a)?.via?.text === viaOf(b)?.via?.text && viaOf(a)?.kind === viaOf(b)?.kind
}
