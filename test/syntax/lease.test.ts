import { describe, expect, test } from 'vitest'
import { formatPrefix } from '../../src/kernel/prefix.js'
import { parseLease } from '../../src/syntax/lease.js'

const read = (text: string): readonly string[] | string => {
  const lease = parseLease(text)
  return lease.ok
    ? [
        ...lease.value.addresses.map(formatPrefix),
        ...lease.value.routers.map((router) => `via ${router.text}`),
      ]
    : lease.problem
}

describe('the text of a lease', () => {
  test.each([
    ['198.51.100.80/24,via 198.51.100.1', ['198.51.100.80/24', 'via 198.51.100.1']],
    ['198.51.100.80/24, via 198.51.100.1', ['198.51.100.80/24', 'via 198.51.100.1']],
    ['198.51.100.80/24 via 198.51.100.1', ['198.51.100.80/24', 'via 198.51.100.1']],
    [' 198.51.100.80/24,via=198.51.100.1 ', ['198.51.100.80/24', 'via 198.51.100.1']],
    [
      '198.51.100.80/24, 2001:db8:b::80/64, via 198.51.100.1, via fe80::1',
      ['198.51.100.80/24', '2001:db8:b::80/64', 'via 198.51.100.1', 'via fe80::1'],
    ],
    ['198.51.100.80/24', ['198.51.100.80/24']],
    ['none', []],
  ])('%s has addresses and routers', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  test.each([
    ['198.51.100.80', 'cannot read "198.51.100.80"'],
    ['198.51.100.80/24 via 198.51.100.1/24', 'cannot read "198.51.100.1/24"'],
    ['198.51.100.80/24,', 'cannot read ""'],
    ['', 'cannot read ""'],
    ['wan1', 'cannot read "wan1"'],
  ])('%j is rejected with the part that is wrong', (text, expected) => {
    expect(read(text)).toContain(expected)
  })
})
