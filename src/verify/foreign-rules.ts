// Rules that nobody planned: whose are they, and does any packet go another way for them?
import { RTPROT_FOLLOWED, RTPROT_INTERIM, RTPROT_MULTIHOME } from '../kernel/protocol.js'
import type { Fib } from '../lookup/fib.js'
import { createFib } from '../lookup/fib.js'
import { gatewaysOf } from '../lookup/trace.js'
import type { Answer } from '../lookup/lookup.js'
import type { KernelPlan } from '../plan/plan.js'
import {
  knownSoftware,
  softwareOfMark,
  softwareOfPref,
  softwareOfTable,
  type Software,
} from '../software/known.js'
import { ruleWords } from '../syntax/iproute2.js'
import { formatAnswer, formatPacket } from '../syntax/route-get.js'
import { detourBy, type Detour } from './answers.js'
import type { Finding } from './finding.js'
import { showRules } from './hold-rules.js'
import { deleteRule, liveRuleWords, protocolWords } from './live-words.js'
import type { LiveRule, LiveState } from './state.js'

export function tellForeignRules(
  plan: KernelPlan,
  state: LiveState,
  foreign: readonly LiveRule[],
): readonly Finding[] {
  if (foreign.length === 0) return []
  const planned = createFib(plan)
  return foreign.map((rule) => tellRule(plan, state, planned, rule))
}

function tellRule(plan: KernelPlan, state: LiveState, planned: Fib, rule: LiveRule): Finding {
  const [coexisting, known] = [softwareOf(plan.coexist, rule), softwareOf(knownSoftware, rule)]
  const software = (coexisting ?? known)?.name
  const words = liveRuleWords(rule).join(' ')
  const common = {
    ...({ what: 'rule', family: rule.family } as const),
    show: showRules(rule),
    ...(software === undefined ? {} : { software }),
  }
  const told: Finding = { ...common, severity: 'note', kind: 'foreign', words }
  if (coexisting !== undefined) return { ...told, why: 'told under `coexist`' }
  const mend = deleteRule(rule)
  if (isLaidByUs(rule))
    return {
      ...told,
      severity: 'error',
      mend,
      why: 'laid by multihome for another description, and left behind',
    }
  if (rule.strange.length > 0) return { ...told, mend, why: 'no packet of a plan has what it asks for' }
  const detour = detourBy(plan, state, planned, rule)
  if (detour === undefined)
    return { ...told, mend, why: join([protocolWords(rule.protocol), 'no packet goes another way for it']) }
  const packet = formatPacket(detour.packet)
  const why = `a packet to ${packet} ${wayWords(plan, detour.live)}; as planned it ${wayWords(plan, detour.planned)}`
  const shadowed = shadowedBy(detour, plan)
  return {
    ...{ ...common, severity: 'error', mend, packet },
    why: join([protocolWords(rule.protocol), why]),
    ...(shadowed === undefined
      ? { kind: 'foreign', words }
      : { kind: 'shadowed', words: ruleWords(shadowed).join(' '), live: words, origin: shadowed.origin }),
  }
}

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ')

const isLaidByUs = ({ protocol }: LiveRule): boolean =>
  protocol === RTPROT_MULTIHOME || protocol === RTPROT_INTERIM || protocol === RTPROT_FOLLOWED

/** The planned rule that would have answered; undefined where that is the kernel's own. */
const shadowedBy = ({ planned }: Detour, { rules }: KernelPlan) =>
  'rule' in planned ? rules.find((rule) => rule === planned.rule) : undefined

export const softwareOf = (
  all: readonly Software[],
  { pref, action, selector }: Pick<LiveRule, 'pref' | 'action' | 'selector'>,
): Software | undefined =>
  softwareOfPref(all, pref) ??
  (action.type === 'lookup' ? softwareOfTable(all, action.table) : undefined) ??
  (selector.fwmark === undefined ? undefined : softwareOfMark(all, selector.fwmark))

/** `by fiber (via 192.0.2.1 dev eth0 table 101)`. */
function wayWords(plan: KernelPlan, answer: Answer): string {
  const gateways = gatewaysOf(plan, answer)
  const way = formatAnswer(answer)
  if (answer.kind === 'route')
    return gateways.length === 0 ? `goes ${way}` : `goes by ${gateways.join(' or ')} (${way})`
  return answer.kind === 'none' ? 'finds no route' : answer.kind === 'local' ? 'stays here' : `is ${way}`
}
