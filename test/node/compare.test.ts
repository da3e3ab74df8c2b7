import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareTree, type Difference } from '../../src/node/compare.js'
import { writeTree } from '../../src/node/write.js'
import type { RenderedFile } from '../../src/targets/target.js'
import { everythingIn, temporaryFolder, textFile } from './folder.js'

const one = textFile('/etc/one', 'a\n')
const two = textFile('/etc/two', 'b\n', 0o600)
const link: RenderedFile = { path: '/etc/link', symlink: 'one' }

function differences(root: string, files: readonly RenderedFile[]): readonly Difference[] {
  const outcome = compareTree(root, files)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems))
  return outcome.differences
}

const told = (root: string, files: readonly RenderedFile[]): readonly string[] =>
  differences(root, files).map(({ path, text }) => `${path} ${text}`)

test('nothing there: all is missing, and nothing is made', () => {
  const folder = temporaryFolder()
  expect(differences(join(folder, 'no'), [one, link])).toEqual([
    { path: '/etc/one', what: 'missing', text: 'is missing', after: 'a\n' },
    { path: '/etc/link', what: 'missing', text: 'is missing' },
  ])
  expect(everythingIn(folder)).toEqual([])
})

test('content, mode, kind, what a link points to', async () => {
  const root = temporaryFolder()
  await writeTree(root, [one, two, link])
  expect(told(root, [one, two, link])).toEqual([])
  writeFileSync(join(root, 'etc/one'), 'x\n')
  chmodSync(join(root, 'etc/two'), 0o644)
  rmSync(join(root, 'etc/link'))
  symlinkSync('two', join(root, 'etc/link'))
  expect(told(root, [one, two, link])).toEqual([
    '/etc/one has other content',
    '/etc/two has mode 0644, not 0600',
    '/etc/link points to two, not one',
  ])
  expect(differences(root, [one])[0]).toMatchObject({ before: 'x\n', after: 'a\n' })
  rmSync(join(root, 'etc/one'))
  symlinkSync('two', join(root, 'etc/one'))
  rmSync(join(root, 'etc/link'))
  writeFileSync(join(root, 'etc/link'), '')
  expect(told(root, [one, link])).toContain('/etc/one is not a regular file')
  expect(told(root, [one, link])).toContain('/etc/link is not a symbolic link')
})

test('what an earlier run left, ours alone', async () => {
  const root = temporaryFolder()
  await writeTree(root, [one, two])
  writeFileSync(join(root, 'etc/canary'), '')
  expect(differences(root, [one])).toEqual([
    {
      path: '/etc/two',
      what: 'extra',
      text: 'is from an earlier run and not wanted any more',
      before: 'b\n',
    },
  ])
  writeFileSync(join(root, 'etc/two'), 'mine')
  expect(told(root, [one])).toEqual([
    '/etc/two is from an earlier run, not wanted any more, and changed since',
  ])
  rmSync(join(root, 'etc/two'))
  expect(told(root, [one])).toEqual([])
})

test('refuses as writing does', () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'etc/one'), { recursive: true })
  expect(compareTree(root, [one])).toEqual({
    ok: false,
    problems: [{ path: '/etc/one', text: 'a directory of that name is in the way' }],
  })
  expect(compareTree(root, [textFile('/../x', '')])).toMatchObject({ ok: false })
})
