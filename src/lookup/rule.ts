// Rule matching: fib_rule_match(), fib4_rule_match(), fib6_rule_match().
import { addressValue } from '../kernel/address.js'
import { addressBits } from '../kernel/family.js'
import type { Prefix } from '../kernel/prefix.js'
import type { Range } from '../kernel/range.js'
import { addressWords, type AddressWords, type PreparedPacket } from './packet.js'
import type { Rule, Selector } from '../plan/plan.js'

/** A prefix as 32-bit words with their masks. Words with an empty mask are omitted. */
export interface Matcher {
  readonly words: AddressWords
  readonly masks: AddressWords
}

/** A rule with its prefixes prepared for matching. */
export interface RuleEntry {
  readonly rule: Rule
  readonly from?: Matcher
  readonly to?: Matcher
  /** Position of the `goto` target in the list. */
  readonly target?: number
}

/** undefined for a prefix of length 0, which the kernel drops. */
export function matcherOf(prefix: Prefix | undefined): Matcher | undefined {
  if (prefix === undefined || prefix.length === 0) return undefined
  const { family, length } = prefix
  const bits = addressBits(family)
  const mask = ((1n << BigInt(length)) - 1n) << BigInt(bits - length)
  const count = Math.ceil(length / 32)
  return {
    words: addressWords(family, addressValue(prefix.address) & mask).slice(0, count),
    masks: addressWords(family, mask).slice(0, count),
  }
}

/** The first field that does not match, in the kernel's order; `not` if an inverted selector matches. */
export type Mismatch = keyof Selector

/** undefined if the rule matches. FIB_RULE_INVERT inverts the whole match. */
export function mismatchOf(entry: RuleEntry, packet: PreparedPacket): Mismatch | undefined {
  const mismatch = firstMismatch(entry, packet)
  if (entry.rule.selector.not !== true) return mismatch
  return mismatch === undefined ? 'not' : undefined
}

/** Ignores `not`. */
export function firstMismatch(
  { rule: { selector, family }, from, to }: RuleEntry,
  prepared: PreparedPacket,
): Mismatch | undefined {
  const { packet } = prepared
  if (selector.iif !== undefined && selector.iif !== prepared.iif) return 'iif'
  if (selector.oif !== undefined && selector.oif !== packet.oif) return 'oif'
  if (selector.fwmark !== undefined) {
    const { value, mask } = selector.fwmark
    if (((value ^ prepared.mark) & mask) !== 0) return 'fwmark'
  }
  if (!isInRange(selector.uidrange, prepared.uid)) return 'uidrange'
  if (!isInPrefix(to, prepared.dstWords)) return 'to'
  if (!isInPrefix(from, prepared.srcWords)) return 'from'
  if (selector.tos !== undefined && selector.tos !== 0) {
    // IPv4 rules use the bits of RFC 1349 without the lowest (IPTOS_RT_MASK), IPv6 rules the whole DSCP.
    const mask = family === 'inet' ? 0x1c : 0xfc
    if ((((packet.tos ?? 0) ^ selector.tos) & mask) !== 0) return 'tos'
  }
  if (selector.ipproto !== undefined && selector.ipproto !== packet.ipproto) return 'ipproto'
  if (!isInRange(selector.sport, packet.sport)) return 'sport'
  return isInRange(selector.dport, packet.dport) ? undefined : 'dport'
}

function isInPrefix(matcher: Matcher | undefined, words: AddressWords | undefined): boolean {
  if (matcher === undefined) return true
  if (words === undefined) return false
  for (let index = 0; index < matcher.words.length; index++)
    if ((((matcher.words[index] ?? 0) ^ (words[index] ?? 0)) & (matcher.masks[index] ?? 0)) !== 0)
      return false
  return true
}

const isInRange = (range: Range | undefined, value: number | undefined): boolean =>
  range === undefined || (value !== undefined && range.first <= value && value <= range.last)
