// Which packets a move is about, in the words of a network engineer: what they have, and apart from that what they lack.
import type {
  Addresses,
  Difference,
  Links,
  Reroute,
  NamedPrefix,
  Numbers,
  Packets,
} from '../../diff/difference.js'
import { familyName } from '../../kernel/family.js'
import { formatFwmark, WHOLE_MARK, type Fwmark } from '../../kernel/fwmark.js'
import { parseAddress } from '../../kernel/address.js'
import { containsAddress, formatPrefixShort, type Prefix } from '../../kernel/prefix.js'
import { formatRange, type Range } from '../../kernel/range.js'
import { protocolName } from '../../lookup/mismatch-text.js'
import { joinList } from '../format/join-list.js'
import { serviceName } from '../trace/port-names.js'

export interface Manner {
  /** What stands in for addresses that nobody knows yet. */
  readonly invented: Difference['invented']
  /** Said of IPv4 and IPv6 at once. */
  readonly isOfBoth: boolean
  /** Whether the link has no other network, or address, of the family: then it needs no number. */
  readonly isOnly: (one: NamedPrefix) => boolean
}

/** `some of tcp dport 25 (smtp) from lan0’s 10.0.0.0/24`. What is lacking, `lacks` tells. */
export function formatPackets(
  { family, packets, isExact }: Pick<Reroute, 'family' | 'packets' | 'isExact'>,
  manner: Manner,
): string {
  const flow = formatFlow(packets)
  // An address tells the family by itself.
  const isMentioned = [packets.from, packets.to].some((addresses) => (addresses?.in.length ?? 0) > 0)
  const kind = isMentioned || manner.isOfBoth ? '' : `${familyName(family)} `
  const head =
    flow === '' ? `${isExact ? 'all' : 'some'} ${kind}traffic` : `${isExact ? '' : 'some of '}${kind}${flow}`
  return [head, ...formatLocations(packets, manner)].join(' ')
}

/**
 * What is within the words and does not move, each by itself: `from 10.0.0.128/25 of lan0 or 10.1.0.0/16`. What is said
 * of sockets that are bound to a link stands in sentences of its own.
 */
export const exceptionsOf = (
  { packets, but }: Pick<Reroute, 'packets' | 'but'>,
  manner: Manner,
): readonly string[] => [
  ...lacks(packets, manner),
  ...but.flatMap((one) => {
    if (isBound(one.oif)) return []
    const words = [formatFlow(one), ...formatLocations(one, manner)].filter((part) => part !== '')
    const others = lacks(one, manner)
    if (words.length === 0)
      return [`whatever is ${others.length > 1 ? 'neither' : 'not'} ${others.join(' nor ')}`]
    return [`${words.join(' ')}${others.length === 0 ? '' : ` unless ${others.join(' or ')}`}`]
  }),
]

function formatFlow({ ipproto, sport, dport }: Packets): string {
  return [
    ...some('', ipproto?.in.map(protocolRange)),
    ...some('sport ', sport?.in.map(portWord(ipproto))),
    ...some('dport ', dport?.in.map(portWord(ipproto))),
  ].join(' ')
}

/** Where they come from and go to, and whose they are. */
function formatLocations(packets: Packets, manner: Manner): readonly string[] {
  const { sender, from, source, to, iif, oif, uid, mark, tos } = packets
  const isNamedBySource = iif !== undefined || isOfNetworks(from)
  return [
    ...(sender === 'own' ? ['of this host'] : []),
    ...(sender === 'forwarded' && !isNamedBySource ? ['that is forwarded'] : []),
    ...some('coming in by ', iif?.in),
    ...some('from ', formatPrefixList(from?.in, manner, manner.isOfBoth)),
    ...(source === 'open' ? ['without a source yet'] : []),
    ...(source === 'chosen' && from === undefined ? ['with a source'] : []),
    ...formatBound(oif),
    ...some('to ', formatPrefixList(to?.in, manner, manner.isOfBoth)),
    ...some('of uid ', uid?.in.map(formatRange)),
    ...(mark?.in.length === 1 && mark.in.every(isUnmarked)
      ? ['without a mark']
      : some('with mark ', mark?.in.map(formatMark(WHOLE_MARK)))),
    ...some('with tos ', tos?.in.map(formatMark(0xff))),
  ]
}

function lacks(packets: Packets, manner: Manner): readonly string[] {
  const { from, to, iif, oif, ipproto, sport, dport, uid, mark, tos } = packets
  const others = oif?.except.filter((link) => link !== 'none')
  return [
    ...some('', ipproto?.except.map(protocolRange)),
    ...some('sport ', sport?.except.map(portWord(ipproto))),
    ...some('dport ', dport?.except.map(portWord(ipproto))),
    ...some('coming in by ', iif?.except),
    ...formatPrefixList(from?.except, manner, true).map((words) => `from ${words}`),
    ...formatPrefixList(to?.except, manner, true).map((words) => `to ${words}`),
    ...some('of uid ', uid?.except.map(formatRange)),
    ...(mark?.except.some(isUnmarked) === true ? ['without a mark'] : []),
    ...some('with mark ', mark?.except.filter((one) => !isUnmarked(one)).map(formatMark(WHOLE_MARK))),
    ...some('with tos ', tos?.except.map(formatMark(0xff))),
    ...some('of a socket bound to ', others),
    ...untold(packets),
  ]
}

/** What would take more words than anybody reads. */
function untold({ from, to, ipproto, sport, dport, uid, mark, tos }: Packets): readonly string[] {
  const all = {
    from,
    to,
    'of a protocol': ipproto,
    sport,
    dport,
    'of a uid': uid,
    'with a mark': mark,
    'with a tos': tos,
  }
  return Object.entries(all).flatMap(([name, list]) =>
    list?.isRough === true ? [`${name} of many, too many to be told`] : [],
  )
}

const some = (name: string, words: readonly string[] | undefined): readonly string[] =>
  words === undefined || words.length === 0 ? [] : [`${name}${joinList(words, 'or')}`]

/** What a network behind a link sends is forwarded, and need not be called so. */
const isOfNetworks = (from: Addresses | undefined): boolean =>
  from !== undefined &&
  from.in.length > 0 &&
  from.in.every(({ of }) => of !== undefined && of.as !== 'address')

/** To whichever link. */
export const isBound = (oif: Links | undefined): boolean =>
  oif !== undefined && (oif.in.length === 0 ? oif.except.includes('none') : !oif.in.includes('none'))

/** Most sockets are bound to no link, so that is not said. */
function formatBound(oif: Links | undefined): readonly string[] {
  if (oif === undefined) return []
  const links = oif.in.filter((link) => link !== 'none')
  if (oif.in.length === 0) return oif.except.includes('none') ? ['bound to a link'] : []
  return links.length < oif.in.length ? [] : [`bound to ${joinList(links, 'or')}`]
}

const protocolRange = ({ first, last }: Range): string =>
  first === last ? protocolName(first) : `protocol ${first}-${last}`

/** `25 (smtp)`, as the protocols call it. */
const portWord =
  (protocols: Numbers | undefined) =>
  (range: Range): string => {
    const known = (protocols?.in ?? []).flatMap(({ first, last }) => (first === last ? [first] : []))
    const name = range.first === range.last ? serviceName(range.first, known) : undefined
    return `${formatRange(range)}${name === undefined ? '' : ` (${name})`}`
  }

/** Short: those that need no number are told by their links alone; such of addresses, of networks, then the others. */
function formatPrefixList(
  prefixes: readonly NamedPrefix[] = [],
  { invented, isOnly }: Manner,
  isShort: boolean,
): readonly string[] {
  const isNumberless = (one: NamedPrefix): boolean =>
    isShort && !invented.has(one.prefix.address.text) && isOnly(one)
  const ofLinks = (as: 'network' | 'address', noun: string): readonly string[] => {
    const links = prefixes.flatMap((one) => (isNumberless(one) && one.of?.as === as ? [one.of.link] : []))
    const words = links.toSorted().map((link) => `${link}’s`)
    return words.length === 0 ? [] : [`${joinList(words, 'or')} ${noun}`]
  }
  const others = prefixes.filter((one) => !isNumberless(one)).map((one) => formatPrefixes(one, invented))
  return [
    ...ofLinks('address', 'own address'),
    ...ofLinks('network', 'network'),
    ...(others.length === 0 ? [] : [joinList(others, 'or')]),
  ]
}

function formatPrefixes({ prefix, of }: NamedPrefix, invented: Manner['invented']): string {
  if (prefix.length === 0) return 'anywhere else'
  const name = invented.get(prefix.address.text)
  if (name !== undefined) return name
  const words = formatPrefixShort(prefix)
  if (of === undefined) return words
  if (of.as === 'network' && isAround(prefix, invented)) return `the network of ${of.link}’s lease`
  if (of.as === 'part') return `${words} of ${of.link}`
  return `${of.link}’s ${of.as === 'address' ? 'own ' : ''}${words}`
}

/** An address that stands in for a leased one is of a network that nobody has. */
const isAround = (prefix: Prefix, invented: Manner['invented']): boolean =>
  [...invented.keys()].some((text) => {
    const address = parseAddress(text)
    return address !== undefined && containsAddress(prefix, address)
  })

const isUnmarked = ({ value, mask }: Fwmark): boolean => value === 0 && mask === WHOLE_MARK

const formatMark =
  (whole: number) =>
  (mark: Fwmark): string =>
    mark.mask === whole ? `0x${mark.value.toString(16)}` : formatFwmark(mark)
