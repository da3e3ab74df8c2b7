// Routes of a plan: by type, since the type decides how many next hops there are.
import type { Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import type { Prefix } from '../kernel/prefix.js'
import { isRejectType, type RejectType, type RouteType, type Scope } from '../kernel/route-type.js'
import type { TableId } from '../kernel/table.js'
import type { Origin } from './origin.js'

export type Route = UnicastRoute | LocalRoute | RejectRoute

interface RouteAttributes {
  readonly family: Family
  /** A default route is the prefix of length 0. No host bits. */
  readonly dst: Prefix
  readonly table: TableId
  /** RTA_PRIORITY. Absent: 0 for IPv4, 1024 for IPv6, the kernel's own defaults. */
  readonly metric?: number
  /** RTA_PREFSRC; ip-route(8) `src`. */
  readonly prefsrc?: Address
  /** IPv4 only. Absent: global, or host for type local. */
  readonly scope?: Scope
  /** RTAX_MTU, bytes. */
  readonly mtu?: number
  readonly origin: Origin
}

type Nexthops = readonly [Nexthop, ...Nexthop[]]

export interface UnicastRoute extends RouteAttributes {
  readonly type: 'unicast'
  /** Several for multipath. */
  readonly nexthops: Nexthops
}

export interface MultipathRoute extends UnicastRoute {
  readonly nexthops: readonly [Nexthop, Nexthop, ...Nexthop[]]
}

export interface LocalRoute extends RouteAttributes {
  readonly type: 'local'
  readonly nexthops: Nexthops
}

/** Has neither next hop nor device. */
export interface RejectRoute extends RouteAttributes {
  readonly type: RejectType
  readonly nexthops: readonly []
}

export interface Nexthop {
  /** Absent: the destination is on the link. */
  readonly via?: Address
  readonly dev: LinkName
  /** 1…256 in a multipath route. rtnh_hops + 1. */
  readonly weight?: number
  /** RTNH_F_ONLINK: the kernel does not check that `via` is on the link. */
  readonly onlink?: boolean
}

/** A route whose next hops are not checked against its type. */
export interface RouteLike extends RouteAttributes {
  readonly type: RouteType
  readonly nexthops: readonly Nexthop[]
}

/** undefined for a unicast or local route without next hops. Reject routes lose theirs. */
export function routeOf({ type, nexthops: [first, ...others], ...attributes }: RouteLike): Route | undefined {
  if (isRejectType(type)) return { ...attributes, type, nexthops: [] }
  return first === undefined ? undefined : { ...attributes, type, nexthops: [first, ...others] }
}

export function mapNexthops(route: Route, change: (nexthop: Nexthop) => Nexthop): Route {
  if (isReject(route)) return route
  const [first, ...others] = route.nexthops
  return { ...route, nexthops: [change(first), ...others.map(change)] }
}

export const isReject = (route: Route): route is RejectRoute => isRejectType(route.type)

export const isMultipath = (route: Route): route is MultipathRoute => route.nexthops.length > 1

/** One next hop without `via`. */
export const isDeviceRoute = ({ nexthops: [only, second] }: Pick<RouteLike, 'nexthops'>): boolean =>
  only !== undefined && second === undefined && only.via === undefined
