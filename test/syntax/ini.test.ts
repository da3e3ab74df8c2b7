import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatEntry,
  formatHeader,
  formatIni,
  keyfileSyntax,
  readIni,
  unitSyntax,
  type IniSection,
} from '../../src/syntax/ini.js'

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

const sectionsOf = (text: string, syntax = unitSyntax) =>
  readIni(text, syntax).sections.map(({ name, entries }) =>
    section(name, ...entries.map(({ key, value }) => [key, value] as const)),
  )

describe('readIni', () => {
  it('splits two sections of one name and skips comments', () => {
    expect(sectionsOf('# c\n[Route]\nGateway = _dhcp4\n; c\n[Route]\r\nTable=102\nTable=103\n')).toEqual([
      section('Route', ['Gateway', '_dhcp4']),
      section('Route', ['Table', '102'], ['Table', '103']),
    ])
  })

  it('reports lines that are neither header, entry nor comment, with their numbers', () => {
    const { sections, strays } = readIni('Name=eth0\n[Match]\nName\n[Route] # default\n=x\n', unitSyntax)
    expect(strays).toEqual([
      { line: 3, text: 'Name' },
      { line: 4, text: '[Route] # default' },
      { line: 5, text: '=x' },
    ])
    expect(sections.map(({ name, line }) => [name, line])).toEqual([
      ['', 1],
      ['Match', 2],
    ])
  })

  it('keeps the comment directly above a section or an entry', () => {
    const { sections } = readIni(
      '# file\n\n# to the\n#\n# office\n[Route]\n; by fibre\nGateway=192.0.2.1\n\n# gone\n\nTable=7\n',
      unitSyntax,
    )
    expect(sections).toEqual([
      {
        name: 'Route',
        line: 6,
        text: '[Route]',
        comment: 'to the office',
        entries: [
          { key: 'Gateway', value: '192.0.2.1', line: 8, text: 'Gateway=192.0.2.1', comment: 'by fibre' },
          { key: 'Table', value: '7', line: 12, text: 'Table=7' },
        ],
      },
    ])
  })

  it('joins lines that end in a backslash for units only, and skips comments between them', () => {
    const text = '[Network]\nDNS=192.0.2.53 \\\n# second\n  192.0.2.54\nDomains=a\\\\\nNTP=b\\\n'
    expect(sectionsOf(text)).toEqual([
      section('Network', ['DNS', '192.0.2.53    192.0.2.54'], ['Domains', 'a\\\\'], ['NTP', 'b']),
    ])
    expect(sectionsOf('[a]\nx=1\\\n;y=2\n', keyfileSyntax)).toEqual([section('a', ['x', '1\\'], [';y', '2'])])
  })

  it('reads text with a byte order mark, NUL and a brace of prototype names', () => {
    expect(sectionsOf('\ufeff[__proto__]\nconstructor=\u0000\n')).toEqual([
      section('__proto__', ['constructor', '\u0000']),
    ])
  })

  it('reads back what formatIni writes', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/)
    const value = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .filter(
        (text) =>
          text === text.trim() &&
          !text.endsWith('\\') &&
          !/[\u0000-\u0008\u000a-\u001f\u007f\u2028\u2029]/.test(text),
      )
    const sections = fc.array(
      fc.record({
        name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/),
        entries: fc.array(fc.record({ key, value })),
      }),
    )
    fc.assert(
      fc.property(sections, (written) => {
        expect(sectionsOf(formatIni(written))).toEqual(written)
      }),
    )
  })
})
