// Expansion of a rule: one element for each combination of list entries; a link becomes the prefixes of its addresses.
import type { OneOrMany, PrefixOrLink, RuleDescription } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { familyName, type Family } from '../kernel/family.js'
import { distinctPrefixes, formatPrefix, hasHostBits, networkOf, type Prefix } from '../kernel/prefix.js'
import { checkMarkBits } from './resolve-gateways.js'
import { entriesOf, findLink, findLinkOrLoopback, type RuleContext } from './references.js'
import { MAX_PREFERENCE } from '../kernel/preference.js'
import type { Selector } from '../kernel/rule.js'
import { selectorNames, type SelectorName } from '../kernel/selectors.js'
import type { RuleExpansion } from './network.js'

/** As many as the kernel has priorities for. */
export const MAX_RULES = MAX_PREFERENCE

/** undefined after an error, which is reported. `before` is the number of elements of the rules before. */
export function expandRule(
  rule: RuleDescription,
  open: readonly Family[],
  context: RuleContext,
  reporter: Reporter,
  before = 0,
): readonly RuleExpansion[] | undefined {
  checkNot(rule, reporter)
  checkUids(rule, reporter)
  if (rule.tos !== undefined && rule.dscp !== undefined)
    reporter.at('dscp').report('tos-and-dscp', {}, { on: 'key' })
  const ends = {
    from: prefixChoices(rule.from, context, reporter.at('from')),
    to: prefixChoices(rule.to, context, reporter.at('to')),
    iif: linkChoices(rule.iif, context, reporter.at('iif')),
    oif: linkChoices(rule.oif, context, reporter.at('oif')),
  }
  const plainLists: Readonly<Record<Exclude<SelectorName, keyof typeof ends>, readonly Selector[]>> = {
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
    dscp: entriesOf(rule.dscp).map(([, dscp]) => ({ dscp })),
  }
  const { from: sources, to: destinations, iif, oif } = ends
  if (sources === undefined || destinations === undefined || iif === undefined || oif === undefined)
    return undefined
  const plainSelectors = [iif, oif, ...Object.values(plainLists)]
  const ofPlain = plainSelectors.reduce((total, { length }) => total * Math.max(1, length), 1)
  const elementCount = ofPlain * Math.max(1, sources.length) * Math.max(1, destinations.length)
  // A link may have many prefixes, so one element may have many selectors of a family.
  const selectorCounts = open.map(
    (family) => ofPlain * prefixCount(sources, family) * prefixCount(destinations, family),
  )
  const count = Math.max(elementCount, ...selectorCounts)
  if (before + count > MAX_RULES) {
    reporter.report('rule-too-many', { count: before + count, limit: MAX_RULES }, { on: 'key' })
    return undefined
  }
  const plain = product(plainSelectors)
  const not = rule.not === true ? { not: true } : {}
  const elements: RuleExpansion[] = []
  const used = { from: new Set<PrefixChoice>(), to: new Set<PrefixChoice>() }
  for (const from of sources.length === 0 ? [undefined] : sources) {
    for (const to of destinations.length === 0 ? [undefined] : destinations) {
      const matches: Record<Family, Selector[]> = { inet: [], inet6: [] }
      for (const family of open)
        for (const source of inFamily(from, family))
          for (const target of inFamily(to, family))
            matches[family].push({ ...not, from: source, to: target })
      if (matches.inet.length + matches.inet6.length === 0) continue
      if (from !== undefined) used.from.add(from)
      if (to !== undefined) used.to.add(to)
      for (const rest of plain)
        elements.push({
          inet: matches.inet.map((match) => ({ ...match, ...rest })),
          inet6: matches.inet6.map((match) => ({ ...match, ...rest })),
        })
    }
  }
  return reportUnused(rule, sources, destinations, used, elements, reporter) ? undefined : elements
}

interface PrefixChoice {
  readonly text: string
  readonly prefixes: readonly Prefix[]
  readonly at: Reporter
}

const inFamily = (choice: PrefixChoice | undefined, family: Family): readonly (Prefix | undefined)[] =>
  choice === undefined ? [undefined] : choice.prefixes.filter((prefix) => prefix.family === family)

const prefixCount = (choices: readonly PrefixChoice[], family: Family): number =>
  choices.length === 0 ? 1 : choices.reduce((total, choice) => total + inFamily(choice, family).length, 0)

/** Reports a prefix that is in no element, which would be dropped silently. */
function reportUnused(
  rule: RuleDescription,
  from: readonly PrefixChoice[],
  to: readonly PrefixChoice[],
  used: { readonly from: Set<PrefixChoice>; readonly to: Set<PrefixChoice> },
  elements: readonly RuleExpansion[],
  reporter: Reporter,
): boolean {
  if (reporter.isBroken(...reporter.path)) return true
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
      const link = findLink(links, each.link, at)
      if (link === undefined || reporter.isBroken('links', link.name)) good = false
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
    const link = findLinkOrLoopback(links, name, reporter.at(...index))
    if (link === undefined) good = false
    else found.push({ [key]: link })
  }
  return good ? found : undefined
}

function checkNot(rule: RuleDescription, reporter: Reporter): void {
  if (rule.not !== true) return
  const selectors = selectorNames.filter((key) => rule[key] !== undefined)
  for (const key of selectors)
    if (Array.isArray(rule[key])) reporter.at(key).report('rule-not-with-list', { key }, { on: 'key' })
  if (selectors.every((key) => isAll(rule[key])) && !reporter.isBroken(...reporter.path))
    reporter.at('not').report('rule-not-nothing', {}, { on: 'key' })
  if (selectors.length > 1) reporter.at('not').report('rule-not-several', { selectors }, { on: 'key' })
}

/** A forwarded packet has no user, and the kernel treats it as root's. */
function checkUids({ uidrange, iif, oif, not }: RuleDescription, reporter: Reporter): void {
  if (not === true || iif !== undefined || oif !== undefined) return
  for (const [index, { first }] of entriesOf(uidrange))
    if (first === 0) reporter.at('uidrange', ...index).report('uid-of-forwarded', {})
}

/** For the kernel, a prefix of length 0 is no selector. */
const isAll = (end: RuleDescription[SelectorName]): boolean =>
  entriesOf(end).every(([, each]) => typeof each === 'object' && 'prefix' in each && each.prefix.length === 0)

/** Bits that fib4_rule_configure and fib6_rule_configure accept: no ECN bits, and in IPv4 (IPTOS_TOS_MASK) no high ones. */
const TOS_BITS: Readonly<Record<Family, number>> = { inet: 0x1c, inet6: 0xfc }

function checkTos(tos: number, open: readonly Family[], rule: RuleDescription, reporter: Reporter): void {
  const ends = [...entriesOf(rule.from), ...entriesOf(rule.to)].map(([, end]) => end)
  const refusing = open.find(
    (family) =>
      (tos & ~TOS_BITS[family]) !== 0 && ends.every((end) => 'link' in end || end.prefix.family === family),
  )
  const text = `0x${tos.toString(16)}`
  if (tos === 0)
    reporter.report('tos-invalid', {
      tos: text,
      why: 'the kernel reads 0 as any tos, so the rule would match all packets',
    })
  else if (refusing !== undefined)
    reporter.report('tos-invalid', {
      tos: text,
      why: `${familyName(refusing)} rules reject some of its bits`,
    })
}

/** Every combination of one entry of each list; empty lists are skipped. */
function product(lists: readonly (readonly Selector[])[]): readonly Selector[] {
  let combined: readonly Selector[] = [{}]
  for (const list of lists)
    if (list.length > 0) combined = combined.flatMap((match) => list.map((entry) => ({ ...match, ...entry })))
  return combined
}
