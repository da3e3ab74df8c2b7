// What the change of a description does: to the state that the kernel shall have, and to packets.
import type { Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import type { Fwmark } from '../kernel/fwmark.js'
import type { LinkName } from '../kernel/link.js'
import type { Prefix } from '../kernel/prefix.js'
import type { Range } from '../kernel/range.js'
import type { Answer, Packet } from '../lookup/lookup.js'
import type {
  Connmark,
  DynamicTable,
  DynamicMultipath,
  KernelPlan,
  PlannedLink,
  Route,
  Rule,
  Sysctl,
} from '../plan/plan.js'

export interface Difference {
  readonly state: StateDifference
  /** Packets that go elsewhere. Each real packet that does is of exactly one of them. */
  readonly moves: readonly Reroute[]
  /** Packets that may go elsewhere or not: so many rules and tables have a say that it would take too long to tell. */
  readonly unexamined: readonly Unanalyzed[]
  /** How addresses that only stand in for what a lease will tell are called before people, by their text. */
  readonly invented: ReadonlyMap<string, string>
}

/** In the order of the new plan; what is removed stands where it was. */
export interface StateDifference {
  readonly manage: readonly Change<KernelPlan['manage']>[]
  readonly links: readonly Change<PlannedLink>[]
  readonly rules: readonly Change<Rule>[]
  readonly routes: readonly Change<Route>[]
  readonly sysctls: readonly Change<Sysctl>[]
  readonly marks: readonly Change<Connmark>[]
  readonly followed: readonly Change<DynamicTable>[]
  readonly balances: readonly Change<DynamicMultipath>[]
}

export type Change<T> =
  | { readonly kind: 'added'; readonly after: T }
  | { readonly kind: 'removed'; readonly before: T }
  /**
   * The same thing in another place. A rule: another preference, or another turn among those of its preference. A
   * route: another table, or another metric.
   */
  | {
      readonly kind: 'moved'
      readonly before: T
      readonly after: T
      /** Of a rule: all that are kept stand in the same order around it, so that only its number is another. */
      readonly isRenumbered?: true
    }
  | {
      readonly kind: 'changed'
      readonly before: T
      readonly after: T
      /** Names of the fields that differ, in the order of the plan’s own type; empty of a plain value. */
      readonly fields: readonly string[]
    }

/** Packets that went one way and now go another. */
export interface Reroute {
  /** `way`: they go elsewhere. `source`: own packets go where they went, but with another address. */
  readonly kind: 'way' | 'source'
  readonly family: Family
  readonly before: Disposition
  readonly after: Disposition
  readonly packets: Packets
  /** Of the packets of these words those do not move of which one of these is true besides. Most often none. */
  readonly but: readonly Packets[]
  /** Whether all others of these words move; else those that move are some of them. */
  readonly isExact: boolean
  readonly example: Example
}

export type Disposition =
  /** More than one hop: the kernel’s hash takes one, as often as its weight says. */
  | { readonly kind: 'out'; readonly hops: readonly Hop[] }
  /** The packet is for this host. */
  | { readonly kind: 'local' }
  | { readonly kind: 'reject'; readonly type: 'unreachable' | 'prohibit' | 'blackhole' }
  /** No rule has an answer: ENETUNREACH. */
  | { readonly kind: 'none' }

export interface Hop {
  /** Absent: the link itself, whose neighbour the destination is. */
  readonly via?: Address
  readonly dev: LinkName
  readonly weight: number
  /** The named way out that it is, if it is one. */
  readonly gateway?: string
  /** `via` stands in for what the lease of the link will tell. */
  readonly isLeased?: true
  /** Of own packets whose socket has chosen none (moves of kind `source`): the address that they get. */
  readonly src?: Address
}

export interface Unanalyzed {
  readonly family: Family
  /** All of them are of these words. */
  readonly packets: Packets
}

/** What packets have in common, field by field. An absent field: whatever is in it. */
export interface Packets {
  /** `own`: sent by this host; `forwarded`: come in by some link. Absent: both. */
  readonly sender?: 'own' | 'forwarded'
  readonly from?: Addresses
  /** Of own packets: `open` while the socket has no address yet. Absent: whether or not. */
  readonly source?: 'open' | 'chosen'
  readonly to?: Addresses
  /** Links by which what is forwarded comes in. */
  readonly iif?: Links
  /** Links that sockets of the host are bound to. */
  readonly oif?: Links
  readonly ipproto?: Numbers
  readonly sport?: Numbers
  readonly dport?: Numbers
  /** Of own packets; what is forwarded counts as root’s. */
  readonly uid?: Numbers
  readonly mark?: MarkSet
  readonly tos?: MarkSet
}

/** Of the prefixes that hold an address the longest decides; of a source only where it is chosen. */
export interface Addresses {
  /** None: any, but for `except`. */
  readonly in: readonly NamedPrefix[]
  readonly except: readonly NamedPrefix[]
  /** There would be more to say than anybody reads: this is the one prefix around them all; none is any. */
  readonly isRough?: true
}

export interface NamedPrefix {
  readonly prefix: Prefix
  /** What it is to a link of the description: the network there, a part of that, or the host’s own address. */
  readonly of?: { readonly link: LinkName; readonly as: 'network' | 'part' | 'address' }
}

export interface Links {
  /** None: any, but for `except`. `none` (no link is called so): bound to no link. */
  readonly in: readonly (LinkName | 'none')[]
  readonly except: readonly (LinkName | 'none')[]
}

export interface Numbers {
  /** None: any, but for `except`. */
  readonly in: readonly Range[]
  readonly except: readonly Range[]
  /** As of addresses: from the first to the last. */
  readonly isRough?: true
}

/** Of a TOS the mask has 8 bits. */
export interface MarkSet {
  /** None: any, but for `except`. */
  readonly in: readonly Fwmark[]
  readonly except: readonly Fwmark[]
  /** As of addresses, and these are not told at all. */
  readonly isRough?: true
}

/** One of the packets, as plain as they are, and the whole answer to it on both sides. */
export interface Example {
  readonly packet: Packet
  readonly before: Answer
  readonly after: Answer
}
