// Cache of `render`. An edit that the cache hides on purpose shows whether a run uses it.
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Entry } from '../../../src/cli/render/cache-entry.js'
import { digestBelow } from '../../../src/node/tree/tree-digest.js'
import { version } from '../../../src/cli/runtime/version.js'
import { temporaryFolder } from '../../node/folder.js'
import { bundleCommand, runCommand } from '../bundle.js'
import { GOOD } from '../fake-io.js'

const main = bundleCommand()
const all = mkdtempSync(join(tmpdir(), 'multihome-cache-'))
afterAll(() => rmSync(all, { recursive: true, force: true }))
const [cwd, home] = [join(all, 'repository'), join(all, 'home')]
const folder = join(home, '.cache/multihome')
const HOST = `${GOOD}targets: [networkd]\n`
const WARNED = HOST.replace('table: 1 }', 'table: 1, fwmark: 0x100 }')
const FILE = join(cwd, 'out/gw5/etc/systemd/network/10-multihome-eth0.network')

const run = (...words: readonly string[]) => runWith({ HOME: home }, ...words)
const runWith = (env: NodeJS.ProcessEnv, ...words: readonly string[]) =>
  runCommand(main, ['render', 'hosts', ...words], { cwd, env, maxBuffer: 2 ** 28 })
const render = (...words: readonly string[]) => run('--out', 'out/{host}', '-j', '1', ...words)
const NOTHING = '0 of 100 hosts changed'

/** 100 hosts: gw3 and gw4 extend site.yaml, gw7 has a warning. */
beforeEach(() => {
  for (const each of [join(cwd, 'hosts'), home]) mkdirSync(each, { recursive: true })
  for (let index = 0; index < 100; index++) writeFileSync(join(cwd, `hosts/gw${index}.yaml`), HOST)
  for (const name of ['gw3', 'gw4'])
    writeFileSync(join(cwd, `hosts/${name}.yaml`), `extends: ../site.yaml\n${HOST}`)
  writeFileSync(join(cwd, 'site.yaml'), 'local: [10.1.0.0/16]\n')
  writeFileSync(join(cwd, 'hosts/gw7.yaml'), WARNED)
  expect(render()).toMatchObject({ code: 0, stderr: expect.stringContaining('--> hosts/gw7.yaml') })
})

function cacheFile(): string {
  const [name, other] = readdirSync(folder)
  if (name === undefined || other !== undefined) throw new Error('there is not one file in the cache')
  return join(folder, name)
}

const digest = (...words: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(words)).digest('base64url')

/** The value that only this bundle has. */
function buildOf(stored: string): string {
  const [head = '', text = ''] = stored.split('\n')
  const code = readFileSync(join(dirname(main), 'app.cjs'), 'latin1')
  const build = [...code.matchAll(/[0-9a-f]{16}/g)]
    .map(([hash]) => `${version}-${hash}`)
    .find((each) => digest(each, text) === head)
  if (build === undefined) throw new Error('no hash of the bundle fits')
  return build
}

/** Edits a file of gw5 so that a run that uses the cache does not see it. */
function hideEdit(build?: string): void {
  appendFileSync(FILE, '# edited\n')
  const stored = readFileSync(cacheFile(), 'utf8')
  const entries = JSON.parse(stored.split('\n')[1] ?? '') as [string, Entry][]
  const tree = digestBelow(join(cwd, 'out/gw5'))?.digest ?? ''
  const text = JSON.stringify(
    entries.map(([file, entry]) => [
      file,
      file === 'hosts/gw5.yaml' ? { ...entry, trees: [['networkd', tree]] } : entry,
    ]),
  )
  writeFileSync(cacheFile(), `${digest(build ?? buildOf(stored), text)}\n${text}`)
}

const isEdited = (): boolean => readFileSync(FILE, 'utf8').endsWith('# edited\n')

describe('a second run', () => {
  test('prints and returns the same with the cache as without it', () => {
    const known = render()
    expect(known.stdout).toContain(NOTHING)
    expect(known).toEqual(render('--no-cache'))
    expect(known.stderr).toContain('--> hosts/gw7.yaml')
    expect(render('--quiet')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(render()).toEqual(known)
    expect(render('--keep-going')).toEqual(known)
    expect(render('--strict')).toEqual(render('--strict', '--no-cache'))
  })

  test('looks at neither files nor descriptions that are as the cache says', () => {
    hideEdit()
    expect(render().stdout).toContain(NOTHING)
    expect(render('--keep-going').stdout).toContain(NOTHING)
    expect(isEdited()).toBe(true)
    expect(render('--no-cache').stdout).toContain('1 of 100 hosts changed')
    expect(isEdited()).toBe(false)
  })

  test('does not use the cache for --check, --diff, reports, --verbose and archives', () => {
    hideEdit()
    for (const words of [['--check'], ['--diff'], ['--check-modes'], ['--check', '--format', 'json']]) {
      const ended = render(...words)
      expect(ended.code).toBe(1)
      expect(ended.stdout).toContain('10-multihome-eth0.network')
    }
    const words = ['--as', 'json', '-t', 'networkd']
    const archive = run(...words)
    expect(archive.stdout.includes('# edited')).toBe(false)
    expect(archive.stdout === run(...words, '--no-cache').stdout).toBe(true)
    expect(render('--verbose').stdout).toContain('1 of 100 hosts changed')
    hideEdit()
    expect(render('--format', 'json').code).toBe(0)
    expect(isEdited()).toBe(false)
  })
})

describe('a change is found', () => {
  test('in a description and in a file that it extends', () => {
    writeFileSync(join(cwd, 'hosts/gw1.yaml'), HOST.replaceAll('192.0.2.10', '192.0.2.11'))
    expect(render().stdout).toContain('changed  out/gw1: ')
    writeFileSync(join(cwd, 'site.yaml'), 'local: [10.2.0.0/16]\n')
    const { stdout } = render()
    expect(stdout).toMatch(/^changed {2}out\/gw3: .*\nchanged {2}out\/gw4: .*\n2 of 100 hosts changed/)
    expect(render().stdout).toContain(NOTHING)
    rmSync(join(cwd, 'site.yaml'))
    expect(render()).toMatchObject({ code: 1, stderr: expect.stringContaining('site.yaml') })
  })

  test('in a file of a tree, whatever its times are', () => {
    const { size, atime, mtime } = statSync(FILE)
    const before = readFileSync(FILE, 'utf8')
    writeFileSync(FILE, before.replace('192.0.2.10', '192.0.2.99'))
    utimesSync(FILE, atime, mtime)
    expect(statSync(FILE)).toMatchObject({ size, mtime })
    expect(render().stdout).toContain('changed  out/gw5: 1 file written\n')
    expect(readFileSync(FILE, 'utf8')).toBe(before)
    chmodSync(FILE, 0o600)
    expect(render().stdout).toContain('mode or owner of 1 restored')
    rmSync(FILE)
    expect(render().stdout).toContain('changed  out/gw5: 1 file written\n')
    rmSync(join(cwd, 'out/gw5'), { recursive: true })
    expect(render().stdout).toContain('1 of 100 hosts changed')
  })

  test('in the list of files and in what stands beside them, as without the cache', () => {
    writeFileSync(join(cwd, 'out/gw5/etc/mine'), 'mine\n')
    expect(render().stdout).toContain(NOTHING)
    const stale = join(cwd, 'out/gw5/etc/old.conf')
    writeFileSync(stale, '# Generated by multihome\n')
    appendFileSync(join(cwd, 'out/gw5/.multihome/manifest'), '/etc/old.conf\n')
    expect(render().stdout).toContain('changed  out/gw5: 1 removed\n')
    expect(existsSync(stale)).toBe(false)
    expect(existsSync(join(cwd, 'out/gw5/etc/mine'))).toBe(true)
    writeFileSync(join(cwd, 'out/gw5/.multihome/journal'), 'run 1-x 1 - - 1\npaths\n/etc/x\n.\n')
    expect(render().code).toBe(0)
    expect(existsSync(join(cwd, 'out/gw5/.multihome/journal'))).toBe(false)
    mkdirSync(join(cwd, 'out/gw5/netplan/.multihome'), { recursive: true })
    writeFileSync(join(cwd, 'out/gw5/netplan/.multihome/manifest'), '')
    expect(render().stderr).toContain('note: out/gw5/netplan: an earlier run wrote this tree')
    rmSync(join(cwd, 'out/gw5/netplan'), { recursive: true })
  })

  test('in a folder that leads out of the root', () => {
    const elsewhere = temporaryFolder()
    cpSync(join(cwd, 'out/gw5/etc'), join(elsewhere, 'etc'), { recursive: true })
    renameSync(join(cwd, 'out/gw5/etc'), join(elsewhere, 'old'))
    symlinkSync(join(elsewhere, 'old'), join(cwd, 'out/gw5/etc'))
    expect(render()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('/etc is a symbolic link that leaves the root'),
    })
    rmSync(join(cwd, 'out'), { recursive: true })
  })

  test('in the options', () => {
    expect(render('-t', 'netplan').stdout).toContain('100 of 100 hosts changed')
    expect(render('-t', 'netplan').stdout).toContain(NOTHING)
  })
})

describe('the cache is ignored, and written again,', () => {
  const isIgnored = (env: NodeJS.ProcessEnv = { HOME: home }): void => {
    const ended = runWith(env, '--out', 'out/{host}', '-j', '1')
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('1 of 100 hosts changed') })
    expect(isEdited()).toBe(false)
  }

  test.each([
    ['of another version', () => hideEdit(`${version}-0123456789abcdef`)],
    ['that is damaged', () => appendFileSync(cacheFile(), ' ')],
    ['that is cut off', () => writeFileSync(cacheFile(), readFileSync(cacheFile()).subarray(0, 5000))],
    ['that is empty', () => writeFileSync(cacheFile(), '')],
    ['that others can read', () => chmodSync(cacheFile(), 0o640)],
    ['in a folder that others can read', () => chmodSync(folder, 0o755)],
  ])('if there is one %s', (_, damage) => {
    hideEdit()
    damage()
    isIgnored()
    expect(statSync(cacheFile()).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    hideEdit()
    expect(render().stdout).toContain(NOTHING)
  })

  test.runIf(process.geteuid?.() === 0)('if another user owns it', () => {
    for (const path of [cacheFile(), folder, join(home, '.cache')]) {
      hideEdit()
      chownSync(path, 65534, 65534)
      isIgnored()
      chownSync(path, 0, 0)
    }
    rmSync(join(home, '.cache'), { recursive: true })
    chownSync(home, 65534, 65534)
    expect(render().stdout).toContain(NOTHING)
    expect(readdirSync(home)).toEqual([])
    chownSync(home, 0, 0)
  })

  test.each([[{}], [{ HOME: '/proc/nowhere' }], [{ HOME: 'relative' }]])(
    'if there is no place for it: %j',
    (env) => {
      hideEdit()
      isIgnored(env)
    },
  )

  test('is in XDG_CACHE_HOME, and what was not used for months is removed', () => {
    const cache = temporaryFolder()
    const env = { HOME: home, XDG_CACHE_HOME: cache }
    mkdirSync(join(cache, 'multihome'))
    writeFileSync(join(cache, 'multihome/old'), '')
    utimesSync(join(cache, 'multihome/old'), 1, 1)
    hideEdit()
    isIgnored(env)
    expect(readdirSync(join(cache, 'multihome'))).toHaveLength(1)
  })
})

test('a description that was removed leaves the cache', () => {
  rmSync(join(cwd, 'hosts/gw99.yaml'))
  writeFileSync(join(cwd, 'hosts/new.yaml'), HOST)
  const before = readFileSync(cacheFile(), 'utf8')
  expect(before).toContain('hosts/gw99.yaml')
  expect(render().stdout).toContain('1 of 100 hosts changed')
  const after = readFileSync(cacheFile(), 'utf8')
  expect(after).not.toContain('hosts/gw99.yaml')
  expect(after).toContain('hosts/gw98.yaml')
  rmSync(join(cwd, 'hosts/new.yaml'))
})
