// Unknowns, compared with the same plans with their leases applied.
import { describe, expect, test } from 'vitest'
import { containsAddress, networkOf } from '../../src/kernel/prefix.js'
import { createFib } from '../../src/lookup/fib.js'
import { lookupIn } from '../../src/lookup/lookup.js'
import { isLocallyGenerated } from '../../src/kernel/packet.js'
import { trace, traceIn } from '../../src/lookup/trace.js'
import { findUnknowns, applyPartialLeases } from '../../src/lookup/unknowns.js'
import type { LinkName } from '../../src/kernel/link.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { formatAnswer, parsePacketTokens } from '../../src/syntax/route-get.js'
import { goodFixtures } from '../helpers/fixtures.js'
import { withGivenLeases } from '../helpers/apply-fixture-leases.js'
import { planOf } from '../helpers/plan-of.js'
import { drawPackets } from '../netns/packets.js'
import { planOf as planOfFixture } from '../netns/plans-of-fixtures.js'

const packetOf = (words: string) => {
  const read = parsePacketTokens(words)
  if (!read.ok) throw new Error(read.problem)
  return read.value
}

describe('an answer without unknowns is the same with the lease', () => {
  const leased = goodFixtures.filter((fixture) => planOfFixture(fixture).dynamic.tables.length > 0)

  test('of many fixtures', () => expect(leased.length).toBeGreaterThan(10))

  test.each(leased)('$name', (fixture) => {
    const plan = planOfFixture(fixture)
    const withLeases = withGivenLeases(fixture, plan)
    const before = createFib(plan)
    const after = createFib(withLeases)
    const networks = withLeases.state.links
      .flatMap(({ addresses, name }) =>
        addresses.filter(
          (each) => !plan.state.links.find((link) => link.name === name)?.addresses.includes(each),
        ),
      )
      .map(networkOf)
    // Packets of the plan with its leases, so that some have leased addresses.
    const packets = drawPackets(withLeases, 1000, 7).map(packetOf)
    const differing = packets.filter((packet) => {
      const ends = [
        packet.dst,
        ...(packet.src === undefined || isLocallyGenerated(packet) ? [] : [packet.src]),
      ]
      if (ends.some((end) => networks.some((network) => containsAddress(network, end)))) return false
      if (findUnknowns(plan, traceIn(before, packet)).length > 0) return false
      return formatAnswer(lookupIn(before, packet)) !== formatAnswer(lookupIn(after, packet))
    })
    expect(differing).toEqual([])
  })
})

describe('a static provider and a leased one', () => {
  const text = `
links:
  wan0: { addresses: [203.0.113.10/24] }
  wan1: { dhcp4: true }
gateways:
  fiber: { link: wan0, via: 203.0.113.1 }
  cable: { link: wan1, via: lease, fwmark: 0x200/0xff00, fail-closed: true }
`
  const described = (more: string): KernelPlan => {
    const { plan } = planOf(`${text}${more}`)
    if (plan === undefined) throw new Error('no plan')
    return plan
  }
  const unknown = (plan: KernelPlan, words: string): readonly string[] =>
    findUnknowns(plan, trace(plan, packetOf(words))).map(({ link, table }) => `${link}: ${table}`)
  const fiberFirst = described('default: { failover: [fiber, cable] }')
  const cableFirst = described('default: { failover: [cable, fiber] }')

  test.each([
    // The leased default route in main has a larger metric than fiber’s.
    [fiberFirst, '8.8.8.8', []],
    [cableFirst, '8.8.8.8', ['wan1: 254']],
    // Bound to the other link, which that default route does not use.
    [cableFirst, '8.8.8.8 oif wan0', []],
    [fiberFirst, '8.8.8.8 mark 0x200', ['wan1: 102']],
    // An unknown address may be the leased one.
    [fiberFirst, '8.8.8.8 from 198.51.100.80', ['wan1: 102']],
    [fiberFirst, '8.8.8.8 from 203.0.113.10', []],
    [fiberFirst, '203.0.113.7', []],
  ])('%#: %s', (plan, words, expected) => {
    expect(unknown(plan, words)).toEqual(expected)
  })

  test('is known with the lease, or with none', () => {
    const prefix = { family: 'inet', address: { family: 'inet', text: '198.51.100.80' }, length: 24 } as const
    const router = { family: 'inet', text: '198.51.100.1' } as const
    const link = 'wan1' as LinkName
    const had = applyPartialLeases(cableFirst, new Map([[link, { addresses: [prefix], routers: [router] }]]))
    const none = applyPartialLeases(cableFirst, new Map([[link, { addresses: [], routers: [] }]]))
    const other = applyPartialLeases(cableFirst, new Map())
    expect([had, none, other].map((plan) => unknown(plan, '8.8.8.8'))).toEqual([[], [], ['wan1: 254']])
    expect(trace(had, packetOf('8.8.8.8')).gateways).toEqual(['cable'])
    expect(trace(none, packetOf('8.8.8.8')).gateways).toEqual(['fiber'])
  })
})
