// Reroutes as short texts: `forwarded, from 10.0.0.0/24, dport 25: fiber > cable`.
import { formatFwmark } from '../../src/kernel/fwmark.js'
import { formatPrefixShort } from '../../src/kernel/prefix.js'
import { formatRange } from '../../src/kernel/range.js'
import type { Reroute, Packets, Disposition } from '../../src/diff/difference.js'
import { formatPacket } from '../../src/syntax/route-get.js'

interface Listed<T> {
  readonly in: readonly T[]
  readonly exclusions: readonly T[]
  readonly isApproximate?: true
}

export const rerouteText = ({ kind, family, before, after, packets, exclusions, isExact }: Reroute): string =>
  [
    `${family === 'inet' ? 4 : 6}${kind === 'source' ? ' source' : ''} ${packetsText(packets)}`,
    ...exclusions.map((one) => ` [except ${packetsText(one)}]`),
    isExact ? '' : ' (some)',
    `: ${dispositionText(before)} > ${dispositionText(after)}`,
  ].join('')

export const exampleText = ({ example: { packet } }: Reroute): string => formatPacket(packet)

export function packetsText(packets: Packets): string {
  const { sender, source, from, to, iif, oif, ipproto, sport, dport, uid, mark, tos } = packets
  const words = [
    sender,
    source,
    ...word('iif', iif, String),
    ...word('oif', oif, String),
    ...word('from', from, formatPrefixShort),
    ...word('to', to, formatPrefixShort),
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
  const excluded = list.exclusions.length === 0 ? [] : ['not', ...list.exclusions.map(textOf)]
  return [
    [name, ...list.in.map(textOf), ...excluded, ...(list.isApproximate === true ? ['…'] : [])].join(' '),
  ]
}

export function dispositionText(way: Disposition): string {
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
