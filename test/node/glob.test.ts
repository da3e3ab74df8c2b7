import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { expandGlob } from '../../src/node/glob.js'
import { MANIFEST } from '../../src/node/tree-validation.js'
import { temporaryFolder } from './folder.js'

function folderWith(...paths: readonly string[]): string {
  const folder = temporaryFolder()
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), '')
  }
  return folder
}

const below = (folder: string, pattern: string): readonly string[] =>
  expandGlob(join(folder, pattern)).map((path) => relative(folder, path))

test('a folder is every description below it, sorted', () => {
  const folder = folderWith('b.yaml', 'a.yml', 'site/c.yaml', 'site/notes.md', 'd.json', 'site.yaml')
  expect(below(folder, '.')).toEqual(['a.yml', 'b.yaml', 'site.yaml', 'site/c.yaml'])
  expect(below(folder, 'site/')).toEqual(['site/c.yaml'])
})

test('of a folder, hidden names, and links to folders, which may lead in a circle, are left out', () => {
  const folder = folderWith('a.yaml', '.git/x.yaml', '.b.yaml')
  symlinkSync('.', join(folder, 'circle'))
  symlinkSync('a.yaml', join(folder, 'c.yaml'))
  expect(below(folder, '.')).toEqual(['a.yaml', 'c.yaml'])
})

test('the YAML of a tree that multihome wrote is no description', () => {
  const folder = folderWith('a.yaml', `out/a${MANIFEST}`, 'out/a/etc/netplan/60-multihome.yaml')
  expect(below(folder, '.')).toEqual(['a.yaml'])
  // Also where the descriptions are in the root itself.
  const root = folderWith('a.yaml', MANIFEST.slice(1), 'etc/netplan/60-multihome.yaml')
  expect(below(root, '.')).toEqual(['a.yaml'])
})

test('a folder without a description names nothing', () => {
  expect(below(folderWith('a.json'), '.')).toEqual([])
})
