import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkNameProblem } from '../../src/kernel/link.js'
import { matchAnyMark, matchNoMark, linkText, matchMark, setMark } from '../../src/syntax/nftables.js'

const fiber = { value: 0x100, mask: 0xff00 }
const whole = { value: 7, mask: 0xffffffff }

describe('a mark', () => {
  it('keeps the bits outside its mask', () => {
    expect(setMark('ct mark', fiber)).toBe('ct mark set ct mark & 0xffff00ff | 0x00000100')
    expect(setMark('meta mark', whole)).toBe('meta mark set meta mark & 0x00000000 | 0x00000007')
  })

  it('is compared under its mask', () => {
    expect(matchMark('meta mark', fiber)).toBe('meta mark & 0x0000ff00 == 0x00000100')
  })

  it('matches several by any of their bits, including the highest', () => {
    const marks = [fiber, { value: 0x80000000, mask: 0xf0000000 }]
    expect(matchNoMark('ct mark', marks)).toBe('ct mark & 0xf000ff00 == 0x00000000')
    expect(matchAnyMark('meta mark', marks)).toBe('meta mark & 0xf000ff00 != 0x00000000')
  })
})

describe('a link name', () => {
  it('is quoted', () => {
    expect(linkText('inet.22')).toBe('"inet.22"')
  })

  it('is rejected if nft cannot quote it', () => {
    for (const name of ['', 'eth*', 'a"b', 'a b', 'a\\', 'a\nb', '$x', 'é'])
      expect(() => linkText(name)).toThrow()
  })

  it('may be any name that a description accepts', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 16 }), (name) => {
        if (linkNameProblem(name) === undefined) expect(linkText(name)).toBe(`"${name}"`)
      }),
    )
  })
})
