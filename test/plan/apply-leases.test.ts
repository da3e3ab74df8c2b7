import { describe, expect, it } from 'vitest'
import { parseAddress, type Address } from '../../src/kernel/address.js'
import { parsePrefix, type Prefix } from '../../src/kernel/prefix.js'
import { applyLeases, type LeaseData } from '../../src/plan/apply-leases.js'
import type { LinkName } from '../../src/kernel/link.js'
import { routeCommand, ruleCommand } from '../../src/syntax/iproute2.js'
import { planOf } from '../helpers/plan-of.js'

const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}
const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

const text = `
links:
  eth0: { addresses: [192.0.2.10/24] }
  wan1: { dhcp4: true, accept-ra: true, dhcp6: true }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: wan1, via: lease, reply: [from, to] }
default: { failover: [fiber, cable] }
`

function leased(
  description: string,
  link: string,
  facts: Partial<Record<keyof LeaseData, readonly string[]>>,
) {
  const { plan } = planOf(description)
  if (plan === undefined) throw new Error('no plan')
  const had: LeaseData = {
    addresses: (facts.addresses ?? []).map(prefix),
    routers: (facts.routers ?? []).map(address),
  }
  const whole = applyLeases(plan, new Map([[link as LinkName, had]]))
  const before = new Set<unknown>([...plan.state.rules, ...plan.state.routes])
  return {
    rules: whole.state.rules
      .filter((rule) => !before.has(rule))
      .map((rule) => ruleCommand('add', rule).slice(1).join(' ')),
    routes: whole.state.routes
      .filter((route) => !before.has(route))
      .map((route) => routeCommand('add', route).slice(1).join(' ')),
    addresses: whole.state.links.find(({ name }) => name === link)?.addresses.length,
  }
}

describe('a plan with leases applied', () => {
  it('has rules for the address, its network and the router in the table, and the default in main', () => {
    const { rules, routes } = leased(text, 'wan1', {
      addresses: ['198.51.100.80/24'],
      routers: ['198.51.100.1'],
    })
    expect(rules).toEqual([
      '-4 rule add pref 19000 from 198.51.100.80 lookup 102',
      '-4 rule add pref 19001 to 198.51.100.80 lookup 102',
    ])
    expect(routes).toEqual([
      '-4 route add 198.51.100.0/24 dev wan1 scope link src 198.51.100.80 table 102',
      '-4 route add default via 198.51.100.1 dev wan1 onlink src 198.51.100.80 table 102',
      '-4 route add default via 198.51.100.1 dev wan1 metric 200',
    ])
  })

  it('has an off-link router, which the client reaches by a host route', () => {
    const { routes } = leased(text, 'wan1', { addresses: ['198.51.100.80/32'], routers: ['198.51.100.1'] })
    expect(routes).toEqual([
      '-4 route add default via 198.51.100.1 dev wan1 onlink src 198.51.100.80 table 102',
      '-4 route add default via 198.51.100.1 dev wan1 onlink metric 200',
    ])
  })

  it('has one rule for an advertised prefix, and one for each DHCPv6 address', () => {
    const { rules, routes } = leased(text, 'wan1', {
      addresses: ['2001:db8:b::1111/64', '2001:db8:b::2222/64', '2001:db8:b::80/128'],
      routers: ['fe80::1'],
    })
    expect(rules.filter((rule) => rule.includes('from'))).toEqual([
      '-6 rule add pref 19000 from 2001:db8:b::/64 lookup 102',
      '-6 rule add pref 19000 from 2001:db8:b::80 lookup 102',
    ])
    expect(routes).toEqual([
      '-6 route add 2001:db8:b::/64 dev wan1 table 102',
      '-6 route add default via fe80::1 dev wan1 table 102',
      '-6 route add default via fe80::1 dev wan1 metric 200',
    ])
  })

  it('has no default route in main that is unwanted or of another program', () => {
    const apart = text.replace('{ failover: [fiber, cable] }', 'fiber')
    const { routes } = leased(apart, 'wan1', { addresses: ['198.51.100.80/32'], routers: ['100.64.0.1'] })
    expect(routes).toEqual([
      '-4 route add default via 100.64.0.1 dev wan1 onlink src 198.51.100.80 table 102',
    ])
  })

  it('has the addresses on the link, and no routes without addresses', () => {
    expect(leased(text, 'wan1', { addresses: ['198.51.100.80/24'] }).addresses).toBe(1)
    expect(leased(text, 'wan1', {})).toEqual({ rules: [], routes: [], addresses: 0 })
  })
})
