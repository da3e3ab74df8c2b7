// What a host has at the moment, in the plan's own words and without its origins.
import type { Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import type { Prefix } from '../kernel/prefix.js'
import type { RouteType } from '../kernel/route-type.js'
import type { TableId } from '../kernel/table.js'
import type { Route, Rule, RuleAction } from '../plan/plan.js'

export interface LiveState {
  /** What `ip -V` says. */
  readonly program: string
  /** In the kernel's order, its own included. */
  readonly rules: readonly LiveRule[]
  /** Of all tables, the kernel's own included. */
  readonly routes: readonly LiveRoute[]
  readonly links: readonly LiveLink[]
  /** By path: /proc/sys/net/ipv4/ip_forward. */
  readonly sysctls: Readonly<Record<string, string>>
  /** Paths of those that are there and that not everybody may read. */
  readonly closed: readonly string[]
}

/** `l3mdev` asks the table of a packet's VRF; `nop` does nothing. No plan has either. */
export type LiveAction = RuleAction | { readonly type: 'l3mdev' } | { readonly type: 'nop' }

export interface LiveRule extends Omit<Rule, 'origin' | 'action'> {
  readonly action: LiveAction
  /** FRA_PROTOCOL; 0 where nobody said one. */
  readonly protocol: number
  /** Words of selectors that no plan has, as ip-rule(8) writes them. */
  readonly strange: readonly string[]
}

/** What the kernel lays beside the routes to its own addresses. */
export type KernelRouteType = 'broadcast' | 'anycast' | 'multicast'

export interface LiveRoute extends Omit<Route, 'origin' | 'type'> {
  readonly type: RouteType | KernelRouteType
  /** RTA_PROTOCOL, rtnetlink(7): 2 kernel, 3 boot, 4 static, 9 ra, 16 dhcp. */
  readonly protocol: number
  /** Words of attributes that no plan has. */
  readonly strange: readonly string[]
}

export interface LiveAddress {
  /** With host bits. */
  readonly address: Prefix
  readonly scope: 'global' | 'site' | 'link' | 'host'
  /** Somebody else has it: the duplicate check has failed, and the kernel does not use it. */
  readonly isDuplicate: boolean
  /** The kernel lays the route to its network; else whoever laid the address may (IFA_F_NOPREFIXROUTE). */
  readonly hasRoute: boolean
}

export interface LiveLink {
  readonly name: LinkName
  readonly isUp: boolean
  readonly hasCarrier: boolean
  readonly mtu: number
  readonly mac?: string
  readonly master?: string
  /** IFLA_INFO_KIND: vlan, bond, bridge, vrf, and whatever else there is. */
  readonly kind?: string
  /** The link below a VLAN. */
  readonly parent?: string
  readonly vlanId?: number
  /** Of a bond. */
  readonly mode?: string
  /** Of a VRF. */
  readonly table?: TableId
  readonly addresses: readonly LiveAddress[]
}

/** Why much may be missing at once. */
export const WITHOUT_IPV6 = 'its kernel has no IPv6'

/** Every kernel that knows a family has rules of it. */
export const hasFamily = ({ rules }: LiveState, family: Family): boolean =>
  rules.some((rule) => rule.family === family)
