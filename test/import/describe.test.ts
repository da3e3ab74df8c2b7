import { readdirSync, readFileSync } from 'node:fs'
import { describe as group, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { bestOf, importTree } from '../../src/import/import.js'

const fixtures = new URL('../../fixtures/', import.meta.url)
const names = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'invalid')
  .map(({ name }) => name)
  // It extends files.
  .filter((name) => name !== 'hosts-of-one-site')

group('the description of a plan', () => {
  it.each(names)('has the same plan, apart from numbers: %s', (name) => {
    const { plan } = compile(readFileSync(new URL(`${name}/description.yaml`, fixtures), 'utf8'), {
      targets: [],
    })
    if (plan === undefined) throw new Error('no plan')
    const source = {
      plan: { ...plan, intent: { ...plan.intent, gateways: [] } },
      links: new Map(),
      placeOf: () => undefined,
      problems: [],
      isOurs: true,
    }
    const { description, diagnostics, comparison } = bestOf(source, {})
    expect({ description, diagnostics, differences: comparison?.differences }).toEqual({
      description,
      diagnostics: [],
      differences: [],
    })
  })
})

group('a route by a router of a leased network', () => {
  it('is onlink, since no file tells the network', () => {
    const files = new Map([
      [
        '/etc/NetworkManager/system-connections/eth1.nmconnection',
        '[connection]\ntype=ethernet\ninterface-name=eth1\n[ipv4]\nmethod=auto\nroute1=203.0.113.0/24,198.51.100.1\n',
      ],
    ])
    const { description, problems } = importTree(files)
    expect(problems.filter(({ kind }) => kind === 'unknown')).toEqual([])
    expect(description).toMatch(/- \{ to: 203\.0\.113\.0\/24, via: 198\.51\.100\.1, link: eth1, onlink: true/)
  })
})

group('comments', () => {
  const described = (text: string): string =>
    importTree(new Map([['/etc/network/interfaces', text]])).description

  it('of aliases are those of their addresses, without dead lines', () => {
    const description = described(`auto eth0 eth0:1 eth0:2
# uplink
iface eth0 inet static
  address 192.0.2.10/24
  #gateway 192.0.2.254
  gateway 192.0.2.1
# www
#gateway 192.0.2.253
iface eth0:1 inet static
  address 192.0.2.11/24
iface eth0:2 inet static
  address 192.0.2.12/24
`)
    expect(description).toContain("comment: 'uplink; 192.0.2.11: www'")
    expect(description.match(/comment/g)).toHaveLength(1)
  })

  it('of all lines that a gateway stands for are kept', () => {
    const description = described(`auto eth1
iface eth1 inet static
  address 198.51.100.10/24
  # by cable
  up ip route add default via 198.51.100.1 dev eth1 table 200
  # replies of the mail server
  up ip rule add from 198.51.100.10 table 200
`)
    expect(description).toContain('comment: by cable; replies of the mail server')
  })
})

group('two uplinks of one card', () => {
  it('are two gateways if their next hops tell which addresses each has', () => {
    const { description, comparison } = importTree(
      new Map([
        [
          '/etc/network/interfaces',
          `auto eth0
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1
  up ip addr add 198.51.100.20/28 dev eth0
  up ip route add default via 198.51.100.17 dev eth0 table 200
  up ip rule add from 198.51.100.20 table 200
`,
        ],
      ]),
    )
    expect(description).toContain('{ link: eth0, via: 198.51.100.17, table: 200, connected: [] }')
    expect(description).toContain('{ link: eth0, via: 192.0.2.1, reply: none }')
    expect(description).toMatch(/^default: eth0$/m)
    expect(comparison?.difference.reroutes).toEqual([])
    expect(comparison?.differences.map(({ kind }) => kind)).toEqual(['rp-filter', 'accept-ra'])
  })
})

group('networkd’s rule for a mark', () => {
  it('is one of a gateway, though its table has no routes of the other family', () => {
    const files = new Map([
      [
        '/etc/systemd/network/1.network',
        '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n',
      ],
      [
        '/etc/systemd/network/2.network',
        '[Match]\nName=eth1\n[Network]\nAddress=198.51.100.10/24\n[Route]\nGateway=198.51.100.1\nTable=102\n[RoutingPolicyRule]\nFirewallMark=2\nFamily=both\nTable=102\nPriority=2000\n',
      ],
    ])
    const { description, comparison } = importTree(files)
    expect(description).toContain('fwmark: 0x2/0xffffffff')
    expect(description).not.toContain('tables:')
    expect(comparison?.differences.filter(({ kind }) => kind === 'rules')).toEqual([])
  })
})

group('a route whose metric decides nothing', () => {
  const differences = (more: string): readonly string[] | undefined =>
    importTree(
      new Map([
        [
          '/etc/network/interfaces',
          `auto eth0
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1
  up ip route add default via 192.0.2.2 dev eth0 table 5 metric 100
  up ip rule add fwmark 5 table 5
${more}`,
        ],
      ]),
    ).comparison?.differences.flatMap(({ kind, what }) => (kind === 'routes' ? [what] : []))

  it('is no difference with another metric and source', () => {
    expect(differences('')).toEqual([])
  })
})

group('with keepNumbers', () => {
  const text = `auto eth0
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1
auto eth1
iface eth1 inet static
  address 198.51.100.10/24
  up ip route add default via 198.51.100.1 dev eth1 table 5
  up ip route add 198.51.100.0/24 dev eth1 table 5
  up ip rule add from 198.51.100.10 table 5 prio 150
`
  const files = new Map([['/etc/network/interfaces', text]])

  it('a rule for replies keeps its priority, which no reply rule has', () => {
    const { description, comparison } = importTree(files, { keepNumbers: true })
    expect(description).toContain('eth1: { link: eth1, via: 198.51.100.1, table: 5, reply: none }')
    expect(description).toContain('- { from: 198.51.100.10, gateway: eth1, priority: 150 }')
    expect(comparison?.renumbered).toBe(0)
  })

  it('absent, it is the reply rule of its gateway', () => {
    const { description } = importTree(files)
    expect(description).toContain('eth1: { link: eth1, via: 198.51.100.1, table: 5 }')
    expect(description).not.toContain('rules:')
  })
})
