import { routingOnly } from '../../helpers/empty-plan.js'
import { describe, expect, it } from 'vitest'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import type { LinkName } from '../../../src/kernel/link.js'
import type { KernelPlan, PlannedLink } from '../../../src/plan/plan.js'
import { nmDispatcher } from '../../../src/targets/nm-dispatcher/index.js'
import { checkSupport } from '../../../src/targets/support.js'
import type { Rendered, WrittenSettings } from '../../../src/targets/target.js'
import { plainLink, readRoute, readRule } from '../../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../../helpers/one-host-plan.js'
import { routeOrigin as origin, ruleOrigin } from '../../helpers/origins.js'

function render(plan: KernelPlan, settings: WrittenSettings = {}) {
  const reporter = createReporter()
  checkSupport(plan, nmDispatcher, settings, reporter)
  const rendered = nmDispatcher.render(plan, settings, { file: 'host.yaml', reporter })
  return { rendered, diagnostics: reporter.diagnostics }
}

function content(rendered: Rendered, path: string): string {
  const file = rendered.files.find((one) => one.path.endsWith(path))
  if (file === undefined || !('content' in file)) throw new Error(`no ${path}`)
  return file.content
}

const SCRIPT = '/etc/NetworkManager/dispatcher.d/50-multihome'

describe('files', () => {
  it('are a script, a profile for each link, and the common files', () => {
    const { rendered, diagnostics } = render(failoverPlan)
    expect(diagnostics).toEqual([])
    expect(
      rendered.files.map((file) => ('mode' in file ? `${file.mode.toString(8)} ${file.path}` : file.path)),
    ).toEqual([
      `755 ${SCRIPT}`,
      '644 /usr/local/lib/multihome/library.sh',
      '644 /usr/local/lib/multihome/kernel.awk',
      '755 /usr/local/lib/multihome/multihome-dispatcher',
      '644 /usr/local/lib/multihome/dispatcher.awk',
      '600 /etc/NetworkManager/system-connections/multihome-eth0.nmconnection',
      '600 /etc/NetworkManager/system-connections/multihome-eth1.nmconnection',
      '600 /etc/NetworkManager/system-connections/multihome-lan0.nmconnection',
      '644 /etc/iproute2/rt_tables.d/multihome.conf',
      '644 /etc/iproute2/rt_protos.d/multihome.conf',
      '644 /etc/sysctl.d/60-multihome.conf',
    ])
  })

  it('include no profile with `manage: routing`, nor for a link of another program', () => {
    const profiles = (plan: KernelPlan) =>
      render(plan).rendered.files.filter(({ path }) => path.endsWith('.nmconnection'))
    expect(profiles(routingOnly(failoverPlan))).toEqual([])
    const links = failoverPlan.state.links.map((link) =>
      link.name === 'eth1' ? { ...link, managed: false } : link,
    )
    expect(profiles({ ...failoverPlan, state: { ...failoverPlan.state, links } })).toHaveLength(2)
  })

  it('have the name that the settings give', () => {
    const { rendered } = render(failoverPlan, { file: '90-routes' })
    expect(rendered.files[0]?.path).toBe('/etc/NetworkManager/dispatcher.d/90-routes')
    expect(rendered.first.at(-1)?.command).toBe('/etc/NetworkManager/dispatcher.d/90-routes all apply')
  })

  it.each(['50-multihome~', '.50-multihome', '50-multihome.rpmnew', '50.dpkg-old', 'a/b', '-n', 'a b'])(
    'cannot be named %s, which NetworkManager would pass by',
    (file) => {
      const { rendered, diagnostics } = render(failoverPlan, { file })
      expect(rendered.files).toEqual([])
      expect(diagnostics).toMatchObject([
        { code: 'value-unsupported', path: ['targets', 'nm-dispatcher', 'file'], target: 'nm-dispatcher' },
      ])
    },
  )
})

describe('the script', () => {
  it('lists each plan item once, both families together, with a comment that says what it serves', () => {
    expect(content(render(failoverPlan).rendered, SCRIPT)).toContain(
      [
        '# rule 3: table main',
        'rule -4 pref 15510 ipproto 6 dport 25 lookup 101',
        'rule -6 pref 15510 ipproto 6 dport 25 lookup 101',
        '',
        '# rule 4: table main',
        '',
      ].join('\n'),
    )
  })

  it('lists a multipath route with all its next hops', () => {
    expect(content(render(balancePlan).rendered, SCRIPT)).toContain(
      '\nroute -4 default metric 100 nexthop via 192.0.2.1 dev eth0 weight 3 nexthop via 198.51.100.1 dev eth1 weight 1\n',
    )
  })

  it('lists nothing for an empty plan', () => {
    const text = content(
      render({ ...failoverPlan, state: { ...failoverPlan.state, routes: [], rules: [] } }).rendered,
      SCRIPT,
    )
    expect(text).toMatch(/ <<'END'\nEND\n$/)
  })

  it('has hostile text of the description only in comments', () => {
    const hostile = ruleOrigin(0, 'x\nEND\n$(reboot) `id`')
    const plan = {
      ...failoverPlan,
      state: { ...failoverPlan.state, rules: [readRule('inet', 'pref 100 lookup main', hostile)] },
    }
    expect(content(render(plan).rendered, SCRIPT)).toContain('\n# rule 1: table main: x END $(reboot) `id`\n')
  })
})

describe('profiles', () => {
  const link = (changes: Partial<PlannedLink>): KernelPlan => ({
    ...failoverPlan,
    state: {
      ...failoverPlan.state,
      routes: [],
      rules: [],
      links: [{ ...plainLink('eth0', ['192.0.2.10/24', '192.0.2.11/24', '2001:db8::10/64']), ...changes }],
    },
  })
  const body = (plan: KernelPlan) => content(render(plan).rendered, '.nmconnection').replace(/^#.*\n/gm, '')

  it('have the addresses, with the primary one first', () => {
    expect(body(link({}))).toBe(`
[connection]
id=multihome-eth0
type=ethernet
interface-name=eth0
autoconnect-priority=100

[ipv4]
method=manual
dad-timeout=0
address1=192.0.2.10/24
address2=192.0.2.11/24

[ipv6]
method=manual
addr-gen-mode=eui64
address1=2001:db8::10/64
`)
  })

  it('have MTU, MAC address and name servers', () => {
    const text = body(
      link({
        mtu: 1400,
        mac: '02:00:00:00:00:01',
        nameservers: {
          addresses: [
            { family: 'inet', text: '192.0.2.53' },
            { family: 'inet6', text: '2001:db8::53' },
            { family: 'inet', text: '192.0.2.54' },
          ],
          search: ['a.example', 'b.example'],
        },
      }),
    )
    expect(text).toContain('[ethernet]\nmtu=1400\ncloned-mac-address=02:00:00:00:00:01\n')
    expect(text).toContain('dns=192.0.2.53;192.0.2.54;\ndns-search=a.example;b.example;\n\n[ipv6]')
    expect(text).toContain('dns=2001:db8::53;\n')
  })

  it('keep the link-local address of a link without addresses', () => {
    expect(body(link({ addresses: [] }))).toContain(
      '[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=link-local\naddr-gen-mode=eui64\n',
    )
  })

  it.each([
    [
      'a server of a family that has no address',
      { addresses: [{ family: 'inet6', text: '2001:db8::53' } as const], search: [] },
      ['192.0.2.10/24'],
    ],
    ['search domains without any address', { addresses: [], search: ['a.example'] }, []],
    ['a list’s end in a search domain', { addresses: [], search: ['a;b'] }, ['192.0.2.10/24']],
  ])('cannot have %s', (_what, nameservers, addresses) => {
    const plan = link({ ...plainLink('eth0', addresses), nameservers })
    const { rendered, diagnostics } = render(plan)
    expect(rendered.files).toEqual([])
    expect(diagnostics).toMatchObject([{ code: 'value-unsupported', path: ['links', 'eth0', 'nameservers'] }])
  })
})

it('names the steps', () => {
  const { rendered } = render(failoverPlan)
  const commands = [
    'sysctl -e -p /etc/sysctl.d/60-multihome.conf',
    'nmcli connection reload',
    'for link in eth0 eth1 lan0; do nmcli connection up "multihome-$link" || :; done',
    `${SCRIPT} all apply`,
  ]
  expect(rendered.first.map(({ command }) => command)).toEqual(commands)
  expect(rendered.change).toEqual(rendered.first)
  const plan = routingOnly(failoverPlan)
  const beside = render({
    ...plan,
    intent: { ...plan.intent, gateways: [], coexist: [] },
    state: { ...plan.state, sysctls: [] },
    dynamic: { tables: [], multipaths: [] },
  }).rendered
  expect(beside.first.map(({ command }) => command)).toEqual([`${SCRIPT} all apply`])
})

it('has a route over a link of another program in the script, without a step for the link', () => {
  const wg0: PlannedLink = { ...plainLink('wg0', []), managed: false }
  const route = readRoute('inet', 'default dev wg0 scope link table 103', origin)
  const plan = {
    ...failoverPlan,
    state: {
      ...failoverPlan.state,
      links: [...failoverPlan.state.links, wg0],
      routes: [...failoverPlan.state.routes, route],
    },
  }
  const { rendered, diagnostics } = render(plan)
  expect(diagnostics).toEqual([])
  expect(content(rendered, SCRIPT)).toContain(
    '\n# main: route to default\nroute -4 default dev wg0 scope link table 103\n',
  )
  expect(rendered.first[2]?.command).not.toContain('wg0' satisfies string as LinkName)
})
