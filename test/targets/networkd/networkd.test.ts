import { describe, expect, it } from 'vitest'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import type { Family } from '../../../src/kernel/family.js'
import type { KernelPlan, PlannedLink } from '../../../src/plan/plan.js'
import { routeEntries, ruleBlocks } from '../../../src/targets/shared/networkd/sections.js'
import { networkd } from '../../../src/targets/networkd/index.js'
import { checkSupport } from '../../../src/targets/support.js'
import type { WrittenSettings } from '../../../src/targets/target.js'
import { readIni, unitSyntax } from '../../../src/syntax/ini.js'
import { plainLink, readRoute, readRule } from '../../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../../helpers/one-host-plan.js'
import { emptyPlan, routingOnly } from '../../helpers/empty-plan.js'
import { routeOrigin as origin } from '../../helpers/origins.js'

function render(plan: KernelPlan, settings: WrittenSettings = {}) {
  const reporter = createReporter()
  checkSupport(plan, networkd, settings, reporter)
  const isRefused = reporter.diagnostics.some(({ severity }) => severity === 'error')
  const rendered = isRefused
    ? { files: [], first: [], change: [] }
    : networkd.render(plan, settings, { file: 'host.yaml', reporter })
  const texts = new Map(
    rendered.files.flatMap((file) => ('content' in file ? [[file.path, file.content] as const] : [])),
  )
  return {
    ...rendered,
    paths: [...texts.keys()],
    /** The file whose path has this ending. */
    text: (end: string) => [...texts].find(([path]) => path.endsWith(end))?.[1] ?? '',
    reported: reporter.diagnostics.map(
      ({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`,
    ),
  }
}

/** `Key=value` lines without the header. */
const route = (family: Family, text: string, addresses: 'ours' | 'others' = 'ours') =>
  routeEntries(readRoute(family, text, origin), addresses).map(({ key, value }) => `${key}=${value}`)

const rules = (systemd: string, ...texts: readonly (readonly [Family, string])[]) =>
  ruleBlocks(
    texts.map(([family, text]) => readRule(family, text, origin)),
    systemd,
  ).map(({ lines }) => lines.slice(1).map(({ text }) => text))

const parseIni = (text: string) => readIni(text, unitSyntax).sections

describe('a route', () => {
  it.each<[Family, string, readonly string[]]>([
    ['inet', 'default via 192.0.2.1 dev eth0', ['Destination=0.0.0.0/0', 'Gateway=192.0.2.1', 'Table=254']],
    [
      'inet',
      '192.0.2.0/24 dev eth0 scope link src 192.0.2.10 table 101',
      ['Destination=192.0.2.0/24', 'Scope=link', 'PreferredSource=192.0.2.10', 'Table=101'],
    ],
    ['inet6', '2001:db8::/64 dev eth0 table 101', ['Destination=2001:db8::/64', 'Table=101']],
    ['inet', '203.0.113.0/24 dev eth0', ['Destination=203.0.113.0/24', 'Scope=global', 'Table=254']],
    [
      'inet',
      '203.0.113.7 via 198.51.100.1 dev eth0 onlink metric 5 mtu 1400',
      [
        'Destination=203.0.113.7/32',
        'Gateway=198.51.100.1',
        'GatewayOnLink=yes',
        'Metric=5',
        'MTUBytes=1400',
        'Table=254',
      ],
    ],
    [
      'inet6',
      'unreachable default metric 2000000000 table 102',
      ['Destination=::/0', 'Type=unreachable', 'Metric=2000000000', 'Table=102'],
    ],
    [
      'inet',
      'local 10.9.0.0/16 dev lo table 9',
      ['Destination=10.9.0.0/16', 'Type=local', 'Scope=host', 'Table=9'],
    ],
    [
      'inet6',
      'default metric 100 nexthop via 2001:db8::1 dev eth0 weight 3 nexthop via fe80::1 dev eth1 weight 1',
      [
        'Destination=::/0',
        'MultiPathRoute=2001:db8::1@eth0 3',
        'MultiPathRoute=fe80::1@eth1 1',
        'Metric=100',
        'Table=254',
      ],
    ],
  ])('%s %s', (family, text, wanted) => {
    expect(route(family, text)).toEqual(wanted)
  })

  it('says that it is not onlink if the file has no address', () => {
    expect(route('inet', 'default via 192.0.2.1 dev eth0', 'others')).toContain('GatewayOnLink=no')
  })
})

describe('a rule', () => {
  it('has each selector', () => {
    expect(
      rules('257', [
        'inet',
        'pref 9 not from 10.0.0.0/8 to 192.0.2.7 fwmark 0x40/0xf0 tos 16 iif eth0 oif eth1 uidrange 5-6 ipproto 6 sport 1-2 dport 25 lookup main suppress_prefixlength 0',
      ]),
    ).toEqual([
      [
        'Priority=9',
        'InvertRule=yes',
        'From=10.0.0.0/8',
        'To=192.0.2.7/32',
        'FirewallMark=0x40/0xf0',
        'TypeOfService=16',
        'IncomingInterface=eth0',
        'OutgoingInterface=eth1',
        'User=5-6',
        'IPProtocol=6',
        'SourcePort=1-2',
        'DestinationPort=25',
        'Table=254',
        'SuppressPrefixLength=0',
      ],
    ])
  })

  it.each([
    ['unreachable', ['Type=unreachable']],
    ['goto 200', ['Type=goto', 'GoTo=200']],
  ])('has the action %s', (action, wanted) => {
    expect(rules('257', ['inet', `pref 9 ${action}`])).toEqual([['Priority=9', 'Family=ipv4', ...wanted]])
  })

  it('shares a section with the same rule of the other family', () => {
    const both = ['Priority=9', 'Family=both', 'FirewallMark=0x1', 'Table=101']
    const texts = [
      ['inet', 'pref 9 fwmark 0x1 lookup 101'],
      ['inet6', 'pref 9 fwmark 0x1 lookup 101'],
    ] as const
    expect(rules('252', ...texts)).toEqual([both])
  })

  it('states its family by a prefix of length 0 before 252', () => {
    const texts = [
      ['inet', 'pref 9 fwmark 0x1 lookup 101'],
      ['inet6', 'pref 9 fwmark 0x1 lookup 101'],
    ] as const
    expect(rules('247', ...texts)).toEqual([
      ['Priority=9', 'From=0.0.0.0/0', 'FirewallMark=0x1', 'Table=101'],
      ['Priority=9', 'From=::/0', 'FirewallMark=0x1', 'Table=101'],
    ])
  })
})

describe('the files', () => {
  it('are one for each link, one for lo, one for the daemon, and the common files', () => {
    const { files, paths } = render(failoverPlan)
    expect(paths).toEqual([
      '/etc/systemd/network/10-multihome-eth0.network',
      '/etc/systemd/network/10-multihome-eth1.network',
      '/etc/systemd/network/10-multihome-lan0.network',
      '/etc/systemd/network/10-multihome-lo.network',
      '/etc/systemd/networkd.conf.d/50-multihome.conf',
      '/etc/iproute2/rt_tables.d/multihome.conf',
      '/etc/sysctl.d/60-multihome.conf',
    ])
    for (const file of files) expect(file).toMatchObject({ mode: 0o644, owner: 'root:root' })
  })

  it('have every rule and reject fallback in the file of lo, since they must outlive links', () => {
    const { text } = render(failoverPlan)
    const names = (end: string) => parseIni(text(end)).map(({ name }) => name)
    expect(new Set(names('-lo.network'))).toEqual(new Set(['Match', 'Route', 'RoutingPolicyRule']))
    for (const link of ['eth0', 'eth1', 'lan0'])
      expect(names(`-${link}.network`)).not.toContain('RoutingPolicyRule')
    expect(text('-lo.network')).toContain('Type=unreachable')
  })

  it('have a balanced IPv4 route in the file of its first member, and each IPv6 next hop in that of its link', () => {
    const { text } = render(balancePlan)
    const hops = (end: string) =>
      parseIni(text(end))
        .flatMap(({ entries }) => entries)
        .flatMap(({ key, value }) => (key === 'MultiPathRoute' ? [value] : []))
    expect(hops('-eth0.network')).toEqual(['192.0.2.1@eth0 3', '198.51.100.1@eth1 1', '2001:db8:a::1@eth0 3'])
    expect(hops('-eth1.network')).toEqual(['fe80::1@eth1 1'])
    expect(hops('-lo.network')).toEqual([])
  })

  it('have comments that say what a section serves', () => {
    const { text } = render(failoverPlan)
    expect(text('-lo.network')).toContain(
      '# gateway cable: reject fallback of its table\n[Route]\nDestination=0.0.0.0/0\n',
    )
  })

  it('have settings of links other than addresses', () => {
    const link: PlannedLink = {
      ...plainLink('eth0', ['192.0.2.10/24']),
      mtu: 1400,
      mac: '02:00:00:00:00:01',
      optional: true,
      nameservers: {
        addresses: [{ family: 'inet', text: '192.0.2.53' }],
        search: ['a.example', 'b.example'],
      },
    }
    const sections = parseIni(
      render({ ...emptyPlan, state: { ...emptyPlan.state, links: [link] } }).text('-eth0.network'),
    )
    expect(
      sections.map(({ name, entries }) => [name, ...entries.map(({ key, value }) => `${key}=${value}`)]),
    ).toEqual([
      ['Match', 'Name=eth0'],
      ['Link', 'MACAddress=02:00:00:00:00:01', 'MTUBytes=1400', 'RequiredForOnline=no'],
      [
        'Network',
        'Address=192.0.2.10/24',
        'DNS=192.0.2.53',
        'Domains=a.example b.example',
        'IPv6AcceptRA=no',
        'LinkLocalAddressing=ipv6',
      ],
    ])
  })

  it('keep the configuration of a link of another program, and do not exist if no route uses it', () => {
    const links = failoverPlan.state.links.map((link) =>
      link.name === 'eth0' ? link : { ...link, managed: false },
    )
    const { text } = render({ ...failoverPlan, state: { ...failoverPlan.state, links } })
    expect(text('-eth1.network')).toContain('KeepConfiguration=yes')
    expect(text('-eth1.network')).toContain('ActivationPolicy=manual')
    expect(text('-eth1.network')).not.toContain('Address=')
    expect(render({ ...emptyPlan, state: { ...emptyPlan.state, links } }).paths).not.toContain(
      '/etc/systemd/network/10-multihome-eth1.network',
    )
  })

  it('are drop-ins for the named files with `manage: routing`', () => {
    const plan: KernelPlan = routingOnly(failoverPlan)
    const { paths, text } = render(plan, { files: { eth1: '50-uplink.network' } })
    expect(paths.slice(0, 4)).toEqual([
      '/etc/systemd/network/10-eth0.network.d/60-multihome.conf',
      '/etc/systemd/network/50-uplink.network.d/60-multihome.conf',
      '/etc/systemd/network/10-lan0.network.d/60-multihome.conf',
      '/etc/systemd/network/10-multihome-lo.network',
    ])
    expect(text('50-uplink.network.d/60-multihome.conf')).not.toMatch(/\[Match\]|\[Network\]/)
    const named = render(plan, { files: { lo: '10-lo.network' } })
    expect(named.paths).toContain('/etc/systemd/network/10-lo.network.d/60-multihome.conf')
  })

  it('make networkd keep rules and routes of other programs, with the keys of the version', () => {
    const keys = (version: string) =>
      parseIni(
        render({ ...failoverPlan, state: { ...failoverPlan.state, rules: [] } }, { version }).text(
          '50-multihome.conf',
        ),
      )
        .flatMap(({ entries }) => entries)
        .map(({ key, value }) => `${key}=${value}`)
    expect(keys('257')).toEqual([
      'ManageForeignRoutingPolicyRules=no',
      'ManageForeignRoutes=no',
      'ManageForeignNextHops=no',
      'RouteTable=fiber:101',
      'RouteTable=cable:102',
    ])
    expect(keys('247')).toEqual(['ManageForeignRoutes=no'])
  })
})

describe('the steps', () => {
  const commands = (version: string, plan: KernelPlan = failoverPlan) =>
    render({ ...plan, state: { ...plan.state, rules: [] } }, { version })
      .change.map(({ command }) => command)
      .slice(1)

  it('reload, since a restart would leave old state beside the new', () => {
    expect(commands('257')).toEqual(['networkctl reload'])
    const sweep = expect.stringMatching(/route flush default table main metric 100/) as string
    expect(commands('252')).toEqual([sweep, 'networkctl reload'])
    const retry = expect.stringMatching(/xargs -r networkctl reconfigure/) as string
    expect(commands('252', balancePlan)).toEqual(['networkctl reload', retry])
  })

  it('also restart before 252, which does not delete rules on reload', () => {
    const restart = ['networkctl reload', 'sleep 5', 'systemctl restart systemd-networkd']
    const leave = expect.stringMatching(/NETWORK_FILE.*address flush dev \$link/) as string
    expect(commands('247').slice(-4)).toEqual([leave, ...restart])
  })
})

describe('a warning', () => {
  it('says that 247 gives up the first member of a balanced IPv4 route', () => {
    const plan = { ...balancePlan, state: { ...balancePlan.state, rules: [] } }
    const multipath = (version: string) => networkd.capabilities({ version })['route.multipath-inet']
    expect(render(plan, { version: '252' }).reported).toEqual([])
    expect(multipath('252')).toEqual({ how: 'native' })
    expect(multipath('247')).toMatchObject({
      how: 'partial',
      reason: expect.stringContaining('fails the first member'),
    })
  })
})

describe('an error', () => {
  const withRule = (text: string): KernelPlan => ({
    ...emptyPlan,
    state: { ...emptyPlan.state, rules: [readRule('inet', text, origin)] },
  })
  const withRoute = (text: string): KernelPlan => ({
    ...emptyPlan,
    state: { ...emptyPlan.state, routes: [readRoute('inet', text, origin)] },
  })

  it.each([
    ['pref 9 unreachable', '247', 'it came with systemd 248'],
    ['pref 9 goto 20', '252', 'it came with systemd 257'],
    ['pref 9 fwmark 0x0/0xff lookup 101', '252', 'it came with systemd 257'],
    ['pref 9 iif eth0 lookup 101', '257.1', 'never finishes'],
    ['pref 9 ipproto 115 lookup 101', '252', 'since systemd 257'],
    ['pref 9 ipproto 112 lookup 101', '257', 'IPProtocol='],
  ])('is reported for %s on %s', (text, version, reason) => {
    const { reported, files } = render(withRule(text), { version })
    expect(files).toEqual([])
    expect(reported.join('\n')).toContain(reason)
    expect(reported[0]).toContain('at routes.0')
  })

  it.each([
    'default nexthop via 192.0.2.1 dev eth0 weight 1 onlink nexthop via 198.51.100.1 dev eth1 weight 1',
    'default nexthop dev ppp0 weight 1 nexthop dev ppp1 weight 1',
  ])('is reported for %s', (text) => {
    expect(render(withRoute(text))).toMatchObject({
      files: [],
      reported: [expect.stringContaining('value-unsupported')],
    })
  })

  it.each<[WrittenSettings, string]>([
    [{ version: '245' }, 'targets.networkd.version'],
    [{ files: { eth9: '10-eth9.network' } }, 'targets.networkd.files.eth9'],
    [{ files: { eth0: '../x.network' } }, 'targets.networkd.files.eth0'],
    [{ files: { eth0: 'a.network', eth1: 'a.network' } }, 'targets.networkd.files.eth1'],
  ])('is reported for the setting %j', (settings, path) => {
    const { reported, files } = render(
      { ...failoverPlan, state: { ...failoverPlan.state, rules: [] } },
      settings,
    )
    expect(files).toEqual([])
    expect(reported).toEqual([expect.stringContaining(`value-unsupported at ${path}:`)])
  })
})
