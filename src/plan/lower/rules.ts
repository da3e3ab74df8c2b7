// Lowering of rules: exceptions, then marks, replies and the other rules, each in its priority band.
import { hasErrors } from '../../diagnostics/diagnostic.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import { asStored } from '../../kernel/rule.js'
import { families, familyName, otherFamily } from '../../kernel/family.js'
import { hostPrefix } from '../../kernel/prefix.js'
import { isPreference, MAIN_PREFERENCE, MAX_PREFERENCE, type Preference } from '../../kernel/preference.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { servesFamily } from '../../network/network.js'
import type { Gateway, LocalNetwork, Network, ResolvedRule } from '../../network/network.js'
import { actionKey, selectorKey, sortRules } from '../keys.js'
import { formatOrigin } from '../origin.js'
import { gatewayOrigin } from './routes.js'
import type { DynamicReplyRule, Origin, Rule, RuleAction } from '../plan.js'
import {
  createPriorityAllocator,
  elementWidth,
  policyWidth,
  type PriorityAllocator,
} from './priority-allocator.js'

export interface LoweredRules {
  readonly rules: readonly Rule[]
  /** By gateway: rules for dynamic addresses. */
  readonly dynamicReplies: ReadonlyMap<string, readonly DynamicReplyRule[]>
}

export function lowerRules(network: Network, reporter: Reporter): LoweredRules {
  // After an error, the rule that a goto leads to may be missing for that reason.
  const isWhole = !hasErrors(reporter.diagnostics)
  const allocator = createPriorityAllocator(network)
  const rules: Rule[] = []
  for (const local of network.local) rules.push(...localRules(local, allocator, reporter))
  const unpinned = network.rules.filter((policy) => policy.pref === undefined)
  const firstSelecting = unpinned.findIndex((policy) => policy.selectsTable)
  const leading = new Set(firstSelecting === -1 ? unpinned : unpinned.slice(0, firstSelecting))
  for (const policy of network.rules)
    rules.push(...policyRules(policy, leading.has(policy) ? 'exceptions' : 'rules', allocator, reporter))
  for (const gateway of network.gateways) rules.push(...fwmarkRules(gateway, allocator, reporter))
  const dynamicReplies = new Map<string, readonly DynamicReplyRule[]>()
  for (const gateway of network.gateways) {
    rules.push(...replyRules(gateway, allocator, reporter))
    dynamicReplies.set(gateway.name, allocateDynamicReplies(gateway, allocator, reporter))
  }
  const sorted = sortRules(rules)
  checkRuleConflicts(sorted, reporter)
  checkGotos(sorted, isWhole, reporter)
  return { rules: sorted, dynamicReplies }
}

function localRules(local: LocalNetwork, allocator: PriorityAllocator, reporter: Reporter): readonly Rule[] {
  const byFamily = families.map((family) => local.prefixes.filter((prefix) => prefix.family === family))
  const width = Math.max(...byFamily.map((prefixes) => prefixes.length))
  const start = allocator.allocate('local', width, reporter.at(...local.path))
  if (start === undefined) return []
  const origin: Origin = { kind: 'local', network: local.text, path: local.path, comment: local.comment }
  return byFamily.flatMap((prefixes) =>
    prefixes.map((to, index) => ({
      family: to.family,
      pref: start + index,
      selector: { to },
      action: { type: 'lookup', table: RT_TABLE_MAIN } as const,
      origin,
    })),
  )
}

/** In the families that the gateway's table answers. */
function fwmarkRules(gateway: Gateway, allocator: PriorityAllocator, reporter: Reporter): readonly Rule[] {
  const { fwmark } = gateway
  if (fwmark === undefined) return []
  const path = [...gateway.path, 'fwmark']
  const pref = allocator.allocate('marks', 1, reporter.at(...path))
  if (pref === undefined) return []
  const origin = gatewayOrigin(gateway, { part: 'fwmark', fwmark }, path)
  return families
    .filter((family) => servesFamily(gateway, family))
    .map((family) => ({
      family,
      pref,
      selector: { fwmark },
      action: { type: 'lookup', table: gateway.table } as const,
      origin,
    }))
}

function replyRules(gateway: Gateway, allocator: PriorityAllocator, reporter: Reporter): readonly Rule[] {
  const rules: Rule[] = []
  const path = [...gateway.path, 'reply']
  for (const { prefix } of gateway.addresses) {
    const { address } = prefix
    for (const word of gateway.reply) {
      const pref = allocator.allocate('replies', 1, reporter.at(...path))
      if (pref === undefined) return rules
      rules.push({
        family: prefix.family,
        pref,
        selector: { [word]: hostPrefix(address) },
        action: { type: 'lookup', table: gateway.table },
        origin: gatewayOrigin(gateway, { part: 'reply', word, address }, path),
      })
    }
  }
  return rules
}

/** One priority for each of `from` and `to`: the number of addresses is unknown, and their rules have the same action. */
function allocateDynamicReplies(
  gateway: Gateway,
  allocator: PriorityAllocator,
  reporter: Reporter,
): readonly DynamicReplyRule[] {
  if (gateway.dynamicFamilies.length === 0) return []
  return gateway.reply.flatMap((word) => {
    const pref = allocator.allocate('dynamicReplies', 1, reporter.at(...gateway.path, 'reply'))
    return pref === undefined ? [] : [{ word, pref }]
  })
}

function policyRules(
  policy: ResolvedRule,
  tier: 'exceptions' | 'rules',
  allocator: PriorityAllocator,
  reporter: Reporter,
): readonly Rule[] {
  const width = policyWidth(policy)
  const at = reporter.at(...policy.path)
  const start = policy.pref ?? allocator.allocate(tier, width, at)
  if (start === undefined) return []
  if (policy.pref !== undefined && start + width - 1 > MAX_PREFERENCE && isPreference(start)) {
    at.at('priority').report('pref-out-of-range', { pref: start + width - 1 })
    return []
  }
  if (policy.pref !== undefined) allocator.checkPinned(start, width, at.at('priority'))
  const lookups = elementRules(policy, start, policy.action, ruleOrigin(policy))
  const { elseAction, name, path, comment } = policy
  if (elseAction === undefined) return lookups
  const origin: Origin = {
    kind: 'rule',
    name,
    part: 'else',
    action: elseAction,
    path: [...path, 'else'],
    comment,
  }
  return [...lookups, ...elementRules(policy, start + width / 2, { type: elseAction }, origin)]
}

export const ruleOrigin = ({ name, actionText, path, comment }: ResolvedRule): Origin => ({
  kind: 'rule',
  name,
  action: actionText,
  path,
  comment,
})

function elementRules(
  policy: ResolvedRule,
  start: Preference,
  action: RuleAction,
  origin: Origin,
): readonly Rule[] {
  const rules: Rule[] = []
  let pref = start
  for (const element of policy.elements) {
    for (const family of families)
      for (const [index, match] of element[family].entries())
        rules.push({ family, pref: pref + index, selector: asStored(match), action, origin })
    pref += elementWidth(element)
  }
  return rules
}

function checkRuleConflicts(sorted: readonly Rule[], reporter: Reporter): void {
  const byPref = new Map<string, Rule>()
  const byKey = new Map<string, Rule>()
  for (const rule of sorted) {
    const slot = `${rule.family} ${rule.pref}`
    const holder = byPref.get(slot)
    const at = reporter.at(...rule.origin.path)
    if (holder === undefined) byPref.set(slot, rule)
    else {
      const pinned = rule.origin.kind === 'rule' ? rule : holder
      const other = pinned === rule ? holder : rule
      reporter
        .at(...pinned.origin.path, 'priority')
        .report('pref-taken', { pref: rule.pref, where: formatOrigin(other.origin) })
    }
    const key = `${rule.family} ${selectorKey(rule.selector)} ${actionKey(rule.action)}`
    const duplicate = byKey.get(key)
    if (duplicate !== undefined && rule.action.type === 'lookup') {
      const isVirtual = rule.origin.kind === 'gateway' && duplicate.origin.kind === 'rule'
      at.report(
        'rule-duplicate',
        { rule: `${selectorKey(rule.selector) || 'all'} ${actionKey(rule.action)}` },
        isVirtual
          ? { fix: 'To place this rule yourself, set `reply: none` on the gateway, or remove its `fwmark`.' }
          : {},
      )
    }
    byKey.set(key, rule)
  }
}

function checkGotos(sorted: readonly Rule[], isWhole: boolean, reporter: Reporter): void {
  const known = new Set(sorted.map((rule) => `${rule.family} ${rule.pref}`))
  for (const { action, family, pref, origin } of sorted) {
    if (action.type !== 'goto') continue
    const at = reporter.at(...origin.path, 'goto')
    if (action.pref <= pref) at.report('goto-backward', { pref, to: action.pref })
    // The kernel's own rule for main is a valid target, too.
    else if (action.pref !== MAIN_PREFERENCE && !known.has(`${family} ${action.pref}`) && isWhole)
      at.report(
        'goto-nowhere',
        { to: action.pref, family: familyName(family) },
        known.has(`${otherFamily(family)} ${action.pref}`)
          ? { fix: `The rule there is ${familyName(otherFamily(family))} only: set \`family\` on this one.` }
          : {},
      )
  }
}
