import { describe, expect, it } from 'vitest'
import { planOf, reportedIn } from '../../helpers/plan-of.js'

const host = (links: string, gateways: string, rest = '') =>
  `links:\n${links}\ngateways:\n${gateways}\n${rest}`

/** `wan1 102 inet inet6 by lease in main 200, from 19000`. */
const followed = (text: string): readonly string[] =>
  (planOf(text).plan?.dynamic.tables ?? []).map(
    ({ link, table, families, routers, installedIn, metric, replies }) =>
      [
        [link, table, ...families].join(' '),
        ...(routers.length === 0
          ? []
          : [
              ['by lease', ...routers, 'in', installedIn, ...(metric === undefined ? [] : [metric])].join(
                ' ',
              ),
            ]),
        ...replies.map(({ word, pref }) => `${word} ${pref}`),
      ].join(', '),
  )

const fiber = '  fiber: { link: eth0, via: 192.0.2.1 }'
const eth0 = '  eth0: { addresses: [192.0.2.10/24] }'
const wan1 = '  wan1: { dhcp4: true, accept-ra: true }'
const cable = '  cable: { link: wan1, via: lease }'

describe('a gateway with a leased next hop', () => {
  it('has the routers of both families, in main with the metric of its position', () => {
    const text = host(`${eth0}\n${wan1}`, `${fiber}\n${cable}`, 'default: { failover: [fiber, cable] }')
    expect(reportedIn(text)).toEqual([])
    expect(followed(text)).toEqual(['wan1 102 inet inet6, by lease inet inet6 in main 200, from 19000'])
    expect(planOf(text).routes).not.toContainEqual(expect.stringContaining('wan1'))
  })

  it('has them only in its table if `default` does not name it', () => {
    const text = host(`${eth0}\n${wan1}`, `${fiber}\n${cable}`, 'default: fiber')
    expect(followed(text)).toEqual(['wan1 102 inet inet6, by lease inet inet6 in table, from 19000'])
  })

  it('may have a static next hop in one family and a leased one in the other', () => {
    const text = host(wan1, "  cable: { link: wan1, via: ['fe80::1', lease] }")
    expect(followed(text)).toEqual(['wan1 101 inet inet6, by lease inet in main 100, from 19000'])
    expect(planOf(text).routes).toEqual([
      '-6 default via fe80::1 dev wan1 table 101',
      '-6 default via fe80::1 dev wan1 metric 100',
    ])
  })

  it('has reply rules after those of static addresses, with one priority for each selector', () => {
    const text = host(
      '  wan1: { addresses: [198.51.100.10/24], dhcp4: true }',
      '  cable: { link: wan1, via: lease, reply: [from, to] }',
    )
    expect(followed(text)).toEqual(['wan1 101 inet, by lease inet in main 100, from 19000, to 19001'])
  })

  it('is the only gateway of a shared link with dynamic addresses', () => {
    const text = host(
      '  wan1: { addresses: [198.51.100.10/24], dhcp4: true }',
      '  cable: { link: wan1, via: lease, addresses: [] }\n  other: { link: wan1, via: 198.51.100.1 }',
      'default: other',
    )
    expect(reportedIn(text)).toEqual(['list-empty at gateways.cable.addresses'])
    const split = text.replace(', addresses: []', '')
    expect(followed(split).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['wan1 101'])
  })

  it('leaves the metric in main to the client of another program', () => {
    const text = host(`${eth0}\n${wan1}`, `${fiber}\n${cable}`, 'default: fiber').replace(
      'wan1: {',
      'wan1: { manage: routing,',
    )
    expect(followed(text)).toEqual(['wan1 102 inet inet6, by lease inet inet6 in main, from 19000'])
    expect(followed(`manage: routing\n${host(wan1, cable)}`)).toEqual([
      'wan1 101 inet inet6, by lease inet inet6 in main, from 19000',
    ])
    expect(planOf(`manage: routing\n${host(wan1, cable)}`).reported).toEqual([])
  })
})

describe('other dynamic tables', () => {
  it('track a link of another program without static addresses', () => {
    const vpn = (rest: string) =>
      host(
        `${eth0}\n  wg0: { manage: routing }`,
        `${fiber}\n  vpn: { link: wg0, via: none${rest} }`,
        'default: fiber',
      )
    expect(followed(vpn(''))).toEqual(['wg0 102 inet, from 19000'])
    expect(followed(vpn(', fail-closed: true'))).toEqual(['wg0 102 inet inet6, from 19000'])
    expect(followed(vpn(', reply: none, fwmark: 1/1'))).toEqual([])
  })

  it('track the network of a leased LAN link in each gateway’s table', () => {
    const text = host(
      `${eth0}\n  eth1: { addresses: [198.51.100.10/24] }\n  lan0: { dhcp4: true }`,
      `${fiber}\n  cable: { link: eth1, via: 198.51.100.1 }`,
      'default: fiber',
    )
    expect(followed(text)).toEqual(['lan0 101 inet', 'lan0 102 inet'])
  })

  it('do not exist if all addresses are static', () => {
    expect(followed(host(eth0, fiber))).toEqual([])
  })
})

describe('a multipath default with a lease', () => {
  const text = host(`${eth0}\n${wan1}`, `${fiber}\n${cable}`, 'default: { balance: { fiber: 3, cable: 1 } }')

  it('is dynamic in the families with two next hops', () => {
    const balances = planOf(text).plan?.dynamic.multipaths.map(({ family, metric, hops }) =>
      [family, metric, ...hops.map(({ dev, weight }) => `${dev}*${weight}`)].join(' '),
    )
    expect(balances).toEqual(['inet 100 eth0*3 wan1*1'])
    expect(planOf(text).routes).not.toContainEqual(expect.stringContaining('nexthop'))
  })

  it('is followed by the default route of each member', () => {
    expect(planOf(text).routes).toContain('-4 default via 192.0.2.1 dev eth0 metric 200')
    expect(followed(text)).toEqual(['wan1 102 inet inet6, by lease inet inet6 in main 300, from 19000'])
  })
})

describe('router advertisements', () => {
  const ra = (text: string) => planOf(text).sysctls.filter((line) => /ipv6.*(_ra|ra_)/.test(line))

  it('are accepted for `accept-ra`, with the metric in main', () => {
    expect(
      ra(host(`${eth0}\n${wan1}`, `${fiber}\n${cable}`, 'default: { failover: [fiber, cable] }')),
    ).toEqual([
      'net.ipv6.conf.eth0.accept_ra = 0',
      'net.ipv6.conf.wan1.accept_ra = 2',
      'net.ipv6.conf.wan1.accept_ra_defrtr = 1',
      'net.ipv6.conf.wan1.ra_defrtr_metric = 200',
    ])
  })

  it('add no default route that `default` does not name', () => {
    expect(ra(host(`${eth0}\n${wan1}`, fiber))).toContain('net.ipv6.conf.wan1.accept_ra_defrtr = 0')
  })
})
