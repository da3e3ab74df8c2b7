// Whether some earlier rule takes every packet of a later one; by selectors, key by key.
import { formatFwmark } from '../kernel/fwmark.js'
import { containsPrefix, formatPrefix, networkOf, type Prefix } from '../kernel/prefix.js'
import { rangeContains, type Range } from '../kernel/range.js'
import type { Rule, Selector } from './plan.js'

/** Asked in order: `find` first, then `add`. */
export interface ShadowIndex {
  find(rule: Rule): Rule | undefined
  add(rule: Rule): void
}

/** Selectors of one prefix or one mark are the many (replies, marks), so those are found by value and not by walking. */
export function createShadowIndex(): ShadowIndex {
  const prefixes = { from: new Map<number, Map<string, Rule>>(), to: new Map<number, Map<string, Rule>>() }
  const marks = new Map<number, Map<string, Rule>>()
  const others: Rule[] = []
  const findPrefix = (key: 'from' | 'to', prefix: Prefix | undefined): Rule | undefined => {
    if (prefix === undefined) return undefined
    for (const [length, rules] of prefixes[key]) {
      if (length > prefix.length) continue
      const found = rules.get(formatPrefix(networkOf({ ...prefix, length })))
      if (found !== undefined) return found
    }
    return undefined
  }
  const findMark = (selector: Selector): Rule | undefined => {
    const { fwmark } = selector
    if (fwmark === undefined) return undefined
    for (const [mask, rules] of marks) {
      if ((mask & ~fwmark.mask) !== 0) continue
      const found = rules.get(formatFwmark({ value: (fwmark.value & mask) >>> 0, mask }))
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    find(rule) {
      const { selector } = rule
      if (selector.not === true) return others.find((earlier) => covers(earlier.selector, selector))
      return (
        findPrefix('from', selector.from) ??
        findPrefix('to', selector.to) ??
        findMark(selector) ??
        others.find((earlier) => covers(earlier.selector, selector))
      )
    },
    add(rule) {
      const { from, to, fwmark } = rule.selector
      const only = Object.keys(rule.selector).length === 1
      if (only && from !== undefined) put(prefixes.from, from.length, formatPrefix(networkOf(from)), rule)
      else if (only && to !== undefined) put(prefixes.to, to.length, formatPrefix(networkOf(to)), rule)
      else if (only && fwmark !== undefined) put(marks, fwmark.mask, formatFwmark(fwmark), rule)
      else others.push(rule)
    },
  }
}

function put(index: Map<number, Map<string, Rule>>, key: number, value: string, rule: Rule): void {
  const rules = index.get(key) ?? new Map<string, Rule>()
  if (!rules.has(value)) rules.set(value, rule)
  index.set(key, rules)
}

/** Whether every packet that `inner` matches is matched by `outer` too. An inverted rule is only compared with all. */
export function covers(outer: Selector, inner: Selector): boolean {
  const keys = Object.keys(outer)
  if (keys.length === 0) return true
  if (outer.not === true || inner.not === true) return false
  const prefix = (key: 'from' | 'to') =>
    outer[key] === undefined || (inner[key] !== undefined && containsPrefix(outer[key], inner[key]))
  const range = (a: Range | undefined, b: Range | undefined) =>
    a === undefined || (b !== undefined && rangeContains(a, b))
  const mark =
    outer.fwmark === undefined ||
    (inner.fwmark !== undefined &&
      (outer.fwmark.mask & ~inner.fwmark.mask) === 0 &&
      ((outer.fwmark.value ^ inner.fwmark.value) & outer.fwmark.mask) === 0)
  return (
    prefix('from') &&
    prefix('to') &&
    mark &&
    (outer.iif === undefined || outer.iif === inner.iif) &&
    (outer.oif === undefined || outer.oif === inner.oif) &&
    (outer.tos === undefined || outer.tos === inner.tos) &&
    (outer.ipproto === undefined || outer.ipproto === inner.ipproto) &&
    range(outer.sport, inner.sport) &&
    range(outer.dport, inner.dport) &&
    range(outer.uidrange, inner.uidrange)
  )
}
