// The lease script of ifupdown in a real kernel, called as by a DHCP client.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { compile } from '../../src/compile.js'
import { ifupdown } from '../../src/targets/ifupdown/index.js'
import { inNetns, netnsTest, type Netns } from './netns.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-lease-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The router of wan0 is for main with metric 200, that of wan1 only for its table 103, that of lan0 is unused. */
const description = `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  wan0: { addresses: [203.0.113.9/24], dhcp4: true }
  wan1: { dhcp4: true }
  lan0: { dhcp4: true }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: wan0, via: lease }
  guests: { link: wan1, via: lease }
default: { failover: [fiber, cable] }
`

function scriptPath(): string {
  const { outputs } = compile(description, { targets: [ifupdown] })
  const file = outputs.get('ifupdown')?.files.find(({ path }) => path.endsWith('/multihome-lease'))
  if (file === undefined || !('content' in file)) throw new Error('no script')
  const path = join(folder, 'multihome-lease')
  writeFileSync(path, file.content)
  chmodSync(path, 0o755)
  return path
}

const script = scriptPath()

interface Client {
  readonly netns: Netns
  /** Calls the script as a client: its argument and its variables. */
  tells(variables: Readonly<Record<string, string>>, ...word: readonly string[]): void
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
  await inNetns(['wan0', 'wan1', 'lan0'], async (netns) => {
    // The script writes the name servers of udhcpc there, and must not change the file of this machine.
    netns.must(['sh', '-ec', 'touch /run/resolv.conf && mount --bind /run/resolv.conf /etc/resolv.conf'])
    const commands = ['link set wan0 up', 'link set wan1 up', 'link set lan0 up']
    netns.must(['ip', '-batch', '-'], `${commands.join('\n')}\naddress add 203.0.113.9/24 dev wan0\n`)
    use({
      netns,
      tells: (variables, ...word) => {
        const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
        netns.run(['env', ...given, script, ...word])
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
const inMain = ['default via 198.51.100.1 src 198.51.100.80 metric 200']

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
        'default via 198.51.100.3 src 198.51.100.80 metric 200',
        '10.0.0.0/8 via 198.51.100.4 src 198.51.100.80',
        '172.16.0.9 via 198.51.100.5 src 198.51.100.80',
      ])
      tells({ ...bound, new_rfc3442_classless_static_routes: '8 10 198 51 100 4' }, 'dhclient')
      expect(routes('wan0')).toEqual(['10.0.0.0/8 via 198.51.100.4 src 198.51.100.80'])
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
      expect(routes('wan1')).toEqual(['10.0.0.0/8 via 198.51.100.4 table 103 src 198.51.100.80'])
      tells({ ...udhcpc, interface: 'lan0', ip: '10.1.0.80', router: '10.1.0.1' }, 'bound')
      expect(routes('lan0')).toEqual([])
      expect(netns.must(['ip', '-4', 'route', 'show', 'default'])).toBe('')
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
