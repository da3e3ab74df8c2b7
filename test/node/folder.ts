// A folder of its own for each test, gone afterwards.
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'
import type { TextFile } from '../../src/targets/target.js'

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'multihome-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Every path below, sorted, folders with a slash behind. */
export const everythingIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = relative(folder, join(entry.parentPath, entry.name))
      return entry.isDirectory() ? `${path}/` : path
    })
    .sort()

export const textFile = (path: `/${string}`, content: string, mode = 0o644): TextFile => ({
  path,
  mode,
  owner: 'root:root',
  content,
})
