// A rule as the value of a keyfile's `routing-ruleN` (nm-settings-keyfile(5), `ip rule` words with some of them changed).
import { formatPrefix } from '../../kernel/prefix.js'
import { formatFwmark } from '../../kernel/fwmark.js'
import { formatRange, formatRangeFull } from '../../kernel/range.js'
import type { Rule, RuleAction, Selector } from '../../plan/plan.js'

export const ruleValue = (rule: Rule): string =>
  ['priority', String(rule.pref), ...selectorWords(rule.selector), ...actionWords(rule.action)].join(' ')

function selectorWords(selector: Selector): readonly string[] {
  const words: string[] = []
  if (selector.not === true) words.push('not')
  if (selector.from !== undefined) words.push('from', formatPrefix(selector.from))
  if (selector.to !== undefined) words.push('to', formatPrefix(selector.to))
  // Read as hexadecimal with or without the sign of it.
  if (selector.tos !== undefined) words.push('tos', `0x${selector.tos.toString(16).padStart(2, '0')}`)
  if (selector.fwmark !== undefined) words.push('fwmark', formatFwmark(selector.fwmark))
  if (selector.iif !== undefined) words.push('iif', selector.iif)
  if (selector.oif !== undefined) words.push('oif', selector.oif)
  if (selector.uidrange !== undefined) words.push('uidrange', formatRangeFull(selector.uidrange))
  if (selector.ipproto !== undefined) words.push('ipproto', String(selector.ipproto))
  if (selector.sport !== undefined) words.push('sport', formatRange(selector.sport))
  if (selector.dport !== undefined) words.push('dport', formatRange(selector.dport))
  return words
}

/** `goto` has been refused: a profile has no word for it. */
function actionWords(action: RuleAction): readonly string[] {
  if (action.type === 'goto') throw new Error('goto in a keyfile')
  if (action.type !== 'lookup') return [action.type]
  const suppressor =
    action.suppressPrefixlength === undefined
      ? []
      : ['suppress_prefixlength', String(action.suppressPrefixlength)]
  return ['table', String(action.table), ...suppressor]
}
