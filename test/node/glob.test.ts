import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { expandGlob } from '../../src/node/glob.js'
import { MANIFEST } from '../../src/node/tree/tree-validation.js'
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

test('a folder stands for every description below it, sorted', () => {
  const folder = folderWith('b.yaml', 'a.yml', 'site/c.yaml', 'site/notes.md', 'd.json', 'site.yaml')
  expect(below(folder, '.')).toEqual(['a.yml', 'b.yaml', 'site.yaml', 'site/c.yaml'])
  expect(below(folder, 'site/')).toEqual(['site/c.yaml'])
})

test('a folder leaves out hidden names, and links to folders, which may form a cycle', () => {
  const folder = folderWith('a.yaml', '.git/x.yaml', '.b.yaml')
  symlinkSync('.', join(folder, 'circle'))
  symlinkSync('a.yaml', join(folder, 'c.yaml'))
  expect(below(folder, '.')).toEqual(['a.yaml', 'c.yaml'])
})

test('a multihome.yaml is no description unless it is named', () => {
  const folder = folderWith('a.yaml', 'multihome.yaml', 'site/multihome.yaml')
  expect(below(folder, '.')).toEqual(['a.yaml'])
  expect(below(folder, '**/*.yaml')).toEqual(['a.yaml'])
  expect(below(folder, 'multihome.yaml')).toEqual(['multihome.yaml'])
})

test('the YAML of a tree that multihome wrote is no description', () => {
  const folder = folderWith('a.yaml', `out/a${MANIFEST}`, 'out/a/etc/netplan/60-multihome.yaml')
  expect(below(folder, '.')).toEqual(['a.yaml'])
  // Also if the descriptions are in the root itself.
  const root = folderWith('a.yaml', MANIFEST.slice(1), 'etc/netplan/60-multihome.yaml')
  expect(below(root, '.')).toEqual(['a.yaml'])
})

test('a folder without a description names nothing', () => {
  expect(below(folderWith('a.json'), '.')).toEqual([])
})

test.each<readonly [string, readonly string[]]>([
  ['*.yaml', ['a.yaml', 'gw1.yaml', 'gw10.yaml']],
  ['gw?.yaml', ['gw1.yaml']],
  ['gw*.y*ml', ['gw1.yaml', 'gw10.yaml']],
  ['*w*1*.*l', ['gw1.yaml', 'gw10.yaml']],
  ['*a*a*a*', []],
  ['[!g]*.yaml', ['a.yaml']],
  ['.*.yaml', ['.b.yaml']],
  ['**/*.yaml', ['a.yaml', 'gw1.yaml', 'gw10.yaml', 'site/c.yaml', 'site/deep/d.yaml']],
  ['**/deep/**/d.yaml', ['site/deep/d.yaml']],
  ['*/**/[cd].yaml', ['site/c.yaml', 'site/deep/d.yaml']],
  ['[z-a].yaml', []],
])('the pattern %s names %j', (pattern, paths) => {
  const folder = folderWith(
    'a.yaml',
    'gw1.yaml',
    'gw10.yaml',
    '.b.yaml',
    'site/c.yaml',
    'site/deep/d.yaml',
    'notes.md',
  )
  expect(below(folder, pattern)).toEqual(paths)
})

test('many stars need no more time than few', () => {
  const folder = folderWith(`${'a'.repeat(200)}.json`, `${'d/'.repeat(30)}a.yaml`)
  expect(below(folder, `${'*a'.repeat(20)}*.yaml`)).toEqual([])
  expect(below(folder, `${'**/'.repeat(12)}*.yaml`)).toEqual([`${'d/'.repeat(30)}a.yaml`])
})
