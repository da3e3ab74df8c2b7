// What the files of a host say, in the kernel's terms, each item with the line that says it. Readers of stacks fill it in.
import type { Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import type { Fwmark } from '../kernel/fwmark.js'
import type { LinkName } from '../kernel/link.js'
import type { Preference } from '../kernel/preference.js'
import type { Prefix } from '../kernel/prefix.js'
import type { RouteType, Scope } from '../kernel/route-type.js'
import type { RuleAction, Selector } from '../kernel/rule.js'
import type { SysctlKey } from '../kernel/sysctl.js'
import type { TableId } from '../kernel/table.js'
import type { VirtualLink } from '../kernel/virtual-link.js'
import type { DynamicMultipath, DynamicTable } from '../plan/plan.js'

/** A line of a file. */
export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** The line as it stands, without indentation. */
  readonly text: string
}

export interface Found {
  /** In the order of the files. */
  readonly links: readonly FoundLink[]
  readonly routes: readonly FoundRoute[]
  readonly rules: readonly FoundRule[]
  /** Names of tables: rt_tables, `RouteTable=`. Never those of the kernel. */
  readonly tables: readonly FoundTable[]
  readonly sysctls: readonly FoundSysctl[]
  readonly connmarks: readonly FoundConnmark[]
  /** Tables that follow dynamic addresses, as our own programs keep them (tracker.conf). */
  readonly dynamicTables: readonly FoundDynamicTable[]
  /** Multipath defaults of main over leased next hops, as our own programs keep them. */
  readonly dynamicMultipaths: readonly FoundDynamicMultipath[]
  /** What was not understood, in the order of the files. */
  readonly problems: readonly Problem[]
  /** Whether multihome has generated the files. */
  readonly isOurs: boolean
}

interface Item {
  readonly place: Place
  /** The comment above the item or behind it, without the sign; several lines are joined by blanks. */
  readonly comment?: string
}

/** Mutable while readers add to it: several files may configure one link. */
export interface FoundLink {
  readonly name: LinkName
  /** First mention. */
  readonly place: Place
  comment?: string
  /** The files create and address the link; otherwise another program does (PPP, WireGuard), or nothing says. */
  managed: boolean
  /** With host bits, in the order of the files. */
  readonly addresses: FoundAddress[]
  dhcp4?: boolean
  dhcp6?: boolean
  /** Absent: nothing says. The default of the stack is the reader's business: it sets the value if the stack has one. */
  acceptRa?: boolean
  /** `acceptRa` is the default of the stack: no line mentions advertisements. */
  isRaDefault?: boolean
  /** What becomes of the routes of leases; only for families with a client. */
  readonly leases: Partial<Record<Family, FoundLeaseRoutes>>
  mtu?: number
  /** Lower case, colons. */
  mac?: string
  readonly nameservers: Address[]
  readonly search: string[]
  /** The boot does not wait for it. */
  optional?: boolean
  virtual?: VirtualLink
}

export interface FoundAddress {
  readonly prefix: Prefix
  readonly place: Place
}

/** Routes of a DHCP lease or of a router advertisement. */
export interface FoundLeaseRoutes {
  /** Whether the client installs a default route. */
  readonly isDefault: boolean
  /** Of that route; the stack's own default if nothing says. */
  readonly metric: number
  /** Where the client installs it. */
  readonly table: TableId
}

/** Without `dev`, the kernel finds the link by the connected route that contains `via`. */
export interface FoundNexthop {
  readonly via?: Address
  readonly dev?: LinkName
  /** 1…256. */
  readonly weight?: number
  readonly onlink?: boolean
}

export interface FoundRoute extends Item {
  readonly family: Family
  readonly type: RouteType
  /** No host bits. */
  readonly dst: Prefix
  readonly table: TableId
  /** As the kernel gets it from this stack, the stack's default included. Absent: the kernel's own default. */
  readonly metric?: number
  readonly prefsrc?: Address
  readonly scope?: Scope
  readonly mtu?: number
  /** Empty for reject routes only. */
  readonly nexthops: readonly FoundNexthop[]
}

export interface FoundRule extends Item {
  readonly family: Family
  /** Absent: the kernel gives it the number before that of the first rule that is not 0 (fib_default_rule_pref). */
  readonly pref?: Preference
  readonly selector: Selector
  readonly action: RuleAction
}

export interface FoundTable extends Item {
  readonly id: TableId
  readonly name: string
}

export interface FoundSysctl extends Item {
  readonly key: SysctlKey
  readonly value: string
}

/** Connections that arrive on `link` get `fwmark`. */
export interface FoundConnmark extends Item {
  readonly link: LinkName
  readonly fwmark: Fwmark
}

export interface FoundDynamicTable extends Item {
  readonly table: Omit<DynamicTable, 'origin'>
}

export interface FoundDynamicMultipath extends Item {
  readonly multipath: Omit<DynamicMultipath, 'origin'>
}

export interface Problem {
  readonly place: Place
  /** Why it was not understood or cannot be described, as a clause: `the key has no counterpart`. */
  readonly why: string
  /**
   * `unknown`: it may route packets, and the description lacks it. `without-effect`: it is understood and routes no packet
   * (a file's name, a client's timeout), and a description has no word for it.
   */
  readonly kind: 'unknown' | 'without-effect'
}
