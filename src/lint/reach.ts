// Which packets come as far as a rule, and which rules in front have taken the others: exactly, by sets.
import type { Family } from '../kernel/family.js'
import type { Packet } from '../lookup/lookup.js'
import { createAnswered } from '../packets/answered.js'
import { createExamples } from '../packets/example.js'
import { EVERYTHING, NOTHING } from '../packets/nodes.js'
import { createSpace, type PacketSet, type PacketSpace } from '../packets/space.js'
import type { Rule } from '../plan/plan.js'
import type { Host } from './host.js'
import { mayMeet } from './meet.js'

export interface Reach {
  /** What the rule is asked for and takes. */
  readonly taken: PacketSet
  /** What its action answers of that. */
  readonly answered: PacketSet
  /** Rules that keep packets from it which it would take, in order; where they keep all of them, as few as do. */
  readonly takers: readonly Rule[]
  /** One of those that it takes. */
  example(): Packet | undefined
}

export interface Reaches {
  readonly space: PacketSpace
  of(rule: Rule): Reach
  /** Whether one rule that stands in front of the other keeps all packets from it: what is asked of most that match nothing. */
  isKept(rule: Rule, taker: Rule): boolean
}

/** Steps that the sets of one family may cost: a second or so. */
export const MOST_STEPS = 3_000_000

/** Made once for a family: sets of different spaces cannot be compared. Throws TOO_MANY_STEPS. */
export function createReach({ plan, fib }: Host, family: Family, most: number): Reaches {
  const space = createSpace(family, [plan], most)
  const { both, either, minus, contains } = space
  const answeredOf = createAnswered(space, fib[family])
  const { rules } = fib[family]
  const places = new Map(rules.map(({ rule }, place) => [rule, place]))
  const placeOf = (rule: Rule): number => places.get(rule) ?? rules.length
  const leaps = rules.some(({ rule }) => rule.action.type === 'goto')
  const sets = new Map<Rule, PacketSet>()
  const setOf = (rule: Rule): PacketSet => {
    const set = sets.get(rule) ?? space.setOf(rule.selector)
    sets.set(rule, set)
    return set
  }
  // To a socket that is bound to a link other routes are not there; whoever means it says `oif`.
  const free = space.byLink('oif', undefined)
  const meantBy = (rule: Rule): PacketSet => {
    const isBound = rule.selector.oif !== undefined && rule.selector.not !== true
    return both(isBound ? EVERYTHING : free, setOf(rule))
  }
  const answer = (rule: Rule, set: PacketSet): PacketSet =>
    rule.action.type === 'lookup' ? both(answeredOf(rule.action), set) : set

  const isKept = (rule: Rule, taker: Rule): boolean =>
    !leaps && placeOf(taker) < placeOf(rule) && contains(answer(taker, setOf(taker)), meantBy(rule))

  /** Those alone that are needed: each is left out whose packets the others have. */
  const fewest = (takers: readonly Rule[], all: PacketSet): readonly Rule[] => {
    if (takers.length > FEW) return takers
    const kept = new Map(takers.map((taker) => [taker, answer(taker, both(setOf(taker), all))]))
    for (const taker of [...takers].reverse()) {
      const others = [...kept].filter(([other]) => other !== taker).map(([, set]) => set)
      if (contains(either(...others), all)) kept.delete(taker)
    }
    return [...kept.keys()]
  }

  const of = (rule: Rule): Reach => {
    const last = placeOf(rule)
    const own = rules[last]
    const all = meantBy(rule)
    let taken = all
    /** What leaps over some rules, by the place that it goes to. */
    const leaping = new Map<number, PacketSet>()
    let hasLeapt = false
    const takers: Rule[] = []
    for (const [place, entry] of rules.entries()) {
      const landed = leaping.get(place)
      if (landed !== undefined) {
        taken = either(taken, landed)
        leaping.delete(place)
      }
      if (place === last || (taken === NOTHING && leaping.size === 0)) break
      if (own !== undefined && !mayMeet(own, entry)) continue
      const earlier = entry.rule
      const met = both(setOf(earlier), taken)
      if (met === NOTHING) continue
      if (earlier.action.type === 'goto') {
        const { target } = entry
        // Nobody is there: the kernel passes the rule by.
        if (target === undefined || target <= place) continue
        hasLeapt = true
        if (target <= last) leaping.set(target, either(leaping.get(target) ?? NOTHING, met))
        else takers.push(earlier)
        taken = minus(taken, met)
      } else {
        const gone = answer(earlier, met)
        if (gone === NOTHING) continue
        takers.push(earlier)
        taken = minus(taken, gone)
      }
    }
    return {
      taken,
      answered: rule.action.type === 'goto' ? taken : answer(rule, taken),
      takers: taken === NOTHING && !hasLeapt ? fewest(takers, all) : takers,
      example: () => createExamples(space, [plan])(taken),
    }
  }
  return { space, of, isKept }
}

/** Of more takers nobody is told one by one. */
const FEW = 16
