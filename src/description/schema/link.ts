// Schema of links.
import { choice, flag } from './primitives.js'
import { listOf, mapping, named, optional } from './collections.js'
import { linkNames, searchDomain } from './names.js'
import { bond, bridge, vlan, vrf } from './virtual-links.js'
import { mtu } from './route.js'
import { comment } from './text.js'
import { address, linkAddress, mac } from './network-values.js'

export const manage = () => choice('kind of management', ['full', 'routing'])

const nameservers = () =>
  mapping('name servers as a mapping', {
    addresses: optional(listOf('a list of addresses', address()), 'The servers, in order.'),
    search: optional(
      listOf('a list of domains', searchDomain()),
      'Domains that are appended to a short name.',
    ),
  })

const link = () =>
  mapping('a link as a mapping', {
    manage: optional(
      manage(),
      'Who configures it. `routing`: another program creates the link and its addresses (PPP, WireGuard, Docker), and `addresses` only says which. Default: that of the description.',
    ),
    addresses: optional(
      listOf('a list of addresses', linkAddress()),
      'Its addresses, each with its prefix length.',
    ),
    dhcp4: optional(
      flag(),
      'Take an IPv4 address from DHCP; a default route only for a gateway with `via: lease`. Default: false.',
    ),
    dhcp6: optional(
      flag(),
      'Take an IPv6 address from DHCPv6. It has no router: add `accept-ra` for one. Default: false.',
    ),
    'accept-ra': optional(
      flag(),
      'Take IPv6 prefixes from router advertisements; a default route only for a gateway with `via: lease`. Default: false.',
    ),
    mtu: optional(mtu(), "Largest packet. Default: the driver's."),
    mac: optional(mac(), "Hardware address to set. Default: the card's own."),
    nameservers: optional(nameservers(), 'DNS servers that are reached through this link.'),
    optional: optional(flag(), 'Whether the boot continues without it. Default: false.'),
    vlan: optional(vlan(), 'This link is a VLAN on another one.'),
    bond: optional(bond(), 'This link is a bond: several links that share its packets.'),
    bridge: optional(bridge(), 'This link is a bridge, and others are its ports.'),
    vrf: optional(vrf(), 'This link is a VRF: its members have their own routing table.'),
    comment: optional(comment(), 'Written to the plan and every file.'),
  })

export const links = () => named('a mapping of names to links', linkNames, link())
