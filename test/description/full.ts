// A description with every key of the language once, except for keys that no target supports yet.
export const full = `
version: 1
manage: full
links:
  eth0:
    manage: full
    addresses: [192.0.2.10/24, '2001:db8::10/64']
    dhcp4: false
    dhcp6: false
    accept-ra: false
    mtu: 1500
    mac: '52:54:00:AB:00:01'
    nameservers: { addresses: [192.0.2.53, '2001:db8::53'], search: [example.org, lab] }
    optional: true
    comment: the first card, in the rack
  eth2: {}
  eth3: {}
  eth4: {}
  bond0: { bond: { mode: balance-tlb, links: [eth2], miimon: 50, primary: eth2, xmit-hash-policy: layer3+4 } }
  bond1: { bond: { mode: 802.3ad, links: [eth3], lacp-rate: fast } }
  bond1.7: { vlan: { id: 7, link: bond1 } }
  br0: { bridge: { links: [bond1.7], stp: true, forward-delay: 4 } }
  mgmt: { vrf: { table: 99, links: [eth4] } }
  eth1.100: { addresses: [198.51.100.10/24] }
  wg0: { manage: routing, addresses: [10.9.0.2/32] }
gateways:
  fiber:
    link: eth0
    via: [192.0.2.1, 'fe80::1']
    addresses: [192.0.2.10]
    lease-routes: true
    onlink: true
    table: 1
    reply: [from, to]
    fwmark: 0x100/0xff00
    fail-closed: true
    routes: [{ to: 203.0.113.0/24, via: 192.0.2.9 }]
    metric: 50
    connected: [eth0]
    comment: kept short
  cable: { link: eth1.100, via: 198.51.100.1, reply: none, fwmark: 512 }
  vpn: { link: wg0, via: none }
default: { failover: [fiber, cable] }
local: [172.17.0.0/16, '2001:db8:c::/48', wg0, 10.1.2.3]
rules:
  - name: mail-of-users
    from: 10.0.0.0/8
    to: [192.0.2.7, eth1.100]
    iif: lo
    oif: [eth0, wg0]
    fwmark: 0x1/0x1
    tos: 0x10
    ipproto: tcp
    sport: 1000-2000
    dport: [25, 587]
    uidrange: 1000-1999
    not: false
    family: ipv4
    gateway: fiber
    suppress-prefixlength: 0
    else: unreachable
    priority: 1200
    comment: mail
  - { from: eth0, table: main }
  - { to: 10.0.0.0/8, table: extra, ipproto: 47 }
  - { to: 10.1.0.0/16, table: 77 }
  - { iif: wg0, dscp: [ef, 10], action: prohibit }
  - { fwmark: [1, 2/3], goto: 1300 }
tables:
  extra: { id: 300, routes: [{ to: default, link: wg0 }], comment: further }
routes:
  - { to: default, via: 192.0.2.1, link: eth0, src: 192.0.2.10, metric: 7, onlink: false, mtu: 1400, comment: one }
  - { to: 10.5.0.0/16, type: blackhole }
  - to: 10.6.0.0/16
    nexthops: [{ via: 192.0.2.1, link: eth0, weight: 2, onlink: true }, { link: wg0 }]
sysctls: { net.ipv4.ip_forward: 1, net/ipv4/conf/eth1.100/rp_filter: '2', net.ipv4.tcp_rmem: 4096 131072 6291456, kernel.panic: 10 }
sysctls-beyond-net: [kernel.panic]
marks: none
allocate: { tables: 200, priorities: 10000 }
coexist: [tailscale, docker]
programs: /opt/multihome
targets:
  netifrc: { version: 0.7.3, linux: '6.12', iproute2: '6.13' }
  ifupdown:
    { version: 0.8.44, linux: '6.12', iproute2: '6.13', flavour: ifupdown2, layout: drop-in, file: multihome }
  nm-dispatcher: { version: '1.42', linux: '6.12', iproute2: '6.13', file: 50-multihome }
  nm-keyfile: { version: 1.52.1-2, linux: '6.12', iproute2: '6.13', file: 50-multihome }
  networkd: { version: 257, linux: '6.12', iproute2: '6.13', files: { eth0: 10-eth0.network } }
  netplan:
    version: '1.1'
    linux: '6.12'
    iproute2: '6.13'
    systemd: 257
    renderer: NetworkManager
    beyond-yaml: dispatcher
    file: 60-multihome.yaml
    definitions: { eth0: ethernets.uplink }
  iproute2: { version: '6.15', linux: '6.12', path: /usr/local/sbin/multihome.sh }
`
