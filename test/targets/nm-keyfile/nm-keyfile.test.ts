import { routingOnly } from '../../helpers/empty-plan.js'
import { describe, expect, it } from 'vitest'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import type { Family } from '../../../src/kernel/family.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { nmKeyfile } from '../../../src/targets/nm-keyfile/index.js'
import { routeEntries } from '../../../src/targets/nm-keyfile/route.js'
import { ruleValue } from '../../../src/targets/nm-keyfile/rule.js'
import { checkSupport } from '../../../src/targets/support.js'
import type { Rendered, WrittenSettings } from '../../../src/targets/target.js'
import { plainLink, readRoute, readRule } from '../../helpers/parse-ip.js'
import { compile } from '../../../src/compile.js'
import { balancePlan, failoverPlan } from '../../helpers/one-host-plan.js'
import { routeOrigin as origin } from '../../helpers/origins.js'

function render(plan: KernelPlan, settings: WrittenSettings = {}) {
  const reporter = createReporter()
  checkSupport(plan, nmKeyfile, settings, reporter)
  const rendered = nmKeyfile.render(plan, settings, { file: 'host.yaml', reporter })
  return { rendered, diagnostics: reporter.diagnostics }
}

function content(rendered: Rendered, path: string): string {
  const file = rendered.files.find((one) => one.path.endsWith(path))
  if (file === undefined || !('content' in file)) throw new Error(`no ${path}`)
  return file.content
}

const profile = (link: string) => `multihome-${link}.nmconnection`
const isScript = ({ path }: { readonly path: string }) => path.includes('dispatcher.d')

describe('a route', () => {
  it.each<[Family, string, string, string?]>([
    ['inet', 'default via 192.0.2.1 dev eth0 table 101', 'route3=0.0.0.0/0,192.0.2.1,0', 'table=101'],
    ['inet6', 'default via fe80::1 dev eth0', 'route3=::/0,fe80::1,1024'],
    ['inet6', 'default via fe80::1 dev eth0 metric 100', 'route3=::/0,fe80::1,100'],
    ['inet', 'default via 192.0.2.1 dev eth0 metric 0', 'route3=0.0.0.0/0,192.0.2.1,0'],
    [
      'inet',
      '192.0.2.0/24 dev eth0 scope link src 192.0.2.10 table 101',
      'route3=192.0.2.0/24,0.0.0.0,0',
      'table=101,scope=253,src=192.0.2.10',
    ],
    ['inet6', '2001:db8::/64 dev eth0 table 101', 'route3=2001:db8::/64,::,1024', 'table=101'],
    [
      'inet',
      '203.0.113.7 via 192.0.2.1 dev eth0 onlink mtu 1400',
      'route3=203.0.113.7/32,192.0.2.1,0',
      'mtu=1400,onlink=true',
    ],
    [
      'inet',
      'unreachable default table 102 metric 2000000000',
      'route3=0.0.0.0/0,0.0.0.0,2000000000',
      'table=102,type=unreachable,scope=0',
    ],
    ['inet6', 'throw default table 102', 'route3=::/0,::,1024', 'table=102,type=throw'],
    [
      'inet',
      'local 10.9.0.0/16 dev lo scope host table 9',
      'route3=10.9.0.0/16,0.0.0.0,0',
      'table=9,type=local,scope=254',
    ],
  ])('%s %s', (family, text, value, options) => {
    const route = readRoute(family, text, origin)
    expect(routeEntries(route, route.nexthops[0], 3).map(({ key, value: it }) => `${key}=${it}`)).toEqual([
      value,
      ...(options === undefined ? [] : [`route3_options=${options}`]),
    ])
  })
})

describe('a rule', () => {
  it.each<[string, string]>([
    ['pref 100 from 192.0.2.10 lookup main', 'priority 100 from 192.0.2.10/32 table 254'],
    [
      'pref 100 not to 10.0.0.0/8 lookup 101 suppress_prefixlength 0',
      'priority 100 not to 10.0.0.0/8 table 101 suppress_prefixlength 0',
    ],
    ['pref 100 tos 16 prohibit', 'priority 100 tos 0x10 prohibit'],
    ['pref 100 fwmark 0x0/0xff blackhole', 'priority 100 fwmark 0x0/0xff blackhole'],
    ['pref 100 fwmark 0x0/0xffffffff lookup 101', 'priority 100 fwmark 0x0/0xffffffff table 101'],
    [
      'pref 100 iif lo oif eth0 uidrange 5-5 ipproto 17 sport 53 dport 1000-2000 unreachable',
      'priority 100 iif lo oif eth0 uidrange 5-5 ipproto 17 sport 53 dport 1000-2000 unreachable',
    ],
  ])('%s', (text, value) => {
    expect(ruleValue(readRule('inet', text, origin))).toBe(value)
  })
})

describe('profiles', () => {
  it('lo has rules and reject fallbacks, and no address', () => {
    const text = content(render(failoverPlan).rendered, profile('lo')).replace(/^#.*\n/gm, '')
    expect(text).toMatchInlineSnapshot(`
      "
      [connection]
      id=multihome-lo
      type=loopback
      interface-name=lo

      [ipv4]
      method=auto
      route102001=0.0.0.0/0,0.0.0.0,2000000000
      route102001_options=table=102,type=unreachable,scope=0
      routing-rule15000=priority 15000 to 172.17.0.0/16 table 254
      routing-rule15500=priority 15500 from 10.0.0.128/25 table 102
      routing-rule15510=priority 15510 ipproto 6 dport 25 table 101
      routing-rule15511=priority 15511 ipproto 6 dport 25 unreachable
      routing-rule15520=priority 15520 iif lo uidrange 1000-1999 table 102
      routing-rule15530=priority 15530 not from 10.0.0.0/8 fwmark 0x40/0xf0 table 102
      routing-rule16500=priority 16500 fwmark 0x100/0xff00 table 101
      routing-rule16510=priority 16510 fwmark 0x200/0xff00 table 102
      routing-rule17000=priority 17000 from 192.0.2.10/32 table 101
      routing-rule17020=priority 17020 from 198.51.100.10/32 table 102
      routing-rule17030=priority 17030 from 198.51.100.11/32 table 102

      [ipv6]
      method=auto
      route102001=::/0,::,2000000000
      route102001_options=table=102,type=unreachable
      routing-rule15510=priority 15510 ipproto 6 dport 25 table 101
      routing-rule15511=priority 15511 ipproto 6 dport 25 unreachable
      routing-rule15520=priority 15520 iif lo uidrange 1000-1999 table 102
      routing-rule16500=priority 16500 fwmark 0x100/0xff00 table 101
      routing-rule16510=priority 16510 fwmark 0x200/0xff00 table 102
      routing-rule17010=priority 17010 from 2001:db8:a::10/128 table 101
      routing-rule17040=priority 17040 from 2001:db8:b::10/128 table 102
      "
    `)
  })

  it('a link has its own routes', () => {
    const text = content(render(failoverPlan).rendered, profile('eth1')).replace(/^#.*\n/gm, '')
    expect(text).toMatchInlineSnapshot(`
      "
      [connection]
      id=multihome-eth1
      type=ethernet
      interface-name=eth1
      autoconnect-priority=100

      [ipv4]
      method=manual
      dad-timeout=0
      address1=198.51.100.10/24
      address2=198.51.100.11/32
      route102001=198.51.100.0/24,0.0.0.0,0
      route102001_options=table=102,scope=253,src=198.51.100.10
      route102002=0.0.0.0/0,198.51.100.1,0
      route102002_options=table=102
      route254001=0.0.0.0/0,198.51.100.1,200

      [ipv6]
      method=manual
      addr-gen-mode=eui64
      address1=2001:db8:b::10/64
      route102001=2001:db8:b::/64,::,1024
      route102001_options=table=102
      route102002=::/0,fe80::1,1024
      route102002_options=table=102
      route254001=::/0,fe80::1,200
      "
    `)
  })

  it('lo has no profile if nothing must outlive the links', () => {
    const plan = {
      ...failoverPlan,
      state: {
        ...failoverPlan.state,
        rules: [],
        routes: failoverPlan.state.routes.filter(({ type }) => type === 'unicast'),
      },
    }
    const { rendered } = render(plan)
    expect(rendered.files.map(({ path }) => path)).not.toContain(expect.stringContaining(profile('lo')))
    expect(rendered.files.filter(isScript)).toEqual([])
  })

  it('each route and rule has a comment that says what it serves', () => {
    const text = content(render(failoverPlan).rendered, profile('lo'))
    expect(text).toContain(
      '# rule 1: table main\nrouting-rule15000=priority 15000 to 172.17.0.0/16 table 254\n',
    )
    expect(text).toContain('# gateway cable: reject fallback of its table\nroute102001=')
  })
})

describe('multipath', () => {
  it('in IPv4 is a route with a weight in each profile, and in IPv6 is in the script', () => {
    const { rendered, diagnostics } = render(balancePlan)
    expect(diagnostics).toEqual([])
    expect(content(rendered, profile('eth0'))).toContain(
      'route254001=0.0.0.0/0,192.0.2.1,100\nroute254001_options=weight=3\n',
    )
    expect(content(rendered, profile('eth1'))).toContain(
      'route254001=0.0.0.0/0,198.51.100.1,100\nroute254001_options=weight=1\n',
    )
    const script = content(rendered, '50-multihome')
    expect(script.match(/^(?:rule|route) .*$/gm)).toEqual([
      'route -6 default metric 100 nexthop via 2001:db8:a::1 dev eth0 weight 3 nexthop via fe80::1 dev eth1 weight 1',
    ])
  })

  it('is in the script for both families with 1.42, which loses weights', () => {
    const { rendered } = render(balancePlan, { version: '1.42' })
    expect(content(rendered, profile('eth0'))).not.toContain('weight')
    expect(content(rendered, '50-multihome')).toMatch(
      /^route -4 default .* nexthop .*\nroute -6 default .* nexthop /m,
    )
  })
})

describe('rejected plans', () => {
  const codes = (plan: KernelPlan, settings: WrittenSettings = {}) => [
    ...new Set(render(plan, settings).diagnostics.map(({ code }) => code)),
  ]

  it('include every plan before 1.42, which has no profile for lo', () => {
    expect(codes(failoverPlan, { version: '1.40.18' })).toEqual(['feature-version'])
    expect(
      codes(
        { ...failoverPlan, state: { ...failoverPlan.state, rules: [], routes: [] } },
        { version: '1.30' },
      ),
    ).toEqual([])
  })

  it('include `goto` and `manage: routing`', () => {
    const rules = [
      readRule('inet', 'pref 100 goto 200', origin),
      readRule('inet', 'pref 200 lookup main', origin),
    ]
    const reporter = createReporter()
    checkSupport({ ...failoverPlan, state: { ...failoverPlan.state, rules } }, nmKeyfile, {}, reporter)
    expect(reporter.diagnostics).toMatchObject([
      { code: 'feature-unsupported', fix: expect.stringContaining('nm-dispatcher') as string },
    ])
    expect(codes(routingOnly(failoverPlan))).toEqual(['feature-unsupported'])
  })

  it('include an IPv4 route over a link without IPv4 address, or to an IPv6 next hop', () => {
    const links = [plainLink('eth0', ['2001:db8::10/64']), plainLink('eth1', ['192.0.2.10/24'])]
    for (const text of ['default dev eth0 scope link', 'default via fe80::1 dev eth1']) {
      const plan = {
        ...failoverPlan,
        state: { ...failoverPlan.state, links, rules: [], routes: [readRoute('inet', text, origin)] },
      }
      const { rendered, diagnostics } = render(plan)
      expect(rendered.files).toEqual([])
      expect(diagnostics).toMatchObject([{ code: 'value-unsupported', path: ['routes', 0] }])
    }
  })
})

it('has routes over a link of another program, and those that need its address, in a script', () => {
  const links = [
    plainLink('eth0', ['192.0.2.10/24']),
    { ...plainLink('wg0', ['10.9.0.2/32']), managed: false },
  ]
  const routes = [
    readRoute('inet', 'default dev wg0 scope link table 103', origin),
    readRoute('inet', '203.0.113.0/24 via 192.0.2.1 dev eth0 src 10.9.0.2', origin),
    readRoute('inet', 'default via 192.0.2.1 dev eth0 metric 100', origin),
  ]
  const { rendered, diagnostics } = render({
    ...failoverPlan,
    state: { ...failoverPlan.state, links, routes, rules: [] },
  })
  expect(diagnostics).toEqual([])
  const script = content(rendered, '50-multihome')
  expect(script.match(/^(?:rule|route) .*$/gm)).toEqual([
    'route -4 default dev wg0 scope link table 103',
    'route -4 203.0.113.0/24 via 192.0.2.1 dev eth0 src 10.9.0.2',
  ])
  expect(content(rendered, profile('eth0')).match(/^route\d+=/gm)).toHaveLength(1)
})

it('has steps that remove routes of an earlier script before profiles add theirs', () => {
  const commands = (plan: KernelPlan) => render(plan).rendered.change.map(({ command }) => command)
  const up = 'for link in lo eth0 eth1 lan0; do nmcli connection up "multihome-$link" || :; done'
  const apply = '/etc/NetworkManager/dispatcher.d/50-multihome all apply'
  const sysctl = 'sysctl -e -p /etc/sysctl.d/60-multihome.conf'
  expect(commands(failoverPlan)).toEqual([
    sysctl,
    'ip -4 route flush table all protocol 77',
    'ip -6 route flush table all protocol 77',
    'nmcli connection reload',
    up,
  ])
  expect(commands(balancePlan)).toEqual([sysctl, apply, 'nmcli connection reload', up, apply])
})

describe('a lease', () => {
  const section = (text: string, name: string) =>
    new RegExp(`^\\[${name}\\]\n((?:.+\n)*)`, 'm')
      .exec(text)?.[1]
      ?.replace(/^#.*\n/gm, '')
      .split('\n')
      .slice(0, -1)

  function rendered(
    eth1: string,
    choice: string,
    gateway = '{ link: eth1, via: lease, lease-routes: true }',
  ) {
    const { plan } = compile(
      `version: 1
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: ${eth1}
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  cable: ${gateway}
default: ${choice}
`,
      { targets: [] },
    )
    if (plan === undefined) throw new Error('no plan')
    return render(plan)
  }

  const forEver = (...keys: readonly string[]) => keys.map((key) => `${key}=2147483647`)

  it('has its default route in main with the metric of its gateway', () => {
    const text = content(
      rendered('{ dhcp4: true, dhcp6: true, accept-ra: true }', '{ failover: [fiber, cable] }').rendered,
      profile('eth1'),
    )
    expect(section(text, 'ipv4')).toEqual(['method=auto', ...forEver('dhcp-timeout'), 'route-metric=200'])
    expect(section(text, 'ipv6')).toEqual([
      'method=auto',
      ...forEver('ra-timeout', 'dhcp-timeout'),
      'route-metric=200',
      'addr-gen-mode=eui64',
    ])
  })

  it('has its default route in the gateway’s table if main must not have it, and routes of main then say so', () => {
    const plan = '{ dhcp4: true, accept-ra: true, nameservers: { addresses: [192.0.2.53] } }'
    const text = content(rendered(plan, 'fiber').rendered, profile('eth1'))
    const own = ['route-table=102', 'route-metric=0', 'ignore-auto-dns=true']
    expect(section(text, 'ipv4')).toEqual([
      'method=auto',
      ...forEver('dhcp-timeout'),
      ...own,
      'dns=192.0.2.53;',
    ])
    expect(section(text, 'ipv6')).toEqual([
      'method=auto',
      ...forEver('ra-timeout'),
      ...own,
      'addr-gen-mode=eui64',
    ])
    const route = readRoute('inet', '10.9.0.0/16 via 198.51.100.1 dev eth1 onlink', origin)
    expect(routeEntries(route, route.nexthops[0], 1, true).map(({ value }) => value)).toEqual([
      '10.9.0.0/16,198.51.100.1,0',
      'table=254,onlink=true',
    ])
  })

  it('has no default route if no gateway uses its router', () => {
    const staticHop = "{ link: eth1, via: 'fe80::1' }"
    const lan = rendered('{ dhcp4: true, dhcp6: true }', 'fiber', staticHop)
    const text = content(lan.rendered, profile('eth1'))
    expect(section(text, 'ipv4')).toEqual([
      'method=auto',
      ...forEver('dhcp-timeout'),
      'never-default=true',
      'ignore-auto-routes=true',
    ])
    expect(section(text, 'ipv6')?.slice(0, 2)).toEqual(['method=dhcp', ...forEver('dhcp-timeout')])
  })

  it('with a route table is an error beside a static address, whose network would be there too', () => {
    const { rendered: made, diagnostics } = rendered(
      '{ addresses: [203.0.113.10/24], dhcp4: true, accept-ra: true }',
      'fiber',
    )
    expect(made.files).toEqual([])
    expect(diagnostics).toMatchObject([{ code: 'value-unsupported', path: ['links', 'eth1', 'addresses'] }])
    const inMain = rendered('{ addresses: [203.0.113.10/24], dhcp4: true }', 'cable')
    expect(inMain.diagnostics).toEqual([])
  })

  it('does not make the steps wait without a limit', () => {
    expect(rendered('{ dhcp4: true }', 'fiber').rendered.change.map(({ command }) => command)).toContain(
      'for link in lo eth0 eth1; do nmcli --wait 20 connection up "multihome-$link" || :; done',
    )
  })
})
