// Sections of systemd.network(5) for links, routes and rules: for networkd and netplan.
import { isDeviceRoute } from '../../../plan/route.js'
import { groupBy } from '../../../stdlib/group-by.js'
import { formatFwmark } from '../../../kernel/fwmark.js'
import type { LinkName } from '../../../kernel/link.js'
import { isBridgeOrBondPort } from '../../../kernel/virtual-link.js'
import { anyPrefix, formatPrefix } from '../../../kernel/prefix.js'
import { formatRange } from '../../../kernel/range.js'
import { formatSelector, type SelectorFormats } from '../../../kernel/selectors.js'
import { actionKey, selectorKey } from '../../../plan/keys.js'
import { commentOf } from '../../../plan/origin.js'
import type { Nexthop, Origin, PlannedLink, Route, Rule, Selector } from '../../../plan/plan.js'
import { line, type Block } from '../../../render/views.js'
import { formatEntry, formatHeader, type IniEntry } from '../../../syntax/ini.js'
import { entry, optionalEntry, type Entries } from '../ini-entries.js'
import { dhcpWords, linkKeys, networkKeys, routeKeys, ruleKeys, selectorKeys } from './keys.js'
import { commentsOf } from '../../target.js'
import { isAtLeast } from '../../version.js'

/** A section of the parts of the plan that it configures; `comments` are theirs, each once, unless given. */
export const block = (
  name: string,
  entries: Entries,
  origins: readonly Origin[],
  comments: readonly string[] = distinctComments(origins),
): Block => ({
  comments,
  lines: [formatHeader(name), ...entries.map(formatEntry)].map((text) => line(text, ...origins)),
})

const distinctComments = (origins: readonly Origin[]): readonly string[] => {
  const [only, ...others] = origins
  if (only !== undefined && others.length === 0) return commentsOf(only)
  const distinct = new Map(origins.map((origin) => [commentOf(origin), origin]))
  return [...distinct.values()].flatMap(commentsOf)
}

/** [Match] of a link. */
export const matchBlock = (link: LinkName, origins: readonly Origin[], comments?: readonly string[]): Block =>
  block('Match', [entry('Name', link)], origins, comments)

/** [Link] of a link that we configure. */
export const linkEntries = (link: PlannedLink): Entries => [
  ...optionalEntry(linkKeys.mac, link.mac),
  ...optionalEntry(linkKeys.mtu, link.mtu),
  ...(link.optional ? [entry(linkKeys.online, 'no')] : []),
]

/**
 * [Network] of a link that we configure: what is planned, and the link-local address that fe80:: next hops need. A port
 * sends no packets of its own, and the kernel gives a VRF no such address.
 */
export function networkEntries(link: PlannedLink): Entries {
  const { addresses, search } = link.nameservers
  return [
    ...link.addresses.map((address) => entry(networkKeys.address, formatPrefix(address))),
    ...addresses.map((server) => entry(networkKeys.dns, server.text)),
    ...(search.length === 0 ? [] : [entry(networkKeys.search, search.join(' '))]),
    ...clientEntries(link),
    entry(
      networkKeys.linkLocal,
      isBridgeOrBondPort(link.master) || link.virtual?.kind === 'vrf' ? 'no' : 'ipv6',
    ),
  ]
}

/** Which clients run. */
function clientEntries({ lease }: PlannedLink): Entries {
  const { dhcp4, dhcp6, acceptRa } = lease ?? { dhcp4: false, dhcp6: false, acceptRa: false }
  const dhcp = dhcp4 ? (dhcp6 ? dhcpWords.both : dhcpWords.inet) : dhcp6 ? dhcpWords.inet6 : undefined
  return [...optionalEntry(networkKeys.dhcp, dhcp), entry(networkKeys.acceptRa, acceptRa ? 'yes' : 'no')]
}

/**
 * Who adds the addresses of the route's link. In a file without `Address=`, networkd treats every next hop as onlink by
 * default; with `GatewayOnLink=no`, 252 and later wait until the next hop is reachable.
 */
export type AddressesOf = 'ours' | 'others'

/** [Route]. The scope is written where defaults differ by version: 247 gives a device route the scope global. */
export function routeEntries(route: Route, addresses: AddressesOf): Entries {
  const [only, ...others] = route.nexthops
  // A next hop with a weight is part of a multipath route, even if the others are in other files.
  const single = others.length === 0 && only?.weight === undefined ? only : undefined
  return [
    entry(routeKeys.dst, formatPrefix(route.dst)),
    ...optionalEntry(routeKeys.type, route.type === 'unicast' ? undefined : route.type),
    ...optionalEntry(routeKeys.scope, scopeOf(route)),
    ...optionalEntry(routeKeys.via, single?.via?.text),
    ...(single?.via === undefined ? [] : onlinkEntries(single, addresses)),
    ...(single === undefined ? route.nexthops.flatMap(multipathEntries) : []),
    ...optionalEntry(routeKeys.prefsrc, route.prefsrc?.text),
    ...optionalEntry(routeKeys.metric, route.metric),
    ...optionalEntry(routeKeys.mtu, route.mtu),
    entry(routeKeys.table, route.table),
  ]
}

function onlinkEntries({ onlink }: Nexthop, addresses: AddressesOf): Entries {
  if (onlink === true) return [entry(routeKeys.onlink, 'yes')]
  return addresses === 'others' ? [entry(routeKeys.onlink, 'no')] : []
}

function scopeOf(route: Route): string | undefined {
  if (route.family === 'inet6') return undefined
  if (route.scope !== undefined) return route.scope
  if (route.type === 'local') return 'host'
  return isDeviceRoute(route) ? 'global' : undefined
}

const multipathEntries = ({ via, dev, weight }: Nexthop): Entries =>
  via === undefined ? [] : [entry(routeKeys.hop, `${via.text}@${dev} ${weight ?? 1}`)]

/** Without a prefix the family must be set, or the rule is for IPv4 only. */
type RuleFamily = 'ipv4' | 'ipv6' | 'both'

/**
 * Before 252 a prefix of length 0 sets the family: 247 loses a rule with `Family=` when it restarts and fails lo with
 * EEXIST when it reloads. The kernel treats such a prefix as no selector.
 */
const hasFamilyKey = (systemd: string): boolean => isAtLeast(systemd, '252')

const familyEntries = (family: RuleFamily, systemd: string): Entries =>
  hasFamilyKey(systemd)
    ? [entry(ruleKeys.family, family)]
    : [entry(selectorKeys.from, formatPrefix(anyPrefix(family === 'ipv6' ? 'inet6' : 'inet')))]

/** [RoutingPolicyRule]. */
export function ruleEntries(rule: Rule, family: RuleFamily, systemd: string): Entries {
  const { selector, action } = rule
  return [
    entry(ruleKeys.pref, rule.pref),
    ...(hasPrefix(selector) ? [] : familyEntries(family, systemd)),
    ...selectorEntries(selector),
    ...actionEntries(action),
  ]
}

const hasPrefix = ({ from, to }: Selector): boolean => from !== undefined || to !== undefined

const selectorFormats: SelectorFormats<IniEntry> = {
  from: (prefix) => entry(selectorKeys.from, formatPrefix(prefix)),
  to: (prefix) => entry(selectorKeys.to, formatPrefix(prefix)),
  fwmark: (mark) => entry(selectorKeys.fwmark, formatFwmark(mark)),
  tos: (tos) => entry(selectorKeys.tos, tos),
  iif: (link) => entry(selectorKeys.iif, link),
  oif: (link) => entry(selectorKeys.oif, link),
  uidrange: (range) => entry(selectorKeys.uidrange, formatRange(range)),
  ipproto: (protocol) => entry(selectorKeys.ipproto, protocol),
  sport: (range) => entry(selectorKeys.sport, formatRange(range)),
  dport: (range) => entry(selectorKeys.dport, formatRange(range)),
  // In no file: it is refused.
  dscp: (dscp) => entry(selectorKeys.dscp, dscp),
}

const selectorEntries = (selector: Selector): Entries => [
  ...(selector.not === true ? [entry(ruleKeys.not, 'yes')] : []),
  ...formatSelector(selector, selectorFormats),
]

/** Never `Type=table`, which 252 does not know; tables by number, since 247 drops a rule with `Table=main`. */
function actionEntries(action: Rule['action']): Entries {
  if (action.type === 'goto') return [entry(ruleKeys.type, 'goto'), entry(ruleKeys.goto, action.pref)]
  if (action.type !== 'lookup') return [entry(ruleKeys.type, action.type)]
  return [
    entry(ruleKeys.table, action.table),
    ...optionalEntry(ruleKeys.suppress, action.suppressPrefixlength),
  ]
}

/** Sections of the rules, by pref; the IPv4 and the IPv6 form of a rule share a section. */
export function ruleBlocks(rules: readonly Rule[], systemd: string): readonly Block[] {
  const groups = groupBy(rules, ({ pref, selector, action, family }) => {
    const form = `${pref} ${selectorKey(selector)} ${actionKey(action)}`
    return hasFamilyKey(systemd) ? form : `${form} ${family}`
  })
  return [...groups.values()]
    .toSorted(([a], [b]) => a.pref - b.pref)
    .map((all) => {
      const [first] = all
      const isBoth = all.some((rule) => rule.family !== first.family)
      const family = isBoth ? 'both' : first.family === 'inet' ? 'ipv4' : 'ipv6'
      const origins = all.map((rule) => rule.origin)
      return block('RoutingPolicyRule', ruleEntries(first, family, systemd), origins)
    })
}

export const routeBlocks = (routes: readonly Route[], addresses: AddressesOf): readonly Block[] =>
  routes.map((route) => block('Route', routeEntries(route, addresses), [route.origin]))
