// Selector overlap: a cheap test before set operations.
import { marksOverlap } from '../kernel/fwmark.js'
import type { Range } from '../kernel/range.js'
import type { Matcher, RuleEntry } from './rule.js'

/** Whether some packet may match both. May be true for disjoint selectors, never false for overlapping ones. */
export function mayOverlap(one: RuleEntry, other: RuleEntry): boolean {
  const [a, b] = [one.rule.selector, other.rule.selector]
  if (a.not === true || b.not === true) return true
  return (
    !differ(a.iif, b.iif) &&
    !differ(a.oif, b.oif) &&
    !differ(a.ipproto, b.ipproto) &&
    !(a.fwmark !== undefined && b.fwmark !== undefined && !marksOverlap(a.fwmark, b.fwmark)) &&
    !disjoint(a.uidrange, b.uidrange) &&
    !disjoint(a.dport, b.dport) &&
    !disjoint(a.sport, b.sport) &&
    prefixesOverlap(one.from, other.from) &&
    prefixesOverlap(one.to, other.to)
  )
}

const differ = (a: string | number | undefined, b: string | number | undefined): boolean =>
  a !== undefined && b !== undefined && a !== b

const disjoint = (a: Range | undefined, b: Range | undefined): boolean =>
  a !== undefined && b !== undefined && (a.last < b.first || b.last < a.first)

/** Whether some address is in both. */
export function prefixesOverlap(a: Matcher | undefined, b: Matcher | undefined): boolean {
  if (a === undefined || b === undefined) return true
  const count = Math.min(a.words.length, b.words.length)
  for (let index = 0; index < count; index++) {
    const mask = (a.masks[index] ?? 0) & (b.masks[index] ?? 0)
    if ((((a.words[index] ?? 0) ^ (b.words[index] ?? 0)) & mask) !== 0) return false
  }
  return true
}
