// Which rules are added, removed, moved or changed: a rule is what it says, and its preference is where it stands.
import type { Rule } from '../plan/plan.js'
import { actionKey, selectorKey } from '../plan/keys.js'
import { changed, changedFields } from './keyed-diff.js'
import type { Change } from './difference.js'
import { longestIncreasingSubsequence } from './longest-increasing-subsequence.js'
import { changesOf, pairUp } from './match-lists.js'

const ruleFields = {
  family: 'key',
  pref: 'state',
  selector: 'state',
  action: 'state',
  origin: 'words',
} as const

export function ruleChanges(before: readonly Rule[], after: readonly Rule[]): readonly Change<Rule>[] {
  const place = ({ family, pref }: Rule): string => `${family} ${pref}`
  const selector = ({ selector: words }: Rule): string => selectorKey(words)
  const action = ({ action: words }: Rule): string => actionKey(words)
  const pairs = pairUp(before, after, [
    (rule) => [place(rule), selector(rule), action(rule)].join(),
    (rule) => [rule.family, selector(rule), action(rule)].join(),
    (rule) => [place(rule), selector(rule)].join(),
    (rule) => [rule.family, selector(rule)].join(),
    (rule) => [place(rule), action(rule)].join(),
  ])
  const kept = pairs.flatMap(({ before: old, after: one }) =>
    old === undefined || one === undefined ? [] : [{ before: old, after: one }],
  )
  const { isMoved, isOvertaking } = reorderings(before, after, kept)
  return changesOf(pairs, (old, one, isSame): readonly Change<Rule>[] => {
    const fields = isSame ? [] : changedFields(old, one, ruleFields)
    if (fields.some((field) => field !== 'pref')) return changed(old, one, fields)
    if (fields.length === 0 && !isMoved(one)) return []
    const isRenumbered = fields.length > 0 && !isOvertaking(one)
    return [{ kind: 'moved', before: old, after: one, ...(isRenumbered ? { isRenumbered } : {}) }]
  })
}

interface Kept {
  readonly before: Rule
  readonly after: Rule
}

interface Turns {
  /** Of a rule that keeps its preference: another that keeps it, too, and was asked behind it, is now asked before it. */
  isMoved(after: Rule): boolean
  /** Of a rule with another preference: it changed its turn with a rule that is kept. */
  isOvertaking(after: Rule): boolean
}

function reorderings(before: readonly Rule[], after: readonly Rule[], kept: readonly Kept[]): Turns {
  const oldPlaces = new Map(before.map((rule, index) => [rule, index]))
  const newPlaces = new Map(after.map((rule, index) => [rule, index]))
  const placed = kept
    .map((pair) => ({
      ...pair,
      old: oldPlaces.get(pair.before) ?? 0,
      place: newPlaces.get(pair.after) ?? 0,
    }))
    .toSorted((a, b) => a.old - b.old)
  const fixed = placed.filter((pair) => pair.before.pref === pair.after.pref)
  const moved = new Set<Rule>()
  for (const [index, one] of fixed.entries())
    for (const other of fixed.slice(index + 1)) {
      if (other.before.family !== one.before.family || other.before.pref !== one.before.pref) break
      if (other.place > one.place) continue
      moved.add(one.after)
      moved.add(other.after)
    }
  // Whoever keeps its preference stands still; of the others as few as may be are those that changed their turn.
  const oldFixed = fixed.map(({ old }) => old)
  const newFixed = fixed.map(({ place }) => place).toSorted((a, b) => a - b)
  const still = placed.filter(
    (pair) =>
      pair.before.pref !== pair.after.pref &&
      countBelow(oldFixed, pair.old) === countBelow(newFixed, pair.place),
  )
  const inTurn = new Set(
    longestIncreasingSubsequence(still.map(({ place }) => place)).map((index) => still[index]?.after),
  )
  return {
    isMoved: (rule) => moved.has(rule),
    isOvertaking: (rule) => !inTurn.has(rule),
  }
}

/** Of numbers that rise. */
function countBelow(rising: readonly number[], limit: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rising[middle] ?? 0) < limit) low = middle + 1
    else high = middle
  }
  return low
}
