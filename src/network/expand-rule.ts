// One written rule → its elements: a list means one rule for each entry, a link the prefixes of its addresses.
import type { OneOrMany, PrefixOrLink, RuleDescription } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { familyName, type Family } from '../kernel/family.js'
import { distinctPrefixes, formatPrefix, hasHostBits, networkOf, type Prefix } from '../kernel/prefix.js'
import { checkMarkBits } from './resolve-gateways.js'
import { entriesOf, findLink } from './references.js'
import type { RuleContext } from './rule-context.js'
import type { Selector } from '../kernel/rule.js'
import type { RuleExpansion } from './network.js'

const SELECTOR_KEYS = [
  'from',
  'to',
  'iif',
  'oif',
  'fwmark',
  'tos',
  'ipproto',
  'sport',
  'dport',
  'uidrange',
] as const

/** undefined when something is wrong, which is then reported. */
export function expandRule(
  rule: RuleDescription,
  open: readonly Family[],
  context: RuleContext,
  reporter: Reporter,
): readonly RuleExpansion[] | undefined {
  checkNot(rule, reporter)
  checkUids(rule, reporter)
  const choices = {
    from: prefixChoices(rule.from, context, reporter.at('from')),
    to: prefixChoices(rule.to, context, reporter.at('to')),
    iif: linkChoices(rule.iif, context, reporter.at('iif')),
    oif: linkChoices(rule.oif, context, reporter.at('oif')),
    fwmark: entriesOf(rule.fwmark).map(([index, written]) => {
      checkMarkBits(written, context.coexist, reporter.at('fwmark', ...index))
      return { fwmark: written.mark }
    }),
    tos: entriesOf(rule.tos).map(([index, tos]) => {
      checkTos(tos, open, rule, reporter.at('tos', ...index))
      return { tos }
    }),
    ipproto: entriesOf(rule.ipproto).map(([, ipproto]) => ({ ipproto })),
    sport: entriesOf(rule.sport).map(([, sport]) => ({ sport })),
    dport: entriesOf(rule.dport).map(([, dport]) => ({ dport })),
    uidrange: entriesOf(rule.uidrange).map(([, uidrange]) => ({ uidrange })),
  }
  if (
    choices.from === undefined ||
    choices.to === undefined ||
    choices.iif === undefined ||
    choices.oif === undefined
  )
    return undefined
  const plain = product([
    choices.iif,
    choices.oif,
    choices.fwmark,
    choices.tos,
    choices.ipproto,
    choices.sport,
    choices.dport,
    choices.uidrange,
  ])
  const not = rule.not === true ? { not: true } : {}
  const elements: RuleExpansion[] = []
  const used = { from: new Set<PrefixChoice>(), to: new Set<PrefixChoice>() }
  for (const from of choices.from.length === 0 ? [undefined] : choices.from) {
    for (const to of choices.to.length === 0 ? [undefined] : choices.to) {
      const ends: Record<Family, Selector[]> = { inet: [], inet6: [] }
      for (const family of open)
        for (const source of inFamily(from, family))
          for (const target of inFamily(to, family))
            ends[family].push({
              ...not,
              ...(source === undefined ? {} : { from: source }),
              ...(target === undefined ? {} : { to: target }),
            })
      if (ends.inet.length + ends.inet6.length === 0) continue
      if (from !== undefined) used.from.add(from)
      if (to !== undefined) used.to.add(to)
      for (const rest of plain)
        elements.push({
          inet: ends.inet.map((match) => ({ ...match, ...rest })),
          inet6: ends.inet6.map((match) => ({ ...match, ...rest })),
        })
    }
  }
  return reportUnused(rule, choices.from, choices.to, used, elements, reporter) ? undefined : elements
}

interface PrefixChoice {
  readonly text: string
  readonly prefixes: readonly Prefix[]
  readonly at: Reporter
}

const inFamily = (choice: PrefixChoice | undefined, family: Family): readonly (Prefix | undefined)[] =>
  choice === undefined ? [undefined] : choice.prefixes.filter((prefix) => prefix.family === family)

/** A written prefix of which no rule comes would be dropped silently: say so. */
function reportUnused(
  rule: RuleDescription,
  from: readonly PrefixChoice[],
  to: readonly PrefixChoice[],
  used: { readonly from: Set<PrefixChoice>; readonly to: Set<PrefixChoice> },
  elements: readonly RuleExpansion[],
  reporter: Reporter,
): boolean {
  const lost = [
    ...from.filter((choice) => !used.from.has(choice)).map((choice) => ['from', choice, to[0]] as const),
    ...to.filter((choice) => !used.to.has(choice)).map((choice) => ['to', choice, from[0]] as const),
  ]
  for (const [key, choice, opposite] of lost) {
    const family = choice.prefixes[0]?.family
    const isMixed =
      family !== undefined &&
      opposite !== undefined &&
      opposite.prefixes.every((prefix) => prefix.family !== family)
    if (isMixed && rule.family === undefined)
      choice.at.report('families-mixed', { a: choice.text, b: opposite.text })
    else choice.at.report('rule-no-family-left', { key })
    if (isMixed) break
  }
  if (lost.length === 0 && elements.length === 0) {
    const key = rule.gateway === undefined ? 'family' : 'gateway'
    reporter.at(key).report('rule-no-family-left', { key })
    return true
  }
  return lost.length > 0
}

function prefixChoices(
  written: OneOrMany<PrefixOrLink> | undefined,
  { links }: RuleContext,
  reporter: Reporter,
): readonly PrefixChoice[] | undefined {
  let good = true
  const choices = entriesOf(written).map(([index, each]): PrefixChoice => {
    const at = reporter.at(...index)
    if ('link' in each) {
      const name = findLink(links, each.link, at, 'declared')
      const link = name === undefined ? undefined : links.get(name)
      if (link === undefined) good = false
      return {
        text: each.link,
        prefixes: distinctPrefixes((link?.addresses ?? []).map(({ prefix }) => networkOf(prefix))),
        at,
      }
    }
    const text = formatPrefix(each.prefix)
    if (hasHostBits(each.prefix)) {
      at.report('host-bits', { text, network: formatPrefix(networkOf(each.prefix)) })
      good = false
    }
    return { text, prefixes: [each.prefix], at }
  })
  return good ? choices : undefined
}

function linkChoices(
  written: OneOrMany<string> | undefined,
  { links }: RuleContext,
  reporter: Reporter,
): readonly Selector[] | undefined {
  const key = reporter.path.at(-1) === 'iif' ? 'iif' : 'oif'
  const found: Selector[] = []
  let good = true
  for (const [index, name] of entriesOf(written)) {
    const link = findLink(links, name, reporter.at(...index), 'or-loopback')
    if (link === undefined) good = false
    else found.push({ [key]: link })
  }
  return good ? found : undefined
}

function checkNot(rule: RuleDescription, reporter: Reporter): void {
  if (rule.not !== true) return
  const selectors = SELECTOR_KEYS.filter((key) => rule[key] !== undefined)
  for (const key of selectors)
    if (Array.isArray(rule[key])) reporter.at(key).report('rule-not-with-list', { key }, { on: 'key' })
  if (selectors.every((key) => isAll(rule[key])))
    reporter.at('not').report('rule-not-nothing', {}, { on: 'key' })
  if (selectors.length > 1) reporter.at('not').report('rule-not-several', { selectors }, { on: 'key' })
}

/** A packet that is forwarded belongs to no user, and the kernel takes it for root's. */
function checkUids({ uidrange, iif, oif, not }: RuleDescription, reporter: Reporter): void {
  if (not === true || iif !== undefined || oif !== undefined) return
  for (const [index, { first }] of entriesOf(uidrange))
    if (first === 0) reporter.at('uidrange', ...index).report('uid-of-forwarded', {})
}

/** A prefix of length 0 is no selector for the kernel. */
const isAll = (end: RuleDescription[(typeof SELECTOR_KEYS)[number]]): boolean =>
  entriesOf(end).every(([, each]) => typeof each === 'object' && 'prefix' in each && each.prefix.length === 0)

/** What fib4_rule_configure and fib6_rule_configure take: no ECN bits, and in IPv4 (IPTOS_TOS_MASK) not the high ones. */
const TOS_BITS: Readonly<Record<Family, number>> = { inet: 0x1c, inet6: 0xfc }

function checkTos(tos: number, open: readonly Family[], rule: RuleDescription, reporter: Reporter): void {
  const ends = [...entriesOf(rule.from), ...entriesOf(rule.to)].map(([, end]) => end)
  const refusing = open.find(
    (family) =>
      (tos & ~TOS_BITS[family]) !== 0 && ends.every((end) => 'link' in end || end.prefix.family === family),
  )
  const text = `0x${tos.toString(16)}`
  if (tos === 0)
    reporter.report('tos-invalid', { tos: text, why: 'the kernel takes 0 for any tos, so all would match' })
  else if (refusing !== undefined)
    reporter.report('tos-invalid', {
      tos: text,
      why: `${familyName(refusing)} rules refuse some of its bits`,
    })
}

/** Every combination of one entry of each list; an empty list has nothing to say. */
function product(lists: readonly (readonly Selector[])[]): readonly Selector[] {
  let combined: readonly Selector[] = [{}]
  for (const list of lists)
    if (list.length > 0) combined = combined.flatMap((match) => list.map((entry) => ({ ...match, ...entry })))
  return combined
}
