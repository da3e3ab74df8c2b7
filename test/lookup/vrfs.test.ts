// VRFs in the lookup; test/netns compares random plans with a kernel that has VRFs.
import { describe, expect, test } from 'vitest'
import { explainPacket } from '../../src/lookup/explain.js'
import { createFib } from '../../src/lookup/fib.js'
import { trace } from '../../src/lookup/trace.js'
import { formatAnswer, parsePacketTokens } from '../../src/syntax/route-get.js'
import { outcomeText, ruleText } from '../../src/syntax/trace-format.js'
import { retryWithSource } from '../../src/lookup/ipv6-source-retry.js'
import { planOf } from '../helpers/plan-of.js'

const packetOf = (words: string) => {
  const read = parsePacketTokens(words)
  if (!read.ok) throw new Error(read.problem)
  return read.value
}

const { plan } = planOf(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24, '2001:db8:b::10/64'] }
  red: { addresses: [10.9.9.9/32], vrf: { table: 300, links: [eth1] } }
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
default: fiber
rules:
  - { to: 203.0.113.0/24, action: prohibit, priority: 900 }
`)
if (plan === undefined) throw new Error('no plan')
const vrfPlan = plan

describe('a packet in a VRF', () => {
  test.each([
    // Received on a member, or on the VRF itself.
    ['198.51.100.7 from 198.51.100.8 iif eth1', 'dev eth1 table 300'],
    ['8.8.8.8 from 198.51.100.7 iif eth1', 'unreachable'],
    ['8.8.8.8 from 198.51.100.7 iif red', 'unreachable'],
    ['198.51.100.10 from 198.51.100.7 iif eth1', 'local'],
    ['2001:db8:ffff::1 from 2001:db8:b::7 iif eth1', 'unreachable'],
    // Table local comes first, so a packet in the VRF finds the host's other addresses.
    ['192.0.2.10 from 198.51.100.7 iif eth1', 'local'],
    // From a socket that is bound to a member or to the VRF.
    ['198.51.100.7 oif eth1', 'dev eth1 table 300'],
    ['198.51.100.7 oif red', 'dev eth1 table 300'],
    ['198.51.100.10 oif red', 'local'],
    ['10.9.9.9 oif red', 'local'],
    // IPv4 treats no destination as on-link there.
    ['8.8.8.8 oif eth1', 'unreachable'],
    ['8.8.8.8 oif red', 'unreachable'],
    ['2001:db8:ffff::1 oif red', 'unreachable'],
    // Without a source, IPv6 uses only routes of the member, and a reject route is on lo.
    ['2001:db8:ffff::1 oif eth1', 'none'],
    ['2001:db8:ffff::1 from 2001:db8:b::10 oif eth1', 'unreachable'],
    // IPv6 looks up link-local destinations in the table of the VRF; the VRF itself sends nothing to them.
    ['fe80::7 oif eth1', 'dev eth1 table 300'],
    ['fe80::7 oif red', 'none'],
    // A rule with a priority below 1000 comes first.
    ['203.0.113.7 from 198.51.100.7 iif eth1', 'prohibit'],
  ])('%s: %s', (words, answer) => {
    expect(formatAnswer(trace(vrfPlan, packetOf(words)).answer)).toBe(answer)
  })
})

describe('a packet outside of VRFs', () => {
  test.each([
    ['8.8.8.8', 'via 192.0.2.1 dev eth0'],
    ['8.8.8.8 oif eth0', 'via 192.0.2.1 dev eth0'],
    // The addresses of a VRF are in its table only.
    ['198.51.100.10', 'via 192.0.2.1 dev eth0'],
    ['198.51.100.7', 'via 192.0.2.1 dev eth0'],
  ])('%s: %s', (words, answer) => {
    expect(formatAnswer(trace(vrfPlan, packetOf(words)).answer)).toBe(answer)
  })
})

test('the trace has one step for the kernel’s rule, whatever the number of links', () => {
  const stepsOf = (words: string) => {
    const { steps, packet } = trace(vrfPlan, packetOf(words))
    return steps
      .filter(({ rule }) => rule.pref === 1000)
      .map((step) => `${ruleText(vrfPlan, step.rule)}: ${outcomeText(step, packet)}`)
  }
  expect(stepsOf('8.8.8.8')).toEqual(['lookup [l3mdev-table]: no match: no link of the packet is in a VRF'])
  expect(stepsOf('8.8.8.8 from 198.51.100.7 iif red')).toEqual([
    'lookup [l3mdev-table]: unreachable default metric 2000000000',
  ])
  expect(stepsOf('2001:db8:ffff::1 oif eth1')).toEqual(['lookup [l3mdev-table]: no route there'])
})

test('a plan without VRFs has no such rule', () => {
  const { plan: plain } = planOf('links: { eth0: { addresses: [192.0.2.10/24] } }')
  expect(plain && createFib(plain).inet.rules.map(({ rule }) => rule.pref)).toEqual([0, 32766, 32767])
})

test('the second IPv6 lookup of a bound socket uses only addresses in the VRF', () => {
  const fib = createFib(vrfPlan)
  const sources = (words: string) =>
    retryWithSource(fib, trace(vrfPlan, packetOf(words))).map(({ src }) => src.text)
  expect(sources('2001:db8:ffff::1 oif red')).toEqual(['2001:db8:b::10'])
  expect(sources('2001:db8:ffff::1 oif eth0 mark 1')).toEqual([])
})

describe('notes', () => {
  const notesOf = (words: string) => explainPacket(createFib(namingPlan), queryOf(words)).notes
  const { plan: naming } = planOf(`
links:
  eth1: { addresses: [198.51.100.10/24] }
  red: { vrf: { table: 300, links: [eth1] } }
rules:
  - { iif: red, to: 203.0.113.0/24, action: prohibit, priority: 900 }
`)
  if (naming === undefined) throw new Error('no plan')
  const namingPlan = naming
  const queryOf = (words: string) => ({ packet: packetOf(words), hasProtocol: true })

  test('say that a rule which names a VRF depends on the version of Linux', () => {
    expect(notesOf('203.0.113.7 from 198.51.100.7 iif eth1')).toEqual([
      expect.stringContaining('a rule that names red or a member of it depends on the version of Linux'),
    ])
  })

  test('do not count the kernel’s rule for VRFs as one of other software', () => {
    expect(notesOf('203.0.113.7')).toEqual([])
  })
})
