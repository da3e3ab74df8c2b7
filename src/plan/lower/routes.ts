// Lowering of routes.
import { isDeviceRoute, routeOf } from '../route.js'
import type { Path } from '../../diagnostics/diagnostic.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import type { Address } from '../../kernel/address.js'
import { families, type Family } from '../../kernel/family.js'
import { anyPrefix, containsAddress, formatPrefix, isHostPrefix, networkOf } from '../../kernel/prefix.js'
import { REJECT_METRIC } from '../../kernel/route-type.js'
import { RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import type {
  DefaultMember,
  Gateway,
  Link,
  Network,
  NetworkRoute,
  GatewayNexthop,
} from '../../network/network.js'
import { routeKey } from '../keys.js'
import { vrfsOf } from './virtual-links.js'
import type { GatewayPart, RouteHome } from '../origin.js'
import type { DynamicMultipath, Nexthop, Origin, Route } from '../plan.js'

export const gatewayOrigin = (
  { name, comment, path: own }: Gateway,
  part: GatewayPart = {},
  path: Path = own,
): Origin => ({ kind: 'gateway', gateway: name, ...part, path, comment })

export function lowerRoutes(network: Network, reporter: Reporter): readonly Route[] {
  const routes: Route[] = []
  for (const gateway of network.gateways) routes.push(...gatewayRoutes(gateway, network))
  for (const { id, name, routes: written } of network.tables)
    for (const route of written) routes.push(...writtenRoute(route, id, { kind: 'table', name }))
  for (const route of network.routes) routes.push(...writtenRoute(route, RT_TABLE_MAIN, { kind: 'main' }))
  routes.push(...mainDefaults(network, reporter), ...vrfRoutes(network))
  checkDuplicateRoutes(routes, network, reporter)
  return routes
}

/** All routes of a gateway's table. A user's route replaces the generated one with the same key. */
function gatewayRoutes(gateway: Gateway, network: Network): readonly Route[] {
  const written = gateway.routes.flatMap((route) =>
    writtenRoute(route, gateway.table, { kind: 'gateway', name: gateway.name }),
  )
  const overridden = new Set(written.map(routeKey))
  const connected = connectedTableRoutes(gateway, network).filter((route) => !overridden.has(routeKey(route)))
  return [
    ...connected,
    ...staticNexthops(gateway).map((way) => tableDefault(gateway, way)),
    ...written,
    ...rejectFallback(gateway),
  ]
}

/** Leased next hops are dynamic: see dynamic.ts. */
const staticNexthops = ({ nexthops }: Gateway): readonly GatewayNexthop[] =>
  nexthops.filter(({ kind }) => kind !== 'lease')

function connectedTableRoutes(gateway: Gateway, network: Network): readonly Route[] {
  const routes: Route[] = []
  const seen = new Set<string>()
  for (const name of gateway.connected) {
    const link = network.links.get(name)
    const origin = gatewayOrigin(
      gateway,
      name === gateway.link ? { part: 'own-network' } : { part: 'network', link: name },
    )
    for (const { prefix } of link?.addresses ?? []) {
      if (isHostPrefix(prefix)) continue
      const dst = networkOf(prefix)
      const key = formatPrefix(dst)
      if (seen.has(key)) continue
      seen.add(key)
      routes.push({
        family: prefix.family,
        type: 'unicast',
        dst,
        table: gateway.table,
        nexthops: [{ dev: name }],
        ...(prefix.family === 'inet' ? { scope: 'link', prefsrc: prefix.address } : {}),
        origin,
      })
    }
  }
  return routes
}

/** The source of a default route on a shared link. IPv4 only: an IPv6 address may still be tentative. */
function sourceOf(gateway: Gateway, way: GatewayNexthop): Address | undefined {
  if (!gateway.sharesLink || way.family === 'inet6') return undefined
  const own = gateway.addresses.map(({ prefix }) => prefix).filter((prefix) => prefix.family === way.family)
  const { via } = way
  const onLink = via === undefined ? undefined : own.find((prefix) => containsAddress(prefix, via))
  return (onLink ?? own[0])?.address
}

const nexthopOf = (gateway: Gateway, way: GatewayNexthop, weight?: number): Nexthop => ({
  via: way.via,
  dev: gateway.link,
  weight,
  ...(gateway.onlink && way.via !== undefined ? { onlink: true } : {}),
})

function defaultVia(
  gateway: Gateway,
  way: GatewayNexthop,
  table: TableId,
  origin: Origin,
  metric?: number,
): Route {
  return {
    family: way.family,
    type: 'unicast',
    dst: anyPrefix(way.family),
    table,
    nexthops: [nexthopOf(gateway, way)],
    metric,
    prefsrc: sourceOf(gateway, way),
    ...(way.via === undefined && way.family === 'inet' ? { scope: 'link' } : {}),
    origin,
  }
}

const tableDefault = (gateway: Gateway, way: GatewayNexthop): Route =>
  defaultVia(gateway, way, gateway.table, gatewayOrigin(gateway, { part: 'default-route' }, way.path))

/** Rejects the gateway's packets in both families while its default route is missing. */
function rejectFallback(gateway: Gateway): readonly Route[] {
  if (!gateway.failClosed) return []
  const path = [...gateway.path, 'fail-closed']
  return rejectRoutes(gateway.table, gatewayOrigin(gateway, { part: 'reject-fallback' }, path))
}

const rejectRoutes = (table: TableId, origin: Origin): readonly Route[] =>
  families.map((family) => ({
    family,
    type: 'unreachable',
    dst: anyPrefix(family),
    table,
    nexthops: [],
    metric: REJECT_METRIC,
    origin,
  }))

/** Reject fallback of the VRF's table (vrf.rst): otherwise later rules would look up main. */
const vrfRoutes = (network: Network): readonly Route[] =>
  vrfsOf(network).flatMap(({ link: { name: link, path }, vrf }) =>
    rejectRoutes(vrf.table, { kind: 'vrf', link, part: 'reject-fallback', path: [...path, 'vrf'] }),
  )

/** Metrics of the default routes in main by gateway: 100, 200, … in order, after the multipath one. */
export function mainMetrics({ default: choice, gateways }: Network): ReadonlyMap<string, number> {
  if (choice.kind === 'none') return new Map()
  const first = choice.kind === 'balance' ? 2 : 1
  return new Map(
    choice.members.map(({ gateway: name }, index) => [
      name,
      gateways.find((gateway) => gateway.name === name)?.metric ?? (index + first) * 100,
    ]),
  )
}

type MultipathMembers = readonly { readonly member: DefaultMember; readonly gateway: Gateway }[]

function resolveMembers(members: readonly DefaultMember[], { gateways }: Network): MultipathMembers {
  const byName = new Map(gateways.map((gateway) => [gateway.name, gateway]))
  return members.flatMap((member) => {
    const gateway = byName.get(member.gateway)
    return gateway === undefined ? [] : [{ member, gateway }]
  })
}

/** Default routes of main at 100, 200, … in order; a multipath one at 100, followed by one for each member. */
function mainDefaults(network: Network, reporter: Reporter): readonly Route[] {
  const choice = network.default
  if (choice.kind === 'none') return []
  const members = resolveMembers(choice.members, network)
  const isBalance = choice.kind === 'balance'
  const routes: Route[] = []
  const holders = new Map<string, string>()
  const metrics = mainMetrics(network)
  for (const family of isBalance ? families : []) {
    routes.push(...multipathDefault(members, family))
    if (multipathMembers(members, family).length > 0)
      holders.set(`${family} ${MULTIPATH_METRIC}`, 'the balanced one')
  }
  for (const [index, { member, gateway }] of members.entries()) {
    const metric = metrics.get(gateway.name) ?? 0
    const origin: Origin = {
      kind: 'default',
      ...(isBalance ? { part: 'multipath-member' } : { part: 'failover', choice: index + 1 }),
      gateway: gateway.name,
      path: member.path,
      comment: gateway.comment,
    }
    for (const way of gateway.nexthops) {
      const key = `${way.family} ${metric}`
      const holder = holders.get(key)
      if (holder === undefined) {
        holders.set(key, gateway.name)
        if (way.kind !== 'lease') routes.push(defaultVia(gateway, way, RT_TABLE_MAIN, origin, metric))
        continue
      }
      const at =
        gateway.metric === undefined ? reporter.at(...member.path) : reporter.at(...gateway.path, 'metric')
      at.report('default-metric-taken', { metric, gateway: holder })
      break
    }
  }
  return routes
}

/** Next hops of the multipath default in a family; none if there are fewer than two. */
function multipathMembers(
  members: MultipathMembers,
  family: Family,
): readonly { readonly way: GatewayNexthop; readonly gateway: Gateway; readonly weight: number }[] {
  const shares = members.flatMap(({ member, gateway }) =>
    gateway.nexthops
      .filter((way) => way.family === family)
      .map((way) => ({ way, gateway, weight: member.weight })),
  )
  return shares.length < 2 ? [] : shares
}

const MULTIPATH_ORIGIN: Origin = { kind: 'default', part: 'multipath', path: ['default', 'balance'] }
const MULTIPATH_METRIC = 100

function multipathDefault(members: MultipathMembers, family: Family): readonly Route[] {
  const shares = multipathMembers(members, family)
  const [first, ...others] = shares.map(({ gateway, way, weight }) => nexthopOf(gateway, way, weight))
  if (first === undefined || shares.some(({ way }) => way.kind === 'lease')) return []
  return [
    {
      family,
      type: 'unicast',
      dst: anyPrefix(family),
      table: RT_TABLE_MAIN,
      nexthops: [first, ...others],
      metric: MULTIPATH_METRIC,
      origin: MULTIPATH_ORIGIN,
    },
  ]
}

/** Multipath defaults with a leased next hop: they can be installed only with the lease. */
export function dynamicMultipaths(network: Network): readonly DynamicMultipath[] {
  const choice = network.default
  if (choice.kind !== 'balance') return []
  return families.flatMap((family) => {
    const shares = multipathMembers(resolveMembers(choice.members, network), family)
    if (!shares.some(({ way }) => way.kind === 'lease')) return []
    const hops = shares.map(({ gateway, weight }) => ({ dev: gateway.link, weight }))
    return [{ family, metric: MULTIPATH_METRIC, hops, origin: MULTIPATH_ORIGIN }]
  })
}

function writtenRoute(route: NetworkRoute, table: TableId, home: RouteHome): readonly Route[] {
  const scope =
    route.family === 'inet6'
      ? undefined
      : route.type === 'local'
        ? 'host'
        : isDeviceRoute(route)
          ? 'link'
          : undefined
  const lowered = routeOf({
    family: route.family,
    type: route.type,
    dst: route.dst,
    table,
    nexthops: route.nexthops.map(({ via, dev, weight, onlink }) => ({
      via,
      dev,
      ...(route.nexthops.length > 1 ? { weight: weight ?? 1 } : {}),
      ...(onlink ? { onlink } : {}),
    })),
    metric: route.metric,
    prefsrc: route.src,
    scope,
    mtu: route.mtu,
    origin: { kind: 'route', home, dst: route.dst, path: route.path, comment: route.comment },
  })
  return lowered === undefined ? [] : [lowered]
}

const isUserRoute = ({ origin }: Route): boolean => origin.kind === 'route'

const nameOfTable = (table: TableId, { gateways, tables }: Network): string =>
  gateways.find((gateway) => gateway.table === table)?.name ??
  tables.find(({ id }) => id === table)?.name ??
  String(table)

function checkDuplicateRoutes(routes: readonly Route[], network: Network, reporter: Reporter): void {
  const seen = new Map<string, Route | 'kernel'>()
  const vrfs = vrfsOf(network)
  const tableOf = ({ master }: Link): TableId =>
    vrfs.find(({ link }) => link.name === master?.link)?.vrf.table ?? RT_TABLE_MAIN
  for (const link of network.links.values())
    for (const { prefix } of link.addresses)
      if (prefix.family === 'inet' && !isHostPrefix(prefix))
        seen.set(`inet ${tableOf(link)} ${formatPrefix(networkOf(prefix))} 0`, 'kernel')
  for (const route of routes) {
    const key = routeKey(route)
    const holder = seen.get(key)
    if (holder !== undefined) {
      // Report a user's route, which can be changed, rather than a generated one.
      const changeable = holder !== 'kernel' && !isUserRoute(route) && isUserRoute(holder) ? holder : route
      const to = route.dst.length === 0 ? 'a default route of this metric' : formatPrefix(route.dst)
      const table = route.table === RT_TABLE_MAIN ? 'main' : nameOfTable(route.table, network)
      reporter.at(...changeable.origin.path).report('route-duplicate', { route: to, table })
    }
    seen.set(key, route)
  }
}
