#!/bin/bash
PATH=/sbin:/bin:/usr/sbin:/usr/bin

ifconfig eth0 192.0.2.10 netmask 255.255.255.0 up
ifconfig eth1 198.51.100.10 netmask 255.255.255.0 up
ifconfig eth2 203.0.113.10/24 up
route add default gw 192.0.2.1

ip route add default via 192.0.2.1 dev eth0 table 101
ip route add default via 198.51.100.1 dev eth1 table 102
ip route add default via 203.0.113.1 dev eth2 table 103

for i in 1 2 3; do
    ip rule add fwmark $i table 10$i
done

# connections keep their line
iptables -t mangle -A PREROUTING -j CONNMARK --restore-mark
iptables -t mangle -A PREROUTING -i eth1 -m conntrack --ctstate NEW -j MARK --set-mark 2
iptables -t mangle -A PREROUTING -i eth2 -m conntrack --ctstate NEW -j MARK --set-mark 3
iptables -t mangle -A POSTROUTING -j CONNMARK --save-mark

ip route flush cache

