// Lookup by cases. test/netns/decide.test.ts compares it with the kernel.
import { forwardingSysctls } from '../../src/kernel/sysctl.js'
import { describe, expect, test } from 'vitest'
import type { KernelPlan, Sysctl } from '../../src/plan/plan.js'
import { lookup } from '../../src/lookup/lookup.js'
import { createFib } from '../../src/lookup/fib.js'
import { lookupIn } from '../../src/lookup/lookup.js'
import { formatAnswer, parsePacketTokens } from '../../src/syntax/route-get.js'
import { plainLink, readRoute, readRule } from '../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { emptyPlan } from '../helpers/empty-plan.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

const links = [
  plainLink('eth0', ['192.0.2.10/24', '2001:db8:a::10/64']),
  plainLink('eth1', ['198.51.100.10/31', '10.9.9.9/32']),
]

interface Words {
  readonly rules?: readonly string[]
  readonly routes?: readonly string[]
  readonly rules6?: readonly string[]
  readonly routes6?: readonly string[]
  readonly sysctls?: readonly Sysctl[]
}

const planOf = ({ rules = [], routes = [], rules6 = [], routes6 = [], sysctls = [] }: Words): KernelPlan => ({
  ...emptyPlan,
  state: {
    links,
    routes: [
      ...routes.map((text) => readRoute('inet', text, origin)),
      ...routes6.map((text) => readRoute('inet6', text, origin)),
    ],
    rules: [
      ...rules.map((text) => readRule('inet', text, origin)),
      ...rules6.map((text) => readRule('inet6', text, origin)),
    ],
    sysctls,
    connmarks: [],
  },
})

function get(plan: KernelPlan, words: string): string {
  const read = parsePacketTokens(words)
  if (!read.ok) throw new Error(read.problem)
  return formatAnswer(lookup(plan, read.value))
}

describe('without any rule', () => {
  const plan = planOf({
    routes: ['default via 192.0.2.1 dev eth0 metric 200', 'default via 198.51.100.11 dev eth1 metric 100'],
  })

  test.each([
    ['192.0.2.10', 'local'],
    ['127.9.9.9', 'local'],
    ['10.9.9.9', 'local'],
    ['2001:db8:a::10', 'local'],
    ['::1', 'local'],
    // Broadcast of its network; a prefix of two addresses has none (RFC 3021).
    ['192.0.2.255', 'local'],
    ['198.51.100.11', 'dev eth1'],
    ['192.0.2.0', 'dev eth0'],
    ['192.0.2.77', 'dev eth0'],
    ['2001:db8:a::77', 'dev eth0'],
    ['10.9.9.8', 'via 198.51.100.11 dev eth1'],
    ['2001:db8:b::1', 'none'],
  ])('%s: %s', (words, answer) => {
    expect(get(plan, words)).toBe(answer)
  })

  test('a router has the first address of each IPv6 network', () => {
    const router = {
      ...plan,
      state: { ...plan.state, sysctls: [{ key: forwardingSysctls.inet6, value: '1', origin }] },
    }
    expect(get(plan, '2001:db8:a::')).toBe('dev eth0')
    expect(get(router, '2001:db8:a::')).toBe('local')
    expect(get(plan, 'fe80:: oif eth0')).toBe('dev eth0')
    expect(get(router, 'fe80:: oif eth0')).toBe('local')
  })
})

describe('a table', () => {
  const plan = planOf({
    rules: ['pref 100 lookup 101'],
    routes: [
      '10.0.0.0/8 via 192.0.2.1 dev eth0 table 101',
      '10.1.0.0/16 via 192.0.2.2 dev eth0 table 101 metric 50',
      '10.1.0.0/16 via 192.0.2.3 dev eth0 table 101 metric 40',
      'throw 10.2.0.0/16 table 101',
      'unreachable 10.3.0.0/16 table 101',
      'prohibit 10.4.0.0/16 table 101',
      'blackhole 10.5.0.0/16 table 101',
      'local 10.6.0.0/16 dev lo table 101',
      '10.7.0.0/16 table 101 nexthop via 192.0.2.1 dev eth0 weight 3 nexthop via 198.51.100.11 dev eth1 weight 1',
      '10.0.0.0/8 via 192.0.2.9 dev eth0',
    ],
  })

  test.each([
    ['10.9.0.1', 'via 192.0.2.1 dev eth0 table 101'],
    ['10.1.0.1', 'via 192.0.2.3 dev eth0 table 101'],
    ['10.2.0.1', 'via 192.0.2.9 dev eth0'],
    ['10.3.0.1', 'unreachable'],
    ['10.4.0.1', 'prohibit'],
    ['10.5.0.1', 'blackhole'],
    ['10.6.0.1', 'local'],
    ['10.7.0.1', 'one of: via 192.0.2.1 dev eth0 table 101 | via 198.51.100.11 dev eth1 table 101'],
    ['11.0.0.1', 'none'],
    // A socket bound to a link sees only that link’s routes; without one, IPv4 tries the link itself.
    ['10.7.0.1 oif eth1', 'via 198.51.100.11 dev eth1 table 101'],
    ['10.1.0.1 oif eth1', 'dev eth1'],
    ['10.3.0.1 oif eth1', 'dev eth1'],
  ])('%s: %s', (words, answer) => {
    expect(get(plan, words)).toBe(answer)
  })
})

describe('a rule', () => {
  const through = (selector: string, words: string): boolean =>
    get(
      planOf({ rules: [`pref 100 ${selector} prohibit`], rules6: [`pref 100 ${selector} prohibit`] }),
      words,
    ) === 'prohibit'

  test.each([
    ['from 192.0.2.0/24', '8.8.8.8 from 192.0.2.10', true],
    ['from 192.0.2.0/24', '8.8.8.8', false],
    ['from 0.0.0.0/8', '8.8.8.8', true],
    ['not from 192.0.2.0/24', '8.8.8.8', true],
    ['to 8.0.0.0/8', '8.8.8.8', true],
    ['to 9.0.0.0/8', '8.8.8.8', false],
    ['iif lo', '8.8.8.8', true],
    ['iif lo', '8.8.8.8 from 10.1.1.1 iif eth0', false],
    ['iif eth0', '8.8.8.8 from 10.1.1.1 iif eth0', true],
    ['oif eth1', '8.8.8.8', false],
    ['oif eth1', '2001:db8::1 oif eth1', true],
    ['fwmark 0x100/0xff00', '8.8.8.8 mark 0x1ff', true],
    ['fwmark 0x100/0xff00', '8.8.8.8', false],
    ['fwmark 0x0/0x1', '8.8.8.8', true],
    ['fwmark 0x80000000/0x80000000', '8.8.8.8 mark 0x80000001', true],
    ['tos 0x10', '8.8.8.8 tos 0x10', true],
    // IPv4 ignores RFC 1349’s cost bit and the upper three bits of DSCP.
    ['tos 0x10', '8.8.8.8 tos 0xf2', true],
    ['tos 0x10', '2001:db8::1 tos 0xf2', false],
    ['tos 0x10', '2001:db8::1 tos 0x13', true],
    // Unlike `tos`, `dscp` compares all six bits in both families.
    ['dscp 46', '8.8.8.8 tos 0xb9', true],
    ['dscp 46', '8.8.8.8 tos 0x18', false],
    ['dscp 46', '2001:db8::1 tos 0xba', true],
    ['dscp 0', '8.8.8.8 tos 0x03', true],
    ['dscp 0', '2001:db8::1 tos 0x04', false],
    ['not dscp 0', '8.8.8.8 tos 0x04', true],
    ['ipproto 17', '8.8.8.8', true],
    ['ipproto 17', '2001:db8::1', false],
    ['ipproto 6 dport 25', '8.8.8.8 ipproto tcp dport 25', true],
    ['dport 20-25', '8.8.8.8 dport 26', false],
    ['sport 1000-1999', '8.8.8.8 sport 1000', true],
    ['uidrange 1000-1999', '8.8.8.8 uid 1999', true],
    ['uidrange 0-0', '8.8.8.8', true],
    // Forwarded packets have uid 0.
    ['uidrange 0-0', '8.8.8.8 from 10.1.1.1 iif eth0', true],
    ['uidrange 1000-1999', '8.8.8.8 from 10.1.1.1 iif eth0', false],
    // `not` inverts the whole match.
    ['not from 10.0.0.0/8 fwmark 0x1', '8.8.8.8 from 192.0.2.10', true],
    ['not from 192.0.2.0/24 fwmark 0x1', '8.8.8.8 from 192.0.2.10 mark 1', false],
  ])('%s and %s: %s', (selector, words, matches) => {
    expect(through(selector, words)).toBe(matches)
  })
})

describe('the evaluation of rules', () => {
  const routes = ['default via 192.0.2.1 dev eth0 table 101', '10.0.0.0/8 via 192.0.2.2 dev eth0']

  test('continues if a table has no route', () => {
    const plan = planOf({
      routes,
      rules: ['pref 100 lookup 7', 'pref 101 lookup main', 'pref 102 lookup 101'],
    })
    expect(get(plan, '10.0.0.1')).toBe('via 192.0.2.2 dev eth0')
    expect(get(plan, '8.8.8.8')).toBe('via 192.0.2.1 dev eth0 table 101')
  })

  test('suppresses short prefixes, but no reject', () => {
    const rules = ['pref 100 lookup 101 suppress_prefixlength 0', 'pref 101 lookup main']
    expect(get(planOf({ routes, rules }), '8.8.8.8')).toBe('none')
    expect(
      get(
        planOf({ routes: [...routes, 'unreachable default table 101 metric 0'].slice(1), rules }),
        '8.8.8.8',
      ),
    ).toBe('unreachable')
  })

  test('jumps to the first rule with exactly the priority, and nowhere if there is none', () => {
    const rules = ['pref 100 goto 200', 'pref 150 prohibit', 'pref 200 lookup 101']
    expect(get(planOf({ routes, rules }), '8.8.8.8')).toBe('via 192.0.2.1 dev eth0 table 101')
    expect(get(planOf({ routes, rules: rules.slice(0, 2) }), '8.8.8.8')).toBe('prohibit')
  })

  test('always ends at local addresses', () => {
    expect(get(planOf({ rules: ['pref 1 prohibit'] }), '192.0.2.10')).toBe('local')
  })
})

describe('IPv6 of a bound socket', () => {
  const plan = planOf({
    routes6: ['unreachable default metric 2000000000 table 101', 'default via 2001:db8:a::1 dev eth0'],
    rules6: ['pref 100 lookup 101'],
  })

  test('does not see a reject route, which is on lo', () => {
    expect(get(plan, '2001:db8:ffff::1')).toBe('unreachable')
    expect(get(plan, '2001:db8:ffff::1 oif eth0')).toBe('via 2001:db8:a::1 dev eth0')
  })

  test('sees every route once it has a source', () => {
    expect(get(plan, '2001:db8:ffff::1 from 2001:db8:a::10 oif eth0')).toBe('unreachable')
  })
})

// rt6_score_route(), find_rr_leaf(): only IPv6 has this preference.
describe('two links in one network', () => {
  const plan: KernelPlan = {
    ...planOf({}),
    state: {
      ...planOf({}).state,
      links: [
        plainLink('eth0', ['192.0.2.10/24', '2001:db8:a::10/64']),
        plainLink('eth1', ['192.0.2.11/24', '2001:db8:a::11/64']),
        plainLink('eth2', ['198.51.100.1/24', '2001:db8:b::1/64']),
      ],
    },
  }

  test.each([
    ['2001:db8:a::77', 'dev eth0'],
    // Among equal routes IPv6 prefers the link that the packet arrived on, or that its socket is bound to.
    ['2001:db8:a::77 from 2001:db8:a::99 iif eth1', 'dev eth1'],
    ['2001:db8:a::77 from 2001:db8:b::99 iif eth2', 'dev eth0'],
    ['2001:db8:a::77 from 2001:db8:a::10 oif eth1', 'dev eth1'],
    ['2001:db8:a::77 from 2001:db8:a::10 oif eth2', 'dev eth0'],
    ['2001:db8:a::77 oif eth1', 'dev eth1'],
    ['2001:db8:a::77 oif eth2', 'none'],
    ['192.0.2.77 from 192.0.2.99 iif eth1', 'dev eth0'],
    ['192.0.2.77 from 192.0.2.10 oif eth1', 'dev eth1'],
  ])('%s: %s', (words, answer) => {
    expect(get(plan, words)).toBe(answer)
  })
})

describe('an IPv6 destination of one link or of this host', () => {
  const plan = planOf({})

  test.each([
    // rt6_need_strict(): the link of `oif` or `iif` is required.
    ['fe80::77 oif eth1', 'dev eth1'],
    ['fe80::77 from 2001:db8:a::10 oif eth1', 'dev eth1'],
    ['fe80::77 from fe80::3 iif eth1', 'dev eth1'],
    ['::1', 'local'],
    ['::1 from 2001:db8:a::10', 'local'],
    ['::1 from 2001:db8:a::10 oif eth0', 'none'],
  ])('%s: %s', (words, answer) => {
    expect(get(plan, words)).toBe(answer)
  })
})

describe('an answer', () => {
  test('names the rule and the route that gave it', () => {
    const read = parsePacketTokens('8.8.8.8 mark 0x200')
    const answer = read.ok ? lookup(failoverPlan, read.value) : undefined
    expect(answer).toMatchObject({
      kind: 'route',
      table: 102,
      rule: { pref: 15530, origin: { path: ['rules', 5] } },
      route: { dst: { length: 0 }, origin: { path: ['gateways', 'cable'] } },
    })
  })

  test('is the same with a shared FIB', () => {
    const fib = createFib(balancePlan)
    for (const words of ['8.8.8.8', '2001:db8:ffff::1', '10.0.0.7 from 192.0.2.10']) {
      const read = parsePacketTokens(words)
      if (read.ok) expect(lookupIn(fib, read.value)).toEqual(lookup(balancePlan, read.value))
    }
  })
})
