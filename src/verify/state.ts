// Live state of a host, in the types of the plan without origins.
import type { RouteLike } from '../plan/route.js'
import type { Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import type { Prefix } from '../kernel/prefix.js'
import type { RouteType } from '../kernel/route-type.js'
import type { TableId } from '../kernel/table.js'
import type { Bond, Bridge } from '../kernel/virtual-link.js'
import type { Rule, RuleAction } from '../plan/plan.js'

export interface LiveState {
  /** Output of `ip -V`. */
  readonly program: string
  /** In the kernel's order, with its own rules. */
  readonly rules: readonly LiveRule[]
  /** Of all tables, with the kernel's own routes. */
  readonly routes: readonly LiveRoute[]
  readonly links: readonly LiveLink[]
  /** By path: /proc/sys/net/ipv4/ip_forward. */
  readonly sysctls: Readonly<Record<string, string>>
  /** Paths that not every user may read. */
  readonly closed: readonly string[]
}

/** `l3mdev` looks up the table of a packet's VRF; `nop` does nothing. No plan has either. */
export type LiveAction = RuleAction | { readonly type: 'l3mdev' } | { readonly type: 'nop' }

export interface LiveRule extends Omit<Rule, 'origin' | 'action'> {
  readonly action: LiveAction
  /** FRA_PROTOCOL; 0 if unset. */
  readonly protocol: number
  /** Unknown selectors, in the syntax of ip-rule(8). */
  readonly unknownAttributes: readonly string[]
}

/** Types that only the kernel adds. */
const kernelRouteTypes = ['broadcast', 'anycast', 'multicast'] as const
type KernelRouteType = (typeof kernelRouteTypes)[number]

export const isKernelRouteType = (type: LiveRoute['type']): type is KernelRouteType =>
  kernelRouteTypes.some((one) => one === type)

export interface LiveRoute extends Omit<RouteLike, 'origin' | 'type'> {
  readonly type: RouteType | KernelRouteType
  /** RTA_PROTOCOL, rtnetlink(7): 2 kernel, 3 boot, 4 static, 9 ra, 16 dhcp. */
  readonly protocol: number
  /** Unknown attributes. */
  readonly unknownAttributes: readonly string[]
}

export interface LiveAddress {
  /** With host bits. */
  readonly address: Prefix
  readonly scope: 'global' | 'site' | 'link' | 'host'
  /** Duplicate address detection failed: another host has it, and the kernel does not use it. */
  readonly isDuplicate: boolean
  /** It has a lifetime, or the kernel made it of a router advertisement (IFA_F_PERMANENT is not set). */
  readonly isDynamic?: true
  /** The kernel adds its connected route; otherwise the program that added the address may (IFA_F_NOPREFIXROUTE). */
  readonly hasRoute: boolean
}

export interface LiveLink {
  readonly name: LinkName
  readonly isUp: boolean
  readonly hasCarrier: boolean
  readonly mtu: number
  readonly mac?: string
  readonly master?: string
  /** IFLA_INFO_KIND: vlan, bond, bridge, vrf or another kind. */
  readonly kind?: string
  /** The parent of a VLAN. */
  readonly parent?: string
  readonly vlanId?: number
  /** Bonds only. */
  readonly mode?: string
  /** VRFs only. */
  readonly table?: TableId
  /** Bonds only, as far as `ip` shows it. */
  readonly bond?: Partial<Pick<Bond, 'miimon' | 'primary' | 'lacpRate' | 'xmitHashPolicy'>>
  /** Bridges only. */
  readonly bridge?: Pick<Bridge, 'stp' | 'forwardDelay'>
  /** Of the card (IFLA_PERM_ADDRESS), if `mac` is another. */
  readonly permanentMac?: string
  readonly addresses: readonly LiveAddress[]
}

/** Explains many missing items at once. */
export const WITHOUT_IPV6 = 'its kernel has no IPv6'

/** Every kernel that supports a family has rules for it. */
export const hasFamily = ({ rules }: LiveState, family: Family): boolean =>
  rules.some((rule) => rule.family === family)
