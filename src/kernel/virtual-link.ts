// Links that the kernel makes of others: what each is made of, in ip-link(8)'s words.
import type { LinkName } from './link.js'
import type { TableId } from './table.js'

/** bonding.rst, `mode`. */
export const bondModes = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
] as const
export type BondMode = (typeof bondModes)[number]

export const lacpRates = ['slow', 'fast'] as const
export type LacpRate = (typeof lacpRates)[number]

/** bonding.rst, `xmit_hash_policy`, but for `vlan+srcmac`, which older stacks do not know. */
export const hashPolicies = ['layer2', 'layer2+3', 'layer3+4', 'encap2+3', 'encap3+4'] as const
export type HashPolicy = (typeof hashPolicies)[number]

export interface Vlan {
  readonly kind: 'vlan'
  /** 802.1Q; 1…4094. */
  readonly id: number
  readonly link: LinkName
}

export interface Bond {
  readonly kind: 'bond'
  readonly mode: BondMode
  readonly links: readonly LinkName[]
  /** Milliseconds between two looks at the members' carriers; 0 never looks. */
  readonly miimon: number
  readonly primary?: LinkName
  readonly lacpRate?: LacpRate
  readonly xmitHashPolicy?: HashPolicy
}

export interface Bridge {
  readonly kind: 'bridge'
  readonly links: readonly LinkName[]
  readonly stp: boolean
  /** Seconds. */
  readonly forwardDelay?: number
}

export interface Vrf {
  readonly kind: 'vrf'
  readonly table: TableId
  readonly links: readonly LinkName[]
}

export type VirtualLink = Vlan | Bond | Bridge | Vrf

/** IFLA_MASTER: the made link that this one is a member of. */
export interface Master {
  readonly link: LinkName
  readonly kind: 'bond' | 'bridge' | 'vrf'
}

/** Nothing reaches a bond's or a bridge's member but by its master: it has neither addresses nor routes. */
export const isBridgeOrBondPort = (master: Master | undefined): boolean =>
  master !== undefined && master.kind !== 'vrf'

/** The links that it is made of: a VLAN's parent, the others' members. */
export const lowerLinks = (virtualLink: VirtualLink): readonly LinkName[] =>
  virtualLink.kind === 'vlan' ? [virtualLink.link] : virtualLink.links
