// What the kernel shall have once the host is up: the middle form, in iproute2's words and no stack's.
import type { Path } from '../diagnostics/diagnostic.js'
import type { Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import type { Fwmark } from '../kernel/fwmark.js'
import type { LinkName } from '../kernel/link.js'
import type { VirtualLink, Master } from '../kernel/virtual-link.js'
import type { Preference } from '../kernel/preference.js'
import type { Prefix } from '../kernel/prefix.js'
import type { RuleAction, Selector } from '../kernel/rule.js'
import type { RouteType, Scope } from '../kernel/route-type.js'
import type { TableId } from '../kernel/table.js'
import type { Software } from '../software/software.js'

export type { RuleAction, Selector }

/** Which words of the description asked for this. */
export interface Origin {
  readonly path: Path
  /** What it serves, for a comment in a generated file: `gateway fiber: default route of its table`. */
  readonly reason: string
  /** The writer's own `comment`, one line. */
  readonly comment?: string
}

export interface KernelPlan {
  /** `full`: links and addresses are ours. `routing`: only routes, rules and sysctls, beside someone else's addressing. */
  readonly manage: 'full' | 'routing'
  /** In the description's order, but each made link behind those that it is made of; never holds `lo`. */
  readonly links: readonly PlannedLink[]
  /** Named tables: gateways' in their order, then the user's by number. Never main, local, default. */
  readonly tables: readonly Table[]
  /** Canonical order (identity.ts): connected before default, so that each next hop can be resolved when it is laid. */
  readonly routes: readonly Route[]
  /** By family, then pref. */
  readonly rules: readonly Rule[]
  readonly sysctls: readonly Sysctl[]
  /** Connections that bear a gateway's mark, in the order of the gateways; empty where nobody marks any. */
  readonly marks: readonly Connmark[]
  /** What is known only when a link has its addresses. In the order of the gateways. */
  readonly followed: readonly DynamicTable[]
  /** Multipath defaults of main with a next hop that a lease tells; those whose next hops are told stand in `routes`. */
  readonly balances: readonly DynamicMultipath[]
  /** The named ways out that tables, rules and routes were made for, in the description’s order. The kernel knows none. */
  readonly gateways: readonly PlannedGateway[]
  /** The writer wants no default route of main (`default: none`), or another program's client lays it. */
  readonly defaultDisabled?: true
  /** Rules that are not made for a family, though nobody said so with `family`. Absent: none. */
  readonly skippedRules?: readonly SkippedRule[]
  /** Other software on the host, as the description tells. */
  readonly coexist: readonly Software[]
}

export interface SkippedRule {
  readonly family: Family
  /** Its rules in that family would have these; without `from` where that is what has no address of the family. */
  readonly selectors: readonly Selector[]
  /** It has no way there. Absent: `from` has only addresses of the other family. */
  readonly gateway?: string
  readonly origin: Origin
}

export interface PlannedGateway {
  readonly name: string
  readonly link: LinkName
  readonly table: TableId
  /** At most one a family; none for a network that leads no further. */
  readonly ways: readonly GatewayNexthop[]
  /** Own addresses on its link that are told, with host bits. */
  readonly addresses: readonly Prefix[]
  readonly fwmark?: Fwmark
  readonly failClosed: boolean
  readonly origin: Origin
}

export interface GatewayNexthop {
  readonly family: Family
  /** `address`: the next hop `via`. `device`: the link itself. `lease`: whatever router the lease tells. */
  readonly kind: 'address' | 'device' | 'lease'
  readonly via?: Address
}

export interface PlannedLink {
  readonly name: LinkName
  /** `routing`: another program makes this link and lays its addresses; `addresses` is then only told. */
  readonly manage: 'full' | 'routing'
  /** With host bits: 192.0.2.10/24. The first of a prefix is the primary one. */
  readonly addresses: readonly Prefix[]
  /** Bytes; 68…65535, 1280 at least where the link has IPv6. */
  readonly mtu?: number
  readonly mac?: string
  readonly nameservers: { readonly addresses: readonly Address[]; readonly search: readonly string[] }
  /** Boot does not wait for it. */
  readonly optional: boolean
  /** Made of other links; whoever manages it makes it. */
  readonly made?: VirtualLink
  /** The made link that it is a member of. A VRF's member has its connected routes in the VRF's table. */
  readonly master?: Master
  /** Absent: all addresses are told. */
  readonly lease?: LeaseClients
  readonly origin: Origin
}

/** How a link comes by addresses that no description tells. */
export interface LeaseClients {
  readonly dhcp4: boolean
  readonly dhcp6: boolean
  readonly acceptRa: boolean
}

/**
 * A table that follows the untold addresses of a link: for each that the link has at the moment, the network around it
 * and, for a gateway's own link, the rules of `replies` and the next hop that the lease tells.
 */
export interface DynamicTable {
  readonly link: LinkName
  readonly table: TableId
  /** Families of the addresses that are followed. */
  readonly families: readonly Family[]
  /** Families whose default route in the table leads to the router of the lease. */
  readonly routers: readonly Family[]
  /**
   * Where the lease's own client lays its default route: in main, or in the table, since main must not have it.
   * Nothing to ask where there are no `routers`.
   */
  readonly laidIn: 'main' | 'table'
  /** Of that route in main, where we say it; absent where another program's client does, or main has none. */
  readonly metric?: number
  /** `from` or `to` each address lookup the table; an address of a router advertisement counts with its whole prefix. */
  readonly replies: readonly DynamicReplyRule[]
  readonly origin: Origin
}

/** Over those of its links that have a default route of their own in main, by the next hop of that route. */
export interface DynamicMultipath {
  readonly family: Family
  readonly metric: number
  readonly hops: readonly { readonly dev: LinkName; readonly weight: number }[]
  readonly origin: Origin
}

export interface DynamicReplyRule {
  readonly word: 'from' | 'to'
  /** All addresses of the link share it, in both families. */
  readonly pref: Preference
}

export interface Table {
  readonly id: TableId
  readonly name: string
  readonly origin: Origin
}

export interface Route {
  readonly family: Family
  readonly type: RouteType
  /** A default route is the prefix of length 0. No host bits. */
  readonly dst: Prefix
  readonly table: TableId
  /** None for blackhole and its kin, one ordinarily, more for multipath. */
  readonly nexthops: readonly Nexthop[]
  /** RTA_PRIORITY. Absent: 0 for IPv4, 1024 for IPv6, the kernel's own defaults. */
  readonly metric?: number
  /** RTA_PREFSRC; ip-route(8) `src`. */
  readonly prefsrc?: Address
  /** IPv4 alone. Absent: global, or host for type local. */
  readonly scope?: Scope
  /** RTAX_MTU, bytes. */
  readonly mtu?: number
  readonly origin: Origin
}

export interface Nexthop {
  /** Absent: a device route. */
  readonly via?: Address
  readonly dev: LinkName
  /** 1…256 in a multipath route. rtnh_hops + 1. */
  readonly weight?: number
  /** RTNH_F_ONLINK: the kernel does not ask whether `via` is on the link. */
  readonly onlink?: boolean
}

export interface Rule {
  readonly family: Family
  readonly pref: Preference
  readonly selector: Selector
  readonly action: RuleAction
  readonly origin: Origin
}

/** What came in by `link` is of a connection that bears `fwmark`; what goes the other way gets that mark. */
export interface Connmark {
  readonly link: LinkName
  /** Of the rule that looks the gateway's table up. Its value is never 0. */
  readonly fwmark: Fwmark
  readonly origin: Origin
}

export interface Sysctl {
  /** Dots between parts; a link whose name has a dot makes the key slash-separated (sysctl.d(5)). */
  readonly key: string
  readonly value: string
  /** Only where the kernel itself takes router advertisements; a daemon that does so settles it for its links. */
  readonly isForKernelRa?: true
  readonly origin: Origin
}
