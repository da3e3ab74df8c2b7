// What is allowed, but seldom meant; `--strict` makes errors of these.
import { define, type NoArgs } from './define.js'

const numbered = (others: number): string => `${others} other${others === 1 ? '' : 's'}`

export const warningCatalogue = {
  'mark-without-mask': define<{ mark: string }>({
    severity: 'warning',
    message: ({ mark }) => `the mark ${mark} has no mask, so all 32 bits must be equal`,
    fix: 'Write VALUE/MASK, so that other software can use the other bits.',
    about: 'Tailscale, Docker, kube-proxy and others set bits of their own in the same mark.',
  }),
  'rule-not-several': define<{ selectors: readonly string[] }>({
    severity: 'warning',
    message: ({ selectors }) =>
      `\`not\` turns the whole rule round: it matches all that is not (${selectors.join(' and ')})`,
    fix: 'For "this, but not that" write an exception above and a plain rule below.',
    about: 'FIB_RULE_INVERT inverts the match as a whole, so almost every packet matches.',
  }),
  'rule-family-narrowed': define<{ gateway: string; made: string; other: string; others: number }>({
    severity: 'warning',
    message: ({ gateway, made, other, others }) =>
      others > 0
        ? `gateway ${gateway} has only ${made}: this rule and ${numbered(others)} are made for it alone, and ${other} goes on to the rules below`
        : `gateway ${gateway} has only ${made}: the rule is made for it alone, and ${other} goes on to the rules below`,
    fix: 'Give the gateway a next hop of that family, or `fail-closed: true` to close it; say `family` where the rule is meant for one.',
    about: 'A policy that one family walks around is the commonest leak of dual-stack hosts.',
  }),
  'rule-ipv6-bypass': define<{ link: string; prefixes: readonly string[] }>({
    severity: 'warning',
    message: ({ link, prefixes }) =>
      `\`from\` has all IPv4 of ${link}, but not its IPv6 (${prefixes.join(', ')}), which walks around the rule`,
    fix: 'Add the IPv6 prefix to `from`, say `iif` instead, or write `family: ipv4` if IPv6 is to go its own way.',
    about:
      'The same machines have both. Most programs try IPv6 first (RFC 6724), so a policy by IPv4 addresses alone binds the lesser part of what they send.',
  }),
  'rule-shadowed': define<{ what: string; others: number; ruleTakes: string }>({
    severity: 'warning',
    message: ({ what, others, ruleTakes }) =>
      others > 0
        ? `${what} and ${numbered(others)} can never match, since ${ruleTakes} all their packets`
        : `${what} can never match, since ${ruleTakes} all its packets`,
    fix: 'Put the narrower rule above the wider one.',
    about: 'Rules are asked in order; a look-up that finds a default route, or an end, answers for good.',
  }),
  'rules-unexamined': define<{ others: number }>({
    severity: 'info',
    message: ({ others }) =>
      `whether this rule${others > 0 ? ` and ${numbered(others)}` : ''} can ever match was not examined: the rules cross each other in too many ways`,
    fix: 'Ask `multihome trace` about packets that you care for.',
    about:
      'Most rules are examined by sets of packets, exactly; thousands that cross each other in ports, users and marks alike would take too long.',
  }),
  'rule-behind-reply': define<{ others: number }>({
    severity: 'warning',
    message: ({ others }) =>
      `replies from own addresses are answered before this rule${others > 0 ? ` and ${numbered(others)}` : ''} is asked`,
    fix: 'Put it before the first rule to a gateway, or pin it below 18000 with `priority`.',
    about:
      'Rules behind the first policy rule stand behind the reply rules, so that a reply always leaves where its request came in.',
  }),
  'rule-falls-through': define<{ table: string; packets: string }>({
    severity: 'warning',
    message: ({ table, packets }) =>
      `table ${table} has no route for ${packets}, so the rules below are asked`,
    fix: 'Give the table such a route, narrow the rule, or say what is to become of these packets with `else`.',
    about:
      'A look-up that finds no route gives no answer; the next rule is asked, and in the end table main.',
  }),
  'rule-local-only-selector': define<{ link: string; lacks: string }>({
    severity: 'warning',
    message: ({ link, lacks }) =>
      `what comes in by ${link} is forwarded and has no ${lacks}, so this rule can never match`,
    fix: 'Say `iif: lo` for what programs of this host send, or leave one of the two out.',
    about: 'Users and bound sockets are known only of packets that this host sends itself.',
  }),
  'else-unreachable': define<NoArgs>({
    severity: 'warning',
    message: () => 'the table ends in a route that is always there, so `else` is never asked',
    fix: 'Leave `else` out, or `fail-closed` of the gateway.',
    about: 'A closed table answers every packet; `else` is for tables whose routes go with their links.',
  }),
  'goto-noop': define<NoArgs>({
    severity: 'warning',
    message: () => 'no rule stands between this one and the one that it goes to',
    fix: 'Leave it out, or give the rules that are to be skipped a `priority` between the two.',
    about:
      'Without `priority` a rule stands where its kind stands, which may be elsewhere than it is written.',
  }),
  'mark-unset': define<{ mark: string }>({
    severity: 'warning',
    message: ({ mark }) =>
      `no gateway has the mark ${mark}, and \`marks: nftables\` sets those of gateways alone`,
    fix: 'Use the mark of a gateway, or for marks of your own a bit that no gateway’s mask has.',
    about: 'A rule for a mark that nobody sets takes no packet.',
  }),
  'rp-filter-drops': define<{ link: string }>({
    severity: 'warning',
    message: ({ link }) =>
      `the strict reverse-path filter of ${link} drops what comes in by it, since the rules lead back another way`,
    fix: 'Write 2 (loose), or leave it out: multihome sets it on the links of gateways. Of conf.all and the link’s own the larger counts.',
    about:
      'With rp_filter 1 the kernel looks up the way back to a packet’s source, and drops the packet where that is another link.',
  }),
  'uid-of-forwarded': define<NoArgs>({
    severity: 'warning',
    message: () => 'forwarded packets have the uid 0 too, so this rule takes them as well',
    fix: 'Add `iif: lo` for what programs of this host send.',
    about:
      'A forwarded packet has no socket; the kernel (ip_route_input_slow) then asks the rules with the uid of root.',
  }),
  'default-absent': define<NoArgs>({
    severity: 'warning',
    message: () => 'table main has no default route',
    fix: 'Name a gateway in `default`, unless this host is to reach nothing but what rules say.',
    about:
      'A socket that is not bound to an address has no source yet when the rules are asked, so no `from` rule matches it.',
  }),
  'table-empty': define<{ table: string }>({
    severity: 'warning',
    message: ({ table }) => `table ${table} has no route`,
    fix: 'Give it routes, or take the rule out.',
    about: 'A look-up in an empty table gives no answer, and the next rule is asked.',
  }),
  'table-unconnected': define<{ table: string; link: string }>({
    severity: 'warning',
    message: ({ table, link }) => `table ${table} has a default route but not the networks of ${link}`,
    fix: 'Name the link in `connected`, or its networks in `local`.',
    about: 'Neighbours on the link are then reached through the gateway instead of directly.',
  }),
  'gateway-unused': define<{ gateway: string }>({
    severity: 'warning',
    message: ({ gateway }) => `nothing leads to gateway ${gateway}`,
    fix: 'Name it in `default` or in a rule, or give it a `fwmark`, or let it have `reply`.',
    about: 'No rule looks its table up and main has no route over it.',
  }),
  'family-leak': define<{ gateway: string; family: string }>({
    severity: 'warning',
    message: ({ gateway, family }) => `${family} of this host is not bound by gateway ${gateway}'s mark`,
    fix: 'Give the gateway a next hop of that family, or `fail-closed: true`.',
    about: 'Marked packets of the other family leave by the default route of table main.',
  }),
  'marks-gateway-unmarked': define<{ gateway: string }>({
    severity: 'warning',
    message: ({ gateway }) =>
      `connections that come in by gateway ${gateway} are not remembered: it has no \`fwmark\``,
    fix: 'Give it a `fwmark` of its own, under the mask of the others.',
    about: 'Forwarded answers to them leave by the default route of table main, whichever gateway that is.',
  }),
  'links-share-prefix': define<{ prefix: string; other: string }>({
    severity: 'warning',
    message: ({ prefix, other }) =>
      `${prefix} is also on ${other}, and the sysctls here let each answer ARP for both`,
    fix: 'Set arp_ignore 1 and arp_announce 2 on both links, or leave `sysctls` to auto.',
    about:
      'By default each card answers ARP for the addresses of both, and traffic comes in on the wrong one.',
  }),
  'reply-asymmetric': define<{ gateway: string; address: string }>({
    severity: 'warning',
    message: ({ gateway, address }) => `replies from ${address} do not leave by gateway ${gateway}`,
    fix: 'Leave `reply` out, or add a rule from this address.',
    about: 'The provider drops packets with a source that is not its own, and firewalls lose the connection.',
  }),
  'address-unclaimed': define<{ address: string; link: string }>({
    severity: 'warning',
    message: ({ address, link }) =>
      `${address} belongs to no gateway of ${link}: its replies leave by main's default route`,
    fix: 'Give the gateway a next hop of this family, name the address in its `addresses`, or take it off the link.',
    about:
      'A gateway takes the addresses of its link in the families of its next hops; on a shared link those whose prefix holds its next hop.',
  }),
  'local-through-provider': define<{ prefix: string; table: string }>({
    severity: 'warning',
    message: ({ prefix, table }) =>
      `${prefix} is on a link of this host, but table ${table} sends it to a provider`,
    fix: 'Name the link in `connected` of the gateway, or the network in `local`.',
    about: 'A table with a default route and without a local network takes that network off the host.',
  }),
} as const
