// Which packets a move is about, in the words of a network engineer.
import type {
  Addresses,
  Difference,
  Links,
  Marks,
  Move,
  NamedPrefix,
  Numbers,
  Packets,
} from '../diff/difference.js'
import { familyName } from '../kernel/family.js'
import { formatFwmark, WHOLE_MARK, type Fwmark } from '../kernel/fwmark.js'
import { formatPrefixShort } from '../kernel/prefix.js'
import { formatRange, type Range } from '../kernel/range.js'
import { listed } from './listed.js'
import { serviceName } from './services.js'
import type { Packet } from '../lookup/packet.js'
import { protocolWord } from '../lookup/reason.js'

type Invented = Difference['invented']

/** `some of tcp dport 25 (smtp) from lan0’s 10.0.0.0/24`. */
export function packetsWords({ family, packets, isExact }: Move, invented: Invented): string {
  const { sender, from, source, to, iif, oif, uid, mark, tos } = packets
  const flow = flowWords(packets)
  // An address tells the family by itself.
  const isTold = [from, to].some((addresses) => addresses !== undefined)
  const kind = isTold ? '' : `${familyName(family)} `
  const parts = [
    flow === '' ? `${isExact ? 'all' : 'some'} ${kind}traffic` : `${isExact ? '' : 'some of '}${kind}${flow}`,
    ...(sender === 'own' ? ['of this host'] : []),
    ...(sender === 'forwarded' && iif === undefined && !isOfNetworks(from) ? ['that is forwarded'] : []),
    ...(iif === undefined ? [] : [`coming in by ${linksWords(iif)}`]),
    ...(from === undefined ? [] : [`from ${addressesWords(from, invented)}`]),
    ...(source === undefined || from !== undefined ? [] : [sourceWords[source]]),
    ...(oif === undefined ? [] : [boundWords(oif)]),
    ...(to === undefined ? [] : [`to ${addressesWords(to, invented)}`]),
    ...(uid === undefined ? [] : [`of ${numbersWords('uid', uid)}`]),
    ...(mark === undefined ? [] : [marksWords('mark', mark, WHOLE_MARK)]),
    ...(tos === undefined ? [] : [marksWords('tos', tos, 0xff)]),
  ]
  return parts.join(' ')
}

/** What a network behind a link sends is forwarded, and need not be called so. */
const isOfNetworks = (from: Addresses | undefined): boolean =>
  from !== undefined &&
  from.in.length > 0 &&
  from.in.every(({ of }) => of !== undefined && of.as !== 'address')

const sourceWords = {
  open: 'whose socket has no address yet',
  chosen: 'whose socket has an address',
} as const

function flowWords({ ipproto, sport, dport }: Packets): string {
  const protocols = (ipproto?.in ?? []).flatMap(({ first, last }) => (first === last ? [first] : []))
  const port = (range: Range): string => {
    const name = range.first === range.last ? serviceName(range.first, protocols) : undefined
    return `${formatRange(range)}${name === undefined ? '' : ` (${name})`}`
  }
  return [
    ...(ipproto === undefined ? [] : [protocolsWords(ipproto)]),
    ...(sport === undefined ? [] : [numbersWords('sport', sport, port)]),
    ...(dport === undefined ? [] : [numbersWords('dport', dport, port)]),
  ].join(' ')
}

function protocolsWords(protocols: Numbers): string {
  const word = ({ first, last }: Range): string => (first === last ? protocolWord(first) : `${first}-${last}`)
  const { in: taken, except } = protocols
  return taken.length > 0
    ? `${listed(taken.map(word), 'or')}${butNot(except.map(word))}`
    : `protocols but ${listed(except.map(word), 'and')}`
}

function numbersWords(name: string, { in: taken, except }: Numbers, word = formatRange): string {
  return taken.length > 0
    ? `${name} ${listed(taken.map(word), 'or')}${butNot(except.map(word))}`
    : `any ${name} but ${listed(except.map(word), 'and')}`
}

const butNot = (words: readonly string[]): string =>
  words.length === 0 ? '' : ` (but not ${listed(words, 'and')})`

function addressesWords({ in: taken, except }: Addresses, invented: Invented): string {
  const word = (named: NamedPrefix): string => prefixWords(named, invented)
  return taken.length > 0
    ? `${listed(taken.map(word), 'or')}${butNot(except.map(word))}`
    : `anywhere but ${listed(except.map(word), 'and')}`
}

function prefixWords({ prefix, of }: NamedPrefix, invented: Invented): string {
  const name = invented.get(prefix.address.text)
  const words = name ?? formatPrefixShort(prefix)
  if (of === undefined || name !== undefined) return words
  if (of.as === 'part') return `${words} of ${of.link}`
  return `${of.link}’s ${of.as === 'address' ? 'own ' : ''}${words}`
}

function linksWords({ in: taken, except }: Links): string {
  return taken.length > 0
    ? `${listed(taken, 'or')}${butNot(except)}`
    : `any link but ${listed(except, 'and')}`
}

function boundWords({ in: taken, except }: Links): string {
  const links = taken.filter((link) => link !== 'none')
  if (taken.length > 0) {
    if (links.length === 0) return 'bound to no link'
    return links.length < taken.length
      ? `bound to ${listed(links, 'or')} or to no link`
      : `bound to ${listed(links, 'or')}`
  }
  const others = except.filter((link) => link !== 'none')
  if (others.length === 0) return 'bound to a link'
  return others.length < except.length
    ? `bound to a link but ${listed(others, 'and')}`
    : `not bound to ${listed(others, 'or')}`
}

function marksWords(name: string, { in: taken, except }: Marks, whole: number): string {
  const isNone = ({ value, mask }: Fwmark): boolean => value === 0 && mask === whole
  const word = (mark: Fwmark): string =>
    mark.mask === whole ? `0x${mark.value.toString(16)}` : formatFwmark(mark)
  if (taken.length === 1 && taken.every(isNone) && except.length === 0) return `without a ${name}`
  if (taken.length > 0) return `with ${name} ${listed(taken.map(word), 'or')}${butNot(except.map(word))}`
  return except.every(isNone)
    ? `with some ${name}`
    : `with any ${name} but ${listed(except.map(word), 'and')}`
}

/** What the packet has instead of an address that nobody knows yet. */
export const inventedIn = ({ src, dst }: Packet, invented: Invented): readonly string[] =>
  [src, dst].flatMap((address) => {
    const name = address === undefined ? undefined : invented.get(address.text)
    return address === undefined || name === undefined ? [] : [`where ${address.text} stands for ${name}`]
  })
