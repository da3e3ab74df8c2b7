// Key names of other tools, and what this language calls them.

/** Our keys, each with other names for it in lower case. Of several rows, the first whose key is known at a place counts. */
const otherNames: readonly (readonly [key: string, others: string])[] = [
  ['descriptions', 'hosts include includes input inputs files'],
  ['output', 'dest out out-dir outdir rendered'],
  ['links', 'bonds bridges device devices ethernets iface interface interface-name interfaces members'],
  ['links', 'networks nics ports slaves vlans vrfs'],
  ['gateways', 'gateway gateway4 gateway6 providers uplinks wan'],
  ['local', 'networks'],
  ['rules', 'policy routing-policy routingpolicyrule'],
  ['sysctls', 'sysctl'],
  ['link', 'dev device iface interface interface-name nic parent raw-device'],
  ['addresses', 'address address1 cidr ip ip_address subnet'],
  ['dhcp4', 'dhcp'],
  ['accept-ra', 'acceptra ipv6acceptra'],
  ['mtu', 'mtubytes'],
  ['mac', 'hwaddr hwaddress mac_address macaddress'],
  ['nameservers', 'dns nameserver'],
  ['bond', 'bonding'],
  ['id', 'tag vlanid'],
  ['mode', 'kind'],
  ['miimon', 'mii_monitor_interval mii-monitor-interval'],
  ['via', 'gateway gateway4 gateway6 gw next-hop nexthop router'],
  ['fail-closed', 'killswitch'],
  ['failover', 'fallback'],
  ['balance', 'balanced'],
  ['from', 'source src'],
  ['to', 'address cidr dest destination dst network subnet'],
  ['iif', 'dev incominginterface interface'],
  ['oif', 'outgoinginterface'],
  ['fwmark', 'firewallmark mark'],
  ['tos', 'type-of-service typeofservice'],
  ['ipproto', 'ip-protocol ipprotocol proto protocol'],
  ['sport', 'source-port sourceport'],
  ['dport', 'destination-port destinationport port ports'],
  ['uidrange', 'uid user'],
  ['gateway', 'gw out via'],
  ['table', 'lookup'],
  ['priority', 'order pref preference prio'],
  ['src', 'preferredsource prefsrc source'],
  ['metric', 'route-metric'],
  ['onlink', 'gatewayonlink on-link'],
  ['nexthops', 'nexthop'],
  ['comment', 'description name note'],
]

/** Keys without a counterpart of another name, in lower case, and the fix for them. */
const fixes: Readonly<Record<string, string>> = {
  all: 'Write `default: none`, `failover` or `balance`.',
  auto: 'Remove it: every link of the description is brought up at boot.',
  'bond-master': 'Write it at the bond: `bond0: {bond: {mode: active-backup, links: [eth0, eth1]}}`.',
  'bond-lacp-rate bond-miimon bond-mode bond-ports bond-primary bond-slaves':
    'Write `bond: {mode: active-backup, links: [eth0, eth1]}`.',
  'bridge-ports bridge_ports': 'Write `bridge: {links: [eth1, eth2]}`.',
  broadcast: 'Remove it: the kernel computes it from the address and its prefix length.',
  config: 'This looks like cloud-init’s network configuration. Begin with `version: 1` and `links:`.',
  connection: 'This looks like a keyfile of NetworkManager. Begin with `version: 1` and `links:`.',
  critical: 'Remove it: no target takes down a link that the host boots from.',
  'descriptions output strict':
    'This is a key of multihome.yaml, which describes a repository: multihome check, without a file, reads it.',
  'dhcp4-overrides dhcp6-overrides ignore-auto-routes':
    'Remove it: the default route of a lease is used for gateways with `via: lease` only.',
  'dns-nameservers dns-search': 'Write `nameservers: {addresses: [192.0.2.53], search: [example.org]}`.',
  'gateway gateway4 gateway6': 'Write a gateway under `gateways`: `fiber: {link: eth0, via: 192.0.2.1}`.',
  gateway_ip: 'Write a gateway under `gateways`, with this address as its `via`.',
  'link-local': 'Remove it: each stack keeps its default for link-local addresses.',
  'match set-name': 'Remove it: name the link as the kernel names it (`ip link`), such as `eth0`.',
  method: 'Write `dhcp4: true` for DHCP, or `addresses: […]`.',
  netmask: 'Write the length behind the address: `addresses: [192.0.2.10/24]`.',
  network:
    'This looks like netplan’s YAML. Here `links`, `gateways` and `rules` stand at the top, without `network:`.',
  'never-default': 'Leave the gateway out of `default`, or write `default: none`.',
  parameters: 'Write its keys directly under `bond` or `bridge`.',
  'post-up pre-up up':
    'Remove it: multihome runs no commands; write routes under `routes` and rules under `rules`.',
  renderer: 'Write it as a setting of the target: `targets: {netplan: {renderer: networkd}}`.',
  scope: 'Remove it: multihome chooses the scope of a route.',
  subnets: 'Write `addresses: [192.0.2.10/24]` or `dhcp4: true`.',
  type: 'Remove it: `vlan`, `bond`, `bridge` or `vrf` says what kind of link it is; a card has none of them.',
  'vlan-id vlan-raw-device': 'Write `vlan: {id: 10, link: eth0}`.',
}

const hasName = (names: string, key: string): boolean => names.split(' ').includes(key.toLowerCase())

/** The key of this language that another tool's key stands for, of those in `known`. */
export const aliasOf = (key: string, known: readonly string[]): string | undefined =>
  otherNames.find(([own, others]) => known.includes(own) && hasName(others, key))?.[0]

export const fixForForeignKey = (key: string): string | undefined =>
  Object.entries(fixes).find(([names]) => hasName(names, key))?.[1]
