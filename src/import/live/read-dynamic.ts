// What our address tracker has installed, by its protocol: tables, reply rules and multipath defaults of leases.
import type { Collector } from '../../found/collector.js'
import type { Place } from '../../found/found.js'
import { families } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import { containsAddress, networkOf } from '../../kernel/prefix.js'
import { RTPROT_DHCP, RTPROT_DYNAMIC, RTPROT_RA } from '../../kernel/protocol.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { effectiveMetric } from '../../plan/keys.js'
import type { DynamicReplyRule, DynamicTable } from '../../plan/plan.js'
import { groupBy } from '../../stdlib/group-by.js'
import type { LiveRoute, LiveRule, LiveState } from '../../verify/state.js'
import type { FollowedAddresses } from './followed.js'
import { placeOfRoute, placeOfRule } from './place.js'

/** The tracker also installs routes of a description that wait for the link of another program: those have nothing dynamic. */
export const isOfTracker = ({ protocol, nexthops }: LiveRoute, followed: FollowedAddresses): boolean =>
  protocol === RTPROT_DYNAMIC && nexthops.some(({ dev }) => followed.has(dev))

export function readDynamic(
  { routes, rules }: LiveState,
  followed: FollowedAddresses,
  collector: Collector,
): void {
  const ours = routes.filter((route) => isOfTracker(route, followed))
  for (const route of ours)
    if (route.table === RT_TABLE_MAIN && route.nexthops.length > 1)
      collector.dynamicMultipath({
        place: placeOfRoute(route),
        multipath: {
          family: route.family,
          metric: effectiveMetric(route),
          hops: route.nexthops.map(({ dev, weight = 1 }) => ({ dev, weight })),
        },
      })
  const traces = [
    ...ours.flatMap((route): readonly Trace[] => {
      const { table, family, dst, nexthops } = route
      const [hop, second] = nexthops
      if (table === RT_TABLE_MAIN || hop === undefined || second !== undefined) return []
      const isOfLease = dst.length > 0 && hop.via !== undefined
      return [{ table, family, dev: hop.dev, place: placeOfRoute(route), isOfLease }]
    }),
    ...rules.flatMap((rule): readonly Trace[] => {
      const { family, protocol, action, pref, selector } = rule
      const dev = linkOfReply(rule, followed)
      if (protocol !== RTPROT_DYNAMIC || action.type !== 'lookup' || dev === undefined) return []
      const reply = { word: selector.from === undefined ? 'to' : 'from', pref } as const
      return [{ table: action.table, family, dev, reply, place: placeOfRule(rule) }]
    }),
  ]
  for (const group of groupBy(traces, ({ table, dev }) => `${table} ${dev}`).values()) {
    const isOthers = collector.soFar.links.some(({ name, managed }) => name === group[0].dev && !managed)
    collector.dynamicTable({ place: group[0].place, table: tableOf(group, routes, isOthers) })
  }
}

/** @param isOthers Another program addresses the link. */
function tableOf(
  group: readonly [Trace, ...Trace[]],
  routes: readonly LiveRoute[],
  isOthers: boolean,
): Omit<DynamicTable, 'origin'> {
  const [{ table, dev: link }] = group
  const defaults = routes.filter(
    (route) =>
      route.table === table &&
      isDefaultOf(route, link) &&
      route.nexthops[0]?.via !== undefined &&
      (isOfClient(route) || route.protocol === RTPROT_DYNAMIC),
  )
  const routers = families.filter((family) => defaults.some((route) => route.family === family))
  const replies = group.flatMap(({ reply }) => reply ?? [])
  const [metric] = routes
    .filter((route) => route.table === RT_TABLE_MAIN && isDefaultOf(route, link))
    .map(effectiveMetric)
    .toSorted((a, b) => a - b)
  const isInMain = metric !== undefined && !isOthers && !defaults.some(isOfClient)
  // Another program may add addresses of either family.
  const isAny = isOthers && routers.length === 0
  const isOfLan = routers.length + replies.length === 0
  return {
    ...{ link, table, routers, replies },
    families: families.filter((family) => isAny || group.some((trace) => trace.family === family)),
    installedIn: isInMain || isOthers || isOfLan ? 'main' : 'table',
    ...(isInMain && routers.length > 0 ? { metric } : {}),
    ...(group.some(({ isOfLease }) => isOfLease === true) ? { leaseRoutes: true as const } : {}),
  }
}

/** A route or rule by which a table is known to follow the addresses of a link. */
type Trace = Pick<LiveRoute, 'table' | 'family'> & {
  readonly dev: LinkName
  readonly place: Place
  readonly reply?: DynamicReplyRule
  /** A copy of a route that the lease brings, beside its default route and its network. */
  readonly isOfLease?: boolean
}

const isOfClient = ({ protocol }: LiveRoute): boolean => protocol === RTPROT_DHCP || protocol === RTPROT_RA

const isDefaultOf = ({ dst, nexthops: [hop, second] }: LiveRoute, link: LinkName): boolean =>
  dst.length === 0 && hop?.dev === link && second === undefined

/** The link whose leased address, or its network, is the `from` or `to` of the rule. */
function linkOfReply(
  { family, selector: { from, to } }: LiveRule,
  followed: FollowedAddresses,
): LinkName | undefined {
  const prefix = from ?? to
  if (prefix === undefined) return undefined
  const isSelected = [...followed].find(([, addresses]) =>
    addresses.some((one) => one.family === family && containsAddress(networkOf(prefix), one.address)),
  )
  return isSelected?.[0]
}
