import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import type { FoundLink } from '../../../src/found/found.js'
import { netifrcReader } from '../../../src/targets/netifrc/read.js'
import { readLines } from '../read-lines.js'

const FILE = '/etc/conf.d/net'
const read = (text: string, files: Readonly<Record<string, string>> = {}): readonly string[] =>
  readLines(netifrcReader, { [FILE]: text, ...files })

function linksOf(text: string): readonly FoundLink[] {
  const collector = createCollector()
  netifrcReader.read(new Map([[FILE, text]]), collector)
  return collector.found().links
}

describe('addresses', () => {
  it.each([
    ['config_eth0="192.0.2.10/24 192.0.2.11/24"', ['192.0.2.10/24', '192.0.2.11/24']],
    ['config_eth0="192.0.2.10 netmask 255.255.255.0 brd 192.0.2.255"', ['192.0.2.10/24']],
    [
      'config_eth0="\n\t192.0.2.10/24 brd +\n\n\t2001:db8::10/64 nodad\n"',
      ['192.0.2.10/24', '2001:db8::10/64'],
    ],
    ['config_eth0=( "192.0.2.10/24" "2001:db8::10/64" )', ['192.0.2.10/24', '2001:db8::10/64']],
    ['config_eth0="192.0.2.10"', ['192.0.2.10/32']],
    ['config_eth0="192.0.2.10/24"\nconfig_eth0="192.0.2.11/24"', ['192.0.2.11/24']],
    ['config_eth0="null"', []],
  ])('reads %j', (text, addresses) => {
    expect(read(text)).toEqual(['link eth0', ...addresses.map((prefix) => `address ${prefix} dev eth0`)])
  })

  it('reads a peer as a route', () => {
    expect(read('config_eth0="192.0.2.10 peer 192.0.2.1"')).toEqual([
      'link eth0',
      'address 192.0.2.10/32 dev eth0',
      'route -4 192.0.2.1/32 dev eth0 scope link src 192.0.2.10',
    ])
  })

  it('reports words, modules and variables that it does not know', () => {
    expect(
      read(`config_eth0="192.0.2.10/24 noprefixroute"
config_eth1="apipa"
confg_eth2="192.0.2.11/24"
config_eth3="$(cat /etc/address)"
fallback_eth0="192.0.2.12/24"
`),
    ).toEqual([
      'link eth0',
      'link eth1',
      'line 4: unknown: what the variable has is known only when the file is read',
      'line 1: unknown: `noprefixroute` of an address has no counterpart in a description',
      'line 5: unknown: multihome has no addresses for the case that no server answers',
      'line 2: unknown: multihome has nothing for `apipa`',
      'line 3: unknown: the variable confg_eth2 is not known',
    ])
  })
})

describe('routes', () => {
  it('reads words of every age, and puts the link behind them', () => {
    expect(
      read(`config_eth0="null"
routes_eth0="
	default gw 192.0.2.1
	10.0.0.0 netmask 255.0.0.0 gw 192.0.2.2
	-net 172.16.0.0/12 via 192.0.2.3 dev eth7
	198.51.100.7 192.0.2.4
	unreachable 203.0.113.0/24
	-6 default via fe80::1 table 7
	2001:db8:7::/48 via fe80::2
"`),
    ).toEqual([
      'link eth0',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0',
      'route -4 10.0.0.0/8 via 192.0.2.2 dev eth0',
      'route -4 172.16.0.0/12 via 192.0.2.3 dev eth0',
      'route -4 198.51.100.7/32 via 192.0.2.4 dev eth0',
      'route -4 unreachable 203.0.113.0/24',
      'route -6 ::/0 via fe80::1 dev eth0 table 7',
      'route -6 2001:db8:7::/48 via fe80::2 dev eth0',
    ])
  })

  it('carries a metric over to the entries behind it', () => {
    expect(
      read(
        'config_eth0="null"\nroutes_eth0="10.1.0.0/16 via 192.0.2.1\n10.2.0.0/16 via 192.0.2.1 metric 9\n10.3.0.0/16 via 192.0.2.1"',
      ),
    ).toEqual([
      'link eth0',
      'route -4 10.1.0.0/16 via 192.0.2.1 dev eth0',
      'route -4 10.2.0.0/16 via 192.0.2.1 dev eth0 metric 9',
      'route -4 10.3.0.0/16 via 192.0.2.1 dev eth0 metric 9',
    ])
  })

  it('takes the metric of the link, and reports default routes whose cards decide', () => {
    expect(
      read(`config_eth0="null"
config_eth1="null"
config_eth2="null"
routes_eth0="default via 192.0.2.1"
routes_eth1="default via 198.51.100.1"
routes_eth2="default via 203.0.113.1"
metric_eth2="70"
`),
    ).toEqual([
      'link eth0',
      'link eth1',
      'link eth2',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 metric 2',
      'route -4 0.0.0.0/0 via 198.51.100.1 dev eth1 metric 3',
      'route -4 0.0.0.0/0 via 203.0.113.1 dev eth2 metric 70',
      'line 5: unknown: which of this route and that of eth0 counts depends on the numbers of the cards, since neither has a metric',
    ])
  })
})

describe('leases', () => {
  it('reads options of dhcpcd and words for any client, with the metric of netifrc', () => {
    expect(
      linksOf(`config_eth0="dhcp"
dhcp_eth0="nogateway nodns"
metric_eth0="5"
config_eth1="dhcp"
dhcpcd_eth1="-4 -t 10 -m 200"
config_eth2="dhcp"
dhcpcd_eth2="-6 --noipv6rs --ia_na"
rc_net_eth2_provide="!net"
routes_eth3="10.0.0.0/8 via 192.0.2.1"
`),
    ).toMatchObject([
      { name: 'eth0', dhcp4: true, acceptRa: true, leases: { inet: { isDefault: false, metric: 5 } } },
      { name: 'eth1', dhcp4: true, leases: { inet: { isDefault: true, metric: 200 } } },
      { name: 'eth2', dhcp6: true, optional: true },
      // Nothing means DHCP.
      { name: 'eth3', dhcp4: true },
    ])
  })

  it('reports options whose effect it does not know', () => {
    expect(read('config_eth0="dhcp"\ndhcpcd_eth0="-S ip_address=192.0.2.10/24"').at(-2)).toBe(
      'line 2: unknown: what dhcpcd does for `-S` is not known',
    )
  })
})

describe('virtual links', () => {
  it('reads VLANs by the names that other lines have, or by the rule', () => {
    expect(
      read(`vlans_eth0="10 20 30"
vlan20_name="guests"
config_eth0="null"
config_eth0_10="192.0.2.10/24"
config_guests="10.0.0.1/24"
config_eth0_30="null"
`),
    ).toEqual([
      'link eth0',
      'link eth0.10 link eth0 type vlan id 10',
      'address 192.0.2.10/24 dev eth0.10',
      'link guests link eth0 type vlan id 20',
      'address 10.0.0.1/24 dev guests',
      'link eth0.30 link eth0 type vlan id 30',
    ])
  })

  it('takes the name of a service before a name in a comment that resembles it', () => {
    expect(
      read(`# gateway eth0-10: the office
# service: net.eth0.10
config_eth0_10="192.0.2.10/24"
`),
    ).toEqual(['link eth0.10', 'address 192.0.2.10/24 dev eth0.10'])
  })

  it('reads bonds and bridges, with their old words', () => {
    expect(
      read(`slaves_bond0="eth0 eth1"
mode_bond0="4"
lacp_rate_bond0="fast"
config_bond0="null"
bridge_br0="bond0"
stp_state_br0="1"
forward_delay_br0="400"
config_br0="null"
bridge_add_eth2="br1"
brctl_br1="stp on
setfd 2
sethello 10"
config_br1="null"
`),
    ).toEqual([
      'link bond0 type bond mode 802.3ad miimon 100 lacp_rate fast of eth0,eth1',
      'link br0 type bridge stp_state 1 forward_delay 400 of bond0',
      'link br1 type bridge stp_state 1 forward_delay 200 of eth2',
      'link eth0',
      'link eth1',
      'link eth2',
      'line 12: without-effect: it is a detail of the bridge',
    ])
  })

  it('leaves links of other programs to them', () => {
    expect(
      read(
        'config_wg0="10.7.0.1/24"\nwireguard_wg0="/etc/wireguard/wg0.conf"\nconfig_ppp0="ppp"\nlink_ppp0="eth0"\npppd_ppp0="defaultroute"',
      ),
    ).toEqual([
      'link wg0 unmanaged',
      'address 10.7.0.1/24 dev wg0',
      'link ppp0 unmanaged',
      'line 2: unknown: multihome does not create WireGuard links; it can route over one',
      'line 5: unknown: multihome starts no PPP; it can route over the link',
      'line 3: unknown: multihome has nothing for `ppp`',
      'line 4: unknown: the variable link_ppp0 is not known',
    ])
  })
})

describe('functions', () => {
  it('runs preup and postup for each link, and reports the others', () => {
    expect(
      read(`config_eth0="192.0.2.10/24"
config_eth1="198.51.100.10/24"
GATEWAY=198.51.100.1
postup() {
	# both lines
	ip rule add pref 100 fwmark 1 lookup 7
	if [ "\${IFACE}" = "eth1" ]; then
		ip route add default via \${GATEWAY} dev \${IFACE} table 7
	fi
	return 0
}
postdown() {
	ip rule del pref 100
}
failup() {
	reboot
}
`).filter((line) => !line.startsWith('link') && !line.startsWith('address')),
    ).toEqual([
      'route -4 0.0.0.0/0 via 198.51.100.1 dev eth1 table 7',
      'rule -4 pref 100 fwmark 0x1 lookup 7',
      'line 3: unknown: the variable GATEWAY is not known',
      'line 12: without-effect: it runs when a link stops, which takes away what its start has added',
      'line 15: unknown: multihome has nothing for the case that a link fails to start',
      'line 13: without-effect: it does not run when a link comes up',
      'line 16: without-effect: it does not run when a link comes up',
    ])
  })
})

describe('files', () => {
  it('reads the file of one link after the file of all', () => {
    expect(
      read('config_eth0="192.0.2.10/24"\nroutes_eth0="default via 192.0.2.1"\n', {
        '/etc/conf.d/net.eth0': 'routes_eth0="${routes_eth0-}\n10.0.0.0/8 via 192.0.2.2\n"\n',
      }),
    ).toEqual([
      'link eth0',
      'address 192.0.2.10/24 dev eth0',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0',
      'route -4 10.0.0.0/8 via 192.0.2.2 dev eth0',
    ])
  })

  it('takes comments above a variable for the link, or for the only entry', () => {
    const collector = createCollector()
    netifrcReader.read(
      new Map([
        [FILE, '# the ISP\nconfig_eth0="192.0.2.10/24"\n# slow\nroutes_eth0="default via 192.0.2.1"\n'],
      ]),
      collector,
    )
    const { links, routes } = collector.found()
    expect([links[0]?.comment, routes[0]?.comment]).toEqual(['the ISP', 'slow'])
  })

  it('reads name servers of a link, and those of all', () => {
    expect(
      linksOf(
        'config_eth0="null"\nconfig_eth1="null"\ndns_servers_eth0="192.0.2.53 2001:db8::53"\ndns_servers="203.0.113.53"\ndns_search="example.com example.net"\n',
      ).map(({ nameservers, search }) => [...nameservers.map(({ text }) => text), ...search]),
    ).toEqual([
      ['192.0.2.53', '2001:db8::53', 'example.com', 'example.net'],
      ['203.0.113.53', 'example.com', 'example.net'],
    ])
  })

  it('reads no other file, and a broken one without an exception', () => {
    expect(readLines(netifrcReader, { '/etc/conf.d/hostname': 'hostname="x"' })).toEqual([])
    expect(read('config_eth0="192.0.2.10/24\nroutes_eth0=(\n').some((line) => line.includes('unknown'))).toBe(
      true,
    )
  })
})
