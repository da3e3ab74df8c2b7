import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ownerIds } from '../../../src/node/tree/file-owner.js'
import { JOURNAL, MANIFEST } from '../../../src/node/tree/tree-validation.js'
import { compareTree } from '../../../src/node/tree/compare.js'
import { writeTree, type WriteReport } from '../../../src/node/tree/write.js'
import type { RenderedFile } from '../../../src/targets/target.js'
import { everythingIn, temporaryFolder, textFile } from '../folder.js'

async function write(root: string, files: readonly RenderedFile[]): Promise<WriteReport> {
  const outcome = await writeTree(root, files)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems))
  return outcome.value
}

const STATE = ['.multihome/', '.multihome/manifest']

const one = textFile('/etc/one/a.conf', 'a\n')
const two = textFile('/etc/two/b.conf', 'b\n', 0o600)

describe('files of the tree', () => {
  test('are written with folders, modes and contents', async () => {
    const root = join(temporaryFolder(), 'not/yet/there')
    const report = await write(root, [one, two])
    expect(report).toEqual({
      written: [one.path, two.path],
      restored: [],
      unchanged: [],
      removed: [],
      remarks: [],
    })
    expect(everythingIn(root)).toEqual([
      ...STATE,
      'etc/',
      'etc/one/',
      'etc/one/a.conf',
      'etc/two/',
      'etc/two/b.conf',
    ])
    expect(readFileSync(join(root, one.path), 'utf8')).toBe(one.content)
    expect(statSync(join(root, one.path)).mode & 0o7777).toBe(0o644)
    expect(statSync(join(root, two.path)).mode & 0o7777).toBe(0o600)
  })

  test('modes do not depend on the umask', async () => {
    const root = temporaryFolder()
    const old = process.umask(0o077)
    try {
      await write(root, [one])
    } finally {
      process.umask(old)
    }
    expect(statSync(join(root, one.path)).mode & 0o7777).toBe(0o644)
    expect(statSync(join(root, 'etc/one')).mode & 0o7777).toBe(0o755)
  })

  test('symbolic links are written and replaced', async () => {
    const root = temporaryFolder()
    await write(root, [{ path: '/etc/init.d/net.eth0', symlink: 'net.lo' }])
    expect(readlinkSync(join(root, '/etc/init.d/net.eth0'))).toBe('net.lo')
    const report = await write(root, [{ path: '/etc/init.d/net.eth0', symlink: 'net.other' }])
    expect(report.written).toEqual(['/etc/init.d/net.eth0'])
    expect(report.remarks).toEqual([])
    expect(readlinkSync(join(root, '/etc/init.d/net.eth0'))).toBe('net.other')
  })

  test('unchanged files are not touched', async () => {
    const root = temporaryFolder()
    await write(root, [one, two])
    const before = lstatSync(join(root, one.path))
    const list = lstatSync(join(root, MANIFEST))
    const report = await write(root, [one, two])
    expect(report.unchanged).toEqual([one.path, two.path])
    expect(lstatSync(join(root, one.path)).ino).toBe(before.ino)
    expect(lstatSync(join(root, MANIFEST)).ino).toBe(list.ino)
  })

  test('a wrong mode is restored, and the file is not reported as written', async () => {
    const root = temporaryFolder()
    await write(root, [two])
    chmodSync(join(root, two.path), 0o644)
    expect(await write(root, [two])).toMatchObject({ written: [], restored: [two.path], remarks: [] })
    expect(statSync(join(root, two.path)).mode & 0o7777).toBe(0o600)
  })

  test('more files than may be open at once are written', async () => {
    const files = Array.from({ length: 1500 }, (_, index) =>
      textFile(`/etc/many/${index}.conf`, `${index}\n`),
    )
    const root = temporaryFolder()
    expect((await write(root, files)).written.length).toBe(1500)
  })

  test.runIf(process.geteuid?.() === 0)('root sets the owners of files', async () => {
    const root = temporaryFolder()
    await write(root, [one])
    expect(statSync(join(root, one.path)).uid).toBe(0)
    const nobody = { ...two, owner: 'root:no-such-group' }
    const report = await write(root, [nobody])
    expect(ownerIds('root:no-such-group')).toBeUndefined()
    expect(report.remarks).toEqual([
      {
        path: two.path,
        text: 'root:no-such-group is unknown on this machine; fix: set the owner on the host',
      },
    ])
  })
})

describe('a file that is no longer part of the tree', () => {
  test('is removed with the folders that multihome created', async () => {
    const root = temporaryFolder()
    await write(root, [one, two])
    const report = await write(root, [two])
    expect(report.removed).toEqual([one.path])
    expect(everythingIn(root)).toEqual([...STATE, 'etc/', 'etc/two/', 'etc/two/b.conf'])
  })

  test('keeps folders that existed before, or contain other files', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'etc/one'), { recursive: true })
    await write(root, [one, two])
    writeFileSync(join(root, 'etc/two/canary'), 'sings')
    await write(root, [])
    expect(everythingIn(root)).toEqual([...STATE, 'etc/', 'etc/one/', 'etc/two/', 'etc/two/canary'])
  })

  test('other files are never touched', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'etc/one'), { recursive: true })
    for (const canary of ['etc/one/a.conf.orig', 'etc/one/.a.conf.tmp', 'etc/canary', 'canary'])
      writeFileSync(join(root, canary), 'sings')
    await write(root, [one])
    await write(root, [two])
    await write(root, [])
    for (const canary of ['etc/one/a.conf.orig', 'etc/one/.a.conf.tmp', 'etc/canary', 'canary'])
      expect(readFileSync(join(root, canary), 'utf8')).toBe('sings')
  })

  test('without its header is kept, reported once, and no longer managed', async () => {
    const root = temporaryFolder()
    await write(root, [one, two])
    writeFileSync(join(root, one.path), 'mine\n')
    expect(await write(root, [two])).toMatchObject({
      removed: [],
      remarks: [
        {
          path: one.path,
          text: 'no longer part of the tree, and kept: its header was removed, so it belongs to you',
        },
      ],
    })
    expect(await write(root, [two])).toMatchObject({ removed: [], remarks: [] })
    expect(readFileSync(join(root, one.path), 'utf8')).toBe('mine\n')
  })

  test('is not reported as removed if it does not exist', async () => {
    const root = temporaryFolder()
    await write(root, [one, two])
    rmSync(join(root, one.path))
    expect(await write(root, [two])).toMatchObject({ removed: [], remarks: [] })
    expect(everythingIn(root)).not.toContain('etc/one/')
  })

  test('is removed if it is a symbolic link', async () => {
    const root = temporaryFolder()
    await write(root, [{ path: '/etc/init.d/net.eth0', symlink: 'net.lo' }, two])
    expect((await write(root, [two])).removed).toEqual(['/etc/init.d/net.eth0'])
    expect(everythingIn(root)).toEqual([...STATE, 'etc/', 'etc/two/', 'etc/two/b.conf'])
  })

  test('is kept if a folder replaced it', async () => {
    const root = temporaryFolder()
    await write(root, [one, two])
    rmSync(join(root, one.path))
    mkdirSync(join(root, one.path))
    expect((await write(root, [two])).removed).toEqual([])
    expect(everythingIn(root)).toContain('etc/one/a.conf/')
  })

  test('is not removed through a symbolic link out of the root', async () => {
    const folder = temporaryFolder()
    const root = join(folder, 'root')
    await write(root, [one, two])
    mkdirSync(join(folder, 'outside'))
    writeFileSync(join(folder, 'outside/a.conf'), one.content)
    rmSync(join(root, 'etc/one'), { recursive: true })
    symlinkSync(join(folder, 'outside'), join(root, 'etc/one'))
    const report = await write(root, [two])
    expect(report.removed).toEqual([])
    expect(existsSync(join(folder, 'outside/a.conf'))).toBe(true)
  })
})

describe('a file that was modified', () => {
  test('is replaced with a remark if it existed before', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'etc/one'), { recursive: true })
    writeFileSync(join(root, one.path), 'theirs\n')
    expect((await write(root, [one])).remarks).toEqual([
      { path: one.path, text: 'replaced a file that multihome did not write' },
    ])
  })

  test('is replaced with a remark if its header was removed', async () => {
    const root = temporaryFolder()
    await write(root, [one])
    writeFileSync(join(root, one.path), 'mine\n')
    expect((await write(root, [one])).remarks).toHaveLength(1)
    expect(readFileSync(join(root, one.path), 'utf8')).toBe(one.content)
  })

  test('needs no header in multihome’s own folder', async () => {
    const root = temporaryFolder()
    const program = { ...textFile('/.multihome/apply.sh', ''), content: 'first\n' }
    await write(root, [program, one])
    expect(await write(root, [{ ...program, content: 'second\n' }, one])).toMatchObject({ remarks: [] })
    expect(await write(root, [one])).toMatchObject({ removed: [program.path], remarks: [] })
  })

  test('is replaced without a remark if it has its header, even without a manifest', async () => {
    const root = temporaryFolder()
    await write(root, [one])
    rmSync(join(root, '.multihome'), { recursive: true })
    const next = textFile(one.path, 'b\n')
    expect(await write(root, [next])).toMatchObject({ written: [one.path], remarks: [] })
  })

  test('is replaced, not followed, if it is now a symbolic link', async () => {
    const folder = temporaryFolder()
    const root = join(folder, 'root')
    mkdirSync(join(root, 'etc/one'), { recursive: true })
    writeFileSync(join(folder, 'victim'), 'sings')
    symlinkSync(join(folder, 'victim'), join(root, one.path))
    await write(root, [one])
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('sings')
    expect(lstatSync(join(root, one.path)).isFile()).toBe(true)
  })
})

describe('refused trees, of which nothing is written', () => {
  async function problemsOf(root: string, files: readonly RenderedFile[]): Promise<readonly string[]> {
    const outcome = await writeTree(root, files)
    return outcome.ok ? [] : outcome.problems.map(({ path, text }) => `${path} ${text}`)
  }

  test.each([
    ['/../escape', 'it leads out of the root with `..`'],
    ['/etc/../../escape', 'it leads out of the root with `..`'],
    ['/etc//x', 'it is not in its shortest form'],
    ['/etc/./x', 'it is not in its shortest form'],
    ['/etc/x/', 'it is not in its shortest form'],
    ['/', 'it is not in its shortest form'],
    ['/etc/x\ny', 'it contains a control character'],
    ['/etc/x\0y', 'it contains a control character'],
    [MANIFEST, 'the path is reserved for multihome itself'],
    [JOURNAL, 'the path is reserved for multihome itself'],
  ] as const)('%j', async (path, text) => {
    const folder = temporaryFolder()
    const root = join(folder, 'root')
    expect(await problemsOf(root, [one, textFile(path, '')])).toContain(`${path} ${text}`)
    expect(everythingIn(folder)).toEqual([])
  })

  test('a relative path is refused at run time as well', async () => {
    const escape = textFile('etc/x' as '/etc/x', '')
    expect(await problemsOf(temporaryFolder(), [escape])).toEqual(['etc/x it does not begin with /'])
  })

  test('two files of one name, and a file that is also a folder', async () => {
    expect(await problemsOf(temporaryFolder(), [one, one])).toEqual([`${one.path} it is listed twice`])
    expect(await problemsOf(temporaryFolder(), [one, textFile('/etc/one', '')])).toEqual([
      '/etc/one/a.conf /etc/one is a file of the same tree',
    ])
  })

  test.each([
    ['absolute', (outside: string) => outside],
    ['relative', () => '../../outside'],
  ])('a folder that is an %s link out of the root', async (_how, target) => {
    const folder = temporaryFolder()
    const root = join(folder, 'root')
    const outside = join(folder, 'outside')
    mkdirSync(join(root, 'etc'), { recursive: true })
    mkdirSync(outside)
    symlinkSync(target(outside), join(root, 'etc/one'))
    expect(await problemsOf(root, [two, one])).toEqual([
      `${one.path} /etc/one is a symbolic link that leaves the root`,
    ])
    expect(everythingIn(outside)).toEqual([])
    expect(everythingIn(root)).toEqual(['etc/', 'etc/one'])
  })

  test('a symbolic link to a folder whose name only begins with the root', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'root/etc'), { recursive: true })
    mkdirSync(join(folder, 'root-of-another'))
    symlinkSync(join(folder, 'root-of-another'), join(folder, 'root/etc/one'))
    expect(await problemsOf(join(folder, 'root'), [one])).toHaveLength(1)
  })

  test('a symbolic link within the root is followed, as on a merged /usr', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'usr/etc'), { recursive: true })
    symlinkSync('usr/etc', join(root, 'etc'))
    expect(await problemsOf(root, [one])).toEqual([])
    expect(readFileSync(join(root, 'usr/etc/one/a.conf'), 'utf8')).toBe(one.content)
  })

  test('a dangling link, a file instead of a folder, a folder instead of a file', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'etc/two/b.conf'), { recursive: true })
    symlinkSync('nowhere', join(root, 'etc/one'))
    writeFileSync(join(root, 'etc/three'), '')
    expect(await problemsOf(root, [one, two, textFile('/etc/three/c', '')])).toEqual([
      `${one.path} /etc/one is a symbolic link to nothing`,
      `${two.path} a directory of that name exists`,
      '/etc/three/c /etc/three is not a directory',
    ])
  })

  test('the root is a file', async () => {
    const root = join(temporaryFolder(), 'file')
    writeFileSync(root, '')
    expect(await problemsOf(root, [one])).toEqual([`/ ${root} is not a directory`])
  })

  test.each([
    '{"version":1,"folders":[],"files":[]}',
    '/etc/one/a.conf',
    'etc/one/a.conf\n',
    '/../victim\n',
    '/etc/../../victim/\n',
    '//\n',
    '/etc/\u001b[2J\n',
  ])('a manifest or a journal that is no list of paths: %j', async (text) => {
    for (const path of [MANIFEST, JOURNAL]) {
      const root = temporaryFolder()
      mkdirSync(join(root, '.multihome'))
      writeFileSync(join(root, path), text)
      expect(await problemsOf(root, [one])).toEqual([
        expect.stringContaining(`${path} it is not a list of paths by multihome`),
      ])
      expect(everythingIn(root)).toEqual(['.multihome/', path.slice(1)])
    }
  })

  test.each(['/../victim', '/etc/../../victim/', '/etc//x', '/etc/\u009b2J', '/etc/\u202ex'])(
    'a journal with the path %j',
    async (path) => {
      const root = temporaryFolder()
      mkdirSync(join(root, '.multihome'))
      writeFileSync(join(root, JOURNAL), journalOf('/etc/one/', path))
      expect(await problemsOf(root, [one])).toEqual([expect.stringContaining(`${JOURNAL} it is not a list`)])
    },
  )

  test.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['an endless device', (path: string) => symlinkSync('/dev/zero', path)],
    ['600 MB long', (path: string) => (writeFileSync(path, '/etc/x\n'), truncateSync(path, 600_000_000))],
  ])('a manifest or a journal that is %s', async (_what, create) => {
    for (const path of [MANIFEST, JOURNAL]) {
      const root = temporaryFolder()
      mkdirSync(join(root, '.multihome'))
      create(join(root, path))
      const text = expect.stringMatching(/^it is not a list of paths by multihome/)
      expect(await writeTree(root, [one])).toEqual({ ok: false, problems: [{ path, text }] })
      expect(compareTree(root, [one])).toEqual({ ok: false, problems: [{ path, text }] })
    }
  })

  test('a manifest in a folder that is a symbolic link out of the root', async () => {
    const folder = temporaryFolder()
    const root = join(folder, 'root')
    mkdirSync(root)
    mkdirSync(join(folder, 'outside'))
    symlinkSync('../outside', join(root, '.multihome'))
    expect(await problemsOf(root, [one])).toEqual([
      `${MANIFEST} /.multihome is a symbolic link that leaves the root`,
    ])
    expect(everythingIn(folder)).toEqual(['outside/', 'root/', 'root/.multihome'])
  })
})

describe('the manifest', () => {
  test('lists sorted paths, one a line, and the folders that multihome created', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'etc'))
    await write(root, [two, one])
    const text = '/etc/one/\n/etc/one/a.conf\n/etc/two/\n/etc/two/b.conf\n'
    expect(readFileSync(join(root, MANIFEST), 'utf8')).toBe(text)
    expect(statSync(join(root, MANIFEST)).mode & 0o7777).toBe(0o644)
  })

  test('does not change after a repair, a manual change and a run without changes', async () => {
    const root = temporaryFolder()
    await write(root, [one, two])
    const list = lstatSync(join(root, MANIFEST))
    chmodSync(join(root, two.path), 0o640)
    writeFileSync(join(root, one.path), 'mine\n')
    await write(root, [one, two])
    await write(root, [one, two])
    expect(lstatSync(join(root, MANIFEST)).ino).toBe(list.ino)
    expect(existsSync(join(root, JOURNAL))).toBe(false)
  })

  test('never causes the removal of a symbolic link that leads to a file of others', async () => {
    const root = temporaryFolder()
    await write(root, [one])
    mkdirSync(join(root, 'usr/lib'), { recursive: true })
    writeFileSync(join(root, 'etc/stub'), 'nameserver 192.0.2.53\n')
    symlinkSync('usr/lib', join(root, 'lib'))
    symlinkSync('stub', join(root, 'etc/resolv.conf'))
    symlinkSync('circle', join(root, 'etc/circle'))
    writeFileSync(join(root, MANIFEST), '/etc/circle\n/etc/one/a.conf\n/etc/resolv.conf\n/lib\n')
    expect((await write(root, [one])).removed).toEqual([])
    expect(everythingIn(root)).toEqual(expect.arrayContaining(['lib', 'etc/circle', 'etc/resolv.conf']))
  })

  test('never causes the removal of a file that multihome did not write', async () => {
    const root = temporaryFolder()
    await write(root, [one])
    writeFileSync(join(root, 'etc/shadow'), 'root:*:\n')
    writeFileSync(join(root, MANIFEST), '/etc/gone\n/etc/one/a.conf\n/etc/shadow\n')
    expect((await write(root, [one])).removed).toEqual([])
    expect(everythingIn(root)).toContain('etc/shadow')
  })
})

/** A journal as a killed run leaves it. */
const journalOf = (...paths: readonly string[]): string =>
  `\nrun 1-x 1 0 no-machine 0\n\npaths\n${paths.map((path) => `${path}\n`).join('')}.\n`

test('the next run removes temporary files of an interrupted run', async () => {
  const root = temporaryFolder()
  await write(root, [one])
  // Cut off between two renames: one new file in its place, the other under its temporary name.
  mkdirSync(join(root, 'etc/new'))
  writeFileSync(join(root, 'etc/new/a.conf'), one.content)
  for (const folder of ['etc/new', '.multihome']) writeFileSync(join(root, folder, '.multihome-1-x.tmp'), '')
  writeFileSync(join(root, JOURNAL), journalOf('/etc/new/', '/etc/new/a.conf', '/etc/new/b.conf', one.path))
  expect(await write(root, [one])).toMatchObject({
    unchanged: [one.path],
    removed: ['/etc/new/a.conf'],
    remarks: [],
  })
  expect(everythingIn(root)).toEqual([...STATE, 'etc/', 'etc/one/', 'etc/one/a.conf'])
  expect(readFileSync(join(root, MANIFEST), 'utf8')).not.toContain('new')
})

describe('a write error', () => {
  const asNobody = process.geteuid?.() !== 0

  test('before the first file is replaced leaves nothing behind', async () => {
    const root = temporaryFolder()
    const long = textFile(`/${'x'.repeat(256)}`, '')
    const outcome = await writeTree(root, [one, textFile('/b.conf', ''), long])
    expect(outcome).toEqual({ ok: false, problems: [{ path: long.path, text: 'the name is too long' }] })
    expect(everythingIn(root)).toEqual([])
  })

  test('while files are staged leaves nothing behind', async (context) => {
    if (asNobody) context.skip('only root can mount a small file system')
    const root = temporaryFolder()
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', root])
    if (mount.status !== 0) context.skip('this machine does not let root mount')
    onTestFinished(() => void spawnSync('umount', [root]))
    await write(root, [one])
    const large = textFile('/etc/new/large.conf', 'x'.repeat(400_000))
    expect(await writeTree(root, [textFile(one.path, 'b\n'), two, large])).toEqual({
      ok: false,
      problems: [{ path: large.path, text: 'no space left on the device' }],
    })
    expect(everythingIn(root)).toEqual([...STATE, 'etc/', 'etc/one/', 'etc/one/a.conf'])
    expect(readFileSync(join(root, one.path), 'utf8')).toBe(one.content)
  })

  test('does not come from a folder that is named like a temporary file', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, `.multihome-${process.pid}-x.tmp`))
    mkdirSync(join(root, '.multihome'))
    writeFileSync(join(root, JOURNAL), journalOf('/b.conf'))
    await write(root, [textFile('/b.conf', '')])
    expect(everythingIn(root)).toContain(`.multihome-${process.pid}-x.tmp/`)
  })

  test('in the middle is reported, and the next run repairs the tree', async (context) => {
    if (asNobody) context.skip('only root can mount a file over another')
    const root = temporaryFolder()
    await write(root, [one, two])
    // A file on which another one is mounted cannot be replaced: EBUSY, as in a container's /etc/resolv.conf.
    const mount = spawnSync('mount', ['--bind', join(root, two.path), join(root, two.path)])
    if (mount.status !== 0) context.skip('this machine does not let root mount')
    const outcome = await writeTree(root, [textFile('/etc/new.conf', ''), textFile(two.path, 'other\n')])
    execFileSync('umount', [join(root, two.path)])
    expect(outcome).toEqual({
      ok: false,
      problems: [{ path: two.path, text: 'it is in use: another file may be mounted on it' }],
      changed: ['/etc/new.conf'],
    })
    expect(everythingIn(root).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(await write(root, [two])).toMatchObject({ removed: [one.path, '/etc/new.conf'], remarks: [] })
    expect(everythingIn(root)).toEqual([...STATE, 'etc/', 'etc/two/', 'etc/two/b.conf'])
  })
})
