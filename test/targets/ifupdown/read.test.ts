import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import type { FoundLink } from '../../../src/found/found.js'
import { ifupdownReader } from '../../../src/targets/ifupdown/read.js'
import { readLines } from '../read-lines.js'

const MAIN = '/etc/network/interfaces'
const read = (text: string, files: Readonly<Record<string, string>> = {}): readonly string[] =>
  readLines(ifupdownReader, { [MAIN]: text, ...files })

function linksOf(text: string): readonly FoundLink[] {
  const collector = createCollector()
  ifupdownReader.read(new Map([[MAIN, text]]), collector)
  return collector.found().links
}

describe('addresses', () => {
  it('reads tabs, old words and a netmask as dots, as a number and behind the address', () => {
    expect(
      read(
        'auto eth0 eth1\r\niface eth0 inet static\r\n\taddress\t192.0.2.10\r\n  netmask 255.255.255.128\r\n\tnetwork 192.0.2.0\r\n\tbroadcast 192.0.2.127\r\n\tgateway 192.0.2.1  \r\niface eth1 inet static\r\naddress 10.20.0.5/255.255.0.0\r\n',
      ),
    ).toEqual([
      'link eth0',
      'address 192.0.2.10/25 dev eth0',
      'link eth1',
      'address 10.20.0.5/16 dev eth1',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0',
      'line 6: without-effect: it is the broadcast address that the prefix has anyway',
      'line 5: without-effect: the address has the network already',
    ])
  })

  it('gives netmask precedence, then the length, then the class of the address, as ifup does', () => {
    const lines = read(`auto a b c d e
iface a inet static
  address 10.0.0.3/24
  netmask 255.255.0.0
iface b inet static
  address 192.168.7.3
iface c inet static
  address 130.3.0.3
iface d inet static
  address 13.3.0.3
iface e inet6 static
  address 2001:db8::3
`)
    expect(lines.filter((line) => line.startsWith('address'))).toEqual([
      'address 10.0.0.3/16 dev a',
      'address 192.168.7.3/24 dev b',
      'address 130.3.0.3/16 dev c',
      'address 13.3.0.3/8 dev d',
      'address 2001:db8::3/128 dev e',
    ])
  })

  it('reads several stanzas and aliases as addresses of one link', () => {
    expect(
      read(`auto eth0 eth0:1
iface eth0 inet static
  address 192.0.2.10/24
iface eth0 inet static
  address 192.0.2.11/24
iface eth0 inet6 static
  address 2001:db8::10
  netmask 64
  gateway 2001:db8::1
iface eth0:1 inet static
  address 198.51.100.10/32
`),
    ).toEqual([
      'link eth0',
      'address 192.0.2.10/24 dev eth0',
      'address 192.0.2.11/24 dev eth0',
      'address 2001:db8::10/64 dev eth0',
      'address 198.51.100.10/32 dev eth0',
      'route -6 ::/0 via 2001:db8::1 dev eth0',
    ])
  })

  it('reads a peer as a route, behind which the gateway is reached', () => {
    expect(
      read(`auto eth0
iface eth0 inet static
  address 203.0.113.10
  netmask 255.255.255.192
  pointopoint 203.0.113.1
  gateway 203.0.113.1
`),
    ).toEqual([
      'link eth0',
      'address 203.0.113.10/32 dev eth0',
      'route -4 203.0.113.1/32 dev eth0 scope link src 203.0.113.10',
      'route -4 0.0.0.0/0 via 203.0.113.1 dev eth0 onlink',
    ])
  })

  it('reads stanzas without a family, as ifupdown2 and ifupdown-ng have them', () => {
    expect(
      read(`auto eth0
iface eth0
  address 192.0.2.10/24
  address 2001:db8::10/64
  gateway 192.0.2.1
  gateway 2001:db8::1
  vrf mgmt

auto mgmt
iface mgmt
  vrf-table 1001
`),
    ).toEqual([
      'link eth0',
      'address 192.0.2.10/24 dev eth0',
      'address 2001:db8::10/64 dev eth0',
      'link mgmt type vrf table 1001 of eth0',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 table 1001',
      'route -6 ::/0 via 2001:db8::1 dev eth0 table 1001',
    ])
  })

  it('reports what is no address, with a comment behind it too', () => {
    expect(
      read(`auto eth0
iface eth0 inet static
  address 192.0.2.10/24 # uplink
  netmask 255.0.255.0
`),
    ).toEqual(['link eth0', 'line 3: unknown: the length of its prefix is not known'])
  })
})

describe('default routes', () => {
  const second = `auto eth0 eth1
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1
iface eth1 inet static
  address 198.51.100.10/24
  gateway 198.51.100.1
  up ip rule add from 198.51.100.10 table 20
iface eth1 inet static
  address 198.51.100.11/24
`

  it('reads no further where a second one stops ifup', () => {
    expect(read(second).filter((line) => !line.includes('eth0'))).toEqual([
      'link eth1',
      'address 198.51.100.10/24 dev eth1',
      `line 7: unknown: the kernel refuses it: line 4 of ${MAIN} has a default route of the same metric`,
      'line 8: without-effect: ifup stops before it, at the second default route of a metric',
      'line 9: without-effect: ifup stops before it, at the second default route of a metric',
    ])
  })

  it('reads a second one with another metric', () => {
    expect(
      read(second.replace('gateway 198.51.100.1', 'gateway 198.51.100.1\n  metric 50')).filter((line) =>
        line.startsWith('route'),
      ),
    ).toEqual([
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0',
      'route -4 0.0.0.0/0 via 198.51.100.1 dev eth1 metric 50',
    ])
  })

  it('keeps the last one of IPv6, which replaces the others', () => {
    expect(
      read(`auto eth0 eth1
iface eth0 inet6 static
  address 2001:db8:a::10/64
  gateway 2001:db8:a::1
iface eth1 inet6 static
  address 2001:db8:b::10/64
  gateway 2001:db8:b::1
`).filter((line) => !line.startsWith('link') && !line.startsWith('address')),
    ).toEqual([
      'route -6 ::/0 via 2001:db8:b::1 dev eth1',
      'line 4: unknown: a later `gateway` of the same metric replaces this default route',
    ])
  })
})

describe('methods', () => {
  it('reads leases with the metrics of ifupdown and of the kernel', () => {
    const links = linksOf(`auto eth0
allow-hotplug eth1
iface eth0 inet dhcp
  hostname gate
iface eth0 inet6 auto
iface eth1 inet dhcp
  metric 200
iface eth1 inet6 dhcp
`)
    expect(links).toMatchObject([
      {
        name: 'eth0',
        dhcp4: true,
        acceptRa: true,
        leases: {
          inet: { isDefault: true, metric: 0, table: 254 },
          inet6: { isDefault: true, metric: 1024, table: 254 },
        },
      },
      {
        name: 'eth1',
        dhcp4: true,
        dhcp6: true,
        acceptRa: true,
        optional: true,
        leases: { inet: { metric: 200 } },
      },
    ])
  })

  it('says whether a link with static IPv6 addresses accepts advertisements', () => {
    const acceptRa = (...options: readonly string[]): boolean | undefined =>
      linksOf(['auto eth0', 'iface eth0 inet6 static', 'address 2001:db8::10/64', ...options].join('\n'))[0]
        ?.acceptRa
    expect(acceptRa()).toBeUndefined()
    expect(acceptRa('gateway 2001:db8::1')).toBe(false)
    expect(acceptRa('gateway 2001:db8::1', 'accept_ra 2')).toBe(true)
    expect(acceptRa('autoconf 1')).toBe(true)
    expect(acceptRa('accept_ra 0', 'autoconf 0')).toBe(false)
  })

  it.each([
    ['inet ppp', 'provider dsl', 'multihome starts no PPP; it can route over the link'],
    [
      'inet6 v4tunnel',
      'address 2001:db8::2\n netmask 64\n endpoint 192.0.2.9\n ttl 255',
      'multihome creates no tunnel; it can route over one',
    ],
    [
      'inet dhcp',
      'wpa-ssid home\n wpa-psk secret',
      'multihome joins no wireless network; it can route over the link',
    ],
    [
      'inet manual',
      'ovs_type OVSBridge',
      'multihome does not create Open vSwitch links; it can route over one',
    ],
  ])('leaves a link of %s to its program', (method, options, why) => {
    const lines = read(`auto x0\niface x0 ${method}\n ${options}\n`)
    expect(lines[0]).toMatch(/^link x0 unmanaged/)
    expect(lines.filter((line) => line.includes('unknown'))).toEqual([expect.stringContaining(why)])
  })

  it('ignores addresses of the method dhcp, and reports those of manual', () => {
    expect(
      read(
        'auto a b\niface a inet dhcp\naddress 192.0.2.10\nnetmask 24\niface b inet manual\naddress 10.0.0.1/8\n',
      ),
    ).toEqual([
      'link a dhcp4',
      'link b',
      'line 3: without-effect: ifupdown ignores it under the method dhcp',
      'line 4: without-effect: ifupdown ignores it under the method dhcp',
      'line 5: unknown: ifupdown ignores the addresses of the method manual, ifupdown2 adds them',
      'line 6: without-effect: ifupdown ignores it under the method manual',
    ])
  })

  it('reports methods, families and options that it does not know', () => {
    expect(
      read(
        'auto a b\niface a inet bootp\niface b inet static\naddress 192.0.2.10/24\nadress 192.0.2.11/24\niface c ipx static\n',
      ),
    ).toEqual([
      'link a',
      'link b',
      'address 192.0.2.10/24 dev b',
      'line 6: unknown: the family ipx is neither inet nor inet6',
      'line 2: unknown: multihome has nothing for the method bootp',
      'line 5: unknown: the option adress is not known',
    ])
  })
})

describe('virtual links', () => {
  it.each([
    ['slaves eth0 eth1\n bond_mode 1\n bond_miimon 80\n bond_primary eth0', 'active-backup miimon 80'],
    ['bond-slaves eth0 eth1\n bond-mode 802.3ad\n bond-lacp-rate 1', '802.3ad miimon 100 lacp_rate fast'],
    [
      'bond-members eth0 eth1\n bond-mode 2\n bond-xmit-hash-policy 1',
      'balance-xor miimon 0 xmit_hash_policy layer3+4',
    ],
    ['use bond\n requires eth0 eth1', 'balance-rr miimon 0'],
  ])('reads a bond of %j', (options, expected) => {
    expect(read(`auto bond0\niface bond0 inet manual\n ${options}\n`)[0]).toBe(
      `link bond0 type bond mode ${expected} of eth0,eth1`,
    )
  })

  it('reads members that name their bond', () => {
    expect(
      read(`auto bond0 eth0 eth1
iface eth0 inet manual
  bond-master bond0
iface eth1 inet manual
  bond-master bond0
iface bond0 inet manual
  bond-slaves none
  bond-mode active-backup
`),
    ).toContain('link bond0 type bond mode active-backup miimon 0 of eth0,eth1')
  })

  it('reads bridges, and the ports that no stanza has', () => {
    expect(
      read(`auto br0
iface br0 inet static
  address 10.0.0.1/24
  bridge_ports eth0 eth1.30
  bridge_stp on
  bridge_fd 4
  bridge_maxwait 0
auto br1
iface br1 inet manual
  bridge-ports none
  bridge-vlan-aware yes
`),
    ).toEqual([
      'link br0 type bridge stp_state 1 forward_delay 400 of eth0,eth1.30',
      'address 10.0.0.1/24 dev br0',
      'link br1 type bridge stp_state 0 of ',
      'link eth0',
      'link eth1.30 link eth1 type vlan id 30',
      'link eth1',
      'line 7: without-effect: it is a detail of the bridge',
      'line 11: unknown: the option bridge-vlan-aware is not known',
    ])
  })

  it('reads VLANs by their names and by their options', () => {
    expect(
      read(`auto eth0.0010 vlan20 guest vlan30 eth1.5000
iface eth0.0010 inet manual
iface vlan20 inet manual
  vlan_raw_device eth0
iface guest inet manual
  vlan-raw-device eth0
  vlan-id 40
iface vlan30 inet manual
iface eth1.5000 inet manual
`),
    ).toEqual([
      'link eth0.0010 link eth0 type vlan id 10',
      'link vlan20 link eth0 type vlan id 20',
      'link guest link eth0 type vlan id 40',
      'link vlan30',
      'link eth1.5000',
      'link eth0',
      'line 9: unknown: the link or the id of the VLAN is not known',
      'line 8: unknown: nothing says on which link the VLAN is',
    ])
  })

  it('numbers the tables of VRFs as ifupdown2 does', () => {
    expect(
      read(`auto mgmt blue
iface mgmt
  vrf-table auto
iface blue
  vrf-table auto
`),
    ).toEqual(['link mgmt type vrf table 1001 of ', 'link blue type vrf table 1002 of '])
  })

  it('reads a VLAN of a name without its link, if a command creates it', () => {
    expect(
      read(`auto vlan30
iface vlan30 inet manual
  pre-up ip link add link eth0 name vlan30 type vlan id 30
`),
    ).toEqual(['link vlan30 link eth0 type vlan id 30', 'link eth0'])
  })
})

describe('hooks', () => {
  it('reads commands of every age, with the link, comments and words behind them', () => {
    expect(
      read(
        `auto eth0
iface eth0 inet static
\taddress 192.0.2.10
\tnetmask 255.255.255.0
\tup route add -net 10.0.0.0 netmask 255.0.0.0 gw 192.0.2.2 dev eth0
\tup   ip route add 172.16.0.0/12 via 192.0.2.3 || true  # lab
#\tup ip route add 198.51.100.0/24 via 192.0.2.4
\tpost-up ip rule add from 192.0.2.10 table isp prio 100
\tpost-up ip route add default via 192.0.2.1 dev $IFACE table isp
\tpre-up echo 2 > /proc/sys/net/ipv4/conf/$IFACE/rp_filter
\tpost-up /usr/local/sbin/firewall
\tdown route del -net 10.0.0.0 netmask 255.0.0.0 gw 192.0.2.2 dev eth0
\tpre-down ip rule del from 192.0.2.10 table isp prio 100
\tpost-down ip route flush cache
\tdown ip route add blackhole default
`,
        { '/etc/iproute2/rt_tables': '7 isp\n' },
      ),
    ).toEqual([
      'link eth0',
      'address 192.0.2.10/24 dev eth0',
      'route -4 10.0.0.0/8 via 192.0.2.2 dev eth0',
      'route -4 172.16.0.0/12 via 192.0.2.3',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 table 7',
      'rule -4 pref 100 from 192.0.2.10 lookup 7',
      'table 7 isp',
      'sysctl net.ipv4.conf.eth0.rp_filter 2',
      expect.stringMatching(/^line 11: unknown: /),
      'line 12: without-effect: it undoes what a link coming up does',
      'line 13: without-effect: it undoes what a link coming up does',
      'line 14: without-effect: it undoes what a link coming up does',
      'line 15: unknown: it does more than undo what a link coming up does',
    ])
  })

  it('reads scripts for the links of their conditions, once for all links, and skips those of packages', () => {
    expect(
      read('auto eth0 eth1\niface eth0 inet manual\niface eth1 inet manual\n', {
        '/etc/network/if-up.d/policy': `#!/bin/sh
ip rule add pref 50 fwmark 5 lookup 5
[ "$IFACE" = eth1 ] || exit 0
ip route add default via 198.51.100.1 dev $IFACE table 5
`,
        '/etc/network/if-up.d/ethtool': '#!/bin/sh\nip route add 10.9.0.0/16 dev eth0\n',
        '/etc/network/if-up.d/old.bak': 'ip route add 10.9.0.0/16 dev eth0\n',
        '/etc/network/if-down.d/policy': '#!/bin/sh\nip rule del pref 50 fwmark 5 lookup 5\n',
      }),
    ).toEqual([
      'link eth0',
      'link eth1',
      'route -4 0.0.0.0/0 via 198.51.100.1 dev eth1 table 5',
      'rule -4 pref 50 fwmark 0x5 lookup 5',
      'line 1: without-effect: the script of a package adds no routes',
      'line 1: without-effect: run-parts skips files of this name',
      'line 1: without-effect: it undoes what a link coming up does',
    ])
  })

  it('takes the comment above a hook for what it adds', () => {
    const collector = createCollector()
    const text =
      'auto eth0\niface eth0 inet manual\n  # the lab\n  up ip route add 10.0.0.0/8 dev eth0\n  up ip route add 11.0.0.0/8 dev eth0\n'
    ifupdownReader.read(new Map([[MAIN, text]]), collector)
    expect(collector.found().routes.map(({ comment }) => comment)).toEqual(['the lab', undefined])
  })
})

describe('files', () => {
  const card = (name: string): string => `auto ${name}\niface ${name} inet manual\n`

  it('follows source with patterns and relative paths, and source-directory with the names that it takes', () => {
    expect(
      read('source interfaces.d/*.cfg\nsource-directory interfaces.d\nsource missing\n', {
        '/etc/network/interfaces.d/a.cfg': card('a'),
        '/etc/network/interfaces.d/b': card('b'),
        '/etc/network/interfaces.d/c.bak': card('c'),
        '/etc/network/interfaces.d/.d.cfg': card('d'),
      }),
    ).toEqual([
      'link a',
      'link b',
      'line 3: unknown: the file /etc/network/missing is not among the files that were read',
      'line 1: without-effect: no `source` line includes the file',
      'line 1: without-effect: no `source` line includes the file',
    ])
  })

  it('reads a file once, also if files include each other', () => {
    expect(
      read(`source ${MAIN}\nsource interfaces.d/*\n${card('a')}`, {
        '/etc/network/interfaces.d/x': `source ${MAIN}\n${card('b')}`,
      }),
    ).toEqual([
      'link b',
      'link a',
      `line 1: unknown: ${MAIN} is read already; a second time is not read`,
      `line 1: unknown: ${MAIN} is read already; a second time is not read`,
    ])
  })

  it('joins lines at a backslash, and reports options without a stanza or value', () => {
    expect(
      read(
        'address 192.0.2.1\nauto \\\n  eth0\niface eth0 inet static\n  address \\\n192.0.2.10/24\n  gateway\n',
      ),
    ).toEqual([
      'link eth0',
      'address 192.0.2.10/24 dev eth0',
      'line 1: unknown: the option is outside of a stanza, so ifupdown refuses the file',
      'line 7: unknown: the option has no value, so ifupdown refuses the file',
    ])
  })

  it('reports stanzas that nothing brings up, patterns, mappings and templates of ifupdown2', () => {
    expect(
      read(`auto /eth*
allow-ovs br9
mapping eth0
  script /usr/local/sbin/map
% for i in range(3):
iface swp0 inet static
  address 10.0.0.1/24
`),
    ).toEqual([
      "line 1: unknown: which links `/eth*` names depends on the host's hardware",
      'line 2: unknown: nothing says when links of the class ovs are up',
      'line 3: unknown: which name a link gets is decided when it is brought up',
      'line 4: unknown: it is part of a mapping',
      'line 5: unknown: ifupdown2 makes stanzas from the template; only plain stanzas are read',
      'line 6: without-effect: neither auto nor allow-hotplug names it: the boot does not bring it up',
    ])
  })

  it('inherits options, and reports inheritance without an end', () => {
    expect(
      read(`auto eth0 loop
iface ethernet inet static
  mtu 9000
iface eth0 inet static inherits ethernet
  address 192.0.2.10/24
iface loop inet manual inherits loop
`),
    ).toEqual([
      'link eth0 mtu 9000',
      'address 192.0.2.10/24 dev eth0',
      'link loop',
      'line 6: unknown: no stanza loop can be inherited from',
      'line 2: without-effect: neither auto nor allow-hotplug names it: the boot does not bring it up',
    ])
  })

  it('takes the comment above a stanza, or above its auto line, for the link', () => {
    const links = linksOf(
      '# second line\n# of the ISP\nauto eth1\niface eth1 inet manual\n\n# not this\n\nauto eth2\niface eth2 inet manual\n',
    )
    expect(links.map(({ comment }) => comment)).toEqual(['second line of the ISP', undefined])
  })

  it('reads 20,000 stanzas and a long chain of templates without growing beyond them', () => {
    const many = Array.from(
      { length: 20_000 },
      (_, index) => `auto e${index}\niface e${index} inet static\naddress 10.0.0.1/8\n`,
    )
    const chain = Array.from(
      { length: 200 },
      (_, index) => `iface t${index} inet manual inherits t${index + 1} t${index + 1}\nmtu 1500\n`,
    )
    const start = performance.now()
    read([...many, ...chain, 'auto t0\n'].join(''))
    expect(performance.now() - start).toBeLessThan(60_000)
  })
})
