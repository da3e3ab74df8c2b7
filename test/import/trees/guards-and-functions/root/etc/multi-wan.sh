#!/bin/sh
# usage: run at boot and from cron

WAN="eth0"
WAN2="eth1"
TABLE=100

add_rule() {
	ip rule list | grep -q "$1 lookup $TABLE" || ip rule add $1 lookup $TABLE
}

ip addr replace 192.0.2.10/24 dev "$WAN"
ip link set "$WAN" up
ip route replace default via 192.0.2.1 dev "$WAN"

if [ -d /sys/class/net/$WAN2 ]; then
	ip addr replace 198.51.100.10/24 dev $WAN2
	ip link set $WAN2 up
	ip route replace 198.51.100.0/24 dev $WAN2 src 198.51.100.10 table $TABLE
	ip route replace default via 198.51.100.1 dev $WAN2 table $TABLE
	add_rule "from 198.51.100.10"
	ip rule show | grep -q "to 10.44.0.0/16" || ip rule add to 10.44.0.0/16 table $TABLE
else
	echo "no $WAN2" >&2
fi

ip route replace prohibit 203.0.113.0/24 2>/dev/null || exit 1

