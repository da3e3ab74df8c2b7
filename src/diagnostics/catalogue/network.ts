// What can be wrong with links, gateways, tables and routes once their shape is right.
import { define, type NoArgs } from './define.js'

export const networkCatalogue = {
  'link-unknown': define<{ name: string }>({
    severity: 'error',
    message: ({ name }) => `there is no link \`${name}\``,
    about: 'Every link is declared under `links`, also one that another program makes (`manage: routing`).',
  }),
  'gateway-unknown': define<{ name: string }>({
    severity: 'error',
    message: ({ name }) => `there is no gateway \`${name}\``,
    about: 'The name stands under no `gateways` of this description.',
  }),
  'table-unknown': define<{ name: string }>({
    severity: 'error',
    message: ({ name }) => `there is no table \`${name}\``,
    fix: 'Tables are main, a gateway by its name, those under `tables`, or a number of one of them.',
    about: 'A rule to a table that nothing fills falls through in silence.',
  }),
  'host-bits': define<{ text: string; network: string }>({
    severity: 'error',
    message: ({ text, network }) => `\`${text}\` has bits set beyond its length; its network is ${network}`,
    fix: 'Write the network, or the address alone.',
    about: 'The kernel refuses such a route and keeps such a rule verbatim; it is not clear which was meant.',
  }),
  'address-twice': define<{ address: string; where: string }>({
    severity: 'error',
    message: ({ address, where }) => `${address} is already an address of ${where}`,
    about: 'Replies from an address leave by one gateway; on two links it cannot be told by which.',
  }),
  'address-unusable': define<{ address: string; why: string }>({
    severity: 'error',
    message: ({ address, why }) => `${address} cannot be a host's address here: ${why}`,
    about: 'The kernel would refuse it, or no packet could ever be answered from it.',
  }),
  'nexthop-off-link': define<{ via: string; link: string }>({
    severity: 'error',
    message: ({ via, link }) => `${via} is in no prefix of ${link}`,
    fix: 'Correct the address, or say `onlink: true` if the provider really has it so.',
    about:
      'The kernel answers "Nexthop has invalid gateway": it cannot ask for the address of a host that is off the link.',
  }),
  'nexthop-own-address': define<{ via: string; link: string }>({
    severity: 'error',
    message: ({ via, link }) => `the next hop ${via} is this host's own address on ${link}`,
    fix: "Write the provider's router.",
    about: 'The kernel refuses a next hop that is local.',
  }),
  'nexthop-unusable': define<{ via: string; why: string }>({
    severity: 'error',
    message: ({ via, why }) => `${via} cannot be a next hop: ${why}`,
    about: 'The kernel takes only unicast addresses of other hosts for a next hop.',
  }),
  'nexthop-family-twice': define<{ family: string }>({
    severity: 'error',
    message: ({ family }) => `two next hops of ${family}`,
    fix: 'A gateway has one next hop a family: make two gateways and `default: {balance: …}`.',
    about: 'Two next hops with the same metric would become a multipath route that nobody asked for.',
  }),
  'families-mixed': define<{ a: string; b: string }>({
    severity: 'error',
    message: ({ a, b }) => `${a} and ${b} are of different families`,
    fix: 'Write one rule or route for IPv4 and one for IPv6.',
    about: 'A route and a rule belong to one family; the kernel has a list of rules for each.',
  }),
  'address-claimed-twice': define<{ address: string; gateway: string }>({
    severity: 'error',
    message: ({ address, gateway }) => `${address} is already taken by gateway ${gateway}`,
    fix: 'Give each gateway its own with `addresses: […]`.',
    about: 'Of two reply rules for one address only the first is ever asked.',
  }),
  'gateway-address-unknown': define<{ address: string; link: string }>({
    severity: 'error',
    message: ({ address, link }) => `${address} is no address of ${link}`,
    about: "A gateway's `addresses` choose among those of its link; they do not add any.",
  }),
  'lease-without-client': define<{ link: string }>({
    severity: 'error',
    message: ({ link }) => `nothing on ${link} takes a lease`,
    fix: 'Say `dhcp4: true` or `accept-ra: true` on the link, or write the next hop. DHCPv6 alone tells no router.',
    about:
      '`via: lease` is the router that DHCPv4 or a router advertisement tells, so the link must have one of them. On a link of another program they say what that program does.',
  }),
  'lease-redundant': define<{ link: string }>({
    severity: 'error',
    message: ({ link }) => `every family that ${link} leases has a written next hop already`,
    fix: 'Take `lease` out, or the address of that family.',
    about: 'Beside an address, `lease` stands for the other family.',
  }),
  'lease-taken': define<{ link: string; gateway: string }>({
    severity: 'error',
    message: ({ link, gateway }) => `the lease of ${link} is already that of gateway ${gateway}`,
    fix: 'A lease tells one way out. Write the next hop of the other gateway.',
    about: 'Two gateways by one lease would be the same way out under two names.',
  }),
  'table-reserved': define<{ table: string }>({
    severity: 'error',
    message: ({ table }) => `table ${table} is the kernel's own`,
    fix: 'Take a number from 1 to 252 or from 256 to 2147483647, and another name than main, local, default, unspec.',
    about: '253, 254 and 255 are default, main and local; 0 makes the kernel take any free table.',
  }),
  'table-taken': define<{ table: string; where: string }>({
    severity: 'error',
    message: ({ table, where }) => `table ${table} already belongs to ${where}`,
    about: 'Two gateways in one table would answer for each other.',
  }),
  'coexist-collision': define<{ what: string; software: string }>({
    severity: 'error',
    message: ({ what, software }) => `${what} belongs to ${software}`,
    fix: 'Choose another number, or take the name out of `coexist` if the software is not on this host.',
    about:
      'The software adds and removes rules, tables and marks of these numbers as it pleases. docs/coexist.md has the numbers of each.',
  }),
  'marks-without-gateway': define<NoArgs>({
    severity: 'error',
    message: () => 'connections are to be marked, and no gateway has a mark to give them',
    fix: 'Give each gateway its own under one mask, `fwmark: 0x100/0xff00`, `fwmark: 0x200/0xff00`, or leave `marks` out.',
    about:
      'A connection bears the `fwmark` of the gateway that it came in by; 0 is the mark of packets without one.',
  }),
  'marks-link-shared': define<{ link: string; gateway: string; other: string }>({
    severity: 'error',
    message: ({ link, gateway, other }) =>
      `gateways ${gateway} and ${other} are both on ${link}, so nothing tells by which of them a connection came in`,
    fix: 'Reach each by a link of its own (a VLAN, a macvlan), or leave `marks` out and mark by rules of your own.',
    about:
      'Connections are marked by the link that they come in by; all that comes in by this one would be taken for one gateway’s, and its answers would leave by it.',
  }),
  'default-leased-elsewhere': define<{ gateway: string; link: string }>({
    severity: 'error',
    message: ({ gateway, link }) =>
      `the default route of ${gateway} in main is laid by the program that takes the lease of ${link}`,
    fix: 'Set its metric there, and leave the gateway out of `default` (or write `default: none`).',
    about:
      'With `manage: routing` the client of a lease is another program’s, and so is the metric of the default route that it lays in main.',
  }),
  'default-missing': define<{ count: number }>({
    severity: 'error',
    message: ({ count }) =>
      `${count} gateways, and nothing says which carries the default route of table main`,
    fix: 'Write `default: NAME`, `default: {failover: [NAMES]}`, `default: {balance: {NAME: WEIGHT}}` or `default: none`.',
    about:
      "Traffic that no rule claims, and every socket that is not bound to an address, follows main's default.",
  }),
  'default-without-nexthop': define<{ gateway: string }>({
    severity: 'error',
    message: ({ gateway }) => `gateway ${gateway} has no next hop, so it cannot carry a default route`,
    fix: 'Give the gateway a `via`, or leave it out of `default`.',
    about: 'A gateway without `via` is a network that leads no further.',
  }),
  'default-gateway-twice': define<{ gateway: string }>({
    severity: 'error',
    message: ({ gateway }) => `gateway ${gateway} is listed twice`,
    about: 'Its two default routes would differ only in their metric.',
  }),
  'default-metric-taken': define<{ metric: number; gateway: string }>({
    severity: 'error',
    message: ({ metric, gateway }) =>
      `metric ${metric} is already that of gateway ${gateway}'s default route`,
    fix: 'Leave `metric` out, or give each gateway its own.',
    about:
      'The kernel refuses a second IPv4 route of the same metric and silently merges two IPv6 ones into a multipath route.',
  }),
  'balance-device-inet6': define<{ gateway: string }>({
    severity: 'error',
    message: ({ gateway }) =>
      `gateway ${gateway} is an IPv6 device route, which cannot be part of a balanced default`,
    fix: 'Balance gateways with IPv6 next hops, or give this one no IPv6 address.',
    about: 'The kernel: "Device only routes can not be added for IPv6 using the multipath API".',
  }),
  'route-duplicate': define<{ route: string; table: string }>({
    severity: 'error',
    message: ({ route, table }) => `${route} is already in table ${table}`,
    fix: 'Give it another metric, or leave one of them out.',
    about:
      'The kernel holds one route for each destination and metric of a table; IPv6 merges two into a multipath route.',
  }),
  'route-no-way': define<{ to: string }>({
    severity: 'error',
    message: ({ to }) => `nothing says which way ${to} is: no link has a prefix with its next hop`,
    fix: 'Name a `link`, a `via` that is on a link, or a `type` such as unreachable.',
    about: 'A unicast route needs a device.',
  }),
  'route-type-conflict': define<{ type: string; key: string }>({
    severity: 'error',
    message: ({ type, key }) => `a route of type ${type} takes no \`${key}\``,
    about: 'blackhole, unreachable, prohibit and throw end the look-up: there is no way to go.',
  }),
  'route-nexthops-conflict': define<{ key: string }>({
    severity: 'error',
    message: ({ key }) => `\`nexthops\` and \`${key}\` exclude each other`,
    fix: 'Write each way inside `nexthops`.',
    about: 'A multipath route has its next hops in the list alone.',
  }),
  'route-src-unknown': define<{ address: string }>({
    severity: 'error',
    message: ({ address }) => `${address} is no address of this host`,
    about: 'The kernel answers "Invalid prefsrc address" for a source that it does not have.',
  }),
} as const
