// Attribution of unmanaged rules and routes to known software, by its numbers.
import { WHOLE_MARK, type Fwmark } from '../kernel/fwmark.js'
import type { Preference } from '../kernel/preference.js'
import { isReservedTable, type TableId } from '../kernel/table.js'
import { knownSoftware } from './registry.js'
import { bandOf, type NumberRange, type Software } from './software.js'

export type MatchReason = 'priority' | 'table' | 'mark' | 'protocol' | 'link'

export interface Owner {
  /** The name for `coexist`. */
  readonly name: string
  readonly title: string
  /** Reasons of the match, the strongest first. */
  readonly traits: readonly MatchReason[]
}

export interface RuleTraits {
  readonly pref: Preference
  /** Of a lookup. */
  readonly table?: TableId
  readonly mark?: Fwmark
  readonly protocol?: number
}

export interface RouteTraits {
  readonly table: TableId
  readonly protocol?: number
  readonly dev?: string
}

/**
 * The best matches; empty if there are none or too many. Software that is `present` on the host (`coexist`) is tried
 * first, and needs less evidence.
 */
export const softwareOfRule = (rule: RuleTraits, present: readonly Software[] = []): readonly Owner[] =>
  bestOf(present, (each) => commonWithRule(each, rule))

export const softwareOfRoute = (route: RouteTraits, present: readonly Software[] = []): readonly Owner[] =>
  bestOf(present, (each) => commonWithRoute(each, route))

/** `tailscale (by its table and its mark)`, `frr or babeld (by their protocol)`. */
export function ownersText(owners: readonly Owner[]): string {
  const [first] = owners
  if (first === undefined) return ''
  const its = owners.length === 1 ? 'its' : 'their'
  const traits = first.traits.map((trait) => `${its} ${trait}`).join(' and ')
  return `${owners.map(({ name }) => name).join(' or ')} (by ${traits})`
}

interface Common {
  readonly trait: MatchReason
  /** Strength of evidence: 4 is hardly chance, 2 may be chance, 1 is not enough alone, below 0 is counter-evidence. */
  readonly weight: number
}

/** A number that more programs share is no evidence. */
const MOST_OWNERS = 3

function bestOf(
  present: readonly Software[],
  common: (software: Software) => readonly Common[],
): readonly Owner[] {
  const here = fitting(present, common, 1)
  if (here.length > 0) return here
  const anywhere = fitting(knownSoftware, common, 2)
  return anywhere.length > MOST_OWNERS ? [] : anywhere
}

function fitting(
  all: readonly Software[],
  common: (software: Software) => readonly Common[],
  least: number,
): readonly Owner[] {
  let most = least
  let found: Owner[] = []
  for (const each of all) {
    const traits = [...common(each)].sort((a, b) => b.weight - a.weight)
    const sum = traits.reduce((total, { weight }) => total + weight, 0)
    if (sum < most) continue
    if (sum > most) found = []
    most = sum
    const alike = traits.filter(({ weight }) => weight > 0).map(({ trait }) => trait)
    found.push({ name: each.name, title: each.title, traits: alike })
  }
  return found
}

function commonWithRule(software: Software, rule: RuleTraits): readonly Common[] {
  const { table } = rule
  const named = table === undefined || isReservedTable(table) ? undefined : table
  const inTable = named === undefined ? undefined : bandOf(software.tables, named)
  // A rule for a table outside of the software's own belongs to other software.
  if (named !== undefined && inTable === undefined && software.tables.length > 0) return []
  return [
    ...weighed('protocol', protocolWeight(software, rule.protocol)),
    ...weighed('table', tableWeight(inTable)),
    ...weighed('mark', rule.mark === undefined ? 0 : markWeight(software, rule.mark)),
    ...weighed('priority', prefWeight(software, rule.pref)),
  ]
}

function commonWithRoute(software: Software, { table, protocol, dev }: RouteTraits): readonly Common[] {
  return [
    ...weighed('protocol', protocolWeight(software, protocol)),
    ...weighed('link', dev !== undefined && ownsLink(software, dev) ? 4 : 0),
    ...weighed('table', isReservedTable(table) ? 0 : tableWeight(bandOf(software.tables, table))),
  ]
}

const weighed = (trait: MatchReason, weight: number): readonly Common[] =>
  weight === 0 ? [] : [{ trait, weight }]

const protocolWeight = ({ protocols }: Software, protocol: number | undefined): number =>
  protocol !== undefined && protocols.includes(protocol) ? 5 : 0

const widthOf = ([first, last]: NumberRange): number => last - first + 1

const tableWeight = (band: NumberRange | undefined): number => {
  if (band === undefined) return 0
  return widthOf(band) <= 4 ? 4 : 1
}

/** Weak counter-evidence if the software numbers all its rules differently: most make that configurable. */
function prefWeight({ prefs, unnumbered }: Software, pref: Preference): number {
  const band = bandOf(prefs, pref)
  if (band !== undefined) return widthOf(band) <= 128 ? 2 : 1
  return prefs.length === 0 || unnumbered ? 0 : -1
}

/** A whole mark from a band of a thousand is hardly chance; a few bits may be chance. */
function markWeight({ marks, markBits }: Software, { value, mask }: Fwmark): number {
  const whole = mask === WHOLE_MARK ? bandOf(marks, value) : undefined
  if (whole !== undefined) return widthOf(whole) <= 1024 ? 4 : 1
  const isWithin = (mask & ~markBits) === 0 && (value & mask) !== 0
  if (!isWithin) return 0
  return bitsIn(markBits) <= 8 ? 2 : 1
}

const bitsIn = (mask: number): number => (mask >>> 0).toString(2).replaceAll('0', '').length

const ownsLink = ({ links }: Software, dev: string): boolean =>
  links.some((pattern) => patternOf(pattern).test(dev))

const patternOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
