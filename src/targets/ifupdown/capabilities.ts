// Capabilities of ifupdown, ifupdown2 and ifupdown-ng: keys of interfaces(5), and hooks with `ip`.
import {
  allRoutes,
  allRules,
  commonSupport,
  kernelSupport,
  linkSettings,
  multipath,
  native,
  virtualLinks,
} from '../shared/support.js'
import type { Capabilities, Support } from '../target.js'
import type { Flavour } from './settings.js'

const rule: Support = { how: 'hook', why: 'interfaces(5) has no keyword for rules' }
const route: Support = {
  how: 'hook',
  why: '`gateway` is the only keyword for routes: a default route of main, which ifupdown makes `onlink`',
}
const virtual: Support = {
  how: 'hook',
  why: 'its keywords need packages that may be missing (ifenslave, bridge-utils), and differ between the three programs',
}

const CLIENTS =
  'of the clients behind `inet dhcp` only dhclient accepts a metric, none keeps the router out of main, and two give up if no server answers in time'

/** resolvconf(8) and systemd-resolved have hooks that read the options dns-…; neither is part of ifupdown. */
const byHooks: Support = {
  how: 'partial',
  reason: 'only hooks of resolvconf or systemd-resolved read dns-nameservers; without either, nothing does',
}

const nameservers: Readonly<Record<Flavour, Support>> = {
  ifupdown: byHooks,
  ifupdown2: {
    how: 'unsupported',
    reason: 'ifupdown2 reports dns-nameservers as an unsupported keyword and ignores it',
    instead: 'Write them in /etc/resolv.conf, and leave `nameservers` out of the description.',
  },
  'ifupdown-ng': byHooks,
}

const leased: Support = {
  how: 'hook',
  why: CLIENTS,
  note: 'multihome-lease starts dhclient, dhcpcd or udhcpc, the first of these that is installed',
}

const leased6: Support = {
  ...leased,
  note: 'multihome-lease starts dhclient or dhcpcd, the first of these that is installed',
}

const optional: Readonly<Record<Flavour, Support>> = {
  ifupdown: { how: 'native', note: 'allow-hotplug' },
  ifupdown2: { how: 'native', note: 'allow-hotplug: brought up at boot if it exists' },
  'ifupdown-ng': {
    how: 'unsupported',
    reason: 'it has no allow-hotplug, and its `ifup -a` stops at a missing link that is `auto`',
    instead: 'Leave `optional` out if the link is always there.',
  },
}

const tentative: Support = {
  how: 'unsupported',
  reason: 'the address is still tentative when the hooks run, and the kernel refuses a tentative source',
  instead: 'Leave `src` out: for IPv6 the kernel then chooses the address of the link (RFC 6724).',
}

const sourceInet6: Readonly<Record<Flavour, Support>> = {
  ifupdown: { ...route, note: 'the address is added without duplicate address detection (dad-attempts 0)' },
  ifupdown2: tentative,
  'ifupdown-ng': tentative,
}

export const capabilitiesOf = (flavour: Flavour): Capabilities => ({
  'manage.routing': {
    how: 'hook',
    why: 'nothing can be added to a stanza of another file',
    note: 'multihome-ifupdown, called from if-up.d and if-down.d beside the stanzas of others',
  },
  ...commonSupport,
  ...kernelSupport,
  ...linkSettings(native),
  'link.nameservers': nameservers[flavour],
  'link.optional': optional[flavour],
  ...virtualLinks(virtual),
  'link.vlan': { ...virtual, note: 'the programs create a VLAN with a name like `eth0.7` by themselves' },
  'link.dhcp4': leased,
  'link.dhcp6': leased6,
  'lease.apart-inet': {
    how: 'hook',
    why: CLIENTS,
    note: 'multihome-lease installs the default route, not the client',
  },
  'lease.routes': {
    how: 'hook',
    why: CLIENTS,
    note: 'multihome-lease installs them, but not over networks of other links; dhcpcd only in main',
  },
  'lease.ignored-routes-inet': {
    how: 'hook',
    why: CLIENTS,
    note: 'multihome-lease installs the routes of a lease, not the client',
  },
  ...allRules(rule),
  ...allRoutes(route),
  'route.src-inet6': sourceInet6[flavour],
  ...multipath({ ...route, note: 'once all its links are up' }),
  'table.name': { how: 'native', note: '/etc/iproute2/rt_tables.d; the hooks have numbers' },
})
