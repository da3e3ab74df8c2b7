// Entries of config_, routes_ and rules_ lists, as netifrc gives them to ip(8).
import type { Collector } from '../../../found/collector.js'
import type { FoundLink } from '../../../found/found.js'
import { addressWithPeer } from '../../../found/commands/ip/address.js'
import { readIpCommand } from '../../../found/commands/command.js'
import { parseAddress } from '../../../kernel/address.js'
import { addressBits, familyFlag, type Family } from '../../../kernel/family.js'
import { lastAddress, type Prefix } from '../../../kernel/prefix.js'
import { isRejectType, routeTypes } from '../../../kernel/route-type.js'
import { maskLength } from '../../../syntax/netmask.js'
import type { Entry, Variable, Variables } from './variables.js'

/** One address on a line has its words behind it; several on one line have none (_load_config in net.lo). */
export function configEntries({ entries }: Variable): readonly Entry[] {
  const [only, second] = entries
  if (only === undefined || second !== undefined) return entries
  const words = only.text.split(' ')
  return words.length > 1 && /[.:]/.test(words[1] ?? '')
    ? words.map((text) => ({ text, place: only.place }))
    : entries
}

/** `192.0.2.10/24 brd +`: words of _add_address in iproute2.sh, which may be shortened. */
export function readAddress({ text, place }: Entry, link: FoundLink, collector: Collector): void {
  const [first = '', ...words] = text.split(' ')
  const [addressText = '', written] = first.split('/')
  const address = parseAddress(addressText)
  if (address === undefined)
    return collector.unknown(place, `\`${first}\` is not an address, and no module that multihome knows`)
  let length = written === undefined ? undefined : maskLength(written, address.family)
  let [peer, broadcast]: (string | undefined)[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const value = words[at + 1]
    if (/^ne/.test(word)) length = maskLength(words[++at] ?? '', address.family)
    else if (/^br/.test(word)) broadcast = words[++at]
    else if (/^p[eo]/.test(word)) peer = words[++at]
    else if (/^(?:l|v)/.test(word)) at++
    else if (/^s/.test(word) && value === 'global') at++
    else if (/^pr/.test(word) && value === 'forever') at++
    else if (!/^(?:nod|h)/.test(word))
      return collector.unknown(place, `\`${word}\` of an address has no counterpart in a description`)
  }
  if (written !== undefined && length === undefined)
    return collector.unknown(place, `\`${written}\` is no length of a prefix`)
  const prefix: Prefix = { family: address.family, address, length: length ?? addressBits(address.family) }
  if (broadcast !== undefined && broadcast !== '+' && broadcast !== lastAddress(prefix).text)
    collector.unknown(place, 'the broadcast address is not the last one of the prefix')
  link.addresses.push({
    prefix:
      peer === undefined ? prefix : (addressWithPeer(address, peer, link, { place }, collector) ?? prefix),
    place,
  })
}

/** Routes to one destination, which only their metrics tell apart. */
export interface Destinations {
  /** How many there are, by destination. */
  readonly counts: Map<string, number>
  /** The link that has one without a metric. */
  readonly unnumbered: Map<string, string>
}

/** Counts the entries of all links; a lease has a default route as well. */
export function countDestinations(lists: readonly Variable[], leases: number): Destinations {
  const counts = new Map([[DEFAULT_KEY, leases]])
  for (const { entries } of lists)
    for (const { text } of entries) {
      const words = text.split(' ')
      const flag = words[0] === '-4' || words[0] === '-6' ? words.shift() : undefined
      const key = destinationOf(flag, routeWords(words) ?? [])
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  return { counts, unnumbered: new Map() }
}

const DEFAULT_KEY = 'default  false'

function destinationOf(flag: string | undefined, words: readonly string[]): string {
  const table = words.indexOf('table')
  const isV6 = flag === '-6' || words.some((word) => word.includes(':'))
  return `${destination(words)} ${table === -1 ? '' : words[table + 1]} ${isV6}`
}

/** Behind the type of the route. */
const destination = ([first = '', second = '']: readonly string[]): string =>
  routeTypes.some((type) => type === first) ? second : first

/**
 * Entries of routes_: `-4` and `-6` hold for the entries behind, and so does a metric (_add_route in 0.7.14). Without any,
 * the metric is the number of the link, which is taken to be its position in the file. It matters only if there is another
 * route to the destination.
 */
export function readRoutes(
  list: Variable,
  link: FoundLink,
  metric: { readonly value: number; readonly isGuess: boolean },
  destinations: Destinations,
  { legend }: Variables,
  collector: Collector,
): void {
  let flag: string | undefined
  let current = metric
  for (const { text, place } of list.entries) {
    const words = text.split(' ')
    if (words[0] === '-4' || words[0] === '-6') flag = words.shift()
    const route = routeWords(words)
    if (route === undefined) {
      collector.unknown(place, 'the netmask of the route is not known')
      continue
    }
    const isMultipath = route.includes('nexthop')
    const written = route.indexOf('metric')
    const number = written === -1 ? undefined : Number(route[written + 1])
    if (number !== undefined) current = { value: number, isGuess: false }
    const key = destinationOf(flag, route)
    const isAlone = current.isGuess && (destinations.counts.get(key) ?? 0) < 2
    const needsMetric = written === -1 && !isMultipath && current.value !== 0 && !isAlone
    if (needsMetric && current.isGuess) compete(key, place, link, destinations, collector)
    // The kernel's own metric for the family needs no word.
    if (written !== -1 && number === defaultMetric(flag, route)) route.splice(written, 2)
    const own = withLink([...route, ...(needsMetric ? ['metric', String(current.value)] : [])], link.name)
    const comment = legend.get(`${list.name} ${routeKey(flag, own)}`) ?? commentOf(list)
    readIpCommand(
      ['ip', ...(flag === undefined ? [] : [flag]), 'route', 'append', ...own],
      { place, ...(comment === undefined ? {} : { comment }) },
      collector,
    )
  }
}

const defaultMetric = (flag: string | undefined, words: readonly string[]): number =>
  flag === '-6' || words[0]?.includes(':') === true ? 1024 : 0

/** A comment above a list with one entry is the comment of that entry. */
const commentOf = ({ entries, comment }: Variable): string | undefined =>
  entries.length === 1 ? comment : undefined

/** `default gw 192.0.2.1` and `10.0.0.0 netmask 255.0.0.0 gw 192.0.2.1` in words of ip(8). */
function routeWords(words: readonly string[]): string[] | undefined {
  const all = words
    .filter((word) => word !== '-net' && word !== '-host')
    .map((word) => (word === 'gw' ? 'via' : word))
  const at = all.indexOf('netmask')
  if (at !== -1) {
    const length = maskLength(all[at + 1] ?? '', 'inet')
    if (length === undefined) return undefined
    all.splice(at, 2)
    all[at - 1] = `${all[at - 1]}/${length}`
  }
  const [dst = '', via = ''] = all
  return all.length === 2 && parseAddress(via) !== undefined ? [dst, 'via', via] : all
}

/** netifrc puts `dev LINK` behind the entry, where it counts: for the route, or for its last next hop. */
function withLink(words: readonly string[], name: string): readonly string[] {
  const [type = ''] = words
  const isReject = routeTypes.some((one) => one === type && isRejectType(one))
  if (isReject) return words
  const last = words.lastIndexOf('nexthop')
  const at = words.indexOf('dev', Math.max(0, last))
  return [...words.filter((_, index) => at === -1 || (index !== at && index !== at + 1)), 'dev', name]
}

function compete(
  key: string,
  place: Entry['place'],
  { name }: FoundLink,
  { unnumbered }: Destinations,
  collector: Collector,
): void {
  const other = unnumbered.get(key)
  if (other !== undefined && other !== name)
    collector.unknown(
      place,
      `which of this route and that of ${other} counts depends on the numbers of the cards, since neither has a metric`,
    )
  unnumbered.set(key, other ?? name)
}

/** As the legend of a list of ours names its entries (routeName). The metric is there if the description has one. */
function routeKey(flag: string | undefined, words: readonly string[]): string {
  const valueOf = (word: string): readonly string[] => {
    const at = words.indexOf(word)
    return at === -1 ? [] : [word, words[at + 1] ?? '']
  }
  return [flag ?? '-4', destination(words), ...valueOf('table'), ...valueOf('metric')].join(' ')
}

/** Entries of rules_ and rules6_. */
export function readRules(list: Variable, family: Family, { legend }: Variables, collector: Collector): void {
  for (const { text, place } of list.entries) {
    const words = text.split(' ')
    const at = words.findIndex((word) => /^(?:pref|priority|preference|prio|order)$/.test(word))
    const comment = legend.get(`${list.name} ${words[at + 1] ?? ''}`) ?? commentOf(list)
    readIpCommand(
      ['ip', familyFlag(family), 'rule', 'add', ...words],
      { place, ...(comment === undefined ? {} : { comment }) },
      collector,
    )
  }
}
