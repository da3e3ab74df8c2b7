// Which of the named ways out a next hop is.
import type { Family } from '../kernel/family.js'
import type { TableId } from '../kernel/table.js'
import type { KernelPlan, Nexthop, PlannedGateway, GatewayNexthop } from './plan.js'

/**
 * Of several by the same way the table's own one, else the first. A way that a lease tells is any router
 * on its link; what is there without one is a neighbour.
 */
export function findGateway(
  { gateways }: Pick<KernelPlan, 'gateways'>,
  family: Family,
  table: TableId,
  nexthop: Nexthop,
): PlannedGateway | undefined {
  const candidates = gateways.filter(
    ({ link, ways }) =>
      link === nexthop.dev && ways.some((way) => way.family === family && matchesNexthop(way, nexthop)),
  )
  return candidates.find((gateway) => gateway.table === table) ?? candidates[0]
}

const matchesNexthop = ({ kind, via }: GatewayNexthop, nexthop: Nexthop): boolean =>
  kind === 'lease' ? nexthop.via !== undefined : via?.text === nexthop.via?.text
