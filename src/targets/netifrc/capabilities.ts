// Capabilities of netifrc: conf.d/net has keys for rules, routes and addresses; routes over several links need a hook.
import {
  allRoutes,
  allRules,
  commonSupport,
  kernelSupport,
  linkSettings,
  multipath,
  native,
  rejectRoutes,
  virtualLinks,
} from '../shared/support.js'
import type { Capabilities, Support } from '../target.js'

/** Before it, `dev` was put behind every route, which these types do not take (bugs.gentoo.org/637394). */
const type: Support = { how: 'native', since: '0.7.9' }

/** netifrc's own words want a package for each kind, have none for a VRF, and tie a VLAN to the start of its parent. */
const preup: Support = {
  how: 'hook',
  why: 'netifrc’s own keys need a package for each kind, have none for a VRF, and create a VLAN when its parent starts',
  note: 'preup() creates it, postdown() deletes it',
}

const postup: Support = {
  how: 'hook',
  why: '`routes_LINK` is installed when that link starts, and a route over several links needs all of them',
  note: 'postup(), once all its links are up',
}

export const capabilities: Capabilities = {
  'manage.routing': {
    how: 'native',
    note: 'files conf.d/net.LINK, read after conf.d/net; under OpenRC alone',
  },
  ...commonSupport,
  ...kernelSupport,
  ...linkSettings(native),
  'link.nameservers': {
    how: 'native',
    note: 'without resolvconf, each link that starts replaces /etc/resolv.conf',
  },
  'link.optional': { how: 'native', note: 'rc_net_LINK_provide="!net"' },
  ...virtualLinks(preup),
  'link.dhcp4': { how: 'native', note: 'config_LINK="dhcp", by dhcpcd, which must be installed' },
  'link.dhcp6': {
    how: 'native',
    note: 'by dhcpcd, which must be installed: netifrc’s own "dhcpv6" is dhclient, which gives up if no server answers',
  },
  'lease.apart-inet': {
    how: 'hook',
    why: 'netifrc has no key for the table of a leased route',
    note: 'dhcpcd installs none, and its hook passes the router to multihome-tracker',
  },
  'lease.routes': {
    how: 'partial',
    reason:
      'dhcpcd installs them in main only, so those of a gateway outside of `default` are ignored; it does not keep them out of networks of other links',
  },
  'lease.ignored-routes-inet': {
    how: 'native',
    note: 'dhcpcd_LINK with `-O`; a default route inside of option 121 alone is ignored too',
  },
  ...allRules(native),
  ...allRoutes(native),
  'route.src-inet6': {
    how: 'native',
    note: 'its address is added without duplicate address detection (nodad)',
  },
  ...multipath(postup),
  ...rejectRoutes(type),
  'table.name': { how: 'native', note: '/etc/iproute2/rt_tables.d; conf.d/net has numbers' },
}
