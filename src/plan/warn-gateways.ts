// What a gateway leaves to others, though its writer may think that it is done: replies, families, networks.
import type { Reporter } from '../diagnostics/reporter.js'
import { families, familyName, type Family } from '../kernel/family.js'
import {
  containsAddress,
  containsPrefix,
  formatPrefix,
  hostPrefix,
  isHostPrefix,
  networkOf,
  type Prefix,
} from '../kernel/prefix.js'
import type { Gateway, Network } from '../network/network.js'
import { carrierOf, mainEnds, type Facts } from './facts.js'
import { leads } from './lower-rules.js'
import type { Rule } from './plan.js'

export function warnOfGateway(gateway: Gateway, network: Network, facts: Facts, reporter: Reporter): void {
  const at = reporter.at(...gateway.path)
  const { name, table } = gateway
  const members = network.default.kind === 'none' ? [] : network.default.members
  const isDefault = members.some((member) => member.gateway === name)
  if (!isDefault && !facts.looked.has(table)) at.report('gateway-unused', { gateway: name }, { on: 'key' })
  if (gateway.ways.length === 0) return
  if (!gateway.connected.includes(gateway.link))
    at.at('connected').report('table-unconnected', { table: name, link: gateway.link })
  warnOfLocals(gateway, network, facts, reporter)
  if (gateway.fwmark !== undefined)
    for (const family of families)
      if (!leads(gateway, family) && mainEnds(facts, family))
        at.at('fwmark').report('family-leak', { gateway: name, family: familyName(family) })
  if (gateway.reply.includes('from')) return
  for (const { prefix } of gateway.addresses) {
    if (carrierOf(network, prefix.family) === gateway) continue
    const isAnswered = rulesFor(prefix, facts).some(
      ({ action }) => action.type === 'lookup' && action.table === table,
    )
    if (!isAnswered)
      at.report('reply-asymmetric', { gateway: name, address: prefix.address.text }, { on: 'key' })
  }
}

/** Rules whose `from` holds the address. */
function rulesFor({ family, address }: Prefix, facts: Facts): readonly Rule[] {
  const host = hostPrefix(address)
  return (facts.fromRules.get(family) ?? []).filter(
    ({ selector: { from } }) => from !== undefined && containsPrefix(from, host),
  )
}

/** Addresses on gateways' links that no gateway took: main answers for them, by whichever link its default has. */
export function warnOfUnclaimed(network: Network, facts: Facts, reporter: Reporter): void {
  const claimed = new Set(
    network.gateways.flatMap(({ addresses }) => addresses.map(({ prefix }) => prefix.address.text)),
  )
  const uplinks = new Set(network.gateways.map(({ link }) => link))
  for (const name of uplinks) {
    for (const { prefix, path } of network.links.get(name)?.addresses ?? []) {
      const { family, address } = prefix
      if (claimed.has(address.text) || !mainEnds(facts, family)) continue
      const carrier = carrierOf(network, family)
      const isCarried = carrier?.link === name && (!carrier.sharesLink || isNear(carrier, prefix, family))
      if (isCarried || rulesFor(prefix, facts).length > 0) continue
      reporter.at(...path).report('address-unclaimed', { address: address.text, link: name })
    }
  }
}

function isNear(gateway: Gateway, prefix: Prefix, family: Family): boolean {
  const via = gateway.ways.find((way) => way.family === family)?.via
  return via !== undefined && containsAddress(prefix, via)
}

/** Networks of LAN links that an explicit `connected` leaves out and `local` does not bring back. */
function warnOfLocals(gateway: Gateway, network: Network, facts: Facts, reporter: Reporter): void {
  for (const link of facts.inner) {
    if (gateway.connected.includes(link.name)) continue
    const lost = link.addresses.find(({ prefix }) => {
      if (isHostPrefix(prefix) || !leads(gateway, prefix.family)) return false
      const own = networkOf(prefix)
      const isLocal = network.local.some(({ prefixes }) =>
        prefixes.some((local) => containsPrefix(local, own)),
      )
      return !isLocal && !gateway.routes.some(({ dst }) => dst.length > 0 && containsPrefix(dst, own))
    })
    if (lost !== undefined)
      reporter
        .at(...gateway.path, 'connected')
        .report(
          'local-through-provider',
          { prefix: formatPrefix(networkOf(lost.prefix)), gateway: gateway.name },
          { on: 'key' },
        )
  }
}
