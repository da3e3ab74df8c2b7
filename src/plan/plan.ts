// Kernel plan: the desired kernel state, independent of any stack, in iproute2's terms.
import type { Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import type { Fwmark } from '../kernel/fwmark.js'
import type { LinkName } from '../kernel/link.js'
import type { VirtualLink, Master } from '../kernel/virtual-link.js'
import type { Preference } from '../kernel/preference.js'
import type { Prefix } from '../kernel/prefix.js'
import type { RuleAction, Selector } from '../kernel/rule.js'
import type { SysctlKey } from '../kernel/sysctl.js'
import type { TableId } from '../kernel/table.js'
import type { GatewayNexthop as NetworkGatewayNexthop, LeaseClients, LeftOut } from '../network/network.js'
import type { Software } from '../software/software.js'
import type { Origin } from './origin.js'
import type { Nexthop, Route } from './route.js'

export type { LeaseClients, Nexthop, Origin, Route, RuleAction, Selector }

/** A host's desired network, in three parts. */
export interface KernelPlan {
  readonly state: KernelState
  readonly dynamic: DynamicState
  readonly intent: Intent
}

/** What the kernel has at the end of the boot, as far as the description knows it. */
export interface KernelState {
  /** In the description's order, but each virtual link after its lower links. Never contains `lo`. */
  readonly links: readonly PlannedLink[]
  /** In canonical order (keys.ts): connected routes first, so that the kernel can resolve each next hop. */
  readonly routes: readonly Route[]
  /** By family, then priority. */
  readonly rules: readonly Rule[]
  readonly sysctls: readonly Sysctl[]
  /** In the order of the gateways; empty without connection marks. */
  readonly connmarks: readonly Connmark[]
}

/** What follows the dynamic addresses of links. `applyLeases` turns it into `KernelState`. */
export interface DynamicState {
  /** Tables that depend on dynamic addresses, in the order of the gateways. */
  readonly tables: readonly DynamicTable[]
  /** Multipath defaults of main with a leased next hop. Those with static next hops only are in `KernelState.routes`. */
  readonly multipaths: readonly DynamicMultipath[]
}

/** What the writer of the description wanted. The kernel has none of it. */
export interface Intent {
  /** `full`: also links and addresses. `routing`: only routes, rules and sysctls; another program does the addressing. */
  readonly manage: 'full' | 'routing'
  /** The gateways that tables, rules and routes serve, in the description’s order. */
  readonly gateways: readonly PlannedGateway[]
  /** Names of tables: those of gateways in their order, then user tables by number. Never main, local or default. */
  readonly tables: readonly Table[]
  /** Main has no planned default route by intention (`default: none`), or another program installs it. */
  readonly defaultDisabled: boolean
  /** Rules that were not generated for a family without a `family` key that says so. */
  readonly skippedRules: readonly SkippedRule[]
  /** Other software on the host (`coexist`). */
  readonly coexist: readonly Software[]
  /** The folder of the programs that outputs run. */
  readonly programs: `/${string}`
}

export interface SkippedRule extends LeftOut {
  readonly origin: Origin
}

export interface PlannedGateway {
  readonly name: string
  readonly link: LinkName
  readonly table: TableId
  /** At most one for each family; none for a network without a router. */
  readonly nexthops: readonly GatewayNexthop[]
  /** The host's static addresses that belong to the gateway, with host bits. */
  readonly addresses: readonly Prefix[]
  readonly fwmark?: Fwmark
  readonly failClosed: boolean
  readonly origin: Origin
}

export type GatewayNexthop = Omit<NetworkGatewayNexthop, 'path'>

export interface PlannedLink {
  readonly name: LinkName
  /** The target's stack creates and addresses this link. Otherwise another program does; `addresses` are for information. */
  readonly managed: boolean
  /** With host bits: 192.0.2.10/24. The first address of a prefix is the primary one. */
  readonly addresses: readonly Prefix[]
  /** Bytes; 68…65535, at least 1280 if the link has IPv6. */
  readonly mtu?: number
  readonly mac?: string
  readonly nameservers: { readonly addresses: readonly Address[]; readonly search: readonly string[] }
  /** The boot does not wait for the link. */
  readonly optional: boolean
  /** Set for a virtual link. The program that manages it creates it. */
  readonly virtual?: VirtualLink
  /** The virtual link that it is a member of. A VRF member has its connected routes in the VRF's table. */
  readonly master?: Master
  /** Absent: all addresses are static. */
  readonly lease?: LeaseClients
  readonly origin: Origin
}

/**
 * A table that tracks the dynamic addresses of a link: for each current address its connected route and, on a gateway's
 * link, the rules of `replies` and the leased next hop.
 */
export interface DynamicTable {
  readonly link: LinkName
  readonly table: TableId
  /** Families of the tracked addresses. */
  readonly families: readonly Family[]
  /** Families whose default route in the table uses the leased router. */
  readonly routers: readonly Family[]
  /**
   * The table where the DHCP client installs its default route: main, or this table if main must not have it. Irrelevant
   * without `routers`.
   */
  readonly installedIn: 'main' | 'table'
  /** Metric of that route in main, if we set it. Absent if another program sets it, or main has no such route. */
  readonly metric?: number
  /** Further routes of the lease are installed beside that route (`lease-routes: true`). */
  readonly leaseRoutes?: true
  /** Rules that look up the table. An address of a router advertisement matches with its whole prefix. */
  readonly replies: readonly DynamicReplyRule[]
  readonly origin: Origin
}

/** Uses the links that have a default route in main, with the next hop of that route. */
export interface DynamicMultipath {
  readonly family: Family
  readonly metric: number
  readonly hops: readonly { readonly dev: LinkName; readonly weight: number }[]
  readonly origin: Origin
}

export interface DynamicReplyRule {
  readonly word: 'from' | 'to'
  /** Shared by all addresses of the link, in both families. */
  readonly pref: Preference
}

export interface Table {
  readonly id: TableId
  readonly name: string
  readonly origin: Origin
}

export interface Rule {
  readonly family: Family
  readonly pref: Preference
  readonly selector: Selector
  readonly action: RuleAction
  readonly origin: Origin
}

/** Connections that arrive on `link` get `fwmark`; their replies get the same mark. */
export interface Connmark {
  readonly link: LinkName
  /** The mark of the gateway's rule. The value is never 0. */
  readonly fwmark: Fwmark
  readonly origin: Origin
}

export interface Sysctl {
  readonly key: SysctlKey
  readonly value: string
  /** Applies only if the kernel handles router advertisements. A daemon that handles them sets the value itself. */
  readonly kernelRaOnly?: true
  readonly origin: Origin
}
