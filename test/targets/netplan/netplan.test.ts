import { load, YAML11_SCHEMA } from 'js-yaml'
import { compile } from '../../../src/compile.js'
import { describe, expect, it } from 'vitest'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import type { Family } from '../../../src/kernel/family.js'
import type { KernelPlan, PlannedLink } from '../../../src/plan/plan.js'
import { netplan } from '../../../src/targets/netplan/index.js'
import { readSettings } from '../../../src/targets/netplan/settings.js'
import { yamlProblem, yamlRoute } from '../../../src/targets/netplan/yaml-routes.js'
import { ruleProblem, yamlRule } from '../../../src/targets/netplan/yaml-rules.js'
import { checkSupport } from '../../../src/targets/support.js'
import type { WrittenSettings } from '../../../src/targets/target.js'
import { plainLink, readRoute, readRule } from '../../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../../helpers/one-host-plan.js'
import { emptyPlan, routingOnly } from '../../helpers/empty-plan.js'
import { routeOrigin as origin } from '../../helpers/origins.js'

const YAML = '/etc/netplan/60-multihome.yaml'
const LO = '/etc/systemd/network/10-netplan-lo.network.d/60-multihome.conf'

function render(plan: KernelPlan, settings: WrittenSettings = {}) {
  const reporter = createReporter()
  checkSupport(plan, netplan, settings, reporter)
  const isRefused = reporter.diagnostics.some(({ severity }) => severity === 'error')
  const rendered = isRefused
    ? { files: [], first: [], change: [] }
    : netplan.render(plan, settings, { file: 'host.yaml', reporter })
  const texts = new Map<string, string>(
    rendered.files.flatMap((file) => ('content' in file ? [[file.path, file.content] as const] : [])),
  )
  return {
    ...rendered,
    paths: [...texts.keys()],
    text: (path: string) => texts.get(path) ?? '',
    yaml: () =>
      load(texts.get(YAML) ?? '', { schema: YAML11_SCHEMA }) as { network: Record<string, unknown> },
    reported: reporter.diagnostics.map(
      ({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`,
    ),
  }
}

/** What the YAML alone can express with either renderer. */
const plain: KernelPlan = {
  ...failoverPlan,
  state: {
    ...failoverPlan.state,
    routes: failoverPlan.state.routes.filter(({ type }) => type === 'unicast'),
    rules: [
      readRule('inet', 'pref 15500 from 10.0.0.128/25 lookup 102', origin),
      readRule('inet', 'pref 18000 from 192.0.2.10 lookup 101', origin),
      readRule('inet6', 'pref 17000 fwmark 0x100 lookup 101', origin),
    ],
  },
}

describe('a route', () => {
  const networkd = readSettings({})

  it.each<[Family, string, object]>([
    ['inet', 'default via 192.0.2.1 dev eth0 table 101', { to: '0.0.0.0/0', via: '192.0.2.1', table: 101 }],
    ['inet6', 'default via fe80::1 dev eth0 metric 100', { to: '::/0', via: 'fe80::1', metric: 100 }],
    [
      'inet',
      '192.0.2.0/24 dev eth0 scope link src 192.0.2.10 table 101',
      { to: '192.0.2.0/24', scope: 'link', from: '192.0.2.10', table: 101 },
    ],
    ['inet6', '2001:db8::/64 dev eth0 table 101', { to: '2001:db8::/64', scope: 'link', table: 101 }],
    [
      'inet',
      '203.0.113.7 via 198.51.100.1 dev eth0 onlink mtu 1400',
      { to: '203.0.113.7/32', via: '198.51.100.1', 'on-link': true, mtu: 1400 },
    ],
    [
      'inet',
      'local 10.9.0.0/16 dev eth0 table 9',
      { to: '10.9.0.0/16', type: 'local', scope: 'host', table: 9 },
    ],
  ])('%s %s', (family, text, wanted) => {
    const route = readRoute(family, text, origin)
    expect(yamlProblem(route, networkd)).toBeUndefined()
    expect(yamlRoute(route, 'networkd')).toEqual(wanted)
  })

  it.each<[Family, string, number]>([
    ['inet', 'default via 192.0.2.1 dev eth0', 0],
    ['inet6', 'default via fe80::1 dev eth0', 1024],
  ])('has an explicit metric with NetworkManager: %s', (family, text, metric) => {
    expect(yamlRoute(readRoute(family, text, origin), 'NetworkManager')).toMatchObject({ metric })
  })

  it.each([
    ['default via 192.0.2.1 dev eth0 metric 4278198272', 'comes out negative'],
    ['192.0.2.0/24 dev eth0', 'has the scope link'],
    ['default via fe80::1 dev eth0', 'a next hop of IPv6 for a route of IPv4'],
    [
      'default nexthop via 192.0.2.1 dev eth0 weight 1 nexthop via 192.0.2.2 dev eth0 weight 1',
      'one next hop',
    ],
  ])('%s cannot be in the YAML', (text, why) => {
    expect(yamlProblem(readRoute('inet', text, origin), networkd)).toContain(why)
  })

  it('of a type that 0.101 does not know cannot be in its YAML', () => {
    const route = readRoute('inet', 'local 10.9.0.0/16 dev eth0 table 9', origin)
    expect(yamlProblem(route, readSettings({ version: '0.101' }))).toContain('0.106')
  })
})

describe('a rule', () => {
  it.each<[Family, string, object]>([
    ['inet', 'pref 9 from 192.0.2.10 lookup 101', { from: '192.0.2.10/32', table: 101, priority: 9 }],
    ['inet', 'pref 9 to 10.0.0.0/8 lookup main', { to: '10.0.0.0/8', table: 254, priority: 9 }],
    ['inet', 'pref 9 lookup 101', { from: '0.0.0.0/0', table: 101, priority: 9 }],
    ['inet6', 'pref 9 fwmark 0x10 lookup 101', { from: '::/0', mark: 16, table: 101, priority: 9 }],
    [
      'inet',
      'pref 9 fwmark 0x10/0xffffffff lookup 101',
      { from: '0.0.0.0/0', mark: 16, table: 101, priority: 9 },
    ],
    [
      'inet6',
      'pref 9 fwmark 0x7fffffff lookup 101',
      { from: '::/0', mark: 2147483647, table: 101, priority: 9 },
    ],
    [
      'inet',
      'pref 9 tos 16 lookup 101',
      { from: '0.0.0.0/0', 'type-of-service': 16, table: 101, priority: 9 },
    ],
  ])('%s %s is an item of routing-policy', (family, text, item) => {
    const rule = readRule(family, text, origin)
    expect(ruleProblem(rule, 'networkd')).toBeUndefined()
    expect(yamlRule(rule)).toEqual(item)
  })

  it.each([
    ['pref 9 not from 192.0.2.10 lookup 101', 'no inverted rule'],
    ['pref 9 from 10.0.0.0/8 iif eth0 lookup 101', 'no key for iif'],
    ['pref 9 from 10.0.0.0/8 ipproto 6 dport 25-25 lookup 101', 'no key for ipproto'],
    ['pref 9 uidrange 1000-1999 lookup 101', 'no key for uidrange'],
    ['pref 9 fwmark 0x100/0xff00 lookup 101', 'takes no mask'],
    ['pref 9 fwmark 0x0/0xffffffff lookup 101', 'ignores the mark 0'],
    ['pref 9 fwmark 0x80000000 lookup 101', 'as a negative number'],
    ['pref 9 from 10.0.0.0/8 unreachable', 'looks up a table and does nothing else'],
    ['pref 9 from 10.0.0.0/8 goto 10', 'looks up a table and does nothing else'],
    ['pref 9 from 10.0.0.0/8 lookup main suppress_prefixlength 0', 'looks up a table and does nothing else'],
  ])('%s is not an item of routing-policy', (text, why) => {
    expect(ruleProblem(readRule('inet', text, origin), 'networkd')).toContain(why)
  })

  it('with a type of service is not an item of routing-policy with NetworkManager', () => {
    const rule = readRule('inet', 'pref 9 tos 16 lookup 101', origin)
    expect(ruleProblem(rule, 'NetworkManager')).toContain('hexadecimal')
  })
})

describe('with networkd', () => {
  it('has rules and reject routes under lo in the YAML, and everything without a key in a drop-in', () => {
    const { paths, text, yaml, files } = render(failoverPlan)
    expect(paths.slice(0, 3)).toEqual([YAML, LO, '/etc/systemd/networkd.conf.d/50-multihome.conf'])
    expect(files[0]).toMatchObject({ mode: 0o600, owner: 'root:root' })
    expect(yaml().network).toMatchObject({
      version: 2,
      renderer: 'networkd',
      ethernets: {
        eth0: { 'accept-ra': false, addresses: ['192.0.2.10/24', '2001:db8:a::10/64'] },
        lo: {
          routes: expect.arrayContaining([
            { to: '0.0.0.0/0', type: 'unreachable', metric: 2000000000, table: 102 },
          ]) as unknown,
          'routing-policy': expect.arrayContaining([
            { from: '192.0.2.10/32', table: 101, priority: 17000 },
          ]) as unknown,
        },
      },
    })
    expect(Object.keys(yaml().network['ethernets'] as object)).toEqual(['eth0', 'eth1', 'lan0', 'lo'])
    expect(text(LO)).toContain('[RoutingPolicyRule]')
    expect(text(LO)).not.toMatch(/Type=unreachable\n.*Metric|From=192\.0\.2\.10\/32|\[Match\]/)
  })

  it('has an empty entry for lo if the drop-in has all rules', () => {
    const rules = [readRule('inet', 'pref 9 iif lan0 lookup 101', origin)]
    const { yaml, text, paths } = render({ ...emptyPlan, state: { ...emptyPlan.state, rules } })
    expect(yaml().network['ethernets']).toEqual({ lo: {} })
    expect(text(LO)).toContain('IncomingInterface=lan0')
    expect(paths).not.toContain('/etc/systemd/network/10-multihome-lo.network')
  })

  it('has neither an entry nor a drop-in for lo without rules and reject routes', () => {
    const links = [plainLink('eth0', ['192.0.2.10/24'])]
    const { yaml, paths } = render({ ...emptyPlan, state: { ...emptyPlan.state, links } })
    expect(Object.keys(yaml().network['ethernets'] as object)).toEqual(['eth0'])
    expect(paths).not.toContain(LO)
  })

  it('has types that 0.101 does not know in the drop-in of that version', () => {
    const routes = [readRoute('inet', 'throw 10.9.0.0/16 table 9', origin)]
    const older = render({ ...emptyPlan, state: { ...emptyPlan.state, routes } }, { version: '0.101' })
    expect(older.yaml().network['ethernets']).toEqual({ lo: {} })
    expect(older.text(LO)).toContain('Type=throw')
    const newer = render({ ...emptyPlan, state: { ...emptyPlan.state, routes } })
    expect(newer.yaml().network['ethernets']).toEqual({
      lo: { routes: [{ to: '10.9.0.0/16', type: 'throw', table: 9 }] },
    })
    expect(newer.paths).not.toContain(LO)
  })

  it('comments every item with what it serves', () => {
    expect(render(failoverPlan).text(YAML)).toContain(
      '        # gateway fiber\n        - {to: "192.0.2.0/24", scope: "link", from: "192.0.2.10", table: 101}\n',
    )
  })

  it('has balanced routes in drop-ins of the members', () => {
    const { text } = render(balancePlan)
    const dropIn = (link: string) =>
      text(`/etc/systemd/network/10-netplan-${link}.network.d/60-multihome.conf`)
    expect(dropIn('eth0')).toContain('MultiPathRoute=198.51.100.1@eth1 1')
    expect(dropIn('eth1')).toContain('MultiPathRoute=fe80::1@eth1 1')
    expect(text(LO)).not.toContain('MultiPathRoute')
    expect(text(YAML)).not.toContain('metric: 100')
  })

  it('writes a file of networkd for a link of another program', () => {
    const links = failoverPlan.state.links.map((link) =>
      link.name === 'eth1' ? { ...link, managed: false } : link,
    )
    const { text, yaml } = render({ ...failoverPlan, state: { ...failoverPlan.state, links } })
    expect(Object.keys(yaml().network['ethernets'] as object)).toEqual(['eth0', 'lan0', 'lo'])
    expect(text('/etc/systemd/network/10-multihome-eth1.network')).toContain('KeepConfiguration=yes')
  })

  it('with `manage: routing` adds routes to definitions of other files', () => {
    const plan: KernelPlan = routingOnly(failoverPlan)
    const { yaml } = render(plan, { definitions: { eth1: 'vlans.uplink.5' } })
    expect(yaml().network).toEqual({
      version: 2,
      ethernets: {
        eth0: { routes: expect.any(Array) },
        lan0: { routes: expect.any(Array) },
        lo: { routes: expect.any(Array), 'routing-policy': expect.any(Array) },
      },
      vlans: { 'uplink.5': { routes: expect.any(Array) } },
    })
  })

  it('adds rules to the definition of lo that the host has', () => {
    const plan: KernelPlan = routingOnly(failoverPlan)
    const { yaml, paths } = render(plan, { definitions: { lo: 'ethernets.loopback0' } })
    expect(yaml().network['ethernets']).toHaveProperty(['loopback0', 'routing-policy'])
    expect(paths).toContain('/etc/systemd/network/10-netplan-loopback0.network.d/60-multihome.conf')
  })

  it('with `beyond-yaml: refuse` rejects everything without a key in the YAML', () => {
    const { reported, files } = render(failoverPlan, { 'beyond-yaml': 'refuse' })
    expect(files).toEqual([])
    expect(reported.join('\n')).toContain('rule: uidrange: routing-policy has no users')
    const { text, paths } = render(plain, { 'beyond-yaml': 'refuse' })
    expect(paths).not.toContain(LO)
    expect(text(YAML)).toContain('        - {from: "::/0", mark: 256, table: 101, priority: 17000}\n')
  })

  it('writes settings of links other than addresses', () => {
    const link: PlannedLink = {
      ...plainLink('eth0', ['192.0.2.10/24']),
      mtu: 1400,
      mac: '02:00:00:00:00:01',
      optional: true,
      nameservers: { addresses: [{ family: 'inet', text: '192.0.2.53' }], search: ['a.example'] },
    }
    expect(
      render({ ...emptyPlan, state: { ...emptyPlan.state, links: [link] } }).yaml().network['ethernets'],
    ).toEqual({
      eth0: {
        'accept-ra': false,
        addresses: ['192.0.2.10/24'],
        macaddress: '02:00:00:00:00:01',
        mtu: 1400,
        nameservers: { addresses: ['192.0.2.53'], search: ['a.example'] },
        optional: true,
      },
    })
  })

  it.each([
    ['1.1.2', ['netplan generate', 'networkctl reload']],
    [
      '0.101',
      [
        'netplan generate',
        expect.stringMatching(/route flush default table main metric 100/) as string,
        expect.stringMatching(/NETWORK_FILE.*address flush dev \$link/) as string,
        ...['networkctl reload', 'sleep 5', 'systemctl restart systemd-networkd'],
      ],
    ],
  ])('applies a change on %s', (version, wanted) => {
    const { change } = render(
      {
        ...plain,
        state: { ...plain.state, sysctls: [] },
        dynamic: { ...plain.dynamic, tables: [], multipaths: [] },
      },
      { version },
    )
    expect(change.map(({ command }) => command)).toEqual(wanted)
  })

  it('assumes the systemd of the same Debian, unless the settings name another', () => {
    expect(render(failoverPlan, { version: '0.101' }).reported.join('\n')).toContain('it needs systemd 248')
    expect(render(failoverPlan, { version: '0.101', systemd: '252' }).reported).toEqual([])
  })
})

describe('with NetworkManager', () => {
  const renderer = 'NetworkManager'

  const refuse = { renderer, 'beyond-yaml': 'refuse' }

  const itemsOf = (
    network: Record<string, unknown>,
    link: string,
  ): readonly { readonly priority: number }[] | undefined =>
    (network['ethernets'] as Record<string, { 'routing-policy'?: { priority: number }[] }>)[link]?.[
      'routing-policy'
    ]

  it('with `beyond-yaml: refuse` rejects everything that the YAML cannot express', () => {
    const { reported, files } = render(failoverPlan, refuse)
    expect(files).toEqual([])
    expect(reported.join('\n')).toContain('with NetworkManager netplan takes unicast routes only')
  })

  it('has a reply rule in the profile of its address’s link, and others in each profile with their family', () => {
    const links = plain.state.links.map((link) =>
      link.name === 'lan0' ? plainLink('lan0', ['10.0.0.1/24']) : link,
    )
    const routes = plain.state.routes.filter(
      ({ family, nexthops }) => family === 'inet' || nexthops[0]?.dev !== 'lan0',
    )
    const { yaml, paths } = render({ ...plain, state: { ...plain.state, links, routes } }, { renderer })
    expect(paths[0]).toBe(YAML)
    expect(paths.join()).not.toContain('dispatcher.d')
    const prefs = (link: string) => itemsOf(yaml().network, link)?.map(({ priority }) => priority)
    expect([prefs('eth0'), prefs('eth1'), prefs('lan0')]).toEqual([
      [15500, 17000, 18000],
      [15500, 17000],
      [15500],
    ])
  })

  it('rejects rules that netplan would silently drop', () => {
    expect(render(plain, { ...refuse, version: '1.1.1' }).reported.join('\n')).toContain(
      'it came with netplan 1.1.2',
    )
  })

  it('has in the script everything that no profile can have', () => {
    const plan = {
      ...emptyPlan,
      state: {
        ...emptyPlan.state,
        links: [plainLink('eth0', ['192.0.2.10/24'])],
        routes: [
          readRoute('inet', 'default via 192.0.2.1 dev eth0 table 101', origin),
          readRoute('inet6', 'default via fe80::1 dev eth0 table 101', origin),
        ],
        rules: [
          readRule('inet', 'pref 9 from 10.0.0.0/8 lookup 101', origin),
          readRule('inet6', 'pref 9 from 2001:db8::/32 lookup 101', origin),
          readRule('inet', 'pref 10 iif eth0 lookup 101', origin),
        ],
      },
    }
    const { yaml, text, paths } = render(plan, { renderer })
    expect(yaml().network['ethernets']).toMatchObject({
      eth0: {
        routes: [{ to: '0.0.0.0/0', via: '192.0.2.1', metric: 0, table: 101 }],
        'routing-policy': [{ from: '10.0.0.0/8', table: 101, priority: 9 }],
      },
    })
    const script = text('/etc/NetworkManager/dispatcher.d/50-multihome')
    expect(script).toContain('rule -6 pref 9 from 2001:db8::/32 lookup 101')
    expect(script).toContain('route -6 default via fe80::1 dev eth0 table 101')
    expect(script).toContain('rule -4 pref 10 iif eth0 lookup 101')
    expect(script).not.toMatch(/rule -4 pref 9 |route -4 default/)
    expect(paths).toContain('/etc/iproute2/rt_protos.d/multihome.conf')
    const { reported } = render(
      { ...plan, state: { ...plan.state, rules: plan.state.rules.slice(0, 2) } },
      refuse,
    )
    expect(reported.join('\n')).toContain('this route: netplan leaves routes of this family out')
    expect(reported.join('\n')).toContain('no link has an address of its family')
  })

  it('has in the script the rules that must stay while no link is up', () => {
    const prefs = (version: string, rules: readonly string[]) => {
      const plan = {
        ...emptyPlan,
        state: {
          ...emptyPlan.state,
          links: [plainLink('eth0', ['192.0.2.10/24'])],
          routes: [
            readRoute('inet', 'default via 192.0.2.1 dev eth0 table 101', origin),
            readRoute('inet', 'default via 192.0.2.1 dev eth0 table 102', origin),
            readRoute('inet', 'unreachable default table 102 metric 2000000000', origin),
          ],
          rules: rules.map((rule) => readRule('inet', rule, origin)),
        },
      }
      const { yaml } = render(plan, { renderer, version })
      return itemsOf(yaml().network, 'eth0')?.map(({ priority }) => priority)
    }
    const exception = 'pref 1 to 172.16.0.0/12 lookup main'
    const open = 'pref 2 from 10.0.0.0/8 lookup 101'
    const closed = 'pref 3 from 10.0.0.0/8 lookup 102'
    const unknown = 'pref 4 from 10.0.0.0/8 lookup 200'
    expect(prefs('1.1.2', [exception, open])).toEqual([1, 2])
    expect(prefs('1.1.2', [exception, open, closed])).toEqual([2])
    expect(prefs('1.1.2', [exception, open, unknown])).toEqual([2])
    expect(prefs('1.1.2', [exception, open, 'pref 3 to 10.0.0.0/8 prohibit'])).toEqual([2])
    expect(prefs('1.1.2', [open, closed, 'pref 5 to 172.16.0.0/12 lookup main'])).toEqual([2, 5])
    expect(prefs('1.1.1', [exception, open])).toBeUndefined()
  })

  it('with `beyond-yaml: refuse` rejects a rule that no profile can have', () => {
    const plan = {
      ...emptyPlan,
      state: { ...emptyPlan.state, links: [plainLink('eth0', ['192.0.2.10/24'])] },
    }
    const rules = [readRule('inet6', 'pref 9 from 2001:db8::/32 lookup 101', origin)]
    expect(render({ ...plan, state: { ...plan.state, rules } }, refuse).reported).toContainEqual(
      expect.stringContaining('no link has an address'),
    )
  })

  it('with `manage: routing` names the renderer at each definition that it adds to', () => {
    const { yaml } = render(routingOnly(plain), { renderer })
    expect(yaml().network).not.toHaveProperty('renderer')
    expect(yaml().network['ethernets']).toMatchObject({
      eth0: {
        renderer,
        routes: expect.any(Array) as unknown,
        'routing-policy': expect.any(Array) as unknown,
      },
    })
  })

  it('keeps a link without an IPv4 address from getting one of 169.254.0.0/16', () => {
    const plan = {
      ...emptyPlan,
      state: { ...emptyPlan.state, links: [plainLink('eth0', ['2001:db8::10/64'])] },
    }
    const { yaml } = render(plan, { renderer })
    expect(yaml().network['ethernets']).toEqual({
      eth0: {
        addresses: ['2001:db8::10/64'],
        networkmanager: { passthrough: { 'ipv4.method': 'disabled' } },
      },
    })
    expect(render(plan, { renderer, version: '0.101' }).reported).toEqual([
      expect.stringContaining('before 0.103 netplan makes NetworkManager add one'),
    ])
    expect(render(plan, { version: '0.101' }).reported).toEqual([])
  })

  it('before 1.1.2 has only addresses in the YAML, and a script for the rest', () => {
    const { paths, text } = render(failoverPlan, { renderer, version: '1.1.1' })
    expect(paths.slice(0, 2)).toEqual([YAML, '/etc/NetworkManager/dispatcher.d/50-multihome'])
    expect(text(YAML)).not.toMatch(/routes|routing-policy|accept-ra/)
  })

  describe('a lease', () => {
    const leased = (eth1: string, choice: string, version?: string) => {
      const { plan } = compile(
        `version: 1
links: { eth0: { addresses: [192.0.2.10/24] }, eth1: ${eth1} }
gateways: { fiber: { link: eth0, via: 192.0.2.1 }, cable: { link: eth1, via: lease } }
default: ${choice}
`,
        { targets: [] },
      )
      if (plan === undefined) throw new Error('no plan')
      return render(plan, { renderer, ...(version === undefined ? {} : { version }) })
    }
    const forEver = '2147483647'

    it('uses keys of netplan, and `passthrough` for everything without a key', () => {
      const { yaml } = leased('{ dhcp4: true, accept-ra: true }', '{ failover: [fiber, cable] }')
      expect(yaml().network['ethernets']).toMatchObject({
        eth1: {
          dhcp4: true,
          'dhcp4-overrides': { 'route-metric': 200 },
          networkmanager: {
            passthrough: {
              'ipv4.dhcp-timeout': forEver,
              'ipv6.method': 'auto',
              'ipv6.ra-timeout': forEver,
              'ipv6.route-metric': '200',
            },
          },
        },
      })
    })

    it('has a route table, and routes of main then have an explicit one', () => {
      const { yaml } = leased('{ dhcp4: true }', 'fiber')
      expect(yaml().network['ethernets']).toMatchObject({
        eth1: {
          dhcp4: true,
          networkmanager: { passthrough: { 'ipv4.route-table': '102', 'ipv4.route-metric': '0' } },
        },
      })
      const route = readRoute('inet', '10.9.0.0/16 via 198.51.100.1 dev eth1 onlink', origin)
      expect(yamlRoute(route, renderer, true)).toMatchObject({ table: 254 })
    })

    it('accepts advertisements with DHCPv6, whose key means both', () => {
      const { yaml } = leased('{ dhcp6: true, accept-ra: true }', 'cable')
      expect(yaml().network['ethernets']).toMatchObject({
        eth1: {
          dhcp6: true,
          'dhcp6-overrides': { 'route-metric': 100 },
          networkmanager: {
            passthrough: {
              'ipv4.method': 'disabled',
              'ipv6.ra-timeout': forEver,
              'ipv6.dhcp-timeout': forEver,
            },
          },
        },
      })
    })

    it('is an error in versions without `passthrough`', () => {
      expect(leased('{ dhcp4: true }', 'cable', '0.101').reported.join('\n')).toContain(
        'it came with netplan 0.103',
      )
    })
  })

  it('activates each profile', () => {
    const { change } = render(
      {
        ...plain,
        state: { ...plain.state, sysctls: [] },
        dynamic: { ...plain.dynamic, tables: [], multipaths: [] },
      },
      { renderer },
    )
    expect(change.map(({ command }) => command)).toEqual([
      'ip -4 rule flush protocol 77',
      'ip -6 rule flush protocol 77',
      'ip -4 route flush table all protocol 77',
      'ip -6 route flush table all protocol 77',
      'netplan generate',
      'nmcli connection reload',
      'for link in eth0 eth1 lan0; do nmcli connection up "netplan-$link" || :; done',
    ])
  })
})

describe('invalid settings', () => {
  it.each<[WrittenSettings, string]>([
    [{ version: '0.100' }, 'targets.netplan.version'],
    [{ systemd: '245' }, 'targets.netplan.systemd'],
    [{ definitions: { eth9: 'ethernets.eth9' } }, 'targets.netplan.definitions.eth9'],
    [{ definitions: { eth0: 'eth0' } }, 'targets.netplan.definitions.eth0'],
    [{ definitions: { eth0: 'vlans.eth0' } }, 'targets.netplan.definitions.eth0'],
  ])('%j is an error', (settings, path) => {
    const { reported, files } = render(plain, settings)
    expect(files).toEqual([])
    expect(reported).toContainEqual(expect.stringContaining(`value-unsupported at ${path}:`))
  })
})
