// What the difference is, in one line: how many kinds of packets, and how much of the kernel’s state.
import type { Change, StateDifference } from '../../diff/difference.js'
import { isSame } from '../../diff/diff.js'
import type { Sides } from './inputs.js'
import type { NamedState } from './tables.js'
import type { Scope, Story } from './groups.js'
import { countOf } from '../runtime/findings.js'

/** Two sentences: what becomes of packets, and of the kernel. */
export function formatSummary(
  { before, after, difference, named }: Sides,
  stories: readonly Story[],
): readonly [string, string] {
  if (isSame(difference))
    return before.text === after.text
      ? ['No difference.', 'Both say the same, byte for byte.']
      : [
          'No difference for the kernel.',
          'Only words changed: comments, names, their order, or how a stack writes it.',
        ]
  const changes = formatChanges(named)
  const packets = packetsSummary(stories, difference.unexamined.length)
  return [packets, changes === '' ? 'The kernel has the same.' : `In the kernel: ${changes}.`]
}

const behind: Readonly<Record<Exclude<Scope, 'wide'>, string>> = {
  source: 'with another source',
  near: 'to networks of links',
  bound: 'of sockets that are bound to a link',
}

function packetsSummary(stories: readonly Story[], unexamined: number): string {
  const untold =
    unexamined === 0
      ? ''
      : `${countOf(unexamined, 'kind')} of packets may: not examined, so many rules and tables have a say.`
  if (stories.length === 0)
    return untold === '' ? 'No packet goes another way.' : `No other packet goes another way; ${untold}`
  return [movedSummary(stories), untold].filter((part) => part !== '').join(' ')
}

function movedSummary(stories: readonly Story[]): string {
  const count = (scope: Scope): number => stories.filter((story) => story.scope === scope).length
  const wide = count('wide')
  const others = (Object.keys(behind) as (keyof typeof behind)[]).flatMap((scope) =>
    count(scope) === 0 ? [] : [`${count(scope)} ${behind[scope]}`],
  )
  const kinds = wide === 0 ? countOf(stories.length, 'kind') : countOf(wide, 'kind')
  const go = kinds.endsWith('s') ? 'go' : 'goes'
  if (others.length === 0) return `${kinds} of packets ${go} another way.`
  return wide === 0
    ? `${kinds} of packets ${go} another way: ${others.join(', ')}.`
    : `${kinds} of packets ${go} another way, and besides ${others.join(', ')}.`
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
function formatChanges({ state, renumbered }: NamedState): string {
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
