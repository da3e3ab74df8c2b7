import { describe, expect, it } from 'vitest'
import { oneProvider, planOf, twoProviders } from '../../helpers/plan-of.js'

const tableOf = (text: string, table: string) =>
  planOf(text)
    .routes.filter((route) => route.includes(` table ${table}`))
    .map((route) => route.replace(` table ${table}`, ''))

describe('the table of a gateway', () => {
  it('has a reject fallback in both families, even without next hops', () => {
    expect(tableOf(oneProvider.replace('192.0.2.1 }', '192.0.2.1, fail-closed: true }'), '101')).toEqual([
      '-4 192.0.2.0/24 dev eth0 scope link src 192.0.2.10',
      '-4 default via 192.0.2.1 dev eth0',
      '-4 unreachable default metric 2000000000',
      '-6 unreachable default metric 2000000000',
    ])
  })

  it('has a device route where there is no next hop', () => {
    expect(
      tableOf(
        `links: { ppp0: { manage: routing, addresses: [192.0.2.10/32, '2001:db8::10/128'] } }
gateways: { dsl: { link: ppp0, via: none } }`,
        '101',
      ),
    ).toEqual(['-4 default dev ppp0 scope link', '-6 default dev ppp0'])
  })

  it('has onlink in its own table and in main if the description says so', () => {
    const { routes } = planOf(`links: { eth0: { addresses: [192.0.2.10/32] } }
gateways: { up: { link: eth0, via: 10.0.0.1, onlink: true } }`)
    expect(routes).toEqual([
      '-4 default via 10.0.0.1 dev eth0 onlink table 101',
      '-4 default via 10.0.0.1 dev eth0 onlink metric 100',
    ])
  })

  it('replaces generated routes by the user’s', () => {
    const text = oneProvider.replace(
      'via: 192.0.2.1 }',
      'via: 192.0.2.1, routes: [{ to: 192.0.2.0/24, link: eth0, mtu: 1280 }, { to: 10.0.0.0/8, via: 192.0.2.2 }] }',
    )
    expect(tableOf(text, '101')).toEqual([
      '-4 192.0.2.0/24 dev eth0 scope link mtu 1280',
      '-4 10.0.0.0/8 via 192.0.2.2 dev eth0',
      '-4 default via 192.0.2.1 dev eth0',
    ])
  })

  it('has no duplicates', () => {
    const text = oneProvider.replace(
      'via: 192.0.2.1 }',
      'via: 192.0.2.1, routes: [{ to: default, via: 192.0.2.2 }] }',
    )
    expect(planOf(text).reported).toEqual(['route-duplicate at gateways.uplink.routes[0]'])
  })
})

describe('routes of main', () => {
  it('do not include connected routes of the kernel', () => {
    expect(planOf(`${oneProvider}routes: [{ to: 192.0.2.0/24, link: eth0 }]`).reported).toEqual([
      'route-duplicate at routes[0]',
    ])
    expect(planOf(`${oneProvider}routes: [{ to: 192.0.2.0/24, link: eth0, metric: 7 }]`).reported).toEqual([])
  })

  it('may not share a metric, where IPv6 without one has 1024', () => {
    const lan = oneProvider.replace('[192.0.2.10/24]', "[192.0.2.10/24, 'fd00::1/64']")
    const two = (a: string, b: string) =>
      planOf(
        `${lan}routes: [{ to: 'fd01::/16', via: 'fd00::2'${a} }, { to: 'fd01::/16', via: 'fd00::3'${b} }]`,
      ).reported.filter((reported) => reported.startsWith('route'))
    expect(two('', ', metric: 1024')).toEqual(['route-duplicate at routes[1]'])
    expect(two('', ', metric: 0')).toEqual(['route-duplicate at routes[1]'])
    expect(two('', ', metric: 1')).toEqual([])
  })
})

describe('sysctls', () => {
  const keys = (text: string) => planOf(text).sysctls

  it('loosen the reverse-path filter on gateways’ links, and reject advertisements on all', () => {
    expect(keys(oneProvider.replace('gateways:', '  lan0: { addresses: [10.0.0.1/24] }\ngateways:'))).toEqual(
      [
        'net.ipv4.conf.eth0.rp_filter = 2',
        'net.ipv6.conf.eth0.accept_ra = 0',
        'net.ipv6.conf.lan0.accept_ra = 0',
      ],
    )
  })

  it('skip routes without carrier if another can replace them', () => {
    const carrier = (text: string) => keys(text).filter((key) => key.includes('linkdown'))
    expect(carrier(twoProviders)).toEqual([])
    expect(
      carrier(twoProviders.replace('default: fiber', 'default: { failover: [fiber, cable] }')),
    ).toHaveLength(4)
    expect(carrier(twoProviders.replace('198.51.100.1 }', '198.51.100.1, fail-closed: true }'))).toEqual([
      'net.ipv4.conf.eth1.ignore_routes_with_linkdown = 1',
      'net.ipv6.conf.eth1.ignore_routes_with_linkdown = 1',
    ])
  })

  it('hash multipath by connection', () => {
    expect(
      keys(twoProviders.replace('default: fiber', 'default: { balance: { fiber: 1, cable: 1 } }')),
    ).toEqual(
      expect.arrayContaining([
        'net.ipv4.fib_multipath_hash_policy = 1',
        'net.ipv6.fib_multipath_hash_policy = 1',
      ]),
    )
  })

  it('use marks in the reverse-path filter', () => {
    const valid = 'net.ipv4.conf.all.src_valid_mark = 1'
    expect(keys(oneProvider)).not.toContain(valid)
    expect(keys(oneProvider.replace('192.0.2.1 }', '192.0.2.1, fwmark: 1/1 }'))).toContain(valid)
    expect(keys(`${oneProvider}rules: [{ fwmark: 1/1, action: unreachable }]`)).toContain(valid)
    expect(keys(`${oneProvider}rules: [{ fwmark: 1/1, family: ipv6, action: unreachable }]`)).not.toContain(
      valid,
    )
  })

  it('restrict ARP if the networks of two links overlap', () => {
    const arp = (second: string) =>
      keys(oneProvider.replace('gateways:', `  eth1: { addresses: [${second}] }\ngateways:`)).filter((key) =>
        key.includes('.arp_'),
      )
    expect(arp('192.0.2.11/24')).toEqual([
      'net.ipv4.conf.eth0.arp_ignore = 1',
      'net.ipv4.conf.eth0.arp_announce = 2',
      'net.ipv4.conf.eth1.arp_ignore = 1',
      'net.ipv4.conf.eth1.arp_announce = 2',
    ])
    expect(arp('192.0.2.129/25')).toHaveLength(4)
    expect(arp('192.0.3.11/24')).toEqual([])
    expect(arp('192.0.2.11/32')).toEqual([])
  })

  it('use slashes for a link name with a dot', () => {
    expect(keys(oneProvider.replaceAll('eth0', 'eth0.11'))).toEqual([
      'net/ipv4/conf/eth0.11/rp_filter = 2',
      'net/ipv6/conf/eth0.11/accept_ra = 0',
    ])
  })

  it('are overridden by the user’s in either spelling', () => {
    const strict = (text: string) => keys(text).filter((key) => key.includes('rp_filter'))
    expect(strict(`${oneProvider}sysctls: { net/ipv4/conf/eth0/rp_filter: 0 }`)).toEqual([
      'net.ipv4.conf.eth0.rp_filter = 0',
    ])
    expect(
      strict(`${oneProvider.replaceAll('eth0', 'eth0.11')}sysctls: { net.ipv4.conf.eth0/11.rp_filter: 0 }`),
    ).toEqual(['net/ipv4/conf/eth0.11/rp_filter = 0'])
    expect(keys(`${oneProvider}sysctls: none`)).toEqual([])
  })

  it('skip links of other programs, and all links with `manage: routing`', () => {
    const foreign = oneProvider.replace('[192.0.2.10/24]', '[192.0.2.10/24], manage: routing')
    expect(keys(foreign)).toEqual(['net.ipv4.conf.eth0.rp_filter = 2'])
    expect(keys(`manage: routing\n${oneProvider}`)).toEqual(['net.ipv4.conf.eth0.rp_filter = 2'])
  })
})

describe('origins of a plan', () => {
  it('give the path in the description for each part', () => {
    const { plan } = planOf(
      `${twoProviders}rules: [{ dport: 25, gateway: cable, else: prohibit, comment: mail }]`,
    )
    const parts = [
      ...(plan?.intent.tables ?? []),
      ...(plan?.state.rules ?? []),
      ...(plan?.state.routes ?? []),
    ]
    expect(parts.map(({ origin }) => origin.path.join('.')).filter((path) => path === '')).toEqual([])
    expect((plan?.state.rules ?? []).slice(-2).map(({ origin }) => origin)).toEqual([
      { kind: 'rule', name: '1', action: 'gateway cable', path: ['rules', 0], comment: 'mail' },
      {
        kind: 'rule',
        name: '1',
        part: 'else',
        action: 'prohibit',
        path: ['rules', 0, 'else'],
        comment: 'mail',
      },
    ])
  })
})
