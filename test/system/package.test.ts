// Installation of the package by npm, with packages of the registry: needs the network.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manifest, packInto } from '../helpers/packed.js'
import { temporaryFolder } from '../node/folder.js'

test(
  'npm installs the tarball in an empty folder, and npx runs the command',
  { timeout: 240_000 },
  (context) => {
    const tarball = packInto(temporaryFolder())
    const folder = temporaryFolder()
    const npm = (...words: string[]) => spawnSync('npm', words, { cwd: folder, encoding: 'utf8' })
    writeFileSync(join(folder, 'package.json'), '{}')
    const installed = npm('install', '--prefer-offline', '--no-audit', '--no-fund', tarball)
    if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTCACHED/.test(installed.stderr))
      context.skip('the registry of packages does not answer')
    expect(installed.status, installed.stderr).toBe(0)
    expect(installed.stderr).not.toContain('install-scripts')
    const version = spawnSync('npx', [manifest.name, '--version'], { cwd: folder, encoding: 'utf8' })
    expect(version.stdout).toBe(`${manifest.version}\n`)
  },
)
