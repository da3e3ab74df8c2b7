// The bundled command with many hosts: real threads, files and signals.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compareTree } from '../../../src/node/tree/compare.js'
import { compile } from '../../../src/compile.js'
import { everythingIn, temporaryFolder } from '../../node/folder.js'
import { repository } from '../../node/repository.js'
import { bundleCommand, runCommand } from '../bundle.js'
import { GOOD, WRONG } from '../fake-io.js'

const main = bundleCommand()
const HOST = `${GOOD}targets: [networkd]\n`

/** `count` descriptions in hosts/; names are not in the order of their number. */
function fleet(count: number, textOf: (index: number) => string = () => HOST): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'hosts'))
  for (let index = 0; index < count; index++)
    writeFileSync(join(folder, `hosts/gw${(index * 7) % count}.yaml`), textOf((index * 7) % count))
  return folder
}

const runIn = (cwd: string, ...words: readonly string[]) =>
  runCommand(main, words, { cwd, maxBuffer: 2 ** 28 })

const textsBelow = (folder: string): readonly string[] =>
  everythingIn(folder)
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => `${path}\n${readFileSync(join(folder, path), 'utf8')}`)

describe('several threads', () => {
  test('write and print the same as one', () => {
    const cwd = fleet(101, (index) =>
      index % 9 === 0 ? HOST.replace('table: 1 }', 'table: 1, fwmark: 0x100 }') : HOST,
    )
    const one = runIn(cwd, 'render', 'hosts', '--out', 'out/{host}', '-j', '1')
    const texts = textsBelow(join(cwd, 'out'))
    rmSync(join(cwd, 'out'), { recursive: true })
    const two = runIn(cwd, 'render', 'hosts', '--out', 'out/{host}', '-j', '2')
    expect(two).toEqual(one)
    expect(one.stderr.match(/^warning\[/gm)).toHaveLength(12)
    expect(textsBelow(join(cwd, 'out'))).toEqual(texts)
    expect(texts.length).toBeGreaterThan(101 * 5)
    for (const format of ['text', 'json', 'sarif'])
      expect(runIn(cwd, 'check', 'hosts', '--format', format, '-j', '3')).toEqual(
        runIn(cwd, 'check', 'hosts', '--format', format, '-j', '1'),
      )
  })

  test('print in colour if --color asks for it', () => {
    const cwd = fleet(3, () => WRONG)
    const [one, two] = ['1', '2'].map((jobs) => runIn(cwd, 'check', 'hosts', '--color', 'always', '-j', jobs))
    expect(two).toEqual(one)
    expect(two?.stderr).toContain('\u001b[31;1merror')
  })

  test.each(['tar', 'json', 'ansible'])('make the same file of the format %s', (format) => {
    const cwd = fleet(60)
    const words = ['render', 'hosts', '--as', format]
    expect(runIn(cwd, ...words, '--out', 'one', '-j', '1').code).toBe(0)
    expect(runIn(cwd, ...words, '--out', 'two', '-j', '2').code).toBe(0)
    const one = readFileSync(join(cwd, 'one'))
    expect(one.equals(readFileSync(join(cwd, 'two')))).toBe(true)
    expect(runIn(cwd, ...words).stdout === one.toString()).toBe(true)
    expect(runIn(cwd, ...words, '--out', 'one', '--check').stdout).toBe('Up to date.\n')
    writeFileSync(join(cwd, 'one'), one.subarray(1))
    expect(runIn(cwd, ...words, '--out', 'one', '--check')).toMatchObject({
      code: 1,
      stdout: 'one is missing or has other content\n1 difference.\n',
    })
  })
})

test('the shards of a repository are the whole of it, each host in one', () => {
  const cwd = fleet(50)
  expect(runIn(cwd, 'render', 'hosts', '--out', 'whole/{host}').code).toBe(0)
  const counts = [1, 2, 3, 4].map((part) => {
    const ended = runIn(cwd, 'render', 'hosts', '--out', 'parts/{host}', '--shard', `${part}/4`)
    return Number(/ of (\d+) hosts changed/.exec(ended.stdout)?.[1])
  })
  expect(counts.reduce((sum, count) => sum + count)).toBe(50)
  expect(counts.every((count) => count > 3)).toBe(true)
  expect(textsBelow(join(cwd, 'parts'))).toEqual(textsBelow(join(cwd, 'whole')))
  for (const wrong of ['0/4', '5/4', '1/0', 'x', '1'])
    expect(runIn(cwd, 'check', 'hosts', '--shard', wrong)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`--shard knows no \`${wrong}\``),
    })
})

describe('a host with errors', () => {
  const withOne = (): string => fleet(120, (index) => (index === 77 ? WRONG : HOST))

  test('prevents all output, in trees and in files', () => {
    const cwd = withOne()
    for (const words of [
      ['--out', 'out/{host}'],
      ['--as', 'json', '--out', 'out/{host}.json'],
      ['--as', 'tar', '--out', 'all.tar'],
      ['--as', 'tar'],
    ]) {
      const ended = runIn(cwd, 'render', 'hosts', ...words)
      expect(ended).toMatchObject({ code: 1, stdout: '' })
      expect(ended.stderr).toContain('--> hosts/gw77.yaml:6:')
    }
    expect(readdirSync(cwd)).toEqual(['hosts'])
  })

  test('is named, and the others are done with --keep-going', () => {
    const cwd = withOne()
    const ended = runIn(cwd, 'render', 'hosts', '--out', 'out/{host}', '--keep-going')
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('--> hosts/gw77.yaml:6:')
    expect(ended.stdout).toMatch(/119 of 120 hosts changed: .*; 1 error\./)
    expect(readdirSync(join(cwd, 'out'))).toHaveLength(119)
    expect(existsSync(join(cwd, 'out/gw77'))).toBe(false)
  })
})

test('what is wrong in a file that many hosts extend is printed once', () => {
  const cwd = fleet(40, () => `extends: ../site.yaml\n${HOST.replace('default: production\n', '')}`)
  writeFileSync(join(cwd, 'site.yaml'), 'default: nowhere\n')
  const { code, stderr } = runIn(cwd, 'check', 'hosts')
  expect(code).toBe(1)
  expect(stderr.match(/^error\[/gm)).toHaveLength(1)
  expect(stderr).toContain('The same is wrong 39 more times, in files that several hosts extend.\n')
})

test('a signal leaves whole trees, and the next run does the rest', async () => {
  const cwd = fleet(400)
  const child = spawn(
    process.execPath,
    [main, 'render', 'hosts', '--out', 'out/{host}', '--keep-going', '-j', '2'],
    {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => (stderr += String(text)))
  // The first lines of a batch.
  await once(child.stdout, 'data')
  child.stdout.resume()
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([null, 'SIGINT'])
  expect(stderr).toMatch(/Interrupted: nothing was written into .*\d+ more hosts?\.\n$/)
  const done = readdirSync(join(cwd, 'out'))
  expect(done.length).toBeGreaterThan(0)
  expect(done.length).toBeLessThan(400)
  for (const host of done) {
    const output = compile(HOST, { file: `${host}.yaml` }).outputs.get('networkd')
    const files = [...(output?.files ?? []), ...(output?.control ?? [])]
    expect(compareTree(join(cwd, 'out', host), files)).toEqual({ ok: true, value: [] })
  }
  const rest = runIn(cwd, 'render', 'hosts', '--out', 'out/{host}')
  expect(rest.stdout).toContain(`${400 - done.length} of 400 hosts changed`)
})

test('a disk that is full is an error, and no part of the file is left', () => {
  const cwd = fleet(30)
  const ended = runIn(cwd, 'render', 'hosts', '--as', 'tar', '--out', '/dev/full')
  expect(ended).toMatchObject({ code: 2, stderr: 'multihome: /dev/full: no space left on the device\n' })
})

test('--depfile: make renders again what depends on a changed file', () => {
  const cwd = fleet(3, (index) => (index === 2 ? HOST : `extends: ../site.yaml\n${HOST}`))
  writeFileSync(join(cwd, 'site.yaml'), 'default: production\n')
  const words = ['render', 'hosts', '--out', 'out of it/{host}', '--depfile', 'd']
  expect(runIn(cwd, ...words).code).toBe(0)
  expect(readFileSync(join(cwd, 'd'), 'utf8')).toBe(
    [0, 1, 2]
      .map(
        (index) =>
          `out\\ of\\ it/gw${index}/.multihome/manifest: hosts/gw${index}.yaml${index === 2 ? '' : ' site.yaml'}\n`,
      )
      .join('') + '\nhosts/gw0.yaml:\n\nsite.yaml:\n\nhosts/gw1.yaml:\n\nhosts/gw2.yaml:\n',
  )
  const manifest = join(cwd, 'out of it/gw1/.multihome/manifest')
  utimesSync(manifest, 1, 1)
  // Nothing has changed, but make must see that it was looked at.
  expect(runIn(cwd, ...words).stdout).toContain('0 of 3 hosts changed')
  expect(statSync(manifest).mtimeMs).toBeGreaterThan(1_000_000)
})

test('--watch renders the hosts whose files change, until a signal', async () => {
  const cwd = fleet(5, (index) => (index === 3 ? HOST : `extends: ../site.yaml\n${HOST}`))
  writeFileSync(join(cwd, 'site.yaml'), 'local: [10.1.0.0/16]\n')
  const child = spawn(process.execPath, [main, 'render', 'hosts', '--out', 'out/{host}', '--watch'], { cwd })
  let stdout = ''
  child.stdout.on('data', (text: Buffer) => (stdout += String(text)))
  const printed = async (pattern: RegExp): Promise<void> => {
    for (const end = Date.now() + 60_000; !pattern.test(stdout);) {
      if (Date.now() > end) throw new Error(`not printed: ${stdout}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    stdout = ''
    // Until the folders are watched.
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  await printed(/5 of 5 hosts changed/)
  writeFileSync(join(cwd, 'site.yaml'), 'local: [10.2.0.0/16]\n')
  await printed(/4 of 4 hosts changed/)
  writeFileSync(join(cwd, 'hosts/new.yaml'), HOST)
  await printed(/files written, 0 unchanged/)
  expect(readdirSync(join(cwd, 'out'))).toContain('new')
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([null, 'SIGINT'])
})

describe('--changed-since', () => {
  function repositoryOf(): {
    readonly cwd: string
    readonly changed: (...words: readonly string[]) => string
  } {
    const { folder: cwd, git } = repository()
    mkdirSync(join(cwd, 'hosts'))
    writeFileSync(join(cwd, 'site.yaml'), 'local: [10.1.0.0/16]\n')
    for (const name of ['a', 'b', 'c'])
      writeFileSync(join(cwd, `hosts/${name}.yaml`), name === 'c' ? HOST : `extends: ../site.yaml\n${HOST}`)
    git('add', '.')
    git('commit', '-qm', 'hosts')
    return {
      cwd,
      changed: (...words) => runIn(cwd, 'check', ...words, '-v', '--changed-since', 'HEAD').stdout,
    }
  }

  test('takes the hosts of which a file has changed, also uncommitted or new', () => {
    const { cwd, changed } = repositoryOf()
    expect(changed('hosts')).toBe('0 descriptions: good\n')
    writeFileSync(join(cwd, 'hosts/c.yaml'), `${HOST}# A comment.\n`)
    writeFileSync(join(cwd, 'hosts/d.yaml'), HOST)
    expect(changed('hosts')).toBe('hosts/c.yaml: good\nhosts/d.yaml: good\n2 descriptions: good\n')
    writeFileSync(join(cwd, 'site.yaml'), 'local: [10.2.0.0/16]\n')
    expect(changed('hosts/*.yaml')).toContain('4 descriptions: good\n')
    expect(changed('hosts/a.yaml')).toBe('hosts/a.yaml: good\n')
  })

  test('takes all hosts if multihome.yaml has changed', () => {
    const { cwd, changed } = repositoryOf()
    writeFileSync(join(cwd, 'multihome.yaml'), 'version: 1\n')
    expect(changed()).toContain('3 descriptions: good\n')
  })

  test('names a revision that does not exist', () => {
    const { cwd } = repositoryOf()
    expect(runIn(cwd, 'render', 'hosts', '--out', 'o/{host}', '--changed-since', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--changed-since: git knows no revision `nowhere` there'),
    })
  })
})

test('output inside a folder of descriptions is wrong usage', () => {
  const cwd = fleet(2)
  for (const out of ['hosts/out/{host}', 'hosts/{host}', './hosts/../hosts/x{host}'])
    expect(runIn(cwd, 'render', 'hosts/', '--out', out)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${out} is inside hosts/, where the next run looks for descriptions`),
    })
  expect(readdirSync(join(cwd, 'hosts'))).toHaveLength(2)
})
