// Resolver of `default` and `local`.
import type { Description } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { distinctPrefixes, formatPrefix, hasHostBits, networkOf } from '../kernel/prefix.js'
import type { Family } from '../kernel/family.js'
import { entriesOf, findGateway, findLink, vrfOf, type Links, type RuleContext } from './references.js'
import { isLeased } from './resolve-gateways.js'
import type { DefaultMember, DefaultRoute, Gateway, LocalNetwork } from './network.js'

type DefaultContext = Pick<RuleContext, 'gateways' | 'links' | 'names'>

export function resolveDefault(
  description: Description,
  context: DefaultContext,
  reporter: Reporter,
): DefaultRoute {
  const written = description.default
  const at = reporter.at('default')
  if (written === undefined && reporter.isBroken('default')) return { kind: 'none', written: true }
  if (written === undefined) return unwrittenDefault(context, reporter)
  if (written === 'none') return { kind: 'none', written: true }
  if (typeof written === 'string')
    return { kind: 'failover', members: membersOf([[written, 1, at]], context) }
  if ('failover' in written) {
    const list = entriesOf(written.failover).map(
      ([index, name]) => [name, 1, at.at('failover', ...index)] as const,
    )
    return { kind: 'failover', members: membersOf(list, context) }
  }
  const shares = Object.entries(written.balance).map(
    ([name, weight]) => [name, weight, at.at('balance', name)] as const,
  )
  const members = membersOf(shares, context)
  checkDeviceBalance(members, context, reporter)
  return { kind: 'balance', members }
}

/** Another program configures the link's addresses, and with a lease its default route. */
const isUnmanaged = (links: Links, { link }: Gateway): boolean => links.get(link)?.managed === false

function unwrittenDefault({ gateways, links, names }: DefaultContext, reporter: Reporter): DefaultRoute {
  const [only] = names
  if (names.length > 1)
    reporter.at('gateways').report('default-missing', { count: names.length }, { on: 'key' })
  const gateway = names.length === 1 && only !== undefined ? gateways.get(only) : undefined
  if (gateway === undefined || gateway.nexthops.length === 0) return { kind: 'none', written: false }
  // The client of the lease adds it already.
  if (isUnmanaged(links, gateway) && gateway.nexthops.every(isLeased)) return { kind: 'none', written: true }
  return { kind: 'failover', members: [{ gateway: gateway.name, weight: 1, path: gateway.path }] }
}

function membersOf(
  written: readonly (readonly [string, number, Reporter])[],
  { gateways, links, names }: DefaultContext,
): readonly DefaultMember[] {
  const members: DefaultMember[] = []
  for (const [name, weight, at] of written) {
    const gateway = findGateway(gateways, name, names, at)
    if (gateway === undefined) continue
    if (members.some((member) => member.gateway === name))
      at.report('default-gateway-twice', { gateway: name })
    else if (gateway.nexthops.length === 0) at.report('default-without-nexthop', { gateway: name })
    else if (isUnmanaged(links, gateway) && gateway.nexthops.some(isLeased))
      at.report('default-leased-elsewhere', { gateway: name, link: gateway.link })
    else members.push({ gateway: name, weight, path: at.path })
  }
  return members
}

/** An IPv6 multipath route has no next hop without an address. */
function checkDeviceBalance(
  members: readonly DefaultMember[],
  { gateways }: DefaultContext,
  reporter: Reporter,
): void {
  const nexthopOf = (name: string, family: Family) =>
    gateways.get(name)?.nexthops.find((nexthop) => nexthop.family === family)
  const sharing = members.filter(({ gateway }) => nexthopOf(gateway, 'inet6') !== undefined)
  if (sharing.length < 2) return
  for (const { gateway, path } of sharing)
    if (nexthopOf(gateway, 'inet6')?.kind === 'device')
      reporter.at(...path).report('balance-device-inet6', { gateway })
}

export function resolveLocal(
  description: Description,
  links: Links,
  reporter: Reporter,
): readonly LocalNetwork[] {
  const locals: LocalNetwork[] = []
  for (const [index, written] of entriesOf(description.local)) {
    const at = reporter.at('local', ...index)
    if ('link' in written) {
      const link = findLink(links, written.link, at)
      if (link === undefined || reporter.isBroken('links', link.name)) continue
      const vrf = vrfOf(link)
      if (vrf !== undefined) {
        at.report('link-in-vrf', { link: link.name, vrf, what: 'its networks are not in main' })
        continue
      }
      const prefixes = distinctPrefixes(link.addresses.map(({ prefix }) => networkOf(prefix)))
      if (prefixes.length === 0) at.report('rule-no-family-left', { key: 'local' })
      else locals.push({ prefixes, text: link.name, path: at.path })
      continue
    }
    const { prefix } = written
    const text = formatPrefix(prefix)
    if (hasHostBits(prefix)) at.report('host-bits', { text, network: formatPrefix(networkOf(prefix)) })
    else locals.push({ prefixes: [prefix], text, path: at.path })
  }
  return locals
}
