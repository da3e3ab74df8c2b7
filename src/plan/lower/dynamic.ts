// Lowering of dynamic addresses: the tables that track them.
import { families } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import { leasedFamilies, type Gateway, type Network } from '../../network/network.js'
import { gatewayOrigin, mainMetrics } from './routes.js'
import type { DynamicTable, DynamicReplyRule } from '../plan.js'

export function lowerDynamic(
  network: Network,
  replies: ReadonlyMap<string, readonly DynamicReplyRule[]>,
): readonly DynamicTable[] {
  const metrics = mainMetrics(network)
  return network.gateways.flatMap((gateway) => [
    ...gatewayLinkTable(gateway, network, metrics.get(gateway.name), replies.get(gateway.name) ?? []),
    ...gateway.connected
      .filter((name) => name !== gateway.link)
      .flatMap((name) => lanLinkTable(gateway, name, network)),
  ])
}

function gatewayLinkTable(
  gateway: Gateway,
  network: Network,
  metric: number | undefined,
  replies: readonly DynamicReplyRule[],
): readonly DynamicTable[] {
  const routers = gateway.nexthops.filter(({ kind }) => kind === 'lease').map(({ family }) => family)
  if (routers.length === 0 && (gateway.dynamicFamilies.length === 0 || replies.length === 0)) return []
  const link = network.links.get(gateway.link)
  const isUnmanaged = link?.managed === false
  const isInMain = metric !== undefined && !isUnmanaged
  return [
    {
      link: gateway.link,
      table: gateway.table,
      families: families.filter(
        (family) => gateway.dynamicFamilies.includes(family) || routers.includes(family),
      ),
      routers,
      installedIn: isInMain || isUnmanaged ? 'main' : 'table',
      ...(isInMain && routers.length > 0 ? { metric } : {}),
      ...(gateway.leaseRoutes && routers.length > 0 ? { leaseRoutes: true as const } : {}),
      replies,
      origin: gatewayOrigin(gateway, { part: 'dynamic-addresses', link: gateway.link }),
    },
  ]
}

/** The network of a LAN link with dynamic addresses: every gateway's table has it, like a static network. */
function lanLinkTable(gateway: Gateway, name: LinkName, network: Network): readonly DynamicTable[] {
  const link = network.links.get(name)
  const leased = link === undefined ? [] : leasedFamilies(link)
  if (leased.length === 0) return []
  return [
    {
      link: name,
      table: gateway.table,
      families: leased,
      routers: [],
      installedIn: 'main',
      replies: [],
      origin: gatewayOrigin(gateway, { part: 'network', link: name }),
    },
  ]
}
