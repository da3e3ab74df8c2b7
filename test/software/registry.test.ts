// Registry of known software: valid numbers with sources.
import { describe, expect, it } from 'vitest'
import { MAX_PREFERENCE } from '../../src/kernel/preference.js'
import { knownSoftware } from '../../src/software/registry.js'
import { softwareOfMark, type NumberRange } from '../../src/software/software.js'
import { softwareNamed } from '../helpers/software.js'

describe('known software', () => {
  it('has unique names', () => {
    const all = knownSoftware.map(({ name }) => name)
    expect(new Set(all).size).toBe(all.length)
    for (const name of all) expect(name).toMatch(/^[a-z0-9-]+$/)
  })

  it.each(knownSoftware)('$name', (each) => {
    expect(each.sources.length).toBeGreaterThan(0)
    const isBand = (least: number, most: number) => (band: NumberRange) =>
      least <= band[0] && band[0] <= band[1] && band[1] <= most && band.every(Number.isInteger)
    // sing-box has a rule after the one for main.
    expect(each.prefs.every(isBand(1, each.name === 'sing-box' ? 32768 : MAX_PREFERENCE))).toBe(true)
    expect(each.tables.every(isBand(1, 0xffffffff))).toBe(true)
    expect(each.marks.every(isBand(1, 0xffffffff))).toBe(true)
    expect(each.markBits).toBeLessThanOrEqual(0xffffffff)
    expect(each.protocols.every((protocol) => protocol > 4 && protocol <= 255)).toBe(true)
    expect(each.links.every((link) => link.length <= 15)).toBe(true)
    const says = [each.prefs, each.tables, each.marks, each.protocols, each.links].some(
      (list) => list.length > 0,
    )
    expect(says || each.markBits !== 0).toBe(true)
  })
})

describe('a mark', () => {
  const owner = (name: string, value: number, mask = 0xffffffff) =>
    softwareOfMark([softwareNamed(name)], { value, mask })?.name

  it('belongs to software if it uses one of its bits', () => {
    expect(owner('tailscale', 0x100000, 0xf00000)).toBe('tailscale')
    expect(owner('tailscale', 0x100, 0xff00)).toBeUndefined()
    expect(owner('calico', 0x80000000, 0x80000000)).toBe('calico')
  })

  it('without a mask belongs to software if it sets one of its bits', () => {
    expect(owner('tailscale', 0x80000)).toBe('tailscale')
    expect(owner('tailscale', 0x8000)).toBeUndefined()
  })

  it('belongs to software if one of its whole marks matches', () => {
    expect(owner('wg-quick', 51820)).toBe('wg-quick')
    expect(owner('wg-quick', 51840)).toBeUndefined()
    // 51820 is 0xca6c.
    expect(owner('wg-quick', 0xca00, 0xff00)).toBe('wg-quick')
    expect(owner('wg-quick', 0x100, 0xff00)).toBeUndefined()
    expect(owner('firezone', 0xfd000000, 0xff000000)).toBe('firezone')
    expect(owner('netbird', 0x1bd00, 0xfff00)).toBe('netbird')
    expect(owner('netbird', 0x1bdfe, 0xfffff)).toBe('netbird')
    expect(owner('netbird', 0x1be00, 0xfff00)).toBeUndefined()
  })

  it('overlaps a band exactly if a search of all marks finds one', () => {
    const [band] = softwareNamed('nm-wireguard').marks
    const [first, last] = band ?? [0, -1]
    for (const mask of [0x1, 0xff, 0x3f0, 0xff00, 0xf0f0, 0xffff, 0xffffff])
      for (let step = 0; step < 200; step++) {
        const value = (step * 0x9e3779b1) & mask
        let isAny = false
        for (let mark = first; mark <= last; mark++) isAny ||= ((mark ^ value) & mask) === 0
        expect(owner('nm-wireguard', value >>> 0, mask) !== undefined).toBe(isAny)
      }
  })
})
