// The lab's own DHCP: hosts with manual configuration get, renew, change and lose the leases of a provider.
import { describe, expect, inject, test } from 'vitest'
import { compile } from '../../src/compile.js'
import { parsePrefix } from '../../src/kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../src/kernel/table.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { wrongReplies } from './checks/reply-check.js'
import { compareWithPlan } from './host/host.js'
import { parseLeases } from './host/leases/leases-file.js'
import { expectedPlan } from './host/expectations/expected-plan.js'
import { routingLines } from './host/expectations/reference-state.js'
import type { DhcpClient } from './lab/dhcp/dhcp-clients.js'
import { openLab } from './lab/lab.js'
import type { Lab } from './lab/lab.js'
import { readvertised, refused, withdrawn } from './lab/dhcp/lease.js'
import type { Lease } from './lab/dhcp/lease.js'
import { normalizeLeaseRoute } from './lab/dhcp/lease-routes.js'
import type { Fields } from './lab/state/read-kernel-state.js'
import { sleep } from './lab/process/shell.js'
import type { StackId } from './lab/stacks.js'
import type { State } from './lab/state/state.js'
import type { TreeFile } from './lab/rootfs/tree.js'
import { reasonToSkip } from './run/skip-policy.js'
import { selectedPlatforms } from './run/selection.js'

describe('leases.yaml', () => {
  test('is read with every word', () => {
    const read = parseLeases(`
wan1:
  dhcp4: { address: 198.51.100.80/24, router: [198.51.100.1, 198.51.100.2], routes: { 10.0.0.0/8: 198.51.100.3 }, seconds: 300 }
  advertisement: { prefix: '2001:db8:b::/64', deprecated: '2001:db8:a::/64', lifetime: 30 }
  dhcp6: { address: '2001:db8:b::80' }
`)
    expect(read.get('wan1')).toMatchObject({
      dhcp4: { routers: [{ text: '198.51.100.1' }, { text: '198.51.100.2' }], seconds: 300 },
      advertisement: { prefixes: [{ length: 64 }], deprecated: [{ length: 64 }], lifetime: 30 },
      dhcp6: { address: { text: '2001:db8:b::80' } },
    })
  })

  test.for([
    ['an unknown word', 'wan1: { dhcp: {} }'],
    ['an unknown word of DHCP', 'wan1: { dhcp4: { address: 192.0.2.1/24, gateway: 192.0.2.1 } }'],
    ['an address without its length', 'wan1: { dhcp4: { address: 192.0.2.1 } }'],
    ['an address of the other family', "wan1: { dhcp6: { address: '192.0.2.1' } }"],
    ['a shorter lease than dnsmasq gives', 'wan1: { dhcp4: { address: 192.0.2.1/24, seconds: 60 } }'],
  ])('refuses %s', ([, text = '']) => {
    expect(() => parseLeases(text)).toThrow('leases.yaml: ')
  })
})

describe('what a client installs for a lease', () => {
  const lease = leaseOf(
    `{ dhcp4: { address: 198.51.100.80/24, router: [198.51.100.1, 198.51.100.2], routes: { 10.0.0.0/8: 198.51.100.3 } },
       advertisement: { prefix: '2001:db8:b::/64' }, dhcp6: { address: '2001:db8:b::80' } }`,
  )
  const read = (route: Fields): readonly Fields[] => normalizeLeaseRoute(route, new Map([['wan0', lease]]))
  const default4 = { dst: 'default', gateway: '198.51.100.1', dev: 'wan0', metric: 100 }
  const network = { dst: '198.51.100.0/24', dev: 'wan0', scope: 'link' }

  test.for([
    ['a default route without its source', { ...default4, prefsrc: '198.51.100.80' }, [default4]],
    ['a default route without its hop limit', { ...default4, metrics: [{ hoplimit: 64 }] }, [default4]],
    [
      'a default route of another table without its source, as 1.30 of NetworkManager installs it',
      { ...default4, table: 101, prefsrc: '198.51.100.80', flags: ['onlink'] },
      [{ ...default4, table: 101 }],
    ],
    ['no further router', { ...default4, gateway: '198.51.100.2', metric: 101 }, []],
    ['no way to the router', { dst: '198.51.100.1', dev: 'wan0', scope: 'link' }, []],
    ['a network without its metric', { ...network, metric: 1003 }, [network]],
    ['no route of option 121', { dst: '10.0.0.0/8', gateway: '198.51.100.3', dev: 'wan0' }, []],
    ['no address of its own', { dst: '2001:db8:b::80', dev: 'wan0', metric: 256 }, []],
  ] as const)('reads as %s', ([, route, plain]) => {
    expect(read(route)).toEqual(plain)
  })

  const strange = { ...default4, prefsrc: '198.51.100.80' }
  test.for([
    ['of another link', { ...strange, dev: 'wan1' }],
    ['of another table', { ...network, table: 101, metric: 1003 }],
    [
      'the default route of another table by another router',
      { ...strange, table: 101, gateway: '198.51.100.9' },
    ],
    ['by another router', { ...strange, gateway: '198.51.100.9' }],
    ['of an MTU of its own', { ...default4, metrics: [{ mtu: 1400 }] }],
    ['of another kind', { ...strange, type: 'unreachable' }],
    ['to another network', { ...network, dst: '198.51.101.0/24', metric: 1003 }],
    ['to another host', { dst: '198.51.100.9', dev: 'wan0', scope: 'link', metric: 1003 }],
    ['to where option 121 leads by another way', { dst: '10.0.0.0/8', gateway: '198.51.100.1', dev: 'wan0' }],
  ] as const)('reads as it is %s', ([, route]) => {
    expect(read(route)).toEqual([route])
  })
})

type Host = { readonly stack: StackId; readonly client?: DhcpClient; readonly tree: readonly TreeFile[] }

const file = (path: string, lines: readonly string[], mode = 0o644): TreeFile => {
  return { path, mode, content: `${lines.join('\n')}\n` }
}

/** Manual configuration, as an administrator writes it, with the metric of the plan. */
const hosts: readonly Host[] = [
  {
    stack: 'networkd',
    tree: [
      file('/etc/systemd/network/wan0.network', [
        ...['[Match]', 'Name=wan0', '[Network]', 'DHCP=ipv4', 'IPv6AcceptRA=yes'],
        ...['[DHCPv4]', 'RouteMetric=100', '[IPv6AcceptRA]', 'RouteMetric=100', 'DHCPv6Client=no'],
      ]),
    ],
  },
  {
    stack: 'nm-keyfile',
    tree: [
      file(
        '/etc/NetworkManager/system-connections/wan0.nmconnection',
        [
          ...['[connection]', 'id=wan0', 'type=ethernet', 'interface-name=wan0'],
          ...['[ipv4]', 'method=auto', 'route-metric=100', '[ipv6]', 'method=auto', 'route-metric=100'],
        ],
        0o600,
      ),
    ],
  },
  {
    stack: 'iproute2',
    client: 'dhcpcd',
    tree: [
      file('/usr/local/sbin/lease.sh', ['#!/bin/sh', 'test "$1" = down || exec dhcpcd -m 100 wan0'], 0o755),
    ],
  },
]

function leaseOf(written: string): Lease {
  const lease = parseLeases(`wan0: ${written}`).get('wan0')
  if (lease === undefined) throw new Error(written)
  return lease
}

/** The description of these hosts. */
const text = `version: 1
links: { wan0: { dhcp4: true, accept-ra: true } }
gateways: { cable: { link: wan0, via: lease } }
default: { failover: [cable] }
`

/** Installs the rules and tables of a plan with its lease data. */
async function installPlan(lab: Lab, plan: KernelPlan): Promise<void> {
  const lines = routingLines({
    ...plan,
    state: { ...plan.state, routes: plan.state.routes.filter(({ table }) => table !== RT_TABLE_MAIN) },
  })
  const { code, stderr } = await lab.netExec(['set -e', ...lines].join('\n'))
  if (code !== 0) throw new Error(stderr)
}

const prefix6 = '2001:db8:b::/64'
const first = leaseOf(
  `{ dhcp4: { address: 198.51.100.80/24, router: 198.51.100.1 }, advertisement: { prefix: '${prefix6}' } }`,
)
const next = leaseOf(`{ dhcp4: { address: 198.51.100.81/24, router: 198.51.100.1 } }`)
const otherNetwork = leaseOf(`{ dhcp4: { address: 203.0.113.80/25, router: [203.0.113.1, 203.0.113.2] } }`)

const connected4 = (network: string, prefsrc: string): string =>
  `4 254 dev=wan0 dst=${network} prefsrc=${prefsrc} scope=link table=254 type=unicast`
const default4 = (gateway: string): string =>
  `4 254 dev=wan0 dst=default gateway=${gateway} metric=100 scope=global table=254 type=unicast`
const connected6 = (network: string): string =>
  `6 254 dev=wan0 dst=${network} scope=global table=254 type=unicast`
const default6 = '6 254 dev=wan0 dst=default gateway=fe80::1 metric=100 scope=global table=254 type=unicast'

/** Routes of main. */
const routesIn = ({ routes: all }: State): readonly string[] => all.filter((line) => / table=254 /.test(line))

const has = (state: State, text: string): boolean =>
  state.links.some((line) => line.startsWith(`wan0 ${text}`))

/** A renewal is due every few seconds; then a client may start again and probe for duplicates. */
async function waitForState(lab: Lab, isThere: (state: State) => boolean): Promise<State> {
  for (let tries = 0; tries < 120; tries += 1) {
    const state = await lab.state()
    if (isThere(state)) return state
    await sleep(0.5)
  }
  return lab.state()
}

/** Waits until main has the expected routes. */
const mainRoutes = async (lab: Lab, expected: readonly string[]): Promise<readonly string[]> =>
  routesIn(await waitForState(lab, (state) => routesIn(state).join() === expected.join()))

/** Leased, renewed, another address, another network, refused. */
async function runLeaseLifecycle(lab: Lab): Promise<void> {
  const six = [connected6(prefix6), default6]
  const four = [connected4('198.51.100.0/24', '198.51.100.80'), default4('198.51.100.1')]
  expect(await mainRoutes(lab, [...four, ...six])).toEqual([...four, ...six])

  const { plan } = compile(text, { targets: [] })
  if (plan === undefined) throw new Error('no plan')
  const here = await expectedPlan(lab, plan)
  expect(here.wrong).toEqual([])
  // Only the client writes to main, which has everything that the plan has there.
  const missing = await compareWithPlan(lab, plan)
  expect(missing.filter((line) => !/^- (rule |route [46] 101 |sysctl )/.test(line))).toEqual([])
  await installPlan(lab, here.plan)
  expect((await compareWithPlan(lab, plan)).filter((line) => !line.startsWith('- sysctl '))).toEqual([])
  expect(await wrongReplies(lab, text, here.plan)).toEqual([])

  const acknowledged = lab.countMessages('wan0', 'DHCPACK')
  await sleep(20)
  expect(lab.countMessages('wan0', 'DHCPACK')).toBeGreaterThan(acknowledged + 1)

  await lab.provide('wan0', withdrawn({ ...first, ...next }))
  const moved = [connected4('198.51.100.0/24', '198.51.100.81'), default4('198.51.100.1')]
  expect(await mainRoutes(lab, [...moved, connected6(prefix6)])).toEqual([...moved, connected6(prefix6)])

  const other = parsePrefix('2001:db8:bb::/64')
  if (other === undefined) throw new Error('no prefix')
  await lab.provide('wan0', readvertised({ ...first, ...otherNetwork }, other))
  const far = await waitForState(lab, (state) => has(state, '203.0.113.80/25') && has(state, '2001:db8:bb:'))
  expect(far.routes).toEqual(expect.arrayContaining([default4('203.0.113.1'), default6]))
  expect(has(far, '198.51.100.')).toBe(false)

  await lab.provide('wan0', refused({ ...first, ...otherNetwork }))
  const lost = await waitForState(lab, (state) => !has(state, '203.0.113.80'))
  expect(routesIn(lost).filter((line) => line.startsWith('4 '))).toEqual([])
}

describe.skipIf(inject('bootObstacle') !== '').concurrent('a provider', () => {
  const here = hosts.filter(({ stack }) =>
    selectedPlatforms.some((platform) => platform.stack === stack && platform.debian === 13),
  )

  test.for(here)(
    'leases to $stack, whose client installs what every other installs',
    async (host, { skip }) => {
      const why = reasonToSkip({ ...host, debian: 13 })
      if (why !== undefined) return skip(why)
      const lab = await openLab({
        ...host,
        debian: 13,
        peers: [{ links: ['wan0'], addresses: [], lease: first }],
      })
      try {
        await runLeaseLifecycle(lab)
      } finally {
        await lab.close()
      }
    },
  )
})
