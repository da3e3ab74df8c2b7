// Labels of a comparison: kinds of plan items, mechanisms, and runtime notes that several stacks share.
import { groupBy } from '../stdlib/group-by.js'
import type { Topic } from '../targets/shared/runtime-notes.js'
import {
  mechanismLabels,
  type Cell,
  type ComparedStack,
  type Comparison,
  type Mechanism,
  type PlanItemKind,
} from './comparison.js'

/** One, and several. */
export const kindNouns: Readonly<Record<PlanItemKind, readonly [string, string]>> = {
  link: ['link', 'links'],
  table: ['table', 'tables'],
  rule: ['rule', 'rules'],
  route: ['route', 'routes'],
  dynamicTable: ['dynamic table', 'dynamic tables'],
  dynamicMultipath: ['multipath default', 'multipath defaults'],
  sysctl: ['sysctl', 'sysctls'],
  connmark: ['connection mark', 'connection marks'],
}

export const mechanismMeanings: Readonly<Record<Mechanism, string>> = {
  'not-needed': 'nothing to write: it follows from something else, or another program does it',
  native: 'the stack’s own keys',
  'common-file': 'a file that is the same for every stack: sysctl.d, rt_tables.d, nftables',
  'drop-in': 'a file of the layer below: networkd’s, under netplan',
  hook: 'a command in a script that the stack runs',
  program: 'a program of multihome that keeps running',
  blocked: 'the stack can express it, but refuses another item, so nothing is written',
  refused: 'the stack cannot express it',
}

/** `native`, or `native (≥ 1.42)` where an older version of the stack lacks it. */
export const mechanismText = ({ mechanism, since }: Pick<Cell, 'mechanism' | 'since'>): string =>
  since === undefined ? mechanismLabels[mechanism] : `${mechanismLabels[mechanism]} (≥ ${since})`

export interface SharedNote {
  readonly stacks: readonly string[]
  readonly text: string
}

/** Runtime notes on one topic; stacks with the same text share a note. */
export const sharedNotes = (stacks: readonly ComparedStack[], topic: Topic): readonly SharedNote[] =>
  [...groupBy(stacks, ({ behaviour }) => behaviour[topic].text)].map(([text, group]) => ({
    stacks: group.map(({ id }) => id),
    text,
  }))

/** Topics that matter to this host: leases only where a link takes one. */
export const relevantTopics = ({ topics, items }: Comparison): Comparison['topics'] =>
  topics.filter(
    ({ topic }) =>
      topic !== 'lease' ||
      items.some(({ kind, words }) => kind === 'dynamicTable' || /\bdhcp[46]\b/.test(words)),
  )
