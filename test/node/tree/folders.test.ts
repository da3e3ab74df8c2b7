// Folders that another user swaps for symbolic links while a tree is written.
import {
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compareTree } from '../../../src/node/tree/compare.js'
import { createFolders } from '../../../src/node/tree/folders.js'
import { JOURNAL } from '../../../src/node/tree/tree-validation.js'
import { writeTree } from '../../../src/node/tree/write.js'
import { everythingIn, temporaryFolder, textFile } from '../folder.js'

const one = textFile('/etc/one/a.conf', 'a\n')
const next = textFile('/etc/one/a.conf', 'b\n')

/** A root with one file, and a folder outside that has a file of the same name. */
async function rootAndVictim(): Promise<readonly [root: string, outside: string]> {
  const folder = temporaryFolder()
  const [root, outside] = [join(folder, 'root'), join(folder, 'outside')]
  await writeTree(root, [one])
  mkdirSync(outside)
  writeFileSync(join(outside, 'a.conf'), one.content)
  return [root, outside]
}

/** Until the run has compared the tree, and waits for the disk. */
async function recorded(root: string): Promise<void> {
  const journal = join(root, JOURNAL)
  while (!existsSync(journal) || !readFileSync(journal, 'utf8').includes('paths'))
    await new Promise((resolve) => setImmediate(resolve))
}

function swap(root: string, outside: string): void {
  renameSync(join(root, 'etc/one'), join(root, 'etc/moved'))
  symlinkSync(outside, join(root, 'etc/one'))
}

describe('a folder that is swapped for a symbolic link while a run writes', () => {
  test('is not followed for a file that is replaced', async () => {
    const [root, outside] = await rootAndVictim()
    const run = writeTree(root, [next], { isDurable: true })
    await recorded(root)
    swap(root, outside)
    await run
    expect(everythingIn(outside)).toEqual(['a.conf'])
    expect(readFileSync(join(outside, 'a.conf'), 'utf8')).toBe(one.content)
    expect(readFileSync(join(root, 'etc/moved/a.conf'), 'utf8')).toBe(next.content)
  })

  test('is not followed for a file that is removed', async () => {
    const [root, outside] = await rootAndVictim()
    const run = writeTree(root, [], { isDurable: true })
    await recorded(root)
    swap(root, outside)
    await run
    expect(everythingIn(outside)).toEqual(['a.conf'])
  })

  test('is refused by the next run', async () => {
    const [root, outside] = await rootAndVictim()
    swap(root, outside)
    const problems = [{ path: next.path, text: '/etc/one is a symbolic link that leaves the root' }]
    expect(await writeTree(root, [next])).toEqual({ ok: false, problems })
    expect(compareTree(root, [next])).toEqual({ ok: false, problems })
  })
})

test('more folders than are kept open', async () => {
  const root = temporaryFolder()
  const files = Array.from({ length: 300 }, (_, index) => textFile(`/etc/${index}/a.conf`, `${index}\n`))
  expect(await writeTree(root, files)).toMatchObject({ ok: true })
  expect(compareTree(root, files)).toEqual({ ok: true, value: [] })
  expect(await writeTree(root, [])).toMatchObject({ ok: true })
  expect(everythingIn(root)).toEqual(['.multihome/', '.multihome/manifest'])
})

describe('a symbolic link on the way to the root', () => {
  const withLink = (): readonly [link: string, root: string] => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'root'))
    symlinkSync('root', join(folder, 'link'))
    return [join(folder, 'link'), join(folder, 'root')]
  }

  test('is followed', async () => {
    const [link, root] = withLink()
    expect(await writeTree(join(link, 'new'), [one])).toMatchObject({ ok: true })
    expect(everythingIn(root)).toContain('new/etc/one/a.conf')
  })

  test('is not followed by root if it belongs to another user', async (context) => {
    if (process.geteuid?.() !== 0) context.skip('only root can change the owner of a symbolic link')
    const [link, root] = withLink()
    const outer = join(root, '../outer')
    symlinkSync('link', outer)
    lchownSync(link, 65534, 65534)
    const text = `${link} is a symbolic link of another user, which root does not follow. fix: name the folder that it points to`
    for (const path of [link, join(link, 'new'), outer])
      expect(await writeTree(path, [one]), path).toEqual({ ok: false, problems: [{ path: '/', text }] })
    expect(everythingIn(root)).toEqual([])
  })
})

test('a root that can never be created is an error', async () => {
  const problems = [{ path: '/', text: 'there is no such file' }]
  expect(await writeTree('/proc/no/where', [one])).toEqual({ ok: false, problems })
  expect(compareTree('/proc/no/where', [one])).toMatchObject({ ok: true, value: [{ what: 'missing' }] })
})

test('a closed tree leaves no descriptor open', () => {
  const root = temporaryFolder()
  const before = everythingIn('/proc/self/fd').length
  const folders = createFolders(root)
  folders.make('/etc')
  folders.at('/etc/x')
  rmSync(join(root, 'etc'), { recursive: true })
  folders.forget()
  expect(folders.locate('/etc/x')).toBeUndefined()
  folders.close()
  expect(everythingIn('/proc/self/fd')).toHaveLength(before)
})
