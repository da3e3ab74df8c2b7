import { describe, expect, it } from 'vitest'
import { families, type Family } from '../../src/kernel/family.js'
import { createFib } from '../../src/lookup/fib.js'
import { preparePacket } from '../../src/kernel/packet.js'
import { mismatchOf } from '../../src/lookup/rule.js'
import { UNIVERSE, EMPTY } from '../../src/packets/bdd-nodes.js'
import { createSpace } from '../../src/packets/packet-space.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { readRule } from '../helpers/parse-ip.js'
import { drawPlan } from '../generators/random-plan.js'
import { createRandom } from '../generators/random.js'
import { drawAnyPackets } from './draw.js'
import { unmanaged as none } from '../../src/plan/origin.js'

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)
const empty: KernelPlan = {
  ...drawPlan(1),
  state: { ...drawPlan(1).state, links: [], routes: [], rules: [] },
}

const spaceOf = (family: Family, plan: KernelPlan = empty) => createSpace(family, [plan])
const selector = (family: Family, words: string) =>
  readRule(family, ['pref 1', words, 'unreachable'].filter((part) => part !== '').join(' '), none).selector

describe('the set of a selector', () => {
  it.each(seeds)('contains a packet exactly if the rule matches it: plan %i', (seed) => {
    const plan = drawPlan(seed)
    const fib = createFib(plan)
    const spaces = { inet: spaceOf('inet', plan), inet6: spaceOf('inet6', plan) }
    const rules = families.flatMap((family) =>
      fib[family].rules.map((entry) => ({
        family,
        entry,
        set: spaces[family].setOfSelector(entry.rule.selector),
      })),
    )
    let taken = 0
    for (const packet of drawAnyPackets(plan, 500, seed)) {
      const point = spaces[packet.family].encodePacket(packet)
      const read = preparePacket(packet)
      for (const { family, entry, set } of rules) {
        if (family !== packet.family) continue
        const takes = mismatchOf(entry, read) === undefined
        if (takes) taken++
        if ((spaces[family].evaluate(set, point) === 1) !== takes)
          expect({ packet, rule: entry.rule, takes }).toBe('')
      }
    }
    // Otherwise the sample is too small.
    expect(taken).toBeGreaterThan(1000)
  })

  it.each([
    ['inet', 'to 10.0.0.0/25', 'to 10.0.0.128/25', 'to 10.0.0.0/24'],
    ['inet6', 'from 2001:db8::/33', 'from 2001:db8:8000::/33', 'from 2001:db8::/32'],
    ['inet', 'dport 1-24', 'dport 25-80', 'dport 1-80'],
    ['inet', 'uidrange 0-999', 'uidrange 1000-4294967294', 'not uidrange 4294967295-4294967295'],
    ['inet', 'fwmark 0x100/0x300', 'fwmark 0x0/0x300', 'fwmark 0x0/0x200'],
    ['inet', 'tos 0x04', 'tos 0x04', 'tos 0x05'],
    ['inet', 'tos 0x00', 'tos 0x10', ''],
    ['inet6', 'dscp 46', 'tos 0xb8', 'dscp 46'],
    ['inet', 'dscp 46', 'tos 0x18', 'tos 0x18'],
    ['inet6', 'from ::/0', 'to 2001:db8::1', ''],
  ] as const)('%s: %s or %s is %s', (family, one, other, whole) => {
    const space = spaceOf(family)
    const set = (words: string) => space.setOfSelector(selector(family, words))
    expect(space.union(set(one), set(other))).toBe(set(whole))
  })

  it('matches `from` without a source never in IPv6, and as 0.0.0.0 in IPv4', () => {
    const six = spaceOf('inet6')
    expect(
      six.union(
        six.setOfSelector(selector('inet6', 'from ::/1')),
        six.setOfSelector(selector('inet6', 'from 8000::/1')),
      ),
    ).not.toBe(UNIVERSE)
    const four = spaceOf('inet')
    expect(
      four.union(
        four.setOfSelector(selector('inet', 'from 0.0.0.0/1')),
        four.setOfSelector(selector('inet', 'from 128.0.0.0/1')),
      ),
    ).toBe(UNIVERSE)
  })
})

describe('sets', () => {
  it('agree with the same operations on each packet', () => {
    const plan = drawPlan(3)
    const space = spaceOf('inet', plan)
    const { pick } = createRandom(5)
    const packets = drawAnyPackets(plan, 300, 4).filter(({ family }) => family === 'inet')
    const points = packets.map((packet) => space.encodePacket(packet))
    const known = plan.state.rules
      .filter(({ family }) => family === 'inet')
      .map(({ selector: words }) => {
        const set = space.setOfSelector(words)
        return { set, has: points.map((point) => space.evaluate(set, point) === 1) }
      })
    for (let round = 0; round < 300; round++) {
      const [a, b] = [pick(known), pick(known)]
      if (a === undefined || b === undefined) continue
      const results = [
        { set: space.intersect(a.set, b.set), has: a.has.map((had, index) => had && b.has[index] === true) },
        { set: space.union(a.set, b.set), has: a.has.map((had, index) => had || b.has[index] === true) },
        { set: space.difference(a.set, b.set), has: a.has.map((had, index) => had && b.has[index] !== true) },
        { set: space.complement(a.set), has: a.has.map((had) => !had) },
      ]
      for (const { set, has } of results)
        expect(points.map((point) => space.evaluate(set, point) === 1)).toEqual(has)
      expect(space.contains(a.set, b.set)).toBe(space.isEmpty(space.difference(b.set, a.set)))
      expect(space.pickPoint([a.set, b.set]) === undefined).toBe(space.isEmpty(space.intersect(a.set, b.set)))
      known.push(...results.filter(({ set }) => set !== EMPTY && set !== UNIVERSE).slice(0, 2))
    }
  })

  it('give a packet that they contain', () => {
    const plan = drawPlan(7)
    for (const family of families) {
      const space = spaceOf(family, plan)
      for (const rule of plan.state.rules.filter((one) => one.family === family)) {
        const set = space.setOfSelector(rule.selector)
        const point = space.pickPoint([set])
        // `not` alone matches nothing.
        if (point === undefined) {
          expect(rule.selector).toEqual({ not: true })
          continue
        }
        expect(space.evaluate(set, space.encodePacket(space.packetAt(point)))).toBe(1)
      }
    }
  })

  it('decode an encoded packet to an equivalent one', () => {
    const plan = drawPlan(9)
    for (const packet of drawAnyPackets(plan, 400, 2)) {
      const space = spaceOf(packet.family, plan)
      const back = space.packetAt(space.encodePacket(packet))
      expect(space.packetAt(space.encodePacket(back))).toEqual(back)
      expect(back.dst).toEqual(packet.dst)
      expect(back.mark ?? 0).toBe(packet.mark ?? 0)
    }
  })
})
