// Gateway of a next hop.
import type { Family } from '../kernel/family.js'
import type { TableId } from '../kernel/table.js'
import type { KernelPlan, Nexthop, PlannedGateway, GatewayNexthop } from './plan.js'

/**
 * If several gateways match, prefers that of the table, else the first. A leased next hop matches any router on its
 * link, but no device route.
 */
export function findGateway(
  { intent: { gateways } }: Pick<KernelPlan, 'intent'>,
  family: Family,
  table: TableId,
  nexthop: Nexthop,
): PlannedGateway | undefined {
  const candidates = gateways.filter(
    ({ link, nexthops }) =>
      link === nexthop.dev && nexthops.some((way) => way.family === family && matchesNexthop(way, nexthop)),
  )
  return candidates.find((gateway) => gateway.table === table) ?? candidates[0]
}

const matchesNexthop = ({ kind, via }: GatewayNexthop, nexthop: Nexthop): boolean =>
  kind === 'lease' ? nexthop.via !== undefined : via?.text === nexthop.via?.text
