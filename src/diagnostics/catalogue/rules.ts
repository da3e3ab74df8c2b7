// What can be wrong with rules.
import { define, type NoArgs } from './define.js'

export const ruleCatalogue = {
  'rule-no-action': define<NoArgs>({
    severity: 'error',
    message: () => 'the rule says what it matches, but not what to do',
    fix: 'Add `gateway: NAME`, `table: NAME`, `action: unreachable | prohibit | blackhole` or `goto: PRIORITY`.',
    about: 'A rule is a selector and one action.',
  }),
  'rule-two-actions': define<{ actions: readonly string[] }>({
    severity: 'error',
    message: ({ actions }) => `the rule has ${actions.length} actions: ${actions.join(', ')}`,
    fix: 'Keep one; for a second step use `else`, or a second rule.',
    about: 'The kernel stops at the first action that gives an answer.',
  }),
  'rule-needs-lookup': define<{ key: string }>({
    severity: 'error',
    message: ({ key }) => `\`${key}\` goes with \`gateway\` or \`table\` only`,
    about: '`else` and `suppress-prefixlength` speak of what a table answers; the other actions ask none.',
  }),
  'rule-not-with-list': define<{ key: string }>({
    severity: 'error',
    message: ({ key }) => `\`not\` with a list under \`${key}\``,
    fix: 'Write a `goto`, or exceptions in rules above.',
    about: 'A list makes one rule of each entry; "not a" and "not b" in two rules match everything.',
  }),
  'rule-not-nothing': define<NoArgs>({
    severity: 'error',
    message: () => '`not` without a selector matches no packet',
    fix: 'Say what the rule is not about, or take `not` out.',
    about: 'A rule without selector matches all; turned round, it matches nothing and is never used.',
  }),
  'rule-no-family-left': define<{ key: string }>({
    severity: 'error',
    message: ({ key }) =>
      `no rule comes of this: \`${key}\` has no prefix of the family that the rest asks for`,
    about: 'The prefixes, the family and the gateway of a rule leave no family for which all are true.',
  }),
  'rule-duplicate': define<{ rule: string }>({
    severity: 'error',
    message: ({ rule }) => `the same rule stands above already: ${rule}`,
    fix: 'Leave one of them out.',
    about: 'The second is never asked; deleting one of them by hand would leave the other.',
  }),
  'rule-name-taken': define<{ name: string; by: number }>({
    severity: 'error',
    message: ({ name, by }) => `\`${name}\` is already the name of rule ${by}`,
    fix: 'Give each rule a name of its own, or none.',
    about: 'Comments and messages call a rule by its name; two rules of one name cannot be told apart.',
  }),
  'pref-out-of-range': define<{ pref: number }>({
    severity: 'error',
    message: ({ pref }) => `priority ${pref} is not from 1 to 32765`,
    about:
      'At 0 stands the kernel’s local table, at 32766 main: a rule beside or behind them takes the host off the net or is never asked.',
  }),
  'pref-taken': define<{ pref: number; where: string }>({
    severity: 'error',
    message: ({ pref, where }) => `priority ${pref} is already that of ${where}`,
    fix: 'Give each rule a priority of its own.',
    about:
      'The kernel keeps both and asks them in the order they were added, which differs from boot to boot.',
  }),
  'prefs-exhausted': define<{
    tier: string
    from: number
    to: number
    /** Other software’s bands that take from these: `shorewall has 11000 to 11999`. */
    foreign: readonly string[]
  }>({
    severity: 'error',
    message: ({ tier, from, to, foreign }) => {
      const left = `no priority is left for ${tier}`
      if (from > to) return `${left}: they would begin at ${from}, and the last of all is ${to}`
      const between = `${left} between ${from} and ${to}`
      return foreign.length === 0 ? between : `${between}, where ${foreign.join(', ')}`
    },
    fix: 'Pin some with `priority`, use lists, or move `allocate: {priorities: …}`, clear of what `coexist` names.',
    about:
      'Each kind of rule has a band of its own, so that adding one moves no other; the numbers of software in `coexist` are stepped over.',
  }),
  'goto-backward': define<{ pref: number; to: number }>({
    severity: 'error',
    message: ({ pref, to }) => `goto ${to} from priority ${pref} leads backward`,
    fix: 'Jump to a larger priority.',
    about: 'The kernel: "Backward goto not supported".',
  }),
  'goto-nowhere': define<{ to: number; family: string }>({
    severity: 'error',
    message: ({ to, family }) => `there is no ${family} rule with priority ${to} to go to`,
    fix: 'Pin the rule that is meant with `priority`.',
    about: 'The kernel accepts a goto without target and then ignores the rule.',
  }),
  'mark-outside-mask': define<{ mark: string }>({
    severity: 'error',
    message: ({ mark }) => `${mark} can never match: the value has bits that the mask leaves out`,
    fix: 'Widen the mask, or take the bits out of the value.',
    about: 'A packet’s mark is compared after the mask is laid over it.',
  }),
  'mark-mask-empty': define<NoArgs>({
    severity: 'error',
    message: () => 'a mask of 0 looks at no bit, so every packet matches',
    fix: 'Write the bits that count; leave `fwmark` out for a rule on all packets.',
    about: 'The kernel takes 0/0 for no selector at all.',
  }),
  'mark-taken': define<{ mark: string; gateway: string }>({
    severity: 'error',
    message: ({ mark, gateway }) => `${mark} also matches marks of gateway ${gateway}`,
    fix: 'Give each gateway its own value under one mask: 0x100/0xff00, 0x200/0xff00.',
    about: 'Of two rules for one mark only the first is asked.',
  }),
  'tos-invalid': define<{ tos: string; why: string }>({
    severity: 'error',
    message: ({ tos, why }) => `a rule cannot ask for tos ${tos}: ${why}`,
    fix: 'IPv4 rules take the bits of 0x1c, IPv6 rules those of 0xfc; for DSCP in IPv4 set a mark with nftables and use `fwmark`.',
    about:
      'The kernel answers "Invalid tos", or "ECN bits must be 0" for the two lowest, and networkd then fails the whole link.',
  }),
  'nexthop-rejected': define<{ via: string; route: string }>({
    severity: 'error',
    message: ({ via, route }) =>
      `this rule rejects the kernel’s own question for the way to ${via}, which then refuses a route (${route})`,
    fix: 'Put a rule `{ to: NEXT-HOP, table: main }` in front of it, or say `onlink: true` on the gateway.',
    about:
      'Before it takes an IPv4 route of main, the kernel asks the rules for the way to its next hop, as root and without source or mark. networkd, ifupdown and netifrc lay rules first, and then go without the default route.',
  }),
} as const
