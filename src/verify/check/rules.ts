// Rule check: planned rules, and the remaining live ones.
import { families, familyFlag } from '../../kernel/family.js'
import { RTPROT_KERNEL } from '../../kernel/protocol.js'
import { asMatched } from '../../kernel/rule.js'
import { kernelRules } from '../../lookup/fib.js'
import { actionKey, selectorKey } from '../../plan/keys.js'
import type { KernelPlan, Rule } from '../../plan/plan.js'
import { ruleCommand, ruleTokens } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import type { Finding } from '../finding.js'
import { deleteRule, formatLiveRule } from '../format-live.js'
import { poolOf } from './match-pool.js'
import { hasFamily, type LiveRule, type LiveState } from '../state.js'

export interface CheckedRules {
  readonly findings: readonly Finding[]
  /** Live rules that are neither planned nor the kernel's own, in the kernel's order. */
  readonly foreign: readonly LiveRule[]
}

export const showRules = ({ family }: Pick<Rule, 'family'>): string => `ip ${familyFlag(family)} rule show`

/** Keys for matching: full identity, or all but one of priority, action and selector. */
const keys = {
  all: (rule: AnyRule) => [rule.family, rule.pref, selectorText(rule), actionText(rule)].join('|'),
  moved: (rule: AnyRule) => [rule.family, selectorText(rule), actionText(rule)].join('|'),
  redirected: (rule: AnyRule) => [rule.family, rule.pref, selectorText(rule)].join('|'),
  reselected: (rule: AnyRule) => [rule.family, rule.pref, actionText(rule)].join('|'),
}

export function checkRules(plan: KernelPlan, state: LiveState): CheckedRules {
  const live = poolOf(
    state.rules.filter((rule) => !isVrfRule(rule)),
    keys,
  )
  const isMissing = (rule: Rule): boolean => live.take('all', keys.all(rule)) === undefined
  const own = kernelRules.filter((rule) => hasFamily(state, rule.family) && isMissing(rule))
  const missing = plan.state.rules.filter(isMissing)
  const findings = missing.map((rule): Finding => {
    const other =
      live.take('moved', keys.moved(rule)) ??
      live.take('redirected', keys.redirected(rule)) ??
      live.take('reselected', keys.reselected(rule))
    const planned = {
      ...({ severity: 'error', what: 'rule', family: rule.family } as const),
      ...{ words: ruleTokens(rule).join(' '), show: showRules(rule), origin: rule.origin },
    }
    const add = commandLine(ruleCommand('add', rule))
    if (other === undefined) return { ...planned, kind: 'missing', fix: add }
    return {
      ...{ ...planned, kind: 'different', live: formatLiveRule(other).join(' ') },
      fix: `${add} && ${deleteRule(other)}`,
    }
  })
  return {
    findings: [...own.map(missingManaged), ...missingVrfRules(plan, state), ...findings],
    foreign: live.rest(),
  }
}

const missingManaged = (rule: Rule): Finding => ({
  ...{ severity: 'error', kind: 'missing', what: 'rule', family: rule.family },
  ...{ words: ruleTokens(rule).join(' '), why: 'the kernel’s own, and the plan relies on it' },
  ...{ show: showRules(rule), fix: commandLine(ruleCommand('add', rule)) },
})

/** vrf.rst: the kernel adds it with the first VRF, for both families. It applies only to VRFs. */
const isVrfRule = ({ action, protocol }: LiveRule): boolean =>
  action.type === 'l3mdev' && protocol === RTPROT_KERNEL

function missingVrfRules({ state: { links } }: KernelPlan, state: LiveState): readonly Finding[] {
  const vrf = links.find(
    ({ name, virtual }) => virtual?.kind === 'vrf' && state.links.some((live) => live.name === name),
  )
  if (vrf === undefined) return []
  return families
    .filter((family) => hasFamily(state, family))
    .filter((family) => !state.rules.some((rule) => rule.family === family && rule.action.type === 'l3mdev'))
    .map((family) => ({
      ...{ severity: 'error', kind: 'missing', what: 'rule', family, words: 'pref 1000 l3mdev' },
      ...{ why: 'the kernel’s own; without it no VRF table is used', show: showRules({ family }) },
      fix: `ip ${familyFlag(family)} rule add pref 1000 l3mdev protocol kernel`,
      origin: vrf.origin,
    }))
}

type AnyRule = Pick<LiveRule, 'family' | 'pref' | 'selector' | 'action'> & {
  readonly unknownAttributes?: readonly string[]
}

/** The kernel drops a prefix of length 0 and a `tos` of 0. */
function selectorText({ selector: { tos, ...rest }, unknownAttributes = [] }: AnyRule): string {
  const kept = tos === undefined || tos === 0 ? rest : { ...rest, tos }
  return [selectorKey(asMatched(kept)), ...unknownAttributes].join(' ')
}

const actionText = ({ action }: AnyRule): string =>
  action.type === 'l3mdev' || action.type === 'nop' ? action.type : actionKey(action)
