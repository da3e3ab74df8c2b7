// The lease program of ifupdown in a real kernel, called as by a DHCP client.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { compile } from '../../src/compile.js'
import { ifupdown } from '../../src/targets/ifupdown/index.js'
import { netifrc } from '../../src/targets/netifrc/index.js'
import type { Target } from '../../src/targets/target.js'
import { inNetns, netnsTest, type Netns } from './netns.js'
import { writePrograms } from './programs.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-lease-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The router of wan0 is for main with metric 200, that of wan1 only for its table 103, that of lan0 is unused. */
const description = `version: 1
links:
  eth0: { addresses: [192.0.2.10/24, 2001:db8::10/64] }
  wan0: { addresses: [203.0.113.9/24], dhcp4: true }
  wan1: { dhcp4: true }
  lan0: { dhcp4: true }
  wan6: { dhcp6: true }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: wan0, via: lease, lease-routes: true }
  guests: { link: wan1, via: lease, lease-routes: true }
default: { failover: [fiber, cable] }
`

function replaceIn(file: string, old: RegExp, replacement: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(old, replacement))
}

/** The programs in a folder of their own, with this host's data, and clients that are absent from PATH. */
function programsOf(name: string, target: Target = ifupdown): string {
  const { outputs } = compile(description, { targets: [target] })
  const programs = join(folder, name)
  writePrograms(programs, outputs.get(target.id)?.files ?? [], '')
  replaceIn(join(programs, 'library.sh'), /^PATH=/m, `PATH=${programs}/clients:`)
  if (target === ifupdown) replaceIn(join(programs, 'leases.conf'), /timeout 10/g, 'timeout 1')
  // A hook finds the programs by the symbolic link that its client reads.
  for (const hook of target === ifupdown ? ['dhclient-enter.sh'] : ['dhcpcd-hook.sh'])
    replaceIn(join(programs, hook), /\$\(readlink .*\)/, `${programs}/${hook}`)
  mkdirSync(join(programs, 'clients'), { recursive: true })
  return programs
}

const programs = programsOf('host')
/** Writes its process id, and stays. */
writeFileSync(
  join(programs, 'clients', 'dhclient'),
  `#!/bin/sh
echo "$*" >>/run/clients
while [ $# -gt 1 ]; do
  [ "$1" != -r ] || exit 0
  [ "$1" != -pf ] || file=$2
  shift
done
(sleep 5; :) &
echo $! >"$file"
`,
  { mode: 0o755 },
)
const script = join(programs, 'multihome-lease')

interface Client {
  readonly netns: Netns
  /** Calls the program as a client: its argument and its variables. Returns what it says. */
  tells(variables: Readonly<Record<string, string>>, ...word: readonly string[]): string
  /** `dhcp` routes over the link. */
  routes(link: string): readonly string[]
  addresses(link: string): readonly string[]
}

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .filter((line) => line !== '')

async function asClient(use: (client: Client) => void): Promise<void> {
  await inNetns(['eth0', 'wan0', 'wan1', 'lan0', 'wan6'], async (netns) => {
    // The script writes the name servers of udhcpc there, and must not change the file of this machine.
    netns.must(['sh', '-ec', 'touch /run/resolv.conf && mount --bind /run/resolv.conf /etc/resolv.conf'])
    const commands = ['eth0', 'wan0', 'wan1', 'lan0'].map((link) => `link set ${link} up\n`).join('')
    const addresses = 'address add 203.0.113.9/24 dev wan0\naddress add 192.0.2.10/24 dev eth0\n'
    netns.must(['ip', '-batch', '-'], `${commands}${addresses}`)
    use({
      netns,
      tells: (variables, ...word) => {
        const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
        const { stdout, stderr } = netns.run(['env', ...given, script, ...word])
        return `${stdout}${stderr}`
      },
      routes: (link) =>
        linesOf(netns.must(['ip', '-N', '-4', 'route', 'show', 'table', 'all', 'dev', link, 'proto', '16'])),
      addresses: (link) =>
        linesOf(netns.must(['ip', '-4', '-o', 'addr', 'show', 'dev', link])).flatMap(
          (line) => / inet (\S+)/.exec(line)?.[1] ?? [],
        ),
    })
  })
}

const bound = {
  ...{ interface: 'wan0', reason: 'BOUND', new_ip_address: '198.51.100.80' },
  ...{ new_subnet_mask: '255.255.255.0', new_routers: '198.51.100.1 198.51.100.2' },
}
const udhcpc = { interface: 'wan0', ip: '198.51.100.80', mask: '24', lease: '600', router: '198.51.100.1' }
const inMain = ['default via 198.51.100.1 src 198.51.100.80 metric 200 onlink']

describe('multihome-lease', () => {
  netnsTest('installs the first router with the metric of the plan, and removes it with the lease', () =>
    asClient(({ tells, routes, addresses }) => {
      tells(bound, 'dhclient')
      expect(routes('wan0')).toEqual(inMain)
      tells({ ...bound, new_ip_address: '198.51.100.81' }, 'dhclient')
      expect(addresses('wan0')).toEqual(['203.0.113.9/24', '198.51.100.81/24'])
      tells({ interface: 'wan0', reason: 'EXPIRE', old_ip_address: '198.51.100.81' }, 'dhclient')
      expect(routes('wan0')).toEqual([])
      expect(addresses('wan0')).toEqual(['203.0.113.9/24'])
    }),
  )

  netnsTest('prefers a default route of option 121 to the router option', () =>
    asClient(({ tells, routes }) => {
      const routes121 = '0 198 51 100 3 8 10 198 51 100 4 32 172 16 0 9 198 51 100 5 99 1'
      tells({ ...bound, new_rfc3442_classless_static_routes: routes121 }, 'dhclient')
      expect(routes('wan0')).toEqual([
        'default via 198.51.100.3 src 198.51.100.80 metric 200 onlink',
        '10.0.0.0/8 via 198.51.100.4 src 198.51.100.80 metric 200 onlink',
        '172.16.0.9 via 198.51.100.5 src 198.51.100.80 metric 200 onlink',
      ])
      tells({ ...bound, new_rfc3442_classless_static_routes: '8 10 198 51 100 4' }, 'dhclient')
      expect(routes('wan0')).toEqual(['10.0.0.0/8 via 198.51.100.4 src 198.51.100.80 metric 200 onlink'])
    }),
  )

  netnsTest('installs the address for udhcpc, and keeps other addresses', () =>
    asClient(({ tells, routes, addresses }) => {
      tells(udhcpc, 'bound')
      expect(routes('wan0')).toEqual(inMain)
      expect(addresses('wan0')).toEqual(['203.0.113.9/24', '198.51.100.80/24'])
      tells({ interface: 'wan0' }, 'deconfig')
      expect(routes('wan0')).toEqual([])
      expect(addresses('wan0')).toEqual(['203.0.113.9/24'])
    }),
  )

  netnsTest('installs no default route in main for a gateway outside of `default`, nor for a LAN', () =>
    asClient(({ tells, routes, netns }) => {
      const staticroutes = '0.0.0.0/0 198.51.100.3 10.0.0.0/8 198.51.100.4'
      tells({ ...udhcpc, interface: 'wan1', staticroutes }, 'bound')
      expect(routes('wan1')).toEqual([
        'default via 198.51.100.3 table 103 src 198.51.100.80 onlink',
        '10.0.0.0/8 via 198.51.100.4 table 103 src 198.51.100.80 metric 1024 onlink',
      ])
      tells({ ...udhcpc, interface: 'lan0', ip: '10.1.0.80', router: '10.1.0.1' }, 'bound')
      expect(routes('lan0')).toEqual([])
      expect(netns.must(['ip', '-4', 'route', 'show', 'default'])).toBe('')
    }),
  )

  netnsTest('has one DHCPv6 client, however often the link starts without carrier', () =>
    asClient(({ netns }) => {
      netns.must(['sh', '-c', `${script} up wan6; ${script} up wan6`])
      netns.must(['sh', '-c', 'test ! -e /run/clients && ip link set wan6 up && sleep 4'])
      expect(linesOf(netns.must(['cat', '/run/clients']))).toHaveLength(1)
      netns.must([script, 'down', 'wan6'])
    }),
  )

  netnsTest('waits for a link-local address only as long as the link exists', () =>
    asClient(({ netns }) => {
      netns.must(['sh', '-c', `${script} up wan6; ip link del wan6; sleep 2`])
      expect(netns.run(['sh', '-c', 'flock -n /run/multihome/leases/wan6.wait6 true']).status).toBe(0)
      expect(netns.run(['test', '-e', '/run/clients']).status).toBe(1)
    }),
  )

  netnsTest('ends with an error, and without waiting for a lease, if there is no client', () =>
    asClient(({ netns }) => {
      const withoutClients = join(programsOf('without-clients'), 'multihome-lease')
      // The machine may have clients for other programs.
      const hidden =
        'for name in dhcpcd dhclient udhcpc; do path=$(command -v $name) && mount --bind /dev/null "$path"; done'
      const { status, stderr } = netns.run([
        ...['unshare', '-m', 'sh', '-c', `${hidden}; exec "$@"`, 'sh'],
        ...[withoutClients, 'up', 'wan0'],
      ])
      expect(stderr).toBe(
        'multihome-lease: wan0: no DHCP client: install dhcpcd-base, isc-dhcp-client or udhcpc\n',
      )
      expect(status).toBe(1)
    }),
  )

  netnsTest('does not take a static address for a lease', () =>
    asClient(({ netns, tells }) => {
      expect(tells({}, 'up', 'wan0')).toBe('multihome-lease: wan0: no lease yet; the client goes on asking\n')
      netns.must(['ip', 'address', 'add', '198.51.100.80/24', 'dev', 'wan0'])
      expect(tells({}, 'up', 'wan0')).toBe('')
      netns.must([script, 'down', 'wan0'])
    }),
  )

  netnsTest('writes the name servers of all leases of udhcpc', () =>
    asClient(({ netns, tells }) => {
      const resolv = (): string => netns.must(['cat', '/run/resolv.conf'])
      tells({ ...udhcpc, dns: '198.51.100.53', domain: 'example.net' }, 'bound')
      tells({ ...udhcpc, interface: 'wan1', ip: '198.18.0.80', dns: '198.18.0.53' }, 'bound')
      expect(resolv()).toBe('search example.net\nnameserver 198.51.100.53\nnameserver 198.18.0.53\n')
      tells({ interface: 'wan0' }, 'deconfig')
      expect(resolv()).toBe('nameserver 198.18.0.53\n')
    }),
  )

  netnsTest.for([
    '$(touch /run/owned)',
    '`touch /run/owned`',
    '198.51.100.1;touch /run/owned',
    '198.51.100.1/24',
    '-force',
    '*',
  ])('ignores the router %s', (hostile) =>
    asClient(({ tells, routes, netns }) => {
      const option121 = { new_rfc3442_classless_static_routes: `0 ${hostile} 1 2 3 4` }
      const words = `0.0.0.0/0 ${hostile} ${hostile} 198.51.100.4`
      tells({ ...bound, new_routers: hostile }, 'dhclient')
      tells({ ...bound, new_routers: '', ...option121 }, 'dhclient')
      tells({ ...bound, new_routers: hostile, new_classless_static_routes: words })
      tells({ ...udhcpc, router: hostile, staticroutes: words, dns: hostile, domain: hostile }, 'bound')
      tells({ ...udhcpc, ip: hostile, mask: hostile, lease: hostile }, 'renew')
      expect(routes('wan0')).toEqual([])
      expect(netns.run(['test', '-e', '/run/owned']).status).toBe(1)
      expect(netns.must(['cat', '/run/resolv.conf'])).toBe('')
    }),
  )
})

/** Every route that a server can offer, as each client passes it. */
const hostileRoutes = [
  ['0.0.0.0/1', '0 0'],
  ['128.0.0.0/1', '1 128'],
  ['192.0.2.0/24', '24 192 0 2'],
  ['192.0.2.128/25', '25 192 0 2 128'],
  ['192.0.2.10/32', '32 192 0 2 10'],
  ['10.0.0.0/8', '8 10'],
] as const
const routes121 = (router: string): string =>
  hostileRoutes.map(([destination]) => `${destination} ${router}`).join(' ')
const octets121 = (router: string): string =>
  hostileRoutes
    .map(([, octets]) => `${octets.replace('0 0', '1 0')} ${router.replaceAll('.', ' ')}`)
    .join(' ')

describe('a hostile server', () => {
  /** The lease of each client with further routes by option 121. */
  const offers = (link: string, ip: string, router: string) =>
    [
      [
        'dhclient',
        ['dhclient'],
        {
          ...{ ...bound, interface: link, new_ip_address: ip, new_routers: router },
          new_rfc3442_classless_static_routes: octets121(router),
        },
      ],
      [
        'dhcpcd',
        [],
        {
          ...{ ...bound, interface: link, new_ip_address: ip, new_routers: router },
          new_classless_static_routes: routes121(router),
        },
      ],
      [
        'udhcpc',
        ['bound'],
        {
          ...{ ...udhcpc, interface: link, ip, router, staticroutes: routes121(router) },
          ...{ routes: routes121(router), msstaticroutes: routes121(router) },
        },
      ],
    ] as const

  for (const [client, words, variables] of offers('lan0', '10.1.0.80', '10.1.0.1'))
    netnsTest(`gives no route at all by ${client} to a link without a gateway`, () =>
      asClient(({ netns, tells, routes }) => {
        // dhcpcd has installed them before it calls the program.
        if (client === 'dhcpcd')
          netns.must([
            ...['sh', '-ec'],
            `ip address add 10.1.0.80/24 dev lan0
             for prefix in ${hostileRoutes.map(([prefix]) => prefix).join(' ')}
             do ip route add $prefix via 10.1.0.1 dev lan0 protocol 16 metric 1003; done`,
          ])
        const said = tells(variables, ...words)
        expect(said).toContain(
          'lan0: the route to 128.0.0.0/1 is ignored: no gateway is by a lease of this link',
        )
        expect(routes('lan0')).toEqual([])
      }),
    )

  for (const [client, words, variables] of offers('wan0', '198.51.100.80', '198.51.100.1'))
    netnsTest(`gives no route by ${client} into networks of other links`, () =>
      asClient(({ tells, routes, netns }) => {
        if (client === 'dhcpcd')
          netns.must([
            ...['sh', '-ec'],
            `ip address add 198.51.100.80/24 dev wan0
             for prefix in ${hostileRoutes.map(([prefix]) => prefix).join(' ')}
             do ip route add $prefix via 198.51.100.1 dev wan0 protocol 16 metric 1003; done`,
          ])
        const said = tells(variables, ...words)
        expect(said).toContain('the route to 192.0.2.128/25 is ignored: 192.0.2.10/24 is a network of eth0')
        expect(said).toContain('the route to 128.0.0.0/1 is ignored: it is larger than /8')
        expect(routes('wan0').map((route) => route.split(' ')[0])).toEqual(['10.0.0.0/8'])
      }),
    )

  netnsTest('keeps routes of the table’s gateway out of main', () =>
    asClient(({ tells, routes }) => {
      const [, , [, words, variables]] = offers('wan1', '198.18.0.80', '198.18.0.1')
      tells(variables, ...words)
      expect(routes('wan1').filter((route) => !route.includes(' table 103 '))).toEqual([])
      expect(routes('wan1')).toHaveLength(3)
    }),
  )

  netnsTest('cannot give the address of another link', () =>
    asClient(({ tells, addresses, routes }) => {
      const refused = '192.0.2.10 is refused: it is an address of eth0'
      const lease = { ...bound, new_ip_address: '192.0.2.10', new_routers: '192.0.2.1' }
      expect(tells(lease, 'dhclient-enter')).toContain(refused)
      expect(tells(lease, 'dhclient')).toContain(refused)
      expect(tells({ ...udhcpc, ip: '192.0.2.10', router: '192.0.2.1' }, 'bound')).toContain(refused)
      expect(tells({ ...lease, new_subnet_cidr: '24' })).toContain(refused)
      expect(addresses('wan0')).toEqual(['203.0.113.9/24'])
      expect(routes('wan0')).toEqual([])
    }),
  )

  netnsTest.for([
    ['192.0.2.129', '255.255.255.128', '25'],
    ['192.0.3.1', '255.255.252.0', '22'],
    ['198.51.100.80', '128.0.0.0', '1'],
    ['198.51.100.80', '0.0.0.0', '0'],
  ] as const)('connects no network of another link, nor half of the Internet: %s %s', ([ip, dotted, mask]) =>
    asClient(({ tells, addresses }) => {
      tells({ ...udhcpc, ip, mask, router: '' }, 'bound')
      expect(addresses('wan0')).toEqual(['203.0.113.9/24', `${ip}/32`])
      const lease = { ...bound, new_ip_address: ip, new_subnet_mask: dotted, new_routers: '' }
      expect(tells(lease, 'dhclient-enter')).toContain(`${ip}/32\n`)
    }),
  )
})

describe('a hook', () => {
  netnsTest('of dhclient leaves a link alone that is not listed, whatever its name', () =>
    asClient(({ netns }) => {
      for (const name of ['esac', 'dev', '*', 'wan*', 'lease', '']) {
        const hooks = `. ${programs}/dhclient-enter.sh; echo "$new_routers"; . ${programs}/dhclient-exit.sh`
        const { stdout, stderr } = netns.run([
          ...['env', `interface=${name}`, 'reason=BOUND', 'new_routers=192.0.2.1'],
          ...['sh', '-c', hooks],
        ])
        expect(`${stdout}${stderr}`).toBe('192.0.2.1\n')
      }
    }),
  )

  netnsTest('of dhclient keeps the routes from dhclient-script, and passes them on', () =>
    asClient(({ netns, routes }) => {
      const hooks = `. ${programs}/dhclient-enter.sh; echo "<$new_routers>"; . ${programs}/dhclient-exit.sh`
      const given = Object.entries(bound).map(([name, value]) => `${name}=${value}`)
      expect(netns.must(['env', ...given, 'sh', '-c', hooks])).toBe('<>\n')
      expect(routes('wan0')).toEqual(inMain)
    }),
  )

  netnsTest('of dhcpcd passes the router of a table’s gateway, and leaves any other link alone', () =>
    asClient(({ netns, routes }) => {
      const hooked = programsOf('netifrc', netifrc)
      netns.must(['ip', 'address', 'add', '198.18.0.80/24', 'dev', 'wan1'])
      const lease = 'reason=BOUND new_ip_address=198.18.0.80 new_routers="198.18.0.1 198.18.0.2"'
      for (const name of ['wan1', 'wan0', 'lan0', 'esac', '*', ''])
        expect(
          netns.must([
            'sh',
            '-c',
            `interface='${name}' ${lease}; export interface; . ${hooked}/dhcpcd-hook.sh`,
          ]),
        ).toBe('')
      expect(routes('wan1')).toEqual(['default via 198.18.0.1 table 103 src 198.18.0.80 onlink'])
      expect(routes('wan0')).toEqual([])
      netns.must([
        ...['sh', '-c'],
        `interface=wan1 reason=EXPIRE; export interface; . ${hooked}/dhcpcd-hook.sh`,
      ])
      expect(routes('wan1')).toEqual([])
    }),
  )
})
