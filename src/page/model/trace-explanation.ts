// Explanation of a trace in a sentence: the rule, the table and the route that decide.
import { familyName } from '../../kernel/family.js'
import { formatPrefixShort } from '../../kernel/prefix.js'
import type { Answer } from '../../lookup/lookup.js'
import { isVrfRule } from '../../lookup/vrfs.js'
import { isLocallyGenerated, type Packet } from '../../kernel/packet.js'
import { findGateway } from '../../plan/find-gateway.js'
import type { KernelPlan, Route, Rule } from '../../plan/plan.js'
import { selectorText, tableName } from '../../syntax/trace-format.js'

/** The rule, the table and the route with its next hops; empty where no rule decides. */
export function explainAnswer(plan: KernelPlan, answer: Answer): string {
  switch (answer.kind) {
    case 'route':
      return `${ruleName(answer.rule)} looks up table ${tableName(plan, answer.table)}, whose ${routeName(answer.route)} leads ${hopsOf(plan, answer)}.`
    case 'local':
      return `${ruleName(answer.rule)} finds the address in table ${tableName(plan, answer.table)}.`
    case 'reject':
      return answer.route === undefined
        ? `${ruleName(answer.rule)} rejects it.`
        : `${ruleName(answer.rule)} looks up table ${tableName(plan, answer.route.table)}, whose ${routeName(answer.route)} rejects it.`
    case 'onlink':
      return `No rule has a route, but the socket is bound to ${answer.dev}: IPv4 then treats every destination as a neighbour there.`
    case 'none':
      return ''
  }
}

/** `Rule 20010 (ipproto tcp dport 25)`. */
function ruleName(rule: Rule): string {
  const { pref, selector } = rule
  const text = isVrfRule(rule) ? 'l3mdev' : selectorText(selector)
  return `Rule ${pref}${text === '' ? '' : ` (${text})`}`
}

const routeName = ({ dst, type }: Route): string =>
  `${type === 'unicast' ? '' : `${type} `}${dst.length === 0 ? 'default route' : `route to ${formatPrefixShort(dst)}`}`

function hopsOf(
  plan: KernelPlan,
  { route, table, nexthops }: Extract<Answer, { readonly kind: 'route' }>,
): string {
  const hops = nexthops.map((nexthop) => {
    const gateway = findGateway(plan, route.family, table, nexthop)
    const name = gateway === undefined || nexthops.length === 1 ? '' : ` (${gateway.name})`
    if (nexthop.via !== undefined) return `via ${nexthop.via.text} on ${nexthop.dev}${name}`
    return `${gateway === undefined ? 'to a neighbour on' : 'over'} ${nexthop.dev}${name}`
  })
  return [...new Set(hops)].join(', or ')
}

/** `IPv4, received on lan0`. */
export const packetText = (packet: Packet): string =>
  `${familyName(packet.family)}, ${isLocallyGenerated(packet) ? 'sent by this host' : `received on ${packet.iif ?? ''}`}`
