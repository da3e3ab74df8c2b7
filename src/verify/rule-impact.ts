// Does any packet go another way for one more rule? Asked of all packets that it takes at once, and shown by one of them.
import type { Family } from '../kernel/family.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN } from '../kernel/table.js'
import { createFib, type Fib } from '../lookup/fib.js'
import { lookupIn, type Answer, type Packet } from '../lookup/lookup.js'
import { createWitnessPicker, type WitnessPicker } from '../packets/witness.js'
import { plausiblePackets } from '../packets/plausible.js'
import { createSpace, type PacketSet, type PacketSpace } from '../packets/packet-space.js'
import { createForwardingDiagram } from '../packets/forwarding-diagram.js'
import type { KernelPlan, Origin, Rule } from '../plan/plan.js'
import { plainRoute } from './format-live.js'
import type { LiveRule, LiveState } from './state.js'

export interface RuleImpact {
  /** As plain as one of those that go another way can be. */
  readonly packet: Packet
  readonly planned: Answer
  readonly live: Answer
}

/** For one of the `foreign` rules; undefined where none does, or where no plan can say what the rule says. */
export type RuleImpacts = (rule: LiveRule) => RuleImpact | undefined

interface FamilyContext {
  readonly space: PacketSpace
  readonly real: PacketSet
  readonly examples: WitnessPicker
}

export function createRuleImpacts(
  plan: KernelPlan,
  state: LiveState,
  foreign: readonly LiveRule[],
): RuleImpacts {
  const planned = createFib(plan)
  const named = { ...withTables(plan, state), rules: [...plan.rules, ...foreign.flatMap(sayable)] }
  const rooms = new Map<Family, FamilyContext>()
  const familyContext = (family: Family): FamilyContext => {
    const known = rooms.get(family)
    if (known !== undefined) return known
    const plans = [plan, named]
    const space = createSpace(family, plans)
    const room = { space, real: plausiblePackets(space, plans), examples: createWitnessPicker(space, plans) }
    rooms.set(family, room)
    return room
  }
  return (rule) => {
    const [added] = sayable(rule)
    if (added === undefined) return undefined
    const { family } = rule
    const { space, real, examples } = familyContext(family)
    const live = createFib(withRule(plan, state, rule, added))
    const asked = space.intersect(space.setOfSelector(rule.selector), real)
    const [before, after] = [planned, live].map((fib: Fib) =>
      createForwardingDiagram(space, fib[family], asked),
    )
    if (before === undefined || after === undefined) return undefined
    const changed = space.apply2(before.diagram, after.diagram, (one, other) =>
      one === 0 || other === 0 || formatNexthop(before.answerAt(one)) === formatNexthop(after.answerAt(other))
        ? 0
        : 1,
    )
    const packet = examples(changed)
    if (packet === undefined) return undefined
    const ask = (one: Packet): RuleImpact => ({
      packet: one,
      planned: lookupIn(planned, one),
      live: lookupIn(live, one),
    })
    const isOther = (one: RuleImpact): boolean => formatNexthop(one.planned) !== formatNexthop(one.live)
    // What makes no difference to it is not told.
    return incidental.reduce((plain, field) => {
      const { [field]: _, ...rest } = plain.packet
      const plainer = ask(rest)
      return isOther(plainer) ? plainer : plain
    }, ask(packet))
  }
}

const incidental = ['uid', 'sport', 'dport', 'ipproto', 'tos', 'mark'] as const

const strange: Origin = { path: [], reason: 'there, and not planned' }

/** l3mdev has no say outside of VRFs; what selects by other things than a plan can takes no packet of a plan. */
const sayable = ({ action, ...rule }: LiveRule): readonly Rule[] =>
  action.type === 'l3mdev' || action.type === 'nop' || rule.strange.length > 0
    ? []
    : [{ ...rule, action, origin: strange }]

/** With whatever the tables that are none of the plan's have on the host. */
function withTables(plan: KernelPlan, { routes }: LiveState): KernelPlan {
  const ours = new Set([...plan.tables.map(({ id }) => id), RT_TABLE_LOCAL, RT_TABLE_MAIN])
  const others = routes.filter(({ table }) => !ours.has(table))
  return { ...plan, routes: [...plan.routes, ...others.flatMap((route) => plainRoute(route) ?? [])] }
}

/** The kernel asks rules of one preference in the order in which they were added. */
function withRule(plan: KernelPlan, state: LiveState, rule: LiveRule, added: Rule): KernelPlan {
  const isLast =
    state.rules.findLast(({ family, pref }) => family === rule.family && pref === rule.pref) === rule
  return {
    ...withTables(plan, state),
    rules: isLast ? [...plan.rules, added] : [added, ...plan.rules],
  }
}

/** Whichever table says it. */
function formatNexthop(answer: Answer): string {
  if (answer.kind === 'reject') return answer.type
  if (answer.kind !== 'route') return answer.kind
  const ways = answer.nexthops.map(({ via, dev }) => `${via?.text ?? ''} ${dev}`)
  return [...new Set(ways)].toSorted().join()
}
