// Description of a source plan: what a person would write for the same network. Whether it is the same, the diff says.
import { anyPrefix, containsAddress, formatPrefix, formatPrefixShort } from '../../kernel/prefix.js'
import { RT_TABLE_MAIN, isReservedTable, type TableId } from '../../kernel/table.js'
import { effectiveMetric } from '../../plan/keys.js'
import type { KernelPlan, Nexthop, Origin, Route } from '../../plan/plan.js'
import { isMultipath, isReject } from '../../plan/route.js'
import type { SourcePlan } from '../source-plan.js'
import { FIRST_TABLE } from '../../network/resolve-tables.js'
import { defaultOf, type DefaultChoice } from './default.js'
import { gatewaysOf, vrfOfTable, uniqueName, type Gateway, type Way } from './gateways.js'
import type { DescribeForm } from './form.js'
import { linksOf } from './links.js'
import { markText, rulesOf } from './rules.js'
import { commentText, list, mapping, oneOrMany, type Written, type WrittenMapping } from './written.js'

export interface DescribeOptions extends DescribeForm {
  /** Writes all numbers of tables, priorities and metrics. */
  readonly keepNumbers: boolean
}

export interface Described {
  readonly body: WrittenMapping
  /** What each entry of `rules` and `routes` was made of. */
  readonly origins: ReadonlyMap<Written, readonly Origin[]>
}

/** Without `sysctls`: which of them are automatic is known when the rest is compiled. */
export function describe(source: SourcePlan, { style, keepNumbers, ...form }: DescribeOptions): Described {
  const { plan } = source
  const gateways = gatewaysOf(source, style !== 'plain', form)
  const choice = defaultOf(source, gateways, keepNumbers)
  const expressed = new Set([...gateways.flatMap(({ routes }) => [...routes]), ...choice.routes])
  const rest = plan.state.routes.filter((route) => !expressed.has(route) && !isVrfFallback(route, plan))
  const tables = tableNames(plan, gateways, rest)
  const rules = rulesOf(plan, gateways, tables, style !== 'idiomatic' || keepNumbers)
  const numbers = automaticTables(gateways, new Set(tables.keys()), plan)
  const origins = new Map<Written, readonly Origin[]>(
    rules.rules.flatMap((rule, index) => {
      const its = rules.origins[index]
      return its === undefined ? [] : [[rule, its]]
    }),
  )
  const body: WrittenMapping = {
    version: 1,
    manage: plan.intent.manage === 'routing' ? 'routing' : undefined,
    links: linksOf(plan),
    gateways: mapping(
      gateways.map((gateway): readonly [string, WrittenMapping] => [
        gateway.name,
        gatewayValue(gateway, rest, choice, keepNumbers ? new Map() : numbers, origins, plan),
      ]),
    ),
    default: choice.value,
    local: list(rules.local),
    rules: list(rules.rules),
    tables: mapping(
      [...tables].map(([id, name]): readonly [string, WrittenMapping] => [
        name,
        tableValue(id, plan, rest, origins),
      ]),
    ),
    routes: list(
      routeValues(
        rest.filter(({ table }) => table === RT_TABLE_MAIN),
        origins,
        plan,
      ),
    ),
    marks: plan.state.connmarks.length > 0 ? 'nftables' : undefined,
  }
  return { body, origins }
}

/** What a VRF adds by itself, with another metric. */
export const isVrfFallback = (route: Route, plan: KernelPlan): boolean =>
  route.type === 'unreachable' && route.dst.length === 0 && vrfOfTable(route.table, plan) !== undefined

/** Tables of the source that are no gateway's and have routes or names that rules use. */
function tableNames(
  plan: KernelPlan,
  gateways: readonly Gateway[],
  rest: readonly Route[],
): ReadonlyMap<TableId, string> {
  const taken = new Set(gateways.map(({ name }) => name))
  const ofGateways = new Set(gateways.map(({ table }) => table))
  const used = new Set([
    ...rest.map(({ table }) => table),
    ...plan.state.rules.flatMap(({ action }) => (action.type === 'lookup' ? [action.table] : [])),
    ...plan.intent.tables.map(({ id }) => id),
  ])
  return new Map(
    [...used]
      .filter((id) => !isReservedTable(id) && !ofGateways.has(id) && vrfOfTable(id, plan) === undefined)
      .toSorted((a, b) => a - b)
      .map((id) => {
        const name = plan.intent.tables.find((table) => table.id === id)?.name
        return [id, uniqueName(name ?? `table-${id}`, `table-${id}`, taken)]
      }),
  )
}

function tableValue(
  id: TableId,
  plan: KernelPlan,
  rest: readonly Route[],
  origins: Map<Written, readonly Origin[]>,
): WrittenMapping {
  const table = plan.intent.tables.find((one) => one.id === id)
  return {
    id,
    routes: list(
      routeValues(
        rest.filter((route) => route.table === id),
        origins,
        plan,
      ),
    ),
    comment: commentText(table?.origin.comment),
  }
}

/** The number that each gateway gets if none is written (src/network/resolve-tables.ts). */
function automaticTables(
  gateways: readonly Gateway[],
  others: ReadonlySet<TableId>,
  { state }: KernelPlan,
): ReadonlyMap<string, TableId> {
  const taken = new Set([
    ...others,
    ...state.links.flatMap(({ virtual }) => (virtual?.kind === 'vrf' ? [virtual.table] : [])),
  ])
  const numbers = new Map<string, TableId>()
  let next = FIRST_TABLE
  for (const { name, table } of gateways) {
    while (taken.has(next)) next++
    // A number that is written takes none of the automatic ones.
    if (table !== undefined && table !== next) continue
    numbers.set(name, next)
    next++
  }
  return numbers
}

function gatewayValue(
  gateway: Gateway,
  rest: readonly Route[],
  { metrics }: DefaultChoice,
  numbers: ReadonlyMap<string, TableId>,
  origins: Map<Written, readonly Origin[]>,
  plan: KernelPlan,
): WrittenMapping {
  const { link, ways, table, addresses, reply, fwmark, failClosed, connected, leaseRoutes, comment, name } =
    gateway
  const others = rest.filter((route) => table !== undefined && route.table === table)
  return {
    link,
    via: oneOrMany([...new Set([...ways.values()].map(viaText))]),
    onlink: [...ways.values()].some((way) => way.kind === 'address' && way.onlink) ? true : undefined,
    addresses,
    table: table === undefined || numbers.get(name) === table ? undefined : table,
    reply: reply.join() === 'from' ? undefined : (oneOrMany(reply) ?? 'none'),
    fwmark: fwmark === undefined ? undefined : markText(fwmark),
    'fail-closed': failClosed ? true : undefined,
    'lease-routes': leaseRoutes ? true : undefined,
    metric: metrics.get(name),
    connected,
    routes: list(routeValues(others, origins, plan, link)),
    comment: commentText(comment),
  }
}

function viaText(way: Way): string {
  switch (way.kind) {
    case 'lease':
      return 'lease'
    case 'device':
      return 'none'
    case 'address':
      return way.via.text
  }
}

/** A route of both families without addresses is written once. */
function routeValues(
  routes: readonly Route[],
  origins: Map<Written, readonly Origin[]>,
  plan: KernelPlan,
  link?: string,
): readonly WrittenMapping[] {
  const keyOf = (route: Route): string =>
    isReject(route) && route.dst.length === 0 ? `${route.type} ${route.table} ${route.metric ?? 0}` : ''
  const both = new Map<string, Route[]>()
  for (const route of routes) {
    const key = keyOf(route)
    if (key !== '') both.set(key, [...(both.get(key) ?? []), route])
  }
  return routes.flatMap((route) => {
    const pair = both.get(keyOf(route)) ?? []
    if (pair.length === 2 && pair[0] !== route) return []
    const value = { ...routeValue(route, plan, link), ...(pair.length === 2 ? { to: 'default' } : {}) }
    origins.set(value, pair.length === 2 ? pair.map(({ origin }) => origin) : [route.origin])
    return [value]
  })
}

function routeValue(route: Route, plan: KernelPlan, link: string | undefined): WrittenMapping {
  const { dst, type, prefsrc, metric, mtu, nexthops, origin, family } = route
  const isSingle = !isMultipath(route)
  const [hop] = nexthops
  const hasFamily = hop?.via !== undefined || prefsrc !== undefined
  return {
    to: dst.length > 0 ? formatPrefixShort(dst) : hasFamily ? 'default' : formatPrefix(anyPrefix(family)),
    type: type === 'unicast' ? undefined : type,
    ...(isSingle && hop !== undefined ? hopValue(hop, plan, link) : {}),
    nexthops: isSingle
      ? undefined
      : nexthops.map((one) => ({
          ...hopValue(one, plan),
          weight: one.weight === 1 ? undefined : one.weight,
        })),
    src: prefsrc?.text,
    metric: metric === effectiveDefault(route) ? undefined : metric,
    mtu,
    comment: commentText(origin.comment),
  }
}

const effectiveDefault = ({ family }: Route): number => effectiveMetric({ family })

const hopValue = (hop: Nexthop, plan: KernelPlan, link?: string): WrittenMapping => ({
  via: hop.via?.text,
  link: hop.dev === link ? undefined : hop.dev,
  onlink: hop.onlink === true || isInLease(hop, plan) ? true : undefined,
})

/** The files do not tell the network of a lease, which has the next hop. */
function isInLease({ via, dev }: Nexthop, { state }: KernelPlan): boolean {
  const { lease, addresses } = state.links.find(({ name }) => name === dev) ?? {}
  return (
    via?.family === 'inet' &&
    lease?.dhcp4 === true &&
    addresses?.every((prefix) => !containsAddress(prefix, via)) === true
  )
}
