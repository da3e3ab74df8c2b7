// Capabilities of nm-dispatcher: profiles for addresses, a dispatcher script with `ip` for routing.
import { selectorFeatures } from '../../plan/features.js'
import { connmarkSupport } from '../shared/connmarks.js'
import { managerLeases } from '../shared/networkmanager/lease.js'
import type { Capabilities } from '../target.js'

const native = { how: 'native' } as const
/** By design: the target for hosts whose profiles belong to others. */
const hook = {
  how: 'hook',
  why: 'this target leaves profiles to addresses, so that the script works beside any profile; nm-keyfile writes profiles',
} as const

export const capabilities: Capabilities = {
  'manage.routing': { ...hook, note: 'the script alone; addresses come from others' },
  'link.address': {
    how: 'native',
    note: 'a second address of a prefix adds a second connected route, which the first one hides',
  },
  'link.mtu': native,
  'link.mac': native,
  'link.nameservers': native,
  'link.optional': {
    how: 'partial',
    reason:
      'a profile cannot be excluded from network-online.target, which waits some six seconds for a carrier; nothing else waits',
  },
  'link.foreign': {
    how: 'hook',
    why: 'NetworkManager has no profile for a link that it does not manage',
    note: 'NetworkManager reports no event for an unmanaged link: have a hook of the program that creates it call the script with `LINK up`',
  },
  'link.vlan': native,
  'link.bond': native,
  'link.bridge': native,
  'link.vrf': native,
  ...managerLeases,
  ...selectorFeatures(() => hook),
  'rule.not': hook,
  'rule.fwmark-mask': hook,
  'rule.fwmark-zero': hook,
  'rule.suppress-prefixlength': hook,
  'rule.goto': hook,
  'rule.unreachable': hook,
  'rule.prohibit': hook,
  'rule.blackhole': hook,
  'rule.lasting': hook,
  'route.table': hook,
  'route.metric': hook,
  'route.src': hook,
  'route.src-inet6': { ...hook, note: 'waits up to five seconds for duplicate address detection' },
  'route.onlink': hook,
  'route.device': hook,
  'route.mtu': hook,
  'route.multipath-inet': { ...hook, note: 'over the links that are up' },
  'route.multipath-inet6': { ...hook, note: 'over the links that are up' },
  'route.unreachable': hook,
  'route.prohibit': hook,
  'route.blackhole': hook,
  'route.throw': hook,
  'route.local': hook,
  'table.name': { how: 'native', note: '/etc/iproute2/rt_tables.d; the script has numbers' },
  sysctl: { how: 'native', note: '/etc/sysctl.d' },
  'marks.nftables': connmarkSupport,
}
