// Virtual private networks.
import { software, type Software } from './software.js'

export const vpns: readonly Software[] = [
  // Rules at base + 10 … + 70; the base is 1300 where mwan3 is found on OpenWrt. The monitor takes base to base + 99 for its own.
  software('tailscale', 'Tailscale', {
    prefs: [
      [5200, 5299],
      [1300, 1399],
    ],
    tables: [52],
    markBits: 0xff0000,
    links: ['tailscale0'],
    sources: [
      'wgengine/router/osrouter/router_linux.go',
      'tsconst/linuxfw.go',
      'cmd/tailscaled/tailscaled.go',
    ],
  }),
  // 32321 is added and removed at once, to see whether rules work.
  software('netbird', 'NetBird', {
    prefs: [105, 110, 32321],
    tables: [0x1bd0],
    marks: [[0x1bd00, 0x1bdff]],
    links: ['wt0'],
    sources: [
      'client/internal/routemanager/systemops/systemops_linux.go',
      'client/net/net.go',
      'client/net/env_linux.go',
      'client/iface/configurer/name.go',
    ],
  }),
  // 0xf41 is that of programs kept out of the tunnel.
  software('mullvad', 'Mullvad VPN', {
    tables: [0x6d6f6c65],
    marks: [0x6d6f6c65, 0xf41],
    links: ['wg0-mullvad'],
    unnumbered: true,
    sources: [
      'mullvad-types/src/lib.rs',
      'talpid-routing/src/unix/linux.rs',
      'talpid-core/src/split_tunnel/linux/mod.rs',
      'talpid-wireguard/src/config.rs',
    ],
  }),
  // The preference is the first free one below that of main's rule, the table the first free one from 205.
  software('nordvpn', 'NordVPN', {
    tables: [205],
    marks: [0xe1f1],
    links: ['nordlynx', 'nordtun'],
    unnumbered: true,
    sources: ['config/config.go', 'daemon/routes/rule.go', 'daemon/routes/iprule/iprule.go', 'daemon/vpn'],
  }),
  // The routes are NetworkManager's, of dummy links.
  software('protonvpn', 'Proton VPN', {
    links: ['pvpn*', 'ipv6leakintrf*'],
    sources: [
      'python-proton-vpn-network-manager: proton/vpn/backend/linux/networkmanager/killswitch/*/killswitch_connection_handler.py',
    ],
  }),
  // Its source is closed.
  software('cloudflare-warp', 'Cloudflare WARP (warp-svc)', {
    tables: [65743],
    marks: [0x100cf],
    links: ['CloudflareWARP'],
    unnumbered: true,
    sources: ['`ip rule` of hosts that run it, as their owners’ documents show it'],
  }),
  software('firezone', 'Firezone', {
    prefs: [100, 200, 300],
    tables: [[0x2021fd00, 0x2021fd02]],
    marks: [0xfd002021],
    links: ['tun-firezone'],
    sources: ['rust/libs/bin-shared/src/tun_device_manager/linux.rs', 'rust/libs/bin-shared/src/lib.rs'],
  }),
  // From 51820 the first table without a route, twenty tunnels at most here; the same number is the mark.
  software('wg-quick', 'wg-quick, for tunnels that lead everywhere', {
    tables: [[51820, 51839]],
    marks: [[51820, 51839]],
    unnumbered: true,
    sources: ['wireguard-tools: src/wg-quick/linux.bash'],
  }),
  // One of 500 marks, and of 500 pairs of preferences that end 1000 in front of main's rule; chosen by the profile's UUID.
  software('nm-wireguard', 'NetworkManager’s WireGuard profiles with an automatic default route', {
    prefs: [[30768, 31767]],
    tables: [[51820, 52319]],
    marks: [[51820, 52319]],
    sources: ['NetworkManager: src/core/devices/nm-device-wireguard.c'],
  }),
  // 210 is that of charon-nm, the mark with it.
  software('strongswan', 'strongSwan', {
    prefs: [210, 220],
    tables: [210, 220],
    marks: [210],
    sources: ['configure.ac', 'conf/options/charon-nm.opt'],
  }),
  software('libreswan', 'Libreswan', {
    prefs: [100],
    tables: [50],
    links: ['ipsec?'],
    sources: ['programs/_updown.xfrm/_updown.xfrm.in', 'programs/pluto/kernel_xfrm_interface.c'],
  }),
  software('zerotier', 'ZeroTier', {
    links: ['zt????????'],
    sources: ['osdep/LinuxEthernetTap.cpp', 'osdep/LinuxNetLink.cpp'],
  }),
]
