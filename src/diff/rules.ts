// Changes of rules: selector and action identify a rule, and its priority is its position.
import type { Rule } from '../plan/plan.js'
import { actionKey, selectorKey } from '../plan/keys.js'
import type { Change } from './difference.js'
import {
  changed,
  changedFields,
  changesOf,
  countBelow,
  longestIncreasingSubsequence,
  matchLists,
} from './list-diff.js'

const ruleFields = {
  family: 'key',
  pref: 'state',
  selector: 'state',
  action: 'state',
  origin: 'text',
} as const

export function ruleChanges(before: readonly Rule[], after: readonly Rule[]): readonly Change<Rule>[] {
  const position = ({ family, pref }: Rule): string => `${family} ${pref}`
  const selector = (rule: Rule): string => selectorKey(rule.selector)
  const action = (rule: Rule): string => actionKey(rule.action)
  const matches = matchLists(before, after, [
    (rule) => [position(rule), selector(rule), action(rule)].join(),
    (rule) => [rule.family, selector(rule), action(rule)].join(),
    (rule) => [position(rule), selector(rule)].join(),
    (rule) => [rule.family, selector(rule)].join(),
    (rule) => [position(rule), action(rule)].join(),
  ])
  const kept = matches.flatMap(({ before: old, after: one }) =>
    old === undefined || one === undefined ? [] : [{ before: old, after: one }],
  )
  const { isMoved, isReordered } = reorderings(before, after, kept)
  return changesOf(matches, (old, one, isSame): readonly Change<Rule>[] => {
    const fields = isSame ? [] : changedFields(old, one, ruleFields)
    if (fields.some((field) => field !== 'pref')) return changed(old, one, fields)
    if (fields.length === 0 && !isMoved(one)) return []
    const isRenumbered = fields.length > 0 && !isReordered(one)
    return [{ kind: 'moved', before: old, after: one, ...(isRenumbered ? { isRenumbered } : {}) }]
  })
}

interface Kept {
  readonly before: Rule
  readonly after: Rule
}

interface Reorderings {
  /** For a rule that keeps its priority: it changed its order with another rule of that priority. */
  isMoved(after: Rule): boolean
  /** For a rule with another priority: it changed its order with a kept rule. */
  isReordered(after: Rule): boolean
}

function reorderings(before: readonly Rule[], after: readonly Rule[], kept: readonly Kept[]): Reorderings {
  const oldIndices = new Map(before.map((rule, index) => [rule, index]))
  const newIndices = new Map(after.map((rule, index) => [rule, index]))
  const indexed = kept
    .map((pair) => ({
      ...pair,
      old: oldIndices.get(pair.before) ?? 0,
      now: newIndices.get(pair.after) ?? 0,
    }))
    .toSorted((a, b) => a.old - b.old)
  const fixed = indexed.filter((pair) => pair.before.pref === pair.after.pref)
  const moved = new Set<Rule>()
  for (const [index, one] of fixed.entries())
    for (let next = index + 1; next < fixed.length; next++) {
      const other = fixed[next]
      if (other?.before.family !== one.before.family || other.before.pref !== one.before.pref) break
      if (other.now > one.now) continue
      moved.add(one.after)
      moved.add(other.after)
    }
  // Rules that keep their priority are fixed; as few of the others as possible count as reordered.
  const oldFixed = fixed.map(({ old }) => old)
  const newFixed = fixed.map(({ now }) => now).toSorted((a, b) => a - b)
  const unfixed = indexed.filter(
    (pair) =>
      pair.before.pref !== pair.after.pref &&
      countBelow(oldFixed.length, (index) => (oldFixed[index] ?? 0) < pair.old) ===
        countBelow(newFixed.length, (index) => (newFixed[index] ?? 0) < pair.now),
  )
  const inOrder = new Set(
    longestIncreasingSubsequence(unfixed.map(({ now }) => now)).map((index) => unfixed[index]?.after),
  )
  return {
    isMoved: (rule) => moved.has(rule),
    isReordered: (rule) => !inOrder.has(rule),
  }
}
