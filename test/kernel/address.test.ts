import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressFromValue,
  addressValue,
  isLinkLocal,
  isMulticast,
  parseAddress,
} from '../../src/kernel/address.js'
import { amount } from '../helpers/amount.js'

const scopeOf = (text: string) => {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`${text} is no address`)
  return { isLinkLocal: isLinkLocal(address), isMulticast: isMulticast(address) }
}

describe('the scope of an address', () => {
  it.each(['fe80::1', 'febf:ffff::1', '169.254.1.1'])('is link-local: %s', (text) =>
    expect(scopeOf(text)).toEqual({ isLinkLocal: true, isMulticast: false }),
  )

  it.each(['ff02::1', 'ff00::', '224.0.0.1', '239.255.255.255'])('is multicast: %s', (text) =>
    expect(scopeOf(text)).toEqual({ isLinkLocal: false, isMulticast: true }),
  )

  // A group of four digits is written without the zeros it begins with.
  it.each(['fe8::1', 'ff::1', 'fec0::1', '2001:db8::ff00', '169.253.0.1', '240.0.0.1'])(
    'is neither: %s',
    (text) => expect(scopeOf(text)).toEqual({ isLinkLocal: false, isMulticast: false }),
  )
})

describe('the value of an address', () => {
  it('gives the address back, with any number of zero groups', () => {
    const groups = fc.array(fc.constantFrom(0, 0, 1, 0xffff, 0x2001), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(groups, (drawn) => {
        const value = drawn.reduce((all, group) => (all << 16n) | BigInt(group), 0n)
        expect(addressValue(addressFromValue('inet6', value))).toBe(value)
        const low = value & 0xffffffffn
        expect(addressValue(addressFromValue('inet', low))).toBe(low)
      }),
    )
  })

  it.each([
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['::ffff:192.0.2.1', 0xffffc0000201n],
    ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n],
  ])('of %s', (text, value) => {
    expect(addressValue({ family: 'inet6', text })).toBe(value)
  })
})

describe('the parser', () => {
  // Zones are part of no description.
  const pieces = fc.constantFrom(
    '::',
    ':',
    '.',
    '0',
    '1',
    'ff',
    'FFFF',
    '10000',
    '01',
    '255',
    '256',
    '192.0.2.1',
    'g',
    ' ',
    '/',
  )
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 17 }).map((parts) => parts.join('')),
    fc.ipV4(),
    fc.ipV6(),
  )

  it('takes what Node takes', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const family = isIPv4(text) ? 'inet' : isIPv6(text) ? 'inet6' : undefined
        expect(parseAddress(text)?.family).toBe(family)
      }),
      { numRuns: amount(2_000, 50_000) },
    )
  })

  it('writes IPv6 as browsers do, except for IPv4-mapped addresses', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const canonical = parseAddress(text)?.text ?? ''
        if (canonical.startsWith('::ffff:')) return
        expect(`[${canonical}]`).toBe(new URL(`http://[${text}]`).hostname)
      }),
      { numRuns: amount(500, 20_000) },
    )
  })
})
