// Files of a host below a root: what is read, what is bounded, and that nothing outside of the root is.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectLimits, collectTree, type CollectChoice } from '../../src/node/collect-tree.js'

let base = ''
let root = ''

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'multihome-collect-'))
  root = join(base, 'root')
  mkdirSync(join(root, 'etc'), { recursive: true })
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
const link = (path: string, target: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  symlinkSync(target, join(root, path))
}
const collect = (choice: Partial<CollectChoice> = {}) => {
  const tree = collectTree(root, { folders: ['/etc'], reads: (path) => path.endsWith('.conf'), ...choice })
  return { tree, files: Object.fromEntries(tree.files), unread: tree.unread }
}

describe('a tree', () => {
  it('has the files that a reader reads, by their path on the host', () => {
    put('etc/a.conf', 'a')
    put('etc/b.txt', 'b')
    put('etc/deep/er/c.conf', 'c')
    put('usr/lib/d.conf', 'd')
    expect(collect().files).toEqual({ '/etc/a.conf': 'a', '/etc/deep/er/c.conf': 'c' })
    expect(collect({ folders: ['/usr/lib', '/no'] }).files).toEqual({ '/usr/lib/d.conf': 'd' })
  })

  it('has an empty file where a link to /dev/null masks one', () => {
    link('etc/a.conf', '/dev/null')
    expect(collect()).toMatchObject({ files: { '/etc/a.conf': '' }, unread: [] })
  })

  it('begins absolute links at its root, and never leads out of it', () => {
    writeFileSync(join(base, 'secret.conf'), 'secret')
    put('srv/real.conf', 'real')
    put('secret.conf', 'own')
    link('etc/absolute.conf', '/srv/real.conf')
    link('etc/up.conf', '../../../../../../secret.conf')
    link('etc/outside.conf', join(base, 'secret.conf'))
    link('etc/gone.conf', '/srv/none.conf')
    link('etc/folder', '/../../srv')
    expect(collect()).toMatchObject({
      files: { '/etc/absolute.conf': 'real', '/etc/up.conf': 'own', '/etc/folder/real.conf': 'real' },
      unread: [],
    })
  })

  it('ends at cycles of links', () => {
    put('etc/a.conf', 'a')
    link('etc/loop', '/etc')
    link('etc/self.conf', 'self.conf')
    const { files, unread } = collect()
    expect(files).toEqual({ '/etc/a.conf': 'a' })
    expect(unread).toEqual([
      { path: '/etc/self.conf', failure: { reason: 'too many symbolic links, or a cycle of them' } },
    ])
  })

  it.runIf(process.platform === 'linux')('waits for no FIFO', () => {
    execFileSync('mkfifo', [join(root, 'etc/pipe.conf')])
    expect(collect()).toMatchObject({
      files: {},
      unread: [{ path: '/etc/pipe.conf', failure: { reason: 'it is a FIFO, not a file' } }],
    })
  })

  it('reports a file that is no text, and reads the others', () => {
    put('etc/a.conf', 'a')
    put('etc/bytes.conf', Uint8Array.of(0xc3, 0x28))
    put('etc/nul.conf', 'a\0b')
    put('etc/large.conf', 'x'.repeat(collectLimits.file + 1))
    const { files, unread } = collect()
    expect(files).toEqual({ '/etc/a.conf': 'a' })
    expect(unread.map(({ path }) => path)).toEqual(['/etc/bytes.conf', '/etc/large.conf', '/etc/nul.conf'])
  })

  it.each([
    ['files', { files: 2 }, 'more than 2 files are read'],
    ['total', { total: 5 }, 'the files have more than 5 bytes'],
    ['names', { names: 3 }, 'more than 3 names are searched'],
    ['depth', { depth: 1 }, 'more than 1 folders inside each other'],
  ])('is bounded: %s', (_name, limits, reason) => {
    for (const name of ['a', 'b', 'c', 'd']) put(`etc/${name}.conf`, '123')
    put('etc/folder/e.conf', '123')
    const { unread } = collect({ limits: { ...collectLimits, ...limits } })
    expect(unread).toMatchObject([{ failure: { reason } }])
  })

  it('takes files that others name, by paths and patterns', () => {
    put('srv/a.cfg', 'a')
    put('srv/b.cfg', 'b')
    put('srv/.hidden.cfg', 'h')
    const { tree } = collect()
    tree.add('/srv/*.cfg')
    tree.add('/srv/none.cfg')
    tree.add('/../../etc/passwd')
    expect(Object.fromEntries(tree.files)).toEqual({ '/srv/a.cfg': 'a', '/srv/b.cfg': 'b' })
  })
})
