// Reachability by sets, compared with traces of single packets.
import { describe, expect, it } from 'vitest'
import { createLintContext, type LintContext } from '../../../src/lint/context.js'
import { packetsOf } from '../../../src/lint/sample-packets.js'
import { createReachability, MAX_STEPS } from '../../../src/lint/rules/reachability.js'
import { classifyRules } from '../../../src/lint/rules/rule-status.js'
import { lookupIn, type Packet } from '../../../src/lookup/lookup.js'
import { traceIn } from '../../../src/lookup/trace.js'
import type { Rule } from '../../../src/plan/plan.js'
import { parsePacketTokens } from '../../../src/syntax/route-get.js'
import { drawPackets } from '../../netns/packets.js'
import { drawPlan } from '../../generators/random-plan.js'
import { amount } from '../../helpers/amount.js'
import { setSelectors } from '../../../src/kernel/selectors.js'

const seeds = [11, 12, 13, 14, 15, 16]

/** Bound sockets are used only for rules with `oif`. */
const drawn = (host: LintContext, seed: number): readonly Packet[] =>
  drawPackets(host.plan, amount(200, 800), seed).flatMap((words) => {
    const read = parsePacketTokens(words)
    if (!read.ok) throw new Error(read.problem)
    return read.value.oif === undefined ? [read.value] : []
  })

const isAsked = (host: LintContext, packet: Packet, rule: Rule): boolean =>
  traceIn(host.fib, packet).steps.some((step) => step.rule === rule && step.outcome !== 'passed')

const isAnswered = (host: LintContext, packet: Packet, rule: Rule): boolean => {
  const answer = lookupIn(host.fib, packet)
  return 'rule' in answer && answer.rule === rule
}

describe('the packets that reach a rule', () => {
  it.each(seeds)('agree with traces (plan %i)', (seed) => {
    const host = createLintContext(drawPlan(seed))
    const packets = drawn(host, seed)
    for (const family of ['inet', 'inet6'] as const) {
      const { space, of } = createReachability(host, family, MAX_STEPS)
      for (const rule of host.plan.state.rules.filter((one) => one.family === family)) {
        const { taken, answered } = of(rule)
        for (const packet of packets.filter((one) => one.family === family)) {
          if (rule.selector.oif !== undefined) continue
          const point = space.encodePacket(packet)
          const bySets = [space.evaluate(taken, point) === 1, space.evaluate(answered, point) === 1]
          const walked = [
            isAsked(host, packet, rule),
            rule.action.type === 'goto' ? isAsked(host, packet, rule) : isAnswered(host, packet, rule),
          ]
          expect([rule.pref, packet, ...bySets]).toEqual([rule.pref, packet, ...walked])
        }
      }
    }
  })
})

describe('a reported rule', () => {
  it.each(seeds)('is shadowed or ineffective for every packet; another rule is reached (plan %i)', (seed) => {
    const host = createLintContext(drawPlan(seed))
    const packets = drawn(host, seed)
    const reach = {
      inet: createReachability(host, 'inet', MAX_STEPS),
      inet6: createReachability(host, 'inet6', MAX_STEPS),
    }
    const kinds = new Set<string>()
    for (const [rule, finding] of classifyRules(host)) {
      // `not` without a selector, which no description may have.
      if (setSelectors(rule.selector).join() === 'not') continue
      kinds.add(finding.kind)
      const isReached = packets.filter((packet) => isAsked(host, packet, rule))
      if (finding.kind === 'shadowed') expect([rule.pref, isReached]).toEqual([rule.pref, []])
      else if (finding.kind === 'ineffective') {
        expect(isAsked(host, finding.packet, rule)).toBe(true)
        expect(isReached.filter((packet) => isAnswered(host, packet, rule))).toEqual([])
      } else {
        const shown = [...packetsOf(host, rule.family, rule.selector)].some((packet) =>
          isAsked(host, packet, rule),
        )
        const example = shown ? undefined : reach[rule.family].of(rule).example()
        expect([rule.pref, shown || (example !== undefined && isAsked(host, example, rule))]).toEqual([
          rule.pref,
          true,
        ])
      }
    }
    expect(kinds.has('fine')).toBe(true)
  })

  it('exists in some of these plans', () => {
    const kinds = seeds.flatMap((seed) =>
      [...classifyRules(createLintContext(drawPlan(seed))).values()].map(({ kind }) => kind),
    )
    expect(new Set(kinds)).toEqual(new Set(['fine', 'shadowed', 'ineffective']))
  })
})
