// Unmanaged rules: the software that they belong to, and their impact.
import { isOurProtocol } from '../kernel/protocol.js'
import type { Answer } from '../lookup/lookup.js'
import { gatewaysOf } from '../lookup/trace.js'
import type { KernelPlan, Rule } from '../plan/plan.js'
import { ownersText, softwareOfRule, type Owner } from '../software/attribution.js'
import type { Software } from '../software/software.js'
import { ruleTokens } from '../syntax/iproute2.js'
import { formatAnswer, formatPacket } from '../syntax/route-get.js'
import { createRuleImpacts, type RuleImpact, type RuleImpacts } from './rule-impact.js'
import type { Finding } from './finding.js'
import { showRules } from './check/rules.js'
import { deleteRule, formatLiveRule, withProtocol } from './format-live.js'
import type { LiveRule, LiveState } from './state.js'

export function reportUnmanagedRules(
  plan: KernelPlan,
  state: LiveState,
  foreign: readonly LiveRule[],
): readonly Finding[] {
  if (foreign.length === 0) return []
  const impacts = createRuleImpacts(plan, state, foreign)
  return foreign.map((rule, index) => reportRule(plan, index < MAX_ANALYZED ? impacts : undefined, rule))
}

/** Two milliseconds each. Usual hosts have ten; a hostile state has 10,000. */
const MAX_ANALYZED = 500

/** Without `impacts` the rule is reported as one that may reroute packets. */
function reportRule(plan: KernelPlan, impacts: RuleImpacts | undefined, rule: LiveRule): Finding {
  const owners = ownersOf(rule, plan.intent.coexist)
  const words = formatLiveRule(rule).join(' ')
  const common = {
    ...({ what: 'rule', family: rule.family } as const),
    show: showRules(rule),
    ...(owners.length === 0 ? {} : { software: ownersText(owners) }),
  }
  const finding: Finding = { ...common, severity: 'note', kind: 'foreign', words }
  if (isExpected(owners, plan.intent.coexist))
    return { ...finding, why: 'expected: `coexist` lists its software' }
  const fix = deleteRule(rule)
  if (isOurProtocol(rule.protocol)) return { ...finding, severity: 'error', fix, why: LEFT_OVER }
  if (rule.unknownAttributes.length > 0)
    return { ...finding, fix, why: 'it selects by attributes that no packet of a plan has' }
  const isTwice = plan.state.rules.some(
    (one) => one.family === rule.family && ruleTokens(one).join(' ') === words,
  )
  if (impacts === undefined)
    return { ...finding, severity: 'error', fix, why: withProtocol(rule, NOT_ANALYZED) }
  const impact = impacts(rule)
  if (impact === undefined) {
    const why = isTwice ? 'duplicate of a planned rule' : 'it reroutes no packet'
    return { ...finding, fix, why: withProtocol(rule, why) }
  }
  const packet = formatPacket(impact.packet)
  const shadowed = shadowedRule(impact, plan)
  return {
    ...{ ...common, severity: 'error', fix, packet },
    why: withProtocol(
      rule,
      `a packet to ${packet} ${formatRouting(plan, impact.live)}; as planned it ${formatRouting(plan, impact.planned)}`,
    ),
    ...(shadowed === undefined
      ? { kind: 'foreign', words }
      : {
          ...{ kind: 'shadowed', words: ruleTokens(shadowed).join(' ') },
          ...{ live: words, origin: shadowed.origin },
        }),
  }
}

const NOT_ANALYZED = `it may reroute packets: only the first ${MAX_ANALYZED} unmanaged rules are analyzed`

export const LEFT_OVER = 'left over from another description of multihome'

const ownersOf = (
  { pref, action, selector, protocol }: LiveRule,
  present: readonly Software[],
): readonly Owner[] =>
  softwareOfRule(
    { pref, protocol, mark: selector.fwmark, ...(action.type === 'lookup' ? { table: action.table } : {}) },
    present,
  )

/** Whether one of the possible owners is under `coexist`. */
export const isExpected = (owners: readonly Owner[], present: readonly Software[]): boolean =>
  owners.some(({ name }) => present.some((software) => software.name === name))

/** The planned rule that would answer; undefined for the kernel's own and for none. */
const shadowedRule = ({ planned }: RuleImpact, { state: { rules } }: KernelPlan): Rule | undefined =>
  'rule' in planned ? rules.find((rule) => rule === planned.rule) : undefined

/** `leaves by fiber (via 192.0.2.1 dev eth0 table 101)`. */
function formatRouting(plan: KernelPlan, answer: Answer): string {
  const gateways = gatewaysOf(plan, answer)
  const way = formatAnswer(answer)
  if (answer.kind === 'route')
    return gateways.length === 0 ? `goes ${way}` : `goes by ${gateways.join(' or ')} (${way})`
  return answer.kind === 'none' ? 'finds no route' : answer.kind === 'local' ? 'stays here' : `is ${way}`
}
