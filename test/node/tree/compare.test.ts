import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareTree, type Difference, type ModeComparison } from '../../../src/node/tree/compare.js'
import { writeTree } from '../../../src/node/tree/write.js'
import type { RenderedFile } from '../../../src/targets/target.js'
import { everythingIn, temporaryFolder, textFile } from '../folder.js'

const one = textFile('/etc/one', 'a\n')
const two = textFile('/etc/two', 'b\n', 0o600)
const link: RenderedFile = { path: '/etc/link', symlink: 'one' }

function differences(
  root: string,
  files: readonly RenderedFile[],
  modes?: ModeComparison,
): readonly Difference[] {
  const outcome = compareTree(root, files, modes)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems))
  return outcome.value
}

const differencesIn = (
  root: string,
  files: readonly RenderedFile[],
  modes?: ModeComparison,
): readonly string[] => differences(root, files, modes).map(({ path, text }) => `${path} ${text}`)

test('an empty root: all files are missing, and none is created', () => {
  const folder = temporaryFolder()
  expect(differences(join(folder, 'no'), [one, link])).toEqual([
    { path: '/etc/one', what: 'missing', text: 'is missing', after: one.content },
    { path: '/etc/link', what: 'missing', text: 'is missing' },
  ])
  expect(everythingIn(folder)).toEqual([])
})

test('reports differences in content, mode, kind and symbolic links', async () => {
  const root = temporaryFolder()
  await writeTree(root, [one, two, link])
  expect(differencesIn(root, [one, two, link])).toEqual([])
  writeFileSync(join(root, 'etc/one'), 'x\n')
  chmodSync(join(root, 'etc/two'), 0o644)
  rmSync(join(root, 'etc/link'))
  symlinkSync('two', join(root, 'etc/link'))
  expect(differencesIn(root, [one, two, link])).toEqual([
    '/etc/one has other content',
    '/etc/link points to two, not one',
  ])
  expect(differencesIn(root, [one, two], 'exact')).toContain('/etc/two has mode 0644, not 0600')
  expect(differences(root, [one])[0]).toMatchObject({ before: 'x\n', after: one.content })
  rmSync(join(root, 'etc/one'))
  symlinkSync('two', join(root, 'etc/one'))
  rmSync(join(root, 'etc/link'))
  writeFileSync(join(root, 'etc/link'), '')
  expect(differencesIn(root, [one, link])).toContain('/etc/one is not a regular file')
  expect(differencesIn(root, [one, link])).toContain('/etc/link is not a symbolic link')
})

test('compares only the executable bit by default', async () => {
  const root = temporaryFolder()
  const script = textFile('/etc/script', '', 0o755)
  await writeTree(root, [two, script])
  chmodSync(join(root, 'etc/two'), 0o664)
  chmodSync(join(root, 'etc/script'), 0o700)
  expect(differencesIn(root, [two, script])).toEqual([])
  expect(differencesIn(root, [two, script], 'exact')).toEqual([
    '/etc/two has mode 0664, not 0600',
    '/etc/script has mode 0700, not 0755',
  ])
  chmodSync(join(root, 'etc/script'), 0o644)
  expect(differencesIn(root, [two, script])).toEqual(['/etc/script has mode 0644, not 0755'])
})

test('reports files of an earlier run, and no others', async () => {
  const root = temporaryFolder()
  await writeTree(root, [one, two])
  writeFileSync(join(root, 'etc/canary'), '')
  expect(differences(root, [one])).toEqual([
    {
      path: '/etc/two',
      what: 'extra',
      text: 'is from an earlier run and no longer part of the tree',
      before: two.content,
    },
  ])
  // Without its header it is no longer ours.
  writeFileSync(join(root, 'etc/two'), 'mine')
  expect(differencesIn(root, [one])).toEqual([])
  rmSync(join(root, 'etc/two'))
  expect(differencesIn(root, [one])).toEqual([])
})

test('refuses the same trees as writing', () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'etc/one'), { recursive: true })
  expect(compareTree(root, [one])).toEqual({
    ok: false,
    problems: [{ path: '/etc/one', text: 'a directory of that name exists' }],
  })
  expect(compareTree(root, [textFile('/../x', '')])).toMatchObject({ ok: false })
})
