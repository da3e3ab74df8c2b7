import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFiles } from '../../../src/node/files/create-files.js'
import { everythingIn, temporaryFolder } from '../folder.js'

const FILES = { 'a.yaml': 'a\n', 'hosts/b.yaml': 'b\n' }

test('files and their folders are created', () => {
  const folder = join(temporaryFolder(), 'new')
  expect(createFiles(folder, FILES)).toEqual({ ok: true, value: undefined })
  expect(everythingIn(folder)).toEqual(['a.yaml', 'hosts/', 'hosts/b.yaml'])
  expect(readFileSync(join(folder, 'hosts/b.yaml'), 'utf8')).toBe('b\n')
})

test('nothing is written if one exists, even as a link to nowhere', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'hosts'))
  symlinkSync('/nowhere/b.yaml', join(folder, 'hosts/b.yaml'))
  expect(createFiles(folder, FILES)).toEqual({ ok: false, existing: [join(folder, 'hosts/b.yaml')] })
  expect(everythingIn(folder)).toEqual(['hosts/', 'hosts/b.yaml'])
})

test('a file in the place of a folder is a problem', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'hosts'), '')
  expect(createFiles(folder, FILES)).toEqual({
    ok: false,
    problem: `${folder}: a part of its path is not a directory`,
  })
})
