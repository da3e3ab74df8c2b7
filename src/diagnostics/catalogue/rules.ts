// Diagnostics of rules.
import { error, type NoArgs } from './define.js'

export const ruleCatalogue = {
  'rule-no-action': error<NoArgs>({
    message: () => 'the rule has no action: it says what it matches, but not what to do',
    fix: 'Add `gateway: NAME`, `table: NAME`, `action: unreachable | prohibit | blackhole` or `goto: PRIORITY`.',
    about: 'A rule of the kernel is a selector and one action.',
  }),
  'rule-two-actions': error<{ actions: readonly string[] }>({
    message: ({ actions }) => `the rule has ${actions.length} actions: ${actions.join(', ')}`,
    fix: 'Keep one; for a second step use `else`, or a second rule.',
    about: 'A rule of the kernel has one action.',
  }),
  'rule-needs-lookup': error<{ key: string }>({
    message: ({ key }) => `\`${key}\` has an effect only with \`gateway\` or \`table\``,
    about:
      '`else` and `suppress-prefixlength` depend on the lookup of a table; the other actions look up none.',
  }),
  'rule-not-with-list': error<{ key: string }>({
    message: ({ key }) => `\`not\` cannot invert the list under \`${key}\``,
    fix: 'Write a `goto`, or exceptions in rules above.',
    about: 'A list makes one rule of each entry; "not a" and "not b" in two rules match everything.',
  }),
  'rule-not-nothing': error<NoArgs>({
    message: () => '`not` without a selector matches no packet',
    fix: 'Add a selector, or remove `not`.',
    about: 'A rule without a selector matches every packet, so its inversion matches none.',
  }),
  'rule-no-family-left': error<{ key: string }>({
    message: ({ key }) =>
      `the rule matches nothing: \`${key}\` has no prefix of the family that the other keys select`,
    about: 'The prefixes, `family` and the gateway of a rule have no family in common.',
  }),
  'rule-too-many': error<{ count: number; limit: number }>({
    message: ({ count, limit }) =>
      `up to this one, the lists make ${count} rules of the kernel; it has ${limit} priorities`,
    fix: 'Write prefixes and ranges instead of long lists, or mark the packets with nftables and use `fwmark`.',
    about: 'The kernel has no lists: each combination of one entry of each list is a rule with a priority.',
  }),
  'rule-duplicate': error<{ rule: string }>({
    message: ({ rule }) => `an earlier rule is the same: ${rule}`,
    fix: 'Remove one of them.',
    about: 'The kernel never reaches the second rule.',
  }),
  'rule-name-taken': error<{ name: string; by: number }>({
    message: ({ name, by }) => `\`${name}\` is already the name of rule ${by}`,
    fix: 'Give each rule a name of its own, or none.',
    about: 'Comments and messages use the name of a rule; with two rules of one name they are ambiguous.',
  }),
  'pref-out-of-range': error<{ pref: number }>({
    message: ({ pref }) => `priority ${pref} is not from 1 to 32765`,
    about:
      'The kernel has its rule for the local table at 0 and its rule for main at 32766. A rule beside or after them disconnects the host or is never reached.',
  }),
  'pref-taken': error<{ pref: number; where: string }>({
    message: ({ pref, where }) => `priority ${pref} is already that of ${where}`,
    fix: 'Give each rule a priority of its own.',
    about:
      'The kernel keeps both and evaluates them in the order in which they were added, which differs from boot to boot.',
  }),
  'prefs-exhausted': error<{
    tier: string
    from: number
    to: number
    /** Other software’s bands that take from these: `shorewall has 11000 to 11999`. */
    foreign: readonly string[]
  }>({
    message: ({ tier, from, to, foreign }) => {
      const left = `no priority is left for ${tier}`
      if (from > to) return `${left}: the first would be ${from}, and the last of all is ${to}`
      const between = `${left} between ${from} and ${to}`
      return foreign.length === 0 ? between : `${between}, where ${foreign.join(', ')}`
    },
    fix: 'Set some with `priority`, use prefixes instead of lists, or move `allocate: {priorities: …}` away from the numbers of `coexist`.',
    about:
      'Each kind of rule has its own range of priorities, so that a new rule moves no other. Priorities of software in `coexist` are skipped.',
  }),
  'goto-backward': error<{ pref: number; to: number }>({
    message: ({ pref, to }) => `goto ${to} from priority ${pref} leads backward`,
    fix: 'Write a larger priority.',
    about: 'The kernel: "Backward goto not supported".',
  }),
  'goto-nowhere': error<{ to: number; family: string }>({
    message: ({ to, family }) => `goto ${to} has no target: no ${family} rule has this priority`,
    fix: 'Set the priority of the target with `priority`.',
    about: 'The kernel accepts a goto without a target and ignores the rule.',
  }),
  'mark-outside-mask': error<{ mark: string }>({
    message: ({ mark }) => `${mark} never matches: the value has bits outside of the mask`,
    fix: 'Widen the mask, or remove the bits from the value.',
    about: 'The kernel masks the mark of a packet before it compares.',
  }),
  'mark-mask-empty': error<NoArgs>({
    message: () => 'a mask of 0 compares no bit, so every packet matches',
    fix: 'Write the bits to compare, or remove `fwmark` for a rule for all packets.',
    about: 'The kernel reads 0/0 as no selector.',
  }),
  'mark-taken': error<{ mark: string; gateway: string }>({
    message: ({ mark, gateway }) => `${mark} also matches marks of gateway ${gateway}`,
    fix: 'Give each gateway its own value under one mask: 0x100/0xff00, 0x200/0xff00.',
    about: 'The kernel reaches only the first of two rules for one mark.',
  }),
  'tos-invalid': error<{ tos: string; why: string }>({
    message: ({ tos, why }) => `a rule cannot select tos ${tos}: ${why}`,
    fix: 'Use bits of 0x1c for IPv4 and of 0xfc for IPv6. For a DSCP, write `dscp`: the value divided by 4.',
    about:
      'The kernel answers "Invalid tos", or "ECN bits must be 0" for the two lowest, and networkd then fails the whole link.',
  }),
  'tos-and-dscp': error<NoArgs>({
    message: () => 'a rule cannot select both `tos` and `dscp`: they are one field of the packet',
    fix: 'Keep `dscp`, or `tos` for kernels before 6.12.',
    about: 'The kernel answers "Cannot specify both TOS and DSCP".',
  }),
  'nexthop-rejected': error<{ via: string; route: string }>({
    message: ({ via, route }) =>
      `this rule rejects the kernel’s lookup of ${via}, so the kernel rejects a route through it (${route})`,
    fix: 'Add a rule `{ to: NEXT-HOP, table: main }` before it, or `onlink: true` to the gateway.',
    about:
      'Before the kernel adds an IPv4 route to main, it looks up the next hop by the rules, as root and without source or mark. networkd, ifupdown and netifrc add rules first and then fail to add the default route.',
  }),
} as const
