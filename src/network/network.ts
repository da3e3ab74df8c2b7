// The network of a host: references resolved, defaults filled in.
import type { Path } from '../diagnostics/diagnostic.js'
import type { Address } from '../kernel/address.js'
import { families, type Family } from '../kernel/family.js'
import type { Fwmark } from '../kernel/fwmark.js'
import type { LinkName } from '../kernel/link.js'
import type { VirtualLink, Master } from '../kernel/virtual-link.js'
import type { Preference } from '../kernel/preference.js'
import type { Prefix } from '../kernel/prefix.js'
import type { RouteType } from '../kernel/route-type.js'
import type { RuleAction, Selector } from '../kernel/rule.js'
import type { TableId } from '../kernel/table.js'
import type { SysctlKey } from '../kernel/sysctl.js'
import type { Software } from '../software/software.js'

export interface Network {
  readonly manage: 'full' | 'routing'
  readonly links: ReadonlyMap<LinkName, Link>
  readonly gateways: readonly Gateway[]
  readonly tables: readonly UserTable[]
  /** Of the main table. */
  readonly routes: readonly NetworkRoute[]
  readonly default: DefaultRoute
  readonly local: readonly LocalNetwork[]
  readonly rules: readonly ResolvedRule[]
  readonly sysctls: SysctlConfig
  /** What marks connections by the gateway that they arrive through. */
  readonly marks: 'none' | 'nftables'
  /** First of the automatic priorities. */
  readonly priorities: Preference
  readonly coexist: readonly Software[]
  readonly programs: `/${string}`
}

/** The path in the description, and the comment there. */
export interface Source {
  readonly path: Path
  readonly comment?: string
}

export interface LinkAddress {
  /** With host bits. */
  readonly prefix: Prefix
  readonly path: Path
}

/** Sources of dynamic addresses. */
export interface LeaseClients {
  readonly dhcp4: boolean
  readonly dhcp6: boolean
  readonly acceptRa: boolean
}

export interface Link extends Source, LeaseClients {
  readonly name: LinkName
  /** As written for the link. */
  readonly manage: 'full' | 'routing'
  /** `manage: full` on the host and on the link. */
  readonly managed: boolean
  readonly addresses: readonly LinkAddress[]
  readonly mtu?: number
  readonly mac?: string
  readonly nameservers: { readonly addresses: readonly Address[]; readonly search: readonly string[] }
  readonly optional: boolean
  /** Kind and members of a virtual link. */
  readonly virtual?: VirtualLink
  /** The link that it is a member of. */
  readonly master?: Master
}

/** Families in which the link gets addresses by DHCP or router advertisements. */
export const leasedFamilies = ({ dhcp4, dhcp6, acceptRa }: LeaseClients): readonly Family[] =>
  families.filter((family) => (family === 'inet' ? dhcp4 : dhcp6 || acceptRa))

/** A gateway's next hop in one family. */
export interface GatewayNexthop {
  readonly family: Family
  /** `address`: the next hop `via`. `device`: the link itself. `lease`: the router of DHCP or of a router advertisement. */
  readonly kind: 'address' | 'device' | 'lease'
  readonly via?: Address
  readonly path: Path
}

export interface Gateway extends Source {
  readonly name: string
  readonly link: LinkName
  /** At most one for each family; none for a network without a router. */
  readonly nexthops: readonly GatewayNexthop[]
  /** Its addresses, in the order of the link. */
  readonly addresses: readonly LinkAddress[]
  /** Families in which the link may have dynamic addresses: leased, or those of another program. */
  readonly dynamicFamilies: readonly Family[]
  readonly onlink: boolean
  readonly table: TableId
  readonly reply: readonly ('from' | 'to')[]
  readonly fwmark?: Fwmark
  readonly failClosed: boolean
  /** Routes of its lease beyond the default route are installed. */
  readonly leaseRoutes: boolean
  /** Metric of its default route in main. */
  readonly metric?: number
  /** Whether other gateways share the link, so that default routes need a source. */
  readonly sharesLink: boolean
  readonly connected: readonly LinkName[]
  readonly routes: readonly NetworkRoute[]
}

/** Whether the gateway's table has a route or a reject fallback for packets of the family. */
export const servesFamily = (
  { failClosed, nexthops }: Pick<Gateway, 'failClosed' | 'nexthops'>,
  family: Family,
): boolean => failClosed || nexthops.length === 0 || nexthops.some((nexthop) => nexthop.family === family)

export interface UserTable extends Source {
  readonly name: string
  readonly id: TableId
  readonly routes: readonly NetworkRoute[]
}

export interface NetworkNexthop {
  readonly via?: Address
  readonly dev: LinkName
  readonly weight?: number
  readonly onlink: boolean
}

/** A written route in one family. */
export interface NetworkRoute extends Source {
  readonly family: Family
  readonly type: RouteType
  readonly dst: Prefix
  readonly nexthops: readonly NetworkNexthop[]
  readonly src?: Address
  readonly metric?: number
  readonly mtu?: number
}

export type DefaultRoute =
  /** `written`: the description says `none`, so no warning follows. */
  | { readonly kind: 'none'; readonly written: boolean }
  | { readonly kind: 'failover'; readonly members: readonly DefaultMember[] }
  | { readonly kind: 'balance'; readonly members: readonly DefaultMember[] }

export interface DefaultMember {
  readonly gateway: string
  /** 1…256; 1 for failover. */
  readonly weight: number
  readonly path: Path
}

export interface LocalNetwork extends Source {
  readonly prefixes: readonly Prefix[]
  /** As written: a prefix or a link. */
  readonly text: string
}

/** One combination of a rule's list entries; the prefixes of a link may give several matches in each family. */
export interface RuleExpansion {
  readonly inet: readonly Selector[]
  readonly inet6: readonly Selector[]
}

export interface ResolvedRule extends Source {
  /** As written; without a name, its position in `rules`, from 1. */
  readonly name: string
  readonly elements: readonly RuleExpansion[]
  readonly action: RuleAction
  /** `gateway fiber`, `table main`, `unreachable`: for comments. */
  readonly actionText: string
  readonly elseAction?: 'blackhole' | 'unreachable' | 'prohibit'
  readonly pref?: Preference
  /** What it would match in a family that it has no rules for, although `family` does not exclude it. */
  readonly leftOut?: LeftOut
  /** Looks up the table of a gateway or a user table. Rules from the first such rule on follow the reply rules. */
  readonly selectsTable: boolean
}

export interface LeftOut {
  readonly family: Family
  /** At least one; without `from` if `from` has no address of the family. */
  readonly selectors: readonly Selector[]
  /** The gateway without a next hop of the family. Absent: `from` has only addresses of the other family. */
  readonly gateway?: string
}

export type SysctlConfig =
  { readonly auto: false } | { readonly auto: true; readonly written: readonly WrittenSysctl[] }

export interface WrittenSysctl {
  readonly key: SysctlKey
  readonly value: string
  readonly path: Path
}
