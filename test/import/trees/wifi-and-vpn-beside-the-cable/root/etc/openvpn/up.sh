#!/bin/sh
# $1 tun dev, $4 local address
ip route add 10.43.0.0/16 dev $1
ip rule add from $4 table 43
ip route add default dev $1 table 43

