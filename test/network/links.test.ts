import { describe, expect, it } from 'vitest'
import { reportedIn } from '../helpers/plan-of.js'

const links = (text: string, more = '') => reportedIn(`links:\n${text}\n${more}`)

describe('an address of a link', () => {
  it.each(['224.0.0.5/24', '127.0.0.2/8', '0.0.0.0/24', '192.0.2.1/0', "'ff02::1/64'", "'::1/128'"])(
    'cannot be %s',
    (address) => {
      expect(links(`  eth0: { addresses: [${address}] }`)).toEqual([
        'address-unusable at links.eth0.addresses[0]',
      ])
    },
  )

  it.each([
    '192.0.2.0/31',
    '192.0.2.1/31',
    '192.0.2.255/32',
    '192.0.3.0/23',
    "'2001:db8::/127'",
    "'2001:db8::5/128'",
  ])('can be %s', (address) => {
    expect(
      links(`  eth0: { addresses: [${address}] }`).filter((report) => report.startsWith('address')),
    ).toEqual([])
  })

  it.each(['192.0.2.0/24', '192.0.2.255/24', "'2001:db8::/64'"])(
    'can be %s, at the boundary of its network, with a warning',
    (address) => {
      expect(links(`  eth0: { addresses: [${address}] }`)).toEqual([
        'address-at-boundary at links.eth0.addresses[0]',
      ])
    },
  )

  it('is on one link only, and once', () => {
    expect(
      links('  eth0: { addresses: [192.0.2.10/24, 192.0.2.10/32] }\n  eth1: { addresses: [192.0.2.10/25] }'),
    ).toEqual(['address-twice at links.eth0.addresses[1]', 'address-twice at links.eth1.addresses[0]'])
  })

  it('is the same in every notation', () => {
    expect(links("  eth0: { addresses: ['2001:db8::10/64', '2001:0DB8:0:0::0010/64'] }")).toEqual([
      'address-twice at links.eth0.addresses[1]',
    ])
  })
})

describe('the name of a link', () => {
  it.each(['lo', 'all', 'default', 'none', 'a-name-of-16-by', '"a b"', '"eth0/1"', '"eth0;reboot"', '-eth0'])(
    '%s',
    (name) => {
      const isGood = name === 'a-name-of-16-by'
      const codes = links(`  ${name}: { addresses: [192.0.2.10/24] }`).map((each) => each.split(' ')[0])
      expect(codes.includes('name-invalid')).toBe(!isGood)
    },
  )
})
