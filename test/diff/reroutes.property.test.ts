// No packet that goes elsewhere is missed, and none that does not is told: the look-up itself is asked on both sides.
import { describe, expect, it } from 'vitest'
import { sidesOf, type Sides } from '../../src/diff/diff.js'
import type { Addresses, Links, MarkSet, Reroute, Numbers, Packets } from '../../src/diff/difference.js'
import { dispositionKey } from '../../src/diff/disposition.js'
import { families } from '../../src/kernel/family.js'
import { containsAddress } from '../../src/kernel/prefix.js'
import { lookupIn } from '../../src/lookup/lookup.js'
import { isLocallyGenerated, type Packet } from '../../src/lookup/packet.js'
import { TERMINAL, EMPTY } from '../../src/packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../src/packets/packet-space.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { drawPlan } from '../netns/plans.js'
import { createRandom, type Random } from '../netns/random.js'
import { drawAnyPackets } from '../packets/draw.js'
import { moveText } from './told-moves.js'
import { amount, drawsMany } from '../helpers/amount.js'

/** What packets see of the change, asked of the look-up. */
function seen({ before, after }: Sides, packet: Packet): 'way' | 'source' | undefined {
  const [old, one] = [lookupIn(before.fib, packet), lookupIn(after.fib, packet)]
  if (
    dispositionKey(before.fates.nexthopOf(old), false) !== dispositionKey(after.fates.nexthopOf(one), false)
  )
    return 'way'
  if (!isLocallyGenerated(packet) || packet.src !== undefined) return undefined
  const [a, b] = [before.fates.sourcedNexthopOf(old), after.fates.sourcedNexthopOf(one)]
  return dispositionKey(a, true) === dispositionKey(b, true) ? undefined : 'source'
}

const isListed = <T>(
  list: { readonly in: readonly T[]; readonly except: readonly T[] } | undefined,
  has: (one: T) => boolean,
): boolean => list === undefined || ((list.in.length === 0 || list.in.some(has)) && !list.except.some(has))

/** By the words alone, without any set. */
function isTrueOf(packets: Packets, packet: Packet): boolean {
  const own = isLocallyGenerated(packet)
  const number = (list: Numbers | undefined, value = 0) =>
    isListed(list, ({ first, last }) => first <= value && value <= last)
  const mark = (list: MarkSet | undefined, number = 0) =>
    isListed(list, ({ value, mask }) => ((number ^ value) & mask) === 0)
  const link = (list: Links | undefined, name: string) => isListed(list, (one) => one === name)
  const address = (list: Addresses | undefined, one: Packet['dst'] | undefined): boolean => {
    if (list === undefined || one === undefined) return true
    const longest = (prefixes: Addresses['in']) =>
      Math.max(-1, ...prefixes.flatMap(({ prefix }) => (containsAddress(prefix, one) ? prefix.length : [])))
    const [ins, outs] = [longest(list.in), longest(list.except)]
    return ins === outs ? list.in.length === 0 : ins > outs
  }
  return (
    (packets.sender === undefined || (packets.sender === 'own') === own) &&
    (packets.source === undefined ||
      (packets.source === 'open' ? !own || packet.src === undefined : packet.src !== undefined)) &&
    address(packets.from, packet.src) &&
    address(packets.to, packet.dst) &&
    (own || link(packets.iif, packet.iif ?? '')) &&
    (!own || link(packets.oif, packet.oif ?? 'none')) &&
    number(packets.ipproto, packet.ipproto) &&
    number(packets.sport, packet.sport) &&
    number(packets.dport, packet.dport) &&
    (!own || number(packets.uid, packet.uid)) &&
    mark(packets.mark, packet.mark) &&
    mark(packets.tos, packet.tos)
  )
}

const isTold = ({ packets, but }: Reroute, packet: Packet): boolean =>
  isTrueOf(packets, packet) && !but.some((one) => isTrueOf(one, packet))

/** Some packet of a set that is not empty: at every bit either half that has one. */
function drawFrom(space: PacketSpace, set: PacketSet, { random }: Random): Packet {
  const bits = new Map<number, boolean>()
  let diagram = set
  while (space.bitOf(diagram) !== TERMINAL) {
    const [low, high] = [space.lowOf(diagram), space.highOf(diagram)]
    const isHigh = low === EMPTY || (high !== EMPTY && random() < 0.5)
    bits.set(space.bitOf(diagram), isHigh)
    diagram = isHigh ? high : low
  }
  return space.packetAt((bit) => {
    const known = bits.get(bit) ?? random() < 0.5
    bits.set(bit, known)
    return known
  })
}

/** As the look-up says of whatever is drawn: from all packets, from each move, from what is in none. */
function check(before: KernelPlan, after: KernelPlan, seed: number): number {
  const sides = sidesOf(before, after)
  const random = createRandom(seed)
  let count = 0
  for (const family of families) {
    const { space, real, moves, unexamined } = sides.movesOf(family)
    expect(unexamined).toEqual([])
    const sets = moves.map(({ set }) => set)
    const rest = space.difference(real, space.union(...sets))
    const any = [...drawAnyPackets(before, 150, seed), ...drawAnyPackets(after, 150, seed + 1)].filter(
      (packet) => packet.family === family && space.evaluate(real, space.encodePacket(packet)) === 1,
    )
    const some = [rest, ...sets].flatMap((set) =>
      set === EMPTY ? [] : Array.from({ length: 12 }, () => drawFrom(space, set, random)),
    )
    // Around the edges of words: a packet of a move with one field of another.
    const mixed = some.flatMap((packet) => {
      const other = drawFrom(space, real, random)
      const fields = ['dst', 'dport', 'mark', 'src'] as const
      return fields
        .map((field) => ({ ...packet, [field]: other[field] ?? packet[field] }))
        .filter((one) => space.evaluate(real, space.encodePacket(one)) === 1)
    })
    for (const packet of [...any, ...some, ...mixed]) {
      count++
      const point = space.encodePacket(packet)
      const own = moves.filter(({ set }) => space.evaluate(set, point) === 1).map(({ move }) => move)
      const [move] = own
      const kind = seen(sides, packet)
      const told = moves.map((one) => one.move).filter((one) => isTold(one, packet))
      const problem =
        move?.kind !== kind || own.length > 1
          ? 'told otherwise than it is'
          : move !== undefined && !isAnswer(sides, move, packet)
            ? 'another way'
            : move !== undefined && !told.includes(move)
              ? 'words that are not true of it'
              : told.some((one) => one.isExact && one !== move)
                ? 'words of another move that are true of it'
                : undefined
      if (problem !== undefined)
        expect({ packet, problem, kind, told: told.map(moveText), own: own.map(moveText) }).toBe('')
    }
    for (const { move } of moves) expect(isTold(move, move.example.packet)).toBe(true)
  }
  return count
}

function isAnswer({ before, after }: Sides, move: Reroute, packet: Packet): boolean {
  const isSourced = move.kind === 'source'
  const [old, one] = isSourced
    ? [before.fates.sourcedNexthopOf, after.fates.sourcedNexthopOf]
    : [before.fates.nexthopOf, after.fates.nexthopOf]
  return (
    JSON.stringify(old(lookupIn(before.fib, packet))) === JSON.stringify(move.before) &&
    JSON.stringify(one(lookupIn(after.fib, packet))) === JSON.stringify(move.after)
  )
}

/** A few things less, moved, or exchanged with another plan’s. */
function mutant(plan: KernelPlan, other: KernelPlan, seed: number): KernelPlan {
  const { chance, pick, random } = createRandom(seed)
  const without = <T>(list: readonly T[]): readonly T[] => {
    const gone = Math.floor(random() * list.length)
    return chance(0.5) ? list.filter((_, index) => index !== gone) : list
  }
  const withOne = <T>(list: readonly T[], others: readonly T[]): readonly T[] => {
    const one = pick(others)
    return one === undefined || chance(0.5) ? list : [...list, one]
  }
  const rules = withOne(without(plan.rules), other.rules).map((rule) =>
    chance(0.03) ? { ...rule, pref: rule.pref + (pick([-11, -10, 5, 10, 20]) ?? 0) } : rule,
  )
  return {
    ...plan,
    links: plan.links.map((link) =>
      chance(0.15)
        ? { ...link, addresses: withOne(without(link.addresses), pick(other.links)?.addresses ?? []) }
        : link,
    ),
    routes: withOne(without(without(plan.routes)), other.routes),
    rules: rules.toSorted((a, b) => a.pref - b.pref),
  }
}

const seeds = Array.from({ length: amount(3, 10) }, (_, index) => index + 1)

describe('packets that move', () => {
  it.each(seeds)('are those that the look-up sends elsewhere: drawn plan %i with some changes', (seed) => {
    const plan = drawPlan(seed)
    expect(check(plan, mutant(plan, drawPlan(seed + 100), seed), seed)).toBeGreaterThan(50)
  })

  it.runIf(drawsMany)(
    'are those that the look-up sends elsewhere: two drawn plans that have nothing in common',
    () => {
      expect(check(drawPlan(9), drawPlan(24), 1)).toBeGreaterThan(50)
    },
    120_000,
  )

  it('are those that the look-up sends elsewhere: a host with failover and one with balance', () => {
    expect(check(failoverPlan, balancePlan, 1)).toBeGreaterThan(50)
  }, 120_000)
})
