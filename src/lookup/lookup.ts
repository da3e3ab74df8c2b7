// Where a packet goes: walks a plan's rules and tables as the kernel would, without a kernel.
import type { LinkName } from '../kernel/link.js'
import type { RouteType } from '../kernel/route-type.js'
import type { TableId } from '../kernel/table.js'
import { createFib, type FamilyFib, type Fib } from './fib.js'
import { mismatchOf, type Mismatch } from './rule.js'
import { findRoute, type Found } from './table.js'
import { isLocallyGenerated, preparePacket, type Packet, type PreparedPacket } from './packet.js'
import type { KernelPlan, Nexthop, Route, Rule } from '../plan/plan.js'

export type { Packet }

export type Answer =
  | {
      readonly kind: 'route'
      readonly rule: Rule
      readonly table: TableId
      readonly route: Route
      /** Those that the packet may take: one, or several that its hash chooses from. */
      readonly nexthops: readonly Nexthop[]
    }
  /** The packet is for this host. */
  | { readonly kind: 'local'; readonly rule: Rule; readonly table: TableId; readonly route: Route }
  /** `route` where a route says so, absent where the rule itself does. */
  | {
      readonly kind: 'reject'
      readonly type: 'unreachable' | 'prohibit' | 'blackhole'
      readonly rule: Rule
      readonly route?: Route
    }
  /** No rule had an answer, but the socket is bound to a link: IPv4 then takes everything for a neighbour there. */
  | { readonly kind: 'onlink'; readonly dev: LinkName }
  /** No rule had an answer: ENETUNREACH. */
  | { readonly kind: 'none' }

/** An answer that a rule or the lack of one has given. */
export type RuleAnswer = Exclude<Answer, { readonly kind: 'onlink' }>

/** For one packet. For many, make the tables once: `createFib`, then `lookupIn`. */
export const lookup = (plan: KernelPlan, packet: Packet): Answer => lookupIn(createFib(plan), packet)

export const lookupIn = (fib: Fib, packet: Packet): Answer => lookupWithTrace(fib, packet)

/** The look-up itself; `record` is told of every rule that is asked, in order. */
export function lookupWithTrace(fib: Fib, packet: Packet, record?: Recorder): Answer {
  const answer = evaluateRules(fib, packet, record)
  if (answer.kind !== 'none' && answer.kind !== 'reject') return answer
  // ip_route_output_key_hash_rcu(): "Apparently, routing tables are wrong. Assume, that the destination is on link."
  const isBound = packet.family === 'inet' && isLocallyGenerated(packet) && packet.oif !== undefined
  return isBound ? { kind: 'onlink', dev: packet.oif } : answer
}

/** What rules and tables themselves say. */
export const evaluateRules = (fib: Fib, packet: Packet, record?: Recorder): RuleAnswer =>
  walk(fib[packet.family], preparePacket(packet), record)

/** What came of one rule that was asked. */
export type TraceStep =
  /** It does not take the packet, because of this word of its selector. */
  | { readonly rule: Rule; readonly outcome: 'passed'; readonly mismatch: Mismatch }
  /** Its table has no route for the packet. */
  | { readonly rule: Rule; readonly outcome: 'no-route' }
  /** The table’s route is of a prefix too short for the rule, or hands the packet to the next rule. */
  | { readonly rule: Rule; readonly outcome: 'suppressed' | 'throw'; readonly route: Route }
  /** The walk goes on at the first rule of that preference. */
  | { readonly rule: Rule; readonly outcome: 'goto' }
  /** No rule has the preference that it would go to: the kernel passes it by. */
  | { readonly rule: Rule; readonly outcome: 'unresolved' }
  /** The rule itself refuses. */
  | { readonly rule: Rule; readonly outcome: 'refused' }
  /** The table’s route is the answer, also one that refuses. */
  | {
      readonly rule: Rule
      readonly outcome: 'answered'
      readonly route: Route
      readonly nexthops: readonly Nexthop[]
    }

type Recorder = (step: TraceStep) => void

/** fib_rules_lookup(). */
function walk({ rules, tables, index }: FamilyFib, packet: PreparedPacket, record?: Recorder): RuleAnswer {
  // Those that cannot take the packet are asked only where each is told of.
  const next = (record === undefined ? index?.(packet) : undefined) ?? counter()
  let first = 0
  for (let position = next(); position !== undefined && position < rules.length; position = next()) {
    const entry = rules[position]
    if (entry === undefined || position < first) continue
    const mismatch = mismatchOf(entry, packet)
    const { rule } = entry
    if (mismatch !== undefined) {
      record?.({ rule, outcome: 'passed', mismatch })
      continue
    }
    const { action } = rule
    if (action.type === 'goto') {
      record?.({ rule, outcome: entry.target === undefined ? 'unresolved' : 'goto' })
      // Without a rule of that very preference the kernel passes it by ("unresolved").
      if (entry.target !== undefined) first = entry.target
    } else if (action.type === 'lookup') {
      const found = findRoute(tables.get(action.table), packet)
      if (found === undefined) {
        record?.({ rule, outcome: 'no-route' })
      } else if (found.route.type === 'throw') {
        // It hands the packet to the next rule.
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

function counter(): () => number {
  let position = 0
  return () => position++
}

/** fib4_rule_suppress(), fib6_rule_suppress(): asked of answers alone, and a reject is none. */
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
