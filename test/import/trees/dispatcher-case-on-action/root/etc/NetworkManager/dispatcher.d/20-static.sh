#!/bin/sh
[ "$1" = "eth0" ] && [ "$2" = "up" ] && ip route add 10.9.0.0/16 via 192.0.2.33 dev eth0
exit 0

