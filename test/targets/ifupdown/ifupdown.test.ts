import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/compile.js'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import { parseAddress } from '../../../src/kernel/address.js'
import type { KernelPlan, PlannedLink } from '../../../src/plan/plan.js'
import { ifupdown } from '../../../src/targets/ifupdown/index.js'
import { flavours } from '../../../src/targets/ifupdown/settings.js'
import { checkSupport } from '../../../src/targets/support.js'
import type { Rendered, WrittenSettings } from '../../../src/targets/target.js'
import { plainLink, readRoute, readRule } from '../../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../../helpers/one-host-plan.js'
import { emptyPlan, routingOnly } from '../../helpers/empty-plan.js'
import { routeOrigin as origin, ruleOrigin } from '../../helpers/origins.js'

function render(plan: KernelPlan, settings: WrittenSettings = {}) {
  const reporter = createReporter()
  checkSupport(plan, ifupdown, settings, reporter)
  const rendered = ifupdown.render(plan, settings, { file: 'host.yaml', reporter })
  return { rendered, diagnostics: reporter.diagnostics }
}

function content(rendered: Rendered, path: string): string {
  const file = rendered.files.find((one) => one.path === path)
  if (file === undefined || !('content' in file)) throw new Error(`no ${path}`)
  return file.content
}

const INTERFACES = '/etc/network/interfaces'
const SCRIPT = '/etc/network/if-up.d/multihome'
const DATA = '/etc/multihome/ifupdown.conf'
const interfaces = (plan: KernelPlan, settings: WrittenSettings = {}) =>
  content(render(plan, settings).rendered, INTERFACES)
const reported = (plan: KernelPlan, settings: WrittenSettings = {}) =>
  render(plan, settings).diagnostics.map(({ code, path }) => `${code} ${path.join('.')}`)

/** The lines of one stanza, with its first line. */
const stanza = (text: string, head: string): readonly string[] => {
  const lines = text.split('\n')
  const start = lines.indexOf(head)
  const end = lines.findIndex((line, index) => index > start && line === '')
  return lines.slice(start, end === -1 ? undefined : end).map((line) => line.trim())
}

const changed = (name: string, change: Partial<PlannedLink>, plan = failoverPlan): KernelPlan => ({
  ...plan,
  state: {
    ...plan.state,
    links: plan.state.links.map((link) => (link.name === name ? { ...link, ...change } : link)),
  },
})

describe('stanzas', () => {
  it('add an address of the family, and routes once all addresses exist', () => {
    const text = interfaces(failoverPlan)
    expect(stanza(text, 'iface eth1 inet static')).toEqual([
      'iface eth1 inet static',
      'address 198.51.100.10/24',
    ])
    expect(text).toContain(`iface eth1 inet static
    address 198.51.100.11/32
    # gateway cable
    post-up ip -4 route replace 198.51.100.0/24 dev eth1 scope link src 198.51.100.10 table 102 protocol 77 || true
    post-up ip -4 route replace default via 198.51.100.1 dev eth1 table 102 protocol 77 || true
`)
  })

  it('have every rule and reject fallback under lo', () => {
    const lo = stanza(interfaces(failoverPlan), 'iface lo inet loopback')
    expect(lo.filter((line) => line.includes(' rule add '))).toHaveLength(failoverPlan.state.rules.length)
    expect(lo).toContain(
      'post-up ip -6 route replace unreachable default table 102 metric 2000000000 protocol 77 || true',
    )
    expect(lo).toContain('pre-down ip -4 rule flush protocol 77 || true')
    expect(lo.some((line) => line.includes('dev eth0'))).toBe(false)
  })

  it('have only hooks that may fail and may run twice', () => {
    const hooks = interfaces(balancePlan).match(/^ +(post-up|pre-down) .*$/gm) ?? []
    expect(hooks.length).toBeGreaterThan(40)
    for (const hook of hooks) {
      expect(hook).toMatch(/ \|\| true$/)
      expect(hook).not.toMatch(/[#%\\]|\$\{/)
      execFileSync('sh', ['-nc', hook.replace(/^ +(post-up|pre-down) /, '')])
    }
  })

  it('add a balanced route when any of its links comes up', () => {
    const text = interfaces(balancePlan)
    const line =
      'ip -4 route replace default metric 100 protocol 77 nexthop via 192.0.2.1 dev eth0 weight 3 nexthop via 198.51.100.1 dev eth1 weight 1 2>/dev/null || true'
    expect(text.split(line)).toHaveLength(3)
  })

  it('add a route whose source is on another link when either link comes up', () => {
    const route = readRoute('inet', '203.0.113.0/24 via 192.0.2.7 dev eth0 src 10.0.0.1', origin)
    const text = interfaces({ ...failoverPlan, state: { ...failoverPlan.state, routes: [route] } })
    expect(stanza(text, 'iface eth0 inet static').at(-1)).toContain('src 10.0.0.1 protocol 77 2>/dev/null')
    expect(stanza(text, 'iface lan0 inet static').at(-1)).toContain('src 10.0.0.1 protocol 77 2>/dev/null')
  })

  it('add a route with several next hops over one link', () => {
    const text =
      'default metric 100 nexthop via 192.0.2.1 dev eth0 weight 1 nexthop via 192.0.2.2 dev eth0 weight 1'
    const plan = {
      ...failoverPlan,
      state: { ...failoverPlan.state, routes: [readRoute('inet', text, origin)] },
    }
    expect(interfaces(plan)).toContain('nexthop via 192.0.2.2 dev eth0 weight 1 || true')
    expect(content(render(routingOnly(plan)).rendered, DATA)).toContain('192.0.2.2 dev eth0 weight 1')
  })

  it('neither wait for duplicate address detection nor accept advertisements', () => {
    expect(stanza(interfaces(failoverPlan), 'iface eth0 inet6 static').slice(0, 4)).toEqual([
      'iface eth0 inet6 static',
      'address 2001:db8:a::10/64',
      'accept_ra 0',
      'dad-attempts 0',
    ])
    for (const flavour of ['ifupdown2', 'ifupdown-ng'])
      expect(interfaces(failoverPlan, { flavour })).not.toMatch(/accept_ra|dad-attempts/)
  })

  it('name the VRF of a link for ifupdown2, which removes any other VRF after the pre-up hooks', () => {
    const plan = changed('eth1', { master: { kind: 'vrf', link: plainLink('mgmt', []).name } })
    expect(interfaces(plan, { flavour: 'ifupdown2' }).match(/^ {4}vrf mgmt$/gm)).toHaveLength(1)
    for (const flavour of ['ifupdown', 'ifupdown-ng'])
      expect(interfaces(plan, { flavour })).not.toMatch(/^ {4}vrf /m)
  })

  it('configure the link itself in its first stanza, which is never an IPv6 one', () => {
    const link = { ...plainLink('eth0', ['2001:db8::1/64']), mtu: 1400, mac: '02:00:00:00:00:01' }
    const text = interfaces({ ...emptyPlan, state: { ...emptyPlan.state, links: [link] } })
    expect(stanza(text, 'iface eth0 inet manual')).toEqual([
      'iface eth0 inet manual',
      'mtu 1400',
      'hwaddress 02:00:00:00:00:01',
    ])
  })

  it('bring up a link without addresses, and no link of another program', () => {
    expect(
      interfaces({ ...emptyPlan, state: { ...emptyPlan.state, links: [plainLink('eth0', [])] } }),
    ).toContain('auto eth0\niface eth0 inet manual')
    expect(interfaces(changed('eth1', { managed: false }))).not.toContain('iface eth1')
  })

  it('do not make boot wait for an optional link', () => {
    expect(interfaces(changed('eth1', { optional: true }))).toContain('allow-hotplug eth1\n')
  })

  it('add routes over lo with lo, and delete them with it', () => {
    const route = readRoute('inet', 'local 203.0.113.0/24 dev lo scope host', origin)
    const lo = stanza(
      interfaces({ ...emptyPlan, state: { ...emptyPlan.state, routes: [route] } }),
      'iface lo inet loopback',
    ).join('\n')
    expect(lo).toContain(
      'post-up ip -4 route replace local 203.0.113.0/24 dev lo scope host table main protocol 77 || true',
    )
    expect(lo).toContain(
      'pre-down ip -4 route del local 203.0.113.0/24 dev lo scope host table main protocol 77',
    )
  })

  it('have no comment that a parser could take for an option', () => {
    const link = { ...plainLink('eth0', ['192.0.2.1/24']), origin: { ...origin, comment: '5% loss\\' } }
    const text = interfaces({ ...emptyPlan, state: { ...emptyPlan.state, links: [link] } })
    expect(text).toContain('5 percent loss/')
    expect(text).not.toMatch(/[%\\]/)
  })

  it('are the same for each flavour except for its own keys', () => {
    const [first, ...others] = flavours.map((flavour) =>
      interfaces(balancePlan, { flavour })
        .split('\n')
        .filter((line) => !/accept_ra|dad-attempts|^# (Generated|Debian|After)/.test(line)),
    )
    for (const other of others) expect(other).toEqual(first)
  })
})

describe('beside stanzas of other files', () => {
  const { rendered, diagnostics } = render(routingOnly(balancePlan))
  const data = content(rendered, DATA)

  it('one script calls the program, and runs when links go down too', () => {
    expect(diagnostics).toEqual([])
    expect(rendered.files.map(({ path }) => path).filter((path) => path.startsWith('/etc/network'))).toEqual([
      SCRIPT,
      '/etc/network/if-down.d/multihome',
    ])
    expect(rendered.files[0]).toMatchObject({ mode: 0o755 })
    expect(content(rendered, SCRIPT)).toMatch(/^exec \/usr\/local\/lib\/multihome\/multihome-ifupdown$/m)
  })

  it('the data has every rule and route once, without the protocol', () => {
    expect(data.match(/^rule -[46] pref /gm)).toHaveLength(balancePlan.state.rules.length)
    expect(data.match(/^route -[46] /gm)).toHaveLength(balancePlan.state.routes.length)
    expect(data).not.toContain('protocol')
  })

  it('is applied by running it', () => {
    expect(rendered.change.at(-1)?.command).toBe(SCRIPT)
    expect(rendered.change.some(({ when }) => when === 'before-files')).toBe(false)
  })
})

describe('a link that another program creates', () => {
  const TRACKER = '/etc/multihome/tracker.conf'

  it('gets its routes from the address tracker, and no stanza', () => {
    const { rendered, diagnostics } = render(changed('eth1', { managed: false }))
    const data = content(rendered, TRACKER)
    expect(data).toContain('route -4 default via 198.51.100.1 dev eth1 table 102')
    expect(data).not.toContain('dev eth0')
    expect(content(rendered, INTERFACES)).not.toContain('eth1')
    expect(rendered.change.map(({ command }) => command)).toContain('systemctl restart multihome-tracker')
    expect(diagnostics).toEqual([])
  })

  it('needs no address tracker if only rules name it', () => {
    const plan = {
      ...changed('eth1', { managed: false }),
      state: { ...changed('eth1', { managed: false }).state, routes: [] },
    }
    const { rendered, diagnostics } = render(plan)
    expect(rendered.files.some(({ path }) => path === SCRIPT || path === TRACKER)).toBe(false)
    expect(diagnostics).toEqual([])
  })
})

describe('steps', () => {
  it('take links down with the previous file, and up with the new one', () => {
    const { change } = render(failoverPlan).rendered
    expect(change.map(({ command, when }) => [when, command.split(' ')[0]])).toEqual([
      ['before-files', 'ifdown'],
      [undefined, 'sysctl'],
      [undefined, 'ifup'],
    ])
    expect(change.at(-1)?.command).toBe('ifup lo eth0 eth1 lan0')
  })

  it('find every link of the previous file, lo last', () => {
    const text = interfaces(failoverPlan)
    const command = render(failoverPlan).rendered.change[0]?.command.replace(INTERFACES, '-') ?? ''
    const links = execFileSync('sh', ['-c', command.replace(/^ifdown/, 'echo')], {
      input: text,
      encoding: 'utf8',
    })
    expect(links.trim()).toBe('eth0 eth1 lan0 lo')
  })
})

describe('settings', () => {
  it('put the stanzas into a drop-in without a dot', () => {
    expect(render(failoverPlan, { layout: 'drop-in' }).rendered.files[0]?.path).toBe(
      '/etc/network/interfaces.d/60-multihome',
    )
    expect(render(failoverPlan, { layout: 'drop-in', file: 'routes' }).rendered.files[0]?.path).toBe(
      '/etc/network/interfaces.d/routes',
    )
  })

  it.each([
    [{ layout: 'drop-in', file: '60-multihome.conf' }, 'value-unsupported targets.ifupdown.file'],
    [{ layout: 'drop-in', file: '../interfaces' }, 'value-unsupported targets.ifupdown.file'],
    [{ file: 'x' }, 'value-unsupported targets.ifupdown.file'],
    [{ layout: 'both' }, 'value-unknown targets.ifupdown.layout'],
    [{ flavour: 'ifupdown3' }, 'value-unknown targets.ifupdown.flavour'],
  ])('refuses %j', (settings, expected) => {
    expect(reported(failoverPlan, settings)).toEqual([expected])
    expect(render(failoverPlan, settings).rendered.files).toEqual([])
  })
})

describe('rejected plans', () => {
  it('include link names with a dot, which ifdown would delete', () => {
    expect(
      reported({ ...emptyPlan, state: { ...emptyPlan.state, links: [plainLink('br.lan', [])] } }),
    ).toEqual(['value-unsupported links.br.lan'])
  })

  it('include search domains that a parser would misread', () => {
    const nameservers = { addresses: [], search: ['a%b'] }
    expect(reported(changed('eth0', { nameservers }))).toContain('value-unsupported links.eth0.nameservers')
  })

  it('include commands that are too long', () => {
    const hops = Array.from(
      { length: 100 },
      (_, index) => `nexthop via 192.0.2.${index + 100} dev eth0 weight 1`,
    )
    const route = readRoute('inet', `default metric 50 ${hops.join(' ')}`, origin)
    expect(reported({ ...failoverPlan, state: { ...failoverPlan.state, routes: [route] } })).toContain(
      'value-unsupported routes.0',
    )
  })

  const source = parseAddress('2001:db8:a::10')
  const plan: KernelPlan = {
    ...failoverPlan,
    state: {
      ...failoverPlan.state,
      routes: [
        {
          ...readRoute('inet6', 'default via 2001:db8:a::1 dev eth0 metric 100', origin),
          ...(source === undefined ? {} : { prefsrc: source }),
        },
      ],
    },
  }

  it('include an IPv6 source whose address may be tentative', () => {
    expect(reported(plan)).toEqual([])
    expect(reported(plan, { flavour: 'ifupdown2' })).toEqual(['feature-unsupported routes.0.src'])
    expect(reported(plan, { flavour: 'ifupdown-ng' })).toEqual(['feature-unsupported routes.0.src'])
    expect(reported(routingOnly(plan))).toEqual(['value-unsupported routes.0'])
  })

  it('include options that a flavour does not know', () => {
    const optional = changed('eth1', { optional: true })
    expect(reported(optional, { flavour: 'ifupdown-ng' })).toEqual([
      'feature-unsupported links.eth1.optional',
    ])
    const server = parseAddress('9.9.9.9')
    const nameservers = { addresses: server === undefined ? [] : [server], search: [] }
    expect(reported(changed('eth0', { nameservers }), { flavour: 'ifupdown2' })).toEqual([
      'feature-unsupported links.eth0.nameservers',
    ])
  })
})

it('writes the rules of one priority under one comment, IPv4 first', () => {
  const rules = [
    readRule('inet', 'pref 20000 iif lo lookup 101', origin),
    readRule('inet6', 'pref 20000 iif lo lookup 101', origin),
    readRule('inet', 'pref 20010 from 192.0.2.1 lookup 101', ruleOrigin(1)),
  ]
  const links: readonly PlannedLink[] = [plainLink('eth0', [])]
  expect(interfaces({ ...emptyPlan, state: { ...emptyPlan.state, links, rules } }))
    .toContain(`    # main: route to default
    post-up ip -4 rule add pref 20000 iif lo lookup 101 protocol 77 || true
    post-up ip -6 rule add pref 20000 iif lo lookup 101 protocol 77 || true
    # rule 2: table main
`)
})

describe('leases', () => {
  /** Names of links are words of shell syntax, and patterns. */
  const description = `version: 1
links:
  eth0: { addresses: [192.0.2.10/24, 2001:db8::10/64] }
  esac: { addresses: [198.51.100.9/24], dhcp4: true, dhcp6: true }
  dev: { dhcp4: true }
  lan0: { dhcp4: true }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: esac, via: lease }
  guests: { link: dev, via: lease }
default: { failover: [fiber, cable] }
`
  const files = compile(description, { targets: [ifupdown] }).outputs.get('ifupdown')?.files ?? []

  it('are plain statements with the place of their routes, and the networks that no lease may have', () => {
    const file = files.find(({ path }) => path === '/etc/multihome/leases.conf')
    if (file === undefined || !('content' in file)) throw new Error('no data')
    expect(file.content.split('\n').filter((line) => !/^(?:#.*)?$/.test(line))).toEqual([
      'static -4 192.0.2.10/24 dev eth0',
      'static -6 2001:db8::10/64 dev eth0',
      'static -4 198.51.100.9/24 dev esac',
      'lease dev esac clients -4 -6 default main metric 200 timeout 10',
      'lease dev dev clients -4 default table 103 timeout 10',
      'lease dev lan0 clients -4 default none timeout 10',
    ])
  })

  it('have a program and hooks of dhclient with the same bytes for every host', () => {
    const hooks = files.filter(({ path }) => path.startsWith('/etc/dhcp/'))
    expect(hooks).toEqual([
      {
        path: '/etc/dhcp/dhclient-enter-hooks.d/multihome',
        symlink: '/usr/local/lib/multihome/dhclient-enter.sh',
      },
      {
        path: '/etc/dhcp/dhclient-exit-hooks.d/multihome',
        symlink: '/usr/local/lib/multihome/dhclient-exit.sh',
      },
    ])
    const paths = files.map(({ path }) => path)
    expect(paths).toContain('/usr/local/lib/multihome/multihome-lease')
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('have every library of their program without a tracker', () => {
    const lan = `version: 1
links: { eth0: { addresses: [192.0.2.10/24] }, lan0: { dhcp4: true } }
gateways: { fiber: { link: eth0, via: 192.0.2.1 } }
default: fiber
`
    const paths = compile(lan, { targets: [ifupdown] })
      .outputs.get('ifupdown')
      ?.files.map(({ path }) => path)
    for (const name of ['library.sh', 'kernel.awk', 'lease.awk'])
      expect(paths).toContain(`/usr/local/lib/multihome/${name}`)
  })
})
