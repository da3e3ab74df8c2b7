// Lowering: network → kernel plan.
import { hasErrors } from '../../diagnostics/diagnostic.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import type { Gateway, Network } from '../../network/network.js'
import { sortRoutes } from '../keys.js'
import { lowerConnmarks } from './connmarks.js'
import { isLeasing, lowerDynamic } from './dynamic.js'
import { sortByDependency, vrfsOf } from './virtual-links.js'
import { dynamicMultipaths, lowerRoutes, originOf } from './routes.js'
import { lowerRules } from './rules.js'
import { lowerSysctls } from './sysctls.js'
import type { KernelPlan, PlannedGateway, PlannedLink, Table } from '../plan.js'

/** undefined if an error was reported. */
export function lower(network: Network, reporter: Reporter): KernelPlan | undefined {
  const tables: readonly Table[] = [
    ...network.gateways.map((gateway) => ({
      id: gateway.table,
      name: gateway.name,
      origin: originOf(gateway, `gateway ${gateway.name}`),
    })),
    ...network.tables
      .toSorted((a, b) => a.id - b.id)
      .map((table) => ({
        id: table.id,
        name: table.name,
        origin: originOf(table, `table ${table.name}`),
      })),
    ...vrfsOf(network).map(({ link, vrf }) => ({
      id: vrf.table,
      name: link.name,
      origin: originOf(link, `VRF ${link.name}`),
    })),
  ]
  const skippedRules = network.rules.flatMap((policy) =>
    policy.leftOut === undefined
      ? []
      : [{ ...policy.leftOut, origin: originOf(policy, `rule ${policy.name}: ${policy.actionText}`) }],
  )
  const { rules, dynamicReplies } = lowerRules(network, reporter)
  const plan: KernelPlan = {
    intent: {
      manage: network.manage,
      tables,
      gateways: network.gateways.map(plannedGateway),
      defaultDisabled: network.default.kind === 'none' && network.default.written,
      skippedRules,
      coexist: network.coexist,
    },
    state: {
      links: sortByDependency([...network.links.values()]).map((link): PlannedLink => ({
        name: link.name,
        manage: link.manage,
        addresses: link.addresses.map(({ prefix }) => prefix),
        mtu: link.mtu,
        mac: link.mac,
        nameservers: link.nameservers,
        optional: link.optional,
        virtual: link.virtual,
        master: link.master,
        ...(isLeasing(link)
          ? { lease: { dhcp4: link.dhcp4, dhcp6: link.dhcp6, acceptRa: link.acceptRa } }
          : {}),
        origin: originOf(link, `link ${link.name}`),
      })),
      routes: sortRoutes(lowerRoutes(network, reporter), tables),
      rules,
      sysctls: lowerSysctls(network, rules),
      connmarks: lowerConnmarks(network),
    },
    dynamic: { tables: lowerDynamic(network, dynamicReplies), multipaths: dynamicMultipaths(network) },
  }
  return hasErrors(reporter.diagnostics) ? undefined : plan
}

const plannedGateway = (gateway: Gateway): PlannedGateway => ({
  name: gateway.name,
  link: gateway.link,
  table: gateway.table,
  nexthops: gateway.nexthops.map(({ family, kind, via }) => ({
    family,
    kind,
    via,
  })),
  addresses: gateway.addresses.map(({ prefix }) => prefix),
  fwmark: gateway.fwmark,
  failClosed: gateway.failClosed,
  origin: originOf(gateway, `gateway ${gateway.name}`),
})
