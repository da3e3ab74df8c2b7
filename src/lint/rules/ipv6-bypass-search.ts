// Search for IPv6 packets that bypass an IPv4 rule: sample packets first, then sets.
import { groupBy } from '../../stdlib/group-by.js'
import type { Family } from '../../kernel/family.js'
import { memoize } from '../../stdlib/memoize.js'
import { conditionsOf } from '../../kernel/selectors.js'
import type { TableId } from '../../kernel/table.js'
import type { Answer, Packet } from '../../lookup/lookup.js'
import { createEntry, mayOverlap } from '../../lookup/rule.js'
import { traceIn } from '../../lookup/trace.js'
import { TOO_MANY_STEPS } from '../../packets/bdd.js'
import { createWitnessPicker, type WitnessPicker } from '../../packets/witness.js'
import { setsByTerminal } from '../../packets/sets-by-terminal.js'
import { createSpace, type PacketSet, type PacketSpace } from '../../packets/packet-space.js'
import { createForwardingDiagram } from '../../packets/forwarding-diagram.js'
import { findGateway } from '../../plan/find-gateway.js'
import type { PlannedGateway, Rule, Selector } from '../../plan/plan.js'
import { isSameNexthop } from '../gateways.js'
import type { LintContext } from '../context.js'
import { findPacket, packetsOf } from '../sample-packets.js'
import { MAX_STEPS } from './reachability.js'
import { writtenKey } from './rule-origin.js'

export interface BypassSearch {
  /** An IPv6 packet that matches the selector and leaves through another gateway than the IPv4 rule's. */
  find(selector: Selector, rule: Rule): Packet | undefined
}

export function createBypassSearch(host: LintContext): BypassSearch {
  const { plan, fib } = host
  const { rules, tables, vrfs } = fib.inet6
  const jumps = rules.filter(({ rule }) => rule.action.type === 'goto')
  const bound = new Set(plan.state.rules.filter(({ family }) => family === 'inet').map(writtenKey))
  const routes = groupBy(plan.state.routes, ({ family, table }) => `${family} ${table}`)
  const uplinksIn = memoize((familyAndTable: string): readonly PlannedGateway[] =>
    (routes.get(familyAndTable) ?? []).flatMap(({ family, table, nexthops }) =>
      nexthops.flatMap((one) => findGateway(plan, family, table, one) ?? []),
    ),
  )
  let space: PacketSpace | undefined
  let examples: WitnessPicker | undefined
  let isTooMuch = false

  /** All gateways of the rule's table: any of several defaults may be the active one. */
  const uplinksOf = (family: Family, { action }: Rule): readonly PlannedGateway[] =>
    action.type === 'lookup' ? uplinksIn(`${family} ${action.table}`) : []

  const isOwnUplink = (gateway: PlannedGateway, rule: Rule): boolean =>
    (rule.action.type === 'lookup' && rule.action.table === gateway.table) ||
    uplinksOf('inet', rule).some((one) => sameIpv6Uplink(one, gateway))

  const isSameTable = (table: TableId, { action }: Rule): boolean =>
    action.type === 'lookup' && action.table === table

  /** Ignores answers of earlier rules, which apply to IPv4 as well, and of rules for IPv6 only, which are intended. */
  const isOtherUplink = (answer: Answer, rule: Rule): boolean => {
    if (answer.kind !== 'route' || answer.rule.pref < rule.pref) return false
    const key = writtenKey(answer.rule)
    if (key !== undefined && !bound.has(key)) return false
    const { table, nexthops } = answer
    return (
      !isSameTable(table, rule) &&
      nexthops.some((nexthop) => {
        const gateway = findGateway(plan, 'inet6', table, nexthop)
        return gateway !== undefined && !isOwnUplink(gateway, rule)
      })
    )
  }

  const mayLeadElsewhere = (later: Rule, rule: Rule): boolean =>
    later.action.type === 'lookup' &&
    !isSameTable(later.action.table, rule) &&
    uplinksOf('inet6', later).some((gateway) => !isOwnUplink(gateway, rule))

  const answersAll = ({ action }: Rule): boolean => {
    if (action.type !== 'lookup') return action.type !== 'goto'
    const all = routes.get(`inet6 ${action.table}`) ?? []
    return (
      action.suppressPrefixlength === undefined &&
      all.some(({ dst }) => dst.length === 0) &&
      all.every(({ type }) => type !== 'throw')
    )
  }

  /** Fast path: usually a later rule answers all of the packets. */
  function areAnswered(
    packets: PacketSet,
    later: readonly Rule[],
    rule: Rule,
    { contains, setOfSelector }: PacketSpace,
  ) {
    for (const one of later) {
      if (mayLeadElsewhere(one, rule)) return false
      if (answersAll(one) && contains(setOfSelector(one.selector), packets)) return true
    }
    return true
  }

  /** The `goto` rules that jump over the rule's position. */
  const jumpsOver = ({ pref }: Rule): readonly Rule[] =>
    jumps.flatMap(({ rule }) =>
      rule.action.type === 'goto' && rule.pref < pref && rule.action.pref > pref ? [rule] : [],
    )

  const hasGoto = (packet: Packet, jumping: readonly Rule[]): boolean =>
    traceIn(host.fib, packet).steps.some(({ outcome, rule }) => outcome === 'goto' && jumping.includes(rule))

  const isForwarded = ({ src, uid }: Packet): boolean =>
    (uid ?? 0) === 0 && src !== undefined && !host.localAddresses.has(src.text)

  function fromSets(selector: Selector, rule: Rule): Packet | undefined {
    space ??= createSpace('inet6', [plan], MAX_STEPS)
    const { intersect, union, difference, setOfSelector, inRange, byLink } = space
    const selected = new Set(conditionsOf(selector, 'inet6').map(({ test }) => test.field))
    const packets = intersect(
      setOfSelector(selector),
      byLink('oif', undefined),
      inRange('uid', 0, 0),
      // A packet with a mark is sent elsewhere by intention.
      ...(['mark', 'tos'] as const).flatMap((field) => (selected.has(field) ? [] : [inRange(field, 0, 0)])),
    )
    const entry = createEntry({ ...rule, family: 'inet6', selector })
    const candidates = jumps.length > 0 ? rules : rules.filter((one) => mayOverlap(entry, one))
    const later = candidates.flatMap((one) => (one.rule.pref < rule.pref ? [] : [one.rule]))
    if (jumps.length === 0 && areAnswered(packets, later, rule, space)) return undefined
    const jumping = union(...jumpsOver(rule).map((one) => setOfSelector(one.selector)))
    const { diagram, answerAt } = createForwardingDiagram(
      space,
      { rules: candidates, tables, vrfs },
      difference(packets, jumping),
    )
    const others: PacketSet[] = []
    for (const [leaf, set] of setsByTerminal(space, diagram))
      if (isOtherUplink(answerAt(leaf), rule)) others.push(set)
    if (others.length === 0) return undefined
    examples ??= createWitnessPicker(space, [plan])
    return examples(union(...others))
  }

  return {
    find(selector, rule) {
      const jumping = jumpsOver(rule)
      const first = findPacket(
        packetsOf(host, 'inet6', selector),
        (packet) =>
          isForwarded(packet) &&
          isOtherUplink(host.lookup(packet), rule) &&
          !(jumping.length > 0 && hasGoto(packet, jumping)),
      )
      if (first !== undefined || isTooMuch) return first
      try {
        return fromSets(selector, rule)
      } catch (error) {
        if (error !== TOO_MANY_STEPS) throw error
        isTooMuch = true
        return undefined
      }
    },
  }
}

/** Whether two gateways have the same uplink, such as one gateway for each family. */
const sameIpv6Uplink = (a: PlannedGateway, b: PlannedGateway): boolean =>
  a === b ||
  (a.link === b.link && (a.nexthops.every(({ family }) => family === 'inet') || isSameNexthop(a, b, 'inet6')))
