// Where a packet goes, in one line that can be said on the telephone.
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import { gatewaysOf, type Trace } from '../lookup/trace.js'
import type { KernelPlan, Nexthop, Rule } from '../plan/plan.js'
import { actionWords, selectorWords, tableWord } from '../syntax/iproute2.js'
import { protocolWord } from '../lookup/reason.js'

/** What `connect()` fails with; a rule that says `unreachable` gives what no rule at all does. */
const ERRORS = {
  unreachable: 'No route to host',
  prohibit: 'Permission denied',
  blackhole: 'Invalid argument',
} as const

/** `leaves by cable: via 198.51.100.1 dev wan1`; stands behind `it`. */
export function verdictOf(plan: KernelPlan, { answer }: Pick<Trace, 'answer'>): string {
  switch (answer.kind) {
    case 'route': {
      const names = gatewaysOf(plan, answer)
      const { nexthops } = answer
      const ways = nexthops.map((nexthop) => nexthopText(nexthop, nexthops.length > 1)).join(' | ')
      if (names.length === 1) return `leaves by ${names[0] ?? ''}: ${ways}`
      if (names.length > 1) return `leaves by ${names.join(' or ')}, as its hash falls: ${ways}`
      const isDirect = nexthops.every(({ via }) => via === undefined)
      return isDirect ? `goes to a neighbour: ${ways}` : `leaves by no named gateway: ${ways}`
    }
    case 'local':
      return 'stays here: the address is this host’s own'
    case 'onlink':
      return `goes to a neighbour: dev ${answer.dev}; no rule has a way, but IPv4 takes all for neighbours on the link that a socket is bound to`
    case 'reject': {
      const error = answer.route === undefined && answer.type === 'unreachable' ? NO_WAY : ERRORS[answer.type]
      return `is refused: ${answer.type} (${error})`
    }
    case 'none':
      return `has no way: no rule has an answer (${NO_WAY})`
  }
}

const NO_WAY = 'Network is unreachable'

const nexthopText = ({ via, dev, weight }: Nexthop, isOneOfMany: boolean): string =>
  [
    ...(via === undefined ? [] : ['via', via.text]),
    'dev',
    dev,
    ...(isOneOfMany ? ['weight', String(weight ?? 1)] : []),
  ].join(' ')

/** By its name, which `ip` prints as well: every output has a file that tells it. */
export const tableName = (plan: KernelPlan, table: TableId): string =>
  plan.tables.find(({ id }) => id === table)?.name ?? tableWord(table)

/** As `ip rule show` prints it, with names. */
export function ruleText(plan: KernelPlan, { selector, action }: Rule): string {
  const words = [...selectorWords(selector)]
  const protocol = words.indexOf('ipproto') + 1
  if (selector.ipproto !== undefined) words[protocol] = protocolWord(selector.ipproto)
  const does = [...actionWords(action)]
  if (action.type === 'lookup' && action.table !== RT_TABLE_MAIN) does[1] = tableName(plan, action.table)
  return [...words, ...does].join(' ')
}
