// Entries of support records for targets with NetworkManager profiles.
import type { Capabilities, Support } from '../../target.js'
import { commonSupport, leaseClients, linkSettings, native, virtualLinks } from '../support.js'

export const optionalLink: Support = {
  how: 'partial',
  reason:
    'a profile cannot be excluded from network-online.target, which waits some six seconds for a carrier; nothing else waits',
}

/** Of a link without a gateway, `ignore-auto-routes` drops those of DHCP. For IPv6 it would drop the prefix of the link. */
export const leaseRoutes = {
  'lease.routes': {
    how: 'native',
    note: 'NetworkManager does not keep them out of networks of other links',
  },
  'lease.ignored-routes-inet': {
    how: 'partial',
    reason:
      'NetworkManager installs the routes of DHCP options 121 and 249 with the default route: `ignore-auto-routes` would drop both. `lease-routes: true` on the gateway accepts them',
  },
  'lease.ignored-routes-inet6': {
    how: 'partial',
    reason:
      'NetworkManager installs the route information of router advertisements: `ignore-auto-routes` would drop the prefix of the link too',
  },
} as const satisfies Partial<Capabilities>

/** For the booted versions: 1.30, 1.42, 1.52. */
export const profileSupport = {
  ...commonSupport,
  ...linkSettings(native),
  'link.address': {
    how: 'native',
    note: 'a second address of a prefix adds a second connected route, which the first one hides',
  },
  'link.nameservers': native,
  'link.optional': optionalLink,
  ...virtualLinks(native),
  ...leaseClients({ how: 'native', note: 'route-table' }),
  ...leaseRoutes,
  'link.dhcp4': native,
  'link.dhcp6': { how: 'native', note: 'beside `accept-ra` when the advertisement says so (its flag M)' },
  'link.accept-ra': { how: 'native', note: 'with an address by DHCPv6 too, when the advertisement says so' },
} as const satisfies Partial<Capabilities>
