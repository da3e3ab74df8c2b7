// Diagnostics of links, gateways, tables and routes.
import { error, type NoArgs } from './define.js'

export const networkCatalogue = {
  'link-unknown': error<{ name: string }>({
    message: ({ name }) => `there is no link \`${name}\``,
    about:
      'Each link is declared under `links`, also a link that another program creates (`manage: routing`).',
  }),
  'gateway-unknown': error<{ name: string }>({
    message: ({ name }) => `there is no gateway \`${name}\``,
    about: '`gateways` has no such name.',
  }),
  'table-unknown': error<{ name: string }>({
    message: ({ name }) => `there is no table \`${name}\``,
    fix: 'Write main, the name of a gateway or of a table under `tables`, or a number.',
    about: 'The lookup of an empty table gives no answer, and the kernel silently goes on to the next rule.',
  }),
  'host-bits': error<{ text: string; network: string }>({
    message: ({ text, network }) => `\`${text}\` has bits set beyond its length; its network is ${network}`,
    fix: 'Write the network, or the address alone.',
    about:
      'The kernel rejects such a route and keeps such a rule unchanged, so it is not clear what is meant.',
  }),
  'address-twice': error<{ address: string; where: string }>({
    message: ({ address, where }) => `${address} is already an address of ${where}`,
    fix: 'Keep it in one place, and give the other link an address of its own.',
    about:
      'Replies from an address leave by one gateway; with the address on two links, it is not clear by which.',
  }),
  'address-unusable': error<{ address: string; why: string }>({
    message: ({ address, why }) => `${address} cannot be a host's address here: ${why}`,
    fix: 'Write an address that one host can have, such as 192.0.2.10/24.',
    about: 'The kernel rejects such an address, or no peer can answer it.',
  }),
  'nexthop-off-link': error<{ via: string; link: string }>({
    message: ({ via, link }) => `${via} is in no prefix of ${link}, so the kernel cannot reach it there`,
    fix: 'Correct the address, or add `onlink: true` if the provider’s router is outside of the prefix.',
    about: 'The kernel answers "Nexthop has invalid gateway": a neighbour must be in a prefix of the link.',
  }),
  'nexthop-own-address': error<{ via: string; link: string }>({
    message: ({ via, link }) => `the next hop ${via} is this host's own address on ${link}`,
    fix: "Write the provider's router.",
    about: 'The kernel rejects a next hop that is a local address.',
  }),
  'nexthop-unusable': error<{ via: string; why: string }>({
    message: ({ via, why }) => `${via} cannot be a next hop: ${why}`,
    about: 'The kernel accepts only unicast addresses of other hosts as next hops.',
  }),
  'nexthop-family-twice': error<{ family: string }>({
    message: ({ family }) => `the gateway has two next hops of ${family}`,
    fix: 'Write two gateways and `default: {balance: …}`: a gateway has one next hop for each family.',
    about: 'Two next hops of one metric would become a multipath route.',
  }),
  'families-mixed': error<{ a: string; b: string }>({
    message: ({ a, b }) => `${a} and ${b} are of different families`,
    fix: 'Write one rule or route for IPv4 and one for IPv6.',
    about: 'A route or a rule belongs to one family.',
  }),
  'address-claimed-twice': error<{ address: string; gateway: string }>({
    message: ({ address, gateway }) => `${address} already belongs to gateway ${gateway}`,
    fix: 'Give each gateway its own with `addresses: […]`.',
    about: 'The kernel reaches only the first of two reply rules for one address.',
  }),
  'gateway-address-unknown': error<{ address: string; link: string }>({
    message: ({ address, link }) => `${link} does not have the address ${address}`,
    about: "A gateway's `addresses` select some of its link's; they add none.",
  }),
  'lease-without-client': error<{ link: string }>({
    message: ({ link }) => `${link} takes no lease with a router`,
    fix: 'Add `dhcp4: true` or `accept-ra: true` to the link, or write the next hop. DHCPv6 has no router.',
    about:
      '`via: lease` is the router of DHCPv4 or of a router advertisement, so the link must take one of them. On a link with `manage: routing` the keys say what the other program does.',
  }),
  'lease-redundant': error<{ link: string }>({
    message: ({ link }) => `every family that ${link} leases has a written next hop already`,
    fix: 'Remove `lease`, or the address of that family.',
    about: 'In a list, `lease` is the next hop of the families without an address.',
  }),
  'lease-taken': error<{ link: string; gateway: string }>({
    message: ({ link, gateway }) => `the lease of ${link} is already that of gateway ${gateway}`,
    fix: 'Write the next hop of the other gateway: a lease has one router.',
    about: 'Two gateways of one lease would have the same next hop.',
  }),
  'lease-routes-unused': error<Record<never, never>>({
    message: () => '`lease-routes` has no meaning: no next hop of the gateway is by a lease',
    fix: 'Remove it, or write `via: lease`.',
    about:
      'Routes of a lease beyond its default route belong to the gateway whose router is that of the lease. A link without such a gateway gets no route from its server.',
  }),
  'table-reserved': error<{ table: string }>({
    message: ({ table }) => `table ${table} is the kernel's own`,
    fix: 'Write a number from 1 to 252 or from 256 to 2147483647, and no name of the kernel (main, local, default, unspec).',
    about: '253, 254 and 255 are default, main and local; with 0 the kernel takes any free table.',
  }),
  'table-taken': error<{ table: string; where: string }>({
    message: ({ table, where }) => `table ${table} already belongs to ${where}`,
    about: 'In one table, two gateways would have one default route.',
  }),
  'coexist-collision': error<{ what: string; software: string }>({
    message: ({ what, software }) => `${what} belongs to ${software}`,
    fix: 'Choose another number, or remove the name from `coexist` if the software is not on this host.',
    about:
      'The software adds and removes rules, tables and marks of these numbers at any time. docs/coexist.md lists the numbers of each.',
  }),
  'marks-without-gateway': error<NoArgs>({
    message: () => '`marks: nftables` marks connections, but no gateway has a `fwmark`',
    fix: 'Give each gateway a value of its own under one mask (`fwmark: 0x100/0xff00`, `fwmark: 0x200/0xff00`), or remove `marks`.',
    about:
      'A connection gets the `fwmark` of the gateway that it arrives through; packets without a mark have 0.',
  }),
  'marks-link-shared': error<{ link: string; gateway: string; other: string }>({
    message: ({ link, gateway, other }) =>
      `gateways ${gateway} and ${other} share ${link}, so marks cannot tell which of them a connection arrives through`,
    fix: 'Give each gateway its own link (a VLAN, a macvlan), or remove `marks` and mark connections with your own rules.',
    about:
      'Connections are marked by the link that they arrive on. All connections on a shared link would get the mark of one gateway.',
  }),
  'default-leased-elsewhere': error<{ gateway: string; link: string }>({
    message: ({ gateway, link }) =>
      `the program that takes the lease of ${link} installs the default route of ${gateway} in main`,
    fix: 'Set the metric in that program, and remove the gateway from `default` (or write `default: none`).',
    about:
      'With `manage: routing`, another program takes the lease and chooses the metric of its default route in main.',
  }),
  'default-missing': error<{ count: number }>({
    message: ({ count }) =>
      `there are ${count} gateways, and \`default\` does not say which of them has the default route of table main`,
    fix: 'Write `default: NAME`, `default: {failover: [NAMES]}`, `default: {balance: {NAME: WEIGHT}}` or `default: none`.',
    about:
      "Packets that no rule selects, and sockets that are bound to no address, use main's default route.",
  }),
  'default-without-nexthop': error<{ gateway: string }>({
    message: ({ gateway }) => `gateway ${gateway} has no next hop, so it cannot have a default route`,
    fix: 'Add `via` to the gateway, or remove the gateway from `default`.',
    about: 'A gateway without `via` is a network without a router, such as a storage network.',
  }),
  'default-gateway-twice': error<{ gateway: string }>({
    message: ({ gateway }) => `gateway ${gateway} is listed twice`,
    fix: 'Remove one of the two.',
    about: 'Its two default routes would differ only in their metric.',
  }),
  'default-metric-taken': error<{ metric: number; gateway: string }>({
    message: ({ metric, gateway }) =>
      `metric ${metric} is already that of gateway ${gateway}'s default route`,
    fix: 'Remove `metric`, or give each gateway its own.',
    about:
      'The kernel rejects a second IPv4 route of the same metric, and silently merges two IPv6 routes into a multipath route.',
  }),
  'balance-device-inet6': error<{ gateway: string }>({
    message: ({ gateway }) =>
      `gateway ${gateway} is an IPv6 route to a device, which cannot be part of a multipath route`,
    fix: 'Write an IPv6 next hop for the gateway, or remove its IPv6 address.',
    about: 'The kernel: "Device only routes can not be added for IPv6 using the multipath API".',
  }),
  'route-duplicate': error<{ route: string; table: string }>({
    message: ({ route, table }) => `${route} is already in table ${table}`,
    fix: 'Give it another metric, or remove one of them.',
    about: 'A table has one route for each destination and metric; IPv6 merges two into a multipath route.',
  }),
  'route-no-way': error<{ to: string }>({
    message: ({ to }) => `the route to ${to} has no link: no link has a prefix with its next hop`,
    fix: 'Add `link`, a `via` in the prefix of a link, or a `type` such as unreachable.',
    about: 'A unicast route needs a device.',
  }),
  'route-type-conflict': error<{ type: string; key: string }>({
    message: ({ type, key }) => `a route of type ${type} takes no \`${key}\``,
    about: 'blackhole, unreachable, prohibit and throw end the lookup, so they have no next hop.',
  }),
  'route-nexthops-conflict': error<{ key: string }>({
    message: ({ key }) => `\`nexthops\` and \`${key}\` exclude each other`,
    fix: 'Write each next hop inside `nexthops`.',
    about: 'A multipath route has its next hops in the list alone.',
  }),
  'route-src-unknown': error<{ address: string }>({
    message: ({ address }) => `this host does not have the address ${address}`,
    about: 'The kernel answers "Invalid prefsrc address" for a source that is not local.',
  }),
  'sysctl-not-network': error<{ key: string }>({
    message: ({ key }) =>
      `\`${key}\` is no setting of the network, and root would set it at boot for the whole host`,
    fix: 'If it is intended, list it: `sysctls-beyond-net: [KEY]`.',
    about:
      'Some keys outside `net` name a program that the kernel runs as root (kernel.modprobe, kernel.core_pattern) or weaken the host (fs.protected_symlinks, vm.mmap_min_addr).',
  }),
  'sysctl-not-written': error<{ key: string }>({
    message: ({ key }) => `\`${key}\` is listed as intended, but it is not in \`sysctls\``,
    fix: 'Write it under `sysctls` too, or remove it here.',
    about: 'A key that stays in the list after its setting is gone would permit the next one unseen.',
  }),
} as const
