// What interfaces(5) says by itself, and what its hooks say with `ip`, for each of the three programs that read it.
import { lateRoutes } from '../foreign-routes.js'
import { marksSupport } from '../marks.js'
import { followSupport, kernelRaApart } from '../lease-support.js'
import type { Capabilities, Support } from '../target.js'
import type { Flavour } from './settings.js'

const native: Support = { how: 'native' }
const hook: Support = { how: 'hook' }

/** resolvconf(8) and systemd-resolved have hooks that read the options dns-…; neither is part of ifupdown. */
const nameservers: Readonly<Record<Flavour, Support>> = {
  ifupdown: {
    how: 'partial',
    reason:
      'dns-nameservers is read by hooks of resolvconf or systemd-resolved, and by nothing where neither is',
  },
  ifupdown2: {
    how: 'unsupported',
    reason: 'ifupdown2 calls dns-nameservers an unsupported keyword and hands it to nobody',
    instead: 'Write them in /etc/resolv.conf, and leave `nameservers` out of the description.',
  },
  'ifupdown-ng': {
    how: 'partial',
    reason:
      'dns-nameservers is read by hooks of resolvconf or systemd-resolved, and by nothing where neither is',
  },
}

const leased: Support = {
  how: 'hook',
  note: 'multihome-lease starts dhclient, dhcpcd or udhcpc, the first of these that is installed',
}

const leased6: Support = {
  how: 'hook',
  note: 'multihome-lease starts dhclient or dhcpcd, the first of these that is installed',
}

const optional: Readonly<Record<Flavour, Support>> = {
  ifupdown: { how: 'native', note: 'allow-hotplug' },
  ifupdown2: { how: 'native', note: 'allow-hotplug: brought up at boot when it is there' },
  'ifupdown-ng': {
    how: 'unsupported',
    reason: 'it knows no allow-hotplug, and a missing link that is `auto` ends its `ifup -a`',
    instead: 'Leave `optional` out if the link is always there.',
  },
}

const SOURCE_CURE = 'Leave `src` out: for IPv6 the kernel then chooses the address of the link (RFC 6724).'

const sourceInet6: Readonly<Record<Flavour, Support>> = {
  ifupdown: { how: 'hook', note: 'the address is laid without duplicate address detection (dad-attempts 0)' },
  ifupdown2: {
    how: 'unsupported',
    reason: 'the address is still tentative when the hooks run, and the kernel takes no tentative source',
    instead: SOURCE_CURE,
  },
  'ifupdown-ng': {
    how: 'unsupported',
    reason: 'the address is still tentative when the hooks run, and the kernel takes no tentative source',
    instead: SOURCE_CURE,
  },
}

export const capabilitiesOf = (flavour: Flavour): Capabilities => ({
  'manage.routing': { how: 'hook', note: 'a script in if-up.d and if-down.d beside the stanzas of others' },
  'link.address': native,
  'link.mtu': native,
  'link.mac': native,
  'link.nameservers': nameservers[flavour],
  'link.optional': optional[flavour],
  'link.foreign': lateRoutes,
  'link.vlan': { how: 'hook', note: 'one that is called like `eth0.7` is made by the name alone' },
  'link.bond': hook,
  'link.bridge': hook,
  'link.vrf': hook,
  'link.dhcp4': leased,
  'link.dhcp6': leased6,
  'link.accept-ra': { how: 'inherent', note: 'the kernel takes them, as the sysctls say' },
  ...followSupport,
  'lease.apart-inet': { how: 'hook', note: 'the client lays no default route, multihome-lease does' },
  'lease.apart-inet6': kernelRaApart,
  'rule.from': hook,
  'rule.to': hook,
  'rule.not': hook,
  'rule.iif': hook,
  'rule.oif': hook,
  'rule.fwmark': hook,
  'rule.fwmark-mask': hook,
  'rule.fwmark-zero': hook,
  'rule.tos': hook,
  'rule.ipproto': hook,
  'rule.sport': hook,
  'rule.dport': hook,
  'rule.uidrange': hook,
  'rule.suppress-prefixlength': hook,
  'rule.goto': hook,
  'rule.unreachable': hook,
  'rule.prohibit': hook,
  'rule.blackhole': hook,
  'rule.lasting': hook,
  'route.table': hook,
  'route.metric': hook,
  'route.src': hook,
  'route.src-inet6': sourceInet6[flavour],
  'route.onlink': hook,
  'route.device': hook,
  'route.mtu': hook,
  'route.multipath-inet': { how: 'hook', note: 'once all its links are up' },
  'route.multipath-inet6': { how: 'hook', note: 'once all its links are up' },
  'route.unreachable': hook,
  'route.prohibit': hook,
  'route.blackhole': hook,
  'route.throw': hook,
  'route.local': hook,
  'table.name': { how: 'native', note: '/etc/iproute2/rt_tables.d; the hooks have numbers' },
  sysctl: { how: 'native', note: '/etc/sysctl.d' },
  'marks.nftables': marksSupport,
})
