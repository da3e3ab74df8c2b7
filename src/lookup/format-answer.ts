// One-line summary of a lookup answer.
import { isLoopback, isSameAddress } from '../kernel/address.js'
import { loopback } from '../kernel/link.js'
import { RT_TABLE_LOCAL } from '../kernel/table.js'
import { isLocallyGenerated, type Packet } from '../kernel/packet.js'
import type { KernelPlan, Nexthop, Route } from '../plan/plan.js'
import { gatewaysOf, type Trace } from './trace.js'

/** Errors of `connect()`. A rule with `unreachable` gives the same error as no matching rule: `none`. */
const ERRORS = {
  unreachable: 'No route to host',
  prohibit: 'Permission denied',
  blackhole: 'Invalid argument',
  none: 'Network is unreachable',
} as const

/** Replies that ping(8) shows to the sender of a forwarded packet: ip_error(), ip6_pkt_discard(). */
const REPLIES = {
  inet: {
    unreachable: 'Destination Host Unreachable',
    prohibit: 'Packet filtered',
    none: 'Destination Net Unreachable',
  },
  inet6: { unreachable: 'No route', prohibit: 'Administratively prohibited', none: 'No route' },
} as const

/** The effect on the program or on the remote sender. */
function errorText(packet: Packet, type: keyof typeof ERRORS): string {
  if (isLocallyGenerated(packet)) return `the program gets: ${ERRORS[type]}`
  return type === 'blackhole' ? 'dropped silently' : `the sender gets: ${REPLIES[packet.family][type]}`
}

/** `leaves by cable`; the subject is `it`. */
export function summarizeAnswer(
  plan: KernelPlan,
  { packet, answer }: Pick<Trace, 'packet' | 'answer'>,
): string {
  switch (answer.kind) {
    case 'route': {
      const names = gatewaysOf(plan, answer)
      if (names.length === 1) return `leaves by ${names[0] ?? ''}`
      if (names.length > 1) return `leaves by ${names.join(' or ')}, by flow hash`
      const isDirect = answer.nexthops.every(({ via }) => via === undefined)
      return isDirect ? 'goes to a neighbour' : 'leaves through no gateway of the description'
    }
    case 'local':
      return localText(plan, answer.route)
    case 'onlink':
      return 'goes to a neighbour'
    case 'reject': {
      const error = answer.route === undefined && answer.type === 'unreachable' ? 'none' : answer.type
      return `is rejected: ${answer.type} (${errorText(packet, error)})`
    }
    case 'none':
      return `has no route: no rule gives an answer (${errorText(packet, 'none')})`
  }
}

/** `leaves by cable: via 198.51.100.1 dev wan1`. */
export function summarizeAnswerWithHops(plan: KernelPlan, trace: Pick<Trace, 'packet' | 'answer'>): string {
  const { answer } = trace
  const summary = summarizeAnswer(plan, trace)
  switch (answer.kind) {
    case 'route':
      return `${summary}: ${answer.nexthops.map((nexthop) => nexthopText(nexthop, answer.nexthops.length > 1)).join(' | ')}`
    case 'onlink':
      return `${summary}: dev ${answer.dev}; no rule gives a route, but IPv4 treats every address as on-link on the link that a socket is bound to`
    default:
      return summary
  }
}

function localText({ state: { links } }: KernelPlan, { dst, table, nexthops }: Route): string {
  const dev = nexthops[0]?.dev ?? loopback
  const isOwnAddress =
    isLoopback(dst.address) ||
    links.some(({ addresses }) => addresses.some(({ address }) => isSameAddress(address, dst.address)))
  if (isOwnAddress) return 'stays here: the address is this host’s own'
  if (table !== RT_TABLE_LOCAL) return 'stays here: a local route contains the address'
  return dst.family === 'inet'
    ? `goes to every host on ${dev}: it is a broadcast address`
    : `stays here: it is the subnet-router anycast address of ${dev}`
}

const nexthopText = ({ via, dev, weight }: Nexthop, isOneOfMany: boolean): string =>
  [
    ...(via === undefined ? [] : ['via', via.text]),
    'dev',
    dev,
    ...(isOneOfMany ? ['weight', String(weight ?? 1)] : []),
  ].join(' ')
