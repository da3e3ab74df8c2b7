// Route lookup in a plan: evaluates rules and tables as the kernel does.
import { isLinkLocal, isMulticast } from '../kernel/address.js'
import type { LinkName } from '../kernel/link.js'
import type { RouteType } from '../kernel/route-type.js'
import type { TableId } from '../kernel/table.js'
import { createFib, type FamilyFib, type Fib } from './fib.js'
import { mismatchOf, type Mismatch } from './rule.js'
import { findRoute, type Found } from './table.js'
import {
  isLocallyGenerated,
  preparePacket,
  type Packet,
  type PreparedPacket,
  type VrfMembership,
} from '../kernel/packet.js'
import { isVrfRule } from './vrfs.js'
import type { KernelPlan, Nexthop, Route, Rule } from '../plan/plan.js'

export type { Packet }

export type Answer =
  | {
      readonly kind: 'route'
      readonly rule: Rule
      readonly table: TableId
      readonly route: Route
      /** One next hop, or several that the flow hash selects from. */
      readonly nexthops: readonly Nexthop[]
    }
  /** The packet is for this host. */
  | { readonly kind: 'local'; readonly rule: Rule; readonly table: TableId; readonly route: Route }
  /** `route` is absent if the rule itself rejects. */
  | {
      readonly kind: 'reject'
      readonly type: 'unreachable' | 'prohibit' | 'blackhole'
      readonly rule: Rule
      readonly route?: Route
    }
  /** No rule matched, but the IPv4 socket is bound to a link outside of VRFs: the destination counts as on-link there. */
  | { readonly kind: 'onlink'; readonly dev: LinkName }
  /** No rule matched: ENETUNREACH. */
  | { readonly kind: 'none' }

/** An answer of rules and tables, without the fallback for bound sockets. */
export type RuleAnswer = Exclude<Answer, { readonly kind: 'onlink' }>

/** Looks up one packet. For many packets, build the FIB once: `createFib`, then `lookupIn`. */
export const lookup = (plan: KernelPlan, packet: Packet): Answer => lookupIn(createFib(plan), packet)

export const lookupIn = (fib: Fib, packet: Packet): Answer => lookupWithTrace(fib, packet)

/** Calls `record` for every evaluated rule, in order. */
export function lookupWithTrace(fib: Fib, packet: Packet, record?: Recorder): Answer {
  const answer = evaluateRules(fib, packet, record)
  if (answer.kind !== 'none' && answer.kind !== 'reject') return answer
  // ip_route_output_key_hash_rcu(): "Apparently, routing tables are wrong. Assume, that the destination is on link."
  const isBound =
    packet.family === 'inet' &&
    isLocallyGenerated(packet) &&
    packet.oif !== undefined &&
    !fib.inet.vrfs.has(packet.oif)
  return isBound ? { kind: 'onlink', dev: packet.oif } : answer
}

/** Without the fallback for bound sockets. */
export const evaluateRules = (fib: Fib, packet: Packet, record?: Recorder): RuleAnswer =>
  walk(fib[packet.family], preparePacket(packet, fib[packet.family].vrfs), record)

/** The result of one evaluated rule. */
export type TraceStep =
  /** The selector does not match, because of this field. */
  | { readonly rule: Rule; readonly outcome: 'passed'; readonly mismatch: Mismatch }
  /** The table has no route for the packet. */
  | { readonly rule: Rule; readonly outcome: 'no-route' }
  /** The rule suppresses the route because of its short prefix, or the route is `throw`. */
  | { readonly rule: Rule; readonly outcome: 'suppressed' | 'throw'; readonly route: Route }
  /** The lookup continues at the first rule with that priority. */
  | { readonly rule: Rule; readonly outcome: 'goto' }
  /** No rule has the priority of the `goto`: the kernel skips it. */
  | { readonly rule: Rule; readonly outcome: 'unresolved' }
  /** The rule itself rejects. */
  | { readonly rule: Rule; readonly outcome: 'refused' }
  /** The route is the answer; it may reject. */
  | {
      readonly rule: Rule
      readonly outcome: 'answered'
      readonly route: Route
      readonly nexthops: readonly Nexthop[]
    }

type Recorder = (step: TraceStep) => void

/** fib_rules_lookup(). */
function walk(
  { rules, tables, vrfs, index }: FamilyFib,
  packet: PreparedPacket,
  record?: Recorder,
): RuleAnswer {
  const skipsRules = isLinkScopeInVrf(packet.packet, vrfs)
  // The index skips rules that cannot match. A recorder needs every rule.
  const next = (record === undefined ? index?.(packet) : undefined) ?? counter()
  let first = 0
  for (let position = next(); position !== undefined && position < rules.length; position = next()) {
    const entry = rules[position]
    if (entry === undefined || position < first) continue
    if (skipsRules && !isVrfRule(entry.rule)) continue
    const mismatch = mismatchOf(entry, packet)
    const { rule } = entry
    if (mismatch !== undefined) {
      record?.({ rule, outcome: 'passed', mismatch })
      continue
    }
    const { action } = rule
    if (action.type === 'goto') {
      record?.({ rule, outcome: entry.target === undefined ? 'unresolved' : 'goto' })
      // Without a rule of exactly that priority the kernel skips the goto ("unresolved").
      if (entry.target !== undefined) first = entry.target
    } else if (action.type === 'lookup') {
      const found = findRoute(tables.get(action.table), packet)
      if (found === undefined) {
        record?.({ rule, outcome: 'no-route' })
      } else if (found.route.type === 'throw') {
        // The lookup continues with the next rule.
        record?.({ rule, outcome: 'throw', route: found.route })
      } else if (isSuppressed(found.route, action.suppressPrefixlength)) {
        record?.({ rule, outcome: 'suppressed', route: found.route })
      } else {
        record?.({ rule, outcome: 'answered', ...found })
        return answerOf(rule, action.table, found, found.route.type)
      }
    } else {
      record?.({ rule, outcome: 'refused' })
      return { kind: 'reject', type: action.type, rule }
    }
  }
  return { kind: 'none' }
}

/** l3mdev_link_scope_lookup(): such a packet finds the table of its VRF without rules. */
const isLinkScopeInVrf = ({ family, dst, iif, oif }: Packet, vrfs: VrfMembership): boolean =>
  family === 'inet6' &&
  oif !== undefined &&
  vrfs.has(oif) &&
  isLocallyGenerated({ iif }) &&
  (isLinkLocal(dst) || isMulticast(dst))

function counter(): () => number {
  let position = 0
  return () => position++
}

/** fib4_rule_suppress(), fib6_rule_suppress(): they do not apply to reject routes. */
export const isSuppressed = (route: Route, length: number | undefined): boolean =>
  length !== undefined && (route.type === 'unicast' || route.type === 'local') && route.dst.length <= length

export function answerOf(
  rule: Rule,
  table: TableId,
  { route, nexthops }: Found,
  type: Exclude<RouteType, 'throw'>,
): RuleAnswer {
  switch (type) {
    case 'unicast':
      return { kind: 'route', rule, table, route, nexthops }
    case 'local':
      return { kind: 'local', rule, table, route }
    default:
      return { kind: 'reject', type, rule, route }
  }
}
