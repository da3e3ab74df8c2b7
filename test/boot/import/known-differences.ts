// Differences between a host as a person configured it and what its import says. The import names each, unless no packet
// is concerned. `live`: what the import of the running host knows beyond that of the files.

/** By name of the tree, below the problem of the import. */
export const knownDifferences: Readonly<Record<string, readonly string[]>> = {
  // RouteTable=102 moves the network of the lease out of main, where multihome has it too; the metric of table 102 is
  // that of its only default route.
  'lease-in-its-own-table': [
    'as it is: verify: different route inet 198.51.100.0/24 dev eth1 scope link src 198.51.100.80 table 102 <- 198.51.100.0/24 dev eth1 scope link src 198.51.100.80 table 102 metric 50 dynamicTables[0]',
    'as it is: verify: missing route inet default via 198.51.100.1 dev eth1 onlink src 198.51.100.80 table 102 dynamicTables[0]',
    'as it is: verify: missing route inet 198.51.100.0/24 dev eth1 scope link src 198.51.100.80 metric 0 links[1]',
    'networkd: 198.51.100.9: via 192.0.2.1 dev eth0, then dev eth1',
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
