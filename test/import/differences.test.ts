import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { compareWithSource } from '../../src/import/differences.js'
import { bestOf, importTree } from '../../src/import/import.js'
import type { SourcePlan } from '../../src/import/source-plan.js'
import type { KernelPlan } from '../../src/plan/plan.js'

function planOf(choice: string): KernelPlan {
  const { plan } = compile(
    `version: 1
links: { eth0: { addresses: [192.0.2.10/24] }, eth1: { addresses: [198.51.100.10/24] }, eth2: { addresses: [203.0.113.10/24] } }
gateways:
  one: { link: eth0, via: 192.0.2.1, reply: none }
  two: { link: eth1, via: 198.51.100.1, reply: none }
  three: { link: eth2, via: 203.0.113.1, reply: none }
default: ${choice}
`,
    { targets: [] },
  )
  if (plan === undefined) throw new Error('no plan')
  return plan
}

const sourceOf = (plan: KernelPlan): SourcePlan => ({
  plan: { ...plan, intent: { ...plan.intent, gateways: [] } },
  links: new Map(),
  placeOf: () => undefined,
  problems: [],
  isOurs: true,
})

const routesOf = (before: string, after: string) =>
  compareWithSource(sourceOf(planOf(before)), planOf(after))
    .differences.filter(({ kind }) => kind === 'routes')
    .map(({ what }) => what)

describe('metrics of default routes', () => {
  it('are renumbered if the order stays', () => {
    expect(routesOf('{ failover: [one, two] }', '{ failover: [one, two] }')).toEqual([])
  })

  it('differ if two backups change places, which no packet sees before the first link fails', () => {
    expect(routesOf('{ failover: [one, two, three] }', '{ failover: [one, three, two] }')).toEqual([
      'route default via 203.0.113.1 dev eth2 metric 200',
      'route default via 198.51.100.1 dev eth1 metric 300',
    ])
  })

  it('decide the order of a balanced default also if its next hops have another one in each family', () => {
    const dual = (name: string, index: number): string =>
      `${name}: { addresses: ['192.0.${index}.10/24', '2001:db8:${index}::10/64'] }`
    const { plan } = compile(
      `version: 1
links: { ${['a0', 'b0', 'c0'].map((name, index) => dual(name, index + 2)).join(', ')} }
gateways:
  c: { link: c0, via: [192.0.4.1, '2001:db8:4::1'], reply: none }
  b: { link: b0, via: [192.0.3.1, '2001:db8:3::1'], reply: none }
  a: { link: a0, via: 192.0.2.1, reply: none }
default: { balance: { c: 1, b: 1, a: 1 } }
`,
      { targets: [] },
    )
    if (plan === undefined) throw new Error('no plan')
    const routes = plan.state.routes.map((route) => {
      if (route.type !== 'unicast') return route
      const [first, second, ...others] = route.nexthops
      return second === undefined ? route : { ...route, nexthops: [second, first, ...others] as const }
    })
    const { description, comparison } = bestOf(sourceOf({ ...plan, state: { ...plan.state, routes } }), {})
    expect(description).toContain('balance: { c: 1, b: 1, a: 1 }')
    expect(comparison?.differences).toEqual([])
  })

  it('decide the order of a balanced default, whatever the order of its next hops', () => {
    const plan = planOf('{ balance: { one: 1, two: 1, three: 1 } }')
    const routes = plan.state.routes.map((route) => {
      if (route.type !== 'unicast') return route
      const [first, second, ...others] = route.nexthops
      return second === undefined ? route : { ...route, nexthops: [second, first, ...others] as const }
    })
    const { description, comparison } = bestOf(sourceOf({ ...plan, state: { ...plan.state, routes } }), {})
    expect(description).toContain('balance: { one: 1, two: 1, three: 1 }')
    expect(comparison?.differences).toEqual([])
  })
})

describe('a default route that only gets another metric and the flag onlink', () => {
  it('is no difference', () => {
    const { description, comparison } = importTree(
      new Map([
        [
          '/etc/network/interfaces',
          `auto eth0
iface eth0 inet static
  address 192.0.2.213/32
  pointopoint 192.0.2.193
  gateway 192.0.2.193
iface eth0 inet6 static
  address 2001:db8:1::2/128
  gateway fe80::1
`,
        ],
      ]),
    )
    expect(description).toContain('via: [192.0.2.193, fe80::1], onlink: true')
    expect(comparison?.differences.filter(({ kind }) => kind === 'routes')).toEqual([])
    expect(comparison?.unseen).not.toEqual([])
  })
})
