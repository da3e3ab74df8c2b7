// Tables of the drawing, with their routes by preference. Routes that both families have are one line.
import { isDeviceRoute } from '../../plan/route.js'
import { families, type Family } from '../../kernel/family.js'
import { groupBy } from '../../stdlib/group-by.js'
import { loopback, type LinkName } from '../../kernel/link.js'
import { isBridgeOrBondPort } from '../../kernel/virtual-link.js'
import { containsPrefix, isHostPrefix, networkOf } from '../../kernel/prefix.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import { createFib } from '../../lookup/fib.js'
import { findGateway } from '../../plan/find-gateway.js'
import type { KernelPlan, Nexthop, Route } from '../../plan/plan.js'
import { formatDst } from '../../syntax/iproute2.js'
import { tableName } from '../../syntax/trace-format.js'
import { uplinkKey } from './links.js'

export interface TableNode {
  readonly key: string
  readonly table: TableId
  /** `main`, or the name that the description gives. */
  readonly title: string
  /** `101`; absent where the title is the number or a name of the kernel. */
  readonly number?: string
  readonly lines: readonly RouteLine[]
}

export interface RouteLine {
  readonly key: string
  readonly families: readonly Family[]
  readonly text: string
  /** Several of a multipath route; none of a reject route. */
  readonly exits: readonly Exit[]
  /** 1 is used first; set where other default routes are the fallback. */
  readonly choice?: number
  readonly metric?: number
  /** The network of a link, or the host’s own addresses; every host has them, so their edges are hidden. */
  readonly isConnected: boolean
  readonly isDynamic: boolean
}

export interface Exit {
  readonly link: LinkName
  /** Key of the gateway, router or network behind the link; absent for a link without next hops. */
  readonly uplink?: string
  readonly weight?: number
}

/** `lookedUp`: tables that rules look up, in order. Table local comes first and main last. */
export function tableNodes(plan: KernelPlan, lookedUp: readonly TableId[]): readonly TableNode[] {
  const fib = createFib(plan)
  // A port of a bond or a bridge has no routes of interest: traffic uses its master.
  const ports = new Set(
    plan.state.links.filter(({ master }) => isBridgeOrBondPort(master)).map(({ name }) => name),
  )
  const ids = [
    ...new Set([
      ...lookedUp,
      ...plan.intent.tables.map(({ id }) => id),
      ...plan.state.routes.map((route) => route.table),
    ]),
  ]
  const rank = (id: TableId): number => (id === RT_TABLE_LOCAL ? 0 : id === RT_TABLE_MAIN ? 2 : 1)
  const inOrder = ids.sort((a, b) => rank(a) - rank(b))
  return inOrder.map((id) => {
    const routes = families.flatMap((family) =>
      (fib[family].tables.get(id) ?? [])
        .flatMap((level) => [...level.routes.values()].flat())
        .filter(({ nexthops }) => !nexthops.some(({ dev }) => ports.has(dev))),
    )
    const isNamed = plan.intent.tables.some((table) => table.id === id)
    return {
      key: `t${id}`,
      table: id,
      title: tableName(plan, id),
      number: isNamed ? String(id) : undefined,
      lines: linesOf(plan, id, routes),
    }
  })
}

function linesOf(plan: KernelPlan, table: TableId, routes: readonly Route[]): readonly RouteLine[] {
  const lines = [...groupBy(routes, (route) => lineKey(plan, route))].map(([key, group]) => ({
    ...lineOf(plan, group[0], key),
    families: [...new Set(group.map(({ family }) => family))],
  }))
  return withChoices([...lines, ...dynamicLines(plan, table)].sort(byOrder))
}

/** Connected networks, other destinations, defaults by metric, reject fallbacks. */
function byOrder(a: RouteLine, b: RouteLine): number {
  const rank = (line: RouteLine): number =>
    line.isConnected ? 0 : !isDefault(line) ? 1 : line.exits.length > 0 ? 2 : 3
  return rank(a) - rank(b) || (a.metric ?? 0) - (b.metric ?? 0)
}

const isDefault = ({ text }: RouteLine): boolean => /\bdefault\b/.test(text)

/** Numbers the defaults by metric where there are several. */
function withChoices(lines: readonly RouteLine[]): readonly RouteLine[] {
  const defaults = lines.filter((line) => isDefault(line) && line.exits.length > 0)
  if (defaults.length < 2) return lines
  const metrics = [...new Set(defaults.map(({ metric }) => metric ?? 0))].sort((a, b) => a - b)
  return lines.map((line) =>
    defaults.includes(line) ? { ...line, choice: metrics.indexOf(line.metric ?? 0) + 1 } : line,
  )
}

/** Key of the line that shows the route, by which the answer of a lookup finds it. */
export function lineKey(plan: KernelPlan, route: Route): string {
  const { table, type, dst, metric } = route
  if (isLocalAddress(route)) return `t${table} own`
  const connected = connectedLink(plan, route)
  if (connected !== undefined) return `t${table} net ${connected}`
  const exits = exitsOf(plan, route).map(
    ({ link, uplink, weight }) => `${link}>${uplink ?? ''}*${weight ?? ''}`,
  )
  return [`t${table}`, type, formatDst(dst), ...exits, metric ?? ''].join(' ')
}

/** The kernel adds these to table local, or to the table of a VRF. A `local` route of the description is different. */
const isLocalAddress = ({ type, table, metric, dst }: Route): boolean =>
  type === 'local' && (table === RT_TABLE_LOCAL || (metric === 0 && isHostPrefix(dst)))

/** The link of a route to its neighbours, whether the kernel or multihome adds the route. */
function connectedLink(plan: KernelPlan, route: Route): LinkName | undefined {
  if (route.type !== 'unicast' || !isDeviceRoute(route)) return undefined
  const { dst, nexthops } = route
  const { dev } = nexthops[0]
  if (dst.family === 'inet6' && dst.address.text === 'fe80::') return dev
  const link = plan.state.links.find(({ name }) => name === dev)
  const isOfLink = link?.addresses.some((address) => containsPrefix(networkOf(address), dst)) === true
  return isOfLink && dst.length > 0 ? dev : undefined
}

const exitsOf = (plan: KernelPlan, { family, table, nexthops }: Route): readonly Exit[] =>
  nexthops.map((nexthop) => ({
    link: nexthop.dev,
    uplink: uplinkOf(plan, family, table, nexthop),
    weight: nexthop.weight,
  }))

/** Key of the gateway or router; undefined for a link without next hops. */
export function uplinkOf(
  plan: KernelPlan,
  family: Family,
  table: TableId,
  nexthop: Nexthop,
): string | undefined {
  const gateway = findGateway(plan, family, table, nexthop)
  if (gateway !== undefined) return uplinkKey(gateway.name)
  return nexthop.via === undefined ? undefined : uplinkKey(`${nexthop.dev} ${nexthop.via.text}`)
}

function lineOf(plan: KernelPlan, route: Route, key: string): RouteLine {
  const { type, dst, metric, family } = route
  const isLocal = isLocalAddress(route)
  const connected = connectedLink(plan, route)
  return {
    key,
    families: [family],
    text: isLocal
      ? 'this host’s own addresses'
      : connected !== undefined
        ? `network of ${connected}`
        : type === 'unicast'
          ? formatDst(dst)
          : `${type} ${formatDst(dst)}`,
    exits: isLocal ? [{ link: loopback }] : exitsOf(plan, route),
    metric: isLocal || connected !== undefined ? undefined : metric,
    isConnected: isLocal || connected !== undefined,
    isDynamic: false,
  }
}

function dynamicLines(plan: KernelPlan, table: TableId): readonly RouteLine[] {
  const own = plan.dynamic.tables
    .filter((followed) => followed.table === table)
    .map(({ link, families, routers }): RouteLine => {
      const key = `t${table} followed ${link}`
      return routers.length > 0
        ? dynamicDefault(key, routers, [{ link, uplink: gatewayUplink(plan, link, table) }])
        : {
            key,
            families,
            text: `network of ${link}, leased`,
            exits: [{ link }],
            isConnected: true,
            isDynamic: true,
          }
    })
  return table === RT_TABLE_MAIN ? [...own, ...leasedDefaults(plan), ...leasedBalances(plan)] : own
}

const dynamicDefault = (
  key: string,
  families: readonly Family[],
  exits: readonly Exit[],
  metric?: number,
): RouteLine => ({ key, families, text: 'default', exits, metric, isConnected: false, isDynamic: true })

/** Of the first gateway on the link, or of that which has the table. */
function gatewayUplink(
  { intent: { gateways } }: KernelPlan,
  link: LinkName,
  table?: TableId,
): string | undefined {
  const gateway = gateways.find((one) => one.link === link && (table === undefined || one.table === table))
  return gateway === undefined ? undefined : uplinkKey(gateway.name)
}

/** Defaults that the DHCP clients of leased gateways add to main. */
const leasedDefaults = (plan: KernelPlan): readonly RouteLine[] =>
  plan.dynamic.tables.flatMap(({ link, table, routers, installedIn, metric }) => {
    if (installedIn !== 'main' || metric === undefined || routers.length === 0) return []
    const exit = { link, uplink: gatewayUplink(plan, link, table) }
    return [dynamicDefault(`t${RT_TABLE_MAIN} leased ${link}`, routers, [exit], metric)]
  })

const leasedBalances = (plan: KernelPlan): readonly RouteLine[] =>
  plan.dynamic.multipaths.map(({ family, metric, hops }) => {
    const exits = hops.map(({ dev, weight }) => ({ link: dev, weight, uplink: gatewayUplink(plan, dev) }))
    return dynamicDefault(`t${RT_TABLE_MAIN} balance ${family}`, [family], exits, metric)
  })
