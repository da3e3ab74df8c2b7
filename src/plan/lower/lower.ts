// Lowering: network → kernel plan.
import { hasErrors } from '../../diagnostics/diagnostic.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import { leasedFamilies, type Gateway, type Network } from '../../network/network.js'
import { sortRoutes } from '../keys.js'
import { lowerDynamic } from './dynamic.js'
import { sortByDependency, vrfsOf } from './virtual-links.js'
import { dynamicMultipaths, gatewayOrigin, lowerRoutes } from './routes.js'
import { lowerRules, ruleOrigin } from './rules.js'
import { lowerSysctls } from './sysctls.js'
import type { Connmark, KernelPlan, PlannedGateway, PlannedLink, Table } from '../plan.js'

/** undefined if an error was reported. */
export function lower(network: Network, reporter: Reporter): KernelPlan | undefined {
  const plan = lowerPartially(network, reporter)
  return hasErrors(reporter.diagnostics) ? undefined : plan
}

/** After an error, the plan of what is left. Only errors are read from it: see `partialErrors`. */
export function lowerPartially(network: Network, reporter: Reporter): KernelPlan {
  const tables: readonly Table[] = [
    ...network.gateways.map((gateway) => ({
      id: gateway.table,
      name: gateway.name,
      origin: gatewayOrigin(gateway),
    })),
    ...network.tables
      .toSorted((a, b) => a.id - b.id)
      .map(({ id, name, path, comment }): Table => ({
        id,
        name,
        origin: { kind: 'table', table: name, path, comment },
      })),
    ...vrfsOf(network).map(({ link: { name, path, comment }, vrf }): Table => ({
      id: vrf.table,
      name,
      origin: { kind: 'vrf', link: name, path, comment },
    })),
  ]
  const skippedRules = network.rules.flatMap((policy) =>
    policy.leftOut === undefined ? [] : [{ ...policy.leftOut, origin: ruleOrigin(policy) }],
  )
  const { rules, dynamicReplies } = lowerRules(network, reporter)
  return {
    intent: {
      manage: network.manage,
      tables,
      gateways: network.gateways.map(plannedGateway),
      defaultDisabled: network.default.kind === 'none' && network.default.written,
      skippedRules,
      coexist: network.coexist,
      programs: network.programs,
    },
    state: {
      links: sortByDependency([...network.links.values()]).map((link): PlannedLink => ({
        name: link.name,
        managed: link.managed,
        addresses: link.addresses.map(({ prefix }) => prefix),
        mtu: link.mtu,
        mac: link.mac,
        nameservers: link.nameservers,
        optional: link.optional,
        virtual: link.virtual,
        master: link.master,
        ...(leasedFamilies(link).length > 0
          ? { lease: { dhcp4: link.dhcp4, dhcp6: link.dhcp6, acceptRa: link.acceptRa } }
          : {}),
        origin: { kind: 'link', link: link.name, path: link.path, comment: link.comment },
      })),
      routes: sortRoutes(lowerRoutes(network, reporter), tables),
      rules,
      sysctls: lowerSysctls(network, rules),
      connmarks: lowerConnmarks(network),
    },
    dynamic: { tables: lowerDynamic(network, dynamicReplies), multipaths: dynamicMultipaths(network) },
  }
}

const plannedGateway = (gateway: Gateway): PlannedGateway => ({
  name: gateway.name,
  link: gateway.link,
  table: gateway.table,
  nexthops: gateway.nexthops.map(({ family, kind, via }) => ({ family, kind, via })),
  addresses: gateway.addresses.map(({ prefix }) => prefix),
  fwmark: gateway.fwmark,
  failClosed: gateway.failClosed,
  origin: gatewayOrigin(gateway),
})

function lowerConnmarks({ marks, gateways }: Network): readonly Connmark[] {
  if (marks === 'none') return []
  return gateways.flatMap((gateway) => {
    const { link, fwmark, path } = gateway
    if (fwmark === undefined || fwmark.value === 0) return []
    const origin = gatewayOrigin(gateway, { part: 'connmark', link }, [...path, 'fwmark'])
    return [{ link, fwmark, origin }]
  })
}
