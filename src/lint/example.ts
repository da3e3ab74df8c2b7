// Parts of messages: a packet in the syntax of `ip route get` with its answer, an address, and more locations.
import type { Path, Related } from '../diagnostics/diagnostic.js'
import type { Address } from '../kernel/address.js'
import { protocolName } from '../kernel/protocol.js'
import type { Answer, Packet } from '../lookup/lookup.js'
import { findGateway } from '../plan/find-gateway.js'
import type { Nexthop } from '../plan/plan.js'
import type { LintContext } from './context.js'

/** `from 10.0.0.7 to 203.0.113.7 iif lan0 leaves by cable`. */
export const exampleOf = (host: LintContext, packet: Packet, answer = host.lookup(packet)): string =>
  `${formatPacket(host, packet)} ${formatAnswer(host, packet, answer)}`

export function formatPacket(host: LintContext, packet: Packet): string {
  const { src, dst, iif, oif, mark, ipproto, sport, dport, uid, tos } = packet
  const words: readonly (readonly [string, string | number | undefined])[] = [
    ['from', src && formatAddress(host, src)],
    ['to', formatAddress(host, dst)],
    ['iif', iif],
    ['oif', oif],
    ['mark', mark === undefined ? undefined : `0x${mark.toString(16)}`],
    ['tos', tos === undefined ? undefined : `0x${tos.toString(16)}`],
    ['ipproto', ipproto === undefined ? undefined : protocolName(ipproto)],
    ['sport', sport],
    ['dport', dport],
    ['uid', uid],
  ]
  return words.flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${value}`])).join(' ')
}

export function formatAnswer(host: LintContext, { family }: Packet, answer: Answer): string {
  switch (answer.kind) {
    case 'route': {
      const { table, nexthops } = answer
      const ways = new Set(nexthops.map((nexthop) => formatNexthops(host, family, table, nexthop)))
      return `leaves by ${[...ways].join(' or ')}`
    }
    case 'local':
      return 'stays on this host'
    case 'onlink':
      return `leaves by ${answer.dev} itself`
    case 'reject':
      return answer.type === 'blackhole' ? 'is dropped' : `is rejected (${answer.type})`
    case 'none':
      return 'finds no route'
  }
}

function formatNexthops(
  host: LintContext,
  family: Packet['family'],
  table: number,
  nexthop: Nexthop,
): string {
  const gateway = findGateway(host.plan, family, table, nexthop)
  if (gateway !== undefined) return gateway.name
  const { via, dev } = nexthop
  return via === undefined ? `${dev} itself` : `${formatAddress(host, via)} on ${dev}`
}

/** The name of a placeholder, or the address. */
export const formatAddress = ({ placeholders }: LintContext, { text }: Address): string =>
  placeholders.names.get(text) ?? text

const MAX_LOCATIONS = 4

/** The locations after the first, up to a readable number, for a diagnostic with several causes of the same kind. */
export const otherLocations = (all: readonly { readonly path: Path }[]): readonly Related[] | undefined =>
  all.length === 1
    ? undefined
    : all.slice(1, 1 + MAX_LOCATIONS).map(({ path }) => ({ message: 'so is this', path }))
