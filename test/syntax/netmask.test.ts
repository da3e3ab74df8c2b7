import { describe, expect, it } from 'vitest'
import { maskLength } from '../../src/syntax/netmask.js'

describe('maskLength', () => {
  it.each([
    ['255.255.255.0', 24],
    ['255.255.255.255', 32],
    ['0.0.0.0', 0],
    ['0xffffff80', 25],
    ['0xFF000000', 8],
    ['22', 22],
  ])('reads %s', (text, length) => {
    expect(maskLength(text, 'inet')).toBe(length)
  })

  it.each(['255.0.255.0', '0.0.0.255', '33', '255.255.255', '', 'x', '0xffff', '2001:db8::'])(
    'refuses %j',
    (text) => {
      expect(maskLength(text, 'inet')).toBeUndefined()
    },
  )

  it('reads a length and a mask of IPv6', () => {
    expect(maskLength('64', 'inet6')).toBe(64)
    expect(maskLength('ffff:ffff:ffff:ffff::', 'inet6')).toBe(64)
  })
})
