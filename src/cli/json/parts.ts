// Building blocks of the JSON documents that commands print. The schemas are the reference: the package's JSON Schemas,
// docs/json.md and the types of the documents are made of them.
import * as z from 'zod/mini'
import type { Selector } from '../../kernel/rule.js'

type Any = z.ZodMiniType

interface Meaning {
  readonly description: string
  /** Name in `$defs` of what several keys share. */
  readonly id?: string
}

/** A registry of our own: zod's global one is shared with every other user of zod in the process. */
export const meanings = z.registry<Meaning>()

/** A value with a sentence on what it means here; it may be shared. */
export function field<S extends Any>(schema: S, description: string): S {
  const own = schema.clone(schema._zod.def, { parent: true })
  meanings.add(own, { description })
  return own
}

/** As `field`, for a key that may be absent. */
export const optional = <S extends Any>(schema: S, description: string) =>
  field(z.exactOptional(schema), description)

/** A part with a name of its own in the JSON Schema. */
export function part<S extends Any>(id: string, schema: S, description: string): S {
  meanings.add(schema, { id, description })
  return schema
}

export const text = z.string()
export const texts = z.array(z.string())
export const flag = z.boolean()
export const integer = z.int()
export const words = <const W extends readonly string[]>(...list: W) => z.enum(list)

export const version = field(
  z.literal(1),
  'Version of this shape. Keys may be added within a version; none is removed or changes its meaning.',
)
export const file = field(text, 'The description as it was named; `stdin` for standard input.')
export const family = z.enum(['inet', 'inet6'])

/** Where a part of the plan comes from. */
export const originShape = {
  for: field(text, 'What it serves: `gateway fiber: default route of its table`.'),
  comment: optional(text, 'The comment of the description.'),
  origin: field(text, 'Path in the description: `gateways.fiber`. Empty for what the kernel has by itself.'),
  line: optional(integer, 'Line of the description, from 1.'),
}

export const position = part(
  'position',
  z.strictObject({
    line: field(integer, 'From 1.'),
    column: field(integer, 'From 1, in UTF-16 code units.'),
    offset: field(integer, 'From 0, in UTF-16 code units.'),
  }),
  'A place in the text of a description.',
)

export const diagnostic = part(
  'diagnostic',
  z.strictObject({
    code: field(text, 'Code of the catalogue: `multihome explain CODE`.'),
    severity: field(
      words('error', 'warning', 'info'),
      'An error stops output; a warning does with --strict.',
    ),
    message: text,
    args: field(
      z.record(z.string(), z.union([z.string(), z.number(), texts])),
      'What the message says of this description, by name: `{ "via": "192.0.2.1", "link": "eth0" }`.',
    ),
    file,
    path: field(text, 'Path in the description; empty for the whole of it.'),
    start: optional(position, 'First character; absent where the text has no place for it.'),
    end: optional(position, 'Behind the last character.'),
    target: optional(
      text,
      'The target that cannot express it; absent where the description itself is wrong.',
    ),
    example: optional(text, 'A packet that shows it, and where the packet goes.'),
    fix: optional(text, 'What to write instead.'),
    related: optional(
      z.array(
        z.strictObject({
          message: text,
          path: text,
          start: z.exactOptional(position),
          end: z.exactOptional(position),
        }),
      ),
      'Other places that belong to it.',
    ),
  }),
  'Something that is wrong or could be better.',
)

const pathOf = (what: string) => field(text, what)

export const symlink = z.strictObject({
  path: pathOf('Path of the link on the host.'),
  symlink: field(text, 'Where it points to.'),
})

export const textFileShape = {
  path: pathOf('Path on the host.'),
  mode: field(text, 'Permission bits: `0644`.'),
  owner: field(text, '`user:group`.'),
}

/** The first releases that can do a thing. */
export const releaseShape = {
  what: field(text, 'What the plan does with it.'),
  linux: text,
  iproute2: optional(text, 'Absent where ip(8) takes no part.'),
  nftables: optional(text, 'Absent where nft(8) takes no part.'),
}

export const step = part(
  'step',
  z.strictObject({
    command: field(text, 'A command of the shell, to run as root.'),
    programs: optional(texts, 'Programs that the command calls.'),
    why: field(text, 'Why it is needed.'),
    when: optional(
      z.literal('before-files'),
      'Run it while the previous files are still in place. Absent: after the new ones are copied.',
    ),
  }),
  'A command that puts files to work.',
)

export const firstSteps = field(
  z.array(step),
  'From a host without these files to one that runs them, in order.',
)
export const changeSteps = field(z.array(step), 'From the previous files to these, in order.')

const selectorShape = {
  not: optional(flag, 'The rule takes the packets that the other keys do not select.'),
  from: optional(text, 'Prefix of the source.'),
  to: optional(text, 'Prefix of the destination.'),
  tos: optional(text, 'Type of service: `0x10`.'),
  fwmark: optional(text, 'Mark and mask: `0x100/0xff00`.'),
  iif: optional(text, 'Link that the packet arrived on; `lo` for packets of the host itself.'),
  oif: optional(text, 'Link that the socket is bound to.'),
  uidrange: optional(text, 'Users: `1000-1999`.'),
  ipproto: optional(integer, 'Number of the protocol.'),
  sport: optional(text, 'Source ports.'),
  dport: optional(text, 'Destination ports.'),
  dscp: optional(integer, 'Differentiated services code point, 0 to 63.'),
} satisfies Record<keyof Selector, unknown>

export const rule = part(
  'rule',
  z.strictObject({
    family,
    pref: field(integer, 'Priority: the kernel evaluates the lowest first.'),
    ...selectorShape,
    lookup: optional(text, 'Table to look up.'),
    suppress_prefixlength: optional(integer, 'Routes of at most this length are no answer.'),
    goto: optional(integer, 'Priority of the rule to continue at.'),
    action: optional(words('unreachable', 'prohibit', 'blackhole'), 'How the rule itself refuses.'),
    ...originShape,
  }),
  'A rule, as in ip-rule(8): either `lookup`, `goto` or `action`.',
)

const nexthopShape = {
  via: optional(text, 'Address of the router; absent for a route to the link itself.'),
  dev: text,
  weight: optional(integer, 'Share among several next hops.'),
  onlink: optional(z.literal(true), 'The kernel does not check that `via` is on the link.'),
}

export const nexthop = part('nexthop', z.strictObject(nexthopShape), 'A next hop, as in ip-route(8).')

export const route = part(
  'route',
  z.strictObject({
    family,
    type: optional(words('local', 'blackhole', 'unreachable', 'prohibit', 'throw'), 'Absent: unicast.'),
    dst: field(text, 'Prefix, or `default`.'),
    nexthops: optional(z.array(nexthop), 'Several next hops; then `via`, `dev` and `weight` are absent.'),
    ...nexthopShape,
    dev: optional(text, 'Link of the only next hop.'),
    table: text,
    metric: optional(integer, 'Absent: the default of the kernel, 0 for IPv4 and 1024 for IPv6.'),
    src: optional(text, 'Source that the host itself prefers.'),
    scope: optional(words('global', 'link', 'host'), 'IPv4 only.'),
    mtu: optional(integer, 'In bytes.'),
    ...originShape,
  }),
  'A route, as in ip-route(8).',
)

export const link = part(
  'link',
  z.strictObject({
    link: field(text, 'Name of the network device.'),
    manage: optional(z.literal('routing'), 'Another program configures it.'),
    addresses: field(texts, 'With their prefix length.'),
    mtu: optional(integer, 'In bytes.'),
    mac: optional(text, 'Hardware address.'),
    nameservers: optional(texts, 'Addresses of name servers.'),
    search: optional(texts, 'Search domains.'),
    optional: optional(z.literal(true), 'Boot does not wait for it.'),
    type: optional(text, 'How ip-link(8) creates it: `vlan id 10 …`. Absent: a device that is there.'),
    primary: optional(text, 'Preferred port of a bond.'),
    master: optional(text, 'Bond, bridge or VRF that it belongs to.'),
    dhcp4: optional(z.literal(true), 'Takes an IPv4 lease.'),
    dhcp6: optional(z.literal(true), 'Takes a DHCPv6 lease.'),
    accept_ra: optional(z.literal(true), 'Takes router advertisements.'),
    ...originShape,
  }),
  'A network device.',
)

export const dynamicTable = part(
  'dynamicTable',
  z.strictObject({
    link: text,
    table: text,
    families: field(z.array(family), 'Families of the dynamic addresses.'),
    routers: optional(z.array(family), 'Families whose default route leads to the router of the lease.'),
    main: optional(flag, 'Whether the default route of the lease is in table main as well.'),
    metric: optional(integer, 'Of that route in main.'),
    replies: optional(
      z.array(z.strictObject({ word: words('from', 'to'), pref: integer })),
      'Rules for each address that the link has.',
    ),
    ...originShape,
  }),
  'A table whose routes and rules track the dynamic addresses of a link.',
)

export const dynamicMultipath = part(
  'dynamicMultipath',
  z.strictObject({
    family,
    metric: integer,
    hops: z.array(z.strictObject({ dev: text, weight: integer })),
    ...originShape,
  }),
  'A default route in main over several links, with the next hops of their leases.',
)

export const sysctl = part(
  'sysctl',
  z.strictObject({ key: text, value: text, ...originShape }),
  'A kernel setting, as in sysctl(8).',
)

export const connmark = part(
  'connmark',
  z.strictObject({
    link: field(text, 'Link that a connection came in by.'),
    fwmark: field(text, 'Mark that its packets get.'),
    ...originShape,
  }),
  'A connection mark, set by nftables.',
)
