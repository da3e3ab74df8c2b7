// Random plans: every kind of rule and route, nested and overlapping.
import { parseAddress } from '../../src/kernel/address.js'
import { addressBits, type Family } from '../../src/kernel/family.js'
import { formatPrefix, networkOf } from '../../src/kernel/prefix.js'
import { connectedRoutes } from '../../src/lookup/kernel-routes.js'
import { routeKey } from '../../src/plan/keys.js'
import type { KernelPlan, Route, Rule } from '../../src/plan/plan.js'
import { plainLink, readRoute, readRule } from '../helpers/parse-ip.js'
import { createRandom } from './random.js'
import { emptyPlan } from '../helpers/empty-plan.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

const links = [
  plainLink('eth0', ['192.0.2.10/24', '192.0.2.77/24', '2001:db8:a::10/64']),
  plainLink('eth1', ['198.51.100.10/25', '2001:db8:b::10/64', '2001:db8:b:1::10/64']),
  plainLink('lan0', ['10.0.0.1/24', '10.0.128.1/17', '2001:db8:c::1/64', '2001:db8:c::2/128']),
  // In lan0’s network.
  plainLink('lan1', ['10.0.0.2/24', '2001:db8:c::3/64']),
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
    '0.0.0.0/1',
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

/** Addresses in random prefixes of any length, so that these nest. */
const AROUND = {
  inet: ['10.0.0.200', '10.0.129.3', '192.0.2.66', '198.51.100.99', '8.8.8.8', '172.16.5.5'],
  inet6: [
    '2001:db8:a::77',
    '2001:db8:b:1::9',
    '2001:db8:c:0:8000::1',
    '2001:db8:ffff::1',
    '2600:1::1',
    'fe80::77',
  ],
} as const

const TOS = { inet: ['0x04', '0x08', '0x10', '0x1c'], inet6: ['0x08', '0x20', '0xb8', '0xfc'] } as const

/** Installed as `onlink`: a route of the table itself could make the kernel's check of the next hop fail. */
const GATEWAYS = {
  inet: [
    'via 192.0.2.1 dev eth0',
    'via 198.51.100.1 dev eth1',
    'via 192.0.2.2 dev eth0',
    'via 10.0.0.99 dev lan0',
    // RFC 5549.
    'via fe80::4 dev eth1',
  ],
  inet6: ['via fe80::a dev eth0', 'via fe80::b dev eth0', 'via fe80::1 dev eth1', 'via fe80::c dev lan0'],
} as const

/** Only in main, in which the kernel finds them by connected routes; no random prefix of main contains them. */
const CHECKED_GATEWAYS = {
  inet: ['via 192.0.2.201 dev eth0', 'via 198.51.100.1 dev eth1'],
  inet6: ['via fe80::a dev eth0', 'via fe80::1 dev lan1'],
} as const

/** Disjoint from all other prefixes: no packet can come from an address of a local route. */
const OWN = {
  inet: ['203.0.113.0/24', '203.0.113.128/25'],
  inet6: ['2001:db9::/48', '2001:db9:0:1::/64'],
} as const

/** The kernel has a rule for table default in IPv4, and none in IPv6. */
const TABLES = ['main', '101', '102', '103', '253'] as const

export function drawPlan(seed: number): KernelPlan {
  const { chance, pick, random } = createRandom(seed)
  const some = <T>(list: readonly T[]): T => {
    const one = pick(list)
    if (one === undefined) throw new Error('nothing to draw from')
    return one
  }
  const dev = (): string => `dev ${some(links).name}`

  const drawPrefix = (family: Family): string => {
    if (chance(0.6)) return some(PREFIXES[family])
    const bits = addressBits(family)
    const around = parseAddress(some(AROUND[family]))
    if (around === undefined) throw new Error('no address to draw around')
    const length = 1 + Math.floor(random() * bits)
    return formatPrefix(networkOf({ family, address: around, length }))
  }

  const drawRoute = (family: Family): Route => {
    const dst = drawPrefix(family)
    const metric = some(['', ' metric 1', ' metric 100', ' metric 200', ' metric 2000000000'])
    const tail = `table ${some(TABLES)}${metric}`
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
      // In IPv6 only next hops with a gateway form a multipath route (rt6_qualify_for_ecmp).
      if (family === 'inet' && chance(0.3)) hops.push(`nexthop ${dev()} weight 2`)
      if (hops.length > 1) return readRoute(family, `${dst} ${tail} ${hops.join(' ')}`, origin)
    }
    if (chance(0.1)) return readRoute(family, `local ${some(OWN[family])} dev lo ${tail}`, origin)
    const link = some(links)
    const own = link.addresses.filter((prefix) => prefix.family === family)
    const src = chance(0.2) ? ` src ${some(own).address.text}` : ''
    if (chance(0.3)) {
      const scope = family === 'inet' && chance(0.3) ? ` scope ${some(['link', 'host', 'global'])}` : ''
      return readRoute(family, `${dst} dev ${link.name} ${tail}${scope}${src}`, origin)
    }
    if (chance(0.1))
      return readRoute(family, `${dst} ${some(CHECKED_GATEWAYS[family])}${metric} table main`, origin)
    return readRoute(family, `${dst} ${some(gateways)} onlink ${tail}`, origin)
  }

  const drawRule = (family: Family, pref: number): Rule => {
    const words: string[] = [`pref ${pref}`]
    const maybe = (share: number, ...more: readonly (string | number)[]) => {
      if (chance(share)) words.push(more.join(' '))
    }
    maybe(0.25, 'not')
    const prefix = (): string => {
      const drawn = drawPrefix(family)
      return drawn === 'default' ? prefix() : drawn
    }
    maybe(0.4, 'from', prefix())
    maybe(0.3, 'to', prefix())
    if (chance(0.1)) words.push('tos', some(TOS[family]))
    else maybe(0.1, 'dscp', some([0, 8, 10, 46, 63]))
    maybe(
      0.2,
      'fwmark',
      some(['0x1', '0x100/0xff00', '0x0/0x1', '0x80000000/0x80000000', '0x30/0xf0', '0x0/0xffff0000']),
    )
    maybe(0.15, 'iif', some(['lo', 'eth0', 'lan0', 'lan1', 'gone0']))
    maybe(0.1, 'oif', some(['eth0', 'eth1', 'lan0']))
    maybe(0.15, 'uidrange', some(['0-0', '1000-1999', '1500-1500', '0-999', '1000-4294967294']))
    maybe(0.15, 'ipproto', some([6, 17]))
    maybe(0.1, 'sport', some(['5000-6000', '53', '1-65534']))
    maybe(0.15, 'dport', some(['25', '53', '80-443', '1-1023']))
    if (chance(0.15)) words.push(`goto ${chance(0.1) ? 32766 : pref + some([1, 10, 20, 30, 40])}`)
    else if (chance(0.15)) words.push(some(['unreachable', 'prohibit', 'blackhole']))
    else
      words.push(
        `lookup ${some([...TABLES, '104', '255'])}`,
        chance(0.3)
          ? `suppress_prefixlength ${some([0, 1, 7, 8, 16, 24, 25, 31, 32, 48, 64, 127, 128])}`
          : '',
      )
    return readRule(family, words.filter((word) => word !== '').join(' '), origin)
  }

  const connected = new Set(connectedRoutes({ state: { links } }).map(routeKey))
  const routes = new Map<string, Route>()
  const rules = new Map<string, Rule>()
  for (const family of ['inet', 'inet6'] as const) {
    const wantedRoutes = 5 + Math.floor(random() * 80)
    for (let count = 0; count < wantedRoutes; count++) {
      const route = drawRoute(family)
      // It would replace a route of the kernel.
      if (connected.has(routeKey(route))) continue
      if (!routes.has(routeKey(route))) routes.set(routeKey(route), route)
    }
    // Rules of one priority are in the order of their installation.
    const prefs = Array.from(
      { length: 3 + Math.floor(random() * 40) },
      () => 1000 + 10 * Math.floor(random() * 40),
    )
    for (const pref of prefs.sort((a, b) => a - b)) {
      const rule = drawRule(family, pref)
      if (!rules.has(kernelKey(rule))) rules.set(kernelKey(rule), rule)
    }
  }
  return {
    ...emptyPlan,
    state: { ...emptyPlan.state, links, routes: [...routes.values()], rules: [...rules.values()] },
  }
}

/**
 * Rules of one priority must differ in action or table: rule_exists() does not compare selectors that the new rule lacks
 * (fib4_rule_compare), nor `not`, suppressor and target, and so rejects many rules as duplicates.
 */
const kernelKey = ({ family, pref, action }: Rule): string =>
  [family, pref, action.type, action.type === 'lookup' ? action.table : ''].join(' ')
