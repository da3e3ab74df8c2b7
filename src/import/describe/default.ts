// `default` of a source plan: which gateways have the default routes of main, in which order.
import { families, type Family } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { effectiveMetric } from '../../plan/keys.js'
import type { DynamicMultipath, KernelPlan, Nexthop, Route } from '../../plan/plan.js'
import { isMultipath } from '../../plan/route.js'
import type { SourcePlan } from '../source-plan.js'
import { routesIn } from './by-table.js'
import { inOrders, wayKey, type Gateway } from './gateways.js'
import type { Written } from './written.js'

export interface DefaultChoice {
  /** undefined if the key is not needed: one gateway, which has it. */
  readonly value: Written | undefined
  /** By name of the gateway, where the metric is not the automatic one. */
  readonly metrics: ReadonlyMap<string, number>
  /** Of main, and expressed by `default`. */
  readonly routes: ReadonlySet<Route>
}

/** A default route of main by one next hop. */
interface MainDefault {
  readonly family: Family
  readonly metric: number
  readonly gateway: Gateway
  /** Absent for that of a lease. */
  readonly route?: Route
}

export function defaultOf(
  source: SourcePlan,
  gateways: readonly Gateway[],
  keepNumbers: boolean,
): DefaultChoice {
  const { plan } = source
  const singles = gateways.flatMap((gateway) => mainDefaults(gateway, source))
  const balanced = balancedOver(plan, gateways)
  const isWhole = (gateway: Gateway): boolean =>
    [...gateway.ways.keys()].every((family) =>
      [...singles, ...balanced.members].some((one) => one.gateway === gateway && one.family === family),
    )
  const members = orderOf(singles.filter(({ gateway }) => gateway.ways.size > 0 && isWhole(gateway)))
  const shares = balanced.members.map(({ gateway }) => gateway)
  if (shares.length > 0) {
    // The routes that stand in when the balanced one is gone have the order of their metrics.
    const order = inOrders(
      gateways.filter((gateway) => shares.includes(gateway)),
      families.map((family) => {
        const own = byMetric(singles.filter((one) => one.family === family))
        const members = balanced.members.filter((one) => one.family === family)
        return own.length > 0 ? own : members.map(({ gateway }) => gateway)
      }),
    )
    return {
      value: {
        balance: Object.fromEntries(order.map((gateway) => [gateway.name, weightOf(balanced, gateway)])),
      },
      metrics: metricsOf(order, singles, 2, keepNumbers),
      routes: routesOf(singles, order, balanced.routes),
    }
  }
  const [first, ...others] = members
  const metrics = metricsOf(members, singles, 1, keepNumbers)
  const routes = routesOf(singles, members)
  if (first === undefined)
    return {
      value: gateways.some(({ ways }) => ways.size > 0) || gateways.length > 1 ? 'none' : undefined,
      metrics,
      routes,
    }
  if (others.length > 0) return { value: { failover: members.map(({ name }) => name) }, metrics, routes }
  return { value: gateways.length === 1 ? undefined : first.name, metrics, routes }
}

function mainDefaults(gateway: Gateway, { plan, links }: SourcePlan): readonly MainDefault[] {
  return [...gateway.ways].flatMap(([family, way]): readonly MainDefault[] => {
    if (way.kind === 'lease') {
      const followed = plan.dynamic.tables.find(
        (one) => one.table === gateway.table && one.link === gateway.link && one.routers.includes(family),
      )
      const leases = links.get(gateway.link)?.leases[family]
      const metric =
        followed === undefined
          ? leases?.metric
          : followed.installedIn === 'main'
            ? followed.metric
            : undefined
      return metric === undefined ? [] : [{ family, metric, gateway }]
    }
    const route = routesIn(plan, RT_TABLE_MAIN)
      .filter((one) => isMainDefault(one, family) && !isMultipath(one))
      .find(({ nexthops: [hop] }) => hop !== undefined && leavesBy(hop, gateway, family))
    return route === undefined ? [] : [{ family, metric: effectiveMetric(route), gateway, route }]
  })
}

const isMainDefault = (route: Route, family: Family): boolean =>
  route.family === family &&
  route.table === RT_TABLE_MAIN &&
  route.dst.length === 0 &&
  route.type === 'unicast' &&
  route.mtu === undefined

function leavesBy(
  { dev, via }: { readonly dev: LinkName; readonly via?: Nexthop['via'] },
  gateway: Gateway,
  family: Family,
): boolean {
  const way = gateway.ways.get(family)
  return dev === gateway.link && way !== undefined && wayKey(way) === (via?.text ?? 'device')
}

const byMetric = (singles: readonly MainDefault[]): readonly Gateway[] =>
  singles.toSorted((a, b) => a.metric - b.metric).map(({ gateway }) => gateway)

/** By metric; undefined order between families is left to the first family that has both. A contradiction ends the order. */
function orderOf(singles: readonly MainDefault[]): readonly Gateway[] {
  const orders = families.map((family) => byMetric(singles.filter((one) => one.family === family)))
  const order = inOrders([...new Set(byMetric(singles))], orders)
  const isInOrder = (gateways: readonly Gateway[]): boolean =>
    gateways.every((gateway, index) => {
      const before = gateways[index - 1]
      return before === undefined || order.indexOf(before) < order.indexOf(gateway)
    })
  if (orders.every(isInOrder)) return order
  // The families disagree: only the gateways of the first one have their default routes by `default`.
  return order.filter((gateway) => !gateway.ways.has('inet6'))
}

const metricOf = (gateway: Gateway, singles: readonly MainDefault[]): number | undefined => {
  const all = singles.filter((one) => one.gateway === gateway)
  const [first] = all
  // `metric: 0` is 1024 for IPv6.
  return first !== undefined && all.every(({ metric }) => metric === first.metric) ? first.metric : undefined
}

/** Metrics that somebody chose are kept, if the order is then the same; those that a stack chose by itself are ours to choose. */
function metricsOf(
  order: readonly Gateway[],
  singles: readonly MainDefault[],
  start: number,
  keepNumbers: boolean,
): ReadonlyMap<string, number> {
  const known = order.map((gateway, index) => {
    const automatic = (index + start) * 100
    const metric = metricOf(gateway, singles)
    const isChosen =
      metric !== undefined && metric !== automatic && (keepNumbers || !STACK_METRICS.has(metric))
    return { gateway, metric: isChosen ? metric : automatic, isChosen }
  })
  const isInOrder = known.every(
    ({ metric }, index) => index === 0 || metric > (known[index - 1]?.metric ?? 0),
  )
  return new Map(
    known.flatMap(({ gateway, metric, isChosen }) => (isChosen && isInOrder ? [[gateway.name, metric]] : [])),
  )
}

/** The kernel's for each family, systemd's and those of NetworkManager's devices. */
const STACK_METRICS: ReadonlySet<number> = new Set([0, 1024, 100])

function routesOf(
  singles: readonly MainDefault[],
  order: readonly Gateway[],
  more: readonly Route[] = [],
): ReadonlySet<Route> {
  const routes = singles.flatMap(({ gateway, route }) =>
    route !== undefined && order.includes(gateway) ? [route] : [],
  )
  return new Set([...routes, ...more])
}

interface Balanced {
  readonly members: readonly { readonly family: Family; readonly gateway: Gateway; readonly weight: number }[]
  readonly routes: readonly Route[]
}

/** The multipath defaults of main, if each of their next hops is a gateway's. */
function balancedOver(plan: KernelPlan, gateways: readonly Gateway[]): Balanced {
  const statics = routesIn(plan, RT_TABLE_MAIN).filter(
    (route) => families.some((family) => isMainDefault(route, family)) && isMultipath(route),
  )
  const all = [
    ...statics.map(({ family, nexthops }) => ({ family, members: membersOf(nexthops, gateways, family) })),
    ...plan.dynamic.multipaths.map(({ family, hops }: DynamicMultipath) => ({
      family,
      members: hops.flatMap(({ dev, weight }) => {
        const gateway = gateways.find(({ link, ways }) => link === dev && ways.has(family))
        return gateway === undefined ? [] : [{ family, gateway, weight }]
      }),
    })),
  ]
  const isWhole = statics.every(
    ({ family, nexthops }) => membersOf(nexthops, gateways, family).length === nexthops.length,
  )
  return isWhole
    ? { members: all.flatMap(({ members }) => members), routes: statics }
    : { members: [], routes: [] }
}

const membersOf = (
  nexthops: readonly Nexthop[],
  gateways: readonly Gateway[],
  family: Family,
): Balanced['members'] =>
  nexthops.flatMap((hop) => {
    const gateway = gateways.find((one) => leavesBy(hop, one, family))
    return gateway === undefined ? [] : [{ family, gateway, weight: hop.weight ?? 1 }]
  })

const weightOf = ({ members }: Balanced, gateway: Gateway): number =>
  members.find((one) => one.gateway === gateway)?.weight ?? 1
