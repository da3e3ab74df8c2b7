// [RoutingPolicyRule] of systemd.network(5), with networkd's own defaults (networkd-routing-policy-rule.c of systemd 257).
import { parseDscp } from '../../../../kernel/dscp.js'
import { families, type Family } from '../../../../kernel/family.js'
import { marksOverlap, parseFwmark } from '../../../../kernel/fwmark.js'
import { isLinkName } from '../../../../kernel/link.js'
import { MAX_PREFERENCE, type Preference } from '../../../../kernel/preference.js'
import { networkOf, overlaps, parsePrefixOrAddress } from '../../../../kernel/prefix.js'
import { parseIpProtocol } from '../../../../kernel/protocol.js'
import { parseRange } from '../../../../kernel/range.js'
import type { RuleAction, Selector } from '../../../../kernel/rule.js'
import { RT_TABLE_MAIN, type TableId } from '../../../../kernel/table.js'
import type { SelectorName } from '../../../../kernel/selectors.js'
import { actionKey, selectorKey } from '../../../../plan/keys.js'
import type { Collector } from '../../../../found/collector.js'
import type { FoundRule } from '../../../../found/found.js'
import { ruleKeys, selectorKeys } from '../keys.js'
import { commentIn, readEntries, type Handler, type UnitSection } from './units.js'
import { booleanHandler, numberHandler, parseNumber, parseTable } from './values.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** For each selector, its value as networkd reads it, or why it cannot be read. */
function selectorHandlers(selector: Mutable<Selector>): Readonly<Record<string, Handler>> {
  const set = <K extends SelectorName>(
    name: K,
    parse: (text: string) => Selector[K] | undefined,
    why: string,
  ): readonly [string, Handler] => [
    selectorKeys[name],
    (text) => {
      const value = parse(text)
      if (value === undefined && text !== '') return why
      selector[name] = value
      return undefined
    },
  ]
  const prefix = (text: string) => {
    const parsed = parsePrefixOrAddress(text)
    return parsed === undefined ? undefined : networkOf(parsed)
  }
  const link = (text: string) => (isLinkName(text) ? text : undefined)
  const port = (text: string) => parseRange(text, 1, 65535)
  const PREFIX = 'the value is neither a prefix nor an address, and networkd ignores the rule'
  return Object.fromEntries([
    set('from', prefix, PREFIX),
    set('to', prefix, PREFIX),
    set('fwmark', parseFwmark, 'a mark is VALUE or VALUE/MASK'),
    set('tos', (text) => parseNumber(text, 0, 255), 'the value is no number from 0 to 255'),
    set('iif', link, 'the value is no name of a link'),
    set('oif', link, 'the value is no name of a link'),
    set('uidrange', parseUsers, 'a user is known by number only'),
    set('ipproto', (text) => parseIpProtocol(text.toLowerCase()), 'the protocol is not known'),
    set('sport', port, 'the value is no port and no range of ports'),
    set('dport', port, 'the value is no port and no range of ports'),
    set('dscp', parseDscp, 'the value is no DSCP'),
  ])
}

const parseUsers = (text: string) => parseRange(text === 'root' ? '0' : text, 0, 0xfffffffe)

/** The rule in each of its families; `pref` may be absent. Empty if networkd ignores the section. */
export function readRule(
  section: UnitSection,
  tables: ReadonlyMap<string, TableId>,
  collector: Collector,
): readonly FoundRule[] {
  const selector: Mutable<Selector> = {}
  let pref: number | undefined
  let table: TableId = RT_TABLE_MAIN
  let suppress: number | undefined
  let target: number | undefined
  let type = 'table'
  let family: Family | 'both' | undefined
  const isGood = readEntries(
    section,
    {
      handlers: {
        ...selectorHandlers(selector),
        [ruleKeys.not]: booleanHandler((value) => (selector.not = value === true ? true : undefined)),
        [ruleKeys.pref]: numberHandler(0, 0xffffffff, (value) => (pref = value)),
        [ruleKeys.table]: (text) => {
          const found = parseTable(text, tables)
          if (found === undefined)
            return 'networkd knows no such table, and ignores the rule: a name stands in RouteTable= of networkd.conf'
          table = found
          return undefined
        },
        [ruleKeys.suppress]: numberHandler(0, 128, (value) => (suppress = value)),
        [ruleKeys.goto]: numberHandler(1, 0xffffffff, (value) => (target = value)),
        [ruleKeys.type]: (text) => {
          if (!/^(?:table|goto|blackhole|unreachable|prohibit)$/.test(text))
            return 'a description has no rules of this type'
          type = text
          return undefined
        },
        [ruleKeys.family]: (text) => {
          const known: Readonly<Record<string, Family | 'both'>> = {
            ipv4: 'inet',
            ipv6: 'inet6',
            both: 'both',
          }
          if (!Object.hasOwn(known, text)) return 'the value is none of ipv4, ipv6 and both'
          family = known[text]
          return undefined
        },
        L3MasterDevice: (text) =>
          /^(?:no|false|0|off)$/i.test(text) ? undefined : 'the kernel adds the rule of VRFs itself',
        SuppressInterfaceGroup: () => 'a description has no groups of links',
      },
      ignored: {},
    },
    collector,
  )
  if (!isGood) return []
  for (const key of Object.keys(selector) as readonly (keyof Selector)[])
    if (selector[key] === undefined) delete selector[key]
  const prefixes = [selector.from, selector.to].flatMap((prefix) =>
    prefix === undefined ? [] : [prefix.family],
  )
  const wanted = ruleFamilies(family, prefixes)
  const action = actionOf(type, { table, suppress, target })
  const problem =
    wanted === undefined
      ? 'the families of From=, To= and Family= differ, and networkd ignores the rule'
      : action === undefined
        ? 'Type=goto needs GoTo=, and networkd ignores the rule'
        : undefined
  if (problem !== undefined) collector.unknown(section.place, problem)
  if (wanted === undefined || action === undefined) return []
  return wanted.map((one) => ({
    place: section.place,
    ...commentIn(section),
    family: one,
    ...(pref === undefined ? {} : { pref }),
    selector,
    action,
  }))
}

/** Without anything that decides, a rule is for IPv4. */
function ruleFamilies(
  written: Family | 'both' | undefined,
  prefixes: readonly Family[],
): readonly Family[] | undefined {
  const [first = written ?? 'inet'] = prefixes
  if (prefixes.some((family) => family !== first)) return undefined
  if (prefixes.length > 0) return written === undefined || written === first ? [first as Family] : undefined
  return first === 'both' ? families : [first]
}

function actionOf(
  type: string,
  { table, suppress, target }: { table: TableId; suppress: number | undefined; target: number | undefined },
): RuleAction | undefined {
  if (type === 'blackhole' || type === 'unreachable' || type === 'prohibit') return { type }
  if (type === 'goto') return target === undefined ? undefined : { type, pref: target }
  return { type: 'lookup', table, ...(suppress === undefined ? {} : { suppressPrefixlength: suppress }) }
}

/** A rule of a .network file; files are compared to find rules whose order depends on which link comes up first. */
export interface UnitRule {
  /** Base name of the file: `10-eth0.network`. */
  readonly unit: string
  readonly rule: FoundRule
}

/**
 * Adds the rules of all files. The same rule in several files is one rule. One without a priority gets the highest
 * unused number up to 32765 (routing_policy_rule_acquire_priority).
 */
export function collectRules(rules: readonly UnitRule[], collector: Collector): void {
  const used: Readonly<Record<Family, Set<Preference>>> = { inet: new Set(), inet6: new Set() }
  for (const { rule } of rules) if (rule.pref !== undefined) used[rule.family].add(rule.pref)
  const next: Record<Family, Preference> = { inet: MAX_PREFERENCE, inet6: MAX_PREFERENCE }
  const known = new Set<string>()
  const unnumbered: UnitRule[] = []
  for (const one of rules) {
    const { rule } = one
    const { family, selector, action, pref } = rule
    const key = `${family} ${pref ?? ''} ${selectorKey(selector)} ${actionKey(action)}`
    if (known.has(key)) continue
    known.add(key)
    if (pref !== undefined) {
      collector.rule(rule)
      continue
    }
    const rival = unnumbered.find((other) => other.unit !== one.unit && mayCompete(other.rule, rule))
    if (rival !== undefined)
      collector.unknown(
        rule.place,
        `without ${ruleKeys.pref}= the link that comes up first decides whether it is before ${rival.rule.place.file}:${rival.rule.place.line}`,
      )
    // Of many, the first ones are compared.
    if (unnumbered.length < MAX_COMPARED) unnumbered.push(one)
    while (used[family].has(next[family])) next[family]--
    collector.rule({ ...rule, pref: next[family]-- })
  }
}

const MAX_COMPARED = 100

/** Whether some packet may match both. */
const mayCompete = (a: FoundRule, b: FoundRule): boolean =>
  a.family === b.family &&
  (a.selector.not === true ||
    b.selector.not === true ||
    (meet(a.selector.from, b.selector.from, overlaps) &&
      meet(a.selector.to, b.selector.to, overlaps) &&
      meet(a.selector.fwmark, b.selector.fwmark, marksOverlap) &&
      meet(a.selector.iif, b.selector.iif, (one, other) => one === other)))

const meet = <T>(a: T | undefined, b: T | undefined, overlap: (a: T, b: T) => boolean): boolean =>
  a === undefined || b === undefined || overlap(a, b)
