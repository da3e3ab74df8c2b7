// Which packets two plans may answer otherwise: few, as a rule, of all that there are, and nobody else needs be asked.
import type { RuleEntry } from '../../lookup/rule.js'
import { createResolvedSets } from '../../packets/resolved-set.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import { actionKey, selectorKey } from '../../plan/keys.js'
import type { Rule, RuleAction } from '../../plan/plan.js'
import { longestIncreasingSubsequence } from '../longest-increasing-subsequence.js'
import { pairUp } from '../match-lists.js'
import { pairTables, type Side, type TablePair } from '../tables.js'

/**
 * Every packet of `real` that is answered otherwise, and some that are not. Rules that say the same in the same order
 * are kept; a packet that none of the others takes is answered alike as far as the tables of the kept ones are alike.
 * `unanswered`: what goes another way where no rule has an answer.
 */
export function candidatePackets(
  space: PacketSpace,
  real: PacketSet,
  before: Side,
  after: Side,
  unanswered: PacketSet,
): Candidates {
  const { intersect, union, difference, setOfSelector } = space
  const steps = alignRules(space, before, after)
  const reasonOf = (step: Step): PacketSet =>
    step.kind === 'alone'
      ? setOfSelector(step.rule.selector)
      : step.kind === 'lookup' && step.pair.apart !== EMPTY
        ? intersect(setOfSelector(step.rule.selector), step.pair.apart)
        : EMPTY
  const reasons = steps.map(reasonOf)
  const open = intersect(union(...reasons.filter((reason) => reason !== EMPTY), unanswered), real)
  if (open === EMPTY) return { asked: EMPTY, causes: [] }

  // What a kept rule answers on both sides before any other rule had a say is out of the question.
  const answeredOf = createResolvedSets(space, before.fib)
  const causes = [intersect(open, unanswered)]
  let waiting = difference(open, unanswered)
  for (const [index, step] of steps.entries()) {
    if (waiting === EMPTY) break
    const selected = setOfSelector(step.rule.selector)
    const { action } = step.rule
    // Over which rules a `goto` leaps is not looked into here.
    const isUntold = step.kind === 'alone' || action.type === 'goto'
    const hit = intersect(waiting, isUntold ? selected : (reasons[index] ?? EMPTY))
    if (hit !== EMPTY) {
      causes.push(hit)
      waiting = difference(waiting, hit)
    }
    if (!isUntold)
      waiting = difference(
        waiting,
        action.type === 'lookup' ? intersect(selected, answeredOf(action)) : selected,
      )
  }
  return { asked: union(...causes), causes: causes.filter((cause) => cause !== EMPTY) }
}

interface Candidates {
  readonly asked: PacketSet
  /** The same by the first difference that each packet comes to. */
  readonly causes: readonly PacketSet[]
}

type Step =
  /** Of one plan only, or elsewhere among the others of the other. */
  | { readonly kind: 'alone'; readonly rule: Rule }
  | { readonly kind: 'lookup'; readonly rule: Rule; readonly pair: TablePair }
  /** Rejects, or leaps to the same of the kept rules. */
  | { readonly kind: 'other'; readonly rule: Rule }

interface PlacedRule {
  readonly entry: RuleEntry
  readonly index: number
}

/** The rules of both, each kept one once, in an order that is that of both. */
function alignRules(space: PacketSpace, before: Side, after: Side): readonly Step[] {
  const pairs = pairTables(space, before, after)
  const olds = new Map(pairs.map((pair, index) => [pair.before, index]))
  const news = new Map(pairs.map((pair, index) => [pair.after, index]))
  const keys = new Map<RuleEntry, string>()
  const place = (side: Side, tables: ReadonlyMap<number | undefined, number>): readonly PlacedRule[] =>
    side.fib.rules.map((entry, index) => {
      const { selector, action } = entry.rule
      keys.set(entry, `${selectorKey(selector)} ${actionText(action, tables)}`)
      return { entry, index }
    })
  const alike = pairUp(place(before, olds), place(after, news), [({ entry }) => keys.get(entry) ?? ''])
  const matched = alike
    .flatMap(({ before: old, after: one }) => (old === undefined || one === undefined ? [] : [{ old, one }]))
    .toSorted((a, b) => a.old.index - b.old.index)
  const kept = longestIncreasingSubsequence(matched.map(({ one }) => one.index)).flatMap(
    (index) => matched[index] ?? [],
  )
  const keptOlds = kept.map(({ old }) => old.index)
  const keptNews = kept.map(({ one }) => one.index)

  const steps: Step[] = []
  const alone = (side: Side, from: number, to: number): void => {
    for (const { rule } of side.fib.rules.slice(from, to)) steps.push({ kind: 'alone', rule })
  }
  const nexts = { old: 0, one: 0 }
  for (const { old, one } of kept) {
    alone(before, nexts.old, old.index)
    alone(after, nexts.one, one.index)
    const { rule } = old.entry
    const pair = rule.action.type === 'lookup' ? pairs[olds.get(rule.action.table) ?? -1] : undefined
    const isLost = rule.action.type === 'goto' && gotoOffset(old, keptOlds) !== gotoOffset(one, keptNews)
    steps.push(
      isLost
        ? { kind: 'alone', rule }
        : pair === undefined
          ? { kind: 'other', rule }
          : { kind: 'lookup', rule, pair },
    )
    nexts.old = old.index + 1
    nexts.one = one.index + 1
  }
  alone(before, nexts.old, before.fib.rules.length)
  alone(after, nexts.one, after.fib.rules.length)
  return steps
}

/** How many of the kept rules stand before where it leads; -1 where it leads nowhere, or back. */
const gotoOffset = ({ entry: { target }, index }: PlacedRule, kept: readonly number[]): number =>
  target === undefined || target <= index ? -1 : kept.filter((place) => place < target).length

function actionText(action: RuleAction, tables: ReadonlyMap<number | undefined, number>): string {
  if (action.type === 'goto') return 'goto'
  if (action.type !== 'lookup') return action.type
  return actionKey({ ...action, table: tables.get(action.table) ?? -1 })
}
