// What stands in each table? Its routes in the order of preference, those that say the same of both families once.
import { families, type Family } from '../../kernel/family.js'
import { loopback, type LinkName } from '../../kernel/link.js'
import { isBridgeOrBondPort } from '../../kernel/virtual-link.js'
import { containsPrefix, isHostPrefix, networkOf } from '../../kernel/prefix.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import { createFib } from '../../lookup/fib.js'
import { findGateway } from '../../plan/find-gateway.js'
import type { KernelPlan, Nexthop, Route } from '../../plan/plan.js'
import { formatDst, formatTable } from '../../syntax/iproute2.js'
import { uplinkKey } from './links.js'

export interface TableCard {
  readonly key: string
  readonly table: TableId
  /** `main`, or the name that the description gives. */
  readonly title: string
  /** `table 101`; none where the title is all there is. */
  readonly number?: string
  readonly lines: readonly CardLine[]
}

export interface CardLine {
  readonly key: string
  readonly families: readonly Family[]
  readonly text: string
  /** Several: the kernel chooses by weight. None: it ends here. */
  readonly exits: readonly Exit[]
  /** 1 is used first; told only where another line would step in. */
  readonly choice?: number
  readonly metric?: number
  /** A network around the host’s own addresses: true of every host, and drawn quietly. */
  readonly isNetwork: boolean
  readonly isFollowed: boolean
}

export interface Exit {
  readonly link: LinkName
  /** The box beyond the link that it leads to; none where the link itself is the way. */
  readonly way?: string
  readonly weight?: number
}

/** In the order given; a table that the kernel alone fills is there when it is asked. */
export function tableCards(plan: KernelPlan, asked: readonly TableId[]): readonly TableCard[] {
  const fib = createFib(plan)
  // Nothing is said to a bond’s or a bridge’s member but by its master.
  const ports = new Set(plan.links.filter(({ master }) => isBridgeOrBondPort(master)).map(({ name }) => name))
  const ids = [
    ...new Set([...asked, ...plan.tables.map(({ id }) => id), ...plan.routes.map((route) => route.table)]),
  ]
  const inOrder = [
    ...ids.filter((id) => id === RT_TABLE_LOCAL),
    ...ids.filter((id) => id !== RT_TABLE_LOCAL && id !== RT_TABLE_MAIN),
    ...ids.filter((id) => id === RT_TABLE_MAIN),
  ]
  return inOrder.map((id) => {
    const routes = families.flatMap((family) =>
      (fib[family].tables.get(id) ?? [])
        .flatMap((level) => [...level.routes.values()].flat())
        .filter(({ nexthops }) => !nexthops.some(({ dev }) => ports.has(dev))),
    )
    const name = plan.tables.find((table) => table.id === id)?.name
    return {
      key: `t${id}`,
      table: id,
      title: name ?? formatTable(id),
      ...(name === undefined ? {} : { number: String(id) }),
      lines: linesOf(plan, id, routes),
    }
  })
}

function linesOf(plan: KernelPlan, table: TableId, routes: readonly Route[]): readonly CardLine[] {
  const lines = new Map<string, CardLine>()
  for (const route of routes) {
    const key = lineKey(plan, route)
    const same = lines.get(key)
    lines.set(
      key,
      same === undefined
        ? lineOf(plan, route, key)
        : { ...same, families: [...new Set([...same.families, route.family])] },
    )
  }
  return withChoices([...lines.values(), ...dynamicLines(plan, table)].sort(byOrder))
}

/** Networks, then other destinations, then defaults by metric, then what closes. */
function byOrder(a: CardLine, b: CardLine): number {
  const rank = (line: CardLine): number =>
    line.isNetwork ? 0 : !isDefault(line) ? 1 : line.exits.length > 0 ? 2 : 3
  return rank(a) - rank(b) || (a.metric ?? 0) - (b.metric ?? 0)
}

const isDefault = ({ text }: CardLine): boolean => /\bdefault\b/.test(text)

/** Defaults that stand in for each other are numbered by metric. */
function withChoices(lines: readonly CardLine[]): readonly CardLine[] {
  const standIns = lines.filter((line) => isDefault(line) && line.exits.length > 0)
  if (standIns.length < 2) return lines
  const metrics = [...new Set(standIns.map(({ metric }) => metric ?? 0))].sort((a, b) => a - b)
  return lines.map((line) =>
    standIns.includes(line) ? { ...line, choice: metrics.indexOf(line.metric ?? 0) + 1 } : line,
  )
}

/** The same for every route that shares a line: what a look-up’s answer is found by. */
export function lineKey(plan: KernelPlan, route: Route): string {
  const { table, type, dst, metric } = route
  if (isLocalAddress(route)) return `t${table} own`
  if (isNetworkRoute(plan, route)) return `t${table} net ${route.nexthops[0]?.dev ?? ''}`
  const exits = exitsOf(plan, route).map(({ link, way, weight }) => `${link}>${way ?? ''}*${weight ?? ''}`)
  return [`t${table}`, type, formatDst(dst), ...exits, metric ?? ''].join(' ')
}

/** The kernel lays these in table local, or in that of a VRF; a writer’s own `local` route is none of them. */
const isLocalAddress = ({ type, table, metric, dst }: Route): boolean =>
  type === 'local' && (table === RT_TABLE_LOCAL || (metric === 0 && isHostPrefix(dst)))

/** Laid by the kernel or by us, it leads to neighbours on the link itself. */
function isNetworkRoute(plan: KernelPlan, { type, dst, nexthops }: Route): boolean {
  const [only, ...others] = nexthops
  if (type !== 'unicast' || only === undefined || others.length > 0 || only.via !== undefined) return false
  if (dst.family === 'inet6' && dst.address.text === 'fe80::') return true
  const link = plan.links.find(({ name }) => name === only.dev)
  return link?.addresses.some((address) => containsPrefix(networkOf(address), dst)) === true && dst.length > 0
}

const exitsOf = (plan: KernelPlan, { family, table, nexthops }: Route): readonly Exit[] =>
  nexthops.map((nexthop) => {
    const way = nexthopOf(plan, family, table, nexthop)
    return {
      link: nexthop.dev,
      ...(way === undefined ? {} : { way }),
      ...(nexthop.weight === undefined ? {} : { weight: nexthop.weight }),
    }
  })

/** A gateway, a router without a name, or (of a link that is its own way) nothing beyond. */
export function nexthopOf(
  plan: KernelPlan,
  family: Family,
  table: TableId,
  nexthop: Nexthop,
): string | undefined {
  const gateway = findGateway(plan, family, table, nexthop)
  if (gateway !== undefined) return uplinkKey(gateway.name)
  return nexthop.via === undefined ? undefined : uplinkKey(`${nexthop.dev} ${nexthop.via.text}`)
}

function lineOf(plan: KernelPlan, route: Route, key: string): CardLine {
  const { type, dst, metric, family } = route
  const isLocal = isLocalAddress(route)
  const isNetwork = isNetworkRoute(plan, route)
  const link = route.nexthops[0]?.dev ?? ''
  return {
    key,
    families: [family],
    text: isLocal
      ? 'this host’s own addresses'
      : isNetwork
        ? `network of ${link}`
        : type === 'unicast'
          ? formatDst(dst)
          : `${type} ${formatDst(dst)}`,
    exits: isLocal ? [{ link: loopback }] : exitsOf(plan, route),
    ...(metric === undefined || isLocal || isNetwork ? {} : { metric }),
    isNetwork: isNetwork || isLocal,
    isFollowed: false,
  }
}

function dynamicLines(plan: KernelPlan, table: TableId): readonly CardLine[] {
  const own = plan.followed
    .filter((followed) => followed.table === table)
    .map(({ link, families, routers }): CardLine => {
      const gateway = plan.gateways.find((one) => one.link === link && one.table === table)
      return {
        key: `t${table} followed ${link}`,
        families: routers.length === 0 ? families : routers,
        text: routers.length === 0 ? `network of ${link}, as leased` : 'default',
        exits: [
          {
            link,
            ...(gateway === undefined || routers.length === 0 ? {} : { way: uplinkKey(gateway.name) }),
          },
        ],
        isNetwork: routers.length === 0,
        isFollowed: true,
      }
    })
  return table === RT_TABLE_MAIN ? [...own, ...leasedDefaults(plan), ...leasedBalances(plan)] : own
}

/** What the clients of leased gateways lay in main. */
const leasedDefaults = (plan: KernelPlan): readonly CardLine[] =>
  plan.followed
    .filter(({ laidIn, metric, routers }) => laidIn === 'main' && metric !== undefined && routers.length > 0)
    .map(({ link, table, routers, metric }): CardLine => {
      const gateway = plan.gateways.find((one) => one.link === link && one.table === table)
      return {
        key: `t${RT_TABLE_MAIN} leased ${link}`,
        families: routers,
        text: 'default',
        exits: [{ link, ...(gateway === undefined ? {} : { way: uplinkKey(gateway.name) }) }],
        ...(metric === undefined ? {} : { metric }),
        isNetwork: false,
        isFollowed: true,
      }
    })

const leasedBalances = (plan: KernelPlan): readonly CardLine[] =>
  plan.balances.map(({ family, metric, hops }) => ({
    key: `t${RT_TABLE_MAIN} balance ${family}`,
    families: [family],
    text: 'default',
    exits: hops.map(({ dev, weight }) => {
      const gateway = plan.gateways.find(({ link }) => link === dev)
      return { link: dev, weight, ...(gateway === undefined ? {} : { way: uplinkKey(gateway.name) }) }
    }),
    metric,
    isNetwork: false,
    isFollowed: true,
  }))
