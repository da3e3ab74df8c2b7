import fc from 'fast-check'
import { load, YAML11_SCHEMA } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { formatYaml, type YamlValue } from '../../src/syntax/yaml.js'

describe('formatYaml', () => {
  it('writes one line of flow style, strings quoted, numbers and booleans bare', () => {
    expect(formatYaml({ to: '::/0', via: '2001:db8::1', table: 101, 'on-link': true })).toBe(
      '{to: "::/0", via: "2001:db8::1", table: 101, on-link: true}',
    )
    expect(formatYaml(['192.0.2.10/24', 'ff:00:11:22:33:44'])).toBe('["192.0.2.10/24", "ff:00:11:22:33:44"]')
    expect(formatYaml({})).toBe('{}')
    expect(formatYaml([])).toBe('[]')
  })

  it('quotes what YAML 1.1 takes for something else', () => {
    for (const text of [
      'yes',
      'off',
      '12:34:56',
      '017',
      '1_000',
      '1e3',
      '0x10',
      '~',
      '',
      'null',
      '2001-01-01',
    ])
      expect(formatYaml(text)).toBe(JSON.stringify(text))
  })

  it('keeps every text on its line', () => {
    expect(formatYaml('a\nb: c')).toBe('"a\\nb: c"')
  })

  it('reads back in YAML 1.1 as it was', () => {
    const value = fc.letrec<{ value: YamlValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 0, max: 4294967295 }),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-z][a-z-]*$/), tie('value'), { maxKeys: 3 }),
      ),
    })).value
    fc.assert(
      fc.property(value, (written) => {
        const text = formatYaml(written)
        expect(text).not.toMatch(/[\n\r\u2028\u2029\u0085]/)
        expect(load(text, { schema: YAML11_SCHEMA })).toEqual(written)
      }),
    )
  })
})
