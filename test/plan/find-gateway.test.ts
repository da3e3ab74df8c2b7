import { describe, expect, it } from 'vitest'
import type { Family } from '../../src/kernel/family.js'
import { isLinkName } from '../../src/kernel/link.js'
import { findGateway } from '../../src/plan/find-gateway.js'
import { planOf } from '../helpers/plan-of.js'

const { plan, reported } = planOf(`
links:
  eth0: { addresses: [192.0.2.10/24, 192.0.2.11/24] }
  eth1: { dhcp4: true }
  tun0: { manage: routing, addresses: [10.9.0.2/32, "2001:db8:9::2/128"] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1, addresses: [192.0.2.10] }
  twin: { link: eth0, via: 192.0.2.1, addresses: [192.0.2.11] }
  lte: { link: eth1, via: lease }
  vpn: { link: tun0, via: none }
default: { failover: [fiber, lte] }
rules: [{ to: 203.0.113.0/24, gateway: vpn }, { to: 198.51.100.0/24, gateway: twin }]
`)

const nameOf = (table: number, dev: string, text?: string, family: Family = 'inet'): string | undefined => {
  if (plan === undefined || !isLinkName(dev)) throw new Error(reported.join(', '))
  const via = text === undefined ? {} : { via: { family, text } }
  return findGateway(plan, family, table, { dev, ...via })?.name
}

const tableOf = (name: string): number => plan?.intent.tables.find((table) => table.name === name)?.id ?? 0

describe('gatewayOf', () => {
  it('finds a gateway by link and next hop', () => {
    expect(nameOf(254, 'eth0', '192.0.2.1')).toBe('fiber')
    expect(nameOf(254, 'eth0', '192.0.2.9')).toBeUndefined()
    expect(nameOf(254, 'eth1', '192.0.2.1')).toBe('lte')
    expect(nameOf(254, 'eth1')).toBeUndefined()
  })

  it('prefers the gateway of the table if two have the same next hop', () => {
    expect(nameOf(tableOf('twin'), 'eth0', '192.0.2.1')).toBe('twin')
  })

  it('finds a gateway without a next hop by its link', () => {
    expect(nameOf(254, 'tun0')).toBe('vpn')
    expect(nameOf(254, 'eth0')).toBeUndefined()
  })

  it('finds no gateway in a family without a next hop', () => {
    expect(nameOf(254, 'tun0', undefined, 'inet6')).toBe('vpn')
    expect(nameOf(254, 'eth0', 'fe80::1', 'inet6')).toBeUndefined()
  })
})
