// Entries of support records that several targets share, and groups of features that have one entry.
import { selectorNames } from '../../kernel/selectors.js'
import type { Feature } from '../../plan/features.js'
import type { Capabilities, Support } from '../target.js'

/**
 * One entry for each feature of a group; a record lists its exceptions after it. A group names its features, so that the
 * compiler reports a new one in every record.
 */
const group =
  <const F extends Feature>(...features: readonly F[]) =>
  (support: Support): Readonly<Record<F, Support>> =>
    Object.fromEntries(features.map((feature) => [feature, support])) as Record<F, Support>

export const native: Support = { how: 'native' }

export const linkSettings = group('link.address', 'link.mtu', 'link.mac')

export const virtualLinks = group('link.vlan', 'link.bond', 'link.bridge', 'link.vrf')

const rejectRules = ['rule.unreachable', 'rule.prohibit', 'rule.blackhole'] as const
export const rejectActions = group(...rejectRules)

export const allRules = group(
  ...selectorNames.map((name) => `rule.${name}` as const),
  'rule.not',
  'rule.fwmark-mask',
  'rule.fwmark-zero',
  'rule.suppress-prefixlength',
  'rule.goto',
  ...rejectRules,
  'rule.lasting',
)

const reject = ['route.unreachable', 'route.prohibit', 'route.blackhole', 'route.throw'] as const
export const rejectRoutes = group(...reject)

export const multipath = group('route.multipath-inet', 'route.multipath-inet6')

export const allRoutes = group(
  'route.table',
  'route.metric',
  'route.src',
  'route.src-inet6',
  'route.onlink',
  'route.device',
  'route.mtu',
  'route.multipath-inet',
  'route.multipath-inet6',
  ...reject,
  'route.local',
)

export const leaseClients = group(
  'link.dhcp4',
  'link.dhcp6',
  'link.accept-ra',
  'lease.apart-inet',
  'lease.apart-inet6',
)

const dynamic = group('lease.address', 'lease.balance', 'lease.router-inet', 'lease.router-inet6')

/** By the common files, which are the same for every stack. */
export const commonSupport = {
  ...dynamic({
    how: 'hook',
    why: 'no stack has a key for rules and routes that depend on the addresses of a link',
    note: 'multihome-tracker, at each change of the link’s addresses',
  }),
  sysctl: { how: 'native', note: '/etc/sysctl.d' },
  'marks.nftables': {
    how: 'native',
    note: '/etc/nftables.d, loaded by a unit of systemd of its own; with netifrc by a service of OpenRC',
  },
} as const satisfies Partial<Capabilities>

/** Of stacks that see no links of other programs, and leave router advertisements to the kernel. */
export const kernelSupport = {
  'link.foreign': {
    how: 'hook',
    why: 'the stack sees no link that another program creates and deletes',
    note: 'multihome-tracker installs its routes whenever the link appears',
  },
  'link.accept-ra': { how: 'not-needed', note: 'the kernel processes them, as set by sysctls' },
  'lease.ignored-routes-inet6': {
    how: 'native',
    note: 'the kernel ignores route information: accept_ra_rt_info_max_plen is 0',
  },
  'lease.apart-inet6': {
    how: 'unsupported',
    reason: 'the kernel installs the default route of a router advertisement in main or not at all',
    instead:
      'Name the gateway in `default`, or write its router (`via: fe80::…`) beside `accept-ra: true` for the addresses.',
  },
} as const satisfies Partial<Capabilities>
