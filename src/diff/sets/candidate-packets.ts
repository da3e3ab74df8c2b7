// Candidate packets: a superset of the packets that two plans answer differently, usually small.
import type { VrfMembership } from '../../kernel/packet.js'
import type { TableId } from '../../kernel/table.js'
import { mayOverlap, type RuleEntry } from '../../lookup/rule.js'
import type { FamilyFib } from '../../lookup/fib.js'
import { createTable, type LookupTable } from '../../lookup/table.js'
import { createResolvedSets } from '../../packets/resolved-set.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import { createTableDiagrams } from '../../packets/table-diagram.js'
import { actionKey, selectorKey } from '../../plan/keys.js'
import type { Route, Rule, RuleAction } from '../../plan/plan.js'
import { longestIncreasingSubsequence, matchLists } from '../list-diff.js'

/**
 * Contains every packet of `plausible` with another answer. Equal rules in the same order are aligned, and those that only
 * pass rules of other packets; a packet that no other rule takes has the same answer wherever the tables of the aligned rules are equal. `always`: further candidates.
 */
export function candidatePackets(
  space: PacketSpace,
  plausible: PacketSet,
  before: FamilyTables,
  after: FamilyTables,
  always: PacketSet,
): Candidates {
  const { intersect, union, difference, setOfSelector } = space
  const steps = alignRules(space, before, after)
  const reasonOf = (step: Step): PacketSet =>
    step.kind === 'alone'
      ? setOfSelector(step.rule.selector)
      : step.kind === 'lookup' && step.pair.differing !== EMPTY
        ? intersect(setOfSelector(step.rule.selector), step.pair.differing)
        : EMPTY
  const reasons = steps.map(reasonOf)
  const differing = intersect(union(...reasons.filter((reason) => reason !== EMPTY), always), plausible)
  if (differing === EMPTY) return { asked: EMPTY, reasons: [] }

  // Packets that an aligned rule answers before any difference are no candidates.
  const answeredOf = createResolvedSets(space, before.fib)
  const reached = [intersect(differing, always)]
  let waiting = difference(differing, always)
  for (const [index, step] of steps.entries()) {
    if (waiting === EMPTY) break
    const selected = setOfSelector(step.rule.selector)
    const { action } = step.rule
    // The rules that a goto skips are not considered here.
    const isOpaque = step.kind === 'alone' || action.type === 'goto'
    const hit = intersect(waiting, isOpaque ? selected : (reasons[index] ?? EMPTY))
    if (hit !== EMPTY) {
      reached.push(hit)
      waiting = difference(waiting, hit)
    }
    if (!isOpaque)
      waiting = difference(
        waiting,
        action.type === 'lookup' ? intersect(selected, answeredOf(action)) : selected,
      )
  }
  return { asked: union(...reached), reasons: reached.filter((set) => set !== EMPTY) }
}

interface Candidates {
  readonly asked: PacketSet
  /** Disjoint parts of `asked`, by the first difference that each packet reaches. */
  readonly reasons: readonly PacketSet[]
}

type Step =
  /** In one plan only, or in another position. */
  | { readonly kind: 'alone'; readonly rule: Rule }
  | { readonly kind: 'lookup'; readonly rule: Rule; readonly pair: TablePair }
  /** Rejects, or jumps to the same aligned rule. */
  | { readonly kind: 'other'; readonly rule: Rule }

interface IndexedRule {
  readonly entry: RuleEntry
  readonly index: number
  /** Equal for rules that can be aligned. */
  readonly key: string
}

/** The rules of both plans in a common order, aligned ones once. */
function alignRules(space: PacketSpace, before: FamilyTables, after: FamilyTables): readonly Step[] {
  const pairs = pairTables(space, before, after)
  const olds = new Map(pairs.map((pair, index) => [pair.before, index]))
  const news = new Map(pairs.map((pair, index) => [pair.after, index]))
  const indexed = (
    side: FamilyTables,
    tables: ReadonlyMap<number | undefined, number>,
  ): readonly IndexedRule[] =>
    side.fib.rules.map((entry, index) => {
      const { selector, action } = entry.rule
      return { entry, index, key: `${selectorKey(selector)} ${actionText(action, tables)}` }
    })
  const matched = matchLists(indexed(before, olds), indexed(after, news), [({ key }) => key])
    .flatMap(({ before: old, after: one }) => (old === undefined || one === undefined ? [] : [{ old, one }]))
    .toSorted((a, b) => a.old.index - b.old.index)
  const kept = alignedOf(matched)
  const keptOlds = kept.map(({ old }) => old.index)
  const keptNews = kept.map(({ one }) => one.index)

  const aligned = new Set(kept.flatMap(({ old, one }) => [old.entry, one.entry]))
  const steps: Step[] = []
  const alone = (side: FamilyTables, from: number, to: number): void => {
    for (const entry of side.fib.rules.slice(from, to))
      if (!aligned.has(entry)) steps.push({ kind: 'alone', rule: entry.rule })
  }
  const nexts = { old: 0, one: 0 }
  for (const { old, one } of kept) {
    alone(before, nexts.old, old.index)
    alone(after, nexts.one, one.index)
    const { rule } = old.entry
    const pair = rule.action.type === 'lookup' ? pairs[olds.get(rule.action.table) ?? -1] : undefined
    const isRetargeted =
      rule.action.type === 'goto' && gotoOffset(old, keptOlds) !== gotoOffset(one, keptNews)
    steps.push(
      isRetargeted
        ? { kind: 'alone', rule }
        : pair === undefined
          ? { kind: 'other', rule }
          : { kind: 'lookup', rule, pair },
    )
    nexts.old = Math.max(nexts.old, old.index + 1)
    nexts.one = Math.max(nexts.one, one.index + 1)
  }
  alone(before, nexts.old, before.fib.rules.length)
  alone(after, nexts.one, after.fib.rules.length)
  return steps
}

interface MatchedRule {
  readonly old: IndexedRule
  readonly one: IndexedRule
}

/**
 * As many rules as possible that have the same order in both plans, and those that only pass rules of other packets. In the
 * order of the first plan, like `matched`.
 */
function alignedOf(matched: readonly MatchedRule[]): readonly MatchedRule[] {
  const inOrder = new Set(
    longestIncreasingSubsequence(matched.map(({ one }) => one.index)).flatMap(
      (index) => matched[index] ?? [],
    ),
  )
  const hasGoto = matched.some(({ old }) => old.entry.rule.action.type === 'goto')
  // A comparison takes about 50 ns.
  const isTooMuch = (matched.length - inOrder.size) * matched.length > MAX_COMPARISONS
  if (hasGoto || isTooMuch) return [...inOrder]
  const isPassed = (a: MatchedRule, b: MatchedRule): boolean =>
    a.old.index < b.old.index !== a.one.index < b.one.index
  return matched.filter(
    (moved) =>
      inOrder.has(moved) ||
      matched.every((other) => !isPassed(moved, other) || !mayOverlap(moved.old.entry, other.old.entry)),
  )
}

const MAX_COMPARISONS = 20_000_000

/** How many aligned rules precede the goto’s target; -1 without a target, or if it is not later. */
const gotoOffset = ({ entry: { target }, index }: IndexedRule, kept: readonly number[]): number =>
  target === undefined || target <= index ? -1 : kept.filter((each) => each < target).length

function actionText(action: RuleAction, tables: ReadonlyMap<number | undefined, number>): string {
  if (action.type === 'goto') return 'goto'
  if (action.type !== 'lookup') return action.type
  return actionKey({ ...action, table: tables.get(action.table) ?? -1 })
}

/** A plan’s rules and tables of one family. */
export interface FamilyTables {
  readonly fib: FamilyFib
  /** Key of what a route decides. */
  routeText(route: Route): string
}

interface TablePair {
  readonly before: TableId | undefined
  readonly after: TableId | undefined
  /** Packets that may find another route. */
  readonly differing: PacketSet
}

/** Matches tables with equal routes, whatever their numbers; then tables with equal numbers. */
function pairTables(space: PacketSpace, before: FamilyTables, after: FamilyTables): readonly TablePair[] {
  const ids = new Set(
    [before, after].flatMap(({ fib }) => [
      ...fib.tables.keys(),
      ...fib.rules.flatMap(({ rule: { action } }) => (action.type === 'lookup' ? [action.table] : [])),
    ]),
  )
  const tablesOf = (side: FamilyTables) =>
    [...ids].map((id) => {
      const routes = routesByPrefix(side, id)
      return { id, routes, text: [...routes].map(([key, { text }]) => `${key} ${text}`).join('\n') }
    })
  const matches = matchLists(tablesOf(before), tablesOf(after), [
    ({ id, text }) => `${id} ${text}`,
    ({ text }) => text,
    ({ id }) => String(id),
  ])
  return matches.map(({ before: old, after: now }) => ({
    before: old?.id,
    after: now?.id,
    differing:
      old === undefined || now === undefined
        ? EMPTY
        : space.union(
            ...[before, after].map(({ fib }) => changedIn(space, fib.vrfs, old.routes, now.routes)),
          ),
  }))
}

/** By prefix: its routes in the order of their metrics. */
type RoutesByPrefix = ReadonlyMap<string, { readonly routes: readonly Route[]; readonly text: string }>

function routesByPrefix({ fib, routeText }: FamilyTables, id: TableId): RoutesByPrefix {
  const table: LookupTable = fib.tables.get(id) ?? []
  return new Map(
    table
      .flatMap(({ shift, routes }) =>
        [...routes].map(
          ([key, list]) =>
            [`${key}>>${shift}`, { routes: list, text: list.map(routeText).join('; ') }] as const,
        ),
      )
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Packets for a destination whose routes differ. */
function changedIn(
  space: PacketSpace,
  vrfs: VrfMembership,
  before: RoutesByPrefix,
  after: RoutesByPrefix,
): PacketSet {
  const routes = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)]
    return old?.text === now?.text ? [] : [...(old?.routes ?? []), ...(now?.routes ?? [])]
  })
  return routes.length === 0 ? EMPTY : createTableDiagrams(space, vrfs, () => 1)(createTable(routes))
}
