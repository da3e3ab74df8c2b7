// Which packets go elsewhere after a change, told in few lines, and exactly where that can be.
import type { Family } from '../kernel/family.js'
import type { Fib } from '../lookup/fib.js'
import { lookupIn, type Answer } from '../lookup/lookup.js'
import { createWitnessPicker } from '../packets/witness.js'
import { setsByTerminal } from '../packets/sets-by-terminal.js'
import { EMPTY, type NodeId } from '../packets/bdd-nodes.js'
import { plausiblePackets } from '../packets/plausible.js'
import { createSpace, type PacketSet, type PacketSpace } from '../packets/packet-space.js'
import { createForwardingDiagram } from '../packets/forwarding-diagram.js'
import { selectorKey } from '../plan/keys.js'
import { createNames } from './sets/prefix-cover.js'
import { candidatePackets } from './sets/candidate-packets.js'
import type { Reroute, Unanalyzed, Disposition } from './difference.js'
import { dispositionKey, type DispositionReader } from './disposition.js'
import { pruneFib } from './sets/prune-fib.js'
import { MAX_PARTS, cheapestPartition, type Partitions } from './sets/partition.js'
import { createSetDescriber } from './sets/describe-set.js'

export interface Side {
  readonly fib: Fib
  readonly fates: DispositionReader
}

export interface FamilyMoves {
  readonly space: PacketSpace
  /** Packets that there can be: of others nothing is told. */
  readonly real: PacketSet
  readonly moves: readonly { readonly set: PacketSet; readonly move: Reroute }[]
  readonly unexamined: readonly { readonly set: PacketSet; readonly told: Unanalyzed }[]
}

export function reroutesOf(family: Family, before: Side, after: Side): FamilyMoves {
  const plans = [before, after].map(({ fates }) => fates.plan)
  const space = withMemory(createSpace(family, plans))
  const real = plausiblePackets(space, plans)
  const open = space.intersect(
    space.locallyGenerated,
    family === 'inet' ? space.inRange('src', 0, 0) : space.inRange('srcSet', 0, 0),
  )
  const { asked, causes } = candidatePackets(
    space,
    real,
    sideOf(before, family),
    sideOf(after, family),
    space.intersect(open, neighboursOf(space, before.fates, after.fates)),
  )
  const { moved, pairs, untold } = examine(space, family, before, after, { asked, causes, open })
  const worder = createSetDescriber(space, real, createNames(plans))
  const exampleOf = createWitnessPicker(space, plans)
  const moves = groupsOf(space, moved, pairs, before, after).flatMap((group) =>
    cheapestPartition(space, worder, group.set, divisionsOf(space, worder.bound, moved, pairs)).flatMap(
      (part) => {
        const packet = exampleOf(part.set)
        if (packet === undefined) return []
        const { set, ...told } = part
        const example = {
          packet,
          before: lookupIn(before.fib, packet),
          after: lookupIn(after.fib, packet),
        }
        const { kind, before: old, after: one } = group
        return [{ set, move: { kind, family, before: old, after: one, ...told, example } }]
      },
    ),
  )
  return {
    space,
    real,
    moves: moves.toSorted((a, b) => rankOf(a.move) - rankOf(b.move)),
    unexamined: untold.map((set) => ({ set, told: { family, packets: worder.wordsOf(set).packets } })),
  }
}

interface Examined {
  /** A leaf for each pair of answers that differ: its place among `pairs`, and one more. */
  readonly moved: NodeId
  readonly pairs: readonly Pair[]
  /** Sets that would take too long. */
  readonly untold: readonly PacketSet[]
}

interface Asked {
  readonly asked: PacketSet
  readonly causes: readonly PacketSet[]
  /** Own packets without an address. */
  readonly open: PacketSet
}

/** All at once where that is little enough, else cause by cause, so that what takes too long hides nothing else. */
function examine(
  space: PacketSpace,
  family: Family,
  before: Side,
  after: Side,
  { asked, causes, open }: Asked,
): Examined {
  const pairs: Pair[] = []
  const analyze = (set: PacketSet): NodeId | undefined => {
    const [old, one] = [before, after].map(({ fib }) => pruneFib(space, fib[family], set))
    if (old === undefined || one === undefined) return undefined
    const [olds, news] = [createForwardingDiagram(space, old, set), createForwardingDiagram(space, one, set)]
    /** The leaf of a pair; 0 where it is not of the kind. */
    const leafOf = (isSourced: boolean) => {
      const settled = new Map<string, number>()
      return (a: number, b: number): number => {
        if (a === 0 || b === 0) return 0
        const key = `${a} ${b}`
        const leaf = settled.get(key) ?? numberOf(olds.answerAt(a), news.answerAt(b), isSourced)
        settled.set(key, leaf)
        return leaf
      }
    }
    return space.orElse(
      space.apply2(olds.diagram, news.diagram, leafOf(false)),
      space.restrict(open, space.apply2(olds.diagram, news.diagram, leafOf(true))),
    )
  }
  const numberOf = (old: Answer, one: Answer, isSourced: boolean): number => {
    const kind = kindOf(before.fates, after.fates, { before: old, after: one })
    return kind === (isSourced ? 'source' : 'way') ? pairs.push({ before: old, after: one, kind }) : 0
  }
  const whole = asked === EMPTY ? EMPTY : analyze(asked)
  if (whole !== undefined) return { moved: whole, pairs, untold: [] }
  let moved: NodeId = EMPTY
  const untold: PacketSet[] = []
  for (const [index, cause] of causes.entries()) {
    const part = index < MAX_REASONS ? analyze(cause) : undefined
    if (part === undefined) untold.push(cause)
    else moved = space.orElse(moved, part)
  }
  return { moved, pairs, untold: causes.length > MAX_REASONS ? [space.union(...untold)] : untold }
}

/** One by one they are looked into as long as they are few. */
const MAX_REASONS = 32

/** Both plans’ rules are asked for again and again, and most of them select the same. */
function withMemory(space: PacketSpace): PacketSpace {
  const known = new Map<string, PacketSet>()
  const setOfSelector: PacketSpace['setOfSelector'] = (selector) => {
    const key = selectorKey(selector)
    const set = known.get(key) ?? space.setOfSelector(selector)
    known.set(key, set)
    return set
  }
  return { ...space, setOfSelector }
}

/** Where IPv4 takes all for neighbours on the link that a socket is bound to: those links that give it another address. */
function neighboursOf(
  { family, links, union, byLink }: PacketSpace,
  before: DispositionReader,
  after: DispositionReader,
): PacketSet {
  const others = links.filter((dev) => {
    const answer: Answer = { kind: 'onlink', dev }
    return (
      dispositionKey(before.sourcedNexthopOf(answer), true) !==
      dispositionKey(after.sourcedNexthopOf(answer), true)
    )
  })
  return family === 'inet' ? union(...others.map((dev) => byLink('oif', dev))) : EMPTY
}

const sideOf = ({ fib, fates }: Side, family: Family) => ({
  fib: fib[family],
  routeText: fates.routeText,
})

interface Pair {
  readonly before: Answer
  readonly after: Answer
  readonly kind: Reroute['kind']
}

/** undefined where nothing that matters is another. */
function kindOf(
  olds: DispositionReader,
  news: DispositionReader,
  { before, after }: Pick<Pair, 'before' | 'after'>,
): Reroute['kind'] | undefined {
  if (dispositionKey(olds.nexthopOf(before), false) !== dispositionKey(news.nexthopOf(after), false))
    return 'way'
  const isSame =
    dispositionKey(olds.sourcedNexthopOf(before), true) === dispositionKey(news.sourcedNexthopOf(after), true)
  return isSame ? undefined : 'source'
}

interface Group {
  readonly kind: Reroute['kind']
  readonly before: Disposition
  readonly after: Disposition
  readonly set: PacketSet
}

/** By where they went and where they go. */
function groupsOf(
  space: PacketSpace,
  moved: NodeId,
  pairs: readonly Pair[],
  before: Side,
  after: Side,
): readonly Group[] {
  const groups = new Map<string, Omit<Group, 'set'> & { readonly leaf: number }>()
  const groupOfLeaf = new Map<number, number>()
  for (const leaf of space.terminalsOf(moved)) {
    const pair = pairs[leaf - 1]
    if (pair === undefined) continue
    const { kind } = pair
    const [old, one] =
      kind === 'source'
        ? [before.fates.sourcedNexthopOf(pair.before), after.fates.sourcedNexthopOf(pair.after)]
        : [before.fates.nexthopOf(pair.before), after.fates.nexthopOf(pair.after)]
    const key = JSON.stringify([kind, old, one])
    const group = groups.get(key) ?? { kind, before: old, after: one, leaf: groups.size + 1 }
    groups.set(key, group)
    groupOfLeaf.set(leaf, group.leaf)
  }
  const grouped = space.mapTerminals(moved, (leaf) => groupOfLeaf.get(leaf) ?? 0)
  const sets = setsByTerminal(space, grouped)
  return [...groups.values()].map(({ leaf, ...group }) => ({ ...group, set: sets.get(leaf) ?? EMPTY }))
}

/** By the sender; by sockets that are bound; by the rule that answers now, or did; and by two of these. */
const divisionsOf = (
  space: PacketSpace,
  bound: PacketSet,
  moved: NodeId,
  pairs: readonly Pair[],
): Partitions =>
  function* (set) {
    const { intersect, difference, locallyGenerated, restrict, mapTerminals, terminalsOf } = space
    const here = restrict(set, moved)
    const bySender = [difference(set, locallyGenerated), intersect(set, locallyGenerated)]
    const byBinding = [difference(set, bound), intersect(set, bound)]
    const byRule = (side: 'before' | 'after'): readonly PacketSet[] => {
      const leaves = new Map<unknown, number[]>()
      for (const leaf of terminalsOf(here)) {
        const answer = pairs[leaf - 1]?.[side]
        const rule = answer !== undefined && 'rule' in answer ? answer.rule : undefined
        leaves.set(rule, [...(leaves.get(rule) ?? []), leaf])
      }
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

/** Where packets go before where they come from; what everybody’s packets do before that of bound sockets. */
const rankOf = ({ kind, example: { packet } }: Reroute): number =>
  (kind === 'source' ? 2 : 0) + (packet.oif === undefined ? 0 : 1)
