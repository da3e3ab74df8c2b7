import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import { readIpCommand } from '../../../src/found/commands/command.js'
import { foundLines, readCommands } from './read-commands.js'

const read = (...lines: string[]): readonly string[] => foundLines(readCommands(lines))
/** Without links, which the commands mention. */
const items = (...lines: string[]): readonly string[] =>
  read(...lines).filter((line) => !line.startsWith('link '))

const place = { file: 'rt_tables', line: 1, text: '' }

describe('ip rule', () => {
  it.each([
    ['ip rule add from 192.0.2.10 table 101', 'rule -4 from 192.0.2.10 lookup 101'],
    ['/sbin/ip ru a fro 10.0.0.0/8 lookup 9', undefined],
    ['/sbin/ip ru a from 10.1/16 t 9', undefined],
    ['sudo -n /usr/bin/env ip -4 ru a from 10.1/16 ta 9 prio 7', 'rule -4 pref 7 from 10.1.0.0/16 lookup 9'],
    ['ip -6 rule add from 2001:db8::/32 lookup 7 order 0x10', 'rule -6 pref 16 from 2001:db8::/32 lookup 7'],
    ['ip -f inet6 rule add from any lookup 7', 'rule -6 lookup 7'],
    ['ip rule add from all to 10.0.0.0/255.0.0.0 table main', 'rule -4 to 10.0.0.0/8 lookup main'],
    ['ip rule add not fwmark 0xca6c table 51820', 'rule -4 not fwmark 0xca6c lookup 51820'],
    ['ip rule add fwmark 1/0xf table 5 pref 3', 'rule -4 pref 3 fwmark 0x1/0xf lookup 5'],
    ['ip rule add fwmark 0 table 5', 'rule -4 lookup 5'],
    ['ip rule add dev eth0 table 5', 'rule -4 iif eth0 lookup 5'],
    ['ip rule add tos 10 table 5', 'rule -4 tos 0x10 lookup 5'],
    ['ip -6 rule add dsfield EF table 5', 'rule -6 tos 0xb8 lookup 5'],
    ['ip rule add fwmark 1/0 table 5', 'rule -4 lookup 5'],
    ['ip rule add ipproto tcp dport 25-26 table 5', 'rule -4 ipproto 6 dport 25-26 lookup 5'],
    ['ip rule add uidrange 1000-1000 table 5', 'rule -4 uidrange 1000-1000 lookup 5'],
    ['ip rule add table main suppress_prefixlength 0', 'rule -4 lookup main suppress_prefixlength 0'],
    ['ip rule add lookup main sup_pl 0', 'rule -4 lookup main suppress_prefixlength 0'],
    ['ip rule add from 10.0.0.1 prohibit', 'rule -4 from 10.0.0.1 prohibit'],
    ['ip rule add from 10.0.0.1 type blackhole', 'rule -4 from 10.0.0.1 blackhole'],
    ['ip rule add from 10.0.0.1 goto 500 pref 3', 'rule -4 pref 3 from 10.0.0.1 goto 500'],
    ['ip rule add from 10.0.0.1', 'rule -4 from 10.0.0.1 lookup main'],
  ])('reads `%s`', (command, line) => {
    const lines = items(command)
    if (line === undefined) expect(lines).toEqual([expect.stringContaining('line 1: unknown')])
    else expect(lines).toEqual([line])
  })

  it('reads names of tables that were collected before', () => {
    const collector = createCollector()
    collector.table({ id: 200, name: 'isp2', place })
    expect(foundLines(readCommands(['ip rule add from 192.0.2.1 table isp2'], collector))).toContain(
      'rule -4 from 192.0.2.1 lookup 200',
    )
  })

  it.each([
    ['ip rule add from 192.0.2.1 table nope', 'no file names a table `nope`'],
    ['ip rule add from 2001:db8::1 table 5', '`ip rule` takes an IPv6 address only with -6'],
    ['ip rule add from 10.0.0.1 realms 4 table 5', '`realms` has no counterpart'],
    ['ip rule add l3mdev', '`l3mdev` at another place than the kernel’s has no counterpart'],
    ['ip rule add from', '`from` has no value'],
    ['ip rule add tos EF table 5', '`EF` is no value of `tos`'],
    ['ip rule add from 10.0.0.1 unicast', '`unicast` needs a table'],
    ['ip rule frobnicate', 'ip has no command `rule frobnicate`'],
  ])('reports `%s`', (command, why) => {
    expect(items(command)).toEqual([`line 1: unknown: ${why}`])
  })

  it('takes away what a later command deletes', () => {
    expect(items('ip rule add from 10.0.0.1 table 5 pref 7', 'ip rule del from 10.0.0.1')).toEqual([
      'line 2: without-effect: it removes the rule of line 1 of file',
    ])
    expect(items('ip rule del from 10.0.0.1 table 5', 'ip rule add from 10.0.0.1 table 5')).toEqual([
      'rule -4 from 10.0.0.1 lookup 5',
      'line 1: without-effect: it removes a rule that nothing has added',
    ])
  })

  it('reports the deletion of a rule of the kernel', () => {
    expect(items('ip rule del pref 32766')).toEqual([
      'line 1: unknown: it removes the kernel’s own rule with preference 32766',
    ])
    expect(items('ip rule flush', 'ip rule add from 10.0.0.1 table 5')).toContain(
      'line 1: unknown: it removes the kernel’s own rule for main, and nothing adds it again',
    )
    expect(items('ip rule flush', 'ip rule add lookup main pref 32766')).toContain(
      'line 1: without-effect: it removes all rules, and others are added afterwards',
    )
  })
})

describe('ip route', () => {
  it.each([
    ['ip route add default via 192.0.2.1', 'route -4 0.0.0.0/0 via 192.0.2.1'],
    [
      'ip ro a 0/0 via 192.0.2.1 dev eth0 t 7 m 5',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 table 7 metric 5',
    ],
    [
      'ip r replace 192.0.2.0/24 dev eth0 src 192.0.2.9',
      'route -4 192.0.2.0/24 dev eth0 scope link src 192.0.2.9',
    ],
    ['ip route add 10/8 via 192.0.2.1 scope global proto static', 'route -4 10.0.0.0/8 via 192.0.2.1'],
    ['ip route add default via 2001:db8::1 dev eth0', 'route -6 ::/0 via 2001:db8::1 dev eth0'],
    ['ip -6 route add default dev ppp0 metric 1', 'route -6 ::/0 dev ppp0 metric 1'],
    [
      'ip route add unreachable default table 5 metric 4278198272',
      'route -4 unreachable 0.0.0.0/0 table 5 metric 4278198272',
    ],
    ['ip route add blackhole 10.0.0.0/8', 'route -4 blackhole 10.0.0.0/8'],
    ['ip route add throw 10.0.0.0/8 table 5', 'route -4 throw 10.0.0.0/8 table 5'],
    ['ip route add local 0/0 dev lo table 100', 'route -4 local 0.0.0.0/0 dev lo scope host table 100'],
    ['ip -4 route add default via inet6 fe80::1 dev eth0', 'route -4 0.0.0.0/0 via fe80::1 dev eth0'],
    [
      'ip route add to 10.0.0.0/8 via 192.0.2.1 onlink dev eth0 mtu 1400',
      'route -4 10.0.0.0/8 via 192.0.2.1 dev eth0 onlink mtu 1400',
    ],
    [
      'ip route add default scope global nexthop via 192.0.2.1 dev eth0 weight 2 nexthop dev ppp0',
      'route -4 0.0.0.0/0 nexthop via 192.0.2.1 dev eth0 weight 2 nexthop dev ppp0',
    ],
  ])('reads `%s`', (command, line) => {
    expect(items(command).filter((each) => !each.includes('without-effect'))).toEqual([line])
  })

  it.each([
    [
      'ip route add 192.0.2.9/24 dev eth0',
      'the kernel refuses the destination 192.0.2.9/24: it has bits behind its length',
    ],
    ['ip route add prohibit 10.0.0.0/8 dev lo', 'the kernel refuses a next hop of a route of type prohibit'],
    ['ip route add default', 'the command names neither a next hop nor a link'],
    ['ip route change default via 192.0.2.1', 'it changes a route that no line before has added'],
    ['ip route add default encap mpls 10 via 192.0.2.1', '`encap` has no counterpart'],
    ['ip route add default via 192.0.2.1 realm 4', '`realm` has no counterpart'],
    ['ip route flush table main', 'it removes routes that may be others than those of the files'],
    [
      'ip -n blue route add default via 192.0.2.1',
      'commands in another network namespace have no counterpart',
    ],
    ['ip -batch file', 'the commands of `ip -batch` are in another file'],
  ])('reports `%s`', (command, why) => {
    expect(items(command)).toEqual([`line 1: unknown: ${why}`])
  })

  it('takes away what a later command deletes, flushes or replaces', () => {
    expect(
      items(
        'ip route flush table 5',
        'ip route add default via 192.0.2.1 table 5',
        'ip route add 10.0.0.0/8 via 192.0.2.1 table 6',
        'ip route flush table 5',
        'ip route replace 10.0.0.0/8 via 192.0.2.2 table 6',
        'ip route add 10.9.0.0/16 via 192.0.2.2',
        'ip route change 10.9.0.0/16 via 192.0.2.3',
        'ip route del 10.9.0.0/16',
        'ip route flush cache',
      ).filter((line) => line.startsWith('route')),
    ).toEqual(['route -4 10.0.0.0/8 via 192.0.2.2 table 6'])
  })

  it('reports the deletion of routes that no line adds', () => {
    const collector = createCollector()
    const link = collector.link('eth0', place)
    if (link !== undefined) link.leases.inet = { isDefault: true, metric: 0, table: 254 }
    const found = readCommands(
      ['ip addr add 192.0.2.10/24 dev eth1', 'ip route del default', 'ip route del 192.0.2.0/24 dev eth1'],
      collector,
    )
    expect(found.problems.map(({ why }) => why)).toEqual([
      'it may remove the default route of the lease of eth0',
      'it removes the connected route of eth1, which a description cannot',
    ])
  })

  it('takes the device of the stack where a route names none', () => {
    const collector = createCollector()
    const link = collector.link('eth0', place)
    readIpCommand(['ip', 'route', 'add', '10.0.0.0/8'], { place }, collector, { link: link?.name })
    expect(foundLines(collector.found())).toContain('route -4 10.0.0.0/8 dev eth0 scope link')
  })
})

describe('ip address and ip link', () => {
  it('reads addresses, links and virtual links', () => {
    expect(
      read(
        'ip addr flush dev eth0',
        'ip a a 192.0.2.10/24 brd + dev eth0 label eth0:1',
        'ip addr add 2001:db8::1/64 dev eth0 nodad',
        'ip link set eth0 up mtu 1400 address 02:00:00:00:00:0A',
        'ip link add link eth0 name eth0.5 type vlan id 5',
        'ip link add bond0 type bond mode 1 miimon 100',
        'ip link set dev eth1 master bond0',
        'ip link add br0 type bridge stp_state 1 forward_delay 400',
        'ip link set bond0 master br0',
        'ip link add vrf-m type vrf table 10',
        'ip link set eth0.5 vrf vrf-m',
      ).filter((line) => !line.includes('without-effect')),
    ).toEqual([
      'link eth0 mtu 1400 mac 02:00:00:00:00:0a',
      'address 192.0.2.10/24 dev eth0',
      'address 2001:db8::1/64 dev eth0',
      'link eth0.5 link eth0 type vlan id 5',
      'link bond0 type bond mode active-backup miimon 100 of eth1',
      'link eth1',
      'link br0 type bridge stp_state 1 forward_delay 400 of bond0',
      'link vrf-m type vrf table 10 of eth0.5',
    ])
  })

  it('finds the kind of a master that a later line creates', () => {
    expect(read('ip link set eth1 master br0', 'ip link add br0 type bridge')).toContain(
      'link br0 type bridge stp_state 0 of eth1',
    )
    expect(read('ip link set eth1 master br0')).toContain(
      'line 1: unknown: nothing says what kind of link `br0` is',
    )
  })

  it('does not create links of other kinds', () => {
    expect(read('ip link add wg0 type wireguard', 'ip addr add 10.9.0.1/24 dev wg0')).toEqual([
      'link wg0 unmanaged',
      'address 10.9.0.1/24 dev wg0',
      'line 1: unknown: multihome does not create links of type wireguard; it can route over one',
    ])
  })
})

describe('commands before iproute2', () => {
  it.each([
    ['route add default gw 192.0.2.1', 'route -4 0.0.0.0/0 via 192.0.2.1'],
    [
      '/sbin/route add default gw 192.0.2.1 dev eth0 metric 5',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 metric 5',
    ],
    ['route add -net 10.0.0.0 netmask 255.0.0.0 gw 192.0.2.1', 'route -4 10.0.0.0/8 via 192.0.2.1'],
    ['route add -net 192.168.7.0/24 eth0', 'route -4 192.168.7.0/24 dev eth0 scope link'],
    ['route add -net 192.168.7.0 dev eth0', 'route -4 192.168.7.0/24 dev eth0 scope link'],
    ['route add -host 10.0.0.0 gw 192.0.2.1', 'route -4 10.0.0.0/32 via 192.0.2.1'],
    ['route add 198.51.100.7 gw 192.0.2.1', 'route -4 198.51.100.7/32 via 192.0.2.1'],
    ['route add -net 10.0.0.0/8 reject', 'route -4 unreachable 10.0.0.0/8'],
    ['route -A inet6 add default gw 2001:db8::1 dev eth0', 'route -6 ::/0 via 2001:db8::1 dev eth0 metric 1'],
    ['sysctl -w net.ipv4.ip_forward=1', 'sysctl net.ipv4.ip_forward 1'],
    ['sysctl -q net/ipv4/conf/eth0.5/rp_filter=2', 'sysctl net/ipv4/conf/eth0.5/rp_filter 2'],
  ])('reads `%s`', (command, line) => {
    expect(items(command)).toEqual([line])
  })

  it('reads ifconfig, vconfig, brctl and ifenslave', () => {
    expect(
      read(
        'ifconfig eth0 192.0.2.10 netmask 255.255.255.128 broadcast 192.0.2.127 up',
        'ifconfig eth0:1 192.0.2.11/25',
        'ifconfig eth0 inet6 add 2001:db8::1/64',
        'ifconfig eth0 hw ether 02:00:00:00:00:01 mtu 1400',
        'ifconfig eth1 10.0.0.1 up',
        'vconfig add eth0 7',
        'brctl addbr br0',
        'brctl addif br0 eth1 eth0.7',
        'brctl stp br0 on',
        'brctl setfd br0 2',
      ),
    ).toEqual([
      'link eth0 mtu 1400 mac 02:00:00:00:00:01',
      'address 192.0.2.10/25 dev eth0',
      'address 192.0.2.11/25 dev eth0',
      'address 2001:db8::1/64 dev eth0',
      'link eth1',
      'address 10.0.0.1/8 dev eth1',
      'link eth0.7 link eth0 type vlan id 7',
      'link br0 type bridge stp_state 1 forward_delay 200 of eth1,eth0.7',
    ])
  })

  it('sets a pattern of sysctls for every link that is there at the end', () => {
    expect(
      items(
        'sysctl -w net.ipv4.conf.*.rp_filter=2',
        'sysctl net.ipv4.conf.eth0.rp_filter=0',
        'ifconfig eth0 up',
      ),
    ).toEqual([
      'sysctl net.ipv4.conf.eth0.rp_filter 0',
      'sysctl net.ipv4.conf.all.rp_filter 2',
      'sysctl net.ipv4.conf.default.rp_filter 2',
      'sysctl net.ipv4.conf.lo.rp_filter 2',
    ])
  })

  it('leaves other commands to the caller', () => {
    expect(readIpCommand(['iptables', '-A', 'INPUT'], { place }, createCollector())).toBe(false)
  })
})
