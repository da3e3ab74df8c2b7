// JSON of `diff`.
import * as z from 'zod/mini'
import {
  family,
  field,
  flag,
  followed,
  integer,
  link,
  mark,
  optional,
  originShape,
  part,
  route,
  rule,
  sysctl,
  text,
  texts,
  version,
  words,
} from './parts.js'

const approximate = optional(z.literal(true), 'The exact set is too long to print: this one contains it.')

/** A set of values: `in` without `except`; an empty `in` is any value. */
const set = part(
  'set',
  z.strictObject({
    in: field(texts, 'Empty: any.'),
    except: texts,
    rough: approximate,
  }),
  'Values that a field may have: those of `in` without those of `except`.',
)

const packets = part(
  'packets',
  z.strictObject({
    sender: optional(words('own', 'forwarded'), 'Sent by this host, or forwarded. Absent: both.'),
    source: optional(words('open', 'chosen'), 'Of own packets: whether the socket has an address yet.'),
    from: z.exactOptional(set),
    to: z.exactOptional(set),
    iif: z.exactOptional(set),
    oif: optional(set, '`none`: bound to no link.'),
    ipproto: z.exactOptional(set),
    sport: z.exactOptional(set),
    dport: z.exactOptional(set),
    uid: z.exactOptional(set),
    mark: z.exactOptional(set),
    tos: z.exactOptional(set),
  }),
  'A set of packets, by field; an absent field may be anything.',
)

const way = part(
  'way',
  z.union([
    z.strictObject({
      kind: z.literal('out'),
      hops: z.array(
        z.strictObject({
          gateway: optional(text, 'Name of the gateway.'),
          via: optional(text, 'Router; absent for a neighbour.'),
          leased: optional(z.literal(true), 'The router is that of a lease.'),
          dev: text,
          weight: integer,
          src: optional(text, 'Source address that the host chooses.'),
        }),
      ),
    }),
    z.strictObject({ kind: z.enum(['local', 'none']) }),
    z.strictObject({ kind: z.literal('reject'), type: words('unreachable', 'prohibit', 'blackhole') }),
  ]),
  'Where packets go. `local`: to this host. `none`: no rule has an answer.',
)

const answer = part(
  'answer',
  z.strictObject({
    text: field(text, 'As `ip route get` prints it.'),
    rule: optional(rule, 'The rule that decides.'),
    route: optional(route, 'The route that decides.'),
  }),
  'What becomes of the example packet.',
)

const balance = part(
  'balance',
  z.strictObject({
    family,
    metric: integer,
    hops: z.array(z.strictObject({ dev: text, weight: integer })),
    ...originShape,
  }),
  'A default route over several leased links.',
)

const changes = <S extends z.ZodMiniType>(value: S, description: string) =>
  field(
    z.array(
      z.strictObject({
        kind: words('added', 'removed', 'moved', 'changed'),
        renumbered: optional(z.literal(true), 'Only the priority of the rule is another.'),
        before: z.exactOptional(value),
        after: z.exactOptional(value),
      }),
    ),
    description,
  )

const manage = words('full', 'routing')

export const diffSchema = z.strictObject({
  version,
  before: field(text, 'The description before the change.'),
  after: field(text, 'The description after it.'),
  different: field(flag, 'Whether anything changes.'),
  moves: field(
    z.array(
      z.strictObject({
        kind: field(words('way', 'source'), '`source`: only the source address changes.'),
        family,
        words: field(text, 'The packets, as a sentence.'),
        fate: field(text, 'What becomes of them, as a sentence.'),
        exact: field(flag, 'Whether all of these packets are rerouted; otherwise some are.'),
        packets,
        but: field(z.array(packets), 'Packets among them that are not.'),
        before: way,
        after: way,
        example: z.strictObject({
          packet: field(text, 'As for `ip route get`.'),
          before: answer,
          after: answer,
        }),
      }),
    ),
    'Packets that go elsewhere. Each such packet is in exactly one of them.',
  ),
  unexamined: optional(
    z.array(z.strictObject({ family, packets })),
    'Packets that may go elsewhere: to find out would take too long.',
  ),
  state: z.strictObject({
    manage: z.array(
      z.strictObject({ kind: z.literal('changed'), fields: texts, before: manage, after: manage }),
    ),
    links: changes(link, 'Network devices.'),
    rules: changes(rule, 'Rules.'),
    routes: changes(route, 'Routes.'),
    sysctls: changes(sysctl, 'Kernel settings.'),
    marks: changes(mark, 'Connection marks.'),
    followed: changes(followed, 'Tables that follow a lease.'),
    balances: changes(balance, 'Default routes over leased links.'),
  }),
  invented: optional(
    z.record(z.string(), z.string()),
    'Placeholder addresses of the document, and what they stand for.',
  ),
})
