// Capabilities of nm-dispatcher: profiles for addresses, a dispatcher script with `ip` for routing.
import { profileSupport } from '../shared/networkmanager/support.js'
import { allRoutes, allRules, multipath } from '../shared/support.js'
import type { Capabilities } from '../target.js'

/** By design: the target for hosts whose profiles belong to others. */
const hook = {
  how: 'hook',
  why: 'this target leaves profiles to addresses, so that the script works beside any profile; nm-keyfile writes profiles',
} as const

export const capabilities: Capabilities = {
  'manage.routing': { ...hook, note: 'the script alone; addresses come from others' },
  ...profileSupport,
  'link.foreign': {
    how: 'hook',
    why: 'NetworkManager has no profile for a link that it does not manage',
    note: 'NetworkManager reports no event for an unmanaged link: have a hook of the program that creates it call the script with `LINK up`',
  },
  ...allRules(hook),
  ...allRoutes(hook),
  'route.src-inet6': { ...hook, note: 'waits up to five seconds for duplicate address detection' },
  ...multipath({ ...hook, note: 'over the links that are up' }),
  'table.name': { how: 'native', note: '/etc/iproute2/rt_tables.d; the script has numbers' },
}
