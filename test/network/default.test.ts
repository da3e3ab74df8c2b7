import { describe, expect, it } from 'vitest'
import { planOf } from '../helpers/plan-of.js'

const host = (choice: string, extra = '') =>
  planOf(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24] }
  eth2: { addresses: ['2001:db8:c::10/64'] }
  ppp0: { manage: routing, addresses: [203.0.113.10/32, '2001:db8:d::10/128'] }
  stor0: { addresses: [10.0.0.1/24] }
gateways:
  both: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  four: { link: eth1, via: 198.51.100.1${extra} }
  six: { link: eth2, via: 'fe80::1' }
  ppp: { link: ppp0, via: none }
  storage: { link: stor0 }
${choice}`)

const reported = (choice: string, extra?: string) =>
  host(choice, extra).reported.filter((each) => !each.startsWith('address-unclaimed'))
const main = (choice: string, extra?: string) =>
  host(choice, extra).routes.filter((route) => route.includes('default') && !route.includes(' table '))

describe('the default route of main', () => {
  it('must be chosen if there is more than one gateway', () => {
    expect(reported('')).toEqual(['default-missing at gateways'])
    expect(reported('default: none')).toEqual([])
  })

  it('is that of the only gateway', () => {
    const { routes } = planOf(`
links: { eth0: { addresses: [192.0.2.10/24] } }
gateways: { up: { link: eth0, via: 192.0.2.1 } }`)
    expect(routes.at(-1)).toBe('-4 default via 192.0.2.1 dev eth0 metric 100')
  })

  it('names declared gateways with a next hop, each once', () => {
    expect(reported('default: fourr')).toEqual(['gateway-unknown at default'])
    expect(reported('default: { failover: [four, fourr] }')).toEqual([
      'gateway-unknown at default.failover[1]',
    ])
    expect(reported('default: { failover: [four, both, four] }')).toEqual([
      'default-gateway-twice at default.failover[2]',
    ])
    expect(reported('default: { balance: { four: 1, storage: 1 } }')).toEqual([
      'default-without-nexthop at default.balance.storage',
    ])
  })

  it('has metrics in the order of failover', () => {
    expect(main('default: { failover: [four, both, six] }')).toEqual([
      '-4 default via 198.51.100.1 dev eth1 metric 100',
      '-4 default via 192.0.2.1 dev eth0 metric 200',
      '-6 default via 2001:db8:a::1 dev eth0 metric 200',
      '-6 default via fe80::1 dev eth2 metric 300',
    ])
  })

  it('has the metric of the gateway, unless another gateway of the family has the same', () => {
    expect(main('default: { failover: [both, four] }', ', metric: 600')).toContain(
      '-4 default via 198.51.100.1 dev eth1 metric 600',
    )
    expect(reported('default: { failover: [both, four] }', ', metric: 100')).toEqual([
      'default-metric-taken at gateways.four.metric',
    ])
    expect(reported('default: { failover: [six, four] }', ', metric: 100')).toEqual([])
  })

  it('is, if balanced, one multipath route before the default route of each member', () => {
    expect(main('default: { balance: { both: 3, four: 1, six: 2 } }')).toEqual([
      '-4 default metric 100 nexthop via 192.0.2.1 dev eth0 weight 3 nexthop via 198.51.100.1 dev eth1 weight 1',
      '-4 default via 192.0.2.1 dev eth0 metric 200',
      '-4 default via 198.51.100.1 dev eth1 metric 300',
      '-6 default metric 100 nexthop via 2001:db8:a::1 dev eth0 weight 3 nexthop via fe80::1 dev eth2 weight 2',
      '-6 default via 2001:db8:a::1 dev eth0 metric 200',
      '-6 default via fe80::1 dev eth2 metric 400',
    ])
  })

  it('is balanced only in a family in which two members have a next hop', () => {
    expect(
      main('default: { balance: { both: 3, four: 1 } }').filter((route) => route.startsWith('-6')),
    ).toEqual(['-6 default via 2001:db8:a::1 dev eth0 metric 200'])
  })

  it('is not balanced over an IPv6 device', () => {
    expect(reported('default: { balance: { both: 1, ppp: 1 } }')).toEqual([
      'balance-device-inet6 at default.balance.ppp',
    ])
    expect(reported('default: { balance: { four: 1, ppp: 1 } }')).toEqual([])
  })
})

describe('a static default route', () => {
  it('may not duplicate the generated one, which is reported at the static route', () => {
    expect(reported('default: both\nroutes: [{ to: default, via: 198.51.100.7, metric: 100 }]')).toEqual([
      'route-duplicate at routes[0]',
    ])
    expect(reported('default: both\nroutes: [{ to: default, via: 198.51.100.7, metric: 101 }]')).toEqual([])
  })
})
