// Lease application: turns dynamic tables, rules and multipath routes into static ones.
import { isLinkLocal, type Address } from '../kernel/address.js'
import { distinctBy } from '../stdlib/group-by.js'
import type { LinkName } from '../kernel/link.js'
import {
  anyPrefix,
  containsAddress,
  formatPrefix,
  hostPrefix,
  isHostPrefix,
  networkOf,
  type Prefix,
} from '../kernel/prefix.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { effectiveMetric, sortRoutes, sortRules } from './keys.js'
import type { DynamicTable, DynamicMultipath, KernelPlan, Nexthop, PlannedLink, Route, Rule } from './plan.js'

/** Addresses and routers of a link beside its static ones. */
export interface LeaseData {
  /** With host bits and the prefix length on the link. */
  readonly addresses: readonly Prefix[]
  /** Routers of the lease. The first of each family counts. */
  readonly routers: readonly Address[]
}

/** Links without lease data get nothing. The result has no dynamic parts. */
export function applyLeases(plan: KernelPlan, leases: ReadonlyMap<LinkName, LeaseData>): KernelPlan {
  const rules: Rule[] = []
  const routes: Route[] = []
  for (const followed of plan.dynamic.tables) {
    const lease = leases.get(followed.link)
    if (lease === undefined) continue
    const addresses = lease.addresses.filter(({ family }) => followed.families.includes(family))
    rules.push(
      ...distinctBy(
        addresses.flatMap((address) => replyRules(followed, address)),
        ruleText,
      ),
    )
    routes.push(
      ...distinctBy(
        addresses.flatMap((address) => connected(followed, address)),
        routeText,
      ),
    )
    routes.push(...defaults(followed, addresses, lease.routers))
  }
  const all = [...plan.state.routes, ...routes]
  return {
    ...plan,
    state: {
      ...plan.state,
      links: plan.state.links.map((link) => withAddresses(link, leases.get(link.name))),
      rules: sortRules([...plan.state.rules, ...rules]),
      routes: sortRoutes(
        [...all, ...plan.dynamic.multipaths.flatMap((one) => multipathRoute(one, all))],
        plan.intent.tables,
      ),
    },
    dynamic: { ...plan.dynamic, tables: [], multipaths: [] },
  }
}

const withAddresses = (link: PlannedLink, leases: LeaseData | undefined): PlannedLink =>
  leases === undefined ? link : { ...link, addresses: [...link.addresses, ...leases.addresses] }

/** RFC 4862: a link may have many addresses in an advertised /64, so its prefix counts. */
export const dynamicPrefix = (address: Prefix): Prefix =>
  address.family === 'inet6' && address.length === 64 ? networkOf(address) : hostPrefix(address.address)

const replyRules = ({ replies, table, origin }: DynamicTable, address: Prefix): readonly Rule[] =>
  replies.map(({ word, pref }) => ({
    family: address.family,
    pref,
    selector: { [word]: dynamicPrefix(address) },
    action: { type: 'lookup', table },
    origin,
  }))

function connected({ link, table, origin }: DynamicTable, address: Prefix): readonly Route[] {
  if (isHostPrefix(address) || isLinkLocal(address.address)) return []
  return [
    {
      family: address.family,
      type: 'unicast',
      dst: networkOf(address),
      table,
      nexthops: [{ dev: link }],
      ...(address.family === 'inet' ? { scope: 'link', prefsrc: address.address } : {}),
      origin,
    },
  ]
}

function defaults(
  followed: DynamicTable,
  addresses: readonly Prefix[],
  routers: readonly Address[],
): readonly Route[] {
  return followed.routers.flatMap((family) => {
    const via = routers.find((router) => router.family === family)
    const source = addresses.find((address) => address.family === family)
    if (via === undefined) return []
    const route = { family, type: 'unicast', dst: anyPrefix(family), origin: followed.origin } as const
    const tableRoute: Route = {
      ...route,
      table: followed.table,
      // The router of a lease may be off-link, as with a cloud's /32.
      nexthops: [{ via, dev: followed.link, ...(family === 'inet' ? { onlink: true } : {}) }],
      ...(family === 'inet' && source !== undefined ? { prefsrc: source.address } : {}),
    }
    if (followed.metric === undefined) return [tableRoute]
    // For an off-link router the client adds a host route or uses onlink.
    const isOnLink = via.family === 'inet6' || addresses.some((address) => containsAddress(address, via))
    const nexthop = { via, dev: followed.link, ...(isOnLink ? {} : { onlink: true }) }
    return [tableRoute, { ...route, table: RT_TABLE_MAIN, nexthops: [nexthop], metric: followed.metric }]
  })
}

/** The multipath default over the links that have a default route in main. None for fewer than two links. */
function multipathRoute(
  { family, metric, hops, origin }: DynamicMultipath,
  routes: readonly Route[],
): readonly Route[] {
  const [first, second, ...others] = hops.flatMap(({ dev, weight }): Nexthop[] => {
    const [best] = routes
      .filter((one) => one.family === family && one.table === RT_TABLE_MAIN && one.dst.length === 0)
      .filter((one) => one.metric !== metric && one.nexthops.length === 1 && one.nexthops[0]?.dev === dev)
      .toSorted((a, b) => effectiveMetric(a) - effectiveMetric(b))
    const via = best?.nexthops[0]?.via
    return via === undefined ? [] : [{ via, dev, weight }]
  })
  if (first === undefined || second === undefined) return []
  const nexthops = [first, second, ...others] as const
  return [{ family, type: 'unicast', dst: anyPrefix(family), table: RT_TABLE_MAIN, nexthops, metric, origin }]
}

const ruleText = ({ family, pref, selector }: Rule): string => JSON.stringify([family, pref, selector])
const routeText = ({ family, dst }: Route): string => `${family} ${formatPrefix(dst)}`
