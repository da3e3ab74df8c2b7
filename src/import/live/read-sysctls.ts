// Sysctls of a live state that choose routes, where they differ from the kernel's defaults.
import type { Collector } from '../../found/collector.js'
import type { Family } from '../../kernel/family.js'
import { formatSysctlKey, parseSysctlKey } from '../../kernel/sysctl.js'
import type { LiveState } from '../../verify/state.js'
import { livePlace } from './place.js'

/** Of the host: Documentation/networking/ip-sysctl.rst. */
const hostDefaults: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '0',
  'net/ipv4/fib_multipath_hash_policy': '0',
  'net/ipv4/fib_multipath_use_neigh': '0',
  'net/ipv4/fwmark_reflect': '0',
  'net/ipv4/tcp_fwmark_accept': '0',
  'net/ipv4/tcp_l3mdev_accept': '0',
  'net/ipv4/udp_l3mdev_accept': '0',
  'net/ipv4/raw_l3mdev_accept': '1',
  'net/ipv4/ip_nonlocal_bind': '0',
  'net/ipv6/fib_multipath_hash_policy': '0',
  'net/ipv6/fwmark_reflect': '0',
  'net/ipv6/ip_nonlocal_bind': '0',
  'net/vrf/strict_mode': '0',
}

/** Of conf.all, conf.default and each link. */
const linkDefaults: Readonly<Record<Family, Readonly<Record<string, string>>>> = {
  inet: {
    accept_local: '0',
    arp_announce: '0',
    arp_filter: '0',
    arp_ignore: '0',
    forwarding: '0',
    ignore_routes_with_linkdown: '0',
    proxy_arp: '0',
    route_localnet: '0',
    rp_filter: '0',
    src_valid_mark: '0',
  },
  inet6: {
    accept_ra_rt_info_max_plen: '0',
    disable_ipv6: '0',
    // ip6_forward() reads that of conf.all only.
    forwarding: '0',
    ignore_routes_with_linkdown: '0',
    proxy_ndp: '0',
  },
}

/** Of new links, set by systemd (50-default.conf). */
const distributionDefaults: Readonly<Record<string, string>> = { rp_filter: '2' }

/**
 * Without sysctls of `lo` and of links that are not known. A link's value counts if it differs from that of a new link. The
 * clients of leases set those for router advertisements, see `acceptRa`.
 */
export function readLiveSysctls({ sysctls }: LiveState, collector: Collector): void {
  const add = (path: string, value: string): void => {
    const key = parseSysctlKey(path)
    collector.sysctl({ place: livePlace(`sysctl ${formatSysctlKey(key)} = ${value}`), key, value })
  }
  const valueOf = (path: string): string | undefined => sysctls[`/proc/sys/${path}`]
  for (const [path, standard] of Object.entries(hostDefaults)) {
    const value = valueOf(path)
    if (value !== undefined && value !== standard) add(path, value)
  }
  const links = collector.soFar.links.map(({ name }) => name)
  for (const [folder, names] of [
    ['net/ipv4/conf', linkDefaults.inet],
    ['net/ipv6/conf', linkDefaults.inet6],
  ] as const)
    for (const [name, standard] of Object.entries(names)) {
      const of = (link: string) => valueOf(`${folder}/${link}/${name}`)
      const all = of('all') ?? standard
      // Writing to these of `all` writes to every link (devinet_sysctl_forward, addrconf_fixup_forwarding, addrconf_disable_ipv6).
      const isForAll = name === 'forwarding' || name === 'disable_ipv6'
      const isIpForward = isForAll && folder === 'net/ipv4/conf'
      if (all !== standard && !isIpForward) add(`${folder}/all/${name}`, all)
      const fresh = of('default') ?? standard
      const isUsual =
        fresh === standard || (isForAll && fresh === all) || fresh === distributionDefaults[name]
      if (!isUsual) add(`${folder}/default/${name}`, fresh)
      if (name === 'forwarding' && folder === 'net/ipv6/conf') continue
      for (const link of links) {
        const value = of(link)
        const usual = isForAll ? all : fresh
        if (value !== undefined && value !== usual) add(`${folder}/${link}/${name}`, value)
      }
    }
}
