import { describe, expect, it } from 'vitest'
import { interfacesComment, MAX_LINE_BYTES, optionLine, optionProblem } from '../../src/syntax/interfaces.js'

describe('optionLine', () => {
  it('is indented, key and value', () => {
    expect(optionLine('address', '192.0.2.10/24')).toBe('    address 192.0.2.10/24')
  })

  it.each([
    ['no value', ''],
    ['blanks alone', '  '],
    ['a percent sign: a template for ifupdown2', 'ip -6 route replace default via fe80::1%eth0'],
    ['a hash: a comment for ifupdown-ng, even in quotes', 'echo "#"'],
    ['a backslash: a line break for ifupdown2', 'ip rule \\ add'],
    ['a parameter in braces: an expression of mako', 'ip rule add iif ${IFACE}'],
    ['a line break', 'true\npost-up false'],
    ['a line that ifupdown-ng would read as two', 'x'.repeat(MAX_LINE_BYTES)],
    ['as many bytes in fewer characters', 'ü'.repeat(MAX_LINE_BYTES / 2)],
  ])('refuses %s', (_what, value) => {
    expect(optionProblem('post-up', value)).toBeDefined()
    expect(() => optionLine('post-up', value)).toThrow()
  })

  it('accepts the text of hooks', () => {
    expect(
      optionProblem('post-up', 'for type in a b; do ip route flush type $type 2>/dev/null; done || true'),
    ).toBe(undefined)
  })

  it('rejects an invalid key', () => {
    expect(() => optionLine('post-up x', '1')).toThrow()
  })
})

describe('interfacesComment', () => {
  it('writes only text that all three programs read as a comment', () => {
    expect(interfacesComment('100% of C:\\x, ${IFACE}\nauto eth9')).toEqual([
      '100 percent of C:/x, $ {IFACE} auto eth9',
    ])
  })

  it('keeps every line within the limit of ifupdown-ng', () => {
    for (const line of interfacesComment('𝔘'.repeat(5000)))
      expect(Buffer.byteLength(line)).toBeLessThan(MAX_LINE_BYTES - 8)
  })
})
