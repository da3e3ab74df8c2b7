// [Match] of systemd.network(5): which links a file is for.
import { isLinkName, loopback } from '../../../../kernel/link.js'
import type { Collector } from '../../../../found/collector.js'
import type { Place } from '../../../../found/found.js'
import type { Cards } from '../../read/cards.js'
import type { Unit, UnitEntry } from './units.js'
import { isGlob, matchesGlob, parseHardwareAddress } from './values.js'

export interface Match {
  readonly place: Place
  readonly comment?: string
  /** Words of Name=; `isInverted` for a list that begins with `!`. */
  readonly names: readonly string[]
  readonly isInverted: boolean
  readonly macs: readonly string[]
  /** Conditions that names do not decide: Type=, Driver=, … */
  readonly others: readonly UnitEntry[]
}

/** net_match_config() in src/shared/netif-util.c: hardware of the link. */
const HARDWARE = new Set(['Path', 'Driver', 'Type', 'Kind', 'Property', 'WLANInterfaceType', 'SSID', 'BSSID'])

/** undefined without a key that networkd takes: it ignores the file then. */
export function readMatch(unit: Unit, collector: Collector): Match | undefined {
  const sections = unit.sections.filter(({ name }) => name === 'Match')
  const entries = sections.flatMap((section) => section.entries)
  let names: string[] = []
  let macs: string[] = []
  const others: UnitEntry[] = []
  for (const entry of entries) {
    const { key, value, place } = entry
    const words = value
      .split(/\s+/)
      .flatMap((word) => (word === '' ? [] : [word.replace(/^(["'])(.*)\1$/, '$2')]))
    if (key === 'Name') names = value === '' ? [] : [...names, ...words]
    else if (key === 'MACAddress' || key === 'PermanentMACAddress')
      macs = value === '' ? [] : [...macs, ...words.flatMap((word) => parseHardwareAddress(word) ?? [])]
    else if (HARDWARE.has(key)) others.push(entry)
    else collector.unknown(place, 'whether the condition holds is not known; the file is read as if it did')
  }
  const [first] = sections
  const [firstName = ''] = names
  if (first === undefined || names.length + macs.length + others.length === 0) return undefined
  const isInverted = firstName.startsWith('!')
  const comment = first.comment
  return {
    place: entries[0]?.place ?? first.place,
    ...(comment === undefined ? {} : { comment }),
    names: isInverted ? [firstName.slice(1), ...names.slice(1)] : names,
    isInverted,
    macs,
    others,
  }
}

/** Links that the file names outright. */
export const exactNames = ({ names, isInverted }: Pick<Match, 'names' | 'isInverted'>): readonly string[] =>
  isInverted ? [] : names.filter((name) => !isGlob(name))

/** Known links that the [Match] section of a file selects. */
export function matchedLinks(
  { names, isInverted, macs, others }: Match,
  known: ReadonlySet<string>,
  cards: Cards,
): readonly string[] {
  if (names.length === 0 && macs.length === 0)
    // Each card is of this type; what drivers they have is not known.
    return others.every(({ key, value }) => key === 'Type' && value === 'ether') ? (cards.names ?? []) : []
  if (names.length === 0) return macs.flatMap((mac) => cards.nameOf.get(mac) ?? [])
  const globs = names.filter((name) => isInverted || isGlob(name))
  const isMatch = (name: string): boolean => globs.some((glob) => matchesGlob(glob, name)) !== isInverted
  const byGlob =
    globs.length === 0
      ? []
      : [...known].filter((name) => name !== loopback && isLinkName(name) && isMatch(name))
  return [...new Set([...exactNames({ names, isInverted }), ...byGlob])]
}
