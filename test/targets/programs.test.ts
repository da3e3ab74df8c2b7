// Programs on the host: the same bytes in every output.
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.js'
import { isProgram } from '../../src/targets/shared/programs.js'
import { goodFixtures } from '../helpers/fixtures.js'

const FOLDER = '/usr/local/lib/multihome'

const source = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../templates/programs', name), 'utf8')

const filesOf = (text: string) => [...compile(text).outputs.values()].flatMap(({ files }) => files)

test('every file in the folder of the programs is a file of templates/programs, executable unless it is a library', () => {
  const found = goodFixtures.flatMap(({ text }) =>
    filesOf(text).filter(({ path }) => dirname(path) === FOLDER),
  )
  expect(new Set(found.map(({ path }) => basename(path)))).toContain('multihome-tracker')
  for (const file of found) {
    if (!('content' in file)) throw new Error(`${file.path} is no text`)
    expect(isProgram(file)).toBe(true)
    expect(file.content).toBe(source(basename(file.path)))
    expect(file.mode).toBe(basename(file.path).includes('.') ? 0o644 : 0o755)
  }
})

test('the description can name another folder, and nothing else than the folder changes', () => {
  const moved = (text: string): string => text.replaceAll(FOLDER, '/opt/multihome')
  const names = [
    'beside-cloud-init',
    'lease-kept-out-of-main',
    'leases-balanced',
    'pppoe-weighted',
    'two-providers',
  ]
  const chosen = goodFixtures.filter(({ name }) => names.includes(name))
  expect(chosen).toHaveLength(names.length)
  for (const { text } of chosen) {
    const files = filesOf(text)
    const inOther = filesOf(`${text}\nprograms: /opt/multihome\n`)
    expect(inOther).toEqual(
      files.map((file) => ({
        ...file,
        path: moved(file.path),
        ...('content' in file ? { content: moved(file.content) } : { symlink: moved(file.symlink) }),
      })),
    )
  }
})
