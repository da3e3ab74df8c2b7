// Handwritten plans of a dual-stack host with two gateways, one with failover and one balanced.
import { families } from '../../src/kernel/family.js'
import { linkSysctl } from '../../src/kernel/sysctl.js'
import type { KernelPlan, Origin, Sysctl } from '../../src/plan/plan.js'
import { plainLink, readRoute, readRule } from './parse-ip.js'
import { emptyPlan } from './empty-plan.js'
import { ruleOrigin } from './origins.js'

const gateway = (name: string): Origin => ({ kind: 'gateway', gateway: name, path: ['gateways', name] })
const fiber = gateway('fiber')
const cable = gateway('cable')
const closing: Origin = {
  kind: 'gateway',
  gateway: 'cable',
  part: 'reject-fallback',
  path: ['gateways', 'cable', 'fail-closed'],
}
const main: Origin = { kind: 'default', path: ['default'] }
const balanced: Origin = { kind: 'default', part: 'multipath', path: ['default', 'balance'] }

const routes = (family: 'inet' | 'inet6', why: Origin, ...texts: readonly string[]) =>
  texts.map((text) => readRoute(family, text, why))
const rule = (index: number, family: 'inet' | 'inet6', text: string) =>
  readRule(family, text, ruleOrigin(index))
const both = (index: number, text: string) => [rule(index, 'inet', text), rule(index, 'inet6', text)]

const linkdown: readonly Sysctl[] = families.flatMap((family) =>
  ['eth0', 'eth1'].map((link): Sysctl => ({
    key: linkSysctl(family, link, 'ignore_routes_with_linkdown'),
    value: '1',
    origin: { kind: 'auto-sysctl', setting: 'without-carrier', cause: main, path: ['default'] },
  })),
)

const common: KernelPlan = {
  intent: {
    ...emptyPlan.intent,
    tables: [
      { id: 101, name: 'fiber', origin: fiber },
      { id: 102, name: 'cable', origin: cable },
    ],
  },
  state: {
    links: [
      plainLink('eth0', ['192.0.2.10/24', '2001:db8:a::10/64']),
      plainLink('eth1', ['198.51.100.10/24', '198.51.100.11/32', '2001:db8:b::10/64']),
      plainLink('lan0', ['10.0.0.1/24', '2001:db8:c::1/64']),
    ],
    routes: [
      ...routes(
        'inet',
        fiber,
        '192.0.2.0/24 dev eth0 scope link src 192.0.2.10 table 101',
        '10.0.0.0/24 dev lan0 scope link src 10.0.0.1 table 101',
        'default via 192.0.2.1 dev eth0 table 101',
      ),
      ...routes(
        'inet6',
        fiber,
        '2001:db8:a::/64 dev eth0 table 101',
        '2001:db8:c::/64 dev lan0 table 101',
        'default via 2001:db8:a::1 dev eth0 table 101',
      ),
      ...routes(
        'inet',
        cable,
        '198.51.100.0/24 dev eth1 scope link src 198.51.100.10 table 102',
        '10.0.0.0/24 dev lan0 scope link src 10.0.0.1 table 102',
        'default via 198.51.100.1 dev eth1 table 102',
      ),
      ...routes(
        'inet6',
        cable,
        '2001:db8:b::/64 dev eth1 table 102',
        '2001:db8:c::/64 dev lan0 table 102',
        'default via fe80::1 dev eth1 table 102',
      ),
      ...routes('inet', closing, 'unreachable default table 102 metric 2000000000'),
      ...routes('inet6', closing, 'unreachable default table 102 metric 2000000000'),
    ],
    rules: [
      rule(0, 'inet', 'pref 15000 to 172.17.0.0/16 lookup main'),
      rule(1, 'inet', 'pref 15500 from 10.0.0.128/25 lookup 102'),
      ...both(2, 'pref 15510 ipproto 6 dport 25 lookup 101'),
      ...both(3, 'pref 15511 ipproto 6 dport 25 unreachable'),
      ...both(4, 'pref 15520 iif lo uidrange 1000-1999 lookup 102'),
      rule(5, 'inet', 'pref 15530 not from 10.0.0.0/8 fwmark 0x40/0xf0 lookup 102'),
      ...both(6, 'pref 16500 fwmark 0x100/0xff00 lookup 101'),
      ...both(7, 'pref 16510 fwmark 0x200/0xff00 lookup 102'),
      rule(8, 'inet', 'pref 17000 from 192.0.2.10 lookup 101'),
      rule(9, 'inet6', 'pref 17010 from 2001:db8:a::10 lookup 101'),
      rule(10, 'inet', 'pref 17020 from 198.51.100.10 lookup 102'),
      rule(11, 'inet', 'pref 17030 from 198.51.100.11 lookup 102'),
      rule(12, 'inet6', 'pref 17040 from 2001:db8:b::10 lookup 102'),
    ],
    sysctls: linkdown,
    connmarks: [],
  },
  dynamic: emptyPlan.dynamic,
}

const defaults = (first: number, second: number) => [
  ...routes(
    'inet',
    main,
    `default via 192.0.2.1 dev eth0 metric ${first}`,
    `default via 198.51.100.1 dev eth1 metric ${second}`,
  ),
  ...routes(
    'inet6',
    main,
    `default via 2001:db8:a::1 dev eth0 metric ${first}`,
    `default via fe80::1 dev eth1 metric ${second}`,
  ),
]

export const failoverPlan: KernelPlan = {
  ...common,
  state: { ...common.state, routes: [...common.state.routes, ...defaults(100, 200)] },
}

export const balancePlan: KernelPlan = {
  ...common,
  state: {
    ...common.state,
    routes: [
      ...common.state.routes,
      ...routes(
        'inet',
        balanced,
        'default metric 100 nexthop via 192.0.2.1 dev eth0 weight 3 nexthop via 198.51.100.1 dev eth1 weight 1',
      ),
      ...routes(
        'inet6',
        balanced,
        'default metric 100 nexthop via 2001:db8:a::1 dev eth0 weight 3 nexthop via fe80::1 dev eth1 weight 1',
      ),
      ...defaults(200, 300),
    ],
  },
}
