// Status of rules: effective, shadowed or ineffective.
import type { Family } from '../../kernel/family.js'
import { loopback } from '../../kernel/link.js'
import { hostPrefix, overlaps } from '../../kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import type { Packet } from '../../lookup/lookup.js'
import { traceIn } from '../../lookup/trace.js'
import { TOO_MANY_STEPS } from '../../packets/bdd.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import { actionKey } from '../../plan/keys.js'
import type { Rule } from '../../plan/plan.js'
import type { LintContext } from '../context.js'
import { findPacket, packetsOf } from '../sample-packets.js'
import { createReachability, MAX_STEPS, type ReachabilityIndex } from './reachability.js'
import { isElse, isReply, isSameWritten, writtenPath } from './rule-origin.js'

/** `fine`: the rule answers some packet. */
export type Finding =
  | { readonly kind: 'fine' }
  /** No packet reaches the rule. */
  | { readonly kind: 'shadowed'; readonly shadowedBy: readonly Rule[]; readonly packet: Packet | undefined }
  /** Its table has no answer for the packets that reach it. */
  | { readonly kind: 'ineffective'; readonly packet: Packet }
  /** Reply rules answer packets from local addresses, which the rule should match as well. */
  | { readonly kind: 'behind-reply'; readonly packet: Packet | undefined }
  /** The analysis exceeded its limit. */
  | { readonly kind: 'unanalyzed' }

export type Findings = ReadonlyMap<Rule, Finding>

/** Skips `else` rules, which match only while their lookup has no answer. */
export function classifyRules(host: LintContext, maxSteps = MAX_STEPS): Findings {
  const finders = {
    inet: createFinder(host, 'inet', maxSteps),
    inet6: createFinder(host, 'inet6', maxSteps),
  }
  return new Map(
    host.plan.state.rules.filter((rule) => !isElse(rule)).map((rule) => [rule, finders[rule.family](rule)]),
  )
}

function createFinder(host: LintContext, family: Family, maxSteps: number): (rule: Rule) => Finding {
  // One or two sample packets prove most rules effective. Only the others need sets.
  let reach: ReachabilityIndex | undefined
  let isOverBudget = false
  const firstReply = Math.min(
    ...host.plan.state.rules
      .filter((rule) => rule.family === family && isReply(rule))
      .map(({ pref }) => pref),
  )
  const analyze = (rule: Rule, answering: Rule | undefined): Finding => {
    reach ??= createReachability(host, family, maxSteps)
    if (answering !== undefined && reach.isShadowedBy(rule, answering)) return shadowed(rule, [answering])
    const { taken, answered, shadowedBy, example } = reach.of(rule)
    if (taken === EMPTY) return shadowed(rule, shadowedBy)
    if (answered !== EMPTY || rule.action.type !== 'lookup') return { kind: 'fine' }
    const packets = packetsOf(host, family, rule.selector)
    const packet = findPacket(packets, (one) => isEvaluated(host, one, rule)) ?? example()
    return packet === undefined ? { kind: 'fine' } : { kind: 'ineffective', packet }
  }
  const shadowed = (rule: Rule, shadowedBy: readonly Rule[]): Finding => {
    const others = shadowedBy.filter((shadowing) => !isSameWritten(shadowing, rule))
    if (others.length === 0) return { kind: 'fine' }
    const packet = showingPacket(host, rule)
    return others.every(isReply) && writtenPath(rule) !== undefined
      ? { kind: 'behind-reply', packet }
      : { kind: 'shadowed', shadowedBy: others, packet }
  }
  return (rule) => {
    const meant = rule.pref > firstReply ? behindReply(host, rule) : undefined
    if (meant !== undefined) return { kind: 'behind-reply', packet: meant }
    let answering: Rule | undefined
    for (const packet of packetsOf(host, family, rule.selector)) {
      if (rule.action.type === 'goto' && isEvaluated(host, packet, rule)) return { kind: 'fine' }
      const by = answeringRule(host, packet)
      if (by === rule) return { kind: 'fine' }
      answering ??= by
    }
    if (isOverBudget) return { kind: 'unanalyzed' }
    try {
      return analyze(rule, answering)
    } catch (error) {
      if (error !== TOO_MANY_STEPS) throw error
      isOverBudget = true
      return { kind: 'unanalyzed' }
    }
  }
}

/** A packet that the rule would match, preferably one that is handled differently. */
function showingPacket(host: LintContext, rule: Rule): Packet | undefined {
  const packets = () => packetsOf(host, rule.family, rule.selector)
  const [first] = packets()
  return findPacket(packets(), (packet) => isHandledDifferently(host, packet, rule)) ?? first
}

/** Whether another action handles the packet. */
function isHandledDifferently(host: LintContext, packet: Packet, { action }: Rule): boolean {
  const by = answeringRule(host, packet)
  return by !== undefined && actionKey(by.action) !== actionKey(action)
}

function answeringRule(host: LintContext, packet: Packet): Rule | undefined {
  const answer = host.lookup(packet)
  return 'rule' in answer ? answer.rule : undefined
}

const isEvaluated = (host: LintContext, packet: Packet, rule: Rule): boolean =>
  traceIn(host.fib, packet).steps.some((step) => step.rule === rule && step.outcome !== 'passed')

/** A local packet for an exception to main that an earlier reply rule answers. */
function behindReply(host: LintContext, rule: Rule): Packet | undefined {
  const { action, selector, family } = rule
  if (writtenPath(rule) === undefined || action.type !== 'lookup' || action.table !== RT_TABLE_MAIN)
    return undefined
  const { from, iif } = selector
  // Received packets have no local source.
  if (iif !== undefined && iif !== loopback) return undefined
  for (const { addresses } of host.plan.intent.gateways)
    for (const { address } of addresses) {
      if (address.family !== family || (from !== undefined && !overlaps(from, hostPrefix(address)))) continue
      const own = { ...selector, from: hostPrefix(address), iif: loopback }
      for (const { iif: _iif, ...packet } of packetsOf(host, family, own)) {
        const by = answeringRule(host, packet)
        if (by !== undefined && isReply(by)) return packet
      }
    }
  return undefined
}
