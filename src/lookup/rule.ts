// Whether a rule takes a packet: fib_rule_match(), fib4_rule_match(), fib6_rule_match().
import { addressValue } from '../kernel/address.js'
import { addressBits } from '../kernel/family.js'
import type { Prefix } from '../kernel/prefix.js'
import type { Range } from '../kernel/range.js'
import type { ReadPacket } from './packet.js'
import type { Rule } from '../plan/plan.js'

export interface Matcher {
  readonly value: bigint
  readonly shift: bigint
}

/** A rule with its prefixes as integers. */
export interface RuleEntry {
  readonly rule: Rule
  readonly from?: Matcher
  readonly to?: Matcher
  /** Where `goto` leads in the list. */
  readonly target?: number
}

/** undefined for the prefix of length 0, which the kernel does not even keep. */
export function matcherOf(prefix: Prefix | undefined): Matcher | undefined {
  if (prefix === undefined || prefix.length === 0) return undefined
  const shift = BigInt(addressBits(prefix.family) - prefix.length)
  return { value: addressValue(prefix.address) >> shift, shift }
}

/** FIB_RULE_INVERT turns the whole match round. */
export const matches = (entry: RuleEntry, packet: ReadPacket): boolean =>
  isMatch(entry, packet) !== (entry.rule.selector.not === true)

function isMatch({ rule: { selector, family }, from, to }: RuleEntry, read: ReadPacket): boolean {
  const { packet } = read
  if (selector.iif !== undefined && selector.iif !== read.iif) return false
  if (selector.oif !== undefined && selector.oif !== packet.oif) return false
  if (selector.fwmark !== undefined) {
    const { value, mask } = selector.fwmark
    if (((value ^ read.mark) & mask) !== 0) return false
  }
  if (!isInRange(selector.uidrange, read.uid)) return false
  if (!isInPrefix(to, read.dst) || !isInPrefix(from, read.src)) return false
  if (selector.tos !== undefined && selector.tos !== 0) {
    // IPv4 rules know RFC 1349's bits without the lowest (IPTOS_RT_MASK), IPv6 rules the whole DSCP.
    const mask = family === 'inet' ? 0x1c : 0xfc
    if ((((packet.tos ?? 0) ^ selector.tos) & mask) !== 0) return false
  }
  if (selector.ipproto !== undefined && selector.ipproto !== packet.ipproto) return false
  return isInRange(selector.sport, packet.sport) && isInRange(selector.dport, packet.dport)
}

const isInPrefix = (matcher: Matcher | undefined, value: bigint | undefined): boolean =>
  matcher === undefined || (value !== undefined && value >> matcher.shift === matcher.value)

const isInRange = (range: Range | undefined, value: number | undefined): boolean =>
  range === undefined || (value !== undefined && range.first <= value && value <= range.last)
