// Features that a plan uses. Each target declares its support for every feature.
import { isMultipath } from './route.js'
import type { Path } from '../diagnostics/diagnostic.js'
import type { LinkName } from '../kernel/link.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { WHOLE_MARK } from '../kernel/fwmark.js'
import { selectorNames, setSelectors, type SelectorName } from '../kernel/selectors.js'
import { lastingRules } from './lasting-rules.js'
import { entryPath } from './origin.js'
import type { DynamicTable, KernelPlan, Origin, PlannedLink, Route, Rule, Intent } from './plan.js'
import { memoizeLast } from '../stdlib/memoize.js'

type OfSelectors<T> = Readonly<Record<`rule.${SelectorName}`, T>>

/** A value for the feature of each selector. */
export const selectorFeatures = <T>(valueOf: (name: SelectorName) => T): OfSelectors<T> =>
  Object.fromEntries(selectorNames.map((name) => [`rule.${name}`, valueOf(name)])) as OfSelectors<T>

/** Each feature with its title for the matrix and the docs. */
export const featureTitles = {
  'manage.routing': 'routing alone, beside someone else’s addressing (`manage: routing`)',
  'link.address': 'addresses of links',
  'link.mtu': 'a link’s mtu',
  'link.mac': 'a link’s MAC address',
  'link.nameservers': 'name servers and search domains of a link',
  'link.optional': 'a link that boot does not wait for',
  'link.foreign': 'a link that another program makes (`manage: routing` on the link)',
  'link.vlan': 'a VLAN on another link',
  'link.bond': 'a bond of several links',
  'link.bridge': 'a bridge',
  'link.vrf': 'a VRF',
  'link.dhcp4': 'address by DHCP',
  'link.dhcp6': 'address by DHCPv6',
  'link.accept-ra': 'addresses by router advertisement',
  'lease.address': 'rules and networks that follow the addresses of a link',
  'lease.router-inet': 'next hop by DHCP (`via: lease`)',
  'lease.router-inet6': 'next hop by router advertisement (`via: lease`)',
  'lease.apart-inet': 'a leased next hop that main must not have, IPv4',
  'lease.apart-inet6': 'a leased next hop that main must not have, IPv6',
  'lease.routes': 'further routes of a lease (`lease-routes: true`)',
  'lease.ignored-routes-inet': 'a lease without its further routes, IPv4',
  'lease.ignored-routes-inet6': 'a lease without its further routes, IPv6',
  'lease.balance': 'balanced default with a leased next hop',
  'rule.not': 'rule: not',
  ...selectorFeatures((name) => `rule: ${name}`),
  'rule.fwmark-mask': 'rule: fwmark with a mask',
  'rule.fwmark-zero': 'rule: fwmark 0 with a mask (unmarked packets)',
  'rule.suppress-prefixlength': 'rule: suppress_prefixlength',
  'rule.goto': 'rule: goto',
  'rule.unreachable': 'rule: unreachable',
  'rule.prohibit': 'rule: prohibit',
  'rule.blackhole': 'rule: blackhole',
  'rule.lasting': 'rule that has an effect while no link is up',
  'route.table': 'route in another table than main',
  'route.metric': 'route: metric',
  'route.src': 'route: src, IPv4',
  'route.src-inet6': 'route: src, IPv6',
  'route.onlink': 'route: onlink next hop',
  'route.device': 'route without next hop (device route)',
  'route.mtu': 'route: mtu',
  'route.multipath-inet': 'multipath route with weights, IPv4',
  'route.multipath-inet6': 'multipath route with weights, IPv6',
  'route.unreachable': 'route type unreachable (closing routes)',
  'route.prohibit': 'route type prohibit',
  'route.blackhole': 'route type blackhole',
  'route.throw': 'route type throw',
  'route.local': 'route type local',
  'table.name': 'names of tables',
  sysctl: 'sysctls',
  'marks.nftables': 'connections marked by the gateway they came in by (`marks: nftables`)',
}

export type Feature = keyof typeof featureTitles

export const features = Object.keys(featureTitles) as readonly Feature[]

export interface FeatureUse {
  readonly feature: Feature
  readonly path: Path
  /** Of the part of the plan that uses it; absent for the plan as a whole. */
  readonly origin?: Origin
}

/** Every use, in the plan's order; each feature may come many times. The path is as near to the key as the origin lets it be. */
export const featuresOf = memoizeLast((plan: KernelPlan): readonly FeatureUse[] => {
  const uses: FeatureUse[] = []
  if (plan.intent.manage === 'routing') uses.push({ feature: 'manage.routing', path: ['manage'] })
  for (const link of plan.state.links)
    for (const [feature, key] of featuresOfLink(link, plan.intent.manage))
      uses.push({ feature, path: [...link.origin.path, key], origin: link.origin })
  for (const { origin } of plan.intent.tables) uses.push({ feature: 'table.name', path: origin.path, origin })
  for (const route of plan.state.routes)
    for (const [feature, key] of featuresOfRoute(route))
      uses.push({ feature, path: writtenPath(route.origin, key), origin: route.origin })
  const lasting = lastingRules(plan)
  for (const rule of plan.state.rules)
    for (const [feature, key] of featuresOfRule(rule, lasting.has(rule)))
      uses.push({ feature, path: writtenPath(rule.origin, key), origin: rule.origin })
  const managedLinks = new Set(plan.state.links.filter(({ managed }) => managed).map(({ name }) => name))
  for (const followed of plan.dynamic.tables)
    for (const feature of featuresOfDynamic(followed, managedLinks.has(followed.link)))
      uses.push({ feature, path: followed.origin.path, origin: followed.origin })
  for (const { name, managed, lease, origin } of plan.state.links)
    if (managed && lease?.acceptRa === true && !hasAdvertisedRouter(plan, name))
      uses.push({ feature: 'lease.ignored-routes-inet6', path: [...origin.path, 'accept-ra'], origin })
  for (const { origin } of plan.dynamic.multipaths)
    uses.push({ feature: 'lease.balance', path: origin.path, origin })
  for (const { origin } of plan.state.sysctls) uses.push({ feature: 'sysctl', path: origin.path, origin })
  for (const { origin } of plan.state.connmarks)
    uses.push({ feature: 'marks.nftables', path: ['marks'], origin })
  return uses
})

const hasAdvertisedRouter = ({ dynamic }: KernelPlan, name: LinkName): boolean =>
  dynamic.tables.some(({ link, routers }) => link === name && routers.includes('inet6'))

/** Each feature that the plan uses, once. */
export const usedFeatures = memoizeLast(
  (plan: KernelPlan): ReadonlySet<Feature> => new Set(featuresOf(plan).map(({ feature }) => feature)),
)

/** A feature with the key that asks for it, where the writer wrote a rule or route; see `writtenPath`. */
type Use = readonly [Feature, string]

/** The key of a user's rule or route. Generated ones have no such key and keep their own path. */
function writtenPath(origin: Origin, key: string): Path {
  if (origin.kind === 'route') return [...origin.path, key]
  // `else` generates a rule with the same selector, one key above.
  const isElse = origin.kind === 'rule' && origin.part === 'else' && key === 'action'
  return origin.kind === 'rule' && !isElse ? [...entryPath(origin), key] : origin.path
}

function featuresOfLink(link: PlannedLink, manage: Intent['manage']): readonly Use[] {
  if (manage === 'routing') return []
  if (!link.managed) return [['link.foreign', 'manage']]
  const used: Use[] = []
  if (link.addresses.length > 0) used.push(['link.address', 'addresses'])
  if (link.mtu !== undefined) used.push(['link.mtu', 'mtu'])
  if (link.mac !== undefined) used.push(['link.mac', 'mac'])
  if (link.nameservers.addresses.length > 0 || link.nameservers.search.length > 0)
    used.push(['link.nameservers', 'nameservers'])
  if (link.optional) used.push(['link.optional', 'optional'])
  if (link.virtual !== undefined) used.push([`link.${link.virtual.kind}`, link.virtual.kind])
  if (link.lease?.dhcp4 === true) used.push(['link.dhcp4', 'dhcp4'])
  if (link.lease?.dhcp6 === true) used.push(['link.dhcp6', 'dhcp6'])
  if (link.lease?.acceptRa === true) used.push(['link.accept-ra', 'accept-ra'])
  return used
}

/** `isManaged`: the target configures the link; else another program decides which further routes of its lease it installs. */
function featuresOfDynamic(
  { routers, installedIn, leaseRoutes }: DynamicTable,
  isManaged: boolean,
): readonly Feature[] {
  const kinds = installedIn === 'table' ? (['router', 'apart'] as const) : (['router'] as const)
  return [
    'lease.address',
    ...routers.flatMap((family) => kinds.map((kind) => `lease.${kind}-${family}` as const)),
    ...(leaseRoutes === true
      ? (['lease.routes'] as const)
      : routers.filter(() => isManaged).map((family) => `lease.ignored-routes-${family}` as const)),
  ]
}

function featuresOfRoute(route: Route): readonly Use[] {
  const used: Use[] = []
  if (route.table !== RT_TABLE_MAIN) used.push(['route.table', 'to'])
  if (route.metric !== undefined) used.push(['route.metric', 'metric'])
  if (route.prefsrc !== undefined)
    used.push([route.family === 'inet' ? 'route.src' : 'route.src-inet6', 'src'])
  if (route.mtu !== undefined) used.push(['route.mtu', 'mtu'])
  if (route.type !== 'unicast') used.push([`route.${route.type}`, 'type'])
  if (isMultipath(route))
    used.push([route.family === 'inet' ? 'route.multipath-inet' : 'route.multipath-inet6', 'nexthops'])
  if (route.nexthops.some((nexthop) => nexthop.onlink === true)) used.push(['route.onlink', 'onlink'])
  if (route.type === 'unicast' && route.nexthops.some((nexthop) => nexthop.via === undefined))
    used.push(['route.device', 'link'])
  return used
}

function featuresOfRule({ selector, action }: Rule, isLasting: boolean): readonly Use[] {
  const used: Use[] = []
  for (const name of setSelectors(selector)) {
    used.push([`rule.${name}`, name])
    if (name !== 'fwmark') continue
    if (selector.fwmark?.mask !== WHOLE_MARK) used.push(['rule.fwmark-mask', name])
    if (selector.fwmark?.value === 0) used.push(['rule.fwmark-zero', name])
  }
  if (action.type === 'goto') used.push(['rule.goto', 'goto'])
  else if (action.type !== 'lookup') used.push([`rule.${action.type}`, 'action'])
  else if (action.suppressPrefixlength !== undefined)
    used.push(['rule.suppress-prefixlength', 'suppress-prefixlength'])
  if (isLasting) used.push(['rule.lasting', 'action'])
  return used
}
