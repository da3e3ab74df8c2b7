import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { planOf, reportedIn } from '../helpers/plan-of.js'

const host = (gateways: string, more = 'default: none') =>
  reportedIn(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/30] }
  alone: { addresses: [203.0.113.10/32] }
  wg0: { manage: routing }
gateways:
${gateways}
${more}`)

describe('a next hop', () => {
  it.each([
    ['192.0.3.1', 'nexthop-off-link'],
    ["'2001:db8:b::1'", 'nexthop-off-link'],
    ['192.0.2.10', 'nexthop-own-address'],
    ['192.0.2.255', 'nexthop-unusable'],
    ['192.0.2.0', 'nexthop-unusable'],
    ['224.0.0.9', 'nexthop-unusable'],
    ['127.0.0.1', 'nexthop-unusable'],
    ["'::'", 'nexthop-unusable'],
    ["'ff02::1'", 'nexthop-unusable'],
  ])('cannot be %s', (via, code) => {
    expect(host(`  up: { link: eth0, via: ${via} }`)[0]).toBe(`${code} at gateways.up.via`)
  })

  it('may be link-local, or the network’s own address, in IPv6', () => {
    expect(host("  up: { link: eth0, via: [192.0.2.1, 'fe80::1'] }")).toEqual([])
    expect(host("  up: { link: eth0, via: [192.0.2.1, '2001:db8:a::'] }")).toEqual([])
  })

  it('may be any address with onlink, and on a link with dynamic addresses', () => {
    expect(host('  up: { link: alone, via: 10.0.0.1, onlink: true }')).toEqual([])
    expect(host('  up: { link: alone, via: 10.0.0.1 }')).toEqual(['nexthop-off-link at gateways.up.via'])
    expect(host('  up: { link: wg0, via: 10.0.0.1, reply: none, fwmark: 1/1 }')).toEqual([])
  })

  it('is one for each family', () => {
    expect(host("  up: { link: eth0, via: [192.0.2.1, 'fe80::1', 192.0.2.2] }")).toEqual([
      'nexthop-family-twice at gateways.up.via[2]',
    ])
    expect(host('  up: { link: eth0, via: [none, 192.0.2.2] }').length).toBeGreaterThan(0)
  })
})

describe('the addresses of a gateway', () => {
  it('may be absent if another program configures them', () => {
    expect(host('  up: { link: wg0, via: none, fwmark: 1/1 }')).toEqual([])
    expect(host('  up: { link: wg0, via: none, reply: none, fwmark: 1/1 }')).toEqual([])
  })

  it('are addresses of its link', () => {
    expect(host('  up: { link: eth0, via: 192.0.2.1, addresses: [192.0.2.11] }')[0]).toBe(
      'gateway-address-unknown at gateways.up.addresses[0]',
    )
  })

  it('belong to one gateway', () => {
    const claimed = host(
      '  left: { link: eth0, via: 192.0.2.1 }\n  right: { link: eth0, via: 192.0.2.2 }\n  six: { link: eth0, via: "fe80::1" }',
    )
    expect(claimed).toEqual(['address-claimed-twice at gateways.right'])
    const listed = host(
      '  left: { link: eth0, via: 192.0.2.1 }\n  right: { link: eth0, via: 192.0.2.2, addresses: [192.0.2.10] }',
    )
    expect(listed).toEqual(['address-claimed-twice at gateways.right.addresses'])
  })

  it('are those whose prefix contains its next hop, if the link has several gateways', () => {
    const { rules, routes } = planOf(`
links: { eth0: { addresses: [192.0.2.10/24, 198.51.100.10/24, '2001:db8::10/64'] } }
gateways:
  old: { link: eth0, via: 192.0.2.1 }
  new: { link: eth0, via: [198.51.100.1, 'fe80::1'] }
default: { failover: [new, old] }`)
    expect(rules).toEqual([
      '-4 pref 18000 from 192.0.2.10 lookup 101',
      '-4 pref 18001 from 198.51.100.10 lookup 102',
      '-6 pref 18002 from 2001:db8::10 lookup 102',
    ])
    expect(routes.filter((route) => route.includes('default'))).toEqual([
      '-4 default via 192.0.2.1 dev eth0 src 192.0.2.10 table 101',
      '-4 default via 198.51.100.1 dev eth0 src 198.51.100.10 table 102',
      '-6 default via fe80::1 dev eth0 table 102',
      '-4 default via 198.51.100.1 dev eth0 src 198.51.100.10 metric 100',
      '-4 default via 192.0.2.1 dev eth0 src 192.0.2.10 metric 200',
      '-6 default via fe80::1 dev eth0 metric 100',
    ])
  })

  it('have only families that it serves, unless it is fail-closed or has no next hop', () => {
    const rulesOf = (gateway: string) =>
      planOf(`
links: { eth0: { addresses: [192.0.2.10/24, '2001:db8::10/64'] } }
gateways: { up: ${gateway} }
default: none`).rules
    expect(rulesOf('{ link: eth0, via: 192.0.2.1 }')).toHaveLength(1)
    expect(rulesOf('{ link: eth0, via: 192.0.2.1, fail-closed: true }')).toHaveLength(2)
    expect(rulesOf('{ link: eth0 }')).toHaveLength(2)
    expect(rulesOf('{ link: eth0, via: none }')).toHaveLength(2)
  })
})

describe('a mark of a gateway', () => {
  const marks = (one: string, two: string, more = '') =>
    host(
      `  up: { link: eth0, via: [192.0.2.1, 'fe80::1'], fwmark: ${one} }\n  side: { link: eth1, via: 198.51.100.9, fwmark: ${two} }`,
      `default: up\n${more}`,
    )

  it('is within its mask, matches no packet of another gateway, and has a mask', () => {
    expect(marks('0x101/0xff00', '0x200/0xff00')).toEqual(['mark-outside-mask at gateways.up.fwmark'])
    expect(marks('1/1', '2/2')).toContain('mark-taken at gateways.side.fwmark')
    expect(marks('1', '2/3')).toContain('mark-without-mask at gateways.up.fwmark')
    expect(marks('0/0', '2/3')).toContain('mark-mask-empty at gateways.up.fwmark')
  })

  it('does not use bits of other software', () => {
    expect(marks('0x10000/0xf0000', '0x2/0x3', 'coexist: [tailscale]')).toContain(
      'coexist-collision at gateways.up.fwmark',
    )
    expect(marks('0x80000000/0x80000000', '0x2/0x3', 'coexist: [calico]')).toContain(
      'coexist-collision at gateways.up.fwmark',
    )
    expect(marks('0x100/0xff00', '0x200/0xff00', 'coexist: [tailscale]')).not.toContain(
      'coexist-collision at gateways.up.fwmark',
    )
  })
})

describe('an invalid gateway', () => {
  it('still exists for references, and for suggestions on misspelt ones', () => {
    const text = (name: string) => `
links: { eth0: { addresses: [192.0.2.10/24] } }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: eth1, via: 198.51.100.1 }
default: { failover: [fiber, ${name}] }
rules: [{ from: 10.0.0.0/8, gateway: ${name} }]`
    expect(reportedIn(text('cable'))).toEqual(['link-unknown at gateways.cable.link'])
    const { diagnostics } = compile(`version: 1\n${text('cabel')}`, { targets: [] })
    expect(diagnostics.map(({ fix }) => fix)).toEqual([
      'Did you mean `eth0`?',
      'Did you mean `cable`?',
      'Did you mean `cable`?',
    ])
  })
})

describe('routes of a table beside its default route', () => {
  it('are the networks of its own link and of links without a gateway', () => {
    const { routes } = planOf(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
  lan0: { addresses: [10.0.0.1/24, 10.0.0.2/24, 10.9.0.1/32, 'fd00::1/64'] }
gateways:
  a: { link: eth0, via: 192.0.2.1 }
  b: { link: eth1, via: 198.51.100.1, connected: [eth1, eth0] }
default: a`)
    expect(routes.filter((route) => route.includes(' table '))).toEqual([
      '-4 192.0.2.0/24 dev eth0 scope link src 192.0.2.10 table 101',
      '-4 10.0.0.0/24 dev lan0 scope link src 10.0.0.1 table 101',
      '-4 default via 192.0.2.1 dev eth0 table 101',
      '-6 fd00::/64 dev lan0 table 101',
      '-4 198.51.100.0/24 dev eth1 scope link src 198.51.100.10 table 102',
      '-4 192.0.2.0/24 dev eth0 scope link src 192.0.2.10 table 102',
      '-4 default via 198.51.100.1 dev eth1 table 102',
    ])
  })
})
