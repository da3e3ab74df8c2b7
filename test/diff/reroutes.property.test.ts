// Reroutes against the lookup: every rerouted packet is in one reroute, and no other packet is in any.
import { describe, expect, it } from 'vitest'
import { routedPlans, type RoutedPlans } from '../../src/diff/diff.js'
import type { Addresses, Links, MarkSet, Reroute, Numbers, Packets } from '../../src/diff/difference.js'
import { dispositionKey } from '../../src/diff/disposition.js'
import { families } from '../../src/kernel/family.js'
import { containsAddress } from '../../src/kernel/prefix.js'
import { lookupIn } from '../../src/lookup/lookup.js'
import { isLocallyGenerated, type Packet } from '../../src/kernel/packet.js'
import { TERMINAL, EMPTY } from '../../src/packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../src/packets/packet-space.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { drawPlan } from '../generators/random-plan.js'
import { drawVrfPlan } from '../generators/random-vrf-plan.js'
import { createRandom, type Random } from '../generators/random.js'
import { drawAnyPackets } from '../packets/draw.js'
import { rerouteText } from './reroute-text.js'
import { amount, drawsMany } from '../helpers/amount.js'

/** The kind of reroute by the lookup alone. */
function seen({ before, after }: RoutedPlans, packet: Packet): 'path' | 'source' | undefined {
  const [old, one] = [lookupIn(before.fib, packet), lookupIn(after.fib, packet)]
  if (
    dispositionKey(before.dispositions.dispositionOf(old), false) !==
    dispositionKey(after.dispositions.dispositionOf(one), false)
  )
    return 'path'
  if (!isLocallyGenerated(packet) || packet.src !== undefined) return undefined
  const [a, b] = [before.dispositions.withSource(old), after.dispositions.withSource(one)]
  return dispositionKey(a, true) === dispositionKey(b, true) ? undefined : 'source'
}

const isListed = <T>(
  list: { readonly in: readonly T[]; readonly exclusions: readonly T[] } | undefined,
  has: (one: T) => boolean,
): boolean =>
  list === undefined || ((list.in.length === 0 || list.in.some(has)) && !list.exclusions.some(has))

/** By the description alone, without any set. */
function matches(packets: Packets, packet: Packet): boolean {
  const own = isLocallyGenerated(packet)
  const number = (list: Numbers | undefined, value = 0) =>
    isListed(list, ({ first, last }) => first <= value && value <= last)
  const mark = (list: MarkSet | undefined, number = 0) =>
    isListed(list, ({ value, mask }) => ((number ^ value) & mask) === 0)
  const link = (list: Links | undefined, name: string) => isListed(list, (one) => one === name)
  const address = (list: Addresses | undefined, one: Packet['dst'] | undefined): boolean => {
    if (list === undefined || one === undefined) return true
    const longest = (prefixes: Addresses['in']) =>
      Math.max(-1, ...prefixes.flatMap((prefix) => (containsAddress(prefix, one) ? prefix.length : [])))
    const [ins, outs] = [longest(list.in), longest(list.exclusions)]
    return ins === outs ? list.in.length === 0 : ins > outs
  }
  return (
    (packets.sender === undefined || (packets.sender === 'local') === own) &&
    (packets.source === undefined ||
      (packets.source === 'unset' ? !own || packet.src === undefined : packet.src !== undefined)) &&
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

const isWithin = ({ packets, exclusions }: Reroute, packet: Packet): boolean =>
  matches(packets, packet) && !exclusions.some((one) => matches(one, packet))

/** A random packet of a set that is not empty, chosen bit by bit. */
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

/** Draws packets from everywhere, from each reroute, and from what no reroute contains. */
function check(before: KernelPlan, after: KernelPlan, seed: number): number {
  const plans = routedPlans(before, after)
  const random = createRandom(seed)
  let count = 0
  for (const family of families) {
    const { space, plausible, reroutes, unanalyzed } = plans.reroutesOf(family)
    expect(unanalyzed).toEqual([])
    const sets = reroutes.map(({ set }) => set)
    const rest = space.difference(plausible, space.union(...sets))
    const any = [...drawAnyPackets(before, 150, seed), ...drawAnyPackets(after, 150, seed + 1)].filter(
      (packet) =>
        packet.family === family &&
        // To the kernel, that is no source.
        packet.src?.text !== '0.0.0.0' &&
        space.evaluate(plausible, space.encodePacket(packet)) === 1,
    )
    const some = [rest, ...sets].flatMap((set) =>
      set === EMPTY ? [] : Array.from({ length: 12 }, () => drawFrom(space, set, random)),
    )
    // Near the borders: a rerouted packet with one field of another packet.
    const mixed = some.flatMap((packet) => {
      const other = drawFrom(space, plausible, random)
      const fields = ['dst', 'dport', 'mark', 'src'] as const
      return fields
        .map((field) => ({ ...packet, [field]: other[field] ?? packet[field] }))
        .filter((one) => space.evaluate(plausible, space.encodePacket(one)) === 1)
    })
    for (const packet of [...any, ...some, ...mixed]) {
      count++
      const point = space.encodePacket(packet)
      const own = reroutes.filter(({ set }) => space.evaluate(set, point) === 1).map(({ reroute }) => reroute)
      const [reroute] = own
      const kind = seen(plans, packet)
      const within = reroutes.map((one) => one.reroute).filter((one) => isWithin(one, packet))
      const problem =
        reroute?.kind !== kind || own.length > 1
          ? 'another kind'
          : reroute !== undefined && !isAnswer(plans, reroute, packet)
            ? 'another disposition'
            : reroute !== undefined && !within.includes(reroute)
              ? 'a description without it'
              : within.some((one) => one.isExact && one !== reroute)
                ? 'the description of another reroute'
                : undefined
      if (problem !== undefined)
        expect({ packet, problem, kind, within: within.map(rerouteText), own: own.map(rerouteText) }).toBe('')
    }
    for (const { reroute } of reroutes) expect(isWithin(reroute, reroute.example.packet)).toBe(true)
  }
  return count
}

function isAnswer({ before, after }: RoutedPlans, reroute: Reroute, packet: Packet): boolean {
  const isSourced = reroute.kind === 'source'
  const [old, one] = isSourced
    ? [before.dispositions.withSource, after.dispositions.withSource]
    : [before.dispositions.dispositionOf, after.dispositions.dispositionOf]
  return (
    JSON.stringify(old(lookupIn(before.fib, packet))) === JSON.stringify(reroute.before) &&
    JSON.stringify(one(lookupIn(after.fib, packet))) === JSON.stringify(reroute.after)
  )
}

/** A plan with a few items removed, moved, or replaced by those of another plan. */
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
  const rules = withOne(without(plan.state.rules), other.state.rules).map((rule) =>
    chance(0.03) ? { ...rule, pref: rule.pref + (pick([-11, -10, 5, 10, 20]) ?? 0) } : rule,
  )
  return {
    ...plan,
    state: {
      ...plan.state,
      links: plan.state.links.map((link) =>
        chance(0.15)
          ? { ...link, addresses: withOne(without(link.addresses), pick(other.state.links)?.addresses ?? []) }
          : link,
      ),
      routes: withOne(without(without(plan.state.routes)), other.state.routes),
      rules: rules.toSorted((a, b) => a.pref - b.pref),
    },
  }
}

const seeds = Array.from({ length: amount(3, 10) }, (_, index) => index + 1)

describe('rerouted packets', () => {
  it.each(seeds)('are those with another answer of the lookup: drawn plan %i with some changes', (seed) => {
    const plan = drawPlan(seed)
    expect(check(plan, mutant(plan, drawPlan(seed + 100), seed), seed)).toBeGreaterThan(50)
  })

  it.each(seeds)('are those with another answer of the lookup: drawn plan %i with other VRFs', (seed) => {
    const plan = drawVrfPlan(seed)
    const other = { ...plan, state: { ...plan.state, links: drawVrfPlan(seed + 100).state.links } }
    expect(check(plan, other, seed)).toBeGreaterThan(50)
  })

  it.runIf(drawsMany)(
    'are those with another answer of the lookup: two drawn plans that have nothing in common',
    () => {
      expect(check(drawPlan(9), drawPlan(24), 1)).toBeGreaterThan(50)
    },
    120_000,
  )

  it('are those with another answer of the lookup: a host with failover and one with balance', () => {
    expect(check(failoverPlan, balancePlan, 1)).toBeGreaterThan(50)
  }, 120_000)
})
