// Comments for what a description lacks: at their place, one line each, and never YAML.
import fc from 'fast-check'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { importTree } from '../../src/import/import.js'
import { withLacking } from '../../src/import/partial.js'

const FILE = '/etc/network/interfaces'
const TEXT = `auto eth0
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1

auto eth1
iface eth1 inet static
  address 10.0.0.1/24
  up ip rule add to 10.5.0.0/16 table 7
  up ip route add default via 10.0.0.9 table 7
`
const { description, source } = importTree(new Map([[FILE, TEXT]]))
const commented = (line: number, file = FILE, text = 'X', why = 'Y'): string =>
  withLacking(description, [{ place: { file, line, text }, why }], source)

describe('a comment', () => {
  it.each([
    [3, '  eth0:'],
    [8, '  eth1:'],
    [9, 'rules:'],
  ])('of line %i is above %s', (line, next) => {
    const lines = commented(line).split('\n')
    const at = lines.findIndex((each) => each.includes('# not imported'))
    expect(lines[at]?.trim()).toBe(`# not imported: ${FILE}:${line}: X (Y)`)
    expect(lines[at + 1]).toMatch(new RegExp(`^${next}`))
    expect(lines.filter((_, index) => index !== at).join('\n')).toBe(description)
  })

  it('of another file is at the end, and names what is known', () => {
    expect(commented(3, '/etc/x')).toBe(`${description}# not imported: /etc/x:3: X (Y)\n`)
    expect(commented(0, '/etc/x', '')).toBe(`${description}# not imported: /etc/x: (Y)\n`)
    expect(commented(0, '', '')).toBe(`${description}# not imported: (Y)\n`)
  })

  it('changes no value, whatever it says', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(
      fc.property(anything, anything, fc.integer({ min: 0, max: 12 }), (text, why, line) => {
        const written = commented(line, FILE, text, why)
        expect(load(written)).toEqual(load(description))
        expect(written.split('\n')).toHaveLength(description.split('\n').length + 1)
      }),
    )
  })
})
