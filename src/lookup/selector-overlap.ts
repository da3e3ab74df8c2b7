// Selector overlap: a cheap test before set operations.
import { testsOverlap } from '../kernel/selectors.js'
import type { RuleEntry } from './rule.js'

/** Whether some packet may match both. May be true for disjoint selectors, never false for overlapping ones. */
export function mayOverlap(one: RuleEntry, other: RuleEntry): boolean {
  if (one.rule.selector.not === true || other.rule.selector.not === true) return true
  for (const { test: a } of one.conditions)
    for (const { test: b } of other.conditions) if (a.field === b.field && !testsOverlap(a, b)) return false
  return true
}
