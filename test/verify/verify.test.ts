// A host in sync, changed in one item at a time. test/netns/verify.test.ts compares with a real kernel.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/compile.js'
import type { LinkName } from '../../src/kernel/link.js'
import { anyPrefix, parsePrefixOrAddress, type Prefix } from '../../src/kernel/prefix.js'
import type { KernelPlan, Origin, PlannedLink } from '../../src/plan/plan.js'
import { isInSync, type Finding } from '../../src/verify/finding.js'
import { readState } from '../../src/verify/read/read-state.js'
import type { LiveLink, LiveRoute, LiveRule, LiveState } from '../../src/verify/state.js'
import { verify } from '../../src/verify/verify.js'
import { GOOD } from '../cli/fake-io.js'
import { liveStateOf } from '../helpers/live-state.js'

const read = readState(readFileSync(join(import.meta.dirname, 'gathered/debian-12.txt'), 'utf8'))
if (!read.ok) throw new Error(read.problems.join('\n'))
const host = read.value

function planOf(text: string): KernelPlan {
  const { plan, diagnostics } = compile(text, { targets: [] })
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return plan
}

const good = planOf(GOOD)

/** `error missing rule pref 100 lookup 7 <- what is there`. */
const briefly = ({ severity, kind, what, words, live }: Finding): string =>
  [severity, kind, what, words, ...(live === undefined ? [] : ['<-', live])].join(' ')

const found = (state: LiveState, plan = good): readonly string[] => verify(plan, state).map(briefly)

function only(state: LiveState, plan = good): Finding {
  const [first, ...others] = verify(plan, state)
  expect(others.map(briefly)).toEqual([])
  if (first === undefined) throw new Error('nothing is found')
  return first
}

function prefix(text: string): Prefix {
  const parsed = parsePrefixOrAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

const link = (name: string): LinkName => name as LinkName

const withRules = (...rules: readonly LiveRule[]): LiveState => ({
  ...host,
  rules: [...host.rules, ...rules],
})
const withRoutes = (...routes: readonly LiveRoute[]): LiveState => ({
  ...host,
  routes: [...host.routes, ...routes],
})
const withLink = (name: string, change: (link: LiveLink) => LiveLink): LiveState => ({
  ...host,
  links: host.links.map((one) => (one.name === name ? change(one) : one)),
})

const rule = (pref: number, table: number, more: Partial<LiveRule> = {}): LiveRule => ({
  ...{
    family: 'inet',
    pref,
    selector: {},
    action: { type: 'lookup', table },
    protocol: 0,
    unknownAttributes: [],
  },
  ...more,
})

function route(via: string, dev: string, more: Partial<LiveRoute> = {}): LiveRoute {
  const nexthops = [{ via: prefix(via).address, dev: link(dev) }]
  return {
    ...{ family: 'inet', type: 'unicast', dst: anyPrefix('inet'), table: 254, nexthops },
    ...{ scope: 'global', protocol: 3, unknownAttributes: [] },
    ...more,
  }
}

test('the collected host matches its plan', () => {
  expect(found(host)).toEqual([])
})

test('a finding has an origin, and commands that show and fix it', () => {
  const state = { ...host, rules: host.rules.filter(({ pref }) => pref !== 18000) }
  expect(only(state)).toMatchObject({
    severity: 'error',
    kind: 'missing',
    words: 'pref 18000 from 192.0.2.10 lookup 1',
    show: 'ip -4 rule show',
    fix: 'ip -4 rule add pref 18000 from 192.0.2.10 lookup 1',
    origin: { path: ['gateways', 'admin', 'reply'] },
  })
})

test('bits beyond the length of a prefix are no difference: the kernel keeps and ignores them', () => {
  const plan = planOf(`${GOOD}rules: [{ from: 203.0.113.0/24, gateway: admin, priority: 20000 }]\n`)
  const selector = { from: prefix('203.0.113.7/24') }
  expect(found(withRules(rule(20000, 1, { selector })), plan)).toEqual([])
})

describe('an unplanned rule', () => {
  const from = prefix('192.0.2.0/24')

  test('shadows a planned rule', () => {
    const finding = only(withRules(rule(100, 254, { selector: { from } })))
    expect(briefly(finding)).toBe(
      'error shadowed rule pref 18000 from 192.0.2.10 lookup 1 <- pref 100 from 192.0.2.0/24 lookup main',
    )
    expect(finding.why).toMatch(
      /^a packet to \S+ from 192\.0\.2\.10 goes by production .*; as planned it goes by admin /,
    )
    expect(finding.fix).toBe('ip -4 rule del pref 100 from 192.0.2.0/24 lookup main')
    expect(finding.packet).toMatch(/ from 192\.0\.2\.10$/)
  })

  test('may only come before main', () => {
    const state = {
      ...withRules(rule(32000, 51820)),
      routes: [...host.routes, route('192.0.2.77', 'eth0', { table: 51820 })],
    }
    expect(briefly(only(state))).toBe('error foreign rule pref 32000 lookup 51820')
  })

  test('is a note if it reroutes no packet', () => {
    expect(only(withRules(rule(100, 4242)))).toMatchObject({ severity: 'note', kind: 'foreign' })
    // After the planned rule for the same packets.
    const behind = rule(18500, 254, { selector: { from: prefix('192.0.2.10') } })
    expect(only(withRules(behind))).toMatchObject({
      severity: 'note',
      why: 'it reroutes no packet',
    })
    const before = { ...behind, pref: 17999 }
    expect(only(withRules(before))).toMatchObject({ severity: 'error', kind: 'shadowed' })
  })

  test('is compared in the order of one priority', () => {
    const same = rule(18000, 254, { selector: { from } })
    const first = host.rules.findIndex(({ pref }) => pref === 18000)
    expect(only(withRules(same))).toMatchObject({ severity: 'note' })
    const state = { ...host, rules: host.rules.toSpliced(first, 0, same) }
    expect(only(state)).toMatchObject({ severity: 'error', kind: 'shadowed' })
  })

  test('may duplicate a planned rule', () => {
    const twice = rule(18000, 1, { selector: { from: prefix('192.0.2.10') }, protocol: 4 })
    expect(only(withRules(twice))).toMatchObject({
      ...{ severity: 'note', kind: 'foreign', words: 'pref 18000 from 192.0.2.10 lookup 1' },
      why: 'protocol static; duplicate of a planned rule',
    })
  })

  test('may jump over planned rules', () => {
    const jump = rule(10, 0, { action: { type: 'goto', pref: 32766 }, selector: { from } })
    expect(only(withRules(jump))).toMatchObject({
      severity: 'error',
      kind: 'shadowed',
      live: 'pref 10 from 192.0.2.0/24 goto 32766',
    })
  })

  test('may have unknown selectors', () => {
    const strange = rule(10, 4242, { unknownAttributes: ['tun_id', '5'] })
    expect(only(withRules(strange))).toMatchObject({
      severity: 'note',
      words: 'pref 10 tun_id 5 lookup 4242',
      fix: 'ip -4 rule del pref 10 tun_id 5 lookup 4242',
    })
  })

  test('may be left over from multihome', () => {
    const left = rule(19000, 4242, { protocol: 77 })
    expect(only(withRules(left))).toMatchObject({ severity: 'error', kind: 'foreign' })
    expect(only(withRules(left)).why).toContain('another description of multihome')
  })

  const tailscales = (['0x80000/0xff0000', '52'] as const).map((_, index) =>
    index === 0
      ? rule(5210, 254, { selector: { fwmark: { value: 0x80000, mask: 0xff0000 } } })
      : rule(5270, 52),
  )

  test('is attributed to known software, and expected with `coexist`', () => {
    const state = {
      ...withRules(...tailscales),
      routes: [...host.routes, route('192.0.2.9', 'eth0', { table: 52 })],
    }
    const named = verify(good, state)
    expect(named.map(({ software }) => software?.split(' ')[0])).toEqual(['tailscale', 'tailscale'])
    expect(isInSync(named)).toBe(false)
    const expected = verify(planOf(`${GOOD}coexist: [tailscale]\n`), state)
    expect(expected.map(({ why }) => why)).toEqual(Array(2).fill('expected: `coexist` lists its software'))
    expect(isInSync(expected)).toBe(true)
  })

  test('is not the kernel’s VRF rule, which a plan with a VRF needs', () => {
    const own = rule(1000, 0, { action: { type: 'l3mdev' }, protocol: 2 })
    expect(found(withRules(own))).toEqual([])
    const origin: Origin = { kind: 'link', link: link('mgmt'), path: ['links', 'mgmt'] }
    const mgmt: PlannedLink = {
      ...{ name: link('mgmt'), managed: true, optional: false, addresses: [], origin },
      ...{ nameservers: { addresses: [], search: [] }, virtual: { kind: 'vrf', table: 99, links: [] } },
    }
    const plan = { ...good, state: { ...good.state, links: [...good.state.links, mgmt] } }
    const made: LiveLink = {
      ...{ name: link('mgmt'), isUp: true, hasCarrier: true, mtu: 65575, addresses: [] },
      ...{ kind: 'vrf', table: 99 },
    }
    const links = [...host.links, made]
    expect(found({ ...withRules(own, { ...own, family: 'inet6' }), links }, plan)).toEqual([])
    expect(only({ ...withRules(own), links }, plan)).toMatchObject({
      ...{ severity: 'error', kind: 'missing', family: 'inet6', words: 'pref 1000 l3mdev', origin },
      fix: 'ip -6 rule add pref 1000 l3mdev protocol kernel',
    })
  })
})

describe('a host with a VRF', () => {
  const plan = planOf(`version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  mgmt0: { addresses: [10.99.0.10/24] }
  mgmt: { vrf: { table: 99, links: [mgmt0] } }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
default: fiber
`)
  const state = liveStateOf(plan)
  const foundWith = (changes: Partial<LiveState>) => verify(plan, { ...state, ...changes })

  test('is in sync', () => {
    expect(foundWith({}).map(briefly)).toEqual([])
  })

  test('reports a rule that takes packets of the VRF before its table', () => {
    const first = rule(500, 254, { selector: { iif: link('mgmt0') } })
    expect(foundWith({ rules: [first, ...state.rules] })).toMatchObject([
      { severity: 'error', kind: 'foreign', words: 'pref 500 iif mgmt0 lookup main' },
    ])
  })

  test('has nothing to say against a rule for packets of the VRF that comes after its table', () => {
    const late = rule(1500, 254, { selector: { iif: link('mgmt0') } })
    expect(foundWith({ rules: [...state.rules, late] })).toMatchObject([
      { severity: 'note', kind: 'foreign' },
    ])
  })

  test('reports missing routes of the VRF’s table', () => {
    const routes = state.routes.filter(({ table, family }) => table !== 99 || family !== 'inet')
    expect(foundWith({ routes }).map(briefly)).toEqual([
      'error missing route unreachable default table 99 metric 2000000000',
      'error missing route 10.99.0.0/24 dev mgmt0 scope link src 10.99.0.10 table 99 metric 0',
    ])
  })
})

test('missing kernel rules are errors', () => {
  const state = {
    ...host,
    rules: host.rules.filter(({ pref, family }) => pref !== 32766 || family === 'inet6'),
  }
  expect(found(state)).toEqual(['error missing rule pref 32766 lookup main'])
})

describe('a host whose kernel has no IPv6', () => {
  const state: LiveState = {
    ...host,
    rules: host.rules.filter(({ family }) => family === 'inet'),
    routes: host.routes.filter(({ family }) => family === 'inet'),
    sysctls: Object.fromEntries(
      Object.entries(host.sysctls).filter(([path]) => !path.startsWith('/proc/sys/net/ipv6/')),
    ),
  }

  test('misses nothing of a plan without IPv6', () => {
    expect(found(state)).toEqual([])
  })

  test('lacks IPv6 sysctls of the description', () => {
    const withForwarding = planOf(`${GOOD}sysctls: { net.ipv6.conf.all.forwarding: 1 }\n`)
    expect(only(state, withForwarding)).toMatchObject({ kind: 'missing', why: 'its kernel has no IPv6' })
  })

  test('is reported wherever a plan has IPv6', () => {
    const text = GOOD.replace('198.51.100.10/24', '198.51.100.10/24, 2001:db8::10/64')
    const six = planOf(text.replace('via: 198.51.100.1 ', 'via: [198.51.100.1, 2001:db8::1] '))
    const findings = verify(six, state)
    expect(findings.map(briefly)).toEqual([
      'error missing address 2001:db8::10/64 dev eth1',
      'error missing rule pref 18002 from 2001:db8::10 lookup 101',
      'error missing route 2001:db8::/64 dev eth1 table 101',
      'error missing route default via 2001:db8::1 dev eth1 table 101',
      'error missing route default via 2001:db8::1 dev eth1 metric 100',
    ])
    for (const { why } of findings) expect(why).toBe('its kernel has no IPv6')
  })
})

describe('an unplanned route', () => {
  test.for([
    ['before the planned default', route('192.0.2.7', 'eth0'), 'error', /metric 100$/],
    ['behind it', route('192.0.2.7', 'eth0', { metric: 700 }), 'note', /higher metric/],
    [
      'half of all',
      route('192.0.2.7', 'eth0', { dst: prefix('128.0.0.0/1') }),
      'error',
      /overrides every default/,
    ],
    ['over a link of nobody’s', route('10.8.0.1', 'tun0', { metric: 5 }), 'error', /metric 100$/],
    [
      'of ours, left behind',
      route('192.0.2.7', 'eth0', { metric: 700, protocol: 77 }),
      'error',
      /another description of multihome$/,
    ],
    [
      'in a planned table',
      route('192.0.2.7', 'eth0', { table: 1, metric: 9 }),
      'error',
      /admin is a table of the plan$/,
    ],
    [
      'of one network, over our link',
      route('192.0.2.7', 'eth0', { dst: prefix('198.18.0.0/15') }),
      'note',
      /the default route of main$/,
    ],
  ] as const)('%s', ([, one, severity, why]) => {
    const finding = only(withRoutes(one))
    expect(finding).toMatchObject({ severity, kind: 'foreign', what: 'route' })
    expect(finding.why).toMatch(why)
  })

  test.for([
    ['in a table of nobody’s', route('192.0.2.7', 'eth0', { table: 4242 })],
    ['of another program’s network', route('10.8.0.1', 'tun0', { dst: prefix('10.0.0.0/8') })],
    ['of the kernel’s', route('192.0.2.7', 'eth0', { dst: prefix('172.17.0.0/16'), protocol: 2 })],
    [
      'a second one to the planned network',
      {
        ...route('192.0.2.7', 'eth0'),
        dst: prefix('192.0.2.0/24'),
        nexthops: [{ dev: link('eth0') }],
        scope: 'link',
        metric: 100,
        protocol: 4,
      } as const,
    ],
  ] as const)('%s: nobody’s business', ([, one]) => {
    expect(found(withRoutes(one))).toEqual([])
  })

  test('IPv6 without a planned default is not overridden', () => {
    const advertised = route('fe80::1', 'eth1', {
      family: 'inet6',
      dst: anyPrefix('inet6'),
      protocol: 9,
      metric: 1024,
    })
    const finding = only(withRoutes(advertised))
    expect(finding).toMatchObject({ severity: 'error', words: 'default via fe80::1 dev eth1' })
    expect(finding.why).toBe('protocol ra; the plan keeps main without a default route')
  })
})

describe('a down link', () => {
  const routesWithout = (dev: string): readonly LiveRoute[] =>
    host.routes.filter(({ nexthops }) => nexthops[0]?.dev !== dev)

  test('is one finding if it is absent', () => {
    const state = {
      ...host,
      links: host.links.filter(({ name }) => name !== 'eth1'),
      routes: routesWithout('eth1'),
      sysctls: Object.fromEntries(Object.entries(host.sysctls).filter(([path]) => !path.includes('/eth1/'))),
    }
    const finding = only(state)
    expect(briefly(finding)).toBe('error missing link eth1')
    expect(finding.why).toBe('it is not there; with it 1 address, 3 routes, 2 sysctls are missing')
  })

  test('may have lost its routes with its carrier', () => {
    const state = {
      ...withLink('eth1', (one) => ({ ...one, hasCarrier: false })),
      routes: routesWithout('eth1'),
    }
    expect(only(state)).toMatchObject({
      severity: 'error',
      kind: 'idle',
      why: 'it has no carrier; with it 4 routes are missing',
    })
  })

  test('may keep its routes without carrier', () => {
    const finding = only(withLink('eth1', (one) => ({ ...one, hasCarrier: false })))
    expect(finding).toMatchObject({ severity: 'note', kind: 'idle', why: 'it has no carrier' })
  })

  test('may be set down', () => {
    expect(only(withLink('eth1', (one) => ({ ...one, isUp: false, hasCarrier: false })))).toMatchObject({
      ...{ severity: 'error', kind: 'different', live: 'down', fix: 'ip link set dev eth1 up' },
    })
  })
})

describe('addresses', () => {
  const withAddresses = (change: (all: LiveLink['addresses']) => LiveLink['addresses']): LiveState =>
    withLink('eth0', (one) => ({ ...one, addresses: change(one.addresses) }))
  const global = (text: string) => ({
    address: prefix(text),
    scope: 'global' as const,
    isDuplicate: false,
    hasRoute: true,
  })

  test('may be unplanned', () => {
    const state = withAddresses((all) => [...all, global('192.0.2.99/24')])
    expect(found(state)).toEqual(['error foreign address 192.0.2.99/24 dev eth0'])
    const beside = planOf(`${GOOD}coexist: [keepalived]\n`)
    expect(verify(beside, state)).toMatchObject([{ severity: 'note', software: 'keepalived' }])
  })

  test('may have another length, or be a duplicate', () => {
    const longer = withAddresses((all) =>
      all.map((one) => (one.scope === 'link' ? one : global('192.0.2.10/25'))),
    )
    expect(found(longer)).toEqual(['error different address 192.0.2.10/24 dev eth0 <- 192.0.2.10/25'])
    const taken = withAddresses((all) => all.map((one) => ({ ...one, isDuplicate: true })))
    expect(found(taken)).toEqual([
      'error different address 192.0.2.10/24 dev eth0 <- 192.0.2.10/24 dadfailed',
    ])
  })

  test('IPv6 is switched off on the link', () => {
    const six = planOf(GOOD.replace('192.0.2.10/24', '192.0.2.10/24, 2001:db8::10/64'))
    const off = { ...host.sysctls, '/proc/sys/net/ipv6/conf/eth0/disable_ipv6': '1' }
    const missing = verify(six, { ...host, sysctls: off }).filter(({ what }) => what === 'address')
    expect(missing).toMatchObject([{ kind: 'missing', why: 'net.ipv6.conf.eth0.disable_ipv6 is 1' }])
  })

  test('of an unmanaged link are checked only if they are static', () => {
    const plan = planOf(GOOD.replace('eth0: { ', 'eth0: { manage: routing, '))
    const sysctls = { ...host.sysctls, '/proc/sys/net/ipv6/conf/eth0/accept_ra': '1' }
    const more = withAddresses((all) => [...all, global('192.0.2.99/24')])
    expect(found({ ...more, sysctls }, plan)).toEqual([])
    const none = withAddresses(() => [])
    expect(found({ ...none, sysctls }, plan)).toEqual(['error missing address 192.0.2.10/24 dev eth0'])
  })
})

describe('virtual links', () => {
  const made = `version: 1
links:
  eth0: {}
  eth1: {}
  wan: { vlan: { id: 7, link: eth0 }, mtu: 1400, addresses: [192.0.2.10/24] }
gateways: { uplink: { link: wan, via: 192.0.2.1 } }
`
  const plan = { ...planOf(made), state: { ...planOf(made).state, rules: [], routes: [], sysctls: [] } }
  const bare = (name: string, more: Partial<LiveLink> = {}): LiveLink => ({
    ...{ name: link(name), isUp: true, hasCarrier: true, mtu: 1500, addresses: [] },
    ...more,
  })
  const wan = bare('wan', {
    ...{ kind: 'vlan', parent: 'eth0', vlanId: 7, mtu: 1400 },
    addresses: [{ address: prefix('192.0.2.10'), scope: 'global', isDuplicate: false, hasRoute: true }],
  })
  const reported = (one: LiveLink): readonly string[] =>
    found({ ...host, links: [bare('eth0'), bare('eth1'), one] }, plan).filter((text) =>
      /^error \w+ link /.test(text),
    )

  test('have a kind and parameters', () => {
    expect(reported(wan)).toEqual([])
    expect(reported({ ...wan, vlanId: 8 })).toEqual([
      'error different link wan link eth0 type vlan id 7 <- link eth0 type vlan id 8',
    ])
    expect(reported({ ...wan, kind: 'macvlan' })).toEqual([
      'error different link wan link eth0 type vlan id 7 <- type macvlan',
    ])
    expect(reported({ ...wan, mtu: 1500 })).toEqual(['error different link wan mtu 1400 <- mtu 1500'])
    expect(reported({ ...wan, master: 'br0' })).toEqual(['error different link wan nomaster <- master br0'])
  })
})

describe('sysctls', () => {
  const key = (name: string): string => `/proc/sys/net/ipv4/conf/${name}/rp_filter`
  const withSysctls = (values: Readonly<Record<string, string>>): LiveState => ({
    ...host,
    sysctls: { ...host.sysctls, ...values },
  })

  test('use the larger of two values', () => {
    expect(found(withSysctls({ [key('eth0')]: '0', [key('all')]: '2' }))).toEqual([])
    expect(found(withSysctls({ [key('all')]: '1' }))).toEqual([])
    const off = planOf(`${GOOD}sysctls: { net.ipv4.conf.eth0.rp_filter: 0 }\n`)
    const finding = only(withSysctls({ [key('eth0')]: '0', [key('all')]: '1' }), off)
    expect(finding).toMatchObject({
      kind: 'different',
      why: 'the larger of it and net.ipv4.conf.all counts, and that is 1',
    })
  })

  test('are a note if not collected, and an error if the kernel lacks them', () => {
    const more = planOf(
      `${GOOD}sysctls: { kernel.panic: 10, net.ipv4.unheard_of: 1 }\nsysctls-beyond-net: [kernel.panic]\n`,
    )
    expect(found(host, more)).toEqual([
      'note unchecked sysctl kernel.panic=10',
      'error missing sysctl net.ipv4.unheard_of=1',
    ])
  })

  test('are a note if only root may read them', () => {
    const hardened = planOf(`${GOOD}sysctls: { net.core.bpf_jit_harden: 2 }\n`)
    const path = '/proc/sys/net/core/bpf_jit_harden'
    expect(only({ ...host, closed: [path] }, hardened)).toMatchObject({
      ...{ severity: 'note', kind: 'unchecked', words: 'net.core.bpf_jit_harden=2' },
      why: 'only root may read it, and the state was collected without root',
    })
    expect(found({ ...withSysctls({ [path]: '2' }), closed: [path] }, hardened)).toEqual([])
    expect(found({ ...withSysctls({ [path]: '1' }), closed: [path] }, hardened)).toEqual([
      'error different sysctl net.core.bpf_jit_harden=2 <- net.core.bpf_jit_harden=1',
    ])
  })

  test('do not combine conf.default with links', () => {
    const plan = planOf(`${GOOD}sysctls: { net.ipv4.conf.default.rp_filter: 0 }\n`)
    const state = withSysctls({ [key('default')]: '0', [key('all')]: '1' })
    expect(found(state, plan)).toEqual([])
  })
})

describe('leases', () => {
  const leased = planOf(`version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { dhcp4: true }
gateways:
  admin: { link: eth0, via: 192.0.2.1, table: 1 }
  production: { link: eth1, via: lease }
default: production
`)
  /** The reply rule of a leased address is behind those of static ones. */
  const leasing: LiveState = {
    ...host,
    rules: host.rules.map((rule) => (rule.pref === 18001 ? { ...rule, pref: 19000 } : rule)),
  }

  test('fill in the plan from live addresses', () => {
    expect(found(leasing, leased)).toEqual([])
  })

  test('without an address are one finding', () => {
    const state: LiveState = {
      ...withLink('eth1', (one) => ({ ...one, addresses: [] })),
      routes: leasing.routes.filter(({ nexthops }) => nexthops[0]?.dev !== 'eth1'),
      rules: leasing.rules.filter(({ pref }) => pref !== 19000),
    }
    expect(found(state, leased)).toEqual(['error missing lease eth1 dhcp4'])
    const dark = {
      ...state,
      links: state.links.map((one) => (one.name === 'eth1' ? { ...one, hasCarrier: false } : one)),
    }
    expect(only(dark, leased)).toMatchObject({
      kind: 'idle',
      why: 'it has no carrier; with it 1 lease is missing',
    })
  })

  test('need a router', () => {
    const isDefault = ({ dst, nexthops }: LiveRoute): boolean =>
      dst.length === 0 && nexthops[0]?.dev === 'eth1'
    const state = { ...leasing, routes: leasing.routes.filter((one) => !isDefault(one)) }
    expect(found(state, leased)).toEqual(['error missing lease default dev eth1'])
  })

  test('may have an off-link IPv6 prefix', () => {
    const advertised = planOf(`version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24], accept-ra: true }
gateways:
  admin: { link: eth0, via: 192.0.2.1, table: 1 }
  production: { link: eth1, via: 198.51.100.1 }
default: production
`)
    const withAddress = (text: string, hasRoute: boolean): LiveState => {
      const one = { address: prefix(text), scope: 'global', isDuplicate: false, hasRoute } as const
      return withLink('eth1', (eth1) => ({ ...eth1, addresses: [...eth1.addresses, one] }))
    }
    const missing = (state: LiveState): readonly string[] =>
      found(state, advertised).filter((text) => text.startsWith('error missing route'))
    expect(missing(withAddress('2001:db8::80/64', false))).toEqual([])
    expect(missing(withAddress('2001:db8::80/64', true))).toEqual([
      'error missing route 2001:db8::/64 dev eth1 metric 256',
    ])
    expect(missing(withAddress('2001:db8::80/128', true))).toEqual([])
  })

  test('include missing tracked routes', () => {
    const state = { ...leasing, rules: leasing.rules.filter(({ pref }) => pref !== 19000) }
    expect(found(state, leased)).toEqual(['error missing rule pref 19000 from 198.51.100.10 lookup 101'])
  })

  test('include further routes that main has', () => {
    const reported = { dst: prefix('172.16.0.0/12'), protocol: 16 }
    const copy = route('198.51.100.3', 'eth1', { ...reported, table: 101, protocol: 79 })
    const main = route('198.51.100.3', 'eth1', reported)
    const { rules } = leasing
    expect(found({ ...withRoutes(main, copy), rules }, leased)).toEqual([])
    expect(found({ ...withRoutes(copy), rules }, leased)).toEqual([
      'error foreign route 172.16.0.0/12 via 198.51.100.3 dev eth1 table 101',
    ])
  })
})
