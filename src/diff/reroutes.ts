// Rerouted packets of a change, as few sets as possible, each with an exact description if there is one.
import type { Family } from '../kernel/family.js'
import { groupBy } from '../stdlib/group-by.js'
import { memoize } from '../stdlib/memoize.js'
import type { FamilyFib, Fib } from '../lookup/fib.js'
import { lookupIn, type Answer } from '../lookup/lookup.js'
import { createWitnessPicker } from '../packets/witness.js'
import { setsByTerminal } from '../packets/sets-by-terminal.js'
import { EMPTY, type NodeId } from '../packets/bdd-nodes.js'
import { plausiblePackets } from '../packets/plausible.js'
import { createSpace, type PacketSet, type PacketSpace } from '../packets/packet-space.js'
import { createForwardingDiagram } from '../packets/forwarding-diagram.js'
import { selectorKey } from '../plan/keys.js'
import { candidatePackets } from './sets/candidate-packets.js'
import type { Disposition, Reroute, Unanalyzed } from './difference.js'
import { dispositionKey, type DispositionReader } from './disposition.js'
import { pruneFib } from './sets/prune-fib.js'
import { MAX_PARTS, cheapestPartition, type Partitions } from './sets/partition.js'
import { createSetDescriber, unsetSource } from './sets/describe-set.js'

export interface RoutedPlan {
  readonly fib: Fib
  readonly dispositions: DispositionReader
}

export interface FamilyReroutes {
  readonly space: PacketSpace
  /** The packets that are compared. */
  readonly plausible: PacketSet
  readonly reroutes: readonly { readonly set: PacketSet; readonly reroute: Reroute }[]
  readonly unanalyzed: readonly Unanalyzed[]
}

export function reroutesOf(family: Family, before: RoutedPlan, after: RoutedPlan): FamilyReroutes {
  const plans = [before, after].map(({ dispositions }) => dispositions.plan)
  const space = withMemory(createSpace(family, plans))
  const plausible = plausiblePackets(space, plans)
  const unset = unsetSource(space)
  const { asked, reasons } = candidatePackets(
    space,
    plausible,
    tablesOf(before, family),
    tablesOf(after, family),
    space.union(
      space.intersect(unset, onlinkPackets(space, before.dispositions, after.dispositions)),
      packetsOfChangedVrfs(space, before.fib[family], after.fib[family]),
    ),
  )
  if (asked === EMPTY) return { space, plausible, reroutes: [], unanalyzed: [] }
  const { rerouted, pairs, unanalyzed } = analyze(space, family, before, after, { asked, reasons, unset })
  const describe = createSetDescriber(space, plausible)
  const exampleOf = createWitnessPicker(space, plans)
  const reroutes = groupsOf(space, rerouted, pairs, before, after).flatMap((group) =>
    cheapestPartition(space, describe, group.set, partitionsBy(space, rerouted, pairs)).flatMap(
      ({ set, ...description }) => {
        const packet = exampleOf(set)
        if (packet === undefined) return []
        const example = {
          packet,
          before: lookupIn(before.fib, packet),
          after: lookupIn(after.fib, packet),
        }
        const { kind, before: old, after: now } = group
        return [{ set, reroute: { kind, family, before: old, after: now, ...description, example } }]
      },
    ),
  )
  return {
    space,
    plausible,
    reroutes: reroutes.toSorted((a, b) => rankOf(a.reroute) - rankOf(b.reroute)),
    unanalyzed: unanalyzed.map((set) => ({ family, packets: describe(set).packets })),
  }
}

interface Analysis {
  /** A terminal for each pair of different answers: its index in `pairs`, plus 1. */
  readonly rerouted: NodeId
  readonly pairs: readonly AnswerPair[]
  readonly unanalyzed: readonly PacketSet[]
}

interface Asked {
  readonly asked: PacketSet
  readonly reasons: readonly PacketSet[]
  /** Locally generated packets without a source address. */
  readonly unset: PacketSet
}

/** Analyzes all candidates at once, or reason by reason if that is too much. */
function analyze(
  space: PacketSpace,
  family: Family,
  before: RoutedPlan,
  after: RoutedPlan,
  { asked, reasons, unset }: Asked,
): Analysis {
  const pairs: AnswerPair[] = []
  const analyzeSet = (set: PacketSet): NodeId | undefined => {
    const [old, one] = [before, after].map(({ fib }) => pruneFib(space, fib[family], set))
    if (old === undefined || one === undefined) return undefined
    const [olds, news] = [createForwardingDiagram(space, old, set), createForwardingDiagram(space, one, set)]
    /** The terminal of a pair of answers; 0 if it is no reroute of this kind. */
    const leafOf = (wanted: Reroute['kind']) => (a: number, b: number) => {
      if (a === 0 || b === 0) return 0
      const answers = { before: olds.answerAt(a), after: news.answerAt(b) }
      const kind = kindOf(before.dispositions, after.dispositions, answers)
      return kind === wanted ? pairs.push({ ...answers, kind }) : 0
    }
    return space.orElse(
      space.apply2(olds.diagram, news.diagram, leafOf('path')),
      space.restrict(unset, space.apply2(olds.diagram, news.diagram, leafOf('source'))),
    )
  }
  const whole = analyzeSet(asked)
  if (whole !== undefined) return { rerouted: whole, pairs, unanalyzed: [] }
  let rerouted: NodeId = EMPTY
  const skipped: PacketSet[] = []
  for (const [index, reason] of reasons.entries()) {
    const part = index < MAX_REASONS ? analyzeSet(reason) : undefined
    if (part === undefined) skipped.push(reason)
    else rerouted = space.orElse(rerouted, part)
  }
  return {
    rerouted,
    pairs,
    unanalyzed: reasons.length > MAX_REASONS ? [space.union(...skipped)] : skipped,
  }
}

/** More are not analyzed one by one. */
const MAX_REASONS = 32

/** Remembers the sets of selectors: both plans share most of them. */
const withMemory = (space: PacketSpace): PacketSpace => ({
  ...space,
  setOfSelector: memoize(space.setOfSelector, selectorKey),
})

/** IPv4 packets of sockets bound to a link: without an answer they go to the link itself, with its source address. */
function onlinkPackets(
  { family, links, union, byLink }: PacketSpace,
  before: DispositionReader,
  after: DispositionReader,
): PacketSet {
  const others = links.filter((dev) => {
    const answer: Answer = { kind: 'onlink', dev }
    return dispositionKey(before.withSource(answer), true) !== dispositionKey(after.withSource(answer), true)
  })
  return family === 'inet' ? union(...others.map((dev) => byLink('oif', dev))) : EMPTY
}

/** Packets of sockets bound to a link that is in another VRF afterwards, or a VRF in one plan only: other routes apply. */
const packetsOfChangedVrfs = (
  { links, union, byLink }: PacketSpace,
  before: FamilyFib,
  after: FamilyFib,
): PacketSet =>
  union(
    ...links
      .filter((link) => before.vrfs.get(link) !== after.vrfs.get(link))
      .map((link) => byLink('oif', link)),
  )

const tablesOf = ({ fib, dispositions }: RoutedPlan, family: Family) => ({
  fib: fib[family],
  routeText: dispositions.routeText,
})

interface AnswerPair {
  readonly before: Answer
  readonly after: Answer
  readonly kind: Reroute['kind']
}

/** undefined if path and source stay the same. */
function kindOf(
  olds: DispositionReader,
  news: DispositionReader,
  { before, after }: Pick<AnswerPair, 'before' | 'after'>,
): Reroute['kind'] | undefined {
  if (dispositionKey(olds.dispositionOf(before), false) !== dispositionKey(news.dispositionOf(after), false))
    return 'path'
  const isSame =
    dispositionKey(olds.withSource(before), true) === dispositionKey(news.withSource(after), true)
  return isSame ? undefined : 'source'
}

interface Group {
  readonly kind: Reroute['kind']
  readonly before: Disposition
  readonly after: Disposition
  readonly set: PacketSet
}

/** Groups rerouted packets by both dispositions. */
function groupsOf(
  space: PacketSpace,
  rerouted: NodeId,
  pairs: readonly AnswerPair[],
  before: RoutedPlan,
  after: RoutedPlan,
): readonly Group[] {
  const groups = new Map<string, Omit<Group, 'set'> & { readonly leaf: number }>()
  const groupOfLeaf = new Map<number, number>()
  for (const leaf of space.terminalsOf(rerouted)) {
    const pair = pairs[leaf - 1]
    if (pair === undefined) continue
    const { kind } = pair
    const [old, one] =
      kind === 'source'
        ? [before.dispositions.withSource(pair.before), after.dispositions.withSource(pair.after)]
        : [before.dispositions.dispositionOf(pair.before), after.dispositions.dispositionOf(pair.after)]
    const key = JSON.stringify([kind, old, one])
    const group = groups.get(key) ?? { kind, before: old, after: one, leaf: groups.size + 1 }
    groups.set(key, group)
    groupOfLeaf.set(leaf, group.leaf)
  }
  const grouped = space.mapTerminals(rerouted, (leaf) => groupOfLeaf.get(leaf) ?? 0)
  const sets = setsByTerminal(space, grouped)
  return [...groups.values()].map(({ leaf, ...group }) => ({ ...group, set: sets.get(leaf) ?? EMPTY }))
}

/** Partitions by sender, by bound sockets, by the rule that answers before or after, and by combinations. */
const partitionsBy = (space: PacketSpace, rerouted: NodeId, pairs: readonly AnswerPair[]): Partitions =>
  function* (set) {
    const { intersect, difference, locallyGenerated, byLink, restrict, mapTerminals, terminalsOf } = space
    const here = restrict(set, rerouted)
    const bySender = [difference(set, locallyGenerated), intersect(set, locallyGenerated)]
    const bound = difference(intersect(set, locallyGenerated), byLink('oif', undefined))
    const byBinding = [difference(set, bound), bound]
    const byRule = (side: 'before' | 'after'): readonly PacketSet[] => {
      const leaves = groupBy(terminalsOf(here), (leaf) => {
        const answer = pairs[leaf - 1]?.[side]
        return answer !== undefined && 'rule' in answer ? answer.rule : undefined
      })
      if (leaves.size > MAX_PARTS) return [set]
      return [...leaves.values()].map((some) => mapTerminals(here, (leaf) => (some.includes(leaf) ? 1 : 0)))
    }
    const crossed = (one: readonly PacketSet[], other: readonly PacketSet[]): readonly PacketSet[] =>
      one.flatMap((a) => other.map((b) => intersect(a, b)))
    yield byBinding
    yield bySender
    yield crossed(bySender, byBinding)
    const news = byRule('after')
    const olds = byRule('before')
    yield news
    yield olds
    yield crossed(news, bySender)
    yield crossed(olds, bySender)
    yield crossed(news, olds)
    yield crossed(crossed(news, olds), bySender)
  }

/** Paths before sources, and unbound sockets before bound ones. */
const rankOf = ({ kind, example: { packet } }: Reroute): number =>
  (kind === 'source' ? 2 : 0) + (packet.oif === undefined ? 0 : 1)
