// Next hops that the kernel will refuse, because a rule of the very plan answers when it looks for the way to them.
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { createFib } from './fib.js'
import { evaluateRules, type Packet } from './lookup.js'
import { findRoute } from './table.js'
import { preparePacket } from './packet.js'
import type { KernelPlan, Nexthop, Route, Rule } from '../plan/plan.js'

export interface RejectedNexthop {
  readonly route: Route
  readonly nexthop: Nexthop
  /** The rule that rejects what the kernel asks. */
  readonly rule: Rule
}

/**
 * fib_check_nh_v4_gw(): the way to an IPv4 next hop is looked up in the route's own table, unless that is main, and then
 * by the rules, as a packet of root's without source or mark. Only what is at least of a link's scope counts, so that
 * reject routes are passed by; a rule that rejects is not. IPv6 asks the route's own table first, main included.
 */
export function rejectedNexthops(plan: KernelPlan): readonly RejectedNexthop[] {
  const rejects = plan.rules.some(
    ({ family, action }) => family === 'inet' && action.type !== 'lookup' && action.type !== 'goto',
  )
  if (!rejects) return []
  const fib = createFib({ ...plan, routes: plan.routes.filter(hasLinkScope) })
  return plan.routes.flatMap((route) =>
    route.nexthops.flatMap((nexthop) => {
      const { via, dev, onlink } = nexthop
      if (via?.family !== 'inet' || route.family !== 'inet' || onlink === true) return []
      const packet: Packet = { family: 'inet', dst: via, oif: dev }
      const ownTable = route.table === RT_TABLE_MAIN ? undefined : fib.inet.tables.get(route.table)
      if (findRoute(ownTable, preparePacket(packet)) !== undefined) return []
      const answer = evaluateRules(fib, packet)
      return answer.kind === 'reject' ? [{ route, nexthop, rule: answer.rule }] : []
    }),
  )
}

const hasLinkScope = ({ scope, nexthops, type }: Route): boolean => {
  if (scope !== undefined) return scope !== 'global'
  return type === 'local' || (nexthops.length === 1 && nexthops[0]?.via === undefined)
}
