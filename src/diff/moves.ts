// Which packets go elsewhere after a change, told in few lines, and exactly where that can be.
import type { Family } from '../kernel/family.js'
import type { Fib } from '../lookup/fib.js'
import { lookupIn, type Answer } from '../lookup/lookup.js'
import { createExamples } from '../packets/example.js'
import { setsOfLeaves } from '../packets/leaves.js'
import { NOTHING, type Diagram } from '../packets/nodes.js'
import { realPackets } from '../packets/real.js'
import { createSpace, type PacketSet, type PacketSpace } from '../packets/space.js'
import { verdictsOf } from '../packets/verdicts.js'
import { selectorKey } from '../plan/identity.js'
import { createNames } from './addresses.js'
import { mayBeApart } from './apart.js'
import type { Move, Unexamined, Way } from './difference.js'
import { wayText, type Fates } from './fate.js'
import { narrowed } from './narrowed.js'
import { MOST_PARTS, partsOf, type Divisions } from './parts.js'
import { createWorder } from './words.js'

export interface Side {
  readonly fib: Fib
  readonly fates: Fates
}

export interface FamilyMoves {
  readonly space: PacketSpace
  /** Packets that there can be: of others nothing is told. */
  readonly real: PacketSet
  readonly moves: readonly { readonly set: PacketSet; readonly move: Move }[]
  readonly unexamined: readonly { readonly set: PacketSet; readonly told: Unexamined }[]
}

export function movesOf(family: Family, before: Side, after: Side): FamilyMoves {
  const plans = [before, after].map(({ fates }) => fates.plan)
  const space = withMemory(createSpace(family, plans))
  const real = realPackets(space, plans)
  const open = space.both(
    space.own,
    family === 'inet' ? space.inRange('src', 0, 0) : space.inRange('chosen', 0, 0),
  )
  const { asked, causes } = mayBeApart(
    space,
    real,
    sideOf(before, family),
    sideOf(after, family),
    space.both(open, neighboursOf(space, before.fates, after.fates)),
  )
  const { moved, pairs, untold } = examine(space, family, before, after, { asked, causes, open })
  const worder = createWorder(space, real, createNames(plans))
  const exampleOf = createExamples(space, plans)
  const moves = groupsOf(space, moved, pairs, before, after).flatMap((group) =>
    partsOf(space, worder, group.set, divisionsOf(space, worder.bound, moved, pairs)).flatMap((part) => {
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
    }),
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
  readonly moved: Diagram
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
  const laid = (set: PacketSet): Diagram | undefined => {
    const [old, one] = [before, after].map(({ fib }) => narrowed(space, fib[family], set))
    if (old === undefined || one === undefined) return undefined
    const [olds, news] = [verdictsOf(space, old, set), verdictsOf(space, one, set)]
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
    return space.over(
      space.pair(olds.diagram, news.diagram, leafOf(false)),
      space.within(open, space.pair(olds.diagram, news.diagram, leafOf(true))),
    )
  }
  const numberOf = (old: Answer, one: Answer, isSourced: boolean): number => {
    const kind = kindOf(before.fates, after.fates, { before: old, after: one })
    return kind === (isSourced ? 'source' : 'way') ? pairs.push({ before: old, after: one, kind }) : 0
  }
  const whole = asked === NOTHING ? NOTHING : laid(asked)
  if (whole !== undefined) return { moved: whole, pairs, untold: [] }
  let moved: Diagram = NOTHING
  const untold: PacketSet[] = []
  for (const [index, cause] of causes.entries()) {
    const part = index < MOST_CAUSES ? laid(cause) : undefined
    if (part === undefined) untold.push(cause)
    else moved = space.over(moved, part)
  }
  return { moved, pairs, untold: causes.length > MOST_CAUSES ? [space.either(...untold)] : untold }
}

/** One by one they are looked into as long as they are few. */
const MOST_CAUSES = 32

/** Both plans’ rules are asked for again and again, and most of them select the same. */
function withMemory(space: PacketSpace): PacketSpace {
  const known = new Map<string, PacketSet>()
  const setOf: PacketSpace['setOf'] = (selector) => {
    const key = selectorKey(selector)
    const set = known.get(key) ?? space.setOf(selector)
    known.set(key, set)
    return set
  }
  return { ...space, setOf }
}

/** Where IPv4 takes all for neighbours on the link that a socket is bound to: those links that give it another address. */
function neighboursOf(
  { family, links, either, byLink }: PacketSpace,
  before: Fates,
  after: Fates,
): PacketSet {
  const others = links.filter((dev) => {
    const answer: Answer = { kind: 'onlink', dev }
    return wayText(before.sourcedWayOf(answer), true) !== wayText(after.sourcedWayOf(answer), true)
  })
  return family === 'inet' ? either(...others.map((dev) => byLink('oif', dev))) : NOTHING
}

const sideOf = ({ fib, fates }: Side, family: Family) => ({
  fib: fib[family],
  routeText: fates.routeText,
})

interface Pair {
  readonly before: Answer
  readonly after: Answer
  readonly kind: Move['kind']
}

/** undefined where nothing that matters is another. */
function kindOf(
  olds: Fates,
  news: Fates,
  { before, after }: Pick<Pair, 'before' | 'after'>,
): Move['kind'] | undefined {
  if (wayText(olds.wayOf(before), false) !== wayText(news.wayOf(after), false)) return 'way'
  const isSame = wayText(olds.sourcedWayOf(before), true) === wayText(news.sourcedWayOf(after), true)
  return isSame ? undefined : 'source'
}

interface Group {
  readonly kind: Move['kind']
  readonly before: Way
  readonly after: Way
  readonly set: PacketSet
}

/** By where they went and where they go. */
function groupsOf(
  space: PacketSpace,
  moved: Diagram,
  pairs: readonly Pair[],
  before: Side,
  after: Side,
): readonly Group[] {
  const groups = new Map<string, Omit<Group, 'set'> & { readonly leaf: number }>()
  const groupOfLeaf = new Map<number, number>()
  for (const leaf of space.leavesOf(moved)) {
    const pair = pairs[leaf - 1]
    if (pair === undefined) continue
    const { kind } = pair
    const [old, one] =
      kind === 'source'
        ? [before.fates.sourcedWayOf(pair.before), after.fates.sourcedWayOf(pair.after)]
        : [before.fates.wayOf(pair.before), after.fates.wayOf(pair.after)]
    const key = JSON.stringify([kind, old, one])
    const group = groups.get(key) ?? { kind, before: old, after: one, leaf: groups.size + 1 }
    groups.set(key, group)
    groupOfLeaf.set(leaf, group.leaf)
  }
  const grouped = space.map(moved, (leaf) => groupOfLeaf.get(leaf) ?? 0)
  const sets = setsOfLeaves(space, grouped)
  return [...groups.values()].map(({ leaf, ...group }) => ({ ...group, set: sets.get(leaf) ?? NOTHING }))
}

/** By the sender; by sockets that are bound; by the rule that answers now, or did; and by two of these. */
const divisionsOf = (
  space: PacketSpace,
  bound: PacketSet,
  moved: Diagram,
  pairs: readonly Pair[],
): Divisions =>
  function* (set) {
    const { both, minus, own, within, map, leavesOf } = space
    const here = within(set, moved)
    const bySender = [minus(set, own), both(set, own)]
    const byBinding = [minus(set, bound), both(set, bound)]
    const byRule = (side: 'before' | 'after'): readonly PacketSet[] => {
      const leaves = new Map<unknown, number[]>()
      for (const leaf of leavesOf(here)) {
        const answer = pairs[leaf - 1]?.[side]
        const rule = answer !== undefined && 'rule' in answer ? answer.rule : undefined
        leaves.set(rule, [...(leaves.get(rule) ?? []), leaf])
      }
      if (leaves.size > MOST_PARTS) return [set]
      return [...leaves.values()].map((some) => map(here, (leaf) => (some.includes(leaf) ? 1 : 0)))
    }
    const crossed = (one: readonly PacketSet[], other: readonly PacketSet[]): readonly PacketSet[] =>
      one.flatMap((a) => other.map((b) => both(a, b)))
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
const rankOf = ({ kind, example: { packet } }: Move): number =>
  (kind === 'source' ? 2 : 0) + (packet.oif === undefined ? 0 : 1)
