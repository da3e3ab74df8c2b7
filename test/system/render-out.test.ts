// `render --out` that is killed at system calls, runs twice at once, or writes while a folder is swapped for a symbolic
// link: the tree is one of the two descriptions, or `--check` exits 1. `npm run test:kills` repeats it at every call.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { compile } from '../../src/compile.js'
import { compareTree } from '../../src/node/tree/compare.js'
import { writeTree } from '../../src/node/tree/write.js'
import type { RenderedFile } from '../../src/targets/target.js'
import { bundleCommand, runCommand } from '../cli/bundle.js'
import { everythingIn } from '../node/folder.js'

const kills = Number(process.env['MULTIHOME_KILLS'] ?? 18)
const pairs = Math.ceil(kills / 5)

const main = bundleCommand()
const command = [main, 'render', '-t', 'networkd', '-q'] as const

/** Files come, go and change between the two. */
const texts = {
  a: `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  admin: { link: eth0, via: 192.0.2.1, table: 1 }
  production: { link: eth1, via: 198.51.100.1 }
default: production
`,
  b: `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  wan0: { dhcp4: true }
gateways:
  admin: { link: eth0, via: 192.0.2.1, table: 2 }
  leased: { link: wan0, via: lease }
default: leased
`,
} as const

type Name = keyof typeof texts

const filesOf = (name: Name): readonly RenderedFile[] => {
  const output = compile(texts[name], { file: `${name}.yaml`, targets: ['networkd'] }).outputs.get('networkd')
  if (output === undefined) throw new Error(`${name} is not rendered`)
  return [...output.files, ...output.control]
}

const files = { a: filesOf('a'), b: filesOf('b') }

/** Everything below a root, with modes and contents. */
const snapshot = (root: string): string =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const full = join(entry.parentPath, entry.name)
      const content = entry.isFile()
        ? readFileSync(full, 'utf8')
        : entry.isSymbolicLink()
          ? readlinkSync(full)
          : ''
      return `${relative(root, full)} ${lstatSync(full).mode.toString(8)}\n${content}`
    })
    .sort()
    .join('\n')

let folder = ''
const trees = { a: '', b: '', empty: '' }

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'multihome-out-')))
  for (const name of ['a', 'b'] as const) {
    writeFileSync(join(folder, `${name}.yaml`), texts[name])
    await writeTree(join(folder, `tree-${name}`), files[name])
    trees[name] = snapshot(join(folder, `tree-${name}`))
  }
  mkdirSync(join(folder, 'tree-empty'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000)

let roots = 0

function rootWith(tree: keyof typeof trees): string {
  roots += 1
  const root = join(folder, `root-${roots}`)
  cpSync(join(folder, `tree-${tree}`), root, { recursive: true, verbatimSymlinks: true })
  return root
}

const hasDifferences = (root: string, name: Name): boolean => {
  const compared = compareTree(root, files[name])
  if (!compared.ok) throw new Error(JSON.stringify(compared.problems))
  return compared.value.length > 0
}

/** Either one of the trees to the last byte and folder, or reported for each description. */
function expectWhole(root: string, from: keyof typeof trees, why: string): void {
  const now = snapshot(root)
  const isWhole = now === trees.a || now === trees.b || (from === 'empty' && now === '')
  if (isWhole)
    expect([hasDifferences(root, 'a'), hasDifferences(root, 'b')].filter(Boolean), why).not.toEqual([])
  else expect([hasDifferences(root, 'a'), hasDifferences(root, 'b')], why).toEqual([true, true])
  const known = [...files.a, ...files.b].flatMap((file) => ('content' in file ? [file.content] : []))
  for (const name of everythingIn(root))
    if (/\.(conf|network|service)$/.test(name) && lstatSync(join(root, name)).isFile())
      expect(known, `${why}: ${name}`).toContain(readFileSync(join(root, name), 'utf8'))
}

interface Call {
  readonly name: string
  /** From 1, among the calls of this name of the same thread. */
  readonly number: number
}

/** Calls of memory and threads change nothing, and their number differs from run to run. */
const IGNORED =
  /^(futex|m(un)?map|mprotect|madvise|epoll\w*|poll|sched\w*|clone3?|rt_\w+|gettid|getpid|exit\w*)$/

const strace = (root: string, name: Name, ...options: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync(
    'strace',
    ['-f', '-qq', ...options, process.execPath, ...command, join(folder, `${name}.yaml`), '-o', root],
    { encoding: 'utf8' },
  )

/** System calls of a render from the one that opens the root, in order. */
function callsOf(from: keyof typeof trees | 'nothing', name: Name): readonly Call[] {
  const root = from === 'nothing' ? newRoot() : rootWith(from)
  const log = join(folder, 'strace.log')
  const { status, stderr } = strace(root, name, '-o', log)
  expect(status, String(stderr)).toBe(0)
  const counts = new Map<string, number>()
  const calls: Call[] = []
  let isBegun = false
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, thread, call = ''] = /^(\d+) +([a-z0-9_]+)\(/.exec(line) ?? []
    if (thread === undefined) continue
    isBegun ||= line.includes(`"${root}"`) && !line.includes('execve(')
    const number = (counts.get(`${thread} ${call}`) ?? 0) + 1
    counts.set(`${thread} ${call}`, number)
    if (isBegun && !IGNORED.test(call)) calls.push({ name: call, number })
  }
  return calls
}

const interrupted = (root: string, name: Name, signal: string, call: Call): string | null =>
  strace(
    root,
    name,
    ...['-o', '/dev/null', '-e', `trace=${call.name}`],
    ...['-e', `inject=${call.name}:signal=${signal}:when=${call.number}`],
  ).signal

/** Spread evenly, so that the short run has calls of each phase. */
function* spread<T>(items: readonly T[], count: number): Generator<T> {
  const step = Math.max(1, items.length / count)
  for (let index = step / 2; index < items.length; index += step) yield items[Math.floor(index)] as T
}

function needsStrace(context: TestContext): void {
  if (spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0) return
  const text = 'strace is not installed, or may not trace'
  if (process.env['MULTIHOME_REQUIRE_NATIVE'] === '1') throw new Error(`render --out: ${text}`)
  context.skip(`render --out: ${text}`)
}

/** In a folder of its own, in which a killed run may leave something. */
function newRoot(): string {
  roots += 1
  const parent = join(folder, `parent-${roots}`)
  mkdirSync(parent)
  return join(parent, 'gw1')
}

const starts = [
  ['a', 'b'],
  ['empty', 'a'],
  ['b', 'a'],
] as const

describe('a render that is killed at a system call', () => {
  test.for(starts)(
    'leaves no unreported mixture, from %s to %s',
    { timeout: 3_600_000 },
    async ([from, to], context) => {
      needsStrace(context)
      let killed = 0
      for (const call of spread(callsOf(from, to), kills / starts.length)) {
        const root = rootWith(from)
        const why = `killed at ${call.name} ${call.number}`
        if (interrupted(root, to, 'SIGKILL', call) === null) continue
        killed += 1
        expectWhole(root, from, why)
        // Rendered again, at once and with any of the two: nothing is left of the killed run.
        const next = killed % 2 === 0 ? 'a' : 'b'
        expect(await writeTree(root, files[next], { patience: 0 }), why).toMatchObject({
          ok: true,
          value: { remarks: [] },
        })
        expect(snapshot(root), why).toBe(trees[next])
        rmSync(root, { recursive: true })
      }
      expect(killed).toBeGreaterThan(kills / starts.length / 2)
    },
  )
})

test(
  'a render into a new folder that is killed at a system call leaves the whole tree or none',
  { timeout: 3_600_000 },
  async (context) => {
    needsStrace(context)
    let killed = 0
    for (const call of spread(callsOf('nothing', 'a'), kills / 6)) {
      const root = newRoot()
      const why = `killed at ${call.name} ${call.number}`
      if (interrupted(root, 'a', 'SIGKILL', call) === null) continue
      killed += 1
      const left = readdirSync(join(root, '..'))
      expect(left.filter((name) => !/^\.multihome-.*\.tmp$/.test(name)).join(), why).toMatch(/^(?:gw1)?$/)
      if (left.includes('gw1')) expect(snapshot(root), why).toBe(trees.a)
      expect(await writeTree(root, files.b), why).toMatchObject({ ok: true, value: { remarks: [] } })
      expect(snapshot(root), why).toBe(trees.b)
    }
    expect(killed).toBeGreaterThan(kills / 12)
  },
)

test.for(['gw1', 'disk'])('a disk that fills leaves no half tree in %s', (name, context) => {
  // Root may mount without a user namespace.
  const namespace = process.geteuid?.() === 0 ? '-m' : '-rm'
  const disk = join(folder, 'disk')
  mkdirSync(disk, { recursive: true })
  // apply.sh alone has 58 kB.
  const script = 'mount -t tmpfs -o size=80k none "$0" && "$@" && exit 9; ls -A "$0"'
  const root = name === 'disk' ? disk : join(disk, name)
  const render = [process.execPath, ...command, join(folder, 'a.yaml'), '-o', root]
  const ended = spawnSync('unshare', [namespace, 'sh', '-c', script, disk, ...render], { encoding: 'utf8' })
  if (/^(?:unshare|mount): /m.test(ended.stderr)) {
    const text = `render --out: no file system can be mounted: ${ended.stderr.trim()}`
    if (process.env['MULTIHOME_REQUIRE_NATIVE'] === '1') throw new Error(text)
    context.skip(text)
  }
  expect(ended.stderr).toContain('no space left on the device')
  expect(ended.stderr).toContain(`Nothing was written into ${root}.`)
  expect(ended.stdout).toBe('')
})

test('`--check` of a tree that a killed render left exits 1, whatever the description', (context) => {
  needsStrace(context)
  const root = rootWith('a')
  expect(interrupted(root, 'b', 'SIGKILL', { name: 'rename', number: 3 })).toBe('SIGKILL')
  for (const name of ['a', 'b'] as const) {
    const checked = runCommand(main, [
      'render',
      '-t',
      'networkd',
      join(folder, `${name}.yaml`),
      '-o',
      root,
      '--check',
    ])
    expect(checked.stdout).toContain(
      `${root}/.multihome/journal a run was interrupted here. fix: render again\n`,
    )
    expect(checked.code).toBe(1)
  }
})

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'])(
  '%s leaves the old tree or the new one',
  { timeout: 3_600_000 },
  (signal, context) => {
    needsStrace(context)
    for (const call of spread(callsOf('a', 'b'), kills / 6)) {
      const root = rootWith('a')
      const why = `${signal} at ${call.name} ${call.number}`
      expect([signal, null], why).toContain(interrupted(root, 'b', signal, call))
      expect([trees.a, trees.b], why).toContain(snapshot(root))
    }
  },
)

describe('two renders at once', () => {
  const running = (root: string, name: Name): Promise<readonly [number | null, string | null]> => {
    const child = spawn(process.execPath, [...command, join(folder, `${name}.yaml`), '-o', root])
    return once(child, 'exit') as Promise<[number | null, string | null]>
  }

  test('both succeed, and the tree is that of one', { timeout: 3_600_000 }, async () => {
    for (let pair = 0; pair < pairs; pair++) {
      const root = rootWith((['a', 'b', 'empty'] as const)[pair % 3] ?? 'a')
      const ended = await Promise.all([running(root, 'a'), running(root, 'b')])
      expect(ended).toEqual([
        [0, null],
        [0, null],
      ])
      expect([trees.a, trees.b]).toContain(snapshot(root))
    }
  })

  test(
    'one that pauses at a system call gets no file of the other',
    { timeout: 3_600_000 },
    async (context) => {
      needsStrace(context)
      // The first one reads files that the other removes; in the second case both write.
      for (const [from, slow, fast] of [
        ['a', 'a', 'b'],
        ['empty', 'b', 'a'],
      ] as const)
        for (const { name, number } of spread(callsOf(from, slow), pairs / 2)) {
          const root = rootWith(from)
          const why = `${slow} pauses at ${name} ${number}`
          const inject = ['-e', `trace=${name}`, '-e', `inject=${name}:delay_enter=400000:when=${number}`]
          const words = ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, ...command]
          const paused = spawn('strace', [...words, join(folder, `${slow}.yaml`), '-o', root])
          const ended = once(paused, 'exit')
          expect(await running(root, fast), why).toEqual([0, null])
          expect(await ended, why).toEqual([0, null])
          expect([trees.a, trees.b], why).toContain(snapshot(root))
        }
    },
  )

  test('one that is killed does not stop the other', { timeout: 3_600_000 }, async () => {
    for (let pair = 0; pair < pairs; pair++) {
      const root = rootWith('a')
      const victim = spawn(process.execPath, [...command, join(folder, 'b.yaml'), '-o', root])
      const survivor = running(root, 'a')
      setTimeout(() => victim.kill('SIGKILL'), 40 + ((pair * 37) % 160))
      await Promise.all([once(victim, 'exit'), survivor])
      expect((await survivor)[0]).toBe(0)
      expectWhole(root, 'a', `pair ${pair}`)
    }
  })
})

/** Swaps a folder for a symbolic link and back, as fast as it can. */
const swapping = `
  const { renameSync, rmSync, symlinkSync } = require('node:fs')
  const [, folder, outside] = process.argv
  for (;;) {
    try {
      renameSync(folder, folder + '.kept')
      symlinkSync(outside, folder)
    } catch {}
    // The run may have created a new one.
    rmSync(folder, { recursive: true, force: true })
    try {
      renameSync(folder + '.kept', folder)
    } catch {}
  }`

test(
  'a folder that is swapped for a symbolic link all the time is never followed',
  { timeout: 3_600_000 },
  async () => {
    const root = rootWith('a')
    const outside = join(folder, 'outside')
    mkdirSync(join(outside, 'network'), { recursive: true })
    const attacker = spawn(process.execPath, ['-e', swapping, join(root, 'etc/systemd'), outside])
    const ended = once(attacker, 'exit')
    let runs = 0
    for (const end = Date.now() + kills * 100; Date.now() < end; runs++)
      await writeTree(root, files[runs % 2 === 0 ? 'b' : 'a'])
    attacker.kill()
    await ended
    expect(runs).toBeGreaterThan(1)
    expect(everythingIn(outside)).toEqual(['network/'])
  },
)
