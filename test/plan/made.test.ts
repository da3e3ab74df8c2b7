import { describe, expect, it } from 'vitest'
import { connectedRoutes, localRoutes } from '../../src/lookup/kernel-routes.js'
import { requirementsOf } from '../../src/plan/requires.js'
import { planOf } from '../helpers/plan-of.js'

const { plan, routes } = planOf(`
links:
  mgmt: { vrf: { table: 99, links: [mgmt0] } }
  lan0: { bridge: { links: [port0] }, addresses: [10.0.0.1/24] }
  wan0: { addresses: [192.0.2.10/24] }
  port0: {}
  mgmt0: { addresses: [10.99.0.10/24, '2001:db8:99::10/64'] }
gateways:
  fiber: { link: wan0, via: 192.0.2.1 }
`)
if (plan === undefined) throw new Error('no plan')

describe('virtual links in a plan', () => {
  it('come after their lower links', () => {
    expect(plan.state.links.map(({ name }) => name)).toEqual(['mgmt0', 'mgmt', 'port0', 'lan0', 'wan0'])
  })

  it('need kernel options', () => {
    const options = requirementsOf(plan).options.map(({ option }) => option)
    expect(options).toEqual(expect.arrayContaining(['CONFIG_BRIDGE', 'CONFIG_NET_VRF']))
    expect(options).not.toContain('CONFIG_BONDING')
  })
})

describe('a VRF in a plan', () => {
  it('has a reject fallback in both families', () => {
    expect(plan.intent.tables.find(({ id }) => id === 99)?.name).toBe('mgmt')
    expect(
      plan.state.routes.filter(({ table }) => table === 99).map(({ type, family }) => [family, type]),
    ).toEqual(
      expect.arrayContaining([
        ['inet', 'unreachable'],
        ['inet6', 'unreachable'],
      ]),
    )
  })

  it('excludes its members’ networks from the gateways’ tables', () => {
    expect(routes.filter((line) => line.includes('mgmt0'))).toEqual([])
    expect(routes.some((line) => line.startsWith('-4 10.0.0.0/24 dev lan0'))).toBe(true)
  })

  it('has its members’ connected and local routes in its table, as the kernel does', () => {
    const over = [...connectedRoutes(plan), ...localRoutes(plan)].filter(({ nexthops }) =>
      nexthops.some(({ dev }) => dev === 'mgmt0'),
    )
    expect(over.length).toBeGreaterThan(3)
    expect(new Set(over.map(({ table }) => table))).toEqual(new Set([99]))
  })
})
