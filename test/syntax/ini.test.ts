import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatEntry, formatHeader, formatIni, parseIni, type IniSection } from '../../src/syntax/ini.js'

const section = (name: string, ...entries: readonly (readonly [string, string])[]): IniSection => ({
  name,
  entries: entries.map(([key, value]) => ({ key, value })),
})

describe('formatIni', () => {
  it('keeps repeated sections and keys in order', () => {
    const text = formatIni([
      section('Match', ['Name', 'eth0']),
      section('Route', ['MultiPathRoute', '192.0.2.1@eth0 3'], ['MultiPathRoute', '198.51.100.1@eth1 1']),
      section('Route', ['Destination', '::/0']),
    ])
    expect(text).toBe(
      [
        '[Match]',
        'Name=eth0',
        '',
        '[Route]',
        'MultiPathRoute=192.0.2.1@eth0 3',
        'MultiPathRoute=198.51.100.1@eth1 1',
        '',
        '[Route]',
        'Destination=::/0',
        '',
      ].join('\n'),
    )
  })

  it('escapes nothing: neither systemd nor GLib would undo it', () => {
    const values = [
      'table=102,type=unreachable',
      '1.1.1.1;8.8.8.8;',
      'a#b',
      '[x]',
      '"q"',
      "it's",
      'a\\sb',
      'true',
    ]
    for (const value of values) expect(formatEntry({ key: 'k', value })).toBe(`k=${value}`)
  })

  it('writes an empty section and an empty value', () => {
    expect(formatIni([section('proxy'), section('ipv6', ['addr-gen-mode', ''])])).toBe(
      '[proxy]\n\n[ipv6]\naddr-gen-mode=\n',
    )
  })

  it('rejects values that would change lines, keys or spaces', () => {
    expect(() => formatEntry({ key: 'Name', value: 'eth0\n[Route]' })).toThrow()
    expect(() => formatEntry({ key: 'Name', value: 'eth0\u2028[Route]' })).toThrow()
    expect(() => formatEntry({ key: 'Name', value: ' eth0' })).toThrow()
    expect(() => formatEntry({ key: 'a=b', value: 'c' })).toThrow()
    expect(() => formatEntry({ key: '__proto__', value: 'c' })).toThrow()
    expect(() => formatHeader('a]\n[b')).toThrow()
  })
})

describe('parseIni', () => {
  it('splits two sections of one name and skips comments', () => {
    expect(parseIni('# c\n[Route]\nGateway = _dhcp4\n; c\n[Route]\r\nTable=102\nTable=103\n')).toEqual([
      section('Route', ['Gateway', '_dhcp4']),
      section('Route', ['Table', '102'], ['Table', '103']),
    ])
  })

  it('reports the line that it cannot read', () => {
    expect(() => parseIni('Name=eth0\n')).toThrow(/line 1/)
    expect(() => parseIni('[Match]\nName\n')).toThrow(/line 2/)
  })

  it('reads back what formatIni writes', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/)
    const value = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .filter(
        (text) =>
          text === text.trim() && !/[\u0000-\u0008\u000a-\u001f\u007f\u2028\u2029\ue000-\ue0ff]/.test(text),
      )
    const sections = fc.array(
      fc.record({
        name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/),
        entries: fc.array(fc.record({ key, value })),
      }),
    )
    fc.assert(
      fc.property(sections, (written) => {
        expect(parseIni(formatIni(written))).toEqual(written)
      }),
    )
  })
})
