// What our address tracker has installed, by its protocol: tables, reply rules and multipath defaults of leases.
import type { Collector } from '../../found/collector.js'
import { families, type Family } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import { RTPROT_DHCP, RTPROT_DYNAMIC, RTPROT_RA } from '../../kernel/protocol.js'
import { RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import { effectiveMetric } from '../../plan/keys.js'
import type { DynamicReplyRule } from '../../plan/plan.js'
import { groupBy } from '../../stdlib/group-by.js'
import type { LiveRoute, LiveState } from '../../verify/state.js'
import { placeOfRoute } from './read-routes.js'

export function readDynamic({ routes, rules }: LiveState, collector: Collector): void {
  const ours = routes.filter(({ protocol }) => protocol === RTPROT_DYNAMIC)
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
  const tables = groupBy(
    ours.filter(({ table, nexthops }) => table !== RT_TABLE_MAIN && nexthops.length === 1),
    ({ table, nexthops: [hop] }) => `${table} ${hop?.dev ?? ''}`,
  )
  for (const group of tables.values()) {
    const [first] = group
    const { table } = first
    const dev = first.nexthops[0]?.dev
    if (dev === undefined) continue
    const has = (family: Family, isWanted: (route: LiveRoute) => boolean): boolean =>
      routes.some(
        (route) =>
          route.family === family &&
          route.nexthops[0]?.dev === dev &&
          route.nexthops.length === 1 &&
          isWanted(route),
      )
    const isDefaultOf = ({ table: where, dst, nexthops: [hop] }: LiveRoute): boolean =>
      where === table && dst.length === 0 && hop?.via !== undefined
    const routers = families.filter((family) => has(family, isDefaultOf))
    const isInTable = routers.some((family) =>
      has(family, (route) => isDefaultOf(route) && isOfClient(route)),
    )
    const metric = metricInMain(dev, routes)
    collector.dynamicTable({
      place: placeOfRoute(first),
      table: {
        ...{ link: dev, table },
        families: families.filter((family) => group.some((route) => route.family === family)),
        ...{ routers, installedIn: isInTable ? 'table' : 'main' },
        ...(isInTable || routers.length === 0 || metric === undefined ? {} : { metric }),
        replies: repliesOf(table, rules),
      },
    })
  }
}

const isOfClient = ({ protocol }: LiveRoute): boolean => protocol === RTPROT_DHCP || protocol === RTPROT_RA

const metricInMain = (dev: LinkName, routes: readonly LiveRoute[]): number | undefined =>
  routes
    .filter(
      ({ table, dst, nexthops: [hop] }) => table === RT_TABLE_MAIN && dst.length === 0 && hop?.dev === dev,
    )
    .map(effectiveMetric)
    .toSorted((a, b) => a - b)[0]

/** One for each word and priority: all addresses of the link share it. */
function repliesOf(table: TableId, rules: LiveState['rules']): readonly DynamicReplyRule[] {
  const replies = new Map<string, DynamicReplyRule>()
  for (const { pref, selector, action, protocol } of rules) {
    if (protocol !== RTPROT_DYNAMIC || action.type !== 'lookup' || action.table !== table) continue
    const word = selector.from === undefined ? 'to' : 'from'
    replies.set(`${word} ${pref}`, { word, pref })
  }
  return [...replies.values()]
}
