import { describe, expect, it } from 'vitest'
import {
  linksWithRoutes,
  multipathLinks,
  multipathRoutes,
  owningLink,
  routesOwnedBy,
} from '../../src/plan/route-owner.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { plainLink, readRoute } from '../helpers/parse-ip.js'
import { emptyPlan } from '../helpers/empty-plan.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

const route = (text: string) => readRoute('inet', text, origin)

const single = route('default via 192.0.2.1 dev eth0')
const closing = route('unreachable default metric 2000000000')
const device = route('10.0.0.0/8 dev eth1')
const multipath = route(
  'default metric 100 nexthop via 192.0.2.1 dev eth0 weight 1 nexthop via 198.51.100.1 dev eth1 weight 1 nexthop via 192.0.2.2 dev eth0 weight 1',
)
const eth0 = plainLink('eth0', ['192.0.2.10/24'])
const eth1 = plainLink('eth1', ['198.51.100.10/24'])
const plan: KernelPlan = {
  ...emptyPlan,
  state: { ...emptyPlan.state, links: [eth0, eth1], routes: [single, closing, device, multipath] },
}

describe('the owning link of a route', () => {
  it('is its link, lo without a next hop, and undefined for multipath', () => {
    expect([single, closing, device, multipath].map(owningLink)).toEqual(['eth0', 'lo', 'eth1', undefined])
  })

  it('groups every route once', () => {
    expect(linksWithRoutes(plan.state.links, plan.state.routes)).toEqual([
      { link: eth0, routes: [single] },
      { link: eth1, routes: [device] },
    ])
    expect(routesOwnedBy(plan, eth0.name)).toEqual([single])
    expect(multipathRoutes(plan)).toEqual([multipath])
    expect(multipathLinks(multipath)).toEqual(['eth0', 'eth1'])
  })
})
