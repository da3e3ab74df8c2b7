// Installation of the package by npm, with packages of the registry, and its use on each supported release of Node.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { manifest, packInto, unpackInto } from '../helpers/packed.js'
import { everythingIn, temporaryFolder } from '../node/folder.js'
import { isOffline, nodeRelease, skipInstallation } from './needs.js'

const timeout = 240_000
let tarball = ''

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-pack-'))
  tarball = packInto(folder)
  return () => rmSync(folder, { recursive: true, force: true })
}, timeout)

function npm(context: TestContext, folder: string, program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8' })
  if (status !== 0 && isOffline(stderr)) skipInstallation(context, 'the registry of packages does not answer')
  expect(status, stderr).toBe(0)
  expect(stderr).not.toContain('install-scripts')
  return stdout
}

describe('npm', { timeout }, () => {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund']

  test('installs the tarball in an empty folder, and npx runs the command there', (context) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'package.json'), '{}')
    npm(context, folder, 'npm', 'install', ...quiet, tarball)
    expect(npm(context, folder, 'npx', manifest.name, '--version')).toBe(`${manifest.version}\n`)
  })

  test('runs the command of the tarball from an empty folder, and leaves it empty', (context) => {
    const folder = temporaryFolder()
    expect(npm(context, folder, 'npx', '--yes', '--package', tarball, manifest.name, 'init')).toContain(
      'version: 1',
    )
    expect(everythingIn(folder)).toEqual([])
  })

  test('installs the command globally, with its manual pages', (context) => {
    const prefix = temporaryFolder()
    const folder = temporaryFolder()
    npm(context, folder, 'npm', 'install', '--global', '--prefix', prefix, ...quiet, tarball)
    expect(everythingIn(folder)).toEqual([])
    const { stdout } = spawnSync(join(prefix, 'bin/multihome'), ['--version'], { encoding: 'utf8' })
    expect(stdout).toBe(`${manifest.version}\n`)
    for (const page of ['man1/multihome.1', 'man1/multihome-render.1', 'man5/multihome.5'])
      expect(readFileSync(join(prefix, 'share/man', page), 'utf8')).toContain('.SH NAME')
  })
})

/** The first release that package.json allows, one of the next line, and a current one. */
const releases = ['20.19.0', '22.12.0', '24.21.0']

describe.each(releases)('Node %s', { timeout }, (release) => {
  /** The unpacked package, and a description beside it. */
  function installed(): { readonly folder: string; readonly main: string } {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'host.yaml'), fixtureNamed('one-lan-by-second-provider').text)
    return { folder, main: join(unpackInto(folder, tarball), 'dist/cli/main.cjs') }
  }

  test('runs the command', (context) => {
    const node = nodeRelease(context, release)
    const { folder, main } = installed()
    const run = (...words: readonly string[]) =>
      spawnSync(node, [main, ...words], { cwd: folder, encoding: 'utf8' })
    expect(run('--version').stdout).toBe(`${manifest.version}\n`)
    // The second run reads the code cache that the first one wrote.
    for (const out of ['first', 'second']) {
      const { status, stdout, stderr } = run('render', 'host.yaml', '--quiet', '--out', out)
      expect(`${stdout}${stderr}`).toBe('')
      expect(status).toBe(0)
    }
    expect(everythingIn(join(folder, 'second'))).toEqual(everythingIn(join(folder, 'first')))
    expect(run('render', 'host.yaml', '--out', 'second', '--check').status).toBe(0)
    expect(run('trace', 'host.yaml', '8.8.8.8').stdout).toContain('provider-a')
  })

  test('runs the library, imported and required', (context) => {
    const node = nodeRelease(context, release)
    const { folder } = installed()
    const program = `
      const { outputs, diagnostics } = compile(require('node:fs').readFileSync('host.yaml', 'utf8'))
      console.log(targets.length === outputs.size, diagnostics.length, typeof writeTree)`
    const files = {
      'imported.mjs': `
        import { createRequire } from 'node:module'
        import { compile, targets } from 'multihome'
        import { writeTree } from 'multihome/node'
        const require = createRequire(import.meta.url)
        ${program}`,
      'required.cjs': `
        const { compile, targets } = require('multihome')
        const { writeTree } = require('multihome/node')
        ${program}`,
    }
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(folder, file), text)
      const { stdout, stderr } = spawnSync(node, [file], { cwd: folder, encoding: 'utf8' })
      expect(stdout, stderr).toBe('true 0 function\n')
    }
  })
})
