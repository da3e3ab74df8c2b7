// Files of networkd as people write them.
import { describe, expect, it } from 'vitest'
import { networkdReader } from '../../../src/targets/networkd/read.js'
import { foundLines } from '../../found/commands/read-commands.js'
import { readFiles } from '../../found/round-trip/units.js'

const FOLDER = '/etc/systemd/network'

/** Files by name in /etc/systemd/network, or by path. */
const read = (files: Readonly<Record<string, string>>) =>
  readFiles(
    new Map(
      Object.entries(files).map(([name, text]) => [name.startsWith('/') ? name : `${FOLDER}/${name}`, text]),
    ),
    [networkdReader],
  )

const problems = (files: Readonly<Record<string, string>>): readonly string[] =>
  read(files).problems.map(
    ({ kind, place, why }) => `${kind} ${place.file.split('/').at(-1) ?? ''}:${place.line}: ${why}`,
  )

const lines = (files: Readonly<Record<string, string>>): readonly string[] =>
  foundLines(read(files)).filter((line) => /^(?:link|address|route|rule|sysctl|table)/.test(line))

const eth0 = '[Match]\nName=eth0\n'

describe('the files', () => {
  it('replace those of the same name in less important folders', () => {
    const files = {
      '/usr/lib/systemd/network/10-eth0.network': `${eth0}[Network]\nAddress=192.0.2.1/24\n`,
      '/run/systemd/network/10-eth0.network': `${eth0}[Network]\nAddress=192.0.2.2/24\n`,
      '10-eth0.network': `${eth0}[Network]\nAddress=192.0.2.3/24\n`,
    }
    expect(lines(files)).toEqual(['link eth0', 'address 192.0.2.3/24 dev eth0'])
    expect(problems(files)).toEqual([
      'without-effect 10-eth0.network:1: /run/systemd/network/10-eth0.network has the same name and replaces this file',
      'without-effect 10-eth0.network:1: /etc/systemd/network/10-eth0.network has the same name and replaces this file',
    ])
  })

  it('mask a name with all its drop-ins when they are empty', () => {
    expect(
      lines({
        '/usr/lib/systemd/network/10-eth0.network': `${eth0}[Network]\nAddress=192.0.2.1/24\n`,
        '10-eth0.network': '',
        '10-eth0.network.d/a.conf': '[Network]\nGateway=192.0.2.9\n',
      }),
    ).toEqual([])
  })

  it('are read in the order of their names, and the first that matches a link is the only one', () => {
    const files = {
      '20-all.network': '[Match]\nName=eth*\n[Network]\nAddress=192.0.2.2/24\n',
      '10-eth0.network': `${eth0}[Network]\nAddress=192.0.2.1/24\n`,
      '30-eth1.network': '[Match]\nName=eth1\n[Network]\nAddress=192.0.2.3/24\n',
    }
    expect(lines(files)).toEqual([
      'link eth0',
      'address 192.0.2.1/24 dev eth0',
      'link eth1',
      'address 192.0.2.2/24 dev eth1',
    ])
    expect(problems(files)).toEqual([
      'unknown 20-all.network:2: it is read for eth1, and may match links that no file names: name each link',
      'without-effect 30-eth1.network:2: 20-all.network is read first for the same link',
    ])
  })

  it('are for the cards of the host that they match, where the files have those', () => {
    const files = {
      '/sys/class/net/lo/address': '00:00:00:00:00:00\n',
      '/sys/class/net/eth0/address': '02:00:00:00:00:01\n',
      '/sys/class/net/eth1/address': '02:00:00:00:00:02\n',
      '/sys/class/net/wlan0/address': '02:00:00:00:00:03\n',
      '/sys/class/net/br0/address': '02:00:00:00:00:03\n',
      '/sys/class/net/br0/uevent': 'DEVTYPE=bridge\nINTERFACE=br0\n',
      '10-one.network': '[Match]\nMACAddress=02-00-00-00-00-01\n[Network]\nAddress=192.0.2.1/24\n',
      '20-glob.network': '[Match]\nName=eth*\n[Network]\nAddress=192.0.2.2/24\n',
      '30-again.network': '[Match]\nName=e*\n[Network]\nAddress=192.0.2.3/24\n',
      '40-none.network': '[Match]\nName=en*\n[Network]\nAddress=192.0.2.4/24\n',
      '50-type.network': '[Match]\nType=ether\n[Network]\nAddress=192.0.2.5/24\n',
      '60-driver.network': '[Match]\nDriver=virtio_net\n[Network]\nAddress=192.0.2.6/24\n',
    }
    expect(lines(files)).toEqual([
      'link eth0',
      'address 192.0.2.1/24 dev eth0',
      'link eth1',
      'address 192.0.2.2/24 dev eth1',
      'link wlan0',
      'address 192.0.2.5/24 dev wlan0',
    ])
    expect(problems(files)).toEqual([
      'without-effect 30-again.network:2: 10-one.network is read first for the same link',
      'without-effect 40-none.network:2: no link of the host matches it',
      'unknown 60-driver.network:2: the files name no link that it matches, so the file is not read: name the link',
    ])
  })

  it('are for the card that udev gives a name by its MAC address', () => {
    const rules = 'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="02:00:00:00:00:01", NAME="lan0"\n'
    const files = {
      '/etc/udev/rules.d/70-persistent-net.rules': rules,
      '10-lan.network': '[Match]\nMACAddress=02:00:00:00:00:01\n[Network]\nAddress=192.0.2.1/24\n',
      '20-wan.network': '[Match]\nMACAddress=02:00:00:00:00:02\n[Network]\nAddress=192.0.2.2/24\n',
      '20-wan.link': '[Match]\nPermanentMACAddress=02:00:00:00:00:02\n[Link]\nName=wan0\n',
    }
    expect(lines(files)).toEqual([
      'link lan0',
      'address 192.0.2.1/24 dev lan0',
      'link wan0',
      'address 192.0.2.2/24 dev wan0',
    ])
  })

  it('are completed by drop-ins of all folders, which reset lists', () => {
    expect(
      lines({
        '10-eth0.network': `${eth0}[Network]\nAddress=192.0.2.1/24\nDNS=192.0.2.53\nGateway=192.0.2.9\n`,
        '10-eth0.network.d/50-b.conf': '[Network]\nAddress=\nAddress=198.51.100.1/24\n',
        '/run/systemd/network/10-eth0.network.d/60-c.conf': '[Network]\nGateway=\nGateway=198.51.100.9\n',
        '/usr/lib/systemd/network/10-eth0.network.d/50-b.conf': '[Network]\nAddress=203.0.113.1/24\n',
      }),
    ).toEqual([
      'link eth0',
      'address 198.51.100.1/24 dev eth0',
      'route -4 0.0.0.0/0 via 198.51.100.9 dev eth0',
    ])
  })

  it('are reported where networkd ignores them', () => {
    expect(
      problems({
        '10-a.network': '[Network]\nDHCP=yes\n',
        '20-b.network.d/x.conf': '[Network]\nDHCP=yes\n',
        '30-c.network': '[Match]\nName=enp*\n[Network]\nDHCP=yes\n',
        '40-d.network': '[Match]\nName=eth0\n[Route] # default\nGateway=192.0.2.1\n',
      }),
    ).toEqual([
      'unknown 40-d.network:3: a header ends in `]`; systemd ignores the whole file',
      'unknown 10-a.network:1: the file has no [Match] that names a link, and networkd ignores it',
      'unknown x.conf:1: networkd reads the drop-in only beside 20-b.network, which is not among the files',
      'unknown 40-d.network:1: the file has no [Match] that names a link, and networkd ignores it',
      'unknown 30-c.network:2: the files name no link that it matches, so the file is not read: name the link',
    ])
  })

  it('that systemd brings along are for links of other programs', () => {
    expect(
      problems({
        '/usr/lib/systemd/network/80-container-ve.network':
          '[Match]\nKind=veth\nName=ve-*\n[Network]\nDHCP=no\n',
        '/usr/lib/systemd/network/99-default.link': '[Match]\nOriginalName=*\n[Link]\nNamePolicy=keep\n',
      }),
    ).toEqual([
      'without-effect 99-default.link:2: it is about how udev finds and names the link',
      'without-effect 99-default.link:4: it is about how udev finds and names the link',
      'without-effect 80-container-ve.network:1: systemd brings it along, for links that other programs make',
    ])
  })

  it('find a link by its MAC address where a .link file names it', () => {
    expect(
      lines({
        '10-wan.link': '[Match]\nMACAddress=02:00:00:00:00:01\n[Link]\nName=wan0\nMTUBytes=9000\n',
        '10-wan.network': '[Match]\nMACAddress=02-00-00-00-00-01\n[Network]\nAddress=192.0.2.1/24\n',
      }),
    ).toEqual(['link wan0 mtu 9000', 'address 192.0.2.1/24 dev wan0'])
  })
})

describe('[Route]', () => {
  const route = (text: string, network = 'Address=192.0.2.10/24\n') =>
    lines({ '10-eth0.network': `${eth0}[Network]\n${network}\n[Route]\n${text}` }).filter((line) =>
      line.startsWith('route'),
    )

  it.each([
    ['Gateway=192.0.2.1\n', 'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0'],
    [
      'Destination=10.1.2.3/8\nGateway=192.0.2.1\nMetric=7\n',
      'route -4 10.0.0.0/8 via 192.0.2.1 dev eth0 metric 7',
    ],
    ['Destination=10.0.0.0/8\n', 'route -4 10.0.0.0/8 dev eth0 scope link'],
    ['Destination=2001:db8::/32\nScope=link\n', 'route -6 2001:db8::/32 dev eth0'],
    [
      'Destination=10.0.0.9\nGateway=192.0.2.1\nGatewayOnlink=true\n',
      'route -4 10.0.0.9/32 via 192.0.2.1 dev eth0 onlink',
    ],
    ['Destination=10.0.0.0/8\nType=unreachable\nTable=0x65\n', 'route -4 unreachable 10.0.0.0/8 table 101'],
    ['Destination=10.0.0.0/8\nType=local\n', 'route -4 local 10.0.0.0/8 dev eth0 scope host table 255'],
    [
      'Destination=10.0.0.0/8\nMultiPathRoute=192.0.2.1@eth0 3\nMultiPathRoute=192.0.2.2\n',
      'route -4 10.0.0.0/8 nexthop via 192.0.2.1 dev eth0 weight 3 nexthop via 192.0.2.2 weight 1',
    ],
  ])('%j', (text, expected) => {
    expect(route(text)).toEqual([expected])
  })

  it('has next hops that are onlink in a file without addresses', () => {
    expect(route('Gateway=192.0.2.1\n', 'DHCP=ipv4')).toEqual([
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 onlink',
    ])
  })

  it('is in the table of the VRF that the link is a port of', () => {
    expect(
      lines({
        '10-mgmt.netdev': '[NetDev]\nName=mgmt\nKind=vrf\n[VRF]\nTableId=7\n',
        '10-eth0.network': `${eth0}[Network]\nVRF=mgmt\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n`,
      }).filter((line) => line.startsWith('route')),
    ).toEqual(['route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 table 7'])
  })

  it.each([
    ['Gateway=_dhcp4\n', 6, 'the next hop is the router of the lease'],
    ['Destination=10.0.0.0/8\nTable=isp\n', 7, 'networkd knows no such table'],
    ['Destination=default\n', 6, 'the destination is neither a prefix nor an address'],
    ['Type=unreachable\nGateway=192.0.2.1\n', 5, 'a route of type unreachable has no next hop'],
    ['Metric=9\n', 5, 'the section has neither Destination= nor Gateway='],
    ['Destination=10.0.0.0/8\nGateway = 192.0.2.300\n', 7, 'the gateway is no address'],
    ['Destination=10.0.0.0/8\nGatway=192.0.2.1\n', 7, 'nothing is known of `Gatway=` in [Route]'],
    ['Destination=10.0.0.0/8\nType=nat\n', 7, 'a description has no routes of this type'],
  ])('%j is reported', (text, line, why) => {
    const found = problems({ '10-eth0.network': `${eth0}[Network]\nDHCP=no\n[Route]\n${text}` })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`unknown 10-eth0.network:${line}: ${why}`)
  })
})

describe('[RoutingPolicyRule]', () => {
  const rules = (text: string) =>
    lines({ '10-lo.network': `[Match]\nName=lo\n${text}` }).filter((line) => line.startsWith('rule'))

  it('has the family of its prefixes, and that of IPv4 without any', () => {
    expect(
      rules(
        '[RoutingPolicyRule]\nPriority=5\nFrom=2001:db8::1\nTable=9\n[RoutingPolicyRule]\nPriority=6\nFirewallMark=0x10/0xff\nTable=9\n[RoutingPolicyRule]\nPriority=7\nFamily=both\nIncomingInterface=lan0\nType=unreachable\n',
      ),
    ).toEqual([
      'rule -6 pref 5 from 2001:db8::1 lookup 9',
      'rule -4 pref 6 fwmark 0x10/0xff lookup 9',
      'rule -4 pref 7 iif lan0 unreachable',
      'rule -6 pref 7 iif lan0 unreachable',
    ])
  })

  it('gets the highest unused number without a priority, and looks up main without a table', () => {
    expect(
      rules(
        '[RoutingPolicyRule]\nPriority=32764\nTo=10.0.0.0/8\n[RoutingPolicyRule]\nFrom=192.0.2.1\nTable=1\n[RoutingPolicyRule]\nFrom=192.0.2.2\nTable=2\n',
      ),
    ).toEqual([
      'rule -4 pref 32764 to 10.0.0.0/8 lookup main',
      'rule -4 pref 32765 from 192.0.2.1 lookup 1',
      'rule -4 pref 32763 from 192.0.2.2 lookup 2',
    ])
  })

  it('is one rule where several files have it', () => {
    const rule = '[RoutingPolicyRule]\nPriority=5\nFirewallMark=1\nTable=9\n'
    expect(
      lines({
        '10-eth0.network': `${eth0}${rule}`,
        '10-eth1.network': `[Match]\nName=eth1\n${rule}`,
      }).filter((line) => line.startsWith('rule')),
    ).toEqual(['rule -4 pref 5 fwmark 0x1 lookup 9'])
  })

  it('is ignored with a value that networkd cannot read', () => {
    const files = {
      '10-lo.network':
        '[Match]\nName=lo\n[RoutingPolicyRule]\nFrom=192.0.2.1\nTo=2001:db8::1\n[RoutingPolicyRule]\nUser=alice\nTable=5\n[RoutingPolicyRule]\nFrom=any\nTable=5\n',
    }
    expect(lines(files)).toEqual([])
    expect(problems(files)).toEqual([
      'unknown 10-lo.network:3: the families of From=, To= and Family= differ, and networkd ignores the rule',
      'unknown 10-lo.network:7: a user is known by number only',
      'unknown 10-lo.network:10: the value is neither a prefix nor an address, and networkd ignores the rule',
    ])
  })
})

describe('[Network]', () => {
  const link = (text: string, others: Readonly<Record<string, string>> = {}) =>
    read({ '10-eth0.network': `${eth0}${text}`, ...others }).links.find(({ name }) => name === 'eth0')

  it('accepts advertisements by default, unless the host forwards', () => {
    expect(link('[Network]\nAddress=192.0.2.1/24\n')?.acceptRa).toBe(true)
    expect(link('[Network]\nIPv6AcceptRA=no\n')?.acceptRa).toBe(false)
    expect(link('[Network]\nLinkLocalAddressing=no\n')?.acceptRa).toBe(false)
    expect(link('[Network]\nIPForward=yes\n')?.acceptRa).toBe(false)
    expect(link('[Network]\nBond=bond0\n')?.acceptRa).toBe(false)
    expect(
      link('[Network]\nDHCP=no\n', { '/etc/systemd/networkd.conf': '[Network]\nIPv6Forwarding=yes\n' })
        ?.acceptRa,
    ).toBe(false)
  })

  it('has the metrics of leases that networkd has', () => {
    expect(link('[Network]\nDHCP=yes\n')?.leases).toEqual({
      inet: { isDefault: true, metric: 1024, table: 254 },
      inet6: { isDefault: true, metric: 1024, table: 254 },
    })
    expect(
      link('[Network]\nDHCP=v4\nIPv6AcceptRA=0\n[DHCP]\nRouteMetric=50\nUseRoutes=false\n')?.leases,
    ).toEqual({ inet: { isDefault: false, metric: 50, table: 254 } })
    expect(
      link('[Network]\nDHCP=yes\n[DHCPv4]\nRouteMetric=50\n[IPv6AcceptRA]\nRouteMetric=1:2:3\n')?.leases,
    ).toEqual({
      inet: { isDefault: true, metric: 50, table: 254 },
      inet6: { isDefault: true, metric: 2, table: 254 },
    })
  })

  it('gives the length of its class to an address without a length', () => {
    const files = { '10-eth0.network': `${eth0}[Network]\nAddress=10.1.2.3\nAddress=192.0.2.10\n` }
    expect(lines(files)).toEqual([
      'link eth0',
      'address 10.1.2.3/8 dev eth0',
      'address 192.0.2.10/24 dev eth0',
    ])
  })

  it('has sysctls of the link and of the host', () => {
    const { sysctls } = read({
      '10-eth0.network': `${eth0}[Network]\nIPForward=ipv4\nIPv4ReversePathFilter=loose\nIPv6ProxyNDP=yes\n`,
    })
    expect(sysctls.map(({ key, value }) => `${key.join('.')}=${value}`)).toEqual([
      'net.ipv4.ip_forward=1',
      'net.ipv4.conf.eth0.rp_filter=2',
      'net.ipv6.conf.eth0.proxy_ndp=1',
    ])
  })

  it('leaves an unmanaged link alone', () => {
    expect(
      lines({ '10-eth0.network': `${eth0}[Link]\nUnmanaged=yes\n[Network]\nAddress=192.0.2.1/24\n` }),
    ).toEqual(['link eth0 unmanaged'])
  })

  it('says what it has no word for', () => {
    expect(
      problems({
        '10-eth0.network': `${eth0}[Link]\nActivationPolicy=down\nARP=no\n[Network]\nLLDP=yes\nIPMasquerade=ipv4\nLinkLocalAddressing=yes\nFancy=1\n[X-Notes]\na=b\n[Neighbor]\nAddress=192.0.2.7\n[CAKE]\nBandwidth=1M\n`,
      }).map((text) => text.split(': ')[0] ?? ''),
    ).toEqual([
      'unknown 10-eth0.network:4',
      'without-effect 10-eth0.network:5',
      'without-effect 10-eth0.network:7',
      'unknown 10-eth0.network:8',
      'unknown 10-eth0.network:9',
      'unknown 10-eth0.network:10',
      'without-effect 10-eth0.network:11',
      'unknown 10-eth0.network:13',
      'without-effect 10-eth0.network:15',
    ])
  })
})

describe('a comment', () => {
  it('is that of the link, the route or the rule below it', () => {
    const { links, routes, rules } = read({
      '10-eth0.network':
        '# to the provider\n[Match]\nName=eth0\n\n[Network]\nAddress=192.0.2.10/24\n; default\nGateway=192.0.2.1\n\n# the\n# office\n[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.2\n[RoutingPolicyRule]\n# replies\nFrom=192.0.2.10\nTable=5\n',
    })
    expect([...links, ...routes, ...rules].map(({ comment }) => comment)).toEqual([
      'to the provider',
      'default',
      'the office',
      'replies',
    ])
  })
})

describe('virtual links', () => {
  it('have the lower links that name them', () => {
    expect(
      lines({
        '10-bond0.netdev':
          '[NetDev]\nName=bond0\nKind=bond\n[Bond]\nMode=active-backup\nMIIMonitorSec=1s\nMinLinks=1\n',
        '10-bond0.10.netdev': '[NetDev]\nName=bond0.10\nKind=vlan\nMTUBytes=1400\n[VLAN]\nId=10\n',
        '20-ports.network': '[Match]\nName=eth0 eth1\n[Network]\nBond=bond0\n',
        '20-bond0.network': '[Match]\nName=bond0\n[Network]\nVLAN=bond0.10\nIPv6AcceptRA=no\n',
      }).filter((line) => line.startsWith('link bond')),
    ).toEqual([
      expect.stringMatching(/^link bond0 .*active-backup.*miimon 1000.* of eth0,eth1$/),
      expect.stringMatching(/^link bond0.10 mtu 1400 .*id 10/),
    ])
  })

  it('of other kinds are not managed', () => {
    const files = {
      '10-wg0.netdev': '[NetDev]\nName=wg0\nKind=wireguard\n[WireGuard]\nPrivateKey=x\n',
      '10-wg0.network': '[Match]\nName=wg0\n[Network]\nAddress=10.9.0.2/24\n',
    }
    expect(lines(files)).toEqual(['link wg0 unmanaged', 'address 10.9.0.2/24 dev wg0'])
    expect(problems(files)).toEqual([
      'unknown 10-wg0.netdev:3: multihome does not create links of kind wireguard; it can route over one',
    ])
  })
})

describe('hostile files', () => {
  it('are read in time that grows with their length', () => {
    const stars = `[Match]\nName=${'*a'.repeat(20_000)} eth0\n[Network]\nAddress=192.0.2.1/24\n`
    const sections = `${eth0}${'[Route]\nDestination=10.0.0.0/8\n'.repeat(50_000)}`
    const started = process.cpuUsage()
    read({ '10-a.network': stars, '20-b.network': sections.replace('eth0', 'eth1') })
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(20_000)
  })

  it('may have names of prototypes and characters that are no text', () => {
    const text =
      '[Match]\nName=eth0\n[Network]\nconstructor=1\n__proto__=2\n[__proto__]\nx=\u0000\n[Route]\ntoString=\uffff\n'
    expect(problems({ '10-a.network': text }).length).toBeGreaterThan(2)
  })

  it('has a thousand links in seconds', () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [
        `10-l${index}.network`,
        `[Match]\nName=l${index}\n[Network]\nAddress=10.${index >> 8}.${index & 255}.1/24\n[Route]\nDestination=172.${index >> 8}.${index & 255}.0/24\nTable=${index + 1}\n[RoutingPolicyRule]\nPriority=${index + 1}\nFrom=10.${index >> 8}.${index & 255}.1\nTable=${index + 1}\n`,
      ]),
    )
    const times = [1, 2, 3].map(() => {
      const started = process.cpuUsage()
      expect(read(files).links).toHaveLength(1000)
      return process.cpuUsage(started).user / 1000
    })
    expect(Math.min(...times)).toBeLessThan(3000)
  })
})
