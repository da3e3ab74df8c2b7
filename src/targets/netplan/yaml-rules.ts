// A rule as an item of netplan's `routing-policy`, or why it cannot be one.
import { WHOLE_MARK } from '../../kernel/fwmark.js'
import { anyPrefix, formatPrefix } from '../../kernel/prefix.js'
import { setSelectors } from '../../kernel/selectors.js'
import type { Rule, Selector } from '../../plan/plan.js'
import type { YamlValue } from '../../syntax/yaml.js'
import { ruleWords } from './keys.js'
import type { Renderer } from './settings.js'

/** netplan prints a mark with %d: a larger one comes out negative, and networkd ignores the rule. */
const MAX_MARK = 2147483647

/** Keys of `routing-policy` (netplan's src/parse.c, ip_rules_handlers), and `not`, which is refused where it is true. */
const selectors: readonly (keyof Selector)[] = ['not', 'from', 'to', 'fwmark', 'tos']

export function ruleProblem({ selector, action }: Rule, renderer: Renderer): string | undefined {
  const { fwmark, tos } = selector
  if (action.type !== 'lookup' || action.suppressPrefixlength !== undefined)
    return 'an item of routing-policy looks up a table and does nothing else'
  if (selector.not === true) return 'routing-policy has no inverted rule'
  const other = setSelectors(selector).find((key) => !selectors.includes(key))
  if (other !== undefined) return `routing-policy has no key for ${other}`
  if (fwmark !== undefined && fwmark.mask !== WHOLE_MARK) return 'routing-policy’s mark takes no mask'
  if (fwmark?.value === 0) return 'routing-policy ignores the mark 0'
  if (fwmark !== undefined && fwmark.value > MAX_MARK)
    return `netplan prints a mark above ${MAX_MARK} as a negative number`
  if (tos !== undefined && renderer === 'NetworkManager')
    return 'netplan writes type-of-service in decimal, NetworkManager reads it as hexadecimal'
  return undefined
}

/** netplan requires `from` or `to`. A prefix of length 0 is no selector to the kernel. */
export function yamlRule({ family, pref, selector, action }: Rule): YamlValue {
  const { from, to, fwmark, tos } = selector
  const source = from ?? (to === undefined ? anyPrefix(family) : undefined)
  return {
    [ruleWords.from]: source === undefined ? undefined : formatPrefix(source),
    [ruleWords.to]: to === undefined ? undefined : formatPrefix(to),
    [ruleWords.fwmark]: fwmark?.value,
    [ruleWords.tos]: tos,
    ...(action.type === 'lookup' ? { [ruleWords.table]: action.table } : {}),
    [ruleWords.pref]: pref,
  }
}
