import fc from 'fast-check'
import { dump, load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import type { Path } from '../../src/diagnostics/diagnostic.js'
import { MAX_ALIASES, MAX_DEPTH, MAX_TEXT_BYTES, parseYaml, type Source } from '../../src/yaml/source.js'
import { amount } from '../helpers/amount.js'

const codes = (text: string): string[] => parseYaml(text).diagnostics.map(({ code }) => code)
const first = (text: string) => {
  const [diagnostic] = parseYaml(text).diagnostics
  if (diagnostic === undefined) throw new Error('no diagnostic')
  return diagnostic
}
/** The text at the location of a path. */
const covered = (source: Source, path: Path, on?: 'key' | 'value'): string => {
  const { start, end } = source.locate(path, on)
  return source.text.slice(start.offset, end.offset)
}

describe('text that parseYaml rejects', () => {
  it.each([
    ['', 'file-empty'],
    ['   \n\n', 'file-empty'],
    ['# only a comment\n', 'file-empty'],
    ['---\n', 'file-empty'],
    ['a: b: c\n', 'yaml-syntax'],
    ['a: [1, 2\n', 'yaml-syntax'],
    ['a: "b\n', 'yaml-syntax'],
    ['a:\n\t- b\n', 'yaml-syntax'],
    ['a: *nothing\n', 'yaml-syntax'],
    ['a: !!binary aGk=\n', 'yaml-syntax'],
    ['a: !!js/function x\n', 'yaml-syntax'],
    ['a: !mine x\n', 'yaml-syntax'],
    ['? [a, b]\n: c\n', 'yaml-syntax'],
    ['a: &x b\n*x : c\n', 'yaml-syntax'],
    ['!!int 0x1: a\n1: b\n', 'yaml-syntax'],
    ['a: 1\n---\nb: 2\n', 'yaml-several-documents'],
    ['a: 1\n---\n', 'yaml-several-documents'],
    ['a: 1\na: 2\n', 'yaml-duplicate-key'],
    ['a: 1\n"a": 2\n', 'yaml-duplicate-key'],
    ['1: a\n0x1: b\n', 'yaml-duplicate-key'],
    ['&a [*a]\n', 'yaml-cycle'],
    ['a: &a\n  b: { c: *a }\n', 'yaml-cycle'],
    [`${'['.repeat(MAX_DEPTH + 1)}${']'.repeat(MAX_DEPTH + 1)}`, 'yaml-too-deep'],
    [`[&a 1${', *a'.repeat(MAX_ALIASES + 1)}]`, 'yaml-too-many-aliases'],
    ['a: \u0007\n', 'string-control-character'],
    ['a: b # \u202e\n', 'string-control-character'],
    ['a: \ud800\n', 'string-control-character'],
  ])('%j is %s', (text, code) => {
    expect(codes(text)).toEqual([code])
  })

  it('includes a bomb: nine aliases of nine aliases, eleven levels deep', () => {
    const nine = (name: string): string => Array.from({ length: 9 }, () => `*${name}`).join(',')
    const lines = Array.from(
      { length: 11 },
      (_, index) => `a${index + 1}: &a${index + 1} [${nine(`a${index}`)}]`,
    )
    expect(codes(`a0: &a0 [x]\n${lines.join('\n')}\n`)).toEqual(['yaml-too-many-values'])
  })

  it('includes nesting by aliases that is deeper than the limit', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]`)
    expect(codes(`a0: &a0 []\n${lines.join('\n')}\n`)).toEqual(['yaml-too-deep'])
  })

  it('is limited by bytes, not characters', () => {
    const text = (bytes: number): string => `a: ${'x'.repeat(bytes - 3)}`
    expect(codes(text(MAX_TEXT_BYTES))).toEqual([])
    expect(codes(text(MAX_TEXT_BYTES + 1))).toEqual(['file-too-large'])
    expect(first('é'.repeat(MAX_TEXT_BYTES)).message).toContain(`${2 * MAX_TEXT_BYTES} bytes`)
    expect(first('€'.repeat(MAX_TEXT_BYTES)).message).toContain(`${3 * MAX_TEXT_BYTES} bytes`)
    expect(first('\u{1f600}'.repeat(MAX_TEXT_BYTES)).message).toContain(`${4 * MAX_TEXT_BYTES} bytes`)
  })

  it('reports each duplicate key with both locations, and still returns the value', () => {
    const source = parseYaml('a: { b: 1, b: 2 }\nc: 3\nc: 4\n')
    expect(source.diagnostics.map(({ path, span }) => [path, span?.start.line, span?.start.column])).toEqual([
      [['a', 'b'], 1, 12],
      [['c'], 3, 1],
    ])
    expect(source.diagnostics[0]?.related?.[0]?.span?.start.column).toBe(6)
    expect(source.value).toEqual({ a: { b: 2 }, c: 4 })
  })
})

describe('the fix of a syntax error', () => {
  it.each([
    ['via: 2001:db8::\nx: 1\n', 'Quote the address: "2001:db8::".'],
    ['r: { from: 2001:db8::, to: fd00:: }\n', 'Quote the address: "2001:db8::".'],
    ['a:\n\t- b\n', 'Indent with spaces.'],
    ['a: @b\n', 'A value cannot begin with @: quote it, or leave the sign out.'],
    ['a: *b\n', 'Write the values out.'],
  ])('%j', (text, fix) => {
    expect(first(text)).toMatchObject({ code: 'yaml-syntax', fix })
  })

  it('has the location of the error', () => {
    expect(first('a: 1\nb: c: d\n').span?.start).toEqual({ line: 2, column: 5, offset: 9 })
  })
})

describe('the value', () => {
  it('is YAML 1.2: `yes` is text, 0x is a number, `<<` is an ordinary key', () => {
    expect(parseYaml('a: yes\nb: 0x100\nc: 0x100/0xff00\nd: 010\n<<: { e: 1 }\n').value).toEqual({
      a: 'yes',
      b: 256,
      c: '0x100/0xff00',
      d: 10,
      '<<': { e: 1 },
    })
  })

  it('shares the value of an alias', () => {
    expect(parseYaml('a: &x [1]\nb: *x\n').value).toEqual({ a: [1], b: [1] })
  })
})

describe('locate', () => {
  const source = parseYaml(
    [
      '# a comment',
      'version: 1',
      'links:',
      "  eth0: { addresses: [192.0.2.10/24, '2001:db8::1/64' ] , mtu: 1500 }",
      '  wg0:',
      'rules:',
      '  - from: 10.0.0.0/8',
      '    gateway: fiber',
      '  - { to: "::/0" }',
      'again: &x { deep: 1 }',
      'alias: *x',
      '',
    ].join('\n'),
  )

  it.each<[Path, 'key' | 'value', string]>([
    [['version'], 'key', 'version'],
    [['version'], 'value', '1'],
    [['links', 'eth0'], 'key', 'eth0'],
    [['links', 'eth0', 'addresses'], 'value', "[192.0.2.10/24, '2001:db8::1/64' ]"],
    [['links', 'eth0', 'addresses', 1], 'value', "'2001:db8::1/64'"],
    [['links', 'eth0'], 'value', "{ addresses: [192.0.2.10/24, '2001:db8::1/64' ] , mtu: 1500 }"],
    [['rules', 0], 'value', 'from: 10.0.0.0/8\n    gateway: fiber'],
    [['rules', 1, 'to'], 'value', '"::/0"'],
    [['links', 'wg0'], 'value', 'wg0'],
    [['alias'], 'value', '*x'],
  ])('%j, its %s', (path, on, text) => {
    expect(covered(source, path, on)).toBe(text)
  })

  it('locates a missing key at the key of its deepest existing parent', () => {
    expect(covered(source, ['links', 'eth0', 'mac', 'x'])).toBe('eth0')
    expect(covered(source, ['links', 'eth9'])).toBe('links')
    expect(covered(source, ['rules', 7])).toBe('rules')
  })

  it('locates a missing key of the document or of a list entry at its beginning', () => {
    expect(source.locate(['nothing']).start).toEqual(source.locate(['version'], 'key').start)
    expect(source.locate(['rules', 1, 'gateway']).start).toMatchObject({ line: 9, column: 5 })
  })

  it('locates values of an alias at the alias', () => {
    expect(covered(source, ['alias', 'deep'])).toBe('*x')
  })

  it('counts CR LF and CR as one line break, and a byte order mark as a column', () => {
    const dos = parseYaml('a: 1\r\nb: 2\rc: 3\r\n')
    expect(dos.locate(['c'], 'key').start).toEqual({ line: 3, column: 1, offset: 11 })
    expect(covered(parseYaml('\ufeffa: 1\n'), ['a'])).toBe('1')
  })

  it('returns a location even if nothing could be parsed', () => {
    expect(parseYaml('', 'x.yaml').locate(['a', 0])).toMatchObject({
      file: 'x.yaml',
      start: { line: 1, column: 1 },
    })
  })
})

describe('textOf', () => {
  it('returns the value as written', () => {
    const source = parseYaml('a: 1.30\nb: "x\\ty"\nc:\n')
    expect(source.textOf(['a'])).toBe('1.30')
    expect(source.textOf(['b'])).toBe('"x\\ty"')
    expect(source.textOf(['c'])).toBeUndefined()
    expect(source.textOf(['d'])).toBeUndefined()
  })
})

/** Every path of a value. */
function* pathsOf(value: unknown, above: Path = []): Generator<[Path, unknown]> {
  yield [above, value]
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value))
    yield* pathsOf(child, [...above, Array.isArray(value) ? Number(key) : key])
}

describe('for any document', () => {
  const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null))
  const key = fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/),
    fc.string(),
    fc.constantFrom('1', 'null', 'true', '<<'),
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }))

  it('locate returns the location of each scalar and flow collection', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(-1, 0, 1, 2), fc.boolean(), (value, flowLevel, isDouble) => {
        const text = dump(value, {
          flowLevel,
          lineWidth: -1,
          noRefs: true,
          quoteStyle: isDouble ? 'double' : 'single',
        })
        const source = parseYaml(text)
        fc.pre(source.diagnostics.length === 0)
        expect(source.value).toEqual(load(text))
        for (const [path, expected] of pathsOf(source.value)) {
          const written = source.textOf(path)
          expect(written, JSON.stringify(path)).toBeDefined()
          // The indentation of a block depends on its parents, so its text alone would be a different document.
          if (written === undefined || /[\n]/.test(written)) continue
          if (expected === null && written === '') continue
          expect(load(written), JSON.stringify([path, text])).toEqual(expected)
        }
      }),
      { numRuns: amount(150, 500) },
    )
  })

  it('parseYaml never throws, and reports something or returns a value', () => {
    const noise = fc.string({
      unit: fc.constantFrom(
        ...'abc:-[]{}&*!|>\'"%@`#,?\\ \t\r\n0159.~<='.split(''),
        'é',
        '\u{1f600}',
        '\0',
        '\ud800',
        '\u2028',
      ),
      maxLength: 60,
    })
    fc.assert(
      fc.property(noise, (text) => {
        const source = parseYaml(text)
        expect(source.value === undefined).toBe(
          source.diagnostics.some(({ code }) => code !== 'yaml-duplicate-key'),
        )
        for (const { span } of source.diagnostics) expect(span).toBeDefined()
      }),
      { numRuns: amount(800, 3000) },
    )
  })
})

describe('speed', () => {
  it('parsing time is linear: ten times the text takes at most thirty times as long', () => {
    const text = (count: number): string =>
      Array.from(
        { length: count },
        (_, index) => `g${index}: { link: e${index}, via: [10.0.0.1, "fe80::1"] }\n`,
      ).join('')
    const time = (count: number): number => {
      const written = text(count)
      const runs = Array.from({ length: 3 }, () => {
        // CPU time of this process, since other processes may run meanwhile.
        const start = process.cpuUsage()
        parseYaml(written)
        return process.cpuUsage(start).user / 1000
      })
      return Math.min(...runs)
    }
    time(500)
    expect(time(10_000)).toBeLessThan(30 * Math.max(time(1_000), 2))
  })
})
