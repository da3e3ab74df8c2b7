// JSON of `plan`, and the parts of a plan in other documents.
import * as z from 'zod/mini'
import type { Selector } from '../../kernel/rule.js'
import {
  family,
  field,
  file,
  flag,
  integer,
  lineShape,
  optional,
  part,
  text,
  texts,
  version,
  words,
} from './parts.js'

/** Where a part of the plan comes from. */
export const originShape = {
  for: field(text, 'What it serves: `gateway fiber: default route of its table`.'),
  comment: optional(text, 'The comment of the description.'),
  origin: field(text, 'Path in the description: `gateways.fiber`. Empty for what the kernel has by itself.'),
  ...lineShape,
}

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
    l3mdev: optional(text, 'Of the kernel’s rule for VRFs: the VRF whose table it looks up.'),
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
    lease_routes: optional(
      z.literal(true),
      'Further routes of the lease are installed too (`lease-routes`).',
    ),
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

export const planSchema = z.strictObject({
  version,
  file,
  manage: field(words('full', 'routing'), '`routing`: another program configures addresses and links.'),
  links: z.array(link),
  tables: z.array(
    z.strictObject({ table: field(integer, 'Number of the table.'), name: text, ...originShape }),
  ),
  rules: field(z.array(rule), 'In the order in which the kernel evaluates them, IPv4 first.'),
  routes: z.array(route),
  sysctls: z.array(sysctl),
  connmarks: optional(z.array(connmark), 'Absent if there are none.'),
  dynamicTables: optional(z.array(dynamicTable), 'Absent if no address is dynamic.'),
  dynamicMultipaths: optional(z.array(dynamicMultipath), 'Absent if no default route has a leased next hop.'),
  resolved: optional(
    z.strictObject({
      description: field(
        z.record(z.string(), z.unknown()),
        'The description merged with what it extends, valid by the schema of descriptions.',
      ),
      origins: field(
        z.array(z.strictObject({ path: text, file: text, line: integer })),
        'Where its parts stand. What has no entry of its own stands with its parent.',
      ),
    }),
    'With --resolved.',
  ),
})
