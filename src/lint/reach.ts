// Which packets come as far as a rule, and which rules in front have taken the others: exactly, by sets.
import type { Family } from '../kernel/family.js'
import type { Preference } from '../kernel/preference.js'
import { kernelRules } from '../lookup/fib.js'
import type { Packet } from '../lookup/lookup.js'
import { createAnswered } from '../packets/answered.js'
import { createExamples } from '../packets/example.js'
import { EVERYTHING, NOTHING } from '../packets/nodes.js'
import { createSpace, type PacketSet, type PacketSpace } from '../packets/space.js'
import type { Rule } from '../plan/plan.js'
import type { Host } from './host.js'

export interface Reach {
  /** What the rule is asked for and takes. */
  readonly taken: PacketSet
  /** What its action answers of that. */
  readonly answered: PacketSet
  /** Rules that keep packets from it which it would take, in order; that one alone which keeps all of them. */
  readonly takers: readonly Rule[]
  /** One of those that it takes. */
  example(): Packet | undefined
}

export interface Reaches {
  readonly space: PacketSpace
  of(rule: Rule): Reach
}

/** Made once for a family: sets of different spaces cannot be compared. */
export function createReach({ plan, fib }: Host, family: Family): Reaches {
  const space = createSpace(family, [plan])
  const answeredOf = createAnswered(space, fib[family])
  const [local] = kernelRules.filter((rule) => rule.family === family)
  const rules = [
    ...(local === undefined ? [] : [local]),
    ...plan.rules.filter((rule) => rule.family === family),
  ]
  const prefs = new Set(rules.map(({ pref }) => pref))
  const sets = new Map<Rule, PacketSet>()
  const setOf = (rule: Rule): PacketSet => {
    const set = sets.get(rule) ?? space.setOf(rule.selector)
    sets.set(rule, set)
    return set
  }
  // To a socket that is bound to a link other routes are not there; whoever means it says `oif`.
  const free = space.byLink('oif', undefined)
  const answer = (rule: Rule, set: PacketSet): PacketSet =>
    rule.action.type === 'lookup' ? space.both(answeredOf(rule.action), set) : set

  const of = (rule: Rule): Reach => {
    const { selector } = rule
    const isBound = selector.oif !== undefined && selector.not !== true
    const all = space.both(isBound ? EVERYTHING : free, setOf(rule))
    let taken = all
    /** What leaps over some rules, by the preference that it goes to. */
    const leaping = new Map<Preference, PacketSet>()
    const takers: Rule[] = []
    for (const earlier of rules) {
      const landed = leaping.get(earlier.pref)
      if (landed !== undefined) {
        taken = space.either(taken, landed)
        leaping.delete(earlier.pref)
      }
      if (earlier === rule || (taken === NOTHING && leaping.size === 0)) break
      const both = space.both(setOf(earlier), taken)
      if (both === NOTHING) continue
      const { action } = earlier
      if (action.type === 'goto') {
        // Nobody is there: the kernel passes the rule by. Main and what is behind it is never a rule’s of ours.
        if (action.pref < 32766 && !prefs.has(action.pref)) continue
        if (action.pref <= rule.pref)
          leaping.set(action.pref, space.either(leaping.get(action.pref) ?? NOTHING, both))
        else takers.push(earlier)
        taken = space.minus(taken, both)
      } else {
        const gone = answer(earlier, both)
        if (gone === NOTHING) continue
        takers.push(earlier)
        taken = space.minus(taken, gone)
      }
    }
    const isAlone = (taker: Rule): boolean =>
      taker.action.type !== 'goto' && answer(taker, space.both(setOf(taker), all)) === all
    const alone = taken === NOTHING && takers.length > 1 ? takers.find(isAlone) : undefined
    return {
      taken,
      answered: rule.action.type === 'goto' ? taken : answer(rule, taken),
      takers: alone === undefined ? takers : [alone],
      example: () => createExamples(space, [plan])(taken),
    }
  }
  return { space, of }
}
