// Common mistakes, each with a description that has it. `mistakes.txt` has the diagnostics of each.

/** A valid host, to which a mistake is added. */
const HOST = `version: 1
links:
  wan0: { addresses: [192.0.2.10/24] }
  wan1: { addresses: [198.51.100.10/24] }
  lan0: { addresses: [10.0.0.1/24] }
  eth8: {}
  eth9: {}
gateways:
  fiber: { link: wan0, via: 192.0.2.1 }
  cable: { link: wan1, via: 198.51.100.1 }
default: fiber
`

/** The host with one text replaced. */
const but = (from: string, to: string): string => {
  if (!HOST.includes(from)) throw new Error(`the host has no ${JSON.stringify(from)}`)
  return HOST.replace(from, to)
}
const rule = (text: string): string => `${HOST}rules:\n  - ${text}\n`
const link = (text: string): string => but('{ addresses: [10.0.0.1/24] }', text)
const gateway = (text: string): string => but('{ link: wan0, via: 192.0.2.1 }', text)
const top = (text: string): string => `${HOST}${text}\n`

export const mistakes: readonly (readonly [mistake: string, description: string])[] = [
  // The file
  ['no version', but('version: 1\n', '')],
  ['the version in quotes', but('version: 1', 'version: "1"')],
  ['the version of netplan', but('version: 1', 'version: 2')],
  ['the version 1.1', but('version: 1', 'version: 1.1')],
  ['a single word', 'fiber\n'],
  ['one line without a space', 'version:1\n'],
  ['a JSON array', '[]\n'],
  ['two documents', `${HOST}---\n${HOST}`],
  ['a key twice', top('default: cable')],
  ['a link twice', but('  wan1:', '  wan0:')],
  // YAML
  ['a bracket that is never closed', but('via: 192.0.2.1 }', 'via: 192.0.2.1')],
  ['a list that is never closed', but('[10.0.0.1/24]', '[10.0.0.1/24')],
  ['a missing comma', but('wan0, via', 'wan0 via')],
  ['no space after a colon, in braces', gateway('{ link:wan0, via: 192.0.2.1 }')],
  ['no space after a colon, in a block', gateway('\n    link: wan0\n    via:192.0.2.1')],
  ['a tab in the indentation', gateway('\n\tlink: wan0\n\tvia: 192.0.2.1')],
  ['a tab after a colon', but('default: fiber', 'default:\tfiber')],
  ['a line indented too far', gateway('\n    link: wan0\n      via: 192.0.2.1')],
  ['a line indented too little', gateway('\n    link: wan0\n   via: 192.0.2.1')],
  ['a key beside its parent', gateway('\n  link: wan0\n  via: 192.0.2.1')],
  ['links at the left', 'version: 1\nlinks:\nwan0:\n  addresses: [192.0.2.10/24]\n'],
  ['the gateways inside the links', but('gateways:\n', '  gateways:\n')],
  ['a quote that is never closed', but('default: fiber', 'default: "fiber')],
  ['a colon in a comment', link('{ addresses: [10.0.0.1/24], comment: office: first floor }')],
  ['a colon in a comment of a block', link('\n    comment: office: first floor')],
  ['an IPv6 prefix that ends in colons', top('local: [2001:db8::]')],
  ['Jinja without quotes', gateway('{ link: wan0, via: {{ wan_ip }} }')],
  ['Jinja alone', gateway('\n    link: wan0\n    via: {{ wan_ip }}')],
  ['Jinja in quotes', gateway('{ link: wan0, via: "{{ wan_ip }}" }')],
  ['a Jinja statement', `{% if dual %}\n${HOST}{% endif %}\n`],
  ['a shell variable', gateway('{ link: wan0, via: $WAN_IP }')],
  ['a shell variable in braces', gateway('{ link: wan0, via: "${WAN_IP}" }')],
  ['curly quotes', gateway('{ link: wan0, via: “192.0.2.1” }')],
  ['an alias without an anchor', gateway('{ link: wan0, via: *router }')],
  ['a merge key', 'version: 1\nlinks:\n  wan0: &card { mtu: 1500 }\n  wan1: { <<: *card }\n'],
  ['a no-break space', but('  fiber:', '\u00a0\u00a0fiber:')],
  // Keys of other tools
  ['netplan: network', 'network:\n  version: 2\n  ethernets:\n    eth0: { dhcp4: true }\n'],
  ['netplan: ethernets', but('links:', 'ethernets:')],
  ['netplan: gateway4', link('{ addresses: [10.0.0.1/24], gateway4: 10.0.0.254 }')],
  ['netplan: renderer', top('renderer: networkd')],
  ['netplan: routing-policy', top('routing-policy:\n  - { from: 10.0.0.0/24, table: 101 }')],
  ['netplan: match', link('{ match: { macaddress: 52:54:00:12:34:56 } }')],
  ['netplan: macaddress', link('{ macaddress: 52:54:00:12:34:56 }')],
  ['netplan: dhcp4-overrides', link('{ dhcp4: true, dhcp4-overrides: { use-routes: false } }')],
  ['netplan: bond parameters', link('{ bond: { links: [eth8], parameters: { mode: active-backup } } }')],
  ['netplan: mark in a rule', rule('{ mark: 1, gateway: fiber }')],
  ['networkd: IncomingInterface', rule('{ IncomingInterface: lan0, gateway: fiber }')],
  ['networkd: FirewallMark', rule('{ FirewallMark: 1/1, gateway: fiber }')],
  ['networkd: Destination', top('routes:\n  - { Destination: 10.9.0.0/16, Gateway: 192.0.2.9 }')],
  ['networkd: DHCP', link('{ DHCP: yes }')],
  ['networkd: MTUBytes', link('{ MTUBytes: 9000 }')],
  ['ifupdown: netmask', link('{ address: 10.0.0.1, netmask: 255.255.255.0 }')],
  ['ifupdown: auto', link('{ auto: true }')],
  ['ifupdown: post-up', link('{ post-up: ip rule add from 10.0.0.0/24 lookup 101 }')],
  ['ifupdown: bond-slaves', link('{ bond-slaves: [wan0, wan1] }')],
  ['ifupdown: vlan-raw-device', link('{ vlan-raw-device: wan0 }')],
  ['ifupdown: dns-nameservers', link('{ dns-nameservers: [10.0.0.53] }')],
  ['cloud-init: config', 'version: 1\nconfig:\n  - { type: physical, name: eth0 }\n'],
  ['cloud-init: subnets', link('{ subnets: [{ type: dhcp4 }] }')],
  ['cloud-init: mac_address', link('{ mac_address: 52:54:00:12:34:56 }')],
  ['NetworkManager: never-default', link('{ dhcp4: true, never-default: true }')],
  ['iproute2: dev', gateway('{ dev: wan0, via: 192.0.2.1 }')],
  ['iproute2: lookup', rule('{ from: 10.0.0.0/24, lookup: fiber }')],
  ['iproute2: prio', rule('{ from: 10.0.0.0/24, gateway: cable, prio: 100 }')],
  // Keys
  ['a slip in a key', link('{ adresses: [10.0.0.1/24] }')],
  ['a slip in a top key', but('gateways:', 'gatways:')],
  ['capitals in a key', but('default:', 'Default:')],
  ['an unknown key', link('{ speed: 1000 }')],
  ['no link', gateway('{ via: 192.0.2.1 }')],
  ['a vlan without a link', link('{ vlan: { id: 5 } }')],
  ['a bond without a mode', link('{ bond: { links: [eth8] } }')],
  ['a route without a destination', top('routes:\n  - { via: 192.0.2.9 }')],
  ['a rule without an action', rule('{ from: 10.0.0.0/24 }')],
  ['via in a rule', rule('{ from: 10.0.0.0/24, via: fiber }')],
  // Types
  ['a list of links', 'version: 1\nlinks: [eth0, eth1]\n'],
  [
    'a list of gateways with names',
    'version: 1\nlinks: { eth0: {} }\ngateways:\n  - { name: fiber, link: eth0 }\n',
  ],
  ['one rule without a list', top('rules:\n  from: 10.0.0.0/24\n  gateway: cable')],
  ['an address without a list', link('{ addresses: 10.0.0.1/24 }')],
  ['a list as default', but('default: fiber', 'default: [fiber, cable]')],
  ['weights as default', but('default: fiber', 'default: { fiber: 3, cable: 1 }')],
  ['an address as default', but('default: fiber', 'default: 192.0.2.1')],
  ['yes for true', link('{ dhcp4: yes }')],
  ['true in quotes', link('{ dhcp4: "true" }')],
  ['a number in quotes', link('{ mtu: "1500" }')],
  ['a key without a value', link('{ mtu: }')],
  ['an empty list', link('{ addresses: [] }')],
  // Addresses
  ['an octet above 255', gateway('{ link: wan0, via: 192.0.2.256 }')],
  ['three numbers', gateway('{ link: wan0, via: 192.0.2 }')],
  ['a leading zero', gateway('{ link: wan0, via: 192.0.2.01 }')],
  ['a length on a next hop', gateway('{ link: wan0, via: 192.0.2.1/24 }')],
  ['an address without a length', link('{ addresses: [10.0.0.1] }')],
  ['a netmask', link('{ addresses: [10.0.0.1/255.255.255.0] }')],
  ['a length of 33', link('{ addresses: [10.0.0.1/33] }')],
  ['a zone', gateway('{ link: wan0, via: "fe80::1%wan0" }')],
  ['two double colons', gateway('{ link: wan0, via: "2001:db8::5::1" }')],
  ['five digits', gateway('{ link: wan0, via: "2001:db8::12345" }')],
  ['a host name', gateway('{ link: wan0, via: router.example.org }')],
  ['dhcp as a next hop', gateway('{ link: wan0, via: dhcp }')],
  ['auto as a next hop', gateway('{ link: wan0, via: auto }')],
  ['a port with the address', gateway('{ link: wan0, via: "192.0.2.1:80" }')],
  ['the network as address', but('192.0.2.10/24', '192.0.2.0/24')],
  ['the broadcast address', but('192.0.2.10/24', '192.0.2.255/24')],
  ['an address twice', but('198.51.100.10/24', '192.0.2.10/24')],
  ['its own address as next hop', gateway('{ link: wan0, via: 192.0.2.10 }')],
  ['a next hop off the link', gateway('{ link: wan0, via: 192.0.3.1 }')],
  ['host bits in a rule', rule('{ from: 10.0.0.7/24, gateway: cable }')],
  ['two prefixes in one text', rule('{ from: "10.0.0.0/25,10.0.0.128/25", gateway: cable }')],
  ['any as source', rule('{ from: any, gateway: cable }')],
  ['a range of addresses', rule('{ from: 10.0.0.1-10.0.0.9, gateway: cable }')],
  ['a Cisco MAC address', link('{ mac: 5254.0012.3456 }')],
  ['a group MAC address', link('{ mac: "01:00:5e:00:00:01" }')],
  // Numbers and enumerations
  ['a unit behind a number', link('{ mtu: 1500B }')],
  ['milliseconds', link('{ bond: { mode: active-backup, links: [eth8], miimon: 100ms } }')],
  ['an MTU of 10', link('{ mtu: 10 }')],
  ['ports in one text', rule('{ dport: "80,443", gateway: cable }')],
  ['ports as iptables has them', rule('{ dport: "6000:6010", gateway: cable }')],
  ['ports the wrong way round', rule('{ dport: 6010-6000, gateway: cable }')],
  ['the name of a service', rule('{ dport: https, gateway: cable }')],
  ['a port of 70000', rule('{ dport: 70000, gateway: cable }')],
  ['the name of a user', rule('{ uidrange: alice, gateway: cable }')],
  ['a protocol that is none', rule('{ ipproto: htpp, gateway: cable }')],
  ['a mark without 0x', rule('{ fwmark: ff/ff, gateway: cable }')],
  ['a mark with a colon', rule('{ fwmark: "0x1:0xff", gateway: cable }')],
  ['lacp as a mode', link('{ bond: { mode: lacp, links: [eth8] } }')],
  ['a mode by its number', link('{ bond: { mode: 4, links: [eth8] } }')],
  ['underscores in a mode', link('{ bond: { mode: active_backup, links: [eth8] } }')],
  ['drop as an action', rule('{ from: 10.0.0.0/24, action: drop }')],
  ['inet6 as a family', rule('{ family: inet6, gateway: cable }')],
  ['the kernel’s table 254', but('link: wan0, via', 'table: 254, link: wan0, via')],
  ['a table in quotes', rule('{ to: 10.9.0.0/16, table: "102" }')],
  ['capitals in a gateway’s name', but('  fiber:', '  Fiber:')],
  ['an underscore in a gateway’s name', but('  cable:', '  cable_tv:')],
  ['a reserved name', but('  cable:', '  main:')],
  ['a slip in the name of a link', gateway('{ link: wna0, via: 192.0.2.1 }')],
  ['a slip in the name of a gateway', rule('{ from: 10.0.0.0/24, gateway: fibre }')],
  ['a name for a table that is none', rule('{ to: 10.9.0.0/16, table: office }')],
  ['Ubuntu’s release as netplan’s version', top('targets: { netplan: { version: 24.04 } }')],
  ['a version that YAML shortens', top('targets: { nm-keyfile: { version: 1.50 } }')],
  ['a target by its distribution', top('targets: { systemd-networkd: {} }')],
  ['a target that is none', top('targets: [netplann]')],
  ['a sysctl with a boolean', top('sysctls: { net.ipv4.ip_forward: true }')],
  ['sysctls as sysctl.conf has them', top('sysctls: [net.ipv4.ip_forward=1]')],
  // Several mistakes
  ['a bad mode beside unknown members', link('{ bond: { mode: lacp, links: [eth6, eth7] } }')],
  [
    'an unknown key beside a rule without an action',
    but('fiber: {', 'fiber: { speed: 5,') + 'rules:\n  - { from: 10.0.0.0/24 }\n',
  ],
  [
    'a slip in a rule beside a rule that the chosen stack has no key for',
    `${rule('{ from: 10.0.0.0/24, gateway: fibre }')}  - { dscp: ef, gateway: cable }\ntargets: [networkd]\n`,
  ],
  [
    'a slip in a link beside a version that is too old for the next one',
    `${link('{ adresses: [10.0.0.1/24] }').replace('eth9: {}', 'eth9: { vrf: { table: 900, links: [eth8] } }')}targets: { netplan: { version: "0.104" } }\n`,
  ],
  [
    'a slip in an address, without which the chosen stack would lack a family',
    `${link('{ addresses: [10.0.0.300/24], nameservers: { addresses: [10.0.0.53] } }')}targets: [nm-keyfile]\n`,
  ],
  // Allowed, but seldom meant
  [
    'a LAN’s rule with forwarding off',
    `${rule('{ from: lan0, gateway: cable }')}sysctls: { net.ipv4.ip_forward: 0 }\n`,
  ],
  [
    'the name of a VLAN without vlan',
    but('  lan0: { addresses: [10.0.0.1/24] }', '  wan0.10: { addresses: [10.0.0.1/24] }'),
  ],
  ['overlapping prefixes', but('10.0.0.1/24', '192.0.2.129/25')],
  ['fe80::1 on a link without IPv6', gateway('{ link: wan0, via: [192.0.2.1, "fe80::1"] }')],
  ['a version that nobody has released', top('targets: { networkd: { version: 300 } }')],
  ['a sysctl that runs a program', top('sysctls: { kernel.modprobe: /tmp/x }')],
  ['a sysctl for core dumps', top('sysctls: { kernel.core_pattern: core }')],
]
