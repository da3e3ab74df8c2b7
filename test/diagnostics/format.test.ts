import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnostic, Span } from '../../src/diagnostics/diagnostic.js'
import {
  formatDiagnostic,
  formatDiagnosticLine,
  locateDiagnostics,
  sortDiagnostics,
} from '../../src/diagnostics/format.js'

/** A span by offsets in `text`. */
function spanIn(text: string, start: number, end: number, file = 'description.yaml'): Span {
  const position = (offset: number) => {
    const before = text.slice(0, offset).split('\n')
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, offset }
  }
  return { file, start: position(start), end: position(end) }
}

const text = 'version: 1\nlinks:\n  eth0: { adresses: [192.0.2.10/24] }\nmanage: full\n'
const base: Diagnostic = {
  code: 'key-unknown',
  severity: 'error',
  args: { key: 'adresses', parent: 'links.eth0' },
  message: 'unknown key `adresses` in links.eth0',
  path: ['links', 'eth0', 'adresses'],
  on: 'key',
  span: spanIn(text, 28, 36),
  fix: 'Did you mean `addresses`?',
}

describe('formatDiagnostic', () => {
  it('shows the line with carets, the path and the fix', () => {
    expect(formatDiagnostic(base, text)).toMatchInlineSnapshot(`
      "error[key-unknown]: unknown key \`adresses\` in links.eth0
       --> description.yaml:3:11
        |
      3 |   eth0: { adresses: [192.0.2.10/24] }
        |           ^^^^^^^^ links.eth0.adresses
        = fix: Did you mean \`addresses\`?"
    `)
  })

  it('shows related locations', () => {
    const related = [{ message: 'first written here', path: ['version'], span: spanIn(text, 0, 7) }]
    expect(formatDiagnostic({ ...base, related }, text)).toMatchInlineSnapshot(`
      "error[key-unknown]: unknown key \`adresses\` in links.eth0
       --> description.yaml:3:11
        |
      3 |   eth0: { adresses: [192.0.2.10/24] }
        |           ^^^^^^^^ links.eth0.adresses
       ::> description.yaml:1:1: first written here
        |
      1 | version: 1
        | ^^^^^^^
        = fix: Did you mean \`addresses\`?"
    `)
  })

  it('works without a location', () => {
    const { span: _span, fix: _help, ...placeless } = base
    expect(formatDiagnostic(placeless, '')).toBe(
      'error[key-unknown]: unknown key `adresses` in links.eth0\n  --> links.eth0.adresses',
    )
  })

  it('marks the first line of a span of several lines', () => {
    expect(formatDiagnostic({ ...base, span: spanIn(text, 11, 55) }, text)).toContain(
      '2 | links:\n  | ^^^^^^ links',
    )
  })

  it('has no frame if the text is empty', () => {
    expect(formatDiagnostic({ ...base, span: spanIn('', 0, 0), path: [] }, '')).toBe(
      'error[key-unknown]: unknown key `adresses` in links.eth0\n --> description.yaml:1:1\n  = fix: Did you mean `addresses`?',
    )
  })

  it('is coloured only if enabled', () => {
    expect(formatDiagnostic(base, text)).not.toContain('\u001b')
    const colored = formatDiagnostic(base, text, { color: true })
    expect(colored).toContain('\u001b[31;1merror[key-unknown]\u001b[0m')
    expect(colored.replace(/\u001b\[[\d;]*m/g, '')).toBe(formatDiagnostic(base, text))
  })

  it('cuts a long line around the carets', () => {
    const long = `a: [${'x, '.repeat(400)}here, ${'y, '.repeat(400)}]`
    const at = long.indexOf('here')
    const [, , , line = '', carets = ''] = formatDiagnostic(
      { ...base, span: spanIn(long, at, at + 4) },
      long,
    ).split('\n')
    expect(line.length).toBeLessThan(110)
    expect(line).toMatch(/… ?x, .*here, .*…$/)
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('here')
  })

  it('replaces control characters of the description', () => {
    const evil = 'a: "\u001b]0;owned\u0007\u202e" # \u009b31m\n'
    const shown = formatDiagnostic(
      { ...base, message: 'x\u001b[2J\ny', path: ['\u001b[1m'], span: spanIn(evil, 3, 17) },
      evil,
    )
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(shown.split('\n')[0]).toBe('error[key-unknown]: x\ufffd[2J\ufffdy')
  })

  it('keeps the carets below wide characters and tabs', () => {
    const wide = 'a: [日本,\tb]\n'
    const [, , , line = '', carets = ''] = formatDiagnostic(
      { ...base, span: spanIn(wide, 8, 9) },
      wide,
    ).split('\n')
    expect(line).toBe('1 | a: [日本,→b]')
    // Before it are two characters of two columns each.
    expect(carets.indexOf('^')).toBe(line.indexOf('b') + 2)
  })

  it('never breaks its frame, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.nat(),
        fc.nat(20),
        (any, where, length) => {
          const start = any.length === 0 ? 0 : where % any.length
          const shown = formatDiagnostic(
            { ...base, span: spanIn(any, start, Math.min(any.length, start + length)) },
            any,
          )
          expect(shown.split('\n').length).toBeLessThanOrEqual(6)
          expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
        },
      ),
    )
  })
})

describe('formatDiagnosticLine', () => {
  it('is one line', () => {
    expect(formatDiagnosticLine(base)).toBe(
      'description.yaml:3:11: error[key-unknown]: unknown key `adresses` in links.eth0; fix: Did you mean `addresses`?',
    )
  })
})

describe('placeDiagnostics and sortDiagnostics', () => {
  it('add locations, keep existing ones, and sort by them', () => {
    const { span: _span, ...placeless } = base
    const locate = (path: readonly (string | number)[]): Span => spanIn(text, path.length === 1 ? 0 : 18, 19)
    const related = [{ message: 'see', path: ['version'] }]
    const placed = locateDiagnostics(
      [base, { ...placeless, related }, { ...placeless, severity: 'warning', path: ['x'] }],
      locate,
    )
    expect(placed.map(({ span }) => span?.start.offset)).toEqual([28, 18, 0])
    expect(placed[1]?.related?.[0]?.span?.start.offset).toBe(0)
    expect(sortDiagnostics(placed).map(({ span }) => span?.start.offset)).toEqual([0, 18, 28])
  })
})
