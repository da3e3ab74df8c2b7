// The description as it was written, each scalar already read into the kernel's words; nothing is defaulted yet.
import type { Address } from '../kernel/address.js'
import type { Fwmark } from '../kernel/fwmark.js'
import type { BondMode, HashPolicy, LacpRate } from '../kernel/virtual-link.js'
import type { Prefix } from '../kernel/prefix.js'
import type { RouteType } from '../kernel/route-type.js'
import type { SelectorValues } from '../kernel/rule.js'
import type { SelectorName } from '../kernel/selectors.js'

/** One value, or a list where the key takes both; a list's entries have their index in the path. */
export type OneOrMany<T> = T | readonly T[]

export type Manage = 'full' | 'routing'

export interface Description {
  /** Files whose values this one begins with; the value has been merged (src/yaml/extends.ts). */
  readonly extends?: string | readonly string[]
  readonly version: 1
  readonly manage?: Manage
  readonly links?: Readonly<Record<string, LinkDescription>>
  readonly gateways?: Readonly<Record<string, GatewayDescription>>
  readonly default?: DefaultDescription
  readonly local?: readonly PrefixOrLink[]
  readonly rules?: readonly RuleDescription[]
  readonly tables?: Readonly<Record<string, TableDescription>>
  readonly routes?: readonly RouteDescription[]
  readonly sysctls?: 'auto' | 'none' | Readonly<Record<string, string>>
  readonly 'sysctls-beyond-net'?: readonly string[]
  readonly marks?: 'none' | 'nftables'
  readonly allocate?: { readonly tables?: number; readonly priorities?: number }
  readonly coexist?: readonly string[]
  readonly programs?: `/${string}`
  readonly targets?: TargetsDescription
}

export interface LinkDescription {
  readonly manage?: Manage
  readonly addresses?: readonly Prefix[]
  readonly dhcp4?: boolean
  readonly dhcp6?: boolean
  readonly 'accept-ra'?: boolean
  readonly mtu?: number
  /** Lower case, colons. */
  readonly mac?: string
  readonly nameservers?: { readonly addresses?: readonly Address[]; readonly search?: readonly string[] }
  readonly optional?: boolean
  readonly vlan?: VlanDescription
  readonly bond?: BondDescription
  readonly bridge?: BridgeDescription
  readonly vrf?: VrfDescription
  readonly comment?: string
}

export interface VlanDescription {
  readonly id: number
  readonly link: string
}

export interface BondDescription {
  readonly mode: BondMode
  readonly links: readonly string[]
  readonly miimon?: number
  readonly primary?: string
  readonly 'lacp-rate'?: LacpRate
  readonly 'xmit-hash-policy'?: HashPolicy
}

export interface BridgeDescription {
  readonly links: readonly string[]
  readonly stp?: boolean
  readonly 'forward-delay'?: number
}

export interface VrfDescription {
  readonly table: number
  readonly links: readonly string[]
}

export type ViaDescription = Address | 'lease' | 'none'
export type ReplyWord = 'from' | 'to' | 'none'

export interface GatewayDescription {
  readonly link: string
  readonly via?: OneOrMany<ViaDescription>
  readonly addresses?: readonly Address[]
  readonly onlink?: boolean
  readonly table?: number
  readonly reply?: OneOrMany<ReplyWord>
  readonly fwmark?: MarkDescription
  readonly 'lease-routes'?: boolean
  readonly 'fail-closed'?: boolean
  readonly routes?: readonly RouteDescription[]
  readonly metric?: number
  readonly connected?: readonly string[]
  readonly comment?: string
}

export interface MarkDescription {
  readonly mark: Fwmark
  /** Whether a mask was written; without one the whole mark counts, and a warning says so. */
  readonly masked: boolean
}

/** A gateway's name, `'none'`, or several. */
export type DefaultDescription =
  string | { readonly failover: readonly string[] } | { readonly balance: Readonly<Record<string, number>> }

/** A prefix (an address alone is its host prefix), or a link that stands for the prefixes of its addresses. */
export type PrefixOrLink = { readonly prefix: Prefix } | { readonly link: string }

export type RejectAction = 'unreachable' | 'prohibit' | 'blackhole'

/** Selectors whose values are written in another way than the kernel has them. */
interface WrittenSelectors {
  readonly from: PrefixOrLink
  readonly to: PrefixOrLink
  readonly iif: string
  readonly oif: string
  readonly fwmark: MarkDescription
}

type SelectorsDescription = {
  readonly [K in SelectorName]?: OneOrMany<
    (WrittenSelectors & Omit<SelectorValues, keyof WrittenSelectors>)[K]
  >
}

export interface RuleDescription extends SelectorsDescription {
  readonly name?: string
  readonly not?: boolean
  readonly family?: 'ipv4' | 'ipv6'
  readonly gateway?: string
  readonly table?: string | number
  readonly action?: RejectAction
  readonly goto?: number
  readonly 'suppress-prefixlength'?: number
  readonly else?: RejectAction
  readonly priority?: number
  readonly comment?: string
}

export interface TableDescription {
  readonly id: number
  readonly routes?: readonly RouteDescription[]
  readonly comment?: string
}

export interface RouteDescription {
  readonly to: Prefix | 'default'
  readonly via?: Address
  readonly link?: string
  readonly src?: Address
  readonly metric?: number
  readonly onlink?: boolean
  readonly type?: RouteType
  readonly mtu?: number
  readonly nexthops?: readonly NexthopDescription[]
  readonly comment?: string
}

export interface NexthopDescription {
  readonly via?: Address
  readonly link?: string
  readonly weight?: number
  readonly onlink?: boolean
}

/** Settings of one target, shape-checked by the schema and read by that target alone. */
export type SettingValue = string | number | boolean | { readonly [key: string]: string }
export type WrittenSettings = Readonly<Record<string, SettingValue>>
export type TargetsDescription = Readonly<Record<string, WrittenSettings>>
