// Data of a comparison: the items of a plan, and how each stack configures each of them.
import type { Family } from '../kernel/family.js'
import type { SourceLine } from '../diagnostics/source-line.js'
import type { LinkName } from '../kernel/link.js'
import type { TableId } from '../kernel/table.js'
import type { Behaviour, Topic } from '../targets/shared/runtime-notes.js'
import type { Step, WrittenSettings } from '../targets/target.js'

export interface Comparison {
  /** Changes when the shape changes in a way that breaks a reader. */
  readonly version: 1
  /** Name of the description, as in the headers of the files. */
  readonly file: string
  /** Lines of the description as written, from index 0; empty if its text was not given. */
  readonly description: readonly string[]
  /** Files that it extends, likewise. */
  readonly extended: readonly ExtendedFile[]
  /** Links, tables, rules, routes, dynamic tables, sysctls, marks: each kind in the plan's order. */
  readonly items: readonly PlanItem[]
  /** In the order of the registry. */
  readonly stacks: readonly ComparedStack[]
  /** In display order. */
  readonly topics: readonly { readonly topic: Topic; readonly title: string }[]
}

export interface ExtendedFile {
  readonly file: string
  readonly lines: readonly string[]
}

/** In display order. */
export const kindTitles = {
  link: 'Links',
  table: 'Table names',
  rule: 'Rules, in order of priority',
  route: 'Routes',
  dynamicTable: 'Tables that track dynamic addresses',
  dynamicMultipath: 'Multipath defaults over leased next hops',
  sysctl: 'Sysctls',
  connmark: 'Connection marks',
} as const

export type PlanItemKind = keyof typeof kindTitles

export const planItemKinds = Object.keys(kindTitles) as readonly PlanItemKind[]

/** `rule-3`: the kind, and the index of its first part in the plan. */
export type PlanItemId = string

/** `line`: of the description, or of the other file in `file`. */
export interface PlanItem extends Partial<SourceLine> {
  readonly id: PlanItemId
  readonly kind: PlanItemKind
  /**
   * Indices in the plan's list of this kind (`rules`, `routes`, `links` …). Only a rule has several: its IPv4 and its
   * IPv6 form are one item.
   */
  readonly parts: readonly number[]
  /** Empty for kinds without a family: links, tables, sysctls, marks. */
  readonly families: readonly Family[]
  /** In ip(8)'s syntax: `pref 16000 from 192.0.2.10 lookup 101`; for a sysctl `KEY = VALUE`. */
  readonly words: string
  /** Its purpose: `gateway fiber: default route of its table`. */
  readonly reason: string
  /** The comment in the description. */
  readonly comment?: string
  /** Names of the gateways that it belongs to or leads to. */
  readonly gateways: readonly string[]
  /** The table of a route, the table that a rule looks up, or the item itself. */
  readonly table?: TableId
  /** The link itself, or the links of its next hops. */
  readonly links: readonly LinkName[]
  /** Minimum versions that some release in use does not have. */
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
  /** Display name of the program. */
  readonly title: string
  /** The program that `version` refers to: `systemd`. */
  readonly consumer: string
  /** From the description, or the assumed one. */
  readonly version: string
  /** As written under `targets` of the description. */
  readonly settings: WrittenSettings
  /** Minimum version that can express the whole plan; absent if any can. */
  readonly least?: string
  /** `refused`: nothing is written for this stack; `reported` says why. */
  readonly state: 'written' | 'refused'
  /** Empty if the stack refuses the plan. */
  readonly files: readonly ComparedFile[]
  readonly first: readonly Step[]
  readonly change: readonly Step[]
  readonly reported: readonly Reported[]
  /** By the item's id; complete. */
  readonly cells: Readonly<Record<PlanItemId, Cell>>
  readonly behaviour: Behaviour
}

export type ComparedFile = ComparedTextFile | { readonly path: string; readonly symlink: string }

export interface ComparedTextFile {
  readonly path: string
  /** `0644`. */
  readonly mode: string
  readonly owner: string
  /** Whether it is a program: the same text for every host. */
  readonly program: boolean
  readonly text: string
}

/** An error or warning of the target: why it refuses, or a limitation. */
export interface Reported extends Partial<SourceLine> {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  /** What to write instead. */
  readonly fix?: string
  /** Items that it is about; empty if it is about the target's settings. */
  readonly items: readonly PlanItemId[]
}

/** Short enough for the column of a table; from the least intrusive to the impossible. */
export const mechanismLabels = {
  'not-needed': 'not needed',
  native: 'native',
  'common-file': 'common',
  'drop-in': 'drop-in',
  hook: 'hook',
  program: 'program',
  blocked: 'blocked',
  refused: 'refused',
} as const

/**
 * How a stack configures an item: as its lines do (`LineMechanism`), or `not-needed`: nothing to write; `blocked`: the
 * stack can express it, but is refused because of another item; `refused`: the stack cannot express it.
 */
export type Mechanism = keyof typeof mechanismLabels

export const mechanisms = Object.keys(mechanismLabels) as readonly Mechanism[]

export interface Cell {
  /** The last in the order of `mechanisms` of those of its locations. */
  readonly mechanism: Mechanism
  /** In the order of the files. */
  readonly locations: readonly Location[]
  /** Why it has no line. */
  readonly why?: string
  /** What to write instead of a refused item. */
  readonly alternative?: string
  /** What this stack does not do. */
  readonly limitations: readonly string[]
  readonly notes: readonly string[]
  /** Minimum version of the consumer; absent if any will do. */
  readonly since?: string
}

/** Lines of one file that configure an item; other items may share them. */
export interface Location {
  /** Of one of the stack's `files`. */
  readonly path: string
  readonly mechanism: Mechanism
  /** From 1, `to` included; ordered, with gaps between them. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
  /** The lines themselves, without indentation. */
  readonly lines: readonly string[]
}
