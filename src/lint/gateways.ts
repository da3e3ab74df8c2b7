// Gateways that nothing leads to.
import type { Reporter } from '../diagnostics/reporter.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { gatewayOf } from '../plan/gateway-of.js'
import type { Host } from './host.js'

export function checkGateways({ plan, rulesOfTable }: Host, reporter: Reporter): void {
  const inMain = new Set(
    plan.routes
      .filter(({ table, dst }) => table === RT_TABLE_MAIN && dst.length === 0)
      .flatMap(({ family, nexthops }) =>
        nexthops.flatMap((nexthop) => gatewayOf(plan, family, RT_TABLE_MAIN, nexthop) ?? []),
      ),
  )
  for (const gateway of plan.gateways)
    if (!rulesOfTable.has(gateway.table) && !inMain.has(gateway))
      reporter.at(...gateway.origin.path).report('gateway-unused', { gateway: gateway.name }, { on: 'key' })
}
