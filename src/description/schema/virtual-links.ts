// Schema of virtual links: VLANs, bonds, bridges, VRFs.
import { bondModes, hashPolicies, lacpRates } from '../../kernel/virtual-link.js'
import { MAX_TABLE } from '../../kernel/table.js'
import { choice, flag, integer } from './primitives.js'
import { anyListOf, listOf, mapping, optional, required } from './collections.js'
import { linkName } from './names.js'

const members = () => listOf('a list of links', linkName())

export const vlan = () =>
  mapping('a VLAN as a mapping', {
    id: required(integer('id', 1, 4094), 'The VLAN identifier (802.1Q).', 100),
    link: required(linkName(), 'The parent link.', 'eth0'),
  })

export const bond = () =>
  mapping('a bond as a mapping', {
    mode: required(choice('mode', bondModes), 'How the members share packets.', 'active-backup'),
    links: required(members(), 'The members; they have no addresses of their own.', ['eth0', 'eth1']),
    miimon: optional(
      integer('miimon', 0, 60000),
      'Milliseconds between two checks of the members’ carriers; with 0 there are none, and a dead member keeps losing packets. Default: 100.',
    ),
    primary: optional(
      linkName(),
      'The preferred member, used while it has a carrier; with active-backup, balance-tlb and balance-alb.',
    ),
    'lacp-rate': optional(
      choice('rate', lacpRates),
      'How often the switch sends LACP packets: `slow` (30 s, default) or `fast` (1 s); with 802.3ad.',
    ),
    'xmit-hash-policy': optional(
      choice('policy', hashPolicies),
      'The fields of a packet that choose its member; with balance-xor, 802.3ad and balance-tlb. Default: layer2.',
    ),
  })

export const bridge = () =>
  mapping('a bridge as a mapping', {
    links: required(
      anyListOf('a list of links', linkName()),
      'The ports; they have no addresses of their own. May be empty: `[]`.',
      ['eth1', 'eth2'],
    ),
    stp: optional(flag(), 'Whether it uses the spanning tree protocol. Default: false.'),
    'forward-delay': optional(
      integer('forward-delay', 2, 30),
      'Seconds that a port listens, and then learns, before it forwards; with `stp: true`. Default: 15.',
    ),
  })

export const vrf = () =>
  mapping('a VRF as a mapping', {
    table: required(
      integer('table', 1, MAX_TABLE),
      'The table that the VRF looks up; no gateway’s and none under `tables`.',
      1001,
    ),
    links: required(members(), 'The members; they keep their addresses.', ['eth1']),
  })
