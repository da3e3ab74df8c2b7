// Network → routes: one function for each idea.
import type { Reporter } from '../diagnostics/reporter.js'
import type { Address } from '../kernel/address.js'
import { families, type Family } from '../kernel/family.js'
import { anyPrefix, containsAddress, formatPrefix, isHostPrefix, networkOf } from '../kernel/prefix.js'
import { CLOSING_METRIC } from '../kernel/route-type.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type {
  DefaultMember,
  Gateway,
  Link,
  Network,
  NetworkRoute,
  Source,
  WayOut,
} from '../network/network.js'
import { routeKey } from './identity.js'
import { vrfRoutes, vrfsOf } from './lower-made.js'
import type { Nexthop, Origin, Route } from './plan.js'

export const originOf = (source: Source, reason: string, path = source.path): Origin => ({
  path,
  reason,
  ...(source.comment === undefined ? {} : { comment: source.comment }),
})

export function lowerRoutes(network: Network, reporter: Reporter): readonly Route[] {
  const routes: Route[] = []
  for (const gateway of network.gateways) routes.push(...gatewayRoutes(gateway, network))
  for (const table of network.tables)
    for (const route of table.routes) routes.push(writtenRoute(route, table.id, `table ${table.name}: route`))
  for (const route of network.routes) routes.push(writtenRoute(route, RT_TABLE_MAIN, 'main: route'))
  routes.push(...mainDefaults(network, reporter), ...vrfRoutes(network))
  return refuseDuplicates(routes, network, reporter)
}

/** All of a gateway's own table. What the writer puts there replaces what would stand at its place. */
function gatewayRoutes(gateway: Gateway, network: Network): readonly Route[] {
  const written = gateway.routes.map((route) =>
    writtenRoute(route, gateway.table, `gateway ${gateway.name}: route`),
  )
  const overridden = new Set(written.map(routeKey))
  const connected = connectedRoutes(gateway, network).filter((route) => !overridden.has(routeKey(route)))
  return [
    ...connected,
    ...gateway.ways.map((way) => tableDefault(gateway, way)),
    ...written,
    ...closing(gateway),
  ]
}

function connectedRoutes(gateway: Gateway, network: Network): readonly Route[] {
  const routes: Route[] = []
  const seen = new Set<string>()
  for (const name of gateway.connected) {
    const link = network.links.get(name)
    const whose = name === gateway.link ? 'its own network' : `network of ${name}`
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
        origin: originOf(gateway, `gateway ${gateway.name}: ${whose}`),
      })
    }
  }
  return routes
}

/** Whose source a default route of a shared link takes; IPv4 alone, an IPv6 one may still be tentative when it is laid. */
function sourceOf(gateway: Gateway, way: WayOut): Address | undefined {
  if (!gateway.sharesLink || way.family === 'inet6') return undefined
  const own = gateway.addresses.map(({ prefix }) => prefix).filter((prefix) => prefix.family === way.family)
  const { via } = way
  const near = via === undefined ? undefined : own.find((prefix) => containsAddress(prefix, via))
  return (near ?? own[0])?.address
}

const nexthopOf = (gateway: Gateway, way: WayOut, weight?: number): Nexthop => ({
  ...(way.via === undefined ? {} : { via: way.via }),
  dev: gateway.link,
  ...(weight === undefined ? {} : { weight }),
  ...(gateway.onlink && way.via !== undefined ? { onlink: true } : {}),
})

function defaultVia(gateway: Gateway, way: WayOut, table: TableId, origin: Origin, metric?: number): Route {
  const source = sourceOf(gateway, way)
  return {
    family: way.family,
    type: 'unicast',
    dst: anyPrefix(way.family),
    table,
    nexthops: [nexthopOf(gateway, way)],
    ...(metric === undefined ? {} : { metric }),
    ...(source === undefined ? {} : { prefsrc: source }),
    ...(way.via === undefined && way.family === 'inet' ? { scope: 'link' } : {}),
    origin,
  }
}

const tableDefault = (gateway: Gateway, way: WayOut): Route =>
  defaultVia(
    gateway,
    way,
    gateway.table,
    originOf(gateway, `gateway ${gateway.name}: default route of its table`, way.path),
  )

/** What belongs to the gateway ends here when its default route is gone, in both families. */
function closing(gateway: Gateway): readonly Route[] {
  if (!gateway.failClosed) return []
  const origin = originOf(gateway, `gateway ${gateway.name}: closes its table`, [
    ...gateway.path,
    'fail-closed',
  ])
  return families.map((family) => ({
    family,
    type: 'unreachable',
    dst: anyPrefix(family),
    table: gateway.table,
    nexthops: [],
    metric: CLOSING_METRIC,
    origin,
  }))
}

/** Default routes of main: 100, 200, … in order; a balanced one at 100 with each member's own behind it. */
function mainDefaults(network: Network, reporter: Reporter): readonly Route[] {
  const choice = network.default
  if (choice.kind === 'none') return []
  const byName = new Map(network.gateways.map((gateway) => [gateway.name, gateway]))
  const members = choice.members.flatMap((member) => {
    const gateway = byName.get(member.gateway)
    return gateway === undefined ? [] : [{ member, gateway }]
  })
  const isBalance = choice.kind === 'balance'
  const routes: Route[] = []
  const holders = new Map<string, string>()
  if (isBalance) routes.push(...families.flatMap((family) => balanced(members, family)))
  for (const { family, metric } of routes) holders.set(`${family} ${metric}`, 'the balanced one')
  for (const [index, { member, gateway }] of members.entries()) {
    const metric = gateway.metric ?? (index + (isBalance ? 2 : 1)) * 100
    const choiceText = isBalance
      ? ' when the balanced one is gone'
      : members.length > 1
        ? `, choice ${index + 1}`
        : ''
    const reason = `gateway ${gateway.name}: default route of main${choiceText}`
    const origin = originOf(gateway, reason, member.path)
    for (const way of gateway.ways) {
      const key = `${way.family} ${metric}`
      const holder = holders.get(key)
      if (holder === undefined) {
        holders.set(key, gateway.name)
        routes.push(defaultVia(gateway, way, RT_TABLE_MAIN, origin, metric))
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

function balanced(
  members: readonly { readonly member: DefaultMember; readonly gateway: Gateway }[],
  family: Family,
): readonly Route[] {
  const nexthops = members.flatMap(({ member, gateway }) =>
    gateway.ways.filter((way) => way.family === family).map((way) => nexthopOf(gateway, way, member.weight)),
  )
  if (nexthops.length < 2) return []
  return [
    {
      family,
      type: 'unicast',
      dst: anyPrefix(family),
      table: RT_TABLE_MAIN,
      nexthops,
      metric: 100,
      origin: { path: ['default', 'balance'], reason: 'main: default route balanced over its gateways' },
    },
  ]
}

function writtenRoute(route: NetworkRoute, table: TableId, reason: string): Route {
  const isDevice = route.nexthops.length === 1 && route.nexthops[0]?.via === undefined
  const scope =
    route.family === 'inet6' ? undefined : route.type === 'local' ? 'host' : isDevice ? 'link' : undefined
  const isMultipath = route.nexthops.length > 1
  return {
    family: route.family,
    type: route.type,
    dst: route.dst,
    table,
    nexthops: route.nexthops.map(({ via, dev, weight, onlink }) => ({
      ...(via === undefined ? {} : { via }),
      dev,
      ...(isMultipath ? { weight: weight ?? 1 } : {}),
      ...(onlink ? { onlink } : {}),
    })),
    ...(route.metric === undefined ? {} : { metric: route.metric }),
    ...(route.src === undefined ? {} : { prefsrc: route.src }),
    ...(scope === undefined ? {} : { scope }),
    ...(route.mtu === undefined ? {} : { mtu: route.mtu }),
    origin: originOf(route, `${reason} to ${route.dst.length === 0 ? 'default' : formatPrefix(route.dst)}`),
  }
}

const isWritten = ({ origin }: Route): boolean => origin.path.includes('routes')

const nameOf = (table: TableId, { gateways, tables }: Network): string =>
  gateways.find((gateway) => gateway.table === table)?.name ??
  tables.find(({ id }) => id === table)?.name ??
  String(table)

function refuseDuplicates(routes: readonly Route[], network: Network, reporter: Reporter): readonly Route[] {
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
      // What the writer wrote can be changed; what was made for a gateway only through it.
      const changeable = holder !== 'kernel' && !isWritten(route) && isWritten(holder) ? holder : route
      const to = route.dst.length === 0 ? 'a default route of this metric' : formatPrefix(route.dst)
      const table = route.table === RT_TABLE_MAIN ? 'main' : nameOf(route.table, network)
      reporter.at(...changeable.origin.path).report('route-duplicate', { route: to, table })
    }
    seen.set(key, route)
  }
  return routes
}
