// Selectors and actions of rules.
import type { Fwmark } from './fwmark.js'
import type { LinkName } from './link.js'
import type { Preference } from './preference.js'
import { networkOf, type Prefix } from './prefix.js'
import type { Range } from './range.js'
import type { TableId } from './table.js'

/** The values of selectors, by keyword of ip-rule(8). `selectors` has their meaning. */
export interface SelectorValues {
  readonly from: Prefix
  readonly to: Prefix
  readonly iif: LinkName
  readonly oif: LinkName
  readonly fwmark: Fwmark
  /** FRA_TOS, the whole octet. */
  readonly tos: number
  /** IANA number; FRA_IP_PROTO. */
  readonly ipproto: number
  readonly sport: Range
  readonly dport: Range
  readonly uidrange: Range
  /** FRA_DSCP, 0…63. The kernel rejects a rule with both `tos` and `dscp`. */
  readonly dscp: number
}

/** SELECTOR of ip-rule(8). Every set field must match. */
export interface Selector extends Partial<SelectorValues> {
  /** FIB_RULE_INVERT: inverts the whole match. */
  readonly not?: boolean
}

/** The kernel drops a prefix of length 0: `from 0.0.0.0/0` reads back as `from all`. */
export const asStored = ({ from, to, ...rest }: Selector): Selector => ({
  ...rest,
  ...(from === undefined || from.length === 0 ? {} : { from }),
  ...(to === undefined || to.length === 0 ? {} : { to }),
})

/** Without bits beyond the length of a prefix, which the kernel keeps and ignores (fib4_rule_match). */
export function asMatched(selector: Selector): Selector {
  const { from, to, ...rest } = asStored(selector)
  return {
    ...rest,
    ...(from === undefined ? {} : { from: networkOf(from) }),
    ...(to === undefined ? {} : { to: networkOf(to) }),
  }
}

export type RuleAction =
  | { readonly type: 'lookup'; readonly table: TableId; readonly suppressPrefixlength?: number }
  | { readonly type: 'goto'; readonly pref: Preference }
  | { readonly type: 'blackhole' | 'unreachable' | 'prohibit' }
