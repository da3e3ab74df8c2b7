// Which packets come as far as a rule, and which rules in front have taken the others: exactly, by sets.
import type { Family } from '../../kernel/family.js'
import type { Packet } from '../../lookup/lookup.js'
import { createResolvedSets } from '../../packets/resolved-set.js'
import { createWitnessPicker } from '../../packets/witness.js'
import { UNIVERSE, EMPTY } from '../../packets/bdd-nodes.js'
import { createSpace, type PacketSet, type PacketSpace } from '../../packets/packet-space.js'
import type { Rule } from '../../plan/plan.js'
import type { LintContext } from '../context.js'
import { mayOverlap } from '../../lookup/selector-overlap.js'

export interface Reachability {
  /** What the rule is asked for and takes. */
  readonly taken: PacketSet
  /** What its action answers of that. */
  readonly answered: PacketSet
  /** Rules that keep packets from it which it would take, in order; where they keep all of them, as few as do. */
  readonly shadowedBy: readonly Rule[]
  /** One of those that it takes. */
  example(): Packet | undefined
}

export interface ReachabilityIndex {
  readonly space: PacketSpace
  of(rule: Rule): Reachability
  /** Whether one rule that stands in front of the other keeps all packets from it: what is asked of most that match nothing. */
  isShadowedBy(rule: Rule, shadowingRule: Rule): boolean
}

/** Steps that the sets of one family may cost: a second or so. */
export const MAX_STEPS = 3_000_000

/** Made once for a family: sets of different spaces cannot be compared. Throws TOO_MANY_STEPS. */
export function createReachability(
  { plan, fib }: LintContext,
  family: Family,
  maxSteps: number,
): ReachabilityIndex {
  const space = createSpace(family, [plan], maxSteps)
  const { intersect, union, difference, contains } = space
  const resolvedBy = createResolvedSets(space, fib[family])
  const { rules } = fib[family]
  const places = new Map(rules.map(({ rule }, place) => [rule, place]))
  const positionOf = (rule: Rule): number => places.get(rule) ?? rules.length
  const hasGoto = rules.some(({ rule }) => rule.action.type === 'goto')
  const sets = new Map<Rule, PacketSet>()
  const setOf = (rule: Rule): PacketSet => {
    const set = sets.get(rule) ?? space.setOfSelector(rule.selector)
    sets.set(rule, set)
    return set
  }
  // To a socket that is bound to a link other routes are not there; whoever means it says `oif`.
  const unbound = space.byLink('oif', undefined)
  const intendedFor = (rule: Rule): PacketSet => {
    const isBound = rule.selector.oif !== undefined && rule.selector.not !== true
    return intersect(isBound ? UNIVERSE : unbound, setOf(rule))
  }
  const answer = (rule: Rule, set: PacketSet): PacketSet =>
    rule.action.type === 'lookup' ? intersect(resolvedBy(rule.action), set) : set

  const isShadowedBy = (rule: Rule, shadowingRule: Rule): boolean =>
    !hasGoto &&
    positionOf(shadowingRule) < positionOf(rule) &&
    contains(answer(shadowingRule, setOf(shadowingRule)), intendedFor(rule))

  /** Those alone that are needed: each is left out whose packets the others have. */
  const minimalCover = (shadowedBy: readonly Rule[], all: PacketSet): readonly Rule[] => {
    if (shadowedBy.length > MAX_EXACT_COVER) return shadowedBy
    const needed = new Map(
      shadowedBy.map((shadowingRule) => [
        shadowingRule,
        answer(shadowingRule, intersect(setOf(shadowingRule), all)),
      ]),
    )
    for (const shadowingRule of [...shadowedBy].reverse()) {
      const others = [...needed].filter(([other]) => other !== shadowingRule).map(([, set]) => set)
      if (contains(union(...others), all)) needed.delete(shadowingRule)
    }
    return [...needed.keys()]
  }

  const of = (rule: Rule): Reachability => {
    const last = positionOf(rule)
    const own = rules[last]
    const all = intendedFor(rule)
    let taken = all
    /** What leaps over some rules, by the place that it goes to. */
    const jumping = new Map<number, PacketSet>()
    let hasJumped = false
    const shadowedBy: Rule[] = []
    for (const [place, entry] of rules.entries()) {
      const landed = jumping.get(place)
      if (landed !== undefined) {
        taken = union(taken, landed)
        jumping.delete(place)
      }
      if (place === last || (taken === EMPTY && jumping.size === 0)) break
      if (own !== undefined && !mayOverlap(own, entry)) continue
      const earlier = entry.rule
      const overlap = intersect(setOf(earlier), taken)
      if (overlap === EMPTY) continue
      if (earlier.action.type === 'goto') {
        const { target } = entry
        // Nobody is there: the kernel passes the rule by.
        if (target === undefined || target <= place) continue
        hasJumped = true
        if (target <= last) jumping.set(target, union(jumping.get(target) ?? EMPTY, overlap))
        else shadowedBy.push(earlier)
        taken = difference(taken, overlap)
      } else {
        const answered = answer(earlier, overlap)
        if (answered === EMPTY) continue
        shadowedBy.push(earlier)
        taken = difference(taken, answered)
      }
    }
    return {
      taken,
      answered: rule.action.type === 'goto' ? taken : answer(rule, taken),
      shadowedBy: taken === EMPTY && !hasJumped ? minimalCover(shadowedBy, all) : shadowedBy,
      example: () => createWitnessPicker(space, [plan])(taken),
    }
  }
  return { space, of, isShadowedBy }
}

/** Of more takers nobody is told one by one. */
const MAX_EXACT_COVER = 16
