// The grammar of links.
import * as z from 'zod/mini'
import { bad, choice, flag, integer, raise } from './schema-build.js'
import { listOf, mapping, named, optional, required } from './schema-collections.js'
import { linkName, linkNames, searchDomain } from './schema-names.js'
import { mtu } from './schema-route.js'
import { comment } from './schema-text.js'
import { address, linkAddress, mac } from './schema-words.js'

export const manage = () => choice('kind of management', ['full', 'routing'])

/** Part of the language, but carried by no target yet: its shape is held to, then it is refused. */
const notYet = (what: string, schema: z.ZodMiniType) =>
  schema.check(
    z.superRefine((value, context) => raise(context, value, bad('not-yet', { what }, { on: 'key' }))),
  )

const leased = (what: string) =>
  flag().check(
    z.superRefine((value, context) => {
      if (value) raise(context, value, bad('not-yet', { what }, { on: 'key' }))
    }),
  )

const members = () => listOf('a list of links', linkName())

const BOND_MODES = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
] as const

const vlan = () =>
  mapping('a VLAN as a mapping', {
    id: required(integer('id', 1, 4094), 'The VLAN identifier (802.1Q).'),
    link: required(linkName(), 'The link below.'),
  })

const bond = () =>
  mapping('a bond as a mapping', {
    mode: required(choice('mode', BOND_MODES), 'How the members share the work.'),
    links: required(members(), 'The members.'),
  })

const bridge = () => mapping('a bridge as a mapping', { links: required(members(), 'The members.') })

const vrf = () =>
  mapping('a VRF as a mapping', {
    table: required(integer('table', 1, 2147483647), 'The table that the VRF looks up.'),
    links: required(members(), 'The members.'),
  })

const nameservers = () =>
  mapping('name servers as a mapping', {
    addresses: optional(listOf('a list of addresses', address()), 'The servers, in order.'),
    search: optional(
      listOf('a list of domains', searchDomain()),
      'Domains that are tried behind a short name.',
    ),
  })

const link = () =>
  mapping('a link as a mapping', {
    manage: optional(
      manage(),
      'Who lays its addresses. `routing`: another program makes the link (PPP, WireGuard, Docker), and its `addresses` are told, not laid. Default: that of the description.',
    ),
    addresses: optional(
      listOf('a list of addresses', linkAddress()),
      'Its addresses, each with the length of its prefix.',
    ),
    dhcp4: optional(leased('`dhcp4: true`'), 'Take an IPv4 address from DHCP. Default: false.'),
    dhcp6: optional(leased('`dhcp6: true`'), 'Take an IPv6 address from DHCPv6. Default: false.'),
    'accept-ra': optional(
      leased('`accept-ra: true`'),
      'Take addresses from router advertisements. Default: false where static IPv6 is given.',
    ),
    mtu: optional(mtu(), "Largest packet. Default: the driver's."),
    mac: optional(mac(), "Hardware address to set. Default: the card's own."),
    nameservers: optional(nameservers(), 'DNS servers that are reached over this link.'),
    optional: optional(flag(), 'Whether the boot goes on without it. Default: false.'),
    vlan: optional(notYet('a VLAN', vlan()), 'This link is a VLAN on another one.'),
    bond: optional(notYet('a bond', bond()), 'This link is made of several.'),
    bridge: optional(notYet('a bridge', bridge()), 'This link is a switch of several.'),
    vrf: optional(notYet('a VRF', vrf()), 'This link is a VRF: a table of its own for its members.'),
    comment: optional(comment(), 'Carried into the plan and every file.'),
  })

export const links = () => named('a mapping of names to links', linkNames, link())
