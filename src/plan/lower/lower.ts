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
  const isDefaultDisabled = network.default.kind === 'none' && network.default.written
  const { rules, dynamicReplies } = lowerRules(network, reporter)
  const plan: KernelPlan = {
    manage: network.manage,
    links: sortByDependency([...network.links.values()]).map((link): PlannedLink => ({
      name: link.name,
      manage: link.manage,
      addresses: link.addresses.map(({ prefix }) => prefix),
      ...(link.mtu === undefined ? {} : { mtu: link.mtu }),
      ...(link.mac === undefined ? {} : { mac: link.mac }),
      nameservers: link.nameservers,
      optional: link.optional,
      ...(link.made === undefined ? {} : { made: link.made }),
      ...(link.master === undefined ? {} : { master: link.master }),
      ...(isLeasing(link)
        ? { lease: { dhcp4: link.dhcp4, dhcp6: link.dhcp6, acceptRa: link.acceptRa } }
        : {}),
      origin: originOf(link, `link ${link.name}`),
    })),
    tables,
    routes: sortRoutes(lowerRoutes(network, reporter), tables),
    rules,
    sysctls: lowerSysctls(network, rules),
    marks: lowerConnmarks(network),
    followed: lowerDynamic(network, dynamicReplies),
    balances: dynamicMultipaths(network),
    gateways: network.gateways.map(plannedGateway),
    ...(isDefaultDisabled ? { defaultDisabled: true } : {}),
    ...(skippedRules.length === 0 ? {} : { skippedRules }),
    coexist: network.coexist,
  }
  return hasErrors(reporter.diagnostics) ? undefined : plan
}

const plannedGateway = (gateway: Gateway): PlannedGateway => ({
  name: gateway.name,
  link: gateway.link,
  table: gateway.table,
  ways: gateway.ways.map(({ family, kind, via }) => ({
    family,
    kind,
    ...(via === undefined ? {} : { via }),
  })),
  addresses: gateway.addresses.map(({ prefix }) => prefix),
  ...(gateway.fwmark === undefined ? {} : { fwmark: gateway.fwmark }),
  failClosed: gateway.failClosed,
  origin: originOf(gateway, `gateway ${gateway.name}`),
})
