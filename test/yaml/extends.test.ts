// Descriptions of several files.
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { formatDiagnosticLine } from '../../src/diagnostics/format.js'
import { MAX_NAMES, MAX_LEVELS, parseDescription, type Load } from '../../src/yaml/extends.js'

/** Files by name; names are not relative. */
const from =
  (files: Readonly<Record<string, string>>): Load =>
  (name) => {
    const text = files[name]
    return text === undefined
      ? { ok: false, problem: 'there is none' }
      : { ok: true, value: { file: name, text } }
  }

const merged = (text: string, files: Readonly<Record<string, string>>) =>
  parseDescription(text, 'host.yaml', from(files))
const valueOf = (text: string, files: Readonly<Record<string, string>>) => merged(text, files).value
const messages = (text: string, files: Readonly<Record<string, string>>) =>
  merged(text, files).diagnostics.map(formatDiagnosticLine)

describe('a description that extends others', () => {
  it('merges mappings by key at every level, with the keys of the others first', () => {
    const value = valueOf('extends: site.yaml\nlinks: { wan0: { mtu: 1400 }, lan0: {} }\n', {
      'site.yaml': 'version: 1\nlinks: { wan0: { dhcp4: true } }\n',
    })
    expect(JSON.stringify(value)).toBe(
      JSON.stringify({
        version: 1,
        links: { wan0: { dhcp4: true, mtu: 1400 }, lan0: {} },
        extends: 'site.yaml',
      }),
    )
  })

  it('replaces lists and scalars', () => {
    expect(
      valueOf('extends: a.yaml\nlist: [3]\nscalar: x\n', { 'a.yaml': 'list: [1, 2]\nscalar: y\n' }),
    ).toMatchObject({ list: [3], scalar: 'x' })
  })

  it('replaces a mapping by a scalar, and a scalar by a mapping', () => {
    expect(
      valueOf('extends: a.yaml\na: auto\nb: { c: 1 }\n', { 'a.yaml': 'a: { k: 1 }\nb: none\n' }),
    ).toMatchObject({
      a: 'auto',
      b: { c: 1 },
    })
  })

  it('removes by null what it inherits, and keeps its own null', () => {
    const value = valueOf('extends: a.yaml\na:\nb: { c: }\nown:\n', {
      'a.yaml': 'a: { k: 1 }\nb: { c: 1, d: 2 }\n',
    })
    expect(value).toEqual({ b: { d: 2 }, own: null, extends: 'a.yaml' })
  })

  it('removes by null what several of the others have', () => {
    const files = { 'a.yaml': 'x: { k: 1 }\ny: a\n', 'b.yaml': 'x: { k: 2 }\n', 'c.yaml': 'y:\n' }
    expect(valueOf('extends: [a.yaml, b.yaml]\nx:\n', files)).toEqual({
      y: 'a',
      extends: ['a.yaml', 'b.yaml'],
    })
    expect(valueOf('extends: [a.yaml, c.yaml]\n', files)).toMatchObject({ x: { k: 1 } })
    expect(valueOf('extends: [a.yaml, c.yaml]\n', files)).not.toHaveProperty('y')
  })

  it('prefers later files of the list to earlier ones, and itself to all', () => {
    const files = { 'a.yaml': 'x: a\ny: a\nz: a\n', 'b.yaml': 'x: b\ny: b\n' }
    expect(valueOf('extends: [a.yaml, b.yaml]\nx: own\n', files)).toMatchObject({ x: 'own', y: 'b', z: 'a' })
  })

  it('takes what the others extend, each from its own file', () => {
    const files = { 'a.yaml': 'extends: b.yaml\nx: a\n', 'b.yaml': 'x: b\ny: b\n' }
    const value = valueOf('extends: a.yaml\n', files)
    expect(value).toEqual({ x: 'a', y: 'b', extends: 'a.yaml' })
  })

  it('may reach a file in two ways', () => {
    const files = {
      'a.yaml': 'extends: c.yaml\n',
      'b.yaml': 'extends: c.yaml\ny: b\n',
      'c.yaml': 'x: c\ny: c\n',
    }
    expect(valueOf('extends: [a.yaml, b.yaml]\n', files)).toMatchObject({ x: 'c', y: 'b' })
  })

  it('is not confused by names of Object.prototype', () => {
    const value = valueOf('extends: a.yaml\nlinks: { __proto__: { mtu: 1 }, toString: {} }\n', {
      'a.yaml': 'links: { constructor: {}, __proto__: { mac: 2 } }\n',
    }) as { links: object }
    expect(Object.keys(value.links)).toEqual(['constructor', '__proto__', 'toString'])
    expect(Object.getOwnPropertyDescriptor(value.links, '__proto__')?.value).toEqual({ mac: 2, mtu: 1 })
  })

  it('has each span in the file where the words stand', () => {
    const source = merged('extends: a.yaml\nlinks:\n  lan0: { mtu: 9000 }\n', {
      'a.yaml': 'version: 1\nlinks:\n  wan0: { dhcp4: true }\n',
    })
    const place = (...path: string[]) => {
      const { file, start } = source.locate(path)
      return `${file}:${start.line}:${start.column}`
    }
    expect(place('links', 'wan0', 'dhcp4')).toBe('a.yaml:3:18')
    expect(place('links', 'lan0', 'mtu')).toBe('host.yaml:3:16')
    expect(place('links', 'absent')).toBe('host.yaml:2:1')
    expect(source.textOf(['links', 'wan0', 'dhcp4'])).toBe('true')
  })
})

it('a file that many others extend is merged once', () => {
  const files = Object.fromEntries(
    Array.from({ length: 7 }, (_, n) => [
      `f${n}.yaml`,
      `extends: [${Array(7)
        .fill(`f${n + 1}.yaml`)
        .join(', ')}]\n`,
    ]),
  )
  expect(valueOf('extends: f0.yaml\n', { ...files, 'f7.yaml': 'x: 1\n' })).toMatchObject({ x: 1 })
})

describe('what a description cannot extend', () => {
  it('is a file that cannot be read', () => {
    expect(messages('extends: [a.yaml, b.yaml]\n', { 'a.yaml': 'x: 1\n' })).toEqual([
      'host.yaml:1:19: error[extends-unreadable]: cannot read b.yaml: there is none; fix: Write its path relative to this file.',
    ])
  })

  it('is any file where the caller reads none', () => {
    expect(parseDescription('extends: a.yaml\n', 'host.yaml').diagnostics.map(({ code }) => code)).toEqual([
      'extends-unreadable',
    ])
  })

  it.each(['/etc/shadow', '/site.yaml', 'site', '../../etc/passwd'])('is %s', (name) => {
    expect(merged(`extends: ${name}\n`, { [name]: 'x: 1\n' }).diagnostics).toMatchObject([
      { code: 'extends-invalid', path: ['extends'] },
    ])
  })

  it('is itself, in one step or several', () => {
    expect(messages('extends: host.yaml\n', { 'host.yaml': 'extends: host.yaml\n' })[0]).toContain(
      'this file extends itself: host.yaml extends host.yaml',
    )
    expect(
      messages('extends: a.yaml\n', { 'a.yaml': 'extends: b.yaml\n', 'b.yaml': 'extends: a.yaml\n' }),
    ).toEqual([
      expect.stringContaining(
        'b.yaml:1:10: error[extends-cycle]: this file extends itself: host.yaml extends a.yaml extends b.yaml extends a.yaml',
      ),
    ])
  })

  it('is a file behind too many others, or one too many', () => {
    const chain = Object.fromEntries(
      Array.from({ length: MAX_LEVELS + 2 }, (_, n) => [`f${n}.yaml`, `extends: f${n + 1}.yaml\n`]),
    )
    expect(merged('extends: f0.yaml\n', chain).diagnostics.map(({ code }) => code)).toEqual([
      'extends-too-deep',
    ])
    const names = Array.from({ length: MAX_NAMES + 1 }, (_, n) => `f${n}.yaml`)
    const many = Object.fromEntries(names.map((name) => [name, 'x: 1\n']))
    expect(merged(`extends: [${names.join(', ')}]\n`, many).diagnostics).toMatchObject([
      { code: 'extends-too-many' },
    ])
  })

  it('is a file with an error of its own, which is reported there, and nothing that follows from it', () => {
    expect(messages('extends: a.yaml\nversion: 1\n', { 'a.yaml': 'links: [\n' })).toEqual([
      expect.stringMatching(/^a\.yaml:.*error\[yaml-syntax\]/),
    ])
  })
})

describe('hostile files take at most some seconds', () => {
  const names = Array.from({ length: MAX_NAMES }, (_, n) => `f${n}.yaml`)
  const all = `extends: [${names.join(', ')}]\n`
  const codesOf = (text: string, textOf: (name: string) => string) => {
    const start = performance.now()
    let calls = 0
    const load: Load = (name) => {
      calls++
      return { ok: true, value: { file: name, text: textOf(name) } }
    }
    const { diagnostics, value } = parseDescription(text, 'host.yaml', load)
    expect(value).toBeUndefined()
    expect(calls).toBeLessThanOrEqual(MAX_NAMES)
    expect(performance.now() - start).toBeLessThan(20_000)
    return [...new Set(diagnostics.map(({ code }) => code))]
  }

  it('with a megabyte each', () => {
    const large = (name: string) => `${name}: ${'x'.repeat(1_000_000)}\n`
    expect(codesOf(all, large)).toEqual(['extends-unreadable'])
  })

  it('with aliases of aliases, merged into each other', () => {
    const keys = (letter: string, count: number, value: string) =>
      Array.from({ length: count }, (_, n) => `${letter}${n}: ${value}`).join(', ')
    const nested = `x:
  a: &a { ${keys('k', 50, '1')} }
  b: &b { ${keys('b', 90, '*a')} }
  c: { ${keys('c', 90, '*b')} }
`
    expect(codesOf(all, () => nested)).toEqual(['yaml-too-many-values'])
  })

  it('with aliases of aliases, beside each other', () => {
    const keys = (letter: string, value: string) =>
      Array.from({ length: 80 }, (_, n) => `${letter}${n}: ${value}`).join(', ')
    const nested = (name: string) =>
      `${name}:\n  a: &a { ${keys('k', '1')} }\n  b: &b { ${keys('b', '*a')} }\n  c: { ${keys('c', '*b').slice(0, 400)} }\n`
    expect(codesOf(all, nested)).toEqual(['yaml-too-many-values'])
  })

  it('which all extend each other, or always one more', () => {
    expect(codesOf(all, () => all)).toEqual(['extends-cycle', 'extends-too-deep', 'extends-too-many'])
    expect(codesOf('extends: f.yaml\n', (name) => `extends: x${name}\n`)).toEqual(['extends-too-deep'])
  })

  it('with half a million names', () => {
    const many = `extends: [${'a, '.repeat(300_000)}a]\n`
    expect(messages(many, {})).toHaveLength(MAX_NAMES + 1)
  })
})

it.each(['a\\0.yaml', 'a\\n.yaml', '\\e[31m.yaml', 'a\\x85b.yaml'])(
  'never reads a name such as "%s"',
  (name) => {
    const load: Load = () => {
      throw new Error('read')
    }
    const { diagnostics } = parseDescription(`extends: "${name}"\n`, 'host.yaml', load)
    expect(diagnostics.map(({ code }) => code)).toEqual(['extends-invalid'])
    expect(diagnostics.map(formatDiagnosticLine).join('')).not.toMatch(/[\0-\x1f\x7f-\x9f]/)
  },
)

it('a file that changes is read again', () => {
  let text = 'x: 1\n'
  const load: Load = () => ({ ok: true, value: { file: 'a.yaml', text } })
  const value = () => parseDescription('extends: a.yaml\n', 'host.yaml', load).value
  expect(value()).toMatchObject({ x: 1 })
  text = 'x: 2\n'
  expect(value()).toMatchObject({ x: 2 })
})

it('an error of a value is reported in the file that has it, in the order of the files', () => {
  const { diagnostics } = compile('extends: a.yaml\nversion: 1\nlinks: { lan0: { mtu: 1 } }\n', {
    file: 'host.yaml',
    load: from({ 'a.yaml': 'links:\n  wan0: { addresses: [192.0.2.300/24] }\n' }),
  })
  expect(diagnostics.map(({ code, span }) => [span?.file, code])).toEqual([
    ['host.yaml', expect.any(String)],
    ['a.yaml', 'address-invalid'],
  ])
})
