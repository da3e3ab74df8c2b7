// What an installation test needs: programs, root, the registry of packages.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { cacheFolder } from '../boot/lab/rootfs/rootfs.js'
import { findProgram } from '../native/tools.js'

/** Skips the test, or fails it if MULTIHOME_REQUIRE_INSTALL is set. */
export function skipInstallation(context: TestContext, reason: string): never {
  if (process.env['MULTIHOME_REQUIRE_INSTALL'] === '1') throw new Error(reason)
  console.warn(`skipped: ${context.task.name}: ${reason}`)
  context.skip(reason)
}

export function needPrograms(context: TestContext, ...names: readonly string[]): void {
  const missing = names.filter((name) => findProgram(name) === undefined)
  if (missing.length > 0) skipInstallation(context, `${missing.join(' and ')} not installed`)
}

export function needRoot(context: TestContext): void {
  if (process.geteuid?.() !== 0) skipInstallation(context, 'not root')
}

/** Messages of npm without a registry. */
export const isOffline = (text: string): boolean =>
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTCACHED/.test(text)

/** The executable of a release of Node, from npm's packages of them; it stays in the cache of the boot tests. */
export function nodeRelease(context: TestContext, version: string): string {
  const name = `node-${process.platform}-${process.arch}`
  const folder = join(cacheFolder(), `node-${version}`)
  const program = join(folder, 'node_modules', name, 'bin/node')
  if (existsSync(program)) return program
  mkdirSync(cacheFolder(), { recursive: true })
  const building = mkdtempSync(`${folder}.`)
  const words = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  const { status, stderr } = spawnSync(
    'npm',
    ['install', '--prefix', building, ...words, `${name}@${version}`],
    {
      encoding: 'utf8',
    },
  )
  if (status === 0 && !existsSync(folder)) renameSync(building, folder)
  else rmSync(building, { recursive: true, force: true })
  if (status !== 0 && isOffline(stderr)) skipInstallation(context, 'the registry of packages does not answer')
  if (!existsSync(program)) throw new Error(`${name}@${version} is not installed:\n${stderr}`)
  return program
}
