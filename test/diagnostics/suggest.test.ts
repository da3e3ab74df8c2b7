import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean, editDistance, suggest } from '../../src/diagnostics/suggest.js'

const keys = [
  'addresses',
  'link',
  'links',
  'via',
  'fail-closed',
  'fwmark',
  'mtu',
  'mac',
  'to',
  'tos',
  'table',
  'priority',
]

describe('suggest', () => {
  it.each([
    ['adresses', 'addresses'],
    ['addreses', 'addresses'],
    ['address', undefined],
    ['lnik', 'link'],
    ['Link', 'link'],
    ['failclosed', 'fail-closed'],
    ['fail_closed', 'fail-closed'],
    ['fwmrak', 'fwmark'],
    ['mut', 'mtu'],
    ['tso', 'tos'],
    ['priorty', 'priority'],
    ['xyz', undefined],
    ['gateway', undefined],
    ['', undefined],
    ['t', 'to'],
  ])('%j → %j', (word, found) => {
    expect(suggest(word, word === 'address' ? keys.filter((key) => key !== 'addresses') : keys)).toBe(found)
  })

  it('suggests nothing for a known word', () => {
    expect(suggest('link', ['link'])).toBeUndefined()
  })

  it('returns a sentence', () => {
    expect(didYouMean('adresses', keys)).toBe('Did you mean `addresses`?')
    expect(didYouMean('xyz', keys)).toBeUndefined()
  })

  it('finds every word of five letters or more with one typing error', () => {
    const words = ['addresses', 'gateways', 'priority', 'nameservers', 'uidrange', 'ipproto']
    fc.assert(
      fc.property(
        fc.constantFrom(...words),
        fc.nat(),
        fc.constantFrom('swap', 'drop', 'add', 'change'),
        (word, where, slip) => {
          const at = where % (word.length - 1)
          const [before, one, two, after] = [
            word.slice(0, at),
            word[at] ?? '',
            word[at + 1] ?? '',
            word.slice(at + 2),
          ]
          const slipped = {
            swap: before + two + one + after,
            drop: before + two + after,
            add: `${before}z${one}${two}${after}`,
            change: `${before}z${two}${after}`,
          }
          fc.pre(slipped[slip] !== word)
          expect(suggest(slipped[slip], words)).toBe(word)
        },
      ),
    )
  })
})

describe('editDistance', () => {
  it('is a metric', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      }),
    )
  })

  it('counts a swap of neighbouring letters as one edit', () => {
    expect(editDistance('mtu', 'mut')).toBe(1)
  })
})
