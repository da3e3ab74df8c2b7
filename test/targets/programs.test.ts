// Programs on the host: the same bytes in every output.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { isProgram } from '../../src/targets/shared/programs.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'

const source = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../templates/programs', name), 'utf8')

test('every program of every output is a file of templates/programs, executable unless it is a library', () => {
  const found = goodFixtures.flatMap((fixture) =>
    [...compileFixture(fixture).outputs.values()].flatMap(({ files }) => files.filter(isProgram)),
  )
  expect(new Set(found.map(({ path }) => basename(path)))).toContain('multihome-tracker')
  for (const file of found) {
    if (!('content' in file)) throw new Error(`${file.path} is no text`)
    expect(file.content).toBe(source(basename(file.path)))
    expect(file.mode).toBe(basename(file.path).includes('.') ? 0o644 : 0o755)
  }
})
