// Reachability of rules: exact sets of the packets that reach a rule, and the rules that shadow it.
import type { Family } from '../../kernel/family.js'
import { memoize } from '../../stdlib/memoize.js'
import type { Packet } from '../../lookup/lookup.js'
import { createResolvedSets } from '../../packets/resolved-set.js'
import { createWitnessPicker } from '../../packets/witness.js'
import { UNIVERSE, EMPTY } from '../../packets/bdd-nodes.js'
import { createSpace, type PacketSet, type PacketSpace } from '../../packets/packet-space.js'
import type { Rule } from '../../plan/plan.js'
import type { LintContext } from '../context.js'
import { mayOverlap } from '../../lookup/rule.js'

export interface Reachability {
  /** The packets that reach the rule and match. */
  readonly taken: PacketSet
  /** Those of them that its action answers. */
  readonly answered: PacketSet
  /** Earlier rules that answer matching packets, in order; a minimal cover if they answer all. */
  readonly shadowedBy: readonly Rule[]
  /** A packet of `taken`. */
  example(): Packet | undefined
}

export interface ReachabilityIndex {
  readonly space: PacketSpace
  of(rule: Rule): Reachability
  /** Whether a single earlier rule answers all packets of the rule: the most common case. */
  isShadowedBy(rule: Rule, shadowingRule: Rule): boolean
}

/** Limit of steps for one family: about a second. */
export const MAX_STEPS = 3_000_000

/** One for each family: sets of different spaces cannot be compared. Throws TOO_MANY_STEPS. */
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
  const setOf = memoize((rule: Rule): PacketSet => space.setOfSelector(rule.selector))
  // Bound sockets see other routes, so only a rule with `oif` is judged by their packets.
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

  /** Removes each rule whose packets the other rules cover. */
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
    /** Packets of pending jumps, by the position of the target. */
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
        // Without a target the kernel skips the rule.
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

/** Messages do not list more rules than that. */
const MAX_EXACT_COVER = 16
