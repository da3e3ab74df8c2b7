// Where a packet goes, in one line that can be said on the telephone.
import type { KernelPlan, Nexthop } from '../plan/plan.js'
import { gatewaysOf, type Trace } from './trace.js'

/** What `connect()` fails with; a rule that says `unreachable` gives what no rule at all does. */
const ERRORS = {
  unreachable: 'No route to host',
  prohibit: 'Permission denied',
  blackhole: 'Invalid argument',
} as const

const NO_WAY = 'Network is unreachable'

/** `leaves by cable`; stands behind `it`. */
export function verdictOf(plan: KernelPlan, { answer }: Pick<Trace, 'answer'>): string {
  switch (answer.kind) {
    case 'route': {
      const names = gatewaysOf(plan, answer)
      if (names.length === 1) return `leaves by ${names[0] ?? ''}`
      if (names.length > 1) return `leaves by ${names.join(' or ')}, as its hash falls`
      const isDirect = answer.nexthops.every(({ via }) => via === undefined)
      return isDirect ? 'goes to a neighbour' : 'leaves by no named gateway'
    }
    case 'local':
      return 'stays here: the address is this host’s own'
    case 'onlink':
      return 'goes to a neighbour'
    case 'reject': {
      const error = answer.route === undefined && answer.type === 'unreachable' ? NO_WAY : ERRORS[answer.type]
      return `is refused: ${answer.type} (${error})`
    }
    case 'none':
      return `has no way: no rule has an answer (${NO_WAY})`
  }
}

/** `leaves by cable: via 198.51.100.1 dev wan1`. */
export function verdictWithHops(plan: KernelPlan, told: Pick<Trace, 'answer'>): string {
  const { answer } = told
  const verdict = verdictOf(plan, told)
  switch (answer.kind) {
    case 'route':
      return `${verdict}: ${answer.nexthops.map((nexthop) => nexthopText(nexthop, answer.nexthops.length > 1)).join(' | ')}`
    case 'onlink':
      return `${verdict}: dev ${answer.dev}; no rule has a way, but IPv4 takes all for neighbours on the link that a socket is bound to`
    default:
      return verdict
  }
}

const nexthopText = ({ via, dev, weight }: Nexthop, isOneOfMany: boolean): string =>
  [
    ...(via === undefined ? [] : ['via', via.text]),
    'dev',
    dev,
    ...(isOneOfMany ? ['weight', String(weight ?? 1)] : []),
  ].join(' ')
