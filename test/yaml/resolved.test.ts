// The merged description as YAML, with the origin of each part.
import fc from 'fast-check'
import { load } from 'js-yaml'
import { describe, expect, it, test } from 'vitest'
import { compile } from '../../src/compile.js'
import { formatResolved, resolvedDocument } from '../../src/yaml/resolved.js'
import { parseDescription, type Load } from '../../src/yaml/extends.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'

const merged = (text: string, site: string) => {
  const read: Load = () => ({ ok: true, value: { file: 'site.yaml', text: site } })
  return parseDescription(text, 'host.yaml', read)
}
const printed = (text: string, site: string) => formatResolved(merged(text, site)).replaceAll(/ +#/g, ' #')

describe('a merged description is printed', () => {
  it('with the file and line of each part, and without what null removes', () => {
    const site = 'version: 1\nlinks:\n  wan0: { dhcp4: true }\n  old0: {}\n  lan0: { mtu: 1400 }\n'
    const text = 'extends: site.yaml\nlinks:\n  old0: null\n  lan0: { mtu: 9000 }\n  wan0: { mtu: 1400 }\n'
    expect(printed(text, site)).toBe(`version: 1 # site.yaml:1
links:
  wan0:
    dhcp4: true # site.yaml:3
    mtu: 1400 # host.yaml:5
  lan0: { mtu: 9000 } # host.yaml:4
`)
  })

  it('with numbers and quotes as they are written', () => {
    const site = `version: 1.10\nmark: 0x100\nmac: "00:11"\nlist: [0o17, 'a b']\n`
    expect(printed('extends: site.yaml\n', site).replaceAll(/ # .*/g, '')).toBe(site)
  })

  it('with quotes where the place asks for them', () => {
    const value = { a: 'x, y', b: '*x', c: 'a # b', d: '- no: list', e: 'two\nlines', f: '', g: '[' }
    const site = `rule:\n  a: x, y\n  b: "*x"\n  c: 'a # b'\n  d: "- no: list"\n  e: |-\n    two\n    lines\n  f: ""\n  g: "["\n`
    expect(load(formatResolved(merged('extends: site.yaml\n', site)))).toEqual({ rule: value })
  })

  it('with values behind an alias', () => {
    expect(printed('extends: site.yaml\n', 'a: &x { mtu: 0x10 }\nb: *x\n')).toBe(
      'a: { mtu: 0x10 } # site.yaml:1\nb: { mtu: 16 } # site.yaml:2\n',
    )
  })

  it('on several lines where one is too long', () => {
    const long = Array.from({ length: 30 }, (_, index) => `10.0.${index}.0/24`)
    expect(printed('extends: site.yaml\n', JSON.stringify({ from: long })).split('\n')).toHaveLength(32)
  })
})

test('every host compiles to the same plan from it', () => {
  for (const fixture of goodFixtures) {
    const { plan, source } = compileFixture(fixture)
    const again = compile(formatResolved(source), { targets: [] })
    expect({ name: fixture.name, plan: again.plan }).toEqual({ name: fixture.name, plan })
  }
})

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'null',
    'yes',
    '0x10',
    '1.10',
    '~',
    '12:30',
    '&a',
    '- a',
    'a: b',
    ' #',
    '\n',
    '\u2028',
    "'",
  ),
  fc.integer(),
  fc.boolean(),
)
const key = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'null', '0x10', 'a: b', '#', '', '? x', '-'),
  fc.string(),
)
const { mapping } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, tie('mapping'), fc.array(tie('value'), { maxLength: 4 })),
  mapping: fc.dictionary(key, tie('value'), { maxKeys: 5 }),
}))

test('any values are read back as they were', () => {
  fc.assert(
    fc.property(mapping, mapping, (site, host) => {
      const source = merged(
        JSON.stringify({ extends: 'site.yaml', host }),
        JSON.stringify({ host: site, site }),
      )
      if (source.value === undefined) return
      const { description, origins } = resolvedDocument(source)
      expect(load(formatResolved(source))).toEqual(description)
      expect(origins.every(({ file, line }) => /^(?:host|site)\.yaml$/.test(file) && line === 1)).toBe(true)
    }),
    { numRuns: 300 },
  )
})
