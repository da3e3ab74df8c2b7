// The address tracker in a real kernel: the test acts as the DHCP client, and as a program that interferes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect } from 'vitest'
import { compile } from '../../src/compile.js'
import { iproute2 } from '../../src/targets/iproute2/index.js'
import { kernelRoutes, kernelRules } from './kernel.js'
import { inNetns, netnsTest, type Netns } from './netns.js'
import { writePrograms } from './programs.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-tracker-'))
afterAll(() => rmSync(folder, { recursive: true }))

const FOLLOWED: readonly string[] = ['79']

let count = 0

function trackerOf(description: string): string {
  const { outputs } = compile(`version: 1\n${description}`, { targets: [iproute2] })
  const files = outputs.get('iproute2')?.files ?? []
  return writePrograms(
    join(folder, `host-${(count += 1)}`),
    files,
    '/usr/local/lib/multihome/multihome-tracker',
  )
}

interface Host {
  readonly path: string
  /** Lines of ip(8). */
  ip(...lines: readonly string[]): void
  run(verb: string): string
  /** Waits up to five seconds until the script has installed exactly this. */
  becomes(expected: readonly string[]): Promise<void>
  state(): readonly string[]
}

const stateOf = (netns: Netns): readonly string[] =>
  [...kernelRules(netns, FOLLOWED), ...kernelRoutes(netns, FOLLOWED)].sort()

async function onHost(
  description: string,
  links: readonly string[],
  use: (host: Host) => Promise<void> | void,
  isWatching = true,
): Promise<void> {
  const path = trackerOf(description)
  await inNetns(links, async (netns) => {
    const host: Host = {
      path,
      ip: (...lines) => void netns.must(['sh', '-ec', lines.map((line) => `ip ${line}`).join('\n')]),
      run: (verb) => netns.must(['sh', '-c', `{ ${path} ${verb}; } 2>&1`]),
      state: () => stateOf(netns),
      becomes: async (expected) => {
        const sorted = [...expected].sort()
        for (let tries = 0; tries < 200 && stateOf(netns).join('\n') !== sorted.join('\n'); tries += 1)
          await sleep(100)
        expect(stateOf(netns)).toEqual(sorted)
      },
    }
    for (const link of links) host.ip(`link set ${link} up`)
    if (isWatching) netns.must(['sh', '-c', `${path} watch >/run/said 2>&1 & echo $! >/run/watcher`])
    try {
      await use(host)
      if (isWatching) expect(netns.must(['cat', '/run/said'])).toBe('')
    } finally {
      if (isWatching) netns.run(['sh', '-c', 'kill "$(cat /run/watcher)"'])
    }
  })
}

const two = `
links:
  eth0: { addresses: [192.0.2.10/24] }
  wan1: { addresses: [198.51.100.10/24], dhcp4: true, accept-ra: true, dhcp6: true }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: wan1, via: lease, addresses: [198.51.100.10], reply: [from, to], lease-routes: true }
default: { failover: [fiber, cable] }
`.replace(' addresses: [198.51.100.10],', '')

/** Static addresses have priorities below 19000. */
const replies = (family: string, address: string): readonly string[] => [
  `${family} pref 19000 from ${address} lookup 102`,
  `${family} pref 19001 to ${address} lookup 102`,
]

describe('a lease', () => {
  netnsTest('is tracked from its first address to another address, another subnet, and its end', async () => {
    await onHost(two, ['eth0', 'wan1'], async ({ ip, becomes }) => {
      ip(
        'address add 198.51.100.10/24 dev wan1',
        'address add 203.0.113.80/24 dev wan1',
        'route add default via 203.0.113.1 dev wan1 proto dhcp src 203.0.113.80 metric 200',
        'route add 10.9.0.0/16 via 203.0.113.9 dev wan1 proto dhcp metric 200',
        'route add 203.0.113.1 dev wan1 proto dhcp scope link metric 200',
      )
      // The static address has its own rules and connected route, which the script leaves alone.
      const had = [
        ...replies('inet', '203.0.113.80'),
        'inet 10.9.0.0/16 table 102 src 203.0.113.80 metric 0 nexthop via 203.0.113.9 dev wan1 weight 1 onlink',
        'inet 198.51.100.0/24 table 102 scope link src 198.51.100.10 metric 0 nexthop dev wan1 weight 1',
        'inet 203.0.113.0/24 table 102 scope link src 203.0.113.80 metric 0 nexthop dev wan1 weight 1',
        'inet default table 102 src 203.0.113.80 metric 0 nexthop via 203.0.113.1 dev wan1 weight 1 onlink',
      ]
      await becomes(had)

      ip(
        'address add 100.64.7.5/25 dev wan1',
        'route del default dev wan1 metric 200',
        'route del 10.9.0.0/16',
        'address del 203.0.113.80/24 dev wan1',
        'route add default via 100.64.7.1 dev wan1 proto boot metric 200',
      )
      const moved = [
        ...replies('inet', '100.64.7.5'),
        'inet 100.64.7.0/25 table 102 scope link src 100.64.7.5 metric 0 nexthop dev wan1 weight 1',
        'inet 198.51.100.0/24 table 102 scope link src 198.51.100.10 metric 0 nexthop dev wan1 weight 1',
        'inet default table 102 src 100.64.7.5 metric 0 nexthop via 100.64.7.1 dev wan1 weight 1 onlink',
      ]
      await becomes(moved)

      ip('address flush dev wan1')
      await becomes([])
    })
  })

  netnsTest.for([
    ['none of its further routes without `lease-routes`', ', lease-routes: true', []],
    ['no route into a network of another link', '', ['inet 10.9.0.0/16']],
  ] as const)('brings %s', async ([, without, expected]) => {
    const use = ({ ip, run, state }: Host): void => {
      ip(
        'address add 203.0.113.80/24 dev wan1',
        'route add 10.9.0.0/16 via 203.0.113.9 dev wan1 proto dhcp metric 200',
        'route add 192.0.2.128/25 via 203.0.113.9 dev wan1 proto dhcp metric 200',
      )
      run('refresh')
      const routes = state().filter((line) => line.includes(' via 203.0.113.9 '))
      expect(routes.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(expected)
    }
    await onHost(two.replace(without, ''), ['eth0', 'wan1'], use, false)
  })

  netnsTest('has a rule for the prefix of an advertisement, and for the address of DHCPv6', async () => {
    await onHost(two, ['eth0', 'wan1'], async ({ ip, becomes }) => {
      ip(
        '-6 address add 2001:db8:0:0:5::1/64 dev wan1 nodad',
        '-6 address add 2001:db8:b:c:0:1:0:2/64 dev wan1 nodad',
        '-6 address add 2001:db8:b:c:0:1:0:3/64 dev wan1 nodad',
        '-6 address add 2001:db8:b:c::80/128 dev wan1 nodad',
        '-6 route add default via fe80::1 dev wan1 proto ra metric 200',
      )
      const routes = [
        'inet6 2001:db8:b:c::/64 table 102 metric 1024 nexthop dev wan1 weight 1',
        'inet6 2001:db8::/64 table 102 metric 1024 nexthop dev wan1 weight 1',
        'inet6 default table 102 metric 1024 nexthop via fe80::1 dev wan1 weight 1',
      ]
      const selectors = (prefixes: readonly string[]) =>
        ['from', 'to'].flatMap((word, index) =>
          prefixes.map((prefix) => `inet6 pref ${19000 + index} ${word} ${prefix} lookup 102`),
        )
      const all = ['2001:db8:b:c::80', '2001:db8:b:c::/64', '2001:db8::/64']
      await becomes([...selectors(all), ...routes])

      ip('-6 address del 2001:db8:0:0:5::1/64 dev wan1', '-6 address del 2001:db8:b:c:0:1:0:2/64 dev wan1')
      await becomes([...selectors(all.slice(0, 2)), ...routes.toSpliced(1, 1)])
    })
  })

  netnsTest('has its rules and routes installed again after another program deleted them', async () => {
    await onHost(two, ['eth0', 'wan1'], async ({ ip, becomes }) => {
      ip('address add 203.0.113.80/24 dev wan1')
      const had = [
        ...replies('inet', '203.0.113.80'),
        'inet 203.0.113.0/24 table 102 scope link src 203.0.113.80 metric 0 nexthop dev wan1 weight 1',
      ]
      await becomes(had)
      ip('rule flush protocol 79', 'route flush table 102')
      await becomes(had)
    })
  })

  netnsTest('causes no further runs while nothing changes', async () => {
    await onHost(
      two,
      ['eth0', 'wan1'],
      async ({ path, ip, run }) => {
        ip(
          'address add 203.0.113.80/24 dev wan1',
          '-6 address add 2001:db8:b:c::1/64 dev wan1 nodad',
          'route add default via 203.0.113.1 dev wan1 proto dhcp metric 200',
          '-6 route add default via fe80::1 dev wan1 proto ra metric 200',
        )
        run('refresh')
        const again = run(
          `forget; ip -o monitor address route rule >/run/events & sleep 0.2; ${path} refresh; sleep 0.2; : >/run/events; ${path} refresh; sleep 0.2; kill $!; cat /run/events`,
        )
        expect(again).toBe('')
      },
      false,
    )
  })

  netnsTest('loses its rules and routes once its data is removed', async () => {
    await onHost(two, ['eth0', 'wan1'], async ({ path, ip, becomes }) => {
      ip('address add 203.0.113.80/24 dev wan1')
      const had = [
        ...replies('inet', '203.0.113.80'),
        'inet 203.0.113.0/24 table 102 scope link src 203.0.113.80 metric 0 nexthop dev wan1 weight 1',
      ]
      await becomes(had)
      rmSync(join(dirname(path), 'tracker.conf'))
      ip('link set wan1 down')
      await becomes([])
    })
  })
})

describe('a lease whose default route main must not have', () => {
  const apart = `
links:
  eth0: { addresses: [192.0.2.10/24] }
  wan1: { dhcp4: true }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: wan1, via: lease }
default: fiber
`

  netnsTest('has its router from the hook of the client, and only its network in main', async () => {
    await onHost(
      apart,
      ['eth0', 'wan1'],
      async ({ ip, run, state }) => {
        ip('address add 203.0.113.80/24 dev wan1', 'route add default via 203.0.113.1 dev wan1 proto dhcp')
        run('refresh')
        // The default route in main is ignored.
        expect(state()).toEqual([
          'inet 203.0.113.0/24 table 102 scope link src 203.0.113.80 metric 0 nexthop dev wan1 weight 1',
          'inet pref 19000 from 203.0.113.80 lookup 102',
        ])
        ip('route del default')
        run('router wan1 203.0.113.1 203.0.113.80')
        expect(run('refresh; ip route show table 102')).toContain(
          'default via 203.0.113.1 dev wan1 proto dhcp src 203.0.113.80 onlink',
        )
        expect(run('refresh; ip route show default')).toBe('')
        run('router wan1')
        expect(run('refresh; ip route show table 102')).not.toContain('default')
      },
      false,
    )
  })

  netnsTest('has no text of the provider evaluated as shell', async () => {
    await onHost(
      apart,
      ['eth0', 'wan1'],
      async ({ run }) => {
        expect(run(`router wan1 '$(touch /run/evil)' || true; test -e /run/evil || echo safe`)).toContain(
          'safe',
        )
        expect(run(`router wan1 '203.0.113.1 dev lo' || true`)).toContain('not an IPv4 address')
      },
      false,
    )
  })

  netnsTest('keeps its network in main if its client installs it in the table', async () => {
    await onHost(apart, ['eth0', 'wan1'], async ({ ip, becomes }) => {
      ip(
        'address add 203.0.113.80/24 dev wan1 noprefixroute',
        'route add 203.0.113.0/24 dev wan1 proto kernel scope link src 203.0.113.80 table 102 metric 512',
        'route add default via 203.0.113.1 dev wan1 proto dhcp src 203.0.113.80 table 102 metric 512',
      )
      const had = [
        'inet pref 19000 from 203.0.113.80 lookup 102',
        'inet 203.0.113.0/24 scope link src 203.0.113.80 metric 0 nexthop dev wan1 weight 1',
      ]
      await becomes(had)
    })
  })
})

describe('a balanced default', () => {
  const balanced = `
links:
  eth0: { addresses: [192.0.2.10/24] }
  wan1: { dhcp4: true }
  wan2: { dhcp4: true }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: wan1, via: lease }
  lte: { link: wan2, via: lease }
default: { balance: { fiber: 3, cable: 1, lte: 2 } }
`
  const main = (lines: readonly string[]) =>
    lines.filter((line) => /^inet default (scope link )?metric/.test(line))
  const hops = (...words: readonly string[]) => [
    ['inet default metric 100', ...words.map((word) => `nexthop ${word}`)].join(' '),
  ]
  const fiber = 'via 192.0.2.1 dev eth0 weight 3'
  const cable = 'via 203.0.113.1 dev wan1 weight 1'
  const lte = 'via 100.64.7.1 dev wan2 weight 2'

  netnsTest('is over the members that currently have a next hop', async () => {
    await onHost(balanced, ['eth0', 'wan1', 'wan2'], async ({ ip, state }) => {
      const become = async (expected: readonly string[]) => {
        for (let tries = 0; tries < 50 && main(state()).join() !== expected.join(); tries += 1)
          await sleep(100)
        expect(main(state())).toEqual(expected)
      }
      ip(
        'address add 192.0.2.10/24 dev eth0',
        'route add default via 192.0.2.1 dev eth0 proto static metric 200',
      )
      ip('address add 203.0.113.80/24 dev wan1')
      await become([])
      ip('route add default via 203.0.113.1 dev wan1 proto dhcp metric 300')
      await become(hops(fiber, cable))
      ip(
        'address add 100.64.7.5/25 dev wan2',
        'route add default via 100.64.7.1 dev wan2 proto dhcp metric 400',
      )
      await become(hops(fiber, cable, lte))
      ip('link set eth0 down')
      await become(hops(cable, lte))
      ip('address flush dev wan1')
      await become([])
      ip(
        'address add 203.0.113.80/24 dev wan1',
        'route add default via 203.0.113.1 dev wan1 proto dhcp metric 300',
      )
      await become(hops(cable, lte))
    })
  })
})

const tunnels = `
links:
  eth0: { addresses: [192.0.2.10/24] }
  tun0: { manage: routing }
  tun1: { manage: routing, addresses: [10.9.0.2/24, 'fd00:9::2/64'] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  vpn: { link: tun0, via: none, fail-closed: true }
  office: { link: tun1, via: [10.9.0.1, 'fd00:9::1'] }
default: fiber
`

describe('a link that another program creates', () => {
  const make = (name: string, ...addresses: readonly string[]): readonly string[] => [
    `link add ${name} type veth peer name far-${name}`,
    `link set far-${name} up`,
    ...addresses.map((address) => `address add ${address} dev ${name} nodad`),
    `link set ${name} up`,
  ]
  const vpn = (address: string): readonly string[] => [
    `inet pref 19000 from ${address} lookup 102`,
    'inet default table 102 scope link metric 0 nexthop dev tun0 weight 1',
  ]
  const office = [
    'inet 10.9.0.0/24 table 103 scope link src 10.9.0.2 metric 0 nexthop dev tun1 weight 1',
    'inet default table 103 metric 0 nexthop via 10.9.0.1 dev tun1 weight 1',
    'inet6 default table 103 metric 1024 nexthop via fd00:9::1 dev tun1 weight 1',
    'inet6 fd00:9::/64 table 103 metric 1024 nexthop dev tun1 weight 1',
  ]

  netnsTest('gets its routes whenever it appears', async () => {
    await onHost(tunnels, ['eth0'], async ({ ip, becomes }) => {
      await becomes([])
      for (const address of ['10.8.0.2', '10.8.1.2', '10.8.2.2']) {
        ip(...make('tun0', `${address}/32`))
        await becomes(vpn(address))
        ip('link del tun0')
        await becomes([])
      }
      ip(...make('tun1', '10.9.0.2/24', 'fd00:9::2/64'))
      await becomes(office)
      ip('link set tun1 down', 'link set tun1 up', 'address replace fd00:9::2/64 dev tun1 nodad')
      await becomes(office)
      // Configured differently by the program that created it: not touched.
      ip('-4 route replace default via 10.9.0.7 dev tun1 table 103 protocol 4')
      await becomes(office.filter((line) => !line.includes('10.9.0.1')))
      ip('-4 route del default table 103')
      await becomes(office)
    })
  })

  netnsTest('causes no further runs while nothing changes', async () => {
    await onHost(
      tunnels,
      ['eth0'],
      async ({ path, ip, run }) => {
        ip(...make('tun0', '10.8.0.2/32'), ...make('tun1', '10.9.0.2/24', 'fd00:9::2/64'))
        run('refresh')
        const again = run(
          `forget; ip -o monitor address route rule >/run/events & sleep 0.2; ${path} refresh; sleep 0.2; : >/run/events; ${path} refresh; sleep 0.2; kill $!; cat /run/events`,
        )
        expect(again).toBe('')
      },
      false,
    )
  })
})

describe('a hostile lease', () => {
  const withVpn = `
links:
  wan1: { dhcp4: true, accept-ra: true }
  wg0: { manage: routing, addresses: [10.8.0.2/24, 'fd00:8::2/64'] }
gateways:
  cable: { link: wan1, via: lease }
  vpn: { link: wg0, via: none, fail-closed: true }
default: cable
`

  netnsTest('gets no rule and no route for an address of another link, or a network around one', async () => {
    await onHost(
      withVpn,
      ['wan1', 'wg0'],
      async ({ ip, run, state }) => {
        ip(
          ...['10.8.0.2/32', '10.0.0.7/8', 'fd00:8::9/64', '203.0.113.80/24'].map(
            (address) => `address add ${address} dev wan1${address.includes(':') ? ' nodad' : ''}`,
          ),
          'address add 10.8.0.2/24 dev wg0',
        )
        const said = run('refresh')
        for (const address of ['10.8.0.2/32', '10.0.0.7/8', 'fd00:8::9/64'])
          expect(said).toContain(`wan1: ${address} is ignored: `)
        expect(state().filter((line) => line.includes('101'))).toEqual([
          'inet 203.0.113.0/24 table 101 scope link src 203.0.113.80 metric 0 nexthop dev wan1 weight 1',
          'inet pref 19000 from 203.0.113.80 lookup 101',
        ])
      },
      false,
    )
  })

  netnsTest('gets no rule for an address that a tunnel of another program has', async () => {
    await onHost(
      withVpn.replace(", addresses: [10.8.0.2/24, 'fd00:8::2/64']", ''),
      ['wan1', 'wg0'],
      async ({ ip, run, state }) => {
        ip('address add 10.8.0.2/32 dev wan1', 'address add 10.8.0.2/24 dev wg0')
        expect(run('refresh')).toContain('10.8.0.2/32 is ignored: 10.8.0.2 is an address of wg0')
        expect(state().filter((line) => line.includes('pref'))).toEqual([
          'inet pref 19001 from 10.8.0.2 lookup 102',
        ])
      },
      false,
    )
  })
})

describe('changed data', () => {
  const balanced = (way: string, mtu: number): string => `
links:
  eth0: { addresses: [192.0.2.10/24] }
  tun0: { manage: routing, addresses: [10.8.0.2/32] }
  tun1: { manage: routing, addresses: [10.9.0.2/32] }
gateways:
  one: { link: tun0, via: none }
  two: { link: tun1, via: none, routes: [{ to: 10.77.0.0/16, mtu: ${mtu} }] }
default: { ${way} }
`
  const up = [
    'link set tun0 up',
    'link set tun1 up',
    'address add 10.8.0.2/32 dev tun0',
    'address add 10.9.0.2/32 dev tun1',
  ]

  netnsTest('replaces a weight and an mtu, and removes the multipath of a former default', async () => {
    const [first, second, third] = [
      trackerOf(balanced('balance: { one: 2, two: 1 }', 1400)),
      trackerOf(balanced('balance: { one: 7, two: 1 }', 1300)),
      trackerOf(balanced('failover: [two, one]', 1300)),
    ]
    await inNetns(['eth0', 'tun0', 'tun1'], (netns) => {
      for (const line of up) netns.must(['ip', ...line.split(' ')])
      const after = (path: string): readonly string[] => {
        expect(netns.run([path, 'refresh'])).toEqual({ status: 0, stdout: '', stderr: '' })
        return stateOf(netns)
      }
      expect(after(first).join('\n')).toMatch(/weight 2[^]*mtu 1400|mtu 1400[^]*weight 2/)
      const changed = after(second).join('\n')
      expect(changed).toMatch(/weight 7/)
      expect(changed).toMatch(/mtu 1300/)
      expect(changed).not.toMatch(/weight 2|mtu 1400/)
      const failover = after(third)
      expect(
        failover.filter((line) => line.includes('nexthop dev tun0') && line.includes('nexthop dev tun1')),
      ).toEqual([])
      expect(failover.filter((line) => /^inet default (scope link )?metric/.test(line))).toHaveLength(2)
    })
  })
})
