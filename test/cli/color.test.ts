import { stripVTControlCharacters, styleText } from 'node:util'
import { describe, expect, test } from 'vitest'
import { GOOD, runIn, type World } from './fake-io.js'

const CHANGED = GOOD.replace('default: production', 'default: admin')
const REFUSING = `${GOOD}rules: [{ to: 203.0.113.0/24, action: unreachable }]\n`
const files = { 'a.yaml': GOOD, 'b.yaml': CHANGED, 'c.yaml': REFUSING }
const stale: World['compare'] = () => ({
  ok: true,
  value: [{ path: '/etc/x', what: 'content', text: 'differs', before: 'old\nkept\n', after: 'new\nkept\n' }],
})

const green = (text: string): string => styleText('green', text, { validateStream: false })
const red = (text: string): string => styleText('red', text, { validateStream: false })
const dim = (text: string): string => styleText('dim', text, { validateStream: false })
const bold = (text: string): string => styleText('bold', text, { validateStream: false })

describe('on a terminal, colours mark', () => {
  test.each([
    [
      ['plan', 'a.yaml'],
      [bold('Tables'), dim('  TABLE  NAME        LINE  WHY')],
    ],
    [['plan', 'a.yaml', '--format', 'ip'], [dim('# gateway admin: its own network (line 6)')]],
    [
      ['trace', 'a.yaml', '8.8.8.8'],
      [bold('8.8.8.8'), green('  leaves by production: via 198.51.100.1 dev eth1')],
    ],
    [['trace', 'c.yaml', '203.0.113.1'], [expect.stringMatching(/\u001b\[31m {2}is rejected: unreachable/)]],
    [
      ['diff', 'a.yaml', 'b.yaml'],
      [
        bold('Rerouted packets'),
        expect.stringMatching(/^\u001b\[31m {2}- .*metric 100/),
        expect.stringMatching(/^\u001b\[32m {2}\+ .*metric 100/),
      ],
    ],
    [
      ['render', 'a.yaml', '-t', 'iproute2', '--out', 'o', '--diff'],
      [red('-old'), green('+new'), ' kept'],
    ],
  ])('%j', async (words, expected) => {
    const plain = await runIn({ files, compare: stale }, ...words)
    expect(plain.stdout).not.toContain('\u001b')
    const colored = await runIn({ files, compare: stale, color: true }, ...words)
    expect(stripVTControlCharacters(colored.stdout)).toBe(plain.stdout)
    expect(colored.stdout.split('\n')).toEqual(expect.arrayContaining(expected))
    expect(await runIn({ files, compare: stale, color: true }, ...words, '--color=never')).toEqual(plain)
    expect(await runIn({ files, compare: stale }, '--color=always', ...words)).toEqual(colored)
  })

  test('nothing of JSON and YAML', async () => {
    for (const words of [
      ['plan', 'a.yaml', '--format', 'json'],
      ['plan', 'a.yaml', '--format', 'yaml'],
      ['trace', 'a.yaml', '8.8.8.8', '--format', 'json'],
      ['diff', 'a.yaml', 'b.yaml', '--format', 'markdown'],
    ])
      expect((await runIn({ files, color: true }, ...words)).stdout).not.toContain('\u001b')
  })
})
