// Bundle of the command in a folder of its own, and a function that runs it.
import { execFileSync, spawnSync, type SpawnSyncOptions } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const root = join(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Path of main.cjs, which is removed after the tests of the file. */
export function bundleCommand(): string {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-bundle-'))
  // Another user runs it, too.
  chmodSync(folder, 0o755)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  execFileSync(process.execPath, [join(root, 'scripts/build-embedded.mjs')])
  execFileSync(process.execPath, [join(root, 'scripts/build-page.mjs')])
  execFileSync(process.execPath, [join(root, 'scripts/bundle.mjs'), join(folder, 'cli')])
  return join(folder, 'cli/main.cjs')
}

export function runCommand(main: string, words: readonly string[], options: SpawnSyncOptions = {}): Ended {
  const env = { PATH: process.env['PATH'] ?? '' }
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [main, ...words], { env, ...options })
  if (error !== undefined) throw error
  return { code: status, stdout: String(stdout), stderr: String(stderr) }
}
