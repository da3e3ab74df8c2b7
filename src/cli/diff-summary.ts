// What the difference is, in one line: how many kinds of packets, and how much of the kernel’s state.
import type { Change, StateDifference } from '../diff/difference.js'
import { isSame } from '../diff/diff.js'
import type { Sides } from './diff-sides.js'
import type { NamedState } from './diff-tables.js'
import { countOf } from './findings.js'

/** Two sentences: what becomes of packets, and of the kernel. */
export function summaryWords({ before, after, difference, named }: Sides): readonly [string, string] {
  if (isSame(difference))
    return before.text === after.text
      ? ['No difference.', 'Both say the same, byte for byte.']
      : [
          'No difference for the kernel.',
          'Only words changed: comments, names, their order, or how a stack writes it.',
        ]
  const { moves } = difference
  const changes = changesWords(named)
  return [
    moves.length === 0
      ? 'No packet goes another way.'
      : `${countOf(moves.length, 'kind')} of packets ${moves.length === 1 ? 'goes' : 'go'} another way.`,
    changes === '' ? 'The kernel has the same.' : `In the kernel: ${changes}.`,
  ]
}

const nouns: Readonly<Record<Exclude<keyof StateDifference, 'manage'>, string>> = {
  links: 'link',
  rules: 'rule',
  routes: 'route',
  followed: 'followed table',
  balances: 'balanced route',
  sysctls: 'sysctl',
  marks: 'connection mark',
}

/** `2 rules added, 1 removed; 1 sysctl changed`. */
function changesWords({ state, renumbered }: NamedState): string {
  const all = Object.entries(nouns) as [keyof typeof nouns, string][]
  return [
    ...(state.manage.length === 0 ? [] : ['who manages the links']),
    ...(renumbered.length === 0 ? [] : [`${countOf(renumbered.length, 'table')} renumbered`]),
    ...all.flatMap(([list, noun]) => {
      const kinds = (['added', 'removed', 'moved', 'changed'] as const).flatMap((kind) => {
        const changes: readonly Change<unknown>[] = state[list]
        const count = changes.filter((change) => change.kind === kind).length
        return count === 0 ? [] : [{ kind, count }]
      })
      if (kinds.length === 0) return []
      const [first, ...others] = kinds
      if (first === undefined) return []
      return [
        [
          `${countOf(first.count, noun)} ${first.kind}`,
          ...others.map(({ kind, count }) => `${count} ${kind}`),
        ].join(', '),
      ]
    }),
  ].join('; ')
}
