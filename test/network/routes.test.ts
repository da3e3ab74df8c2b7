import { describe, expect, it } from 'vitest'
import { planOf } from '../helpers/plan-of.js'

const host = (route: string) =>
  planOf(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  lan0: { addresses: [10.0.0.1/24] }
  wg0: { manage: routing }
gateways:
  up: { link: eth0, via: 192.0.2.1 }
routes: [${route}]`)

const reported = (route: string) => host(route).reported
const routesOf = (route: string) =>
  host(route).routes.filter((line) => !/ table \d/.test(line) && !line.endsWith('metric 100'))

describe('the link of a route', () => {
  it('is the one whose prefix contains the next hop, or the one that the route names', () => {
    expect(routesOf('{ to: 10.7.0.0/16, via: 10.0.0.9 }')).toEqual(['-4 10.7.0.0/16 via 10.0.0.9 dev lan0'])
    expect(routesOf('{ to: 10.7.0.0/16, link: wg0 }')).toEqual(['-4 10.7.0.0/16 dev wg0 scope link'])
    expect(routesOf("{ to: 'fd01::/16', link: wg0 }")).toEqual(['-6 fd01::/16 dev wg0'])
    expect(routesOf("{ to: 'fd01::/16', via: 'fe80::1', link: lan0 }")).toEqual([
      '-6 fd01::/16 via fe80::1 dev lan0',
    ])
  })

  it('is reported if there is none', () => {
    expect(reported('{ to: 10.7.0.0/16 }')).toEqual(['route-no-way at routes[0]'])
    expect(reported('{ to: 10.7.0.0/16, via: 203.0.113.1 }')).toEqual(['route-no-way at routes[0]'])
    expect(reported("{ to: 'fd01::/16', via: 'fe80::1' }")).toEqual(['route-no-way at routes[0]'])
    expect(reported('{ to: 10.7.0.0/16, link: lan1 }')).toEqual(['link-unknown at routes[0].link'])
  })

  it('is rejected if the kernel would reject the route', () => {
    expect(reported('{ to: 10.7.0.0/16, via: 203.0.113.1, link: eth0 }')).toEqual([
      'nexthop-off-link at routes[0].via',
    ])
    expect(reported('{ to: 10.7.0.0/16, via: 192.0.2.10 }')).toEqual(['nexthop-own-address at routes[0].via'])
    expect(routesOf('{ to: 10.7.0.0/16, via: 203.0.113.1, link: eth0, onlink: true }')).toEqual([
      '-4 10.7.0.0/16 via 203.0.113.1 dev eth0 onlink',
    ])
  })

  it('may be one of several in a multipath route', () => {
    expect(
      routesOf('{ to: 10.7.0.0/16, nexthops: [{ via: 10.0.0.9, weight: 3 }, { via: 192.0.2.7 }] }'),
    ).toEqual([
      '-4 10.7.0.0/16 nexthop via 10.0.0.9 dev lan0 weight 3 nexthop via 192.0.2.7 dev eth0 weight 1',
    ])
    expect(reported("{ to: 'fd01::/16', nexthops: [{ link: lan0 }, { via: '2001:db8:a::7' }] }")).toEqual([
      'balance-device-inet6 at routes[0].nexthops[0]',
    ])
    expect(
      reported('{ to: 10.7.0.0/16, link: eth0, nexthops: [{ via: 10.0.0.9 }, { via: 10.0.0.8 }] }'),
    ).toEqual(['route-nexthops-conflict at routes[0].link'])
  })
})

describe('a route without a next hop', () => {
  it('takes neither a link nor a next hop', () => {
    expect(routesOf('{ to: 10.7.0.0/16, type: blackhole }')).toEqual(['-4 blackhole 10.7.0.0/16'])
    expect(reported('{ to: 10.7.0.0/16, type: throw, link: eth0 }')).toEqual([
      'route-type-conflict at routes[0].link',
    ])
  })

  it('means both families if it is a default route', () => {
    expect(routesOf('{ to: default, type: unreachable, metric: 4000 }')).toEqual([
      '-4 unreachable default metric 4000',
      '-6 unreachable default metric 4000',
    ])
  })
})

describe('a local route', () => {
  it('is on lo', () => {
    expect(routesOf('{ to: 203.0.113.0/24, type: local }')).toEqual([
      '-4 local 203.0.113.0/24 dev lo scope host table main',
    ])
  })
})

describe('the addresses of a route', () => {
  it('have one family', () => {
    expect(reported("{ to: 10.7.0.0/16, via: '2001:db8:a::7' }")).toEqual(['families-mixed at routes[0].via'])
    expect(reported("{ to: default, via: 192.0.2.7, src: '2001:db8:a::10', metric: 7 }")).toEqual([
      'families-mixed at routes[0].src',
    ])
  })

  it('include only sources of this host', () => {
    expect(routesOf('{ to: 10.7.0.0/16, via: 192.0.2.7, src: 10.0.0.1 }')).toEqual([
      '-4 10.7.0.0/16 via 192.0.2.7 dev eth0 src 10.0.0.1',
    ])
  })

  it('have no host bits in the destination', () => {
    expect(reported('{ to: 10.7.0.1/16, via: 192.0.2.7 }')).toEqual(['host-bits at routes[0].to'])
  })
})
