import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js'
import { formatDiagnosticLine } from '../../src/diagnostics/format.js'
import { mistakes } from './mistakes.js'

/** Without chosen targets all seven are asked; what one of them cannot express is no mistake then. */
const isOfHost = ({ target, code }: Diagnostic, text: string): boolean =>
  target === undefined || text.includes('\ntargets:') || code.startsWith('version-')

const answersTo = (text: string): readonly string[] =>
  compile(text)
    .diagnostics.filter((diagnostic) => isOfHost(diagnostic, text))
    .map((diagnostic) => formatDiagnosticLine(diagnostic).replace('description.yaml:', ''))

const NO_MISTAKE = ['a tab after a colon']

describe('the mistakes of the table', () => {
  it('are reported as in mistakes.txt (renew it with vitest --update, and read the difference)', async () => {
    const table = mistakes.map(([title, text]) =>
      [title, ...answersTo(text).map((line) => `  ${line}`)].join('\n'),
    )
    await expect(`${table.join('\n\n')}\n`).toMatchFileSnapshot('mistakes.txt')
  })

  it('are more than a hundred, each with its own title', () => {
    expect(mistakes.length).toBeGreaterThan(100)
    expect(new Set(mistakes.map(([title]) => title)).size).toBe(mistakes.length)
  })

  it.each(mistakes.filter(([title]) => !NO_MISTAKE.includes(title)))(
    '%s: the answer is at most three messages',
    (_title, text) => {
      const answers = answersTo(text)
      expect(answers.length).toBeGreaterThan(0)
      expect(answers.length).toBeLessThanOrEqual(3)
    },
  )
})
