// IPv6 bypass: rules by IPv4 addresses that IPv6 packets of the same hosts do not match. The reverse is no finding: an
// IPv6 prefix belongs to a provider that drops other sources, so a rule for it implies nothing about IPv4.
import { groupBy } from '../../stdlib/group-by.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import { addressFromValue, addressValue, isLinkLocal } from '../../kernel/address.js'
import { addressBits } from '../../kernel/family.js'
import {
  containsPrefix,
  distinctPrefixes,
  formatPrefix,
  isHostPrefix,
  networkOf,
  overlaps,
  type Prefix,
} from '../../kernel/prefix.js'
import { isRouter } from '../../lookup/kernel-routes.js'
import type { Packet } from '../../lookup/lookup.js'
import { prefixesOverlap, prefixTest, type PrefixTest } from '../../kernel/selectors.js'
import type { SkippedRule, PlannedLink, Rule, Selector } from '../../plan/plan.js'
import { exampleOf } from '../example.js'
import type { LintContext } from '../context.js'
import { findPacket, packetsOf } from '../sample-packets.js'
import { createBypassSearch, type BypassSearch } from './ipv6-bypass-search.js'
import { isElse, writtenKey } from './rule-origin.js'

interface Lan {
  readonly link: PlannedLink
  readonly inet: readonly Prefix[]
  readonly inet6: readonly Prefix[]
  /** Of the first prefix in `inet`. */
  readonly test: PrefixTest | undefined
}

/** Reports each rule once, with the first link whose IPv6 packets leave through another gateway. */
export function checkIpv6Bypass(host: LintContext, reporter: Reporter): void {
  const { plan } = host
  const byAddresses = plan.intent.skippedRules.filter(
    ({ gateway, family }) => gateway === undefined && family === 'inet6',
  )
  const lans = lansOf(host)
  if (byAddresses.length === 0 || lans.length === 0 || !isRouter(plan)) return
  const rules = rulesByPath(plan.state.rules)
  const search = createBypassSearch(host)
  for (const skipped of byAddresses) {
    const { origin } = skipped
    const planned = rules.get(writtenKey(skipped)) ?? []
    const froms = planned.map(({ selector }) => sourceTest(selector.from))
    for (const lan of lans) {
      if (!froms.some((from) => prefixesOverlap(from, lan.test))) continue
      const packet = bypassingPacket(host, search, skipped, planned, lan)
      if (packet === undefined) continue
      reporter
        .at(...origin.path, 'from')
        .report(
          'rule-ipv6-bypass',
          { link: lan.link.name, prefixes: lan.inet6.map(formatPrefix) },
          { fix: fixFor(host, lan, planned), example: exampleOf(host, packet) },
        )
      break
    }
  }
}

/** LAN networks. A link that accepts advertisements belongs to another network. */
const lansOf = ({ inner }: LintContext): readonly Lan[] =>
  inner.flatMap((link) => {
    const networks = distinctPrefixes(
      link.addresses.filter((prefix) => !isHostPrefix(prefix) && !isLinkLocal(prefix.address)).map(networkOf),
    )
    const inet = networks.filter(({ family }) => family === 'inet')
    const inet6 = networks.filter(({ family }) => family === 'inet6')
    return link.lease?.acceptRa === true || inet.length === 0 || inet6.length === 0
      ? []
      : [{ link, inet, inet6, test: sourceTest(inet[0]) }]
  })

const sourceTest = (prefix: Prefix | undefined): PrefixTest | undefined =>
  prefix === undefined ? undefined : prefixTest('src', prefix)

/** IPv4 kernel rules by user rule. */
const rulesByPath = (all: readonly Rule[]): ReadonlyMap<string | undefined, readonly Rule[]> =>
  groupBy(
    all.filter((rule) => rule.family === 'inet' && !isElse(rule) && rule.action.type !== 'goto'),
    writtenKey,
  )

function bypassingPacket(
  host: LintContext,
  search: BypassSearch,
  { selectors }: SkippedRule,
  planned: readonly Rule[],
  { link, inet, inet6 }: Lan,
): Packet | undefined {
  const prefixes = planned.flatMap(({ selector: { from } }) => from ?? [])
  // For a part of a network the IPv6 addresses of its hosts are unknown.
  if (!inet.every((network) => isCovered(network, prefixes))) return undefined
  const matching = planned.find((rule) => takesFrom(host, rule, link, inet))
  if (matching === undefined) return undefined
  for (const selector of selectors)
    for (const from of inet6) {
      const of = ofLan({ ...selector, from }, link)
      const packet = of === undefined ? undefined : search.find(of, matching)
      if (packet !== undefined) return packet
    }
  return undefined
}

/** The selector for packets forwarded from the link: no user and no bound socket. */
function ofLan(selector: Selector, { name }: PlannedLink): Selector | undefined {
  const { iif, oif, uidrange, not } = selector
  const isOther = (iif !== undefined && iif !== name) || oif !== undefined || not === true
  return isOther || (uidrange !== undefined && uidrange.first > 0) ? undefined : { ...selector, iif: name }
}

/** Whether the rule answers packets from the link to a remote address. */
function takesFrom(host: LintContext, rule: Rule, link: PlannedLink, networks: readonly Prefix[]): boolean {
  const { from } = rule.selector
  const network = from === undefined ? undefined : networks.find((one) => overlaps(one, from))
  if (from === undefined || network === undefined) return false
  const selector = ofLan({ ...rule.selector, from: containsPrefix(from, network) ? network : from }, link)
  if (selector === undefined) return false
  const packets = packetsOf(host, 'inet', selector, host.remoteAddress('inet'))
  return (
    findPacket(packets, (packet) => {
      const answer = host.lookup(packet)
      return 'rule' in answer && answer.rule === rule
    }) !== undefined
  )
}

/** Whether the prefixes cover the network. */
function isCovered(network: Prefix, prefixes: readonly Prefix[]): boolean {
  const near = prefixes.filter((prefix) => overlaps(network, prefix))
  if (near.some((prefix) => containsPrefix(prefix, network))) return true
  return near.length > 1 && halves(network).every((half) => isCovered(half, near))
}

function halves({ family, address, length }: Prefix): readonly Prefix[] {
  const upper = addressValue(address) + (1n << BigInt(addressBits(family) - length - 1))
  return [address, addressFromValue(family, upper)].map((first) => ({
    family,
    address: first,
    length: length + 1,
  }))
}

function fixFor({ gatewayOfTable }: LintContext, { link, inet6 }: Lan, planned: readonly Rule[]): string {
  const action = planned[0]?.action
  const gateway = action?.type === 'lookup' ? gatewayOfTable.get(action.table) : undefined
  const isOpen =
    gateway !== undefined && !gateway.failClosed && gateway.nexthops.every(({ family }) => family === 'inet')
  const fix = `dd ${inet6.map(formatPrefix).join(' and ')} to \`from\`, write \`iif: ${link.name}\` instead, or add \`family: ipv4\` if IPv6 may leave differently.`
  return isOpen
    ? `Give gateway ${gateway.name} a next hop for IPv6, or \`fail-closed: true\` to reject IPv6, and a${fix}`
    : `A${fix}`
}
