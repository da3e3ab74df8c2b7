// Capabilities of the iproute2 script: everything that ip(8) can, and nothing outside the kernel.
import { selectors, type SelectorName } from '../../kernel/selectors.js'
import { selectorFeatures } from '../../plan/features.js'
import {
  allRoutes,
  allRules,
  commonSupport,
  kernelSupport,
  linkSettings,
  native,
  virtualLinks,
} from '../shared/support.js'
import type { Capabilities, Support } from '../target.js'
import { isAtLeast } from '../version.js'

/** Rules carry our protocol number, by which they are found again: iproute2 and Linux 4.17. */
const rule: Support = { how: 'native', since: '4.17' }
const selector = (name: SelectorName): Support => {
  const { iproute2 = '4.17' } = selectors[name].since ?? {}
  return isAtLeast(iproute2, '4.17') ? { how: 'native', since: iproute2 } : rule
}

/** The client and its metric are up to the administrator. */
const noClient: Support = {
  how: 'partial',
  reason:
    'the script runs no DHCP client: run one, and give its default route in main the metric of `default`',
}

export const capabilities: Capabilities = {
  'manage.routing': native,
  ...commonSupport,
  ...kernelSupport,
  ...linkSettings(native),
  'link.nameservers': {
    how: 'unsupported',
    reason: 'the kernel has no name servers, and this target runs no program that sets them',
    instead: 'Write them in /etc/resolv.conf, and leave `nameservers` out of the description.',
  },
  'link.optional': { how: 'not-needed', note: 'nothing waits for any link' },
  ...virtualLinks(native),
  'link.dhcp4': noClient,
  'link.dhcp6': noClient,
  'lease.apart-inet': {
    how: 'partial',
    reason:
      'the script runs no DHCP client: run one without a default route, and call `multihome-tracker router LINK ADDRESS` from its hook',
  },
  'lease.routes': {
    how: 'partial',
    reason:
      'the script runs no DHCP client: have one install them in main, and multihome-tracker copies them',
  },
  'lease.ignored-routes-inet': {
    how: 'hook',
    why: 'the script runs no DHCP client: have yours ignore the options 33, 121 and 249',
    note: 'multihome-tracker copies no such route',
  },
  ...allRules(rule),
  ...selectorFeatures(selector),
  ...allRoutes(native),
  'route.src-inet6': { how: 'native', note: '`up` waits some seconds for duplicate address detection' },
  'table.name': { how: 'native', note: 'in rt_tables.d' },
  sysctl: { how: 'native', note: 'in sysctl.d, and once more by `up` when the links are there' },
}
