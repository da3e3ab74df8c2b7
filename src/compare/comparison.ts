// What is a comparison? The plan's ideas in order, and how each stack says each of them: plain data, as JSON carries it.
import type { Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import type { TableId } from '../kernel/table.js'
import type { Behaviour, Topic } from '../targets/shared/runtime-notes.js'
import type { Step, WrittenSettings } from '../targets/target.js'

export interface Comparison {
  /** Of this shape; it changes only with a change that a reader would stumble over. */
  readonly version: 1
  /** Name of the description, as in the headers of the files. */
  readonly file: string
  /** Lines of the description as written, the first at 0; empty where the text was not given. */
  readonly description: readonly string[]
  /** Links, tables, rules, routes, what follows leases, sysctls, marks: each kind in the plan's order. */
  readonly ideas: readonly PlanItem[]
  /** In the order of the registry. */
  readonly stacks: readonly ComparedStack[]
  /** In the order in which they are told. */
  readonly topics: readonly { readonly topic: Topic; readonly title: string }[]
}

export const planItemKinds = [
  'link',
  'table',
  'rule',
  'route',
  'followed',
  'balance',
  'sysctl',
  'mark',
] as const

export type PlanItemKind = (typeof planItemKinds)[number]

/** `rule-3`: the kind, and the number of its first part in the plan. */
export type PlanItemId = string

export interface PlanItem {
  readonly id: PlanItemId
  readonly kind: PlanItemKind
  /**
   * Its indices in the plan's list of this kind (`rules`, `routes`, `links` …). Several only where the IPv4 and the
   * IPv6 form of a rule are one idea.
   */
  readonly parts: readonly number[]
  /** None for what has no family: links, tables, sysctls, marks. */
  readonly families: readonly Family[]
  /** iproute2's: `pref 16000 from 192.0.2.10 lookup 101`; of a sysctl `KEY = VALUE`. */
  readonly words: string
  /** What it serves: `gateway fiber: default route of its table`. */
  readonly reason: string
  /** The writer's own. */
  readonly comment?: string
  /** Line of the description, from 1. */
  readonly line?: number
  /** Names of the gateways that it serves or leads to; several of several next hops. */
  readonly gateways: readonly string[]
  /** The table that it stands in (routes), looks up (rules) or is. */
  readonly table?: TableId
  /** The link that it is or goes over; several hops have several. */
  readonly links: readonly LinkName[]
  /** What kernel and programs must be, of what some release in use could lack. */
  readonly needs: readonly PlanItemNeed[]
}

export interface PlanItemNeed {
  readonly what: string
  readonly linux: string
  readonly iproute2?: string
  readonly nftables?: string
}

export interface ComparedStack {
  /** `netplan`. */
  readonly id: string
  /** The program, in a person's words. */
  readonly title: string
  /** What the versions count: `systemd`. */
  readonly consumer: string
  /** That of the description, or the one that is assumed. */
  readonly version: string
  /** As written under `targets` of the description. */
  readonly settings: WrittenSettings
  /** The least version that can say all of it; absent where any will do. */
  readonly least?: string
  /** `refused`: nothing is written for this stack; `told` says why. */
  readonly state: 'written' | 'refused'
  /** None where it is refused. */
  readonly files: readonly ComparedFile[]
  readonly first: readonly Step[]
  readonly change: readonly Step[]
  readonly told: readonly Reported[]
  /** One for each idea, by its id. */
  readonly cells: Readonly<Record<PlanItemId, Cell>>
  readonly behaviour: Behaviour
}

export type ComparedFile =
  | {
      readonly path: string
      /** `0644`. */
      readonly mode: string
      readonly owner: string
      readonly text: string
    }
  | { readonly path: string; readonly symlink: string }

/** What is said about the stack: why it refuses, or with which loss it says something. */
export interface Reported {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  /** The way out. */
  readonly fix?: string
  readonly line?: number
  /** What it is about; none where it is about the stack's settings. */
  readonly ideas: readonly PlanItemId[]
}

/** From what costs least to what cannot be had. */
export const costs = [
  'inherent',
  'native',
  'companion',
  'drop-in',
  'hook',
  'program',
  'unwritten',
  'refused',
] as const

/**
 * `inherent`: nothing to write, it is so by nature or another idea has seen to it. `native`: the stack's own words.
 * `companion`: a file that every stack has beside it (sysctl.d, rt_tables.d, nftables). `drop-in`: a file of the
 * layer below. `hook`: a command in a script that the stack runs. `program`: a program of ours that goes on running.
 * `unwritten`: the stack could, but is refused for another idea. `refused`: it cannot.
 */
export type Mechanism = (typeof costs)[number]

export interface Cell {
  /** The highest of its places; what each of them costs is told there. */
  readonly cost: Mechanism
  /** In the order of the files. None unless it is written. */
  readonly places: readonly Location[]
  /** Why nothing stands anywhere, or why it is refused. */
  readonly why?: string
  /** The way out of a refusal. */
  readonly instead?: string
  /** What is lost with this stack. */
  readonly losses: readonly string[]
  readonly notes: readonly string[]
  /** The least version of the stack's consumer; absent where any will do. */
  readonly since?: string
}

/** Lines of one file that say an idea; other ideas may share them. */
export interface Location {
  /** Of one of the stack's `files`. */
  readonly path: string
  readonly cost: Mechanism
  /** From 1, the last included; apart from each other, in order. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
  /** The very lines, without their indent. */
  readonly lines: readonly string[]
}
