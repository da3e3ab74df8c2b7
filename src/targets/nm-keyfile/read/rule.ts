// Reader for `routing-ruleN` of a keyfile: words like those of `ip rule`, with NetworkManager's own meaning of some.
import type { Family } from '../../../kernel/family.js'
import { WHOLE_MARK } from '../../../kernel/fwmark.js'
import { isLinkName } from '../../../kernel/link.js'
import type { Preference } from '../../../kernel/preference.js'
import { anyPrefix, networkOf, type Prefix } from '../../../kernel/prefix.js'
import { parseRange } from '../../../kernel/range.js'
import type { RuleAction, Selector, SelectorValues } from '../../../kernel/rule.js'
import { selectors, type SelectorName } from '../../../kernel/selectors.js'
import { MAX_TABLE, reservedTableNames, RT_TABLE_MAIN } from '../../../kernel/table.js'
import { ok, type Result } from '../../../stdlib/result.js'
import { prefixOf } from '../../shared/networkmanager/read/addresses.js'
import { ruleWords } from '../rule.js'

export interface ReadRule {
  readonly pref: Preference
  readonly selector: Selector
  readonly action: RuleAction
}

/** nm_ip_routing_rule_from_string(): further spellings of a word. Nothing may be abbreviated. */
const aliases: Readonly<Record<string, string>> = {
  ...{ order: ruleWords.priority, pref: ruleWords.priority, preference: ruleWords.priority },
  ...{ lookup: ruleWords.table, dsfield: 'tos', dev: 'iif', sup_pl: ruleWords.suppressor },
}

const rejects = ['blackhole', 'unreachable', 'prohibit'] as const

const isSelector = (word: string): word is SelectorName => Object.hasOwn(selectors, word)

/** The rule, or why NetworkManager ignores it. */
export function readRule(text: string, family: Family): Result<ReadRule> {
  const values = new Map<string, string>()
  let not = false
  let reject: (typeof rejects)[number] | undefined
  const words = text.split(/[ \t\n\r\f]+/).filter((word) => word !== '')
  for (let at = 0; at < words.length; at++) {
    const written = words[at] ?? ''
    const word = Object.hasOwn(aliases, written) ? (aliases[written] ?? written) : written
    const action = rejects.find((one) => one === word)
    if (word === 'not') not = true
    else if (action !== undefined && reject === undefined) reject = action
    else {
      const value = words[++at]
      if (!isSelector(word) && !Object.values<string>(ruleWords).includes(word) && word !== 'type')
        return fail(`it does not know \`${written}\``)
      if (value === undefined) return fail(`\`${written}\` needs a value`)
      if (values.has(word)) return fail(`\`${written}\` is there twice`)
      values.set(word, value)
    }
  }
  const type = values.get('type')
  values.delete('type')
  if (type !== undefined) {
    reject = rejects.find((one) => one === type)
    if (reject === undefined) return fail(`\`type ${type}\` is no action of a description`)
  }
  const pref = numberIn(values.get(ruleWords.priority), 0, 0xffffffff)
  if (pref === undefined) return fail('it needs a `priority`')
  const action = actionOf(values, reject)
  if (typeof action === 'string') return fail(action)
  const selector: { -readonly [K in keyof Selector]: Selector[K] } = not ? { not } : {}
  for (const [word, value] of values) {
    if (!isSelector(word)) continue
    const problem = setSelector(selector, word, value, family)
    if (problem) return fail(`\`${word} ${value}\` is not valid`)
  }
  return ok({ pref, selector, action })
}

const fail = (problem: string): Result<never> => ({ ok: false, problem })

function actionOf(
  values: ReadonlyMap<string, string>,
  reject: (typeof rejects)[number] | undefined,
): RuleAction | string {
  const word = values.get(ruleWords.table)
  const table = word === undefined ? RT_TABLE_MAIN : tableOf(word)
  if (table === undefined) return `\`table ${word ?? ''}\` is no number of a table`
  if (reject !== undefined) return { type: reject }
  const suppressor = values.get(ruleWords.suppressor)
  const length = numberIn(suppressor, 0, 0x7fffffff)
  if (suppressor !== undefined && length === undefined) return `\`${ruleWords.suppressor}\` needs a number`
  return { type: 'lookup', table, ...(length === undefined ? {} : { suppressPrefixlength: length }) }
}

/** Names of rt_tables are not read. */
const tableOf = (word: string): number | undefined =>
  numberIn(word, 1, MAX_TABLE) ?? (word === 'unspec' ? undefined : reservedTableNames[word])

/** Whether the value is invalid. */
function setSelector(
  selector: { -readonly [K in keyof Selector]: Selector[K] },
  word: SelectorName,
  value: string,
  family: Family,
): boolean {
  const read = readers[word](value, family)
  if (read !== undefined) Object.assign(selector, { [word]: read })
  return read === undefined
}

const readers: {
  readonly [K in SelectorName]: (value: string, family: Family) => SelectorValues[K] | undefined
} = {
  from: prefixIn,
  to: prefixIn,
  iif: (value) => (isLinkName(value) ? value : undefined),
  oif: (value) => (isLinkName(value) ? value : undefined),
  fwmark: (value) => {
    const [mark, mask, ...more] = value.split('/')
    const parsed = {
      value: numberIn(mark, 0, WHOLE_MARK),
      mask: mask === undefined ? WHOLE_MARK : numberIn(mask, 0, WHOLE_MARK),
    }
    return parsed.value === undefined || parsed.mask === undefined || more.length > 0
      ? undefined
      : { value: parsed.value, mask: parsed.mask }
  },
  // Hexadecimal with or without 0x.
  tos: (value) => (/^(?:0x)?[\da-f]{1,2}$/i.test(value) ? Number.parseInt(value, 16) : undefined),
  ipproto: (value) => (/^\d{1,3}$/.test(value) && Number(value) <= 255 ? Number(value) : undefined),
  sport: (value) => parseRange(value, 1, 65535),
  dport: (value) => parseRange(value, 1, 65535),
  uidrange: (value) => parseRange(value, 0, 0xffffffff),
  dscp: () => undefined,
}

function prefixIn(value: string, family: Family): Prefix | undefined {
  if (value === 'all') return anyPrefix(family)
  const [text = '', length = '', ...more] = value.split('/')
  const prefix = prefixOf(family, text, length, family === 'inet' ? 32 : 128)
  return prefix === undefined || more.length > 0 ? undefined : networkOf(prefix)
}

/** Decimal, hexadecimal, or octal with a leading zero, as strtoll() with base 0. */
function numberIn(text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined || !/^(?:0x[\da-f]+|\d+)$/i.test(text)) return undefined
  const number = /^0\d/.test(text) ? Number.parseInt(text, 8) : Number(text)
  return number >= min && number <= max ? number : undefined
}
