import { describe, expect, it } from 'vitest'
import { joinComment } from '../../src/syntax/comment-lines.js'

describe('comment lines', () => {
  it('are joined by blanks', () => {
    expect(joinComment(['the office,', '', ' second floor '])).toBe('the office, second floor')
    expect(joinComment(['', ' '])).toBeUndefined()
  })

  it.each([
    'gateway 198.51.100.17',
    'post-up ip route add default via 192.0.2.2 metric 50',
    '\tup route add -net 172.16.0.0/12 gw 10.20.0.1',
    'ip -6 rule add from 2001:db8::/64 table 7',
    '/sbin/ip route flush table 3 2>/dev/null',
    'iptables -t mangle -A PREROUTING -j MARK --set-mark 2',
    'echo 2 > /proc/sys/net/ipv4/conf/eth0/rp_filter',
    'iface eth0 inet static',
    'auto eth0 eth0:1',
    'netmask 255.255.255.0',
    'dns-nameservers 192.0.2.53 9.9.9.9',
    'bridge_hw 52:54:00:aa:bb:cc',
    'GATEWAY2=10.20.0.3',
    'config_eth0="192.0.2.10/24"',
    'Gateway=192.0.2.1',
    '[Route]',
    '"172.16.0.0/12 via 10.0.0.1"',
    'from 192.0.2.10 table isp2',
    'gateway4: 192.0.2.1',
    '- to: 10.0.0.0/8',
    'via: 192.0.2.1',
    'dhcp4: true',
  ])('are nothing that somebody has switched off: %s', (line) => {
    expect(joinComment([line])).toBeUndefined()
    expect(joinComment(['until the move', line])).toBe('until the move')
  })

  it.each([
    'gateway of the second provider',
    'ip addresses of customers',
    'ip address of the second line',
    'route to the office',
    'up since 2011',
    'up to three hosts',
    'down at night',
    'auto negotiation is off on the switch',
    'network 10.20.0.0 is the lab',
    'source routing for the second line, called by ifup for every interface',
    'from 10.0.0.0/8: the lab',
    'via the old router',
    'note: do not touch',
    'table: see the wiki',
    'ifmetric',
    'bond of both cards',
    'default via fiber, cable is the backup',
    '192.0.2.11 is for mail',
    'echo cancelling PBX',
    'x == y',
  ])('are words of a person: %s', (line) => {
    expect(joinComment([line])).toBe(line)
  })
})
