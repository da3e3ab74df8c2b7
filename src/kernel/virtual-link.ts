// Virtual links (VLAN, bond, bridge, VRF) with the parameters of ip-link(8).
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

/** bonding.rst, `xmit_hash_policy`, without `vlan+srcmac`, which older stacks lack. */
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
  /** Milliseconds between two checks of the members' carriers; 0 disables the checks. */
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

/** IFLA_MASTER: the virtual link that this one is a member of. */
export interface Master {
  readonly link: LinkName
  readonly kind: 'bond' | 'bridge' | 'vrf'
}

/** Ports of a bond or a bridge receive packets only through their master. They have neither addresses nor routes. */
export const isBridgeOrBondPort = (master: Master | undefined): boolean =>
  master !== undefined && master.kind !== 'vrf'

/** The parent of a VLAN, or the members of a bond, bridge or VRF. */
export const lowerLinks = (virtualLink: VirtualLink): readonly LinkName[] =>
  virtualLink.kind === 'vlan' ? [virtualLink.link] : virtualLink.links
