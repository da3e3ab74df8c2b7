// The user's cache: files in ~/.cache/multihome (XDG Base Directory Specification), which only that user can read or write.
// Whatever is wrong with it, commands work without.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  futimesSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  type Stats,
} from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { createFolder } from '../tree/folders.js'
import { writeText } from './write-text.js'

/** Milliseconds. What was not used for so long is removed. */
const MAX_AGE = 90 * 24 * 3600 * 1000

const isOwn = ({ uid }: Stats): boolean => uid === process.geteuid?.()

/** Undefined without a home, and for root in the home of somebody else (`sudo -E`). */
function cacheFolder(): string | undefined {
  const { XDG_CACHE_HOME = '', HOME = '' } = process.env
  const base = isAbsolute(XDG_CACHE_HOME)
    ? XDG_CACHE_HOME
    : isAbsolute(HOME)
      ? join(HOME, '.cache')
      : undefined
  if (base === undefined) return undefined
  const above = [base, dirname(base)].map((path) => statSync(path, { throwIfNoEntry: false }))
  const nearest = above.find((status) => status !== undefined)
  return nearest !== undefined && isOwn(nearest) ? join(base, 'multihome') : undefined
}

/** Undefined if there is no such file, or if another user owns it or may write to it. */
export function readCached(name: string): string | undefined {
  let descriptor: number | undefined
  try {
    const folder = cacheFolder()
    if (folder === undefined) return undefined
    descriptor = openSync(
      join(folder, name),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY,
    )
    const isTrusted = [fstatSync(descriptor), lstatSync(folder)].every(
      (status) => isOwn(status) && (status.mode & 0o077) === 0,
    )
    if (!isTrusted || !fstatSync(descriptor).isFile()) return undefined
    const text = readFileSync(descriptor, 'utf8')
    futimesSync(descriptor, new Date(), new Date())
    return text
  } catch {
    return undefined
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

export function writeCached(name: string, text: string): void {
  try {
    const path = cacheFolder()
    if (path === undefined) return
    const folder = createFolder(path)
    try {
      if (!isOwn(fstatSync(folder.descriptor))) return
      fchmodSync(folder.descriptor, 0o700)
      writeText(join(folder.handle, name), text, 0o600)
      for (const other of readdirSync(folder.handle)) {
        const file = join(folder.handle, other)
        if (lstatSync(file).mtimeMs < Date.now() - MAX_AGE) rmSync(file, { force: true })
      }
    } finally {
      closeSync(folder.descriptor)
    }
  } catch {
    // The next run takes longer.
  }
}
