// The bundled command with real files, pipes, terminals and permissions.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MANIFEST } from '../../src/node/tree/tree-validation.js'
import { targets } from '../../src/targets/index.js'
import { everythingIn, temporaryFolder } from '../node/folder.js'
import { pageOfText } from '../page/pages.js'
import { repository } from '../node/repository.js'
import { bundleCommand, runCommand } from './bundle.js'
import { GOOD, REFUSED, WRONG } from './fake-io.js'

const main = bundleCommand()

function hostIn(folder: string, text = GOOD): string {
  const file = join(folder, 'host.yaml')
  writeFileSync(file, text)
  return file
}

test('--version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  expect(runCommand(main, ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  // Through yargs.
  expect(runCommand(main, ['render', '--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test('compare --html', () => {
  const cwd = temporaryFolder()
  hostIn(cwd)
  const ended = runCommand(main, ['compare', 'host.yaml', '--html', 'page.html'], { cwd })
  expect(ended).toEqual({ code: 0, stdout: 'page.html: written; open it in a browser\n', stderr: '' })
  // Bundling must keep characters outside of ASCII, such as one in the title.
  expect(readFileSync(join(cwd, 'page.html'), 'utf8') === pageOfText(GOOD, 'host.yaml')).toBe(true)
})

test('every bundled file is ASCII, because the launcher reads ASCII', () => {
  const folder = dirname(main)
  const bundled = readdirSync(folder).filter((name) => name.endsWith('.cjs'))
  expect(bundled.length).toBeGreaterThan(3)
  for (const name of bundled)
    expect(/.{0,40}[^\0-\x7f].*/.exec(readFileSync(join(folder, name), 'utf8'))?.[0], name).toBeUndefined()
})

test('diff: a path of a revision is relative to the current folder', () => {
  const repo = repository()
  repo.write('hosts/host.yaml', GOOD)
  repo.commit()
  repo.write('hosts/host.yaml', GOOD.replace('default: production', 'default: admin'))
  const diff = (cwd: string, ...words: string[]) =>
    runCommand(main, ['diff', ...words], { cwd: join(repo.folder, cwd) })
  const below = diff('hosts', 'git:HEAD:host.yaml', 'host.yaml', '--exit-code')
  expect(below).toMatchObject({ code: 1, stderr: '' })
  expect(below.stdout).toMatch(/^git:HEAD:host\.yaml → host\.yaml\n/)
  expect(diff('hosts', 'git:HEAD:', 'host.yaml', '--exit-code')).toEqual(below)
  expect(diff('.', 'git:HEAD:hosts/host.yaml', 'hosts/host.yaml', '--exit-code').code).toBe(1)
  expect(diff('hosts', 'git:HEAD:', 'git::../hosts/host.yaml', '--exit-code').code).toBe(0)
  const wrong = diff('.', 'git:HEAD:host.yaml', 'hosts/host.yaml')
  expect(wrong).toMatchObject({ code: 1, stdout: '' })
  expect(wrong.stderr).toContain('cannot read git:HEAD:host.yaml: `HEAD` has no such file')
})

describe('render', () => {
  test('writes, checks, reports a change and removes stale files', () => {
    const folder = temporaryFolder()
    const file = hostIn(folder)
    const out = join(folder, 'out')
    const render = (...more: string[]) =>
      runCommand(main, ['render', file, '--target', 'networkd', '--out', out, ...more])
    expect(render()).toMatchObject({ code: 0, stderr: '' })
    expect(render('--check')).toEqual({ code: 0, stdout: 'Up to date.\n', stderr: '' })
    writeFileSync(join(out, 'etc/canary'), 'sings')

    hostIn(folder, GOOD.replaceAll('eth1', 'eth2'))
    const check = render('--check')
    expect(check.code).toBe(1)
    expect(check.stdout).toMatch(/eth2\S* is missing/)
    expect(check.stdout).toMatch(/eth1\S* is from an earlier run and no longer part of the tree/)
    const diff = render('--diff')
    expect(diff.code).toBe(1)
    expect(diff.stdout).toMatch(/^--- .*eth1/m)
    expect(diff.stdout).toMatch(/^\+\+\+ .*eth2/m)

    const changed = render()
    expect(changed.stdout).toMatch(/^removed {2}\S*\/out\/etc\/systemd\/network\/\S*eth1/m)
    expect(everythingIn(out).filter((name) => name.includes('eth1'))).toEqual([])
    expect(readFileSync(join(out, 'etc/canary'), 'utf8')).toBe('sings')
    expect(existsSync(join(out, MANIFEST))).toBe(true)
  })

  test('a tree in Git is up to date after a clone, for every target', () => {
    const text = readFileSync('fixtures/static-and-leased-provider/description.yaml', 'utf8')
    const first = repository()
    hostIn(first.folder, text)
    const render = (cwd: string, ...more: string[]) =>
      runCommand(main, ['render', 'host.yaml', '--out', 'out', ...more], { cwd })
    expect(render(first.folder).code).toBe(0)
    first.commit()
    const clone = join(temporaryFolder(), 'clone')
    // Git takes modes from the umask; this one gives all users read and write access.
    const umask = process.umask(0)
    first.git('clone', '--quiet', first.folder, clone)
    process.umask(umask)
    const git = (...words: string[]) => execFileSync('git', words, { cwd: clone, encoding: 'utf8' })
    const keyfiles = everythingIn(join(clone, 'out')).filter((name) => name.endsWith('.nmconnection'))
    const modes = () => keyfiles.map((name) => statSync(join(clone, 'out', name)).mode & 0o7777)
    expect(new Set(modes())).toEqual(new Set([0o666]))

    expect(render(clone, '--check')).toMatchObject({ code: 0, stdout: 'Up to date; 5 warnings.\n' })
    const exact = render(clone, '--check-modes')
    expect(exact.code).toBe(1)
    expect(exact.stdout).toMatch(/nm-keyfile\S+\.nmconnection has mode 0666, not 0600\n/)
    const again = render(clone)
    expect(again.code).toBe(0)
    expect(again.stdout).toContain('no file written')
    expect(new Set(modes())).toEqual(new Set([0o600]))
    expect(render(clone, '--check-modes')).toMatchObject({ code: 0 })
    git('diff', '--exit-code')
    expect(git('status', '--porcelain')).toBe('')
    for (const { id } of targets) expect(git('ls-files', `out/${id}`), id).toContain('.multihome/manifest')
  })

  test('a second run over a folder of hosts prints one line', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'hosts/site'), { recursive: true })
    for (let index = 0; index < 30; index++)
      writeFileSync(
        join(folder, index % 2 === 0 ? 'hosts' : 'hosts/site', `gw${index}.yaml`),
        `${GOOD}targets: [netplan]\n`,
      )
    const render = (...more: string[]) =>
      runCommand(main, ['render', 'hosts/', '--out', 'out/{host}', ...more], { cwd: folder })
    const first = render()
    expect(first.code).toBe(0)
    expect(first.stdout.split('\n').at(-2)).toMatch(
      /^30 of 30 hosts changed: \d+ files written, 0 unchanged\. To apply a tree: its \.multihome\/apply\.sh$/,
    )
    expect(readdirSync(join(folder, 'out'))).toHaveLength(30)
    expect(render().stdout).toMatch(/^0 of 30 hosts changed: no file written, \d+ unchanged\.\n$/)
    expect(render('--check').stdout).toBe('Up to date.\n')
    rmSync(join(folder, 'out/gw7/etc'), { recursive: true })
    expect(render().stdout).toMatch(
      /^changed {2}out\/gw7: \d+ files? written\n1 of 30 hosts changed: \d+ files? written, \d+ unchanged\. To apply them: out\/gw7\/.*\n$/,
    )
  })

  test('the output does not depend on the path of the description', () => {
    const a = temporaryFolder()
    const b = temporaryFolder()
    for (const folder of [a, b]) runCommand(main, ['render', hostIn(folder), '--out', join(folder, 'out')])
    const names = everythingIn(join(a, 'out'))
    expect(everythingIn(join(b, 'out'))).toEqual(names)
    for (const name of names.filter((each) => !each.endsWith('/') && !each.includes('init.d/')))
      expect(readFileSync(join(a, 'out', name), 'utf8')).toBe(readFileSync(join(b, 'out', name), 'utf8'))
  })

  test('reads standard input and a quoted pattern', () => {
    const folder = temporaryFolder()
    const piped = runCommand(main, ['render', '-', '--stdout', '-t', 'iproute2'], { input: GOOD })
    expect(piped.code).toBe(0)
    expect(piped.stdout).toContain('#!/bin/sh')
    mkdirSync(join(folder, 'hosts'))
    for (const name of ['a', 'b']) writeFileSync(join(folder, 'hosts', `${name}.yaml`), GOOD)
    const many = runCommand(main, ['render', 'hosts/*.yaml', '--out', 'out/{host}', '-t', 'netplan'], {
      cwd: folder,
    })
    expect(many.code).toBe(0)
    expect(readdirSync(join(folder, 'out'))).toEqual(['a', 'b'])
    expect(everythingIn(join(folder, 'out/a'))).toEqual(everythingIn(join(folder, 'out/b')))
  })

  test('writes nothing for an invalid description', () => {
    const folder = temporaryFolder()
    const inputs = {
      'wrong.yaml': WRONG,
      'empty.yaml': '',
      'bomb.yaml': bomb,
      'large.yaml': Buffer.alloc(50_000_000, 32),
    }
    for (const [name, text] of Object.entries(inputs)) {
      writeFileSync(join(folder, name), text)
      const { code, stderr, stdout } = runCommand(main, ['render', name, '--out', 'out'], { cwd: folder })
      expect(code, name).toBe(1)
      expect(stdout, name).toBe('')
      expect(stderr, name).toMatch(/^error\[/)
      expect(existsSync(join(folder, 'out')), name).toBe(false)
    }
    mkdirSync(join(folder, 'none'))
    for (const [name, reason] of [
      ['none', 'no .yaml or .yml file is in it'],
      ['no.yaml', 'there is no such file'],
      ['no*.yaml', 'no file matches'],
    ] as const) {
      const { code, stderr } = runCommand(main, ['render', name, '--out', 'out'], { cwd: folder })
      expect(stderr).toContain(`error[file-unreadable]: cannot read ${name}: ${reason}`)
      expect(code).toBe(1)
    }
  })

  test('reports files that may not be read or written', () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o755)
    const file = hostIn(folder)
    const other = join(folder, 'readable.yaml')
    writeFileSync(other, GOOD)
    chmodSync(other, 0o644)
    const out = join(folder, 'locked')
    mkdirSync(out, { mode: 0o555 })
    chmodSync(file, 0)
    // Root may read every file, so another user runs it.
    const nobody = process.geteuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    const unread = runCommand(main, ['check', file], nobody)
    expect(unread.stderr).toContain(`cannot read ${file}: permission denied`)
    expect(unread.code).toBe(1)
    const unwritten = runCommand(main, ['render', other, '-t', 'networkd', '--out', out], nobody)
    expect(unwritten.stderr).toMatch(/permission denied\nNothing was written into/)
    expect(unwritten.code).toBe(2)
    expect(readdirSync(out)).toEqual([])
  })

  test('a target that refuses keeps the existing files', () => {
    const folder = temporaryFolder()
    const out = join(folder, 'out')
    runCommand(main, ['render', hostIn(folder), '--out', out])
    const before = everythingIn(join(out, 'nm-keyfile'))
    const { code, stdout } = runCommand(main, ['render', hostIn(folder, REFUSED), '--out', out])
    expect(stdout).toMatch(/^refused {2}\S*\/nm-keyfile: .*existing files stay$/m)
    expect(code).toBe(1)
    expect(everythingIn(join(out, 'nm-keyfile'))).toEqual(before)
  })
})

const bomb = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]`),
].join('\n')

describe('the terminal', () => {
  const script = (command: string, env: Readonly<Record<string, string>> = {}) =>
    spawnSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env },
    })
  const hasScript = spawnSync('script', ['--version']).status === 0

  test('colours a terminal, unless NO_COLOR is set, and never a file', (context) => {
    if (!hasScript) context.skip('script(1) of util-linux is not installed')
    const file = hostIn(temporaryFolder(), WRONG)
    const command = `${process.execPath} ${main} check ${file}`
    expect(script(command).stdout).toContain('\u001b[31;1merror[key-unknown]')
    expect(script(command, { NO_COLOR: '1' }).stdout).not.toContain('\u001b')
    expect(script(command, { TERM: 'dumb' }).stdout).not.toContain('\u001b')
    expect(script(`${command} 2>&1 | cat`).stdout).not.toContain('\u001b')
  })

  test('the environment and --color enable colour without a terminal', () => {
    const file = hostIn(temporaryFolder())
    const isColored = (env: Readonly<Record<string, string>>, ...words: readonly string[]): boolean =>
      runCommand(main, ['plan', file, ...words], {
        env: { PATH: process.env['PATH'] ?? '', ...env },
      }).stdout.includes('\u001b')
    expect(isColored({})).toBe(false)
    expect(isColored({}, '--color=always')).toBe(true)
    expect(isColored({ NO_COLOR: '1' }, '--color', 'always')).toBe(true)
    expect(isColored({ FORCE_COLOR: '1' })).toBe(true)
    expect(isColored({ FORCE_COLOR: '1' }, '--color=never')).toBe(false)
    expect(isColored({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true)
    expect(isColored({ FORCE_COLOR: '0' })).toBe(false)
    expect(isColored({ FORCE_COLOR: '' })).toBe(false)
    expect(isColored({ CLICOLOR_FORCE: '1' })).toBe(true)
    expect(isColored({ CLICOLOR_FORCE: '1', NO_COLOR: '1' })).toBe(false)
  })

  test('colours a plan on a terminal, unless the environment disables it', (context) => {
    if (!hasScript) context.skip('script(1) of util-linux is not installed')
    const command = `${process.execPath} ${main} plan ${hostIn(temporaryFolder())}`
    expect(script(command).stdout).toContain('\u001b[1mTables')
    const disabling: Readonly<Record<string, string>>[] = [
      { NO_COLOR: '1' },
      { TERM: 'dumb' },
      { FORCE_COLOR: '0' },
      { CLICOLOR: '0' },
    ]
    for (const env of disabling) expect(script(command, env).stdout).not.toContain('\u001b')
    expect(script(`${command} | cat`).stdout).not.toContain('\u001b')
  })

  test('a reader that exits early is no failure', () => {
    const file = hostIn(temporaryFolder())
    const { stdout, stderr, status } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; "$0" "$1" render "$2" --stdout | head -n 1`, process.execPath, main, file],
      { encoding: 'utf8' },
    )
    expect(stdout).toMatch(/^# ==> /)
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('a full disk is reported, and not as a bug', () => {
    const line = '"$0" "$1" render "$2" --stdout >/dev/full'
    const words = ['-c', line, process.execPath, main, hostIn(temporaryFolder())]
    const { stderr, status } = spawnSync('sh', words, { encoding: 'utf8' })
    expect(stderr).toBe('multihome: standard output: no space left on the device\n')
    expect(status).toBe(2)
  })

  test('large output through a slow pipe is complete', () => {
    const file = hostIn(temporaryFolder())
    const whole = runCommand(main, ['render', file, '--stdout']).stdout
    const slow = spawnSync('sh', [
      '-c',
      `"$0" "$1" render "$2" --stdout | (sleep 0.3; cat)`,
      process.execPath,
      main,
      file,
    ])
    expect(String(slow.stdout)).toBe(whole)
  })
})

describe('the code cache', () => {
  const folder = dirname(main)
  const caches = () => readdirSync(folder).filter((name) => name.endsWith('.cache'))

  test('is private to its owner, whatever the umask, and read only if it is', () => {
    const file = hostIn(temporaryFolder())
    const words = [main, 'render', file, '--stdout', '-t', 'networkd']
    for (const name of caches()) rmSync(join(folder, name))
    execFileSync('sh', ['-c', 'umask 000; exec "$@"', 'sh', process.execPath, ...words])
    const [name = ''] = caches()
    const cache = join(folder, name)
    expect(statSync(cache).mode & 0o777).toBe(0o600)
    const written = statSync(cache).ino
    const runs = (): number => {
      runCommand(main, words.slice(1))
      return statSync(cache).ino
    }
    expect(runs()).toBe(written)
    // One that others can write, or a symbolic link, is replaced.
    chmodSync(cache, 0o622)
    const again = runs()
    expect(again).not.toBe(written)
    if (process.getuid?.() === 0) {
      chownSync(cache, 65534, 65534)
      runs()
      expect(statSync(cache).uid).toBe(0)
    }
    renameSync(cache, `${cache}.other`)
    symlinkSync(`${cache}.other`, cache)
    runs()
    expect(lstatSync(cache).isFile()).toBe(true)
    rmSync(`${cache}.other`)
  })

  test('is written by the first render, and a corrupt or missing one does no harm', () => {
    const file = hostIn(temporaryFolder())
    const render = () => runCommand(main, ['render', file, '--stdout', '-t', 'networkd'])
    const expected = render()
    const [name = ''] = caches()
    expect(caches()).toHaveLength(1)
    for (const content of ['', 'rubbish', Buffer.alloc(100_000, 1)]) {
      writeFileSync(join(folder, name), content)
      expect(render()).toEqual(expected)
      // Written again.
      expect(readFileSync(join(folder, name)).length).toBeGreaterThan(200_000)
    }
    rmSync(join(folder, name))
    expect(runCommand(main, ['check', file])).toMatchObject({ code: 0 })
    expect(caches()).toEqual([])
    expect(render()).toEqual(expected)
    expect(caches()).toEqual([name])
  })
})
