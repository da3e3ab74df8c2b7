import { expect, test } from 'vitest'
import { formatSysctlKey, linkOfSysctl, parseSysctlKey, sysctlPath } from '../../src/kernel/sysctl.js'

test.for([
  ['net.ipv4.ip_forward', 'net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward', undefined],
  ['net/ipv4/ip_forward', 'net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward', undefined],
  [
    'net.ipv6.conf.eth0.accept_ra',
    'net.ipv6.conf.eth0.accept_ra',
    '/proc/sys/net/ipv6/conf/eth0/accept_ra',
    'eth0',
  ],
  [
    'net/ipv4/conf/eth0.7/rp_filter',
    'net/ipv4/conf/eth0.7/rp_filter',
    '/proc/sys/net/ipv4/conf/eth0.7/rp_filter',
    'eth0.7',
  ],
  [
    'net.ipv4.conf.eth0/7.rp_filter',
    'net/ipv4/conf/eth0.7/rp_filter',
    '/proc/sys/net/ipv4/conf/eth0.7/rp_filter',
    'eth0.7',
  ],
] as const)('the sysctl key %s is read and written', ([text, formatted, path, link]) => {
  const key = parseSysctlKey(text)
  expect([formatSysctlKey(key), sysctlPath(key), linkOfSysctl(key)]).toEqual([formatted, path, link])
})
