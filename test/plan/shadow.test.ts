import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Origin, Rule } from '../../src/plan/plan.js'
import { covers, createShadowIndex } from '../../src/plan/shadow.js'
import { readRule } from '../helpers/ip-words.js'

const origin: Origin = { path: [], reason: 'test' }
const rule = (selector: string): Rule => readRule('inet', `${selector} lookup 101`.trim(), origin)
const isCovered = (outer: string, inner: string): boolean =>
  covers(rule(outer).selector, rule(inner).selector)

describe('one selector covers another', () => {
  it.each([
    ['', 'from 10.0.0.0/8'],
    ['', 'not from 10.0.0.0/8'],
    ['from 10.0.0.0/8', 'from 10.1.0.0/16 dport 25'],
    ['from 10.0.0.0/8', 'from 10.0.0.0/8'],
    ['dport 1-100', 'dport 25'],
    ['uidrange 1000-1999', 'uidrange 1000-1000 iif lo'],
    ['fwmark 0x10/0x10', 'fwmark 0x11/0xff'],
    ['fwmark 0x0/0xf0', 'fwmark 0x1'],
    ['iif eth0', 'iif eth0 ipproto 6'],
  ])('%s ⊇ %s', (outer, inner) => {
    expect(isCovered(outer, inner)).toBe(true)
  })

  it.each([
    ['from 10.1.0.0/16', 'from 10.0.0.0/8'],
    ['from 10.0.0.0/8', ''],
    ['from 10.0.0.0/8', 'to 10.1.0.0/16'],
    ['dport 25', 'dport 25-26'],
    ['dport 25', 'sport 25'],
    ['fwmark 0x11/0xff', 'fwmark 0x10/0x10'],
    ['fwmark 0x20/0x30', 'fwmark 0x11/0xff'],
    ['not from 10.0.0.0/8', 'from 192.0.2.0/24'],
    ['from 10.0.0.0/8', 'not from 10.1.0.0/16'],
    ['iif eth0', 'oif eth0'],
    ['tos 16', 'tos 8'],
  ])('%s does not %s', (outer, inner) => {
    expect(isCovered(outer, inner)).toBe(false)
  })
})

describe('the index', () => {
  const part = (...choices: string[]) => fc.constantFrom('', ...choices)
  const selector = fc
    .tuple(
      part('not'),
      part('from 10.0.0.0/8', 'from 10.1.0.0/16', 'from 10.1.0.1', 'from 192.0.2.0/24'),
      part('to 10.0.0.0/8', 'to 10.1.0.0/16'),
      part('fwmark 0x1', 'fwmark 0x1/0xf', 'fwmark 0x11/0xff', 'fwmark 0x0/0x10'),
      part('dport 25', 'dport 1-100'),
    )
    .map((parts) => parts.filter((word) => word !== '').join(' '))

  it('finds what comparing with each would find', () => {
    fc.assert(
      fc.property(fc.array(selector, { maxLength: 8 }), selector, (earlier, later) => {
        const index = createShadowIndex()
        for (const words of earlier) index.add(rule(words))
        const expected = earlier.some((words) => isCovered(words, later))
        expect(index.find(rule(later)) !== undefined).toBe(expected)
      }),
    )
  })
})
