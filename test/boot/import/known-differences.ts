// Differences between a host as a person configured it and what its import says. The import names each, unless no packet
// is concerned.

/** By name of the tree, below the problem of the import. */
export const knownDifferences: Readonly<Record<string, readonly string[]>> = {
  // No file tells the name of the card that the third entry matches.
  'cards-renamed-by-mac': [
    'netplan: 198.51.100.9: dev enp7s0, then via 192.0.2.1 dev wan0',
    'netplan: 8.8.8.8 from 198.51.100.10: via 198.51.100.1 dev enp7s0 table 7, then none',
  ],
  // `Name=e*` also matches eth1: the files name no further link that it may match, so the file is not read.
  'drop-ins-and-a-catch-all': [
    'networkd: 10.5.0.9: dev eth1, then via 198.51.100.1 dev eth0',
    'networkd: 8.8.8.8 from 10.5.0.80: via 198.51.100.1 dev eth0, then none',
    'networkd: 8.8.8.8 oif eth1: via 10.5.0.1 dev eth1, then none',
  ],
  // No packet: networkd gives the kernel bits beyond the length of a prefix, which match nothing.
  'gateway4-and-rules-without-priority': [
    'as it is: verify: different rule inet pref 32765 from 198.51.100.0/24 lookup 101 <- pref 32765 from 198.51.100.10/24 lookup 101 rules[0]',
  ],
  // 203.0.113.8/29 is the network itself.
  'guests-of-a-routed-subnet': [
    'ifupdown: 203.0.113.9: dev vmbr0, then via 192.0.2.1 dev eth0',
    'ifupdown: 8.8.8.8 from 203.0.113.9 iif vmbr0: via 192.0.2.1 dev eth0, then blackhole',
  ],
  // mac-address=52:54:00:12:34:56: no file tells the name of the card.
  'keyfiles-of-2013': [
    'nm-keyfile: 8.8.8.8: via 192.0.2.1 dev eth0, then none',
    'nm-keyfile: 10.1.2.3: via 192.0.2.254 dev eth0, then none',
    'nm-keyfile: 8.8.8.8 from 10.77.0.5: via 192.0.2.1 dev eth0, then none',
  ],
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
