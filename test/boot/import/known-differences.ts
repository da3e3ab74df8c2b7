// Differences between a host as a person configured it and what its import says. The import names each, unless no packet
// is concerned. `live`: what the import of the running host knows beyond that of the files.

/** By name of the tree, below the problem of the import. */
export const knownDifferences: Readonly<Record<string, readonly string[]>> = {
  // A description has no routes in the table of a VRF, and multihome does not create dummy links.
  'customer-vlan-in-a-vrf': [
    'as it is: ! live: not understood: route default via 198.51.100.1 dev eno1.200 table 200: the route is in the table of VRF vrf-cust, and a description has no routes there',
    'networkd: 203.0.113.77: local, then via 192.0.2.1 dev eno1',
    'networkd: 8.8.8.8 from 203.0.113.77: via 10.10.0.1 dev eno1.100 table 77, then none',
    'networkd: 8.8.8.8 oif vrf-cust: via 198.51.100.1 dev eno1.200 table 200, then unreachable',
  ],
  // RouteTable=102 moves the network of the lease out of main, where multihome has it too; the metric of table 102 is
  // that of its only default route.
  'lease-in-its-own-table': [
    'as it is: verify: different route inet 198.51.100.0/24 dev eth1 scope link src 198.51.100.80 table 102 <- 198.51.100.0/24 dev eth1 scope link src 198.51.100.80 table 102 metric 50 dynamicTables[0]',
    'as it is: verify: missing route inet default via 198.51.100.1 dev eth1 onlink src 198.51.100.80 table 102 dynamicTables[0]',
    'as it is: verify: missing route inet 198.51.100.0/24 dev eth1 scope link src 198.51.100.80 metric 0 links[1]',
    'networkd: 198.51.100.9: via 192.0.2.1 dev eth0, then dev eth1',
  ],
  // A description has no routes in the table of a VRF.
  'management-vrf-by-netplan': [
    'as it is: ! live: not understood: route default via 192.0.2.1 dev mgmt onlink table 1000: the route is in the table of VRF mgmt, and a description has no routes there',
    'netplan: 8.8.8.8 oif mgmt: via 192.0.2.1 dev mgmt table 1000, then unreachable',
  ],
  // No server answers on the management network.
  'management-vrf-of-ifupdown2': [
    'ifupdown: verify: missing lease inet eth0 dhcp4 (it has no IPv4 address) links.eth0',
  ],
  // As lease-in-its-own-table.
  'ports-by-uuid-and-leased-table': [
    'as it is: verify: different route inet 198.51.100.0/24 dev eth2 scope link src 198.51.100.80 table 300 <- 198.51.100.0/24 dev eth2 scope link src 198.51.100.80 table 300 metric 100 the description',
    'as it is: verify: missing route inet default via 198.51.100.1 dev eth2 onlink src 198.51.100.80 table 300 the description',
    'as it is: verify: missing route inet 198.51.100.0/24 dev eth2 scope link src 198.51.100.80 metric 0 links[3]',
  ],
  // The rule depends on `[ -e /etc/network/no-policy ]`.
  'loops-and-continuations-in-hooks': [
    'as it is: ! live: packets changed: 4 sets of packets',
    'as it is: ! live: reply-rules added: rule 18000 from 10.0.0.5/32 lookup 50',
    'as it is: ! live: routes added: route default via 10.0.0.1 dev eth1 table 50',
    'as it is: verify: foreign rule inet pref 500 from 10.0.0.5 lookup 50 (a packet to 203.0.113.7 from 10.0.0.5 goes via 10.0.0.1 dev eth1 table 50; as planned it goes via 192.0.2.1 dev eth0)',
    'ifupdown: 8.8.8.8 from 10.0.0.5: via 10.0.0.1 dev eth1 table 50, then via 192.0.2.1 dev eth0',
  ],
  // route-table moves its network out of main, where multihome has it too.
  'whole-profile-in-a-table': [
    'as it is: verify: missing route inet 198.51.100.0/24 dev eth1 scope link src 198.51.100.10 metric 0 links[1]',
    'nm-keyfile: 198.51.100.9: via 192.0.2.1 dev eth0, then dev eth1',
  ],
}

/** Differences that some boots have. */
export const races: Readonly<Partial<Record<string, readonly string[]>>> = {
  // Rules without a priority get numbers in the order in which the cards come up; these exclude each other.
  'gateways-in-both-network-sections': [
    'as it is: verify: different rule inet pref 32764 from 198.51.100.0/24 lookup 2 <- pref 32765 from 198.51.100.0/24 lookup 2 rules[1]',
    'as it is: verify: different rule inet pref 32765 from 192.0.2.10 lookup 1 <- pref 32764 from 192.0.2.10 lookup 1 rules[0]',
  ],
}
