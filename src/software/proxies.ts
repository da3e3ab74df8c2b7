// Transparent proxies.
import { software, type Software } from './software.js'

export const proxies: readonly Software[] = [
  // 1 is for addresses that are redirected; 32768, behind main, for what no other rule took. All of 9000 to 9010 is deleted at its end.
  software('sing-box', 'sing-box, its tun', {
    prefs: [1, [9000, 9010], 32768],
    tables: [2022],
    marks: [[0x2023, 0x2025]],
    sources: [
      'docs/configuration/inbound/tun.md',
      'sing-tun: tun.go, tun_linux.go, redirect.go, redirect_route_linux.go',
    ],
  }),
  software('mihomo', 'mihomo (Clash Meta), its tun', {
    prefs: [[9000, 9010]],
    tables: [2022],
    sources: ['its configuration: tun.iproute2-table-index, tun.iproute2-rule-index'],
  }),
  software('openclash', 'OpenClash (OpenWrt)', {
    tables: [0x162],
    marks: [0x162],
    unnumbered: true,
    sources: ['its scripts: PROXY_FWMARK, PROXY_ROUTE_TABLE'],
  }),
  software('v2raya', 'v2rayA', {
    tables: [100],
    markBits: 0xc0,
    unnumbered: true,
    sources: ['service/kernel/iptables/tproxy.go', 'service/kernel/iptables/redirect.go'],
  }),
  software('tproxy', 'proxies set up as the kernel’s own document does it (v2ray, Xray, squid, …)', {
    tables: [100],
    marks: [1],
    unnumbered: true,
    sources: ['Linux: Documentation/networking/tproxy.rst'],
  }),
]
