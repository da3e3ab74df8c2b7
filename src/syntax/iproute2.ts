// Arguments of ip(8) for rules, routes, addresses and links.
import type { RouteLike } from '../plan/route.js'
import { familyFlag, type Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import { formatPrefix, formatPrefixShort, type Prefix } from '../kernel/prefix.js'
import { selectorTokens } from '../kernel/selectors.js'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { VirtualLink, Master } from '../kernel/virtual-link.js'
import type { Nexthop, PlannedLink, Route, Rule, RuleAction } from '../plan/plan.js'

export type Tokens = readonly string[]

/** Names only for the kernel's own tables: `ip` fails for names that rt_tables lacks. */
export function formatTable(table: TableId): string {
  if (table === RT_TABLE_MAIN) return 'main'
  if (table === RT_TABLE_LOCAL) return 'local'
  return table === RT_TABLE_DEFAULT ? 'default' : String(table)
}

export const formatDst = (dst: Prefix): string => (dst.length === 0 ? 'default' : formatPrefixShort(dst))

/** ACTION of ip-rule(8). */
export function actionTokens(action: RuleAction): Tokens {
  if (action.type === 'goto') return ['goto', String(action.pref)]
  if (action.type !== 'lookup') return [action.type]
  const suppressor =
    action.suppressPrefixlength === undefined
      ? []
      : ['suppress_prefixlength', String(action.suppressPrefixlength)]
  return ['lookup', formatTable(action.table), ...suppressor]
}

/** `pref 16000 from 192.0.2.10 lookup 101`: arguments of `ip -4 rule add`. */
export const ruleTokens = (rule: Rule): Tokens => [
  'pref',
  String(rule.pref),
  ...selectorTokens(rule.selector),
  ...actionTokens(rule.action),
]

/** `via inet6 fe80::1 dev eth0` for an IPv4 route: ip-route(8) requires the family. */
const nexthopTokens = ({ via, dev }: Nexthop, family: Family): Tokens => [
  ...(via === undefined ? [] : ['via', ...(via.family === family ? [] : [via.family]), via.text]),
  ...['dev', dev],
]

/** NODE_SPEC and INFO_SPEC of ip-route(8): arguments of `ip -4 route add`. `extra` goes before multipath next hops. */
export function routeTokens(route: RouteLike, extra: Tokens = []): Tokens {
  const tokens: string[] = []
  if (route.type !== 'unicast') tokens.push(route.type)
  tokens.push(formatDst(route.dst))
  const [only, ...others] = route.nexthops
  const single = others.length === 0 ? only : undefined
  if (single !== undefined) {
    tokens.push(...nexthopTokens(single, route.family))
    if (single.onlink === true) tokens.push('onlink')
  }
  if (route.scope !== undefined) tokens.push('scope', route.scope)
  if (route.prefsrc !== undefined) tokens.push('src', route.prefsrc.text)
  // Without a table, a route of type local goes to table local (iproute_modify).
  if (route.table !== RT_TABLE_MAIN || route.type === 'local') tokens.push('table', formatTable(route.table))
  if (route.metric !== undefined) tokens.push('metric', String(route.metric))
  if (route.mtu !== undefined) tokens.push('mtu', String(route.mtu))
  tokens.push(...extra)
  if (single === undefined) {
    for (const nexthop of route.nexthops) {
      tokens.push('nexthop', ...nexthopTokens(nexthop, route.family), 'weight', String(nexthop.weight ?? 1))
      if (nexthop.onlink === true) tokens.push('onlink')
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
      return ['link', virtualLink.link, 'type', 'vlan', 'id', String(virtualLink.id)]
    case 'bond':
      return [
        ...['type', 'bond', 'mode', virtualLink.mode, 'miimon', String(virtualLink.miimon)],
        ...(virtualLink.lacpRate === undefined ? [] : ['lacp_rate', virtualLink.lacpRate]),
        ...(virtualLink.xmitHashPolicy === undefined ? [] : ['xmit_hash_policy', virtualLink.xmitHashPolicy]),
      ]
    case 'bridge':
      return [
        ...['type', 'bridge', 'stp_state', virtualLink.stp ? '1' : '0'],
        // The kernel counts hundredths of a second.
        ...(virtualLink.forwardDelay === undefined
          ? []
          : ['forward_delay', String(virtualLink.forwardDelay * 100)]),
      ]
    case 'vrf':
      return ['type', 'vrf', 'table', String(virtualLink.table)]
  }
}

/** `ip link add name NAME …`: the keyword is needed, since a link name may equal a keyword of ip(8). */
export const createCommand = (name: LinkName, virtualLink: VirtualLink): Tokens => [
  ...['ip', 'link', 'add', 'name', name],
  ...virtualLinkTokens(virtualLink),
]

/** A bond accepts no member that is up. */
export const enslaveCommands = (name: LinkName, master: Master): readonly Tokens[] => [
  ...(master.kind === 'bond' ? [['ip', 'link', 'set', 'dev', name, 'down']] : []),
  ['ip', 'link', 'set', 'dev', name, 'master', master.link],
]

/** Works only after the member has joined. */
export const primaryCommand = (bond: LinkName, member: LinkName): Tokens => [
  ...['ip', 'link', 'set', 'dev', bond, 'type', 'bond', 'primary', member],
]

/** The commands that configure an existing link and bring it up. The link must be down before. */
export function linkCommands(link: PlannedLink): readonly Tokens[] {
  const set = (...tokens: string[]): Tokens => ['ip', 'link', 'set', 'dev', link.name, ...tokens]
  return [
    ...(link.master === undefined ? [] : enslaveCommands(link.name, link.master)),
    ...(link.mac === undefined ? [] : [set('address', link.mac)]),
    ...(link.mtu === undefined ? [] : [set('mtu', String(link.mtu))]),
    set('up'),
    ...(link.virtual?.kind === 'bond' && link.virtual.primary !== undefined
      ? [primaryCommand(link.name, link.virtual.primary)]
      : []),
    ...link.addresses.map((address) => addressCommand('replace', address, link.name)),
  ]
}
