// Keywords of ip-rule(8), ip-route(8) and ip-link(8). iproute2.ts writes them, and the readers in src/found read them.
import type { Scope } from '../kernel/route-type.js'
import { selectorNames, type SelectorName } from '../kernel/selectors.js'
import type { VirtualLink } from '../kernel/virtual-link.js'

/**
 * A spelling that `ip` reads, and the keyword that it stands for, which multihome writes. `short` may be abbreviated: matches()
 * of iproute2 takes any prefix of it, and the first spelling that fits counts.
 */
export type Keyword<Written> = readonly [spelling: string, written: Written, short?: 'short']

/** Keywords that a description has no counterpart for. */
type Unknown = 'unknown'

const selectorKeywords = selectorNames.map((name): Keyword<SelectorName> => [name, name])

const otherRuleKeywords = [
  ['not', 'not'],
  ['preference', 'pref', 'short'],
  ['order', 'pref', 'short'],
  ['priority', 'pref', 'short'],
  ['dsfield', 'tos', 'short'],
  ['realms', 'unknown', 'short'],
  ['protocol', 'protocol', 'short'],
  ['tun_id', 'unknown', 'short'],
  ['table', 'lookup', 'short'],
  ['lookup', 'lookup'],
  ['suppress_prefixlength', 'suppress_prefixlength', 'short'],
  ['sup_pl', 'suppress_prefixlength'],
  ['suppress_ifgroup', 'unknown', 'short'],
  ['sup_group', 'unknown'],
  ['dev', 'iif'],
  ['l3mdev', 'l3mdev'],
  ['nat', 'unknown'],
  ['map-to', 'unknown', 'short'],
  ['flowlabel', 'unknown'],
  ['type', 'type'],
] as const satisfies readonly Keyword<string>[]

export type RuleKeyword = SelectorName | Exclude<(typeof otherRuleKeywords)[number][1], Unknown>

/** iprule_modify, in its order; no selector may be abbreviated but `dsfield`. */
export const ruleKeywords: readonly Keyword<RuleKeyword | Unknown>[] = [
  ...selectorKeywords,
  ...otherRuleKeywords,
]

/** FR_ACT_* (rtnl_rtntype_a2n). `unicast` is a lookup. */
export const ruleActionKeywords = [
  ['goto', 'goto', 'short'],
  ['prohibit', 'prohibit', 'short'],
  ['unreachable', 'unreachable', 'short'],
  ['blackhole', 'blackhole', 'short'],
  ['unicast', 'unicast', 'short'],
] as const satisfies readonly Keyword<string>[]

export type RuleActionKeyword = (typeof ruleActionKeywords)[number][1]

/** iproute_modify, in its order. `tcp`: RTAX_* of TCP, which route no packet. */
export const routeKeywords = [
  ['src', 'src'],
  ['as', 'unknown'],
  ['via', 'via'],
  ['from', 'unknown'],
  ['tos', 'tos'],
  ['dsfield', 'tos', 'short'],
  ['expires', 'unknown'],
  ['metric', 'metric', 'short'],
  ['priority', 'metric', 'short'],
  ['preference', 'metric'],
  ['scope', 'scope'],
  ['mtu', 'mtu'],
  ['hoplimit', 'tcp'],
  ['advmss', 'tcp'],
  ['reordering', 'tcp', 'short'],
  ['rtt', 'tcp'],
  ['rto_min', 'tcp'],
  ['window', 'tcp', 'short'],
  ['cwnd', 'tcp', 'short'],
  ['initcwnd', 'tcp', 'short'],
  ['initrwnd', 'tcp', 'short'],
  ['features', 'unknown', 'short'],
  ['quickack', 'tcp', 'short'],
  ['congctl', 'tcp', 'short'],
  ['rttvar', 'tcp', 'short'],
  ['ssthresh', 'tcp', 'short'],
  ['realms', 'unknown', 'short'],
  ['onlink', 'onlink'],
  ['nexthop', 'nexthop'],
  ['nhid', 'unknown'],
  ['protocol', 'protocol', 'short'],
  ['table', 'table', 'short'],
  ['vrf', 'vrf', 'short'],
  ['dev', 'dev'],
  ['oif', 'dev'],
  ['pref', 'pref', 'short'],
  ['encap', 'unknown'],
  ['ttl-propagate', 'unknown'],
  ['fastopen_no_cookie', 'tcp', 'short'],
  ['to', 'to'],
] as const satisfies readonly Keyword<string>[]

export type RouteKeyword = Exclude<(typeof routeKeywords)[number][1], Unknown | 'tcp'>

/** parse_one_nh, after `nexthop`. */
export const nexthopKeywords = [
  ['nexthop', 'nexthop'],
  ['via', 'via'],
  ['dev', 'dev'],
  ['weight', 'weight'],
  ['onlink', 'onlink'],
] as const satisfies readonly Keyword<string>[]

export type NexthopKeyword = (typeof nexthopKeywords)[number][1]

/** rtnl_rtntype_a2n, in its order. */
export const routeTypeKeywords = [
  ['local', 'local'],
  ['nat', 'unknown'],
  ['broadcast', 'unknown', 'short'],
  ['brd', 'unknown'],
  ['anycast', 'unknown', 'short'],
  ['multicast', 'unknown', 'short'],
  ['prohibit', 'prohibit', 'short'],
  ['unreachable', 'unreachable', 'short'],
  ['blackhole', 'blackhole', 'short'],
  ['xresolve', 'unknown', 'short'],
  ['unicast', 'unicast', 'short'],
  ['throw', 'throw'],
] as const satisfies readonly Keyword<string>[]

export type RouteTypeKeyword = Exclude<(typeof routeTypeKeywords)[number][1], Unknown>

/** RT_SCOPE_*; `site` and `nowhere` have no counterpart. */
export const scopeKeywords: readonly Keyword<Scope>[] = [
  ['global', 'global'],
  ['universe', 'global'],
  ['0', 'global'],
  ['link', 'link'],
  ['253', 'link'],
  ['host', 'host'],
  ['254', 'host'],
]

/** iplink_parse, in its order. `value`: its value routes no packet. */
export const linkKeywords = [
  ['up', 'up'],
  ['down', 'down'],
  ['name', 'name'],
  ['index', 'value'],
  ['link', 'link', 'short'],
  ['address', 'address', 'short'],
  ['broadcast', 'value', 'short'],
  ['brd', 'value'],
  ['txqueuelen', 'value', 'short'],
  ['qlen', 'value'],
  ['txqlen', 'value', 'short'],
  ['mtu', 'mtu'],
  ['netns', 'unknown'],
  ['multicast', 'value'],
  ['allmulticast', 'value'],
  ['promisc', 'value'],
  ['trailers', 'value'],
  ['arp', 'unknown'],
  ['vf', 'unknown'],
  ['master', 'master', 'short'],
  ['vrf', 'master'],
  ['nomaster', 'nomaster', 'short'],
  ['dynamic', 'value', 'short'],
  ['type', 'type', 'short'],
  ['alias', 'value', 'short'],
  ['group', 'value'],
  ['numtxqueues', 'value', 'short'],
  ['numrxqueues', 'value', 'short'],
  ['addrgenmode', 'unknown', 'short'],
  ['gso_max_size', 'value'],
  ['gso_max_segs', 'value'],
  ['gro_max_size', 'value'],
  ['dev', 'dev'],
] as const satisfies readonly Keyword<string>[]

export type LinkKeyword = Exclude<(typeof linkKeywords)[number][1], Unknown | 'value'>

/** Options behind `type`: those that a description has, and those that route no packet. */
export const virtualLinkKeywords = {
  vlan: [
    ['protocol', 'protocol', 'short'],
    ['id', 'id', 'short'],
    ['reorder_hdr', 'value', 'short'],
    ['gvrp', 'value', 'short'],
    ['mvrp', 'value', 'short'],
  ],
  bond: [
    ['mode', 'mode', 'short'],
    ['active_slave', 'unknown', 'short'],
    ['miimon', 'miimon', 'short'],
    ['updelay', 'unknown', 'short'],
    ['primary', 'primary', 'short'],
    ['xmit_hash_policy', 'xmit_hash_policy', 'short'],
    ['num_grat_arp', 'value', 'short'],
    ['num_unsol_na', 'value', 'short'],
    ['lacp_rate', 'lacp_rate', 'short'],
  ],
  bridge: [
    ['forward_delay', 'forward_delay', 'short'],
    ['hello_time', 'value', 'short'],
    ['max_age', 'value', 'short'],
    ['ageing_time', 'value', 'short'],
    ['stp_state', 'stp_state', 'short'],
    ['priority', 'value', 'short'],
    ['mcast_snooping', 'value', 'short'],
  ],
  vrf: [['table', 'table']],
} as const satisfies Readonly<Record<VirtualLink['kind'], readonly Keyword<string>[]>>

export type VirtualLinkKeyword<Kind extends VirtualLink['kind']> = Exclude<
  (typeof virtualLinkKeywords)[Kind][number][1],
  Unknown | 'value'
>
