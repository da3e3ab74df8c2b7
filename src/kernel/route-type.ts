// Route types and scopes.

/** ip-route(8) TYPE; RTN_*. */
export const routeTypes = ['unicast', 'local', 'blackhole', 'unreachable', 'prohibit', 'throw'] as const
export type RouteType = (typeof routeTypes)[number]

/** Types without next hop and device. */
export type RejectType = Exclude<RouteType, 'unicast' | 'local'>

/** ip-route(8) SCOPE; RT_SCOPE_*. IPv4 only: the kernel ignores it for IPv6. */
export type Scope = 'global' | 'link' | 'host'

export const isRejectType = (type: RouteType): type is RejectType => type !== 'unicast' && type !== 'local'

/** Metric of the reject fallback: higher than that of any other route, and printed correctly by every stack. */
export const REJECT_METRIC = 2000000000
