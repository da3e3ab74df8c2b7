// Trace steps by cases. test/netns/decide.test.ts compares the answers with the kernel.
import { describe, expect, test } from 'vitest'
import { createFib } from '../../src/lookup/fib.js'
import { lookup, type Packet, type TraceStep } from '../../src/lookup/lookup.js'
import { mismatchText } from '../../src/lookup/mismatch-text.js'
import { trace, traceIn } from '../../src/lookup/trace.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { actionTokens } from '../../src/syntax/iproute2.js'
import { parsePacketTokens } from '../../src/syntax/route-get.js'
import { plainLink, readRoute, readRule } from '../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { planOf as planOfText, twoProviders } from '../helpers/plan-of.js'
import { emptyPlan } from '../helpers/empty-plan.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

const planOf = (rules: readonly string[], routes: readonly string[]): KernelPlan => ({
  ...emptyPlan,
  state: {
    links: [plainLink('eth0', ['192.0.2.10/24', '2001:db8:a::10/64'])],
    routes: routes.map((text) => readRoute('inet', text, origin)),
    rules: rules.map((text) => readRule('inet', text, origin)),
    sysctls: [],
    connmarks: [],
  },
})

function packetOf(words: string): Packet {
  const read = parsePacketTokens(words)
  if (!read.ok) throw new Error(read.problem)
  return read.value
}

/** `100 goto 200: goto`: the outcome of each rule of the plan. */
const resultsOf = (steps: readonly TraceStep[]): readonly string[] =>
  steps
    .filter(({ rule }) => rule.origin === origin)
    .map(({ rule, outcome }) => `${rule.pref} ${actionTokens(rule.action).join(' ')}: ${outcome}`)

describe('the steps of a trace', () => {
  const routes = [
    'default via 192.0.2.1 dev eth0 table 101',
    'throw default table 102',
    'unreachable default table 103',
  ]

  test('have the result of each rule', () => {
    const plan = planOf(
      [
        'pref 10 lookup 7',
        'pref 20 lookup 101 suppress_prefixlength 0',
        'pref 30 lookup 102',
        'pref 40 goto 45',
        'pref 50 goto 60',
        'pref 55 prohibit',
        'pref 60 from 10.0.0.0/8 lookup 101',
        'pref 70 lookup 101',
        'pref 80 prohibit',
      ],
      routes,
    )
    const { steps, answer } = trace(plan, packetOf('8.8.8.8'))
    expect(resultsOf(steps)).toEqual([
      '10 lookup 7: no-route',
      '20 lookup 101 suppress_prefixlength 0: suppressed',
      '30 lookup 102: throw',
      '40 goto 45: unresolved',
      '50 goto 60: goto',
      '60 lookup 101: passed',
      '70 lookup 101: answered',
    ])
    // The kernel's rule for table local comes first.
    expect(steps[0]).toMatchObject({ rule: { pref: 0 }, outcome: 'no-route' })
    expect(steps.at(-1)).toMatchObject({
      route: { table: 101, dst: { length: 0 } },
      nexthops: [{ dev: 'eth0' }],
    })
    expect(steps[2]).toMatchObject({ outcome: 'suppressed', route: { table: 101 } })
    expect(answer).toMatchObject({ kind: 'route', rule: { pref: 70 } })
  })

  test('end at a rule or a route that rejects', () => {
    expect(resultsOf(trace(planOf(['pref 10 prohibit'], []), packetOf('8.8.8.8')).steps)).toEqual([
      '10 prohibit: refused',
    ])
    const { steps, answer } = trace(planOf(['pref 10 lookup 103'], routes), packetOf('8.8.8.8'))
    expect(resultsOf(steps)).toEqual(['10 lookup 103: answered'])
    expect(answer).toMatchObject({ kind: 'reject', type: 'unreachable', route: { table: 103 } })
  })

  test('continue to the kernel’s last rule without an answer', () => {
    const { steps, answer } = trace(planOf([], []), packetOf('8.8.8.8'))
    expect(steps.map(({ rule, outcome }) => `${rule.pref} ${outcome}`)).toEqual([
      '0 no-route',
      '32766 no-route',
      '32767 no-route',
    ])
    expect(answer).toEqual({ kind: 'none' })
  })
})

describe('the reason', () => {
  const reason = (rule: string, words: string): string | undefined => {
    const packet = packetOf(words)
    const own = {
      ...planOf([], []),
      state: {
        ...planOf([], []).state,
        rules: [readRule(packet.family, `pref 10 ${rule} prohibit`, origin)],
      },
    }
    const step = trace(own, packet).steps.find((each) => each.rule.pref === 10)
    return step === undefined ? 'not asked' : mismatchText(step, packet)
  }

  test.each([
    ['from 10.0.0.0/8', '8.8.8.8 from 192.0.2.10', 'from 10.0.0.0/8: the packet is from 192.0.2.10'],
    ['from 10.0.0.0/8', '8.8.8.8', 'from 10.0.0.0/8: the packet has no source yet'],
    ['from 2001:db8::/32', '2001:db9::1', 'from 2001:db8::/32: the packet has no source yet'],
    ['to 9.9.9.9', '8.8.8.8', 'to 9.9.9.9: the packet goes to 8.8.8.8'],
    ['iif eth0', '8.8.8.8', 'iif eth0: the packet is locally generated'],
    ['iif lo', '8.8.8.8 from 10.1.1.1 iif eth0', 'iif lo: the packet arrived on eth0'],
    ['oif eth0', '8.8.8.8', 'oif eth0: the packet is bound to no link'],
    ['oif eth1', '2001:db8::1 oif eth0', 'oif eth1: the packet is bound to eth0'],
    ['fwmark 0x100/0xff00', '8.8.8.8', 'fwmark 0x100/0xff00: the packet has no mark'],
    ['fwmark 0x100/0xff00', '8.8.8.8 mark 0x200', 'fwmark 0x100/0xff00: the packet’s mark is 0x200'],
    ['uidrange 1000-1999', '8.8.8.8 uid 5', 'uidrange 1000-1999: the packet’s uid is 5'],
    [
      'uidrange 1000-1999',
      '8.8.8.8 from 10.1.1.1 iif eth0',
      'uidrange 1000-1999: forwarded packets have uid 0',
    ],
    ['tos 0x10', '8.8.8.8 tos 0x08', 'tos 0x10: the packet’s tos is 0x8'],
    ['dscp 46', '8.8.8.8 tos 0x18', 'dscp 46: the packet’s dscp is 6'],
    ['ipproto 6', '8.8.8.8', 'ipproto tcp: the packet is udp'],
    ['ipproto 6', '2001:db8::1', 'ipproto tcp: the packet has no protocol'],
    ['ipproto 200', '8.8.8.8 ipproto 201', 'ipproto 200: the packet is 201'],
    ['dport 25', '8.8.8.8', 'dport 25: the packet has no port'],
    ['sport 1000-1999', '8.8.8.8 sport 999', 'sport 1000-1999: the packet comes from port 999'],
    ['dport 25', '8.8.8.8 dport 26', 'dport 25: the packet goes to port 26'],
    ['not to 8.0.0.0/8', '8.8.8.8', 'not to 8.0.0.0/8: the packet goes to 8.8.8.8'],
    [
      'not to 8.0.0.0/8 fwmark 0x1',
      '8.8.8.8 mark 1',
      'not to 8.0.0.0/8 fwmark 0x1: the packet matches all of it',
    ],
    ['not', '8.8.8.8', 'not: every packet matches'],
    ['to 8.0.0.0/8', '8.8.8.8', undefined],
  ])('rule %s, packet %s: %s', (rule, words, expected) => {
    expect(reason(rule, words)).toBe(expected)
  })
})

describe('the gateways', () => {
  const described = (text: string): KernelPlan => {
    const { plan } = planOfText(text)
    if (plan === undefined) throw new Error('no plan')
    return plan
  }
  const failover = described(twoProviders)
  const balance = described(
    twoProviders.replace('default: fiber', 'default: { balance: { fiber: 3, cable: 1 } }'),
  )

  test.each([
    [failover, '8.8.8.8', ['fiber']],
    [failover, '8.8.8.8 from 198.51.100.10', ['cable']],
    [balance, '8.8.8.8', ['fiber', 'cable']],
    // None for a neighbour, for the host itself, and for IPv6 without a route.
    [failover, '192.0.2.77', []],
    [failover, '192.0.2.10', []],
    [failover, '2001:db8::1', []],
  ])('by name, of several each: %#', (plan, words, names) => {
    expect(trace(plan, packetOf(words)).gateways).toEqual(names)
  })
})

test('the answer equals that of lookup', () => {
  for (const plan of [failoverPlan, balancePlan]) {
    const fib = createFib(plan)
    for (const words of [
      '8.8.8.8',
      '8.8.8.8 mark 0x200',
      '10.0.0.7 from 192.0.2.10',
      '2001:db8:ffff::1',
      '8.8.8.8 from 10.0.0.7 iif lan0 ipproto tcp dport 25',
    ])
      expect(traceIn(fib, packetOf(words)).answer).toEqual(lookup(plan, packetOf(words)))
  }
})
