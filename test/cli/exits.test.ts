import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { goodFixtures } from '../helpers/fixtures.js'
import { GOOD, runIn, WRONG, type World } from './fake-io.js'

const CONTROL = '\u001b]0;title\u0007\u009b2J\u202e\u2066\u0085\u2028\ufeff\r'
const COMMAND = '::error file=a::text ##[error]x ##vso[task.complete] ##teamcity[message]'
const NAMES = [`hosts/${CONTROL}.yaml`, `a\n${COMMAND}\n.yaml`, `${COMMAND}.yaml`]

/** What a terminal, a log or a CI runner would interpret. */
const INTERPRETED =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|^\s*::[\w-]+[ :]|##(?:vso|teamcity)?\[/m

const expectInert = (text: string): void => expect(text.replace(INTERPRETED, '<$&>')).toBe(text)

const stale: World['compare'] = () => ({
  ok: true,
  value: [
    {
      path: `/etc/${CONTROL}`,
      what: 'content',
      text: 'differs',
      before: `old ${CONTROL}\n${COMMAND}\n`,
      after: 'new\n',
    },
  ],
})

describe('hostile names and texts are escaped where they leave:', () => {
  const commands: readonly (readonly string[])[] = [
    ['check', 'NAME'],
    ['check', 'NAME', '-v', 'other.yaml'],
    ['check', 'missing-NAME'],
    ['check', 'NAME', '--format', 'json'],
    ['check', 'NAME', '--format', 'sarif'],
    ['check', 'NAME', '--target', 'NAME'],
    ['render', 'NAME', 'other.yaml'],
    ['render', 'NAME', 'other.yaml', '--out', 'o/{host}', '-v'],
    ['render', 'NAME', '--out', 'o/{host}', '--diff'],
    ['render', 'NAME', 'NAME', '--out', 'o', '--format', 'json'],
    ['plan', 'NAME'],
    ['plan', 'NAME', '--format', 'yaml'],
    ['plan', 'NAME', '--format', 'json'],
    ['trace', 'other.yaml', 'NAME'],
    ['trace', 'other.yaml', '--packets', 'NAME'],
    ['trace', 'other.yaml', '8.8.8.8', '--lease', 'NAME'],
    ['compare', 'NAME'],
    ['compare', 'NAME', '--format', 'markdown'],
    ['compare', 'NAME', '--html', '-'],
    ['compare', 'NAME', '--html', 'page.html'],
    ['diff', 'NAME', 'other.yaml'],
    ['diff', 'other.yaml', 'NAME', '--format', 'markdown'],
    ['diff', 'other.yaml', 'git:HEAD:NAME'],
    ['explain', 'NAME'],
    ['init', '--scenario', 'NAME'],
    ['requires', 'NAME'],
    ['verify', 'other.yaml', '--state', 'NAME'],
    ['NAME'],
    ['check', '--NAME'],
  ]
  test.each(commands)('%j %j %j %j', async (...words) => {
    for (const name of NAMES)
      for (const text of [GOOD, WRONG, `${CONTROL}\n${COMMAND}`]) {
        const files = { [name]: text, 'other.yaml': GOOD.replace('default: production', 'default: admin') }
        const given = words.filter((word) => word !== undefined).map((word) => word.replace('NAME', name))
        for (const color of [false, true]) {
          const { stdout, stderr, texts } = await runIn({ files, compare: stale, color }, ...given)
          const shown = color ? stripVTControlCharacters : (text: string): string => text
          for (const one of [shown(stdout), shown(stderr), ...texts.values()]) expectInert(one)
        }
      }
  })

  test('a name that is no valid text is reported in SARIF', async () => {
    const { stdout } = await runIn({}, 'check', '\ud800.yaml', '--format', 'sarif')
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0' })
  })

  test('a name with a line end stays on its line', async () => {
    const { stdout } = await runIn({ files: { 'a\nb.yaml': GOOD } }, 'check', 'a\nb.yaml')
    expect(stdout).toBe('a\\u000ab.yaml: good\n')
  })

  test('colours of hostile text are not those of the answer', async () => {
    const files = { 'a.yaml': GOOD, '\u001b[8mb.yaml': GOOD }
    const { stdout } = await runIn({ files, color: true }, 'diff', 'a.yaml', '\u001b[8mb.yaml')
    expect(stdout).toContain('\\u001b[8mb.yaml')
  })
})

describe('the escapes of JSON keep its meaning:', () => {
  test('a state with hostile names', async () => {
    const { escapeControls } = await import('../../src/diagnostics/sanitize.js')
    const document = { [`${CONTROL}${COMMAND}`]: [CONTROL, `\n${COMMAND}`, '💡', '\ud800'] }
    const text = escapeControls(JSON.stringify(document, null, 2))
    expectInert(text)
    expect(JSON.parse(text)).toEqual(document)
  })
})

test('nothing of ordinary output is escaped', async () => {
  for (const { text } of goodFixtures.slice(0, 20))
    for (const words of [['render'], ['plan'], ['compare'], ['plan', '--format', 'ip']]) {
      const { stdout } = await runIn(
        { files: { 'a.yaml': text } },
        words[0] ?? '',
        'a.yaml',
        ...words.slice(1),
      )
      expect(stdout).not.toMatch(/\\u[0-9a-f]{4}/)
    }
})

test('Markdown notifies nobody', async () => {
  const files = {
    '@admin #1.yaml': `${GOOD}rules: [{ from: 10.0.0.0/8, gateway: admin, comment: '@team' }]\n`,
  }
  const { stdout } = await runIn({ files }, 'compare', '@admin #1.yaml', '--format', 'markdown')
  const outsideCode = stdout.replace(/`+[^`]*`+/g, '')
  expect(outsideCode).toContain('team')
  expect(outsideCode).not.toMatch(/@[A-Za-z]/)
})

test('of 50,000 diagnostics 200 are printed, errors first', async () => {
  const keys = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1\n`).join('')
  const { stderr } = await runIn({ files: { 'a.yaml': GOOD + keys } }, 'check', 'a.yaml')
  expect(stderr.length).toBeLessThan(100_000)
  expect(stderr).toContain('49800 more are not shown: multihome check --format json lists all')
}, 30_000)
