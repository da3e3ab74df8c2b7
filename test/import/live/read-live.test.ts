import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import type { Found } from '../../../src/found/found.js'
import { differencesFromLive } from '../../../src/import/live/differences.js'
import { importLive } from '../../../src/import/live/import-live.js'
import { readLive } from '../../../src/import/live/read-live.js'
import { sourcePlan } from '../../../src/import/source-plan.js'
import { formatPrefix } from '../../../src/kernel/prefix.js'
import { effectiveMetric, ruleKey } from '../../../src/plan/keys.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { routeTokens } from '../../../src/syntax/iproute2.js'
import type { LiveState } from '../../../src/verify/state.js'
import { readState } from '../../../src/verify/read/read-state.js'
import { withGivenLeases } from '../../helpers/apply-fixture-leases.js'
import { compileFixture, goodFixtures } from '../../helpers/fixtures.js'
import { liveStateOf } from '../../helpers/live-state.js'

function found(state: LiveState): Found {
  const collector = createCollector()
  readLive(state, collector)
  return collector.found()
}

function gathered(name: string): LiveState {
  const state = readState(readFileSync(new URL(`../../verify/gathered/${name}.txt`, import.meta.url), 'utf8'))
  if (!state.ok) throw new Error(state.problems.join())
  return state.value
}

/** What the kernel has of a plan, as sorted lines. `onlink` has a test of its own. */
const linesOf = ({ state }: KernelPlan): readonly string[] =>
  [
    ...state.links.map(({ name, addresses, virtual }) =>
      ['link', name, ...addresses.map(formatPrefix), virtual?.kind ?? ''].join(' '),
    ),
    ...state.routes.map(
      (route) =>
        `${route.family} ${routeTokens({ ...route, metric: effectiveMetric(route) })
          .filter((word) => word !== 'onlink')
          .join(' ')}`,
    ),
    ...state.rules.map(ruleKey),
  ].sort()

describe.each(goodFixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  it('is read from the state of a host in sync', () => {
    const compiled = compileFixture(fixture).plan
    if (compiled === undefined) throw new Error('no plan')
    const plan = withGivenLeases(fixture, compiled)
    const read = found(liveStateOf(plan))
    const source = sourcePlan(read)
    expect(read.problems.filter(({ kind }) => kind === 'unknown')).toEqual([])
    expect(source.problems).toEqual([])
    expect(linesOf(source.plan)).toEqual(linesOf(plan))
  })
})

/** Output of the collecting line, of a host with these items beside the kernel's own. */
function collected({
  links = [],
  rules = [],
  routes = [],
  routes6 = [],
  sysctls = ['net/ipv4/ip_forward:0'],
}: Readonly<Record<string, readonly unknown[]>>): LiveState {
  const own = [
    { priority: 0, src: 'all', table: '255', protocol: '2' },
    { priority: 32766, src: 'all', table: '254', protocol: '2' },
    { priority: 32767, src: 'all', table: '253', protocol: '2' },
  ]
  const state = readState(
    [
      ...['program', 'ip utility, iproute2-6.15.0'],
      ...['rules inet', JSON.stringify([...own, ...rules])],
      ...['rules inet6', JSON.stringify(own.slice(0, 2))],
      ...['routes inet', JSON.stringify(routes)],
      ...['routes inet6', JSON.stringify(routes6)],
      ...['links', JSON.stringify([{ ifname: 'lo', flags: ['UP'], mtu: 65536 }, ...links])],
      ...['sysctls', sysctls.map((line) => `/proc/sys/${String(line)}`).join('\n'), 'end', ''],
    ]
      .map((text, index) => (index % 2 === 0 ? `== multihome ${text}` : text))
      .join('\n'),
  )
  if (!state.ok) throw new Error(state.problems.join())
  return state.value
}

const card = (name: string, ...addresses: readonly object[]) => ({
  ...{ ifname: name, flags: ['UP', 'LOWER_UP'], mtu: 1500, address: '00:16:3e:00:00:01' },
  addr_info: addresses.map((one) => ({ scope: '0', ...one })),
})

describe('leases', () => {
  const address = { family: 'inet', local: '192.0.2.10', prefixlen: 24, dynamic: true }

  it.each([
    ['of networkd', { protocol: '16', metric: 1024 }, { metric: 1024, table: 254 }],
    ['of dhclient', { protocol: '3' }, { metric: 0, table: 254 }],
    ['in a table of its own', { protocol: '16', metric: 50, table: '101' }, { metric: 50, table: 101 }],
  ])('finds the default route %s', (_what, attributes, expected) => {
    const read = found(
      collected({
        links: [card('eth0', address)],
        routes: [{ type: '1', dst: 'default', gateway: '192.0.2.1', dev: 'eth0', scope: '0', ...attributes }],
      }),
    )
    expect(read.routes).toEqual([])
    expect(read.links).toMatchObject([
      {
        name: 'eth0',
        managed: true,
        addresses: [],
        dhcp4: true,
        leases: { inet: { isDefault: true, ...expected } },
      },
    ])
  })

  it('keeps a default route by another router', () => {
    const read = found(
      collected({
        links: [card('eth0', address)],
        routes: [
          { type: '1', dst: 'default', gateway: '198.51.100.1', dev: 'eth0', protocol: '3', scope: '0' },
        ],
      }),
    )
    expect(read.links).toMatchObject([{ dhcp4: true, leases: { inet: { isDefault: false } } }])
    expect(read.routes.map(({ place }) => place.text)).toEqual(['route default via 198.51.100.1 dev eth0'])
  })

  it('finds router advertisements', () => {
    const read = found(
      collected({
        links: [card('eth0', { family: 'inet6', local: '2001:db8::5', prefixlen: 64, dynamic: true })],
        routes6: [
          { type: '1', dst: '2001:db8::/64', dev: 'eth0', protocol: '2', metric: 256 },
          { type: '1', dst: 'default', gateway: 'fe80::1', dev: 'eth0', protocol: '9', metric: 1024 },
        ],
      }),
    )
    expect(read.routes).toEqual([])
    expect(read.links).toMatchObject([
      { acceptRa: true, dhcp6: false, leases: { inet6: { isDefault: true, metric: 1024, table: 254 } } },
    ])
  })

  it('takes what the address tracker has installed as a dynamic table', () => {
    const route = (more: object) => ({
      type: '1',
      dev: 'eth0',
      protocol: '79',
      table: '102',
      scope: '0',
      ...more,
    })
    const read = found(
      collected({
        links: [card('eth0', address)],
        rules: [{ priority: 19000, src: '192.0.2.10', table: '102', protocol: '79' }],
        routes: [
          route({ dst: '192.0.2.0/24', prefsrc: '192.0.2.10', scope: '253' }),
          route({ dst: 'default', gateway: '192.0.2.1' }),
          route({ dst: 'default', gateway: '192.0.2.1', table: '254', protocol: '16', metric: 300 }),
        ],
      }),
    )
    expect(read.routes).toEqual([])
    expect(read.rules).toEqual([])
    expect(read.dynamicTables.map(({ table }) => table)).toEqual([
      {
        ...{
          link: 'eth0',
          table: 102,
          families: ['inet'],
          routers: ['inet'],
          installedIn: 'main',
          metric: 300,
        },
        replies: [{ word: 'from', pref: 19000 }],
      },
    ])
  })
})

it('reads the host of the tests of verify', () => {
  const read = found(gathered('debian-13'))
  expect(read.links.map(({ name }) => name)).toEqual(['eth0', 'eth1'])
  expect(read.sysctls.map(({ place }) => place.text)).toEqual([
    'sysctl net.ipv4.conf.eth0.rp_filter = 2',
    'sysctl net.ipv4.conf.eth1.rp_filter = 2',
  ])
  expect(read.problems.filter(({ kind }) => kind === 'unknown')).toEqual([])
})

it('leaves out sysctls that a new link has by itself', () => {
  const conf = (link: string, name: string, value: number) => `net/ipv4/conf/${link}/${name}:${value}`
  const read = found(
    collected({
      links: [card('eth0'), card('eth1')],
      sysctls: [
        'net/ipv4/ip_forward:1',
        ...['all', 'default', 'eth0', 'eth1'].map((link) => conf(link, 'forwarding', 1)),
        ...[conf('all', 'rp_filter', 2), conf('default', 'rp_filter', 2), conf('eth0', 'rp_filter', 2)],
        conf('eth1', 'rp_filter', 0),
        conf('default', 'arp_filter', 1),
        'net/ipv6/conf/all/forwarding:0',
        // Only conf.all decides whether a host forwards.
        'net/ipv6/conf/eth0/forwarding:1',
      ],
    }),
  )
  expect(read.sysctls.map(({ place }) => place.text)).toEqual([
    'sysctl net.ipv4.ip_forward = 1',
    'sysctl net.ipv4.conf.default.arp_filter = 1',
    'sysctl net.ipv4.conf.all.rp_filter = 2',
    'sysctl net.ipv4.conf.eth1.rp_filter = 0',
  ])
})

describe('a table of the address tracker', () => {
  const leased = { family: 'inet', local: '192.0.2.10', prefixlen: 24, dynamic: true }
  const reply = { priority: 19000, src: '192.0.2.10', table: '102', protocol: '79' }
  const route = (more: object) => ({ type: '1', dst: 'default', dev: 'eth0', scope: '0', ...more })

  it('has the replies of its rule, where the client of the lease installs the routes', () => {
    const read = found(
      collected({
        links: [card('eth0', leased)],
        rules: [reply],
        routes: [
          route({ gateway: '192.0.2.1', protocol: '16', table: '102' }),
          route({ dst: '192.0.2.0/24', prefsrc: '192.0.2.10', protocol: '2', table: '102', scope: '253' }),
        ],
      }),
    )
    expect(read.routes).toEqual([])
    expect(read.dynamicTables.map(({ table }) => table)).toEqual([
      {
        ...{ link: 'eth0', table: 102, families: ['inet'], routers: ['inet'], installedIn: 'table' },
        replies: [{ word: 'from', pref: 19000 }],
      },
    ])
  })

  it('follows addresses of another program, which have no lifetime', () => {
    const read = found(
      collected({
        links: [card('wwan0', { ...leased, dynamic: undefined })],
        rules: [reply],
        routes: [
          route({ dev: 'wwan0', gateway: '192.0.2.1', protocol: '79', table: '102' }),
          route({ dev: 'wwan0', gateway: '192.0.2.1', protocol: '3', metric: 700 }),
        ],
      }),
    )
    expect(read.links).toMatchObject([{ name: 'wwan0', managed: false, addresses: [] }])
    expect(read.routes).toEqual([])
    expect(read.dynamicTables.map(({ table }) => table)).toEqual([
      {
        ...{ link: 'wwan0', table: 102, families: ['inet'], routers: ['inet'], installedIn: 'main' },
        replies: [{ word: 'from', pref: 19000 }],
      },
    ])
  })

  it('is none if nothing of the link is dynamic: a route may wait for the link of another program', () => {
    const read = found(
      collected({
        links: [card('wg0', { ...leased, dynamic: undefined })],
        routes: [route({ dev: 'wg0', protocol: '79', table: '102', scope: '253' })],
      }),
    )
    expect(read.dynamicTables).toEqual([])
    expect(read.routes.map(({ place }) => place.text)).toEqual(['route default dev wg0 scope link table 102'])
  })

  it('has the routes of the lease, if the tracker copies some', () => {
    const copy = { dst: '10.0.0.0/8', gateway: '192.0.2.254' }
    const read = found(
      collected({
        links: [card('eth0', leased)],
        rules: [reply],
        routes: [route({ ...copy, protocol: '16' }), route({ ...copy, protocol: '79', table: '102' })],
      }),
    )
    expect(read.dynamicTables).toMatchObject([{ table: { leaseRoutes: true } }])
  })
})

it('leaves out `onlink` for a next hop in a network of the link', () => {
  const route = (gateway: string, metric: number) => ({
    ...{ type: '1', dst: 'default', gateway, dev: 'eth0', protocol: '3', scope: '0', metric },
    flags: ['onlink'],
  })
  const read = found(
    collected({
      links: [card('eth0', { family: 'inet', local: '192.0.2.10', prefixlen: 24 })],
      routes: [route('192.0.2.1', 1), route('198.51.100.1', 2)],
    }),
  )
  expect(read.routes.map(({ nexthops }) => nexthops)).toMatchObject([[{ dev: 'eth0' }], [{ onlink: true }]])
  expect(read.routes[0]?.nexthops[0]).not.toHaveProperty('onlink')
})

it('leaves out what is of a lease, by its source', () => {
  const read = found(
    collected({
      links: [card('eth0', { family: 'inet', local: '10.128.0.2', prefixlen: 32, dynamic: true })],
      routes: [
        { type: '1', dst: '10.128.0.1', dev: 'eth0', protocol: '3', scope: '253', prefsrc: '10.128.0.2' },
      ],
    }),
  )
  expect(read.routes).toEqual([])
})

it('reports a route to the loopback network, which OpenRC adds, as one without effect', () => {
  const read = found(
    collected({
      routes: [{ type: '1', dst: '127.0.0.0/8', gateway: '127.0.0.1', dev: 'lo', protocol: '3', scope: '0' }],
    }),
  )
  expect(read.routes).toEqual([])
  expect(read.problems.map(({ kind, place }) => `${kind} ${place.text}`)).toEqual([
    'without-effect route 127.0.0.0/8 via 127.0.0.1 dev lo',
  ])
})

it('reads virtual links with their settings', () => {
  const read = found(
    collected({
      links: [
        { ...card('eth0'), master: 'bond0', permaddr: '00:16:3e:00:00:02' },
        {
          ...card('bond0'),
          linkinfo: { info_kind: 'bond', info_data: { mode: '802.3ad', miimon: 50, ad_lacp_rate: 'fast' } },
        },
        { ...card('bond0.7'), link: 'bond0', linkinfo: { info_kind: 'vlan', info_data: { id: 7 } } },
        {
          ...card('br0'),
          linkinfo: { info_kind: 'bridge', info_data: { stp_state: 1, forward_delay: 400 } },
        },
        {
          ...card('wg0', { family: 'inet', local: '10.9.0.2', prefixlen: 24 }),
          linkinfo: { info_kind: 'wireguard' },
        },
      ],
    }),
  )
  expect(read.links).toMatchObject([
    { name: 'eth0', managed: true },
    {
      name: 'bond0',
      virtual: { kind: 'bond', mode: '802.3ad', miimon: 50, lacpRate: 'fast', links: ['eth0'] },
    },
    { name: 'bond0.7', virtual: { kind: 'vlan', id: 7, link: 'bond0' } },
    { name: 'br0', virtual: { kind: 'bridge', stp: true, forwardDelay: 4, links: [] } },
    { name: 'wg0', managed: false },
  ])
  expect(read.links[0]?.mac).toBeUndefined()
})

it('reports what a daemon routes, and what a description cannot select', () => {
  const read = found(
    collected({
      links: [card('eth0', { family: 'inet', local: '192.0.2.10', prefixlen: 24 })],
      rules: [{ priority: 9, src: 'all', table: '7', protocol: '0', tun_id: 5 }],
      routes: [
        { type: '1', dst: '10.0.0.0/8', gateway: '192.0.2.1', dev: 'eth0', protocol: '12', scope: '0' },
      ],
    }),
  )
  expect(read.rules).toEqual([])
  expect(read.routes).toEqual([])
  expect(read.problems.map(({ kind, place }) => `${kind} ${place.text}`)).toEqual([
    'unknown route 10.0.0.0/8 via 192.0.2.1 dev eth0',
    'unknown rule pref 9 tun_id 5 lookup 7',
  ])
})

it('has a description for a rule with bits beyond the length of its prefix', () => {
  const state = collected({
    links: [card('eth0', { family: 'inet', local: '192.0.2.10', prefixlen: 24 })],
    rules: [{ priority: 9, src: '198.51.100.10', srclen: 24, table: '254', protocol: '0' }],
  })
  const { description, diagnostics, problems } = importLive(state, new Map())
  expect({ diagnostics, problems }).toEqual({ diagnostics: [], problems: [] })
  expect(description).toContain('{ from: 198.51.100.0/24, table: main }')
})

it('finds a rule that no file has', () => {
  const state = gathered('debian-13')
  const files = sourcePlan(found(state))
  const [first] = state.rules.filter(({ pref }) => pref === 18000)
  if (first === undefined) throw new Error('no rule')
  const changed = { ...state, rules: [...state.rules, { ...first, pref: 50 }] }
  expect(differencesFromLive(files, state).filter(({ severity }) => severity === 'error')).toEqual([])
  expect(differencesFromLive(files, changed)).toContainEqual(
    expect.objectContaining({ what: 'rule', kind: 'foreign', words: 'pref 50 from 192.0.2.10 lookup 1' }),
  )
})

it('finds no difference in `onlink` alone', () => {
  const state = gathered('debian-13')
  const files = sourcePlan(found(state))
  const wrong = (changed: LiveState) =>
    differencesFromLive(files, changed).filter(({ severity }) => severity === 'error')
  const onlink = state.routes.map((route) => ({
    ...route,
    nexthops: route.nexthops.map((hop) => (hop.via === undefined ? hop : { ...hop, onlink: true })),
  }))
  expect(onlink.some(({ nexthops }) => nexthops.some((hop) => hop.onlink === true))).toBe(true)
  expect(wrong({ ...state, routes: onlink })).toEqual([])
})
