import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { quote } from '../../src/syntax/shell.js'

test('a quoted word is one word, as a pattern, a command and an argument', () => {
  const words = [
    'esac',
    'if',
    'in',
    'done',
    'time',
    'function',
    'dev',
    '{',
    '!',
    "a'b",
    'a b',
    '$x',
    '*',
    '',
    '~',
  ]
  for (const word of words) {
    const text = quote(word)
    const script = `case "$1" in x) ;; ${text}) printf %s ${text} ;; esac`
    for (const shell of ['dash', 'bash'])
      expect(spawnSync(shell, ['-c', script, shell, word], { encoding: 'utf8' }), script).toMatchObject({
        stdout: word,
        stderr: '',
      })
  }
})
