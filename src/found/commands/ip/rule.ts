// `ip rule add`, `del` and `flush` (iprule_modify of iproute2).
import { parseDscp } from '../../../kernel/dscp.js'
import type { Family } from '../../../kernel/family.js'
import { WHOLE_MARK, type Fwmark } from '../../../kernel/fwmark.js'
import { kernelRules } from '../../../kernel/kernel-rules.js'
import { isLinkName, type LinkName } from '../../../kernel/link.js'
import { LOCAL_PREFERENCE, VRF_PREFERENCE } from '../../../kernel/preference.js'
import { networkOf, type Prefix } from '../../../kernel/prefix.js'
import { parseIpProtocol } from '../../../kernel/protocol.js'
import { parseRange } from '../../../kernel/range.js'
import type { RuleAction, Selector, SelectorValues } from '../../../kernel/rule.js'
import { mapSelector, selectors, type SelectorName } from '../../../kernel/selectors.js'
import { RT_TABLE_MAIN } from '../../../kernel/table.js'
import { ruleActionKeywords, ruleKeywords } from '../../../syntax/ip-keywords.js'
import type { Collector } from '../../collector.js'
import type { FoundRule } from '../../found.js'
import type { CommandItem } from '../command-item.js'
import { parseIpPrefix, parseNumber } from '../values.js'
import { createWords, meaningOf, type Words } from '../words.js'

/** `null` for a value that the kernel takes as no selector. */
type Read<T> = (text: string, family: Family) => T | null | undefined

const prefix: Read<Prefix> = (text, family) => {
  const read = parseIpPrefix(text, family)
  if (read === undefined) return undefined
  // The kernel compares the bits of the prefix only, and takes host bits.
  return read === 'any' || read.length === 0 ? null : networkOf(read)
}
const link: Read<LinkName> = (text) => (isLinkName(text) ? text : undefined)

/** Names of rt_dsfield, or a hexadecimal number without a sign of it (rtnl_dsfield_a2n). */
export function parseTos(text: string): number | undefined {
  const dscp = /^(?:default|AF[1-4][1-3]|CS[1-7]|EF)$/.test(text) ? parseDscp(text) : undefined
  if (dscp !== undefined) return dscp << 2
  return /^(?:0x)?[\da-f]{1,2}$/i.test(text) ? Number.parseInt(text, 16) : undefined
}

function fwmark(text: string): Fwmark | null | undefined {
  const [value, mask, ...more] = text.split('/').map(parseNumber)
  if (value === undefined || more.length > 0) return undefined
  if (text.includes('/')) return mask === undefined ? undefined : mask === 0 ? null : { value, mask }
  return value === 0 ? null : { value, mask: WHOLE_MARK }
}

const readers: { readonly [K in SelectorName]: Read<SelectorValues[K]> } = {
  from: prefix,
  to: prefix,
  tos: (text, family) => {
    const tos = parseTos(text)
    // fib4_rule_configure() and fib6_rule_configure() refuse other bits.
    return tos !== undefined && (tos & (family === 'inet' ? ~0x1c : 3)) === 0 ? tos : undefined
  },
  fwmark,
  iif: link,
  oif: link,
  uidrange: (text) => (text.includes('-') ? parseRange(text, 0, 0xfffffffe) : undefined),
  ipproto: (text) => (text === '0' ? null : parseIpProtocol(text)),
  sport: (text) => parseRange(text, 1, 65535),
  dport: (text) => parseRange(text, 1, 65535),
  dscp: parseDscp,
}

interface RuleWords {
  readonly family: Family
  pref?: number
  selector: Selector
  action?: RuleAction
  l3mdev?: true
  /** Of a word. */
  isUnicast?: true
}

export function readRuleCommand(
  verb: 'add' | 'del',
  args: readonly string[],
  family: Family,
  item: CommandItem,
  collector: Collector,
): void {
  const words = createWords(args)
  const rule = readRule(words, family, item, collector)
  if (args.length === 0) words.fail('`ip rule` needs arguments')
  if (words.problem !== undefined) return collector.unknown(item.place, words.problem)
  if (rule.l3mdev === true) return readL3mdev(verb, rule, item, collector)
  if (verb === 'del') return deleteRule(rule, item, collector)
  const { pref, selector, action = { type: 'lookup', table: RT_TABLE_MAIN } } = rule
  collector.rule({ ...item, family, ...(pref === undefined ? {} : { pref }), selector, action })
}

function readRule(words: Words, family: Family, { place }: CommandItem, collector: Collector): RuleWords {
  const rule: RuleWords = { family, selector: {} }
  let suppressPrefixlength: number | undefined
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const meaning = meaningOf(word, ruleKeywords)
    if (meaning === 'not') rule.selector = { ...rule.selector, not: true }
    else if (meaning === 'pref') {
      const pref = words.value(word, parseNumber)
      if (pref !== undefined) rule.pref = pref
    } else if (meaning === 'lookup') {
      const table = words.value(word, (text) => collector.tableOf(text) ?? missingTable(text, words))
      if (table !== undefined) rule.action = { type: 'lookup', table }
    } else if (meaning === 'suppress_prefixlength') suppressPrefixlength = words.value(word, parseNumber)
    else if (meaning === 'protocol') {
      words.value(word, String)
      collector.withoutEffect(place, '`protocol` marks who added the rule')
    } else if (meaning === 'l3mdev') rule.l3mdev = true
    else if (meaning === 'unknown') words.fail(`\`${word}\` has no counterpart`)
    else if (meaning === undefined || meaning === 'type')
      readAction(meaning === undefined ? word : (words.next() ?? ''), rule, words)
    else readSelector(meaning, word, rule, words)
  }
  if (suppressPrefixlength !== undefined) {
    const action = rule.action ?? { type: 'lookup', table: RT_TABLE_MAIN }
    if (action.type === 'lookup') rule.action = { ...action, suppressPrefixlength }
    else words.fail('`suppress_prefixlength` has a meaning for lookups only')
  }
  // The kernel takes an empty table then (fib_empty_table).
  if (rule.isUnicast === true && rule.action === undefined) words.fail('`unicast` needs a table')
  return rule
}

const missingTable = (text: string, words: Words): undefined =>
  words.fail(`no file names a table \`${text}\``)

function readAction(word: string, rule: RuleWords, words: Words): void {
  const type = meaningOf(word, ruleActionKeywords)
  if (type === 'goto') {
    const pref = words.value(word, parseNumber)
    if (pref !== undefined) rule.action = { type, pref }
  } else if (type === undefined) words.fail(`\`${word}\` is no word that multihome knows for a rule`)
  else if (type === 'unicast') rule.isUnicast = true
  else rule.action = { type }
}

function readSelector<K extends SelectorName>(name: K, word: string, rule: RuleWords, words: Words): void {
  const { family } = rule
  const value = words.value(word, (text) => {
    if ((name === 'from' || name === 'to') && text.includes(':') && family === 'inet')
      words.fail('`ip rule` takes an IPv6 address only with -6')
    return readers[name](text, family)
  })
  if (value !== undefined && value !== null) rule.selector = { ...rule.selector, [name]: value }
}

/** The kernel adds the rule for VRFs itself (vrf_fib_rule). */
function readL3mdev(
  verb: 'add' | 'del',
  rule: RuleWords,
  { place }: CommandItem,
  collector: Collector,
): void {
  if (verb === 'add' && rule.pref === VRF_PREFERENCE)
    collector.withoutEffect(place, 'the kernel adds the rule for VRFs itself')
  else collector.unknown(place, '`l3mdev` at another place than the kernel’s has no counterpart')
}

/** Deletes the first rule with the given attributes, as rule_find() of the kernel does. */
function deleteRule(wanted: RuleWords, { place }: CommandItem, collector: Collector): void {
  const isWanted = (rule: Omit<FoundRule, 'place'>): boolean => isFoundBy(rule, wanted)
  const [first] = collector.soFar.rules
    .filter(isWanted)
    .sort((a, b) => (a.pref ?? Infinity) - (b.pref ?? Infinity))
  const kernelRule = kernelRules.find(isWanted)
  if (first !== undefined && (first.pref ?? 0) <= (kernelRule?.pref ?? Infinity)) {
    collector.remove(first)
    collector.withoutEffect(place, `it removes the rule of line ${first.place.line} of ${first.place.file}`)
  } else if (kernelRule !== undefined)
    collector.unknown(place, `it removes the kernel’s own rule with preference ${kernelRule.pref}`)
  else collector.withoutEffect(place, 'it removes a rule that nothing has added')
}

function isFoundBy(rule: Omit<FoundRule, 'place'>, wanted: RuleWords): boolean {
  if (rule.family !== wanted.family) return false
  if (wanted.pref !== undefined && rule.pref !== wanted.pref) return false
  if (wanted.selector.not === true && rule.selector.not !== true) return false
  if (wanted.action !== undefined && !isSameAction(rule.action, wanted.action)) return false
  const texts = textsOf(rule.selector)
  return [...textsOf(wanted.selector)].every(([name, text]) => texts.get(name) === text)
}

const isSameAction = (a: RuleAction, b: RuleAction): boolean =>
  a.type === b.type &&
  (a.type !== 'lookup' || b.type !== 'lookup' || a.table === b.table) &&
  (a.type !== 'goto' || b.type !== 'goto' || a.pref === b.pref)

const textsOf = (selector: Selector): ReadonlyMap<SelectorName, string> =>
  new Map(mapSelector(selector, (name, value) => [name, selectors[name].format(value)] as const))

/** `ip rule flush table 100`: deletes each rule with the attributes. */
export function flushMatchingRules(
  args: readonly string[],
  family: Family,
  item: CommandItem,
  collector: Collector,
): void {
  const words = createWords(args)
  const wanted = readRule(words, family, item, collector)
  if (words.problem !== undefined) return collector.unknown(item.place, words.problem)
  const isWanted = (rule: Omit<FoundRule, 'place'>): boolean => isFoundBy(rule, wanted)
  const kernelRule = kernelRules.find((rule) => rule.pref !== LOCAL_PREFERENCE && isWanted(rule))
  for (const rule of collector.soFar.rules.filter(isWanted)) collector.remove(rule)
  if (kernelRule === undefined) collector.withoutEffect(item.place, 'it removes rules that were added before')
  else collector.unknown(item.place, `it removes the kernel’s own rule with preference ${kernelRule.pref}`)
}

/** `ip rule flush` deletes every rule but the one with preference 0 (flush_rule of iproute2). */
export function flushRules(families: readonly Family[], { place }: CommandItem, collector: Collector): void {
  for (const family of families) {
    for (const rule of collector.soFar.rules.filter((each) => each.family === family)) collector.remove(rule)
    collector.atEnd(() => {
      const isBack = collector.soFar.rules.some(
        ({ family: other, selector, action }) =>
          other === family &&
          Object.keys(selector).length === 0 &&
          action.type === 'lookup' &&
          action.table === RT_TABLE_MAIN,
      )
      if (isBack) collector.withoutEffect(place, 'it removes all rules, and others are added afterwards')
      else collector.unknown(place, 'it removes the kernel’s own rule for main, and nothing adds it again')
    })
  }
}
