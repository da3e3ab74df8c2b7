// Minimum versions of Linux, iproute2 and nftables for the features of a plan.
import { isMultipath } from './route.js'
import type { Path } from '../diagnostics/diagnostic.js'
import { groupBy } from '../stdlib/group-by.js'
import { selectorNames, selectors } from '../kernel/selectors.js'
import type { KernelPlan, Origin, Route, Rule, Sysctl } from './plan.js'
import { memoizeLast } from '../stdlib/memoize.js'
import type { Feature } from './features.js'

export interface VersionNeed {
  /** The feature. */
  readonly what: string
  /** The minimum version: `4.17`. */
  readonly linux: string
  /** Of `ip`; absent if it is not involved, as with sysctls. Stacks that use netlink directly do not need it. */
  readonly iproute2?: string
  /** Of `nft`; absent if it is not involved. */
  readonly nftables?: string
  /** The feature that each target declares its support for; absent where every target has it. */
  readonly feature?: Feature
  /** The first part of the description that needs it. */
  readonly path: Path
}

interface Requirement<T> extends Pick<VersionNeed, 'what' | 'linux' | 'iproute2' | 'feature'> {
  readonly uses: (thing: T) => boolean
}

/** The selectors of one version, such as the ports, are one requirement. */
const selectorRequirements: readonly Requirement<Rule>[] = [
  ...groupBy(selectorNames, (name) => selectors[name].since?.linux),
].flatMap(([, names]) => {
  const [first] = names
  const since = first === undefined ? undefined : selectors[first].since
  if (first === undefined || since === undefined) return []
  const uses = ({ selector }: Rule): boolean => names.some((name) => selector[name] !== undefined)
  return [{ what: `rule: ${names.join(', ')}`, ...since, feature: `rule.${first}` as const, uses }]
})

/** Attributes FRA_*; versions from the kernel's history and iproute2's tags. */
const ruleRequirements: readonly Requirement<Rule>[] = [
  {
    what: 'rule: suppress_prefixlength',
    feature: 'rule.suppress-prefixlength',
    linux: '3.12',
    iproute2: '3.12',
    uses: ({ action }) => action.type === 'lookup' && action.suppressPrefixlength !== undefined,
  },
  ...selectorRequirements,
  {
    what: 'IPv6 rule: dscp 0, which matched every packet before',
    feature: 'rule.dscp',
    linux: '6.15',
    uses: ({ family, selector }) => family === 'inet6' && selector.dscp === 0,
  },
]

const isInet6 = ({ family }: Route): boolean => family === 'inet6'

const routeRequirements: readonly Requirement<Route>[] = [
  {
    what: 'IPv6 route over several next hops',
    linux: '3.8',
    iproute2: '3.8',
    uses: (route) => isInet6(route) && isMultipath(route),
  },
  {
    what: 'IPv6 route over next hops of unequal weight',
    linux: '4.16',
    uses: (route) => isInet6(route) && new Set(route.nexthops.map(({ weight }) => weight ?? 1)).size > 1,
  },
  {
    what: 'IPv6 route with an onlink next hop',
    linux: '4.16',
    uses: (route) => isInet6(route) && route.nexthops.some(({ onlink }) => onlink === true),
  },
  {
    what: 'IPv4 route with an IPv6 next hop',
    linux: '5.2',
    iproute2: '4.1',
    uses: ({ family, nexthops }) => nexthops.some(({ via }) => via !== undefined && via.family !== family),
  },
]

/** As written in the documents of the kernel, with LINK for a name; the first Linux with it. */
const sysctlRequirements: readonly Requirement<Sysctl>[] = [
  ['net.ipv4.conf.LINK.ignore_routes_with_linkdown', '4.2'] as const,
  ['net.ipv6.conf.LINK.ignore_routes_with_linkdown', '4.3'] as const,
  ['net.ipv4.fib_multipath_hash_policy', '4.12'] as const,
  ['net.ipv6.fib_multipath_hash_policy', '4.17'] as const,
  ['net.ipv4.fib_multipath_hash_policy = 3', '5.14'] as const,
  ['net.ipv6.fib_multipath_hash_policy = 3', '5.14'] as const,
  ['net.ipv4.fib_multipath_hash_fields', '5.14'] as const,
  ['net.ipv6.fib_multipath_hash_fields', '5.14'] as const,
  ['net.ipv4.fib_multipath_hash_seed', '6.11'] as const,
  ['net.ipv4.conf.LINK.arp_evict_nocarrier', '5.16'] as const,
  ['net.ipv6.conf.LINK.ndisc_evict_nocarrier', '5.16'] as const,
  // Set for the kernel's own router advertisements alone.
  ['net.ipv6.conf.LINK.ra_defrtr_metric', '5.12', 'link.accept-ra'] as const,
].map(([what, linux, feature]) => {
  const [name = '', wanted] = what.split(' = ')
  const [, family, ...rest] = name.split('.')
  return {
    what,
    linux,
    feature,
    uses: ({ key, value }) =>
      key[1] === family && key.at(-1) === rest.at(-1) && (wanted === undefined || value === wanted),
  }
})

/** undefined without connection marks. */
export const connmarkPath = ({ state: { connmarks } }: KernelPlan): Path | undefined =>
  connmarks.length === 0 ? undefined : ['marks']

/** Chains of type route in the family inet, and names for priorities. */
const connmarkNeed = { what: 'connections marked by nftables', linux: '5.2', nftables: '0.9.1' }

/** The address tracker needs rule protocols, and `ip -N`, which prints numbers instead of names. */
const trackerNeed = { what: 'tracked dynamic addresses', linux: '4.17', iproute2: '5.3' }

export const versionNeeds = memoizeLast((plan: KernelPlan): readonly VersionNeed[] => {
  const { state, dynamic } = plan
  const connmarks = connmarkPath(plan)
  const tracked = [...dynamic.tables, ...dynamic.multipaths][0]?.origin.path
  return [
    ...needsOf(ruleRequirements, state.rules),
    ...needsOf(routeRequirements, state.routes),
    ...needsOf(sysctlRequirements, state.sysctls),
    ...(connmarks === undefined ? [] : [{ ...connmarkNeed, path: connmarks }]),
    ...(tracked === undefined ? [] : [{ ...trackerNeed, path: tracked }]),
  ]
})

function needsOf<T extends { readonly origin: Origin }>(
  requirements: readonly Requirement<T>[],
  things: readonly T[],
): readonly VersionNeed[] {
  return requirements.flatMap((requirement) => {
    const user = things.find(requirement.uses)
    if (user === undefined) return []
    const { uses: _uses, ...fact } = requirement
    return [{ ...fact, path: user.origin.path }]
  })
}

/** The highest minimum version; undefined if any version suffices. */
export function requiredVersion(
  needs: readonly VersionNeed[],
  of: 'linux' | 'iproute2' | 'nftables',
): string | undefined {
  const compare = (a: string, b: string): number => {
    const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [partsOf(a), partsOf(b)]
    return major - otherMajor || minor - otherMinor
  }
  return needs
    .flatMap((need) => need[of] ?? [])
    .toSorted((a, b) => compare(b, a))
    .at(0)
}

const partsOf = (version: string): readonly number[] => version.split('.').map(Number)
