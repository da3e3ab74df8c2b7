// Trees below a root that does not exist yet.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MANIFEST } from '../../../src/node/tree/tree-validation.js'
import { writeTree } from '../../../src/node/tree/write.js'
import { everythingIn, temporaryFolder, textFile } from '../folder.js'

const files = [textFile('/etc/one/a.conf', 'a\n'), textFile('/etc/b.conf', 'b\n', 0o600)]

describe('a root that does not exist', () => {
  test('has the tree, its manifest and nothing beside it', async () => {
    const folder = temporaryFolder()
    const root = join(folder, 'hosts/gw1')
    expect(await writeTree(root, files)).toEqual({
      ok: true,
      value: {
        written: ['/etc/one/a.conf', '/etc/b.conf'],
        restored: [],
        unchanged: [],
        removed: [],
        remarks: [],
      },
    })
    expect(everythingIn(folder)).toEqual([
      'hosts/',
      'hosts/gw1/',
      'hosts/gw1/.multihome/',
      'hosts/gw1/.multihome/manifest',
      'hosts/gw1/etc/',
      'hosts/gw1/etc/b.conf',
      'hosts/gw1/etc/one/',
      'hosts/gw1/etc/one/a.conf',
    ])
    expect(readFileSync(join(root, MANIFEST), 'utf8')).toBe(
      '/etc/\n/etc/b.conf\n/etc/one/\n/etc/one/a.conf\n',
    )
    expect(statSync(join(root, 'etc/b.conf')).mode & 0o777).toBe(0o600)
    expect(await writeTree(root, files)).toMatchObject({ ok: true, value: { written: [], remarks: [] } })
    expect(await writeTree(root, [])).toMatchObject({ ok: true })
    expect(everythingIn(root)).toEqual(['.multihome/', '.multihome/manifest'])
  })

  test('is the tree of one of two runs at once', async () => {
    const root = join(temporaryFolder(), 'gw1')
    const other = [textFile('/etc/one/a.conf', 'other\n')]
    const ended = await Promise.all([writeTree(root, files), writeTree(root, other), writeTree(root, files)])
    expect(ended.map(({ ok }) => ok)).toEqual([true, true, true])
    expect(everythingIn(join(root, '..')).some((path) => path.endsWith('.tmp'))).toBe(false)
  })

  test('does not appear after a signal, and neither does anything else', async () => {
    const folder = temporaryFolder()
    const ended = await writeTree(join(folder, 'gw1'), files, { signal: { aborted: true } })
    expect(ended).toEqual({ ok: false, problems: [{ path: '/', text: 'interrupted' }] })
    expect(readdirSync(folder)).toEqual([])
  })

  test('does not appear if a file cannot be written', async () => {
    const folder = temporaryFolder()
    const long = textFile(`/etc/${'x'.repeat(300)}`, 'a\n')
    expect(await writeTree(join(folder, 'gw1'), [...files, long])).toEqual({
      ok: false,
      problems: [{ path: long.path, text: 'the name is too long' }],
    })
    expect(readdirSync(folder)).toEqual([])
  })

  test('is not put behind a symbolic link to nothing', async () => {
    const folder = temporaryFolder()
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'gw1'))
    expect(await writeTree(join(folder, 'gw1'), files)).toMatchObject({ ok: false })
    expect(readdirSync(folder)).toEqual(['gw1'])
  })

  test('has folders of mode 0755 whatever the umask is', async () => {
    const before = process.umask(0o077)
    try {
      const root = join(temporaryFolder(), 'gw1')
      await writeTree(root, files)
      expect(statSync(join(root, 'etc/one')).mode & 0o777).toBe(0o755)
      expect(statSync(join(root, 'etc/one/a.conf')).mode & 0o777).toBe(0o644)
    } finally {
      process.umask(before)
    }
  })
})

test('what a killed run has left is removed ten seconds later, and nothing else', async () => {
  const folder = temporaryFolder()
  const nameOf = (age: number): string => `.multihome-${(Date.now() - age).toString(36)}-k3x.tmp`
  const [old, recent] = [nameOf(60_000), nameOf(1000)]
  for (const name of [old, recent, '.multihome-x.tmp.d'])
    mkdirSync(join(folder, name, 'etc'), { recursive: true })
  chmodSync(join(folder, old), 0o700)
  writeFileSync(join(folder, nameOf(90_000)), 'a file')
  const kept = readdirSync(folder).filter((name) => name !== old)
  await writeTree(join(folder, 'gw1'), files)
  expect(readdirSync(folder).toSorted()).toEqual([...kept, 'gw1'].toSorted())
})
