// Arguments of ip(8) for rules, routes, addresses and links.
import type { RouteLike } from '../plan/route.js'
import { familyFlag, type Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import { formatPrefix, formatPrefixShort, type Prefix } from '../kernel/prefix.js'
import { selectorTokens } from '../kernel/selectors.js'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { VirtualLink, Master } from '../kernel/virtual-link.js'
import type { Nexthop, PlannedLink, Route, Rule, RuleAction } from '../plan/plan.js'
import type {
  LinkKeyword,
  NexthopKeyword,
  RouteKeyword,
  RouteTypeKeyword,
  RuleActionKeyword,
  RuleKeyword,
  VirtualLinkKeyword,
} from './ip-keywords.js'

export type Tokens = readonly string[]

/** A keyword with its values; the readers know each keyword of the tables. */
const argument =
  <Keyword extends string>() =>
  (keyword: Keyword, ...values: readonly (string | number)[]): Tokens => [keyword, ...values.map(String)]
const ruleArgument = argument<RuleKeyword | RuleActionKeyword>()
const routeArgument = argument<RouteKeyword | RouteTypeKeyword>()
const nexthopArgument = argument<NexthopKeyword>()
const linkArgument = argument<LinkKeyword>()
const bondArgument = argument<VirtualLinkKeyword<'bond'>>()
const bridgeArgument = argument<VirtualLinkKeyword<'bridge'>>()

/** Names only for the kernel's own tables: `ip` fails for names that rt_tables lacks. */
export function formatTable(table: TableId): string {
  if (table === RT_TABLE_MAIN) return 'main'
  if (table === RT_TABLE_LOCAL) return 'local'
  return table === RT_TABLE_DEFAULT ? 'default' : String(table)
}

export const formatDst = (dst: Prefix): string => (dst.length === 0 ? 'default' : formatPrefixShort(dst))

/** ACTION of ip-rule(8). */
export function actionTokens(action: RuleAction): Tokens {
  if (action.type === 'goto') return ruleArgument('goto', action.pref)
  if (action.type !== 'lookup') return ruleArgument(action.type)
  const suppressor =
    action.suppressPrefixlength === undefined
      ? []
      : ruleArgument('suppress_prefixlength', action.suppressPrefixlength)
  return [...ruleArgument('lookup', formatTable(action.table)), ...suppressor]
}

/** `pref 16000 from 192.0.2.10 lookup 101`: arguments of `ip -4 rule add`. */
export const ruleTokens = (rule: Rule): Tokens => [
  ...ruleArgument('pref', rule.pref),
  ...selectorTokens(rule.selector),
  ...actionTokens(rule.action),
]

/** `via inet6 fe80::1 dev eth0` for an IPv4 route: ip-route(8) requires the family. */
const nexthopTokens = ({ via, dev }: Nexthop, family: Family): Tokens => [
  ...(via === undefined
    ? []
    : nexthopArgument('via', ...(via.family === family ? [] : [via.family]), via.text)),
  ...nexthopArgument('dev', dev),
]

/** NODE_SPEC and INFO_SPEC of ip-route(8): arguments of `ip -4 route add`. `extra` goes before multipath next hops. */
export function routeTokens(route: RouteLike, extra: Tokens = []): Tokens {
  const tokens: string[] = []
  if (route.type !== 'unicast') tokens.push(...routeArgument(route.type))
  tokens.push(formatDst(route.dst))
  const [only, ...others] = route.nexthops
  const single = others.length === 0 ? only : undefined
  if (single !== undefined) {
    tokens.push(...nexthopTokens(single, route.family))
    if (single.onlink === true) tokens.push(...routeArgument('onlink'))
  }
  if (route.scope !== undefined) tokens.push(...routeArgument('scope', route.scope))
  if (route.prefsrc !== undefined) tokens.push(...routeArgument('src', route.prefsrc.text))
  // Without a table, a route of type local goes to table local (iproute_modify).
  if (route.table !== RT_TABLE_MAIN || route.type === 'local')
    tokens.push(...routeArgument('table', formatTable(route.table)))
  if (route.metric !== undefined) tokens.push(...routeArgument('metric', route.metric))
  if (route.mtu !== undefined) tokens.push(...routeArgument('mtu', route.mtu))
  tokens.push(...extra)
  if (single === undefined) {
    for (const nexthop of route.nexthops) {
      tokens.push(...routeArgument('nexthop'), ...nexthopTokens(nexthop, route.family))
      tokens.push(...nexthopArgument('weight', nexthop.weight ?? 1))
      if (nexthop.onlink === true) tokens.push(...nexthopArgument('onlink'))
    }
  }
  return tokens
}

/** `ip -4 rule add …`. */
export const ruleCommand = (verb: 'add' | 'del', rule: Rule, extra: Tokens = []): Tokens => [
  'ip',
  familyFlag(rule.family),
  'rule',
  verb,
  ...ruleTokens(rule),
  ...extra,
]

/** `ip -4 route replace …`. */
export const routeCommand = (
  verb: 'add' | 'replace' | 'append' | 'del',
  route: Route,
  extra: Tokens = [],
): Tokens => ['ip', familyFlag(route.family), 'route', verb, ...routeTokens(route, extra)]

/** `ip -4 address add 192.0.2.10/24 dev eth0`. */
export const addressCommand = (verb: 'add' | 'replace' | 'del', address: Prefix, dev: LinkName): Tokens => [
  'ip',
  familyFlag(address.family),
  'address',
  verb,
  formatPrefix(address),
  'dev',
  dev,
]

/** Arguments after `ip link add NAME`: `link eth0 type vlan id 7`. Without a bond’s primary: see `primaryCommand`. */
export function virtualLinkTokens(virtualLink: VirtualLink): Tokens {
  switch (virtualLink.kind) {
    case 'vlan':
      return [
        ...linkArgument('link', virtualLink.link),
        ...linkArgument('type', 'vlan'),
        ...argument<VirtualLinkKeyword<'vlan'>>()('id', virtualLink.id),
      ]
    case 'bond':
      return [
        ...linkArgument('type', 'bond'),
        ...bondArgument('mode', virtualLink.mode),
        ...bondArgument('miimon', virtualLink.miimon),
        ...(virtualLink.lacpRate === undefined ? [] : bondArgument('lacp_rate', virtualLink.lacpRate)),
        ...(virtualLink.xmitHashPolicy === undefined
          ? []
          : bondArgument('xmit_hash_policy', virtualLink.xmitHashPolicy)),
      ]
    case 'bridge':
      return [
        ...linkArgument('type', 'bridge'),
        ...bridgeArgument('stp_state', virtualLink.stp ? 1 : 0),
        // The kernel counts hundredths of a second.
        ...(virtualLink.forwardDelay === undefined
          ? []
          : bridgeArgument('forward_delay', virtualLink.forwardDelay * 100)),
      ]
    case 'vrf':
      return [
        ...linkArgument('type', 'vrf'),
        ...argument<VirtualLinkKeyword<'vrf'>>()('table', virtualLink.table),
      ]
  }
}

/** `ip link add name NAME …`: the keyword is needed, since a link name may equal a keyword of ip(8). */
export const createCommand = (name: LinkName, virtualLink: VirtualLink): Tokens => [
  ...['ip', 'link', 'add', ...linkArgument('name', name)],
  ...virtualLinkTokens(virtualLink),
]

const setCommand = (name: LinkName, ...options: Tokens): Tokens => [
  ...['ip', 'link', 'set', ...linkArgument('dev', name)],
  ...options,
]

/** A bond accepts no member that is up. */
export const enslaveCommands = (name: LinkName, master: Master): readonly Tokens[] => [
  ...(master.kind === 'bond' ? [setCommand(name, ...linkArgument('down'))] : []),
  setCommand(name, ...linkArgument('master', master.link)),
]

/** Works only after the member has joined. */
export const primaryCommand = (bond: LinkName, member: LinkName): Tokens =>
  setCommand(bond, ...linkArgument('type', 'bond'), ...bondArgument('primary', member))

/** The commands that configure an existing link and bring it up. The link must be down before. */
export function linkCommands(link: PlannedLink): readonly Tokens[] {
  const set = (keyword: LinkKeyword, ...values: readonly (string | number)[]): Tokens =>
    setCommand(link.name, ...linkArgument(keyword, ...values))
  return [
    ...(link.master === undefined ? [] : enslaveCommands(link.name, link.master)),
    ...(link.mac === undefined ? [] : [set('address', link.mac)]),
    ...(link.mtu === undefined ? [] : [set('mtu', link.mtu)]),
    set('up'),
    ...(link.virtual?.kind === 'bond' && link.virtual.primary !== undefined
      ? [primaryCommand(link.name, link.virtual.primary)]
      : []),
    ...link.addresses.map((address) => addressCommand('replace', address, link.name)),
  ]
}
