// Impact of an unmanaged rule: a witness packet that it routes differently, found by sets.
import type { Family } from '../kernel/family.js'
import { memoize } from '../stdlib/memoize.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN } from '../kernel/table.js'
import { createFib, type Fib } from '../lookup/fib.js'
import { lookupIn, type Answer, type Packet } from '../lookup/lookup.js'
import { createWitnessPicker } from '../packets/witness.js'
import { plausiblePackets } from '../packets/plausible.js'
import { createSpace } from '../packets/packet-space.js'
import { createForwardingDiagram } from '../packets/forwarding-diagram.js'
import { unmanaged } from '../plan/origin.js'
import type { KernelPlan, Rule } from '../plan/plan.js'
import { plainRoute } from './format-live.js'
import type { LiveRule, LiveState } from './state.js'

export interface RuleImpact {
  /** The plainest packet that is routed differently. */
  readonly packet: Packet
  readonly planned: Answer
  readonly live: Answer
}

/** undefined if no packet is affected, or if a plan cannot express the rule. */
export type RuleImpacts = (rule: LiveRule) => RuleImpact | undefined

export function createRuleImpacts(
  plan: KernelPlan,
  state: LiveState,
  foreign: readonly LiveRule[],
): RuleImpacts {
  const planned = createFib(plan)
  const withTables = withUnmanagedTables(plan, state)
  const withRules = (rules: readonly Rule[]): KernelPlan => ({
    ...withTables,
    state: { ...withTables.state, rules },
  })
  const plans = [plan, withRules([...plan.state.rules, ...foreign.flatMap(asPlanned)])]
  const familyContext = memoize((family: Family) => {
    const space = createSpace(family, plans)
    const plausible = plausiblePackets(space, plans)
    return { space, plausible, pickWitness: createWitnessPicker(space, plans) }
  })
  return (rule) => {
    const [added] = asPlanned(rule)
    if (added === undefined) return undefined
    const { family } = rule
    const { space, plausible, pickWitness } = familyContext(family)
    const { rules } = plan.state
    const live = createFib(withRules(isLastOfPref(rule, state) ? [...rules, added] : [added, ...rules]))
    const candidates = space.intersect(space.setOfSelector(rule.selector), plausible)
    const [before, after] = [planned, live].map((fib: Fib) =>
      createForwardingDiagram(space, fib[family], candidates),
    )
    if (before === undefined || after === undefined) return undefined
    const changed = space.apply2(before.diagram, after.diagram, (one, other) =>
      one === 0 || other === 0 || formatNexthop(before.answerAt(one)) === formatNexthop(after.answerAt(other))
        ? 0
        : 1,
    )
    const packet = pickWitness(changed)
    if (packet === undefined) return undefined
    const impactOn = (one: Packet): RuleImpact => ({
      packet: one,
      planned: lookupIn(planned, one),
      live: lookupIn(live, one),
    })
    const isRerouted = (one: RuleImpact): boolean => formatNexthop(one.planned) !== formatNexthop(one.live)
    // Remove fields that make no difference.
    return incidental.reduce((plain, field) => {
      const { [field]: _, ...rest } = plain.packet
      const plainer = impactOn(rest)
      return isRerouted(plainer) ? plainer : plain
    }, impactOn(packet))
  }
}

const incidental = ['uid', 'sport', 'dport', 'ipproto', 'tos', 'mark'] as const

/** l3mdev applies only to VRFs. Rules with unknown selectors match no packet that a plan describes. */
const asPlanned = ({ action, ...rule }: LiveRule): readonly Rule[] =>
  action.type === 'l3mdev' || action.type === 'nop' || rule.unknownAttributes.length > 0
    ? []
    : [{ ...rule, action, origin: unmanaged }]

/** Adds the live routes of tables outside of the plan. */
function withUnmanagedTables(plan: KernelPlan, { routes }: LiveState): KernelPlan {
  const ours = new Set([...plan.intent.tables.map(({ id }) => id), RT_TABLE_LOCAL, RT_TABLE_MAIN])
  const others = routes.filter(({ table }) => !ours.has(table))
  return {
    ...plan,
    state: {
      ...plan.state,
      routes: [...plan.state.routes, ...others.flatMap((route) => plainRoute(route) ?? [])],
    },
  }
}

/** The kernel evaluates rules with one priority in the order of their addition. */
const isLastOfPref = (rule: LiveRule, { rules }: LiveState): boolean =>
  rules.findLast(({ family, pref }) => family === rule.family && pref === rule.pref) === rule

/** Independent of the table. */
function formatNexthop(answer: Answer): string {
  if (answer.kind === 'reject') return answer.type
  if (answer.kind !== 'route') return answer.kind
  const ways = answer.nexthops.map(({ via, dev }) => `${via?.text ?? ''} ${dev}`)
  return [...new Set(ways)].toSorted().join()
}
