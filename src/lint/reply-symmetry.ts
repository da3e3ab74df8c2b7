// Asymmetric replies: they leave through another gateway than their request arrived by.
import { groupBy } from '../stdlib/group-by.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Family } from '../kernel/family.js'
import { loopback } from '../kernel/link.js'
import { containsAddress, type Prefix } from '../kernel/prefix.js'
import type { Answer, Packet } from '../lookup/lookup.js'
import { findGateway } from '../plan/find-gateway.js'
import { entryPath } from '../plan/origin.js'
import type { PlannedGateway, PlannedLink } from '../plan/plan.js'
import { exampleOf, formatAddress } from './example.js'
import type { LintContext } from './context.js'
import { isSameNexthop, unusedGateways } from './gateways.js'
import { findPacket, packetsOf } from './sample-packets.js'
import type { Findings } from './rules/rule-status.js'
import { isReply, writtenKey } from './rules/rule-origin.js'

export function checkReplySymmetry(host: LintContext, reporter: Reporter, findings: Findings): void {
  reportAddresses(host, reporter, findings)
  reportPinnedRules(host, reporter, findings)
}

function reportAddresses(host: LintContext, reporter: Reporter, findings: Findings): void {
  // Unused gateways are reported elsewhere.
  const unused = new Set(unusedGateways(host))
  const gatewaysOfLink = groupBy(host.plan.intent.gateways, ({ link }) => link)
  const marks = new Map(host.plan.state.connmarks.map(({ link, fwmark }) => [link, fwmark.value]))
  for (const link of host.plan.state.links) {
    // With connection marks, a reply has the mark of the gateway of its request.
    const mark = marks.get(link.name)
    const gateways = gatewaysOfLink.get(link.name) ?? []
    for (const [index, prefix] of link.addresses.entries()) {
      const { family, address } = prefix
      if (gateways.length === 0) continue
      const packet: Packet = { family, src: address, dst: host.remoteAddress(family), mark }
      const answer = host.lookup(packet)
      const isLeased = host.placeholders.names.has(address.text)
      const owner = isLeased
        ? leaseOwner(gateways, family)
        : gateways.find(({ addresses }) => addresses.some(({ address: own }) => own.text === address.text))
      const example = () => exampleOf(host, packet, answer)
      if (owner === undefined) {
        if (isLeased || !isElsewhere(answer, link, prefix, gateways)) continue
        reporter
          .at(...link.origin.path, 'addresses', index)
          .report('address-unclaimed', { address: address.text, link: link.name }, { example: example() })
      } else if (
        owner.nexthops.length > 0 &&
        !unused.has(owner) &&
        !leavesBy(host, owner, packet, answer) &&
        // The DHCP client may install more routes than the plan has.
        (!isLeased || leavesByOther(host, owner, packet, answer)) &&
        !isShadowReported(host, findings, owner, prefix)
      ) {
        reporter
          .at(...owner.origin.path)
          .report(
            'reply-asymmetric',
            { gateway: owner.name, address: formatAddress(host, address) },
            { on: 'key', example: example() },
          )
      }
    }
  }
}

/** The gateway that leased addresses belong to; undefined if several are possible. */
function leaseOwner(gateways: readonly PlannedGateway[], family: Family): PlannedGateway | undefined {
  const [only, ...others] = gateways.filter(({ nexthops }) => nexthops.some((way) => way.family === family))
  return others.length === 0 ? only : undefined
}

/** Reports rules that are pinned before the reply rules and match replies of another gateway. */
function reportPinnedRules(host: LintContext, reporter: Reporter, findings: Findings): void {
  // Shadowed rules are reported elsewhere.
  const replies = host.plan.state.rules.filter(
    (rule) => isReply(rule) && rule.selector.from !== undefined && findings.get(rule)?.kind !== 'shadowed',
  )
  const reported = new Set<string>()
  for (const rule of host.plan.state.rules) {
    const key = writtenKey(rule)
    const { selector, family, pref, action: led } = rule
    const { from, fwmark, iif, not } = selector
    // Exceptions to main are intended to come first.
    if (led.type !== 'lookup' || !host.gatewayOfTable.has(led.table)) continue
    // A rule with `from` or a mark is intended.
    if (key === undefined || from !== undefined || fwmark !== undefined || not === true) continue
    if (reported.has(key) || (iif !== undefined && iif !== loopback)) continue
    for (const { action, selector: reply, family: ofReply, pref: behind } of replies) {
      if (ofReply !== family || behind < pref || action.type !== 'lookup' || reply.from === undefined)
        continue
      const owner = host.gatewayOfTable.get(action.table)
      const own = { ...selector, from: reply.from, iif: loopback }
      const diverted = findPacket(packetsOf(host, family, own), (packet) => {
        const answer = host.lookup(packet)
        return (
          answer.kind === 'route' &&
          answer.rule === rule &&
          owner !== undefined &&
          leavesByOther(host, owner, packet, answer)
        )
      })
      if (diverted === undefined || owner === undefined) continue
      reported.add(key)
      reporter.at(...entryPath(rule.origin), 'priority').report(
        'reply-asymmetric',
        { gateway: owner.name, address: formatAddress(host, reply.from.address) },
        {
          on: 'key',
          fix: 'Remove `priority`: the rule then comes after the reply rules and no longer matches their packets.',
          example: exampleOf(host, diverted),
        },
      )
      break
    }
  }
}

/** Through another gateway, not to a neighbour. */
const leavesByOther = (
  { plan }: LintContext,
  owner: PlannedGateway,
  { family }: Packet,
  answer: Answer,
): boolean =>
  answer.kind === 'route' &&
  answer.nexthops.some((nexthop) => {
    const gateway = findGateway(plan, family, answer.table, nexthop)
    return gateway !== undefined && gateway !== owner && !isSameNexthop(gateway, owner, family)
  })

/** Whether the reply rule of the address is reported as shadowed. */
const isShadowReported = (
  { rulesOfTable }: LintContext,
  findings: Findings,
  { table }: PlannedGateway,
  { address }: Prefix,
): boolean =>
  (rulesOfTable.get(table) ?? []).some(
    (rule) =>
      rule.selector.from !== undefined &&
      containsAddress(rule.selector.from, address) &&
      findings.get(rule)?.kind === 'shadowed',
  )

function leavesBy({ plan }: LintContext, owner: PlannedGateway, { family }: Packet, answer: Answer): boolean {
  // A rejection is intended, and no provider sees the packet.
  if (answer.kind === 'reject') return true
  return (
    answer.kind === 'route' &&
    answer.nexthops.every((nexthop) => {
      const gateway = findGateway(plan, family, answer.table, nexthop)
      return gateway === undefined
        ? nexthop.dev === owner.link
        : gateway === owner || isSameNexthop(gateway, owner, family)
    })
  )
}

/** For an address without a gateway: whether packets leave over another link, or through a router outside its network. */
function isElsewhere(
  answer: Answer,
  { name }: PlannedLink,
  prefix: Prefix,
  gateways: readonly PlannedGateway[],
): boolean {
  // A rule from this address is intended.
  if (answer.kind !== 'route' || answer.rule.selector.from !== undefined) return false
  const isShared =
    gateways.filter(({ nexthops }) => nexthops.some((way) => way.family === prefix.family)).length > 1
  return answer.nexthops.some(
    ({ dev, via }) => dev !== name || (isShared && via !== undefined && !containsAddress(prefix, via)),
  )
}
