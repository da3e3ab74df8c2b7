// Where a packet goes: walks a plan's rules and tables as the kernel would, without a kernel.
import type { LinkName } from '../kernel/link.js'
import type { TableId } from '../kernel/table.js'
import { createFib, type FamilyFib, type Fib } from './fib.js'
import { matches } from './rule.js'
import { findRoute, type Found } from './table.js'
import { isOwn, readPacket, type Packet, type ReadPacket } from './packet.js'
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
export type Told = Exclude<Answer, { readonly kind: 'onlink' }>

/** For one packet. For many, make the tables once: `createFib`, then `lookupIn`. */
export const lookup = (plan: KernelPlan, packet: Packet): Answer => lookupIn(createFib(plan), packet)

export function lookupIn(fib: Fib, packet: Packet): Answer {
  const answer = askRules(fib, packet)
  if (answer.kind !== 'none' && answer.kind !== 'reject') return answer
  // ip_route_output_key_hash_rcu(): "Apparently, routing tables are wrong. Assume, that the destination is on link."
  const isBound = packet.family === 'inet' && isOwn(packet) && packet.oif !== undefined
  return isBound ? { kind: 'onlink', dev: packet.oif } : answer
}

/** What rules and tables themselves say. */
export const askRules = (fib: Fib, packet: Packet): Told => walk(fib[packet.family], readPacket(packet))

/** fib_rules_lookup(). */
function walk({ rules, tables }: FamilyFib, packet: ReadPacket): Told {
  for (let index = 0; index < rules.length; index++) {
    const entry = rules[index]
    if (entry === undefined) break
    if (!matches(entry, packet)) continue
    const { rule } = entry
    const { action } = rule
    if (action.type === 'goto') {
      // Without a rule of that very preference the kernel passes it by ("unresolved").
      if (entry.target !== undefined) index = entry.target - 1
    } else if (action.type === 'lookup') {
      const found = findRoute(tables.get(action.table), packet)
      if (found === undefined || isSuppressed(found.route, action.suppressPrefixlength)) continue
      const answer = answerOf(rule, action.table, found)
      if (answer !== undefined) return answer
    } else return { kind: 'reject', type: action.type, rule }
  }
  return { kind: 'none' }
}

/** fib4_rule_suppress(), fib6_rule_suppress(): asked of answers alone, and a reject is none. */
const isSuppressed = (route: Route, length: number | undefined): boolean =>
  length !== undefined && (route.type === 'unicast' || route.type === 'local') && route.dst.length <= length

/** undefined for `throw`, which hands the packet to the next rule. */
function answerOf(rule: Rule, table: TableId, { route, nexthops }: Found): Told | undefined {
  switch (route.type) {
    case 'throw':
      return undefined
    case 'unicast':
      return { kind: 'route', rule, table, route, nexthops }
    case 'local':
      return { kind: 'local', rule, table, route }
    default:
      return { kind: 'reject', type: route.type, rule, route }
  }
}
