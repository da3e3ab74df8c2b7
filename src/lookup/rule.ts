// Rule matching: fib_rule_match(), fib4_rule_match(), fib6_rule_match().
import type { PreparedPacket } from '../kernel/packet.js'
import { conditionsOf, testsOverlap, type Condition } from '../kernel/selectors.js'
import type { Rule, Selector } from '../plan/plan.js'

/** A rule with its selector prepared for matching. */
export interface RuleEntry {
  readonly rule: Rule
  /** In the kernel's order of evaluation. */
  readonly conditions: readonly Condition[]
  /** Position of the `goto` target in the list. */
  readonly target?: number
}

export const createEntry = (rule: Rule, target?: number): RuleEntry => ({
  rule,
  conditions: conditionsOf(rule.selector, rule.family),
  target,
})

/** The first field that does not match, in the kernel's order; `not` if an inverted selector matches. */
export type Mismatch = keyof Selector

/** undefined if the rule matches. FIB_RULE_INVERT inverts the whole match. */
export function mismatchOf(entry: RuleEntry, packet: PreparedPacket): Mismatch | undefined {
  const mismatch = firstMismatch(entry.conditions, packet)
  if (entry.rule.selector.not !== true) return mismatch
  return mismatch === undefined ? 'not' : undefined
}

function firstMismatch(conditions: readonly Condition[], packet: PreparedPacket): Mismatch | undefined {
  for (const condition of conditions) if (!condition.matches(packet)) return condition.name
  return undefined
}

/**
 * Whether some packet may match both: a cheap test before set operations. May be true for disjoint selectors, never
 * false for overlapping ones.
 */
export function mayOverlap(one: RuleEntry, other: RuleEntry): boolean {
  if (one.rule.selector.not === true || other.rule.selector.not === true) return true
  for (const { test: a } of one.conditions)
    for (const { test: b } of other.conditions) if (a.field === b.field && !testsOverlap(a, b)) return false
  return true
}
