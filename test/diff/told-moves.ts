// Moves as a person reads them in a test: `forwarded, from 10.0.0.0/24, dport 25: fiber > cable`.
import { formatFwmark } from '../../src/kernel/fwmark.js'
import { formatPrefixShort } from '../../src/kernel/prefix.js'
import { formatRange } from '../../src/kernel/range.js'
import type { Reroute, Packets, Disposition } from '../../src/diff/difference.js'
import { formatPacket } from '../../src/syntax/route-get.js'

interface Listed<T> {
  readonly in: readonly T[]
  readonly except: readonly T[]
  readonly isRough?: true
}

export const moveText = ({ kind, family, before, after, packets, but, isExact }: Reroute): string =>
  [
    `${family === 'inet' ? 4 : 6}${kind === 'source' ? ' source' : ''} ${packetsText(packets)}`,
    ...but.map((one) => ` [but ${packetsText(one)}]`),
    isExact ? '' : ' (some)',
    `: ${wayWords(before)} > ${wayWords(after)}`,
  ].join('')

export const exampleText = ({ example: { packet } }: Reroute): string => formatPacket(packet)

export function packetsText(packets: Packets): string {
  const { sender, source, from, to, iif, oif, ipproto, sport, dport, uid, mark, tos } = packets
  const words = [
    sender,
    source,
    ...word('iif', iif, String),
    ...word('oif', oif, String),
    ...word(
      'from',
      from,
      ({ prefix, of }) => `${of === undefined ? '' : `${of.link}’s `}${formatPrefixShort(prefix)}`,
    ),
    ...word(
      'to',
      to,
      ({ prefix, of }) => `${of === undefined ? '' : `${of.link}’s `}${formatPrefixShort(prefix)}`,
    ),
    ...word('ipproto', ipproto, formatRange),
    ...word('sport', sport, formatRange),
    ...word('dport', dport, formatRange),
    ...word('uid', uid, formatRange),
    ...word('mark', mark, formatFwmark),
    ...word('tos', tos, formatFwmark),
  ].filter((part) => part !== undefined)
  return words.length === 0 ? 'any' : words.join(', ')
}

function word<T>(name: string, list: Listed<T> | undefined, textOf: (one: T) => string): readonly string[] {
  if (list === undefined) return []
  const except = list.except.length === 0 ? [] : ['not', ...list.except.map(textOf)]
  return [[name, ...list.in.map(textOf), ...except, ...(list.isRough === true ? ['…'] : [])].join(' ')]
}

export function wayWords(way: Disposition): string {
  if (way.kind === 'reject') return way.type
  if (way.kind !== 'out') return way.kind
  return way.hops
    .map(({ via, dev, gateway, weight, isLeased, src }) =>
      [
        gateway ?? (via === undefined ? dev : `${via.text}@${dev}`),
        isLeased === true ? '(leased)' : '',
        way.hops.length > 1 ? `x${weight}` : '',
        src === undefined ? '' : `src ${src.text}`,
      ]
        .filter((part) => part !== '')
        .join(' '),
    )
    .join(' | ')
}
