import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/compile.js'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import { parseAddress } from '../../../src/kernel/address.js'
import type { KernelPlan, PlannedLink } from '../../../src/plan/plan.js'
import { netifrc } from '../../../src/targets/netifrc/index.js'
import { checkSupport } from '../../../src/targets/support.js'
import type { Rendered, WrittenSettings } from '../../../src/targets/target.js'
import { plainLink, readRoute } from '../../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../../helpers/one-host-plan.js'
import { emptyPlan, routingOnly } from '../../helpers/empty-plan.js'
import { routeOrigin as origin } from '../../helpers/origins.js'

function render(plan: KernelPlan, settings: WrittenSettings = {}) {
  const reporter = createReporter()
  checkSupport(plan, netifrc, settings, reporter)
  const rendered = netifrc.render(plan, settings, { file: 'host.yaml', reporter })
  return { rendered, diagnostics: reporter.diagnostics }
}

function content(rendered: Rendered, path: string): string {
  const file = rendered.files.find((one) => one.path === path)
  if (file === undefined || !('content' in file)) throw new Error(`no ${path}`)
  return file.content
}

const NET = '/etc/conf.d/net'
const net = (plan: KernelPlan) => content(render(plan).rendered, NET)
const reported = (plan: KernelPlan, settings: WrittenSettings = {}) =>
  render(plan, settings).diagnostics.map(({ code, path }) => `${code} ${path.join('.')}`)

/** The lines of a list in a shell that has sourced the files. */
const list = (name: string, ...files: readonly string[]): readonly string[] =>
  execFileSync('sh', ['-uc', `${files.join('\n')}\nprintf '%s' "$${name}"`], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')

const changed = (name: string, change: Partial<PlannedLink>): KernelPlan => ({
  ...failoverPlan,
  state: {
    ...failoverPlan.state,
    links: failoverPlan.state.links.map((link) => (link.name === name ? { ...link, ...change } : link)),
  },
})

describe('conf.d/net', () => {
  it('can be sourced by any POSIX shell', () => {
    expect(list('config_eth1', net(failoverPlan))).toEqual([
      '198.51.100.10/24',
      '198.51.100.11/32',
      '2001:db8:b::10/64',
    ])
  })

  it('has every rule and reject fallback under lo, and no address of lo', () => {
    const text = net(failoverPlan)
    expect(list('config_lo', text)).toEqual(['null'])
    expect(list('rules_lo', text)).toHaveLength(
      failoverPlan.state.rules.filter(({ family }) => family === 'inet').length,
    )
    expect(list('rules6_lo', text)[0]).toBe('pref 15510 ipproto 6 dport 25 lookup 101')
    expect(list('routes_lo', text)).toEqual([
      '-4 unreachable default table 102 metric 2000000000',
      '-6 unreachable default table 102 metric 2000000000',
    ])
  })

  it('has family and metric on every line, and never a device', () => {
    const text = net(failoverPlan)
    const lines = ['eth0', 'eth1', 'lan0', 'lo'].flatMap((link) => list(`routes_${link}`, text))
    expect(lines).toHaveLength(failoverPlan.state.routes.length)
    for (const line of lines) {
      expect(line).toMatch(/^-[46] .* metric \d+$/)
      expect(line).not.toMatch(/ dev /)
    }
    expect(lines).toContain('-4 default via 192.0.2.1 table 101 metric 0')
    expect(lines).toContain('-6 2001:db8:a::/64 table 101 metric 1024')
  })

  it('explains each list entry above the list', () => {
    expect(net(failoverPlan)).toContain(`# Entries of routes_eth0:
#   -4 192.0.2.0/24 table 101: gateway fiber
#   -4 default table 101: gateway fiber
#   -6 2001:db8:a::/64 table 101: gateway fiber
#   -6 default table 101: gateway fiber
#   -4 default metric 100: default
#   -6 default metric 100: default
routes_eth0="
-4 192.0.2.0/24`)
  })

  it('names the variables of links as netifrc does', () => {
    const text = net({
      ...emptyPlan,
      state: { ...emptyPlan.state, links: [plainLink('eth0.10', ['192.0.2.1/24']), plainLink('br-lan', [])] },
    })
    expect(list('config_eth0_10', text)).toEqual(['192.0.2.1/24'])
    expect(list('config_br_lan', text)).toEqual(['null'])
  })

  it('configures the link itself', () => {
    const server = parseAddress('9.9.9.9')
    const text = net(
      changed('eth0', {
        mtu: 1400,
        mac: '02:00:00:00:00:01',
        nameservers: {
          addresses: server === undefined ? [] : [server],
          search: ['example.org', 'example.net'],
        },
        optional: true,
      }),
    )
    expect(text).toContain(`mtu_eth0="1400"
mac_eth0="02:00:00:00:00:01"
dns_servers_eth0="9.9.9.9"
dns_search_eth0="example.org example.net"
rc_net_eth0_provide="!net"
`)
  })

  it('adds the address of an IPv6 source without duplicate address detection', () => {
    const source = parseAddress('2001:db8:a::10')
    const route = {
      ...readRoute('inet6', 'default via 2001:db8:a::1 dev eth0 metric 100', origin),
      ...(source === undefined ? {} : { prefsrc: source }),
    }
    const text = net({ ...failoverPlan, state: { ...failoverPlan.state, routes: [route] } })
    expect(list('config_eth0', text)).toEqual(['192.0.2.10/24', '2001:db8:a::10/64 nodad'])
    expect(list('config_eth1', text)).toContain('2001:db8:b::10/64')
  })
})

describe('postup()', () => {
  /** Arguments of `ip` when the link is up. */
  const calls = (plan: KernelPlan, link: string, hook = 'postup'): readonly string[] =>
    execFileSync('sh', ['-uc', `ip() { echo "ip $*" >&3; }\n${net(plan)}\nIFACE=${link}; ${hook} 3>&1`], {
      encoding: 'utf8',
    })
      .split('\n')
      .filter((line) => line !== '')

  it('exists only if something needs it', () => {
    expect(net(failoverPlan)).not.toContain('postup')
  })

  it('adds a balanced route when any of its links comes up, and with no other link', () => {
    expect(calls(balancePlan, 'eth1')).toEqual([
      'ip -4 route replace default metric 100 protocol 77 nexthop via 192.0.2.1 dev eth0 weight 3 nexthop via 198.51.100.1 dev eth1 weight 1',
      'ip -6 route replace default metric 100 protocol 77 nexthop via 2001:db8:a::1 dev eth0 weight 3 nexthop via fe80::1 dev eth1 weight 1',
    ])
    expect(calls(balancePlan, 'eth0')).toHaveLength(2)
    expect(calls(balancePlan, 'lan0')).toEqual([])
  })

  it('adds routes with several next hops over one link, with a source on another link, and over lo', () => {
    const several = readRoute(
      'inet',
      'default metric 100 nexthop via 192.0.2.1 dev eth0 weight 1 nexthop via 192.0.2.2 dev eth0 weight 1',
      origin,
    )
    const elsewhere = readRoute('inet', '203.0.113.0/24 via 198.51.100.7 dev eth1 src 10.0.0.1', origin)
    const local = readRoute('inet', 'local 203.0.113.9 dev lo scope host', origin)
    const plan = { ...failoverPlan, state: { ...failoverPlan.state, routes: [several, elsewhere, local] } }
    expect(calls(plan, 'eth0')).toHaveLength(1)
    expect(calls(plan, 'eth1')).toEqual(calls(plan, 'lan0'))
    expect(calls(plan, 'lo')).toEqual([
      'ip -4 route replace local 203.0.113.9 dev lo scope host table main protocol 77',
    ])
    expect(calls(plan, 'lo', 'postdown')).toEqual([
      'ip -4 route del local 203.0.113.9 dev lo scope host table main protocol 77',
    ])
    expect(net(failoverPlan)).not.toContain('postdown')
  })
})

describe('services', () => {
  it('are symbolic links to net.lo, one for each link', () => {
    expect(render(failoverPlan).rendered.files.filter(({ path }) => path.startsWith('/etc/init.d'))).toEqual([
      { path: '/etc/init.d/net.eth0', symlink: 'net.lo' },
      { path: '/etc/init.d/net.eth1', symlink: 'net.lo' },
      { path: '/etc/init.d/net.lan0', symlink: 'net.lo' },
    ])
  })

  it('of the previous file are removed from their runlevels, by the list in that file', () => {
    const step = render(failoverPlan).rendered.change[0]
    expect(step?.when).toBe('before-files')
    const sedCommand = /\$\((sed .*) \/etc\/conf\.d\/net\)/.exec(step?.command ?? '')?.[1] ?? ''
    const services = execFileSync('sh', ['-c', sedCommand], { input: net(failoverPlan), encoding: 'utf8' })
    expect(services.split(/\s+/).filter(Boolean)).toEqual(['net.eth0', 'net.eth1', 'net.lan0'])
  })

  it('start again in order, with lo first', () => {
    const commands = render(failoverPlan).rendered.change.map(({ command }) => command)
    expect(commands.slice(-2)).toEqual([
      'rc-service net.lo restart',
      'for service in net.eth0 net.eth1 net.lan0; do rc-service $service restart; done',
    ])
  })
})

describe('beside the host’s own conf.d/net', () => {
  const { rendered, diagnostics } = render(routingOnly(failoverPlan))

  it('the output is a file for each service, and no services', () => {
    expect(diagnostics).toEqual([])
    expect(rendered.files.map(({ path }) => path).filter((path) => path.startsWith('/etc/conf.d'))).toEqual([
      '/etc/conf.d/net.lo',
      '/etc/conf.d/net.eth0',
      '/etc/conf.d/net.eth1',
      '/etc/conf.d/net.lan0',
    ])
    expect(rendered.files.some(({ path }) => path.startsWith('/etc/init.d'))).toBe(false)
  })

  it('the lists are appended to existing ones', () => {
    const own = 'routes_eth1="203.0.113.0/24 via 198.51.100.7"'
    const lines = list('routes_eth1', own, content(rendered, '/etc/conf.d/net.eth1'))
    expect(lines[0]).toBe('203.0.113.0/24 via 198.51.100.7')
    expect(lines).toHaveLength(7)
    expect(list('config_lo', 'config_lo="127.0.0.1/8"', content(rendered, '/etc/conf.d/net.lo'))).toEqual([
      '127.0.0.1/8',
    ])
  })

  it('routes that need postup() are an error', () => {
    expect(reported(routingOnly(balancePlan))).toEqual([
      'value-unsupported default.balance',
      'value-unsupported default.balance',
    ])
  })

  it('a link with the name of a runlevel is an error', () => {
    const route = readRoute('inet', '203.0.113.0/24 dev default', origin)
    const state = { ...emptyPlan.state, links: [plainLink('default', [])], routes: [route] }
    expect(reported(routingOnly({ ...emptyPlan, state }))).toEqual(['value-unsupported links.default'])
  })
})

describe('a link that another program creates', () => {
  const { rendered, diagnostics } = render(changed('eth1', { managed: false }))

  it('gets its routes from the address tracker, and no service', () => {
    expect(content(rendered, NET)).not.toContain('eth1')
    expect(rendered.files.some(({ path }) => path === '/etc/init.d/net.eth1')).toBe(false)
    const data = content(rendered, '/etc/multihome/tracker.conf')
    expect(data.match(/^route .* dev eth1\b.*$/gm)).toHaveLength(6)
    expect(diagnostics).toEqual([])
  })

  it('is neither started nor stopped by the steps', () => {
    expect(JSON.stringify([rendered.first, rendered.change])).not.toContain('eth1')
    expect(content(rendered, NET).match(/^# service: .*$/gm)).toEqual([
      '# service: net.eth0',
      '# service: net.lan0',
    ])
  })

  it('needs no address tracker if only rules name it', () => {
    const plan = {
      ...changed('eth1', { managed: false }),
      state: { ...changed('eth1', { managed: false }).state, routes: [] },
    }
    expect(net(plan)).not.toContain('eth1')
    expect(reported(plan)).toEqual([])
  })
})

describe('rejected plans', () => {
  it('include link names that become the same variable, reported once with the other name', () => {
    const plan = {
      ...emptyPlan,
      state: { ...emptyPlan.state, links: ['eth0.1', 'eth0-1', 'eth1'].map((name) => plainLink(name, [])) },
    }
    const { diagnostics } = render(plan)
    expect(diagnostics).toMatchObject([
      {
        code: 'names-collide',
        path: ['links', 'eth0-1'],
        message: 'netifrc reads eth0.1 and eth0-1 from the same variable, config_eth0_1',
        related: [{ path: ['links', 'eth0.1'] }],
      },
    ])
  })

  it('include link names that modules of netifrc treat specially', () => {
    const wireguard = plainLink('wg0', [])
    // It has no service of netifrc then.
    expect(
      reported({ ...emptyPlan, state: { ...emptyPlan.state, links: [{ ...wireguard, managed: false }] } }),
    ).toEqual([])
    expect(reported({ ...emptyPlan, state: { ...emptyPlan.state, links: [wireguard] } })).toContain(
      'value-unsupported links.wg0',
    )
    expect(
      reported(routingOnly({ ...emptyPlan, state: { ...emptyPlan.state, links: [wireguard] } })),
    ).not.toContain('value-unsupported links.wg0')
  })

  it('include values that a shell would expand', () => {
    const nameservers = { addresses: [], search: ['a$b'] }
    expect(reported(changed('eth0', { nameservers }))).toEqual(['value-unsupported links.eth0.nameservers'])
  })

  it('include reject fallbacks before 0.7.9', () => {
    expect(reported(failoverPlan, { version: '0.7.8' })).toEqual([
      'feature-version gateways.cable.fail-closed',
      'feature-version gateways.cable.fail-closed',
    ])
  })
})

describe('leases', () => {
  const description = `version: 1
links:
  esac: { dhcp4: true }
  dev: { dhcp4: true }
  lan0: { dhcp4: true }
gateways:
  cable: { link: esac, via: lease }
  guests: { link: dev, via: lease }
default: cable
`
  const files = compile(description, { targets: [netifrc] }).outputs.get('netifrc')?.files ?? []

  it('give no route to a link without a gateway, and only the router to a gateway outside of main', () => {
    const net = files.find(({ path }) => path === '/etc/conf.d/net')
    const further = 'static_routes,classless_static_routes,ms_classless_static_routes'
    expect(net !== undefined && 'content' in net ? net.content.match(/^dhcpcd_.*$/gm) : []).toEqual([
      `dhcpcd_esac="-b -4 -L -m 100 -O ${further}"`,
      `dhcpcd_dev="-b -4 -L -G -O ${further}"`,
      `dhcpcd_lan0="-b -4 -L -G -O routers,${further}"`,
    ])
  })

  it('have a hook of dhcpcd with the same bytes for every host', () => {
    expect(files.filter(({ path }) => path.includes('/dhcpcd-hooks/'))).toEqual([
      {
        path: '/lib/dhcpcd/dhcpcd-hooks/90-multihome-tracker',
        symlink: '/usr/local/lib/multihome/dhcpcd-hook.sh',
      },
    ])
  })
})
