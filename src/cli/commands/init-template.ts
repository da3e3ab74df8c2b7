// Description that `multihome init` prints: a host with two providers, with a comment on each key.

export const starter = `# The gateways of a host. Each has a routing table of its own.
# Check it:   multihome check FILE        What the kernel gets:   multihome plan FILE
# Render it:  multihome render FILE --target networkd --out ./out
version: 1

# Network devices by their kernel names (ip link). If another program configures one (PPP, WireGuard, Docker),
# write \`manage: routing\`.
links:
  eth0:
    addresses: [192.0.2.10/24, '2001:db8:a::10/64']
  eth1:
    addresses: [198.51.100.10/24]

# Replies from an address of a gateway leave by that gateway, without any rule.
gateways:
  fiber:
    link: eth0
    via: [192.0.2.1, '2001:db8:a::1']
  cable:
    link: eth1
    via: 198.51.100.1
    # table: 102                # its number; automatic from 101
    # fwmark: 0x200/0xff00      # packets with this mark, set by a firewall, leave here
    # fail-closed: true         # its packets never leave by another gateway

# Gateway of all other packets: a name, {failover: [...]}, {balance: {name: weight}} or none.
default: { failover: [fiber, cable] }

# Networks that packets reach whatever the gateway: containers, VPNs, other LANs.
# local: [172.17.0.0/16]

# Gateways of certain packets; the first rule that matches decides.
rules:
  - { family: ipv4, ipproto: tcp, dport: 25, gateway: cable, comment: mail needs the address with a PTR record }
# - { from: 10.0.0.128/25, gateway: cable, else: unreachable }
# - { to: 203.0.113.0/24, table: main }

# multihome sets the reverse-path filter and similar sysctls; only forwarding must be enabled here.
# sysctls: { net.ipv4.ip_forward: 1, net.ipv6.conf.all.forwarding: 1 }

# Settings of the stacks, for example the version on the host.
# targets: { networkd: { version: 252 } }
`
