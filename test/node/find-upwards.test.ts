import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { findUpwards } from '../../src/node/find-upwards.js'
import { temporaryFolder } from './folder.js'

const NAME = 'multihome-test.yaml'
const OTHER = 4242
const isRoot = process.getuid?.() === 0

const before = process.cwd()
afterEach(() => {
  process.chdir(before)
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** The inner of two folders becomes the current one. */
function nested(): { readonly outer: string; readonly inner: string } {
  const outer = temporaryFolder()
  const inner = join(outer, 'a/b')
  mkdirSync(inner, { recursive: true })
  process.chdir(inner)
  return { outer, inner }
}

test('the nearest file is found, relative to the current folder', () => {
  const { outer, inner } = nested()
  expect(findUpwards(NAME)).toBeUndefined()
  writeFileSync(join(outer, NAME), '')
  expect(findUpwards(NAME)).toEqual({ path: `../../${NAME}`, untrustedOwner: undefined })
  writeFileSync(join(inner, NAME), '')
  expect(findUpwards(NAME)).toEqual({ path: NAME, untrustedOwner: undefined })
})

test('nothing is found in a folder that was removed', () => {
  const { inner } = nested()
  const removed = join(inner, 'c')
  mkdirSync(removed)
  process.chdir(removed)
  spawnSync('rmdir', [removed])
  expect(() => findUpwards(NAME)).not.toThrow()
})

test('a file, a link or a folder of another user is not trusted', (context) => {
  if (!isRoot) context.skip('only root can give a file away')
  const { outer, inner } = nested()
  const file = join(outer, NAME)
  writeFileSync(file, '')
  chownSync(file, OTHER, OTHER)
  expect(findUpwards(NAME)).toEqual({ path: `../../${NAME}`, untrustedOwner: OTHER })
  // A link of root to it, then a link of the other user to a file of root.
  symlinkSync(file, join(inner, NAME))
  expect(findUpwards(NAME)).toEqual({ path: NAME, untrustedOwner: OTHER })
  chownSync(file, 0, 0)
  expect(findUpwards(NAME)?.untrustedOwner).toBeUndefined()
  spawnSync('chown', ['--no-dereference', String(OTHER), join(inner, NAME)])
  expect(findUpwards(NAME)?.untrustedOwner).toBe(OTHER)
  spawnSync('chown', ['--no-dereference', '0', join(inner, NAME)])
  chownSync(inner, OTHER, OTHER)
  expect(findUpwards(NAME)?.untrustedOwner).toBe(OTHER)
})

test('the file of the user who called sudo is trusted, and one of root by everybody', (context) => {
  if (!isRoot) context.skip('only root can give a file away')
  const { outer, inner } = nested()
  for (const path of [outer, inner, join(outer, NAME)]) {
    if (path.endsWith(NAME)) writeFileSync(path, '')
    chownSync(path, OTHER, OTHER)
  }
  vi.stubEnv('SUDO_UID', String(OTHER))
  expect(findUpwards(NAME)?.untrustedOwner).toBeUndefined()
  // Only root is called by sudo on behalf of another user.
  vi.spyOn(process, 'geteuid').mockReturnValue(OTHER + 1)
  expect(findUpwards(NAME)?.untrustedOwner).toBe(OTHER)
  for (const path of [outer, join(outer, NAME)]) chownSync(path, 0, 0)
  expect(findUpwards(NAME)?.untrustedOwner).toBeUndefined()
})
