// Routing daemons, and what else chooses among uplinks.
import { software, type Software } from './software.js'

export const kernelVrfs = software('vrf', 'VRFs of the kernel', {
  prefs: [1000],
  sources: ['Linux: Documentation/networking/vrf.rst'],
})

export const routers: readonly Software[] = [
  // 1000, 2000 and 3000 + the interface's number, which is that of its table; the default mask has room for 60, and two more
  // numbers behind 2000 for blackhole and unreachable.
  software('mwan3', 'mwan3 (OpenWrt)', {
    prefs: [
      [1001, 1060],
      [2001, 2062],
      [3001, 3060],
    ],
    tables: [[1, 60]],
    markBits: 0x3f00,
    sources: ['openwrt/packages: net/mwan3/files/lib/mwan3/common.sh, mwan3.sh'],
  }),
  // Downwards from 30000 for each interface, 30001 for the suppressor, upwards from 31000 for local networks; tables behind
  // the last of rt_tables, which is local's 255.
  software('pbr', 'pbr (OpenWrt)', {
    prefs: [
      [29745, 30001],
      [31000, 31255],
    ],
    tables: [[256, 511]],
    markBits: 0xff0000,
    sources: ['openwrt/packages: net/pbr/files/etc/init.d/pbr, net/pbr/files/etc/config/pbr'],
  }),
  // Main at 999, providers' marks from 10000, their addresses at 20000, balance at 32765; the thousands are for rtrules(5).
  // Providers are 1 to 15, balance is 250. Marks: 8 bits of traffic shaping, 8 of providers, three flags behind.
  software('shorewall', 'Shorewall', {
    prefs: [1, [999, 1999], [10000, 10014], [11000, 11999], 20000, [26000, 26999], 32765],
    tables: [[1, 15], 250],
    markBits: 0x7ffff,
    sources: [
      'Perl/Shorewall/Providers.pm',
      'Perl/Shorewall/Config.pm',
      'shorewall-rtrules(5)',
      'shorewall-providers(5)',
      'shorewall.conf(5)',
    ],
  }),
  // A rule without a preference gets one, downwards from 16384: a hundred of them here.
  software('keepalived', 'keepalived', {
    prefs: [[16285, 16384]],
    protocols: [18],
    links: ['vrrp.*'],
    sources: [
      'keepalived/vrrp/vrrp_iprule.c',
      'keepalived/vrrp/vrrp_iproute.c',
      'keepalived/vrrp/vrrp.c',
      'keepalived.conf(5)',
    ],
  }),
  // Zebra's own number, its daemons' and, for pbrd, bands of rules and tables.
  software('frr', 'FRRouting', {
    prefs: [[300, 1300]],
    tables: [[10000, 11000]],
    protocols: [11, 42, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196, 197, 198],
    sources: ['zebra/rt_netlink.h', 'pbrd/pbr_nht.h'],
  }),
  software('bird', 'BIRD', { protocols: [12], sources: ['sysdep/linux/netlink.c'] }),
  // Of source-specific routes, where the kernel has none of its own.
  software('babeld', 'babeld', { prefs: [100], protocols: [42], sources: ['babeld.h', 'babeld(8)'] }),
  software('ovn', 'OVN', {
    protocols: [84],
    sources: ['rtnetlink.h: RTPROT_OVN', 'OVN: route-exchange-netlink.h'],
  }),
  kernelVrfs,
]
