// Next hops that a rule makes invalid. test/netns/gateway-check.test.ts compares with the kernel.
import { expect, test } from 'vitest'
import { rejectedNexthops } from '../../src/lookup/nexthop-validation.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { plainLink, readRoute, readRule } from '../helpers/parse-ip.js'
import { emptyPlan } from '../helpers/empty-plan.js'
import { ruleOrigin } from '../helpers/origins.js'

const origin = ruleOrigin(0)

function refused(rules: readonly string[], routes: readonly string[], family: 'inet' | 'inet6' = 'inet') {
  const plan: KernelPlan = {
    ...emptyPlan,
    state: {
      links: [plainLink('eth0', ['192.0.2.10/24', '2001:db8:a::10/64'])],
      routes: routes.map((text) => readRoute(family, text, origin)),
      rules: rules.map((text) => readRule(family, text, origin)),
      sysctls: [],
      connmarks: [],
    },
  }
  return rejectedNexthops(plan).map(({ nexthop, rule }) => [nexthop.via?.text, rule.pref])
}

const inMain = ['default via 192.0.2.1 dev eth0']

test.each([
  ['pref 100 unreachable', true],
  ['pref 100 not fwmark 0x100/0xff00 unreachable', true],
  ['pref 100 fwmark 0x100/0xff00 unreachable', false],
  ['pref 100 iif lo prohibit', true],
  ['pref 100 uidrange 0-1999 blackhole', true],
  ['pref 100 uidrange 1000-1999 blackhole', false],
  ['pref 100 from 192.0.2.10 unreachable', false],
  ['pref 100 to 8.0.0.0/8 unreachable', false],
  ['pref 100 oif eth0 unreachable', true],
  ['pref 100 iif eth0 unreachable', false],
  ['pref 100 ipproto 17 unreachable', false],
])('%s', (rule, isRefused) => {
  expect(refused([rule], inMain)).toEqual(isRefused ? [['192.0.2.1', 100]] : [])
})

test('an exception above it, an onlink next hop, or a table with the network around it', () => {
  const rules = ['pref 100 unreachable']
  expect(refused(['pref 50 to 192.0.2.1 lookup main', ...rules], inMain)).toEqual([])
  expect(refused(rules, ['default via 192.0.2.1 dev eth0 onlink'])).toEqual([])
  expect(
    refused(rules, ['192.0.2.0/24 dev eth0 table 101', 'default via 192.0.2.1 dev eth0 table 101']),
  ).toEqual([])
  expect(refused(rules, ['default via 192.0.2.1 dev eth0 table 101'])).toEqual([['192.0.2.1', 100]])
})

test('reject routes and defaults of gateways are skipped', () => {
  const routes = ['unreachable default table 101', 'default via 192.0.2.1 dev eth0']
  expect(refused(['pref 100 lookup 101'], routes)).toEqual([])
  expect(refused(['pref 90 lookup 101', 'pref 100 unreachable'], routes)).toEqual([['192.0.2.1', 100]])
})

test('IPv6 looks in main first', () => {
  expect(refused(['pref 100 unreachable'], ['default via 2001:db8:a::1 dev eth0'], 'inet6')).toEqual([])
})
