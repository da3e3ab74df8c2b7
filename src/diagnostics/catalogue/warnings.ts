// Warnings: allowed, but seldom meant. `--strict` makes errors of them.
import { info, warning, type NoArgs } from './define.js'

const numbered = (others: number): string => `${others} other${others === 1 ? '' : 's'}`

export const warningCatalogue = {
  'mark-without-mask': warning<{ mark: string }>({
    message: ({ mark }) => `the mark ${mark} has no mask, so all 32 bits must be equal`,
    fix: 'Write VALUE/MASK, so that other software can use the other bits.',
    about: 'Tailscale, Docker, kube-proxy and others set bits of their own in the same mark.',
  }),
  'forwarding-off': warning<{ family: string; key: string }>({
    message: ({ family, key }) =>
      `the rule is for packets that this host forwards, but \`${key}: 0\` switches forwarding of ${family} off`,
    fix: 'Write 1, or leave the key out if another program switches forwarding on.',
    about:
      'Without forwarding the kernel drops every packet that is for another host, whatever the rules say.',
  }),
  'vlan-by-name': warning<{ link: string; parent: string }>({
    message: ({ link, parent }) =>
      `${link} has the name of a VLAN on ${parent}, but nothing says that it is one: only ifupdown creates it`,
    fix: 'Add `vlan: {id: …, link: …}`, or `manage: routing` where another program creates it.',
    about:
      'ifupdown creates a VLAN from a name with a dot. The other stacks wait for a link of this name, which never appears.',
  }),
  'address-at-boundary': warning<{ address: string; boundary: 'network' | 'broadcast'; network: string }>({
    message: ({ address, boundary, network }) =>
      `${address} is the ${boundary} address of ${network}, so neighbours may not reach it`,
    fix: 'Write an address between them, unless the whole network is routed to this host.',
    about:
      'The kernel accepts it. Neighbours take the last address of an IPv4 network for the broadcast address, and BSD and Linux before 5.14 the first one as well. In IPv6, each router answers to the first address (RFC 4291, 2.6.1).',
  }),
  'prefixes-overlap': warning<{ prefix: string; link: string; other: string; otherLink: string }>({
    message: ({ prefix, link, other, otherLink }) =>
      `${prefix} on ${link} overlaps with ${other} on ${otherLink}: hosts in both are reached by the longer prefix only`,
    fix: 'Correct the prefix lengths, so that no address belongs to two links.',
    about:
      'The kernel takes the longest prefix that holds an address, so neighbours on the other link get no answer.',
  }),
  'nexthop-without-source': warning<{ gateway: string; via: string; link: string }>({
    message: ({ gateway, via, link }) =>
      `gateway ${gateway} has the IPv6 next hop ${via}, but no link has an IPv6 address: IPv6 by ${link} gets no answer`,
    fix: 'Add the IPv6 address of the link, or `accept-ra: true`, or remove the next hop.',
    about:
      'With nothing but link-local addresses a host has no source that anybody beyond the link can answer.',
  }),
  'version-unknown': warning<{ program: string; version: string }>({
    message: ({ program, version }) => `${program} has no release ${version} that multihome knows of`,
    about:
      'The version decides which settings are written. The release of a distribution is another number: Debian 13 has systemd 257.',
  }),
  'rule-not-several': warning<{ selectors: readonly string[] }>({
    message: ({ selectors }) =>
      `\`not\` inverts the whole rule: it matches each packet that does not match ${selectors.join(' and ')} together`,
    fix: 'For "this, but not that", write an exception first and a plain rule after it.',
    about: 'FIB_RULE_INVERT inverts the match as a whole, so almost every packet matches.',
  }),
  'rule-family-narrowed': warning<{ gateway: string; made: string; other: string; others: number }>({
    message: ({ gateway, made, other, others }) =>
      others > 0
        ? `gateway ${gateway} has only ${made}: this rule and ${numbered(others)} do not select ${other}, which goes on to the next rules`
        : `gateway ${gateway} has only ${made}: the rule does not select ${other}, which goes on to the next rules`,
    fix: 'Add a next hop of that family to the gateway, or `fail-closed: true`; add `family` to a rule that is meant for one family.',
    about: 'A policy that one family bypasses is the most common leak of dual-stack hosts.',
  }),
  'rule-ipv6-bypass': warning<{ link: string; prefixes: readonly string[] }>({
    message: ({ link, prefixes }) =>
      `\`from\` has all IPv4 of ${link}, but not its IPv6 (${prefixes.join(', ')}), which bypasses the rule`,
    fix: 'Add the IPv6 prefix to `from`, use `iif` instead, or write `family: ipv4` if the rule is not meant for IPv6.',
    about:
      'The same hosts have both families. Most programs try IPv6 first (RFC 6724), so a policy by IPv4 addresses misses most of their traffic.',
  }),
  'rule-shadowed': warning<{ what: string; others: number; ruleTakes: string }>({
    message: ({ what, others, ruleTakes }) =>
      others > 0
        ? `${what} and ${numbered(others)} never match: ${ruleTakes} all their packets`
        : `${what} never matches: ${ruleTakes} all its packets`,
    fix: 'Put the narrower rule above the wider one.',
    about:
      'The kernel evaluates rules in order and stops at the first lookup that finds a route or a reject.',
  }),
  'rules-unexamined': info<{ others: number }>({
    message: ({ others }) =>
      `whether this rule${others > 0 ? ` and ${numbered(others)}` : ''} can match was not examined: the rules overlap in too many fields`,
    fix: 'Check important packets with `multihome trace`.',
    about:
      'Rules are examined exactly, by sets of packets. Thousands of rules that overlap in ports, users and marks at once would take too long.',
  }),
  'rule-behind-reply': warning<{ others: number }>({
    message: ({ others }) =>
      `replies from local addresses are routed before this rule${others > 0 ? ` and ${numbered(others)}` : ''}, so it never matches them`,
    fix: 'Move it before the first rule to a gateway, or set a `priority` below 18000.',
    about:
      'Rules after the first rule to a gateway follow the reply rules, so that a reply always leaves by the gateway of its request.',
  }),
  'rule-falls-through': warning<{ table: string; packets: string }>({
    message: ({ table, packets }) =>
      `table ${table} has no route for ${packets}, so they go on to the next rules`,
    fix: 'Add such a route to the table, narrow the rule, or add `else` for these packets.',
    about:
      'After a lookup without a route, the kernel evaluates the next rule, and in the end looks up main.',
  }),
  'rule-local-only-selector': warning<{ link: string; lacks: string }>({
    message: ({ link, lacks }) =>
      `packets received on ${link} are forwarded and have no ${lacks}, so this rule never matches`,
    fix: 'Write `iif: lo` for packets of this host’s programs, or remove one of the two.',
    about: 'Only locally generated packets have a user or a bound socket.',
  }),
  'else-unreachable': warning<NoArgs>({
    message: () => '`else` has no effect: the table has a reject fallback, which answers every packet',
    fix: 'Remove `else`, or `fail-closed` of the gateway.',
    about: '`else` is for tables whose routes disappear with their links.',
  }),
  'goto-noop': warning<NoArgs>({
    message: () => '`goto` has no effect: no rule is between this one and its target',
    fix: 'Remove the rule, or give the rules to skip a `priority` between the two.',
    about:
      'Without `priority`, the position of a rule depends on its kind as well as on its place in the list.',
  }),
  'mark-unset': warning<{ mark: string }>({
    message: ({ mark }) =>
      `the rule never matches: \`marks: nftables\` sets only marks of gateways, and none has ${mark}`,
    fix: 'Use the mark of a gateway, or a bit outside of the masks of all gateways for your own marks.',
    about: 'A rule for a mark that nothing sets never matches.',
  }),
  'rp-filter-drops': warning<{ link: string }>({
    message: ({ link }) =>
      `the strict reverse-path filter of ${link} drops packets that it receives, because the rules route replies by another link`,
    fix: 'Write 2 (loose), or remove the key: multihome sets it for the links of gateways. The kernel uses the larger of conf.all and the link’s own.',
    about:
      'With rp_filter 1 the kernel looks up the route to a packet’s source, and drops the packet if that is on another link.',
  }),
  'uid-of-forwarded': warning<NoArgs>({
    message: () => 'forwarded packets have the uid 0 too, so this rule matches them as well',
    fix: 'Add `iif: lo` to match only packets of this host’s programs.',
    about:
      'A forwarded packet has no socket; the kernel (ip_route_input_slow) evaluates the rules with the uid of root.',
  }),
  'default-absent': warning<NoArgs>({
    message: () => 'table main has no default route',
    fix: 'Name a gateway in `default`, or write `default: none` if that is meant.',
    about:
      'A socket without a bound address has no source when the kernel evaluates the rules, so no `from` rule matches it.',
  }),
  'table-empty': warning<{ table: string }>({
    message: ({ table }) => `table ${table} has no route`,
    fix: 'Add routes to it, or remove the rule.',
    about: 'The lookup of an empty table finds nothing, and the kernel evaluates the next rule.',
  }),
  'table-unconnected': warning<{ table: string; link: string }>({
    message: ({ table, link }) => `table ${table} has a default route but not the networks of ${link}`,
    fix: 'Add the link to `connected`, or its networks to `local`.',
    about: 'Packets to neighbours on the link then go through the gateway.',
  }),
  'gateway-unused': warning<{ gateway: string }>({
    message: ({ gateway }) => `gateway ${gateway} is never used: no rule and no route leads to it`,
    fix: 'Name it in `default` or in a rule, or add `fwmark`, or remove `reply: none`.',
    about: 'No rule looks up its table, and main has no route by it.',
  }),
  'family-leak': warning<{ gateway: string; family: string }>({
    message: ({ gateway, family }) =>
      `marked ${family} packets bypass gateway ${gateway}, which has no next hop of this family`,
    fix: 'Add a next hop of that family to the gateway, or `fail-closed: true`.',
    about: 'Marked packets of the other family leave by the default route of table main.',
  }),
  'marks-gateway-unmarked': warning<{ gateway: string }>({
    message: ({ gateway }) => `connections through gateway ${gateway} are not marked: it has no \`fwmark\``,
    fix: 'Add a `fwmark` of its own, under the mask of the others.',
    about:
      'Forwarded replies of these connections leave by the default route of main, which may be another gateway.',
  }),
  'links-share-prefix': warning<{ prefix: string; other: string }>({
    message: ({ prefix, other }) =>
      `${prefix} is also on ${other}, and the sysctls here let each answer ARP for both`,
    fix: 'Set arp_ignore 1 and arp_announce 2 on both links, or remove these keys from `sysctls`.',
    about: 'By default each card answers ARP for the addresses of both, and packets arrive on the wrong one.',
  }),
  'reply-asymmetric': warning<{ gateway: string; address: string }>({
    message: ({ gateway, address }) => `replies from ${address} do not leave by gateway ${gateway}`,
    fix: 'Remove `reply`, or add a rule from this address.',
    about: 'Providers drop packets with a source of another provider, and firewalls lose the connection.',
  }),
  'address-unclaimed': warning<{ address: string; link: string }>({
    message: ({ address, link }) =>
      `${address} belongs to no gateway of ${link}: its replies leave by main's default route`,
    fix: 'Add a next hop of this family to the gateway, add the address to its `addresses`, or remove it from the link.',
    about:
      'A gateway has the addresses of its link in the families of its next hops; on a shared link, those whose prefix has its next hop.',
  }),
  'local-through-provider': warning<{ prefix: string; table: string }>({
    message: ({ prefix, table }) =>
      `${prefix} is on a link of this host, but table ${table} sends it to a provider`,
    fix: 'Add the link to `connected` of the gateway, or the network to `local`.',
    about:
      'A table with a default route and without a local network sends packets for that network to the provider.',
  }),
} as const
