// The description that `multihome init` writes: a host with two providers, each key told in a comment.

export const starter = `# A host's gateways: each a way out, with a routing table of its own.
# Check it:   multihome check FILE        What the kernel gets:   multihome plan FILE
# Render it:  multihome render FILE --target networkd --out ./out
version: 1

# The network devices by their kernel names (ip link). One that another program configures (PPP, WireGuard,
# Docker) says \`manage: routing\`.
links:
  eth0:
    addresses: [192.0.2.10/24, '2001:db8:a::10/64']
  eth1:
    addresses: [198.51.100.10/24]

# Replies from an address of a gateway leave by that gateway; nothing has to be said for it.
gateways:
  fiber:
    link: eth0
    via: [192.0.2.1, '2001:db8:a::1']
  cable:
    link: eth1
    via: 198.51.100.1
    # table: 102                # its number; automatic from 101
    # fwmark: 0x200/0xff00      # packets that a firewall has marked so leave here
    # fail-closed: true         # what belongs to it never leaves by another one

# Who carries everything else: a name, {failover: [...]}, {balance: {name: weight}} or none.
default: { failover: [fiber, cable] }

# Networks that no gateway's table may take away: containers, VPNs, other LANs.
# local: [172.17.0.0/16]

# Who takes which way, asked in this order.
rules:
  - { family: ipv4, ipproto: tcp, dport: 25, gateway: cable, comment: mail leaves by the address that DNS tells }
# - { from: 10.0.0.128/25, gateway: cable, else: unreachable }
# - { to: 203.0.113.0/24, table: main }

# Reverse-path filter and the like follow from the above; forwarding is switched on only here.
# sysctls: { net.ipv4.ip_forward: 1, net.ipv6.conf.all.forwarding: 1 }

# What is to be known of the stack on the host.
# targets: { networkd: { version: 252 } }
`
