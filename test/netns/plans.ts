// Plans that no writer would write: every kind of rule and route, nested and in each other's way, drawn by a seed.
import type { Family } from '../../src/kernel/family.js'
import { routeKey, ruleKey } from '../../src/plan/identity.js'
import type { KernelPlan, Route, Rule } from '../../src/plan/plan.js'
import { plainLink, readRoute, readRule } from '../helpers/ip-words.js'
import { createRandom } from './random.js'

const links = [
  plainLink('eth0', ['192.0.2.10/24', '192.0.2.77/24', '2001:db8:a::10/64']),
  plainLink('eth1', ['198.51.100.10/25', '2001:db8:b::10/64', '2001:db8:b:1::10/64']),
  plainLink('lan0', ['10.0.0.1/24', '10.0.128.1/17', '2001:db8:c::1/64', '2001:db8:c::2/128']),
]

const PREFIXES = {
  inet: [
    'default',
    '10.0.0.0/8',
    '10.0.0.0/9',
    '10.0.0.0/24',
    '10.0.0.128/25',
    '10.0.0.200',
    '192.0.2.0/24',
    '192.0.2.10',
    '198.51.100.0/24',
    '198.51.100.10',
    '8.8.8.8',
    '8.0.0.0/7',
    '128.0.0.0/1',
  ],
  inet6: [
    'default',
    '2001:db8::/32',
    '2001:db8:a::/64',
    '2001:db8:a::10',
    '2001:db8:b::/64',
    '2001:db8:b::/48',
    '2001:db8:c::/64',
    '2001:db8:ffff::1',
    '2001:db8:ffff::/48',
    '2000::/3',
  ],
} as const

/** Laid `onlink`: an answer of the table itself would stand in the way of the kernel's check. */
const GATEWAYS = {
  inet: ['via 192.0.2.1 dev eth0', 'via 198.51.100.1 dev eth1', 'via 10.0.0.99 dev lan0'],
  inet6: ['via fe80::a dev eth0', 'via fe80::1 dev eth1', 'via fe80::c dev lan0'],
} as const

/** Apart from all others: no packet can come from what a route calls local. */
const OWN = {
  inet: ['203.0.113.0/24', '203.0.113.128/25'],
  inet6: ['2001:db9::/48', '2001:db9:0:1::/64'],
} as const

const TABLES = ['main', '101', '102', '103'] as const
const origin = { path: [], reason: 'drawn' } as const

export function drawPlan(seed: number): KernelPlan {
  const { chance, pick, random } = createRandom(seed)
  const some = <T>(list: readonly T[]): T => {
    const one = pick(list)
    if (one === undefined) throw new Error('nothing to draw from')
    return one
  }
  const dev = (): string => `dev ${some(links).name}`

  const drawRoute = (family: Family): Route => {
    const dst = some(PREFIXES[family])
    const tail = `table ${some(TABLES)} metric ${some([100, 200, 2000000000])}`
    const gateways = GATEWAYS[family]
    if (chance(0.3))
      return readRoute(
        family,
        `${some(['unreachable', 'prohibit', 'blackhole', 'throw', 'throw'])} ${dst} ${tail}`,
        origin,
      )
    if (chance(0.2)) {
      const hops = gateways
        .filter(() => chance(0.7))
        .map((hop) => `nexthop ${hop} weight ${some([1, 3, 7])} onlink`)
      if (hops.length > 1) return readRoute(family, `${dst} ${tail} ${hops.join(' ')}`, origin)
    }
    if (chance(0.1)) return readRoute(family, `local ${some(OWN[family])} dev lo ${tail}`, origin)
    return readRoute(family, `${dst} ${chance(0.7) ? `${some(gateways)} onlink` : dev()} ${tail}`, origin)
  }

  const drawRule = (family: Family, pref: number): Rule => {
    const words: string[] = [`pref ${pref}`]
    const maybe = (share: number, ...more: readonly (string | number)[]) => {
      if (chance(share)) words.push(more.join(' '))
    }
    maybe(0.25, 'not')
    const prefix = () => some(PREFIXES[family].filter((text) => text !== 'default'))
    maybe(0.4, 'from', prefix())
    maybe(0.3, 'to', prefix())
    maybe(0.1, 'tos', some(['0x04', '0x08', '0x10', '0x1c']))
    maybe(0.2, 'fwmark', some(['0x1', '0x100/0xff00', '0x0/0x1', '0x80000000/0x80000000']))
    maybe(0.15, 'iif', some(['lo', 'eth0', 'lan0', 'gone0']))
    maybe(0.1, 'oif', some(['eth0', 'eth1', 'lan0']))
    maybe(0.15, 'uidrange', some(['0-0', '1000-1999', '1500-1500']))
    maybe(0.15, 'ipproto', some([6, 17]))
    maybe(0.1, 'sport', some(['5000-6000', '53']))
    maybe(0.15, 'dport', some(['25', '53', '80-443']))
    if (chance(0.15)) words.push(`goto ${pref + some([1, 10, 20, 30, 40])}`)
    else if (chance(0.15)) words.push(some(['unreachable', 'prohibit', 'blackhole']))
    else
      words.push(
        `lookup ${some([...TABLES, '104'])}`,
        chance(0.3) ? `suppress_prefixlength ${some([0, 1, 8, 24, 48, 64])}` : '',
      )
    return readRule(family, words.filter((word) => word !== '').join(' '), origin)
  }

  const routes = new Map<string, Route>()
  const rules = new Map<string, Rule>()
  for (const family of ['inet', 'inet6'] as const) {
    for (let count = 0; count < 60; count++) {
      const route = drawRoute(family)
      if (!routes.has(routeKey(route))) routes.set(routeKey(route), route)
    }
    // What the kernel refuses: to be told of one twice.
    const prefs = new Set(Array.from({ length: 30 }, () => 1000 + 10 * Math.floor(random() * 40)))
    for (const pref of [...prefs].sort((a, b) => a - b)) {
      const rule = drawRule(family, pref)
      rules.set(ruleKey(rule), rule)
    }
  }
  return {
    manage: 'full',
    links,
    tables: [],
    routes: [...routes.values()],
    rules: [...rules.values()],
    sysctls: [],
    marks: [],
    followed: [],
    balances: [],
    gateways: [],
    coexist: [],
  }
}
