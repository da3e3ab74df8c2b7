// A rule as the value of a keyfile's `routing-ruleN` (nm-settings-keyfile(5), `ip rule` words with some of them changed).
import { formatPrefix } from '../../kernel/prefix.js'
import { selectorTokens } from '../../kernel/selectors.js'
import type { Rule, RuleAction } from '../../plan/plan.js'

/** Beside the selectors. */
export const ruleWords = {
  priority: 'priority',
  table: 'table',
  suppressor: 'suppress_prefixlength',
} as const

/** Prefixes need their length. `tos` is read as hexadecimal with or without `0x`, as ip(8) does. */
export const ruleValue = (rule: Rule): string =>
  [
    ...[ruleWords.priority, String(rule.pref)],
    ...selectorTokens(rule.selector, { from: formatPrefix, to: formatPrefix }),
    ...actionTokens(rule.action),
  ].join(' ')

/** `goto` and `dscp` are in no file: they are refused. */
function actionTokens(action: RuleAction): readonly string[] {
  if (action.type === 'goto') return ['goto', String(action.pref)]
  if (action.type !== 'lookup') return [action.type]
  const suppressor =
    action.suppressPrefixlength === undefined
      ? []
      : [ruleWords.suppressor, String(action.suppressPrefixlength)]
  return [ruleWords.table, String(action.table), ...suppressor]
}
