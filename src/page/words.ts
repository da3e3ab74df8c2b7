// A traced packet in words: where it goes and why, and what came of each rule that was asked.
import { familyName } from '../kernel/family.js'
import { formatPrefixShort } from '../kernel/prefix.js'
import type { TableId } from '../kernel/table.js'
import { isOwn, type Packet } from '../lookup/packet.js'
import { reasonOf } from '../lookup/reason.js'
import type { Answer, TraceStep } from '../lookup/lookup.js'
import type { Trace } from '../lookup/trace.js'
import { gatewayOf } from '../plan/gateway-of.js'
import type { KernelPlan, Nexthop, Route, Rule } from '../plan/plan.js'
import { actionWords, dstWord, selectorWords, tableWord } from '../syntax/iproute2.js'

/** `fiber`, `main`, `table 77`. */
export function tableTitle({ tables }: KernelPlan, table: TableId): string {
  const name = tables.find(({ id }) => id === table)?.name
  const word = tableWord(table)
  return name ?? (/^\d/.test(word) ? `table ${word}` : word)
}

/** What the answer is, in a word or two: `leaves by fiber`, `is for this host`. */
export function verdictOf({ answer, gateways }: Trace): string {
  switch (answer.kind) {
    case 'route':
      return gateways.length === 0
        ? `goes out by ${linksOf(answer.nexthops)}`
        : `leaves by ${gateways.join(' or ')}`
    case 'local':
      return 'is for this host'
    case 'reject':
      return refusals[answer.type]
    case 'onlink':
      return `goes out by ${answer.dev}`
    case 'none':
      return 'goes nowhere'
  }
}

const refusals = {
  unreachable: 'is refused as unreachable',
  prohibit: 'is refused as prohibited',
  blackhole: 'is dropped in silence',
} as const

const linksOf = (nexthops: readonly Nexthop[]): string =>
  [...new Set(nexthops.map(({ dev }) => dev))].join(' or ')

/** Why: the route with its next hops, the table, the rule. */
export function groundsOf(plan: KernelPlan, { answer }: Trace): string {
  switch (answer.kind) {
    case 'route':
      return `${upper(ruleText(answer.rule))} looks up table ${tableTitle(plan, answer.table)}, whose ${routeNoun(answer.route)} leads ${hopsOf(plan, answer)}${chosen(answer)}.`
    case 'local':
      return `${upper(ruleText(answer.rule))} finds the address in table ${tableTitle(plan, answer.table)}.`
    case 'reject':
      return answer.route === undefined
        ? `${upper(ruleText(answer.rule))} says so.`
        : `${upper(ruleText(answer.rule))} looks up table ${tableTitle(plan, answer.route.table)}, whose ${routeNoun(answer.route)} is ${answer.type}.`
    case 'onlink':
      return 'No rule has an answer, but the socket is bound to the link: IPv4 then takes everything for a neighbour there.'
    case 'none':
      return 'No rule has an answer: ENETUNREACH.'
  }
}

const routeNoun = ({ dst }: Route): string =>
  dst.length === 0 ? 'default route' : `route to ${formatPrefixShort(dst)}`

const upper = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`

const chosen = ({ nexthops }: { readonly nexthops: readonly Nexthop[] }): string =>
  nexthops.length > 1 ? '; of its next hops the kernel’s hash takes one' : ''

function hopsOf(
  plan: KernelPlan,
  { route, table, nexthops }: Extract<Answer, { readonly kind: 'route' }>,
): string {
  const hops = nexthops.map((nexthop) => {
    const gateway = gatewayOf(plan, route.family, table, nexthop)
    const way = nexthop.via === undefined ? 'to a neighbour' : `via ${nexthop.via.text}`
    return `${way} on ${nexthop.dev}${gateway === undefined || nexthops.length === 1 ? '' : ` (${gateway.name})`}`
  })
  return [...new Set(hops)].join(', or ')
}

/** `rule 20010 (ipproto 6 dport 25)`. */
export function ruleText({ pref, selector }: Rule): string {
  const words = selectorWords(selector).join(' ')
  return `rule ${pref}${words === '' ? '' : ` (${words})`}`
}

/** What was asked: `IPv4, forwarded from lan0`. */
export const packetText = (packet: Packet): string =>
  `${familyName(packet.family)}, ${isOwn(packet) ? 'sent by this host' : `come in by ${packet.iif ?? ''}`}`

export type StepKind = 'passed' | 'asked' | 'decided'

export interface StepWords {
  readonly kind: StepKind
  readonly rule: string
  readonly outcome: string
}

export function stepWords(step: TraceStep, packet: Packet): StepWords {
  const { rule, outcome } = step
  return {
    kind:
      outcome === 'passed' ? 'passed' : outcome === 'answered' || outcome === 'refused' ? 'decided' : 'asked',
    rule: `${rule.pref} ${selectorWords(rule.selector).join(' ') || 'all'} ${actionWords(rule.action).join(' ')}`,
    outcome: outcomeText(step, packet),
  }
}

export function outcomeText(step: TraceStep, packet: Packet): string {
  switch (step.outcome) {
    case 'passed':
      return reasonOf(step, packet) ?? ''
    case 'no-route':
      return `no route to ${packet.dst.text} there`
    case 'suppressed':
      return `${routeText(step.route)} is too short a prefix for this rule`
    case 'throw':
      return `${routeText(step.route)} hands it to the next rule`
    case 'goto':
      return 'goes on from there'
    case 'unresolved':
      return 'no rule has that preference: passed by'
    case 'refused':
      return 'refuses it'
    case 'answered':
      return `answers with ${routeText(step.route)}`
  }
}

const routeText = ({ type, dst, nexthops, metric }: Route): string =>
  [
    type === 'unicast' ? '' : type,
    dstWord(dst),
    ...(nexthops.length === 1
      ? [nexthops[0]?.via === undefined ? '' : `via ${nexthops[0].via.text}`, `dev ${nexthops[0]?.dev ?? ''}`]
      : []),
    metric === undefined ? '' : `metric ${metric}`,
  ]
    .filter((word) => word !== '')
    .join(' ')
