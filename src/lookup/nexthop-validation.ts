// Validation of IPv4 next hops: fib_check_nh() with the rules of the plan.
import { isDeviceRoute } from '../plan/route.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { createFib } from './fib.js'
import { evaluateRules, type Packet } from './lookup.js'
import { findRoute } from './table.js'
import { preparePacket } from '../kernel/packet.js'
import type { KernelPlan, Nexthop, Route, Rule } from '../plan/plan.js'

export interface RejectedNexthop {
  readonly route: Route
  readonly nexthop: Nexthop
  /** The rule that rejects the lookup of the next hop. */
  readonly rule: Rule
}

/**
 * fib_check_nh_v4_gw(): the kernel looks up an IPv4 next hop in the route's own table, unless that is main, and then
 * by the rules, as a packet of root without source and mark. It accepts only routes with link scope or narrower, so it
 * skips reject routes, but a rule that rejects ends the lookup. IPv6 tries the route's own table first, main included.
 */
export function rejectedNexthops(plan: KernelPlan): readonly RejectedNexthop[] {
  const rejects = plan.state.rules.some(
    ({ family, action }) => family === 'inet' && action.type !== 'lookup' && action.type !== 'goto',
  )
  if (!rejects) return []
  const fib = createFib({ ...plan, state: { ...plan.state, routes: plan.state.routes.filter(hasLinkScope) } })
  return plan.state.routes.flatMap((route) =>
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

const hasLinkScope = (route: Route): boolean =>
  route.scope === undefined ? isDeviceRoute(route) : route.scope !== 'global'
