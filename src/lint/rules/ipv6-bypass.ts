// Rules by IPv4 addresses alone, around which IPv6 of the same machines walks. Not the other way round: an IPv6 prefix is
// its provider’s, who takes no other source, so a rule by it says nothing of IPv4.
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
import { matcherOf, type Matcher } from '../../lookup/rule.js'
import type { SkippedRule, PlannedLink, Rule, Selector } from '../../plan/plan.js'
import { exampleOf } from '../example.js'
import type { LintContext } from '../context.js'
import { prefixesOverlap } from '../../lookup/selector-overlap.js'
import { findPacket, packetsOf } from '../sample-packets.js'
import { createBypassSearch, type BypassSearch } from './ipv6-bypass-search.js'
import { isElse, writtenPath } from './rule-origin.js'

interface Lan {
  readonly link: PlannedLink
  readonly inet: readonly Prefix[]
  readonly inet6: readonly Prefix[]
  /** Of the first of `inet`. */
  readonly matcher: Matcher | undefined
}

/** Each rule once, with the first link whose IPv6 leaves by another gateway. */
export function checkIpv6Bypass(host: LintContext, reporter: Reporter): void {
  const { plan } = host
  const byAddresses = (plan.skippedRules ?? []).filter(
    ({ gateway, family }) => gateway === undefined && family === 'inet6',
  )
  const lans = lansOf(host)
  if (byAddresses.length === 0 || lans.length === 0 || !isRouter(plan)) return
  const rules = rulesByPath(plan.rules)
  const search = createBypassSearch(host)
  for (const skipped of byAddresses) {
    const { origin } = skipped
    const planned = rules.get(origin.path.join('.')) ?? []
    const froms = planned.map(({ selector }) => matcherOf(selector.from))
    for (const lan of lans) {
      if (!froms.some((from) => prefixesOverlap(from, lan.matcher))) continue
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

/** Networks of the host’s own side; a link that takes advertisements is somebody else’s network. */
const lansOf = ({ inner }: LintContext): readonly Lan[] =>
  inner.flatMap((link) => {
    const networks = distinctPrefixes(
      link.addresses.filter((prefix) => !isHostPrefix(prefix) && !isLinkLocal(prefix.address)).map(networkOf),
    )
    const inet = networks.filter(({ family }) => family === 'inet')
    const inet6 = networks.filter(({ family }) => family === 'inet6')
    return link.lease?.acceptRa === true || inet.length === 0 || inet6.length === 0
      ? []
      : [{ link, inet, inet6, matcher: matcherOf(inet[0]) }]
  })

/** Those of IPv4 that the kernel has of each written rule. */
function rulesByPath(all: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const rules = new Map<string, Rule[]>()
  for (const rule of all) {
    const path = writtenPath(rule)?.join('.')
    if (path === undefined || rule.family !== 'inet' || isElse(rule) || rule.action.type === 'goto') continue
    const known = rules.get(path)
    if (known === undefined) rules.set(path, [rule])
    else known.push(rule)
  }
  return rules
}

function bypassingPacket(
  host: LintContext,
  search: BypassSearch,
  { selectors }: SkippedRule,
  planned: readonly Rule[],
  { link, inet, inet6 }: Lan,
): Packet | undefined {
  const prefixes = planned.flatMap(({ selector: { from } }) => from ?? [])
  // Of a part of the network nobody can say which IPv6 its machines have.
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

/** What is forwarded from the link alone: no user and no bound socket. */
function ofLan(selector: Selector, { name }: PlannedLink): Selector | undefined {
  const { iif, oif, uidrange, not } = selector
  const isOther = (iif !== undefined && iif !== name) || oif !== undefined || not === true
  return isOther || (uidrange !== undefined && uidrange.first > 0) ? undefined : { ...selector, iif: name }
}

/** Whether the rule answers what the link sends far away. */
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

/** Whether all addresses of the network are in some of the prefixes. */
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
    gateway !== undefined && !gateway.failClosed && gateway.ways.every(({ family }) => family === 'inet')
  const fix = `dd ${inet6.map(formatPrefix).join(' and ')} to \`from\`, say \`iif: ${link.name}\` instead, or write \`family: ipv4\` if IPv6 is to go its own way.`
  return isOpen
    ? `Give gateway ${gateway.name} a next hop for IPv6, or \`fail-closed: true\` to close it, and a${fix}`
    : `A${fix}`
}
