// A plan with the addresses that its links turned out to have: an ordinary plan, as what follows them leaves the kernel.
import { isLinkLocal, type Address } from '../kernel/address.js'
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

/** What a link has beside the addresses that are told. */
export interface LeaseData {
  /** With host bits and the length that the link has them with. */
  readonly addresses: readonly Prefix[]
  /** Of the lease, the first of each family counts. */
  readonly routers: readonly Address[]
}

/** Links without facts have nothing yet: what follows them is absent. */
export function applyLeases(plan: KernelPlan, leases: ReadonlyMap<LinkName, LeaseData>): KernelPlan {
  const rules: Rule[] = []
  const routes: Route[] = []
  for (const followed of plan.followed) {
    const lease = leases.get(followed.link)
    if (lease === undefined) continue
    const addresses = lease.addresses.filter(({ family }) => followed.families.includes(family))
    rules.push(
      ...distinct(
        addresses.flatMap((address) => replyRules(followed, address)),
        ruleText,
      ),
    )
    routes.push(
      ...distinct(
        addresses.flatMap((address) => connected(followed, address)),
        routeText,
      ),
    )
    routes.push(...defaults(followed, addresses, lease.routers))
  }
  const all = [...plan.routes, ...routes]
  return {
    ...plan,
    links: plan.links.map((link) => withAddresses(link, leases.get(link.name))),
    rules: sortRules([...plan.rules, ...rules]),
    routes: sortRoutes([...all, ...plan.balances.flatMap((one) => multipathRoute(one, all))], plan.tables),
    followed: [],
    balances: [],
  }
}

const withAddresses = (link: PlannedLink, leases: LeaseData | undefined): PlannedLink =>
  leases === undefined ? link : { ...link, addresses: [...link.addresses, ...leases.addresses] }

/** RFC 4862: an address that a router advertisement made is one of many in its prefix of 64 bits. */
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
      // A router of a lease may be off the link: a cloud's /32.
      nexthops: [{ via, dev: followed.link, ...(family === 'inet' ? { onlink: true } : {}) }],
      ...(family === 'inet' && source !== undefined ? { prefsrc: source.address } : {}),
    }
    if (followed.metric === undefined) return [tableRoute]
    // Off the link the client has a way to it of its own: one to the router alone, or onlink.
    const isOnLink = via.family === 'inet6' || addresses.some((address) => containsAddress(address, via))
    const nexthops = [{ via, dev: followed.link, ...(isOnLink ? {} : { onlink: true }) }]
    return [tableRoute, { ...route, table: RT_TABLE_MAIN, nexthops, metric: followed.metric }]
  })
}

/** Over those of its links that have a default of their own in main; with fewer than two that one does alone. */
function multipathRoute(
  { family, metric, hops, origin }: DynamicMultipath,
  routes: readonly Route[],
): readonly Route[] {
  const nexthops = hops.flatMap(({ dev, weight }): Nexthop[] => {
    const [best] = routes
      .filter((one) => one.family === family && one.table === RT_TABLE_MAIN && one.dst.length === 0)
      .filter((one) => one.metric !== metric && one.nexthops.length === 1 && one.nexthops[0]?.dev === dev)
      .toSorted((a, b) => effectiveMetric(a) - effectiveMetric(b))
    const via = best?.nexthops[0]?.via
    return via === undefined ? [] : [{ via, dev, weight }]
  })
  if (nexthops.length < 2) return []
  return [{ family, type: 'unicast', dst: anyPrefix(family), table: RT_TABLE_MAIN, nexthops, metric, origin }]
}

const ruleText = ({ family, pref, selector }: Rule): string => JSON.stringify([family, pref, selector])
const routeText = ({ family, dst }: Route): string => `${family} ${formatPrefix(dst)}`

/** The first of each text. */
function distinct<T>(items: readonly T[], textOf: (item: T) => string): readonly T[] {
  const firsts = new Map<string, T>()
  for (const item of items) if (!firsts.has(textOf(item))) firsts.set(textOf(item), item)
  return [...firsts.values()]
}
