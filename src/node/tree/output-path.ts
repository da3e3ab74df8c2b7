// Paths of an output below its root: validation, and what exists there.
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs'
import type { Stats } from 'node:fs'
import { sep } from 'node:path'

/** Why a path is invalid, whatever is on the disk. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with /'
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(path)) return 'it contains a control character'
  const segments = path.slice(1).split('/')
  if (segments.includes('..')) return 'it leads out of the root with `..`'
  if (segments.includes('') || segments.includes('.')) return 'it is not in its shortest form'
  return undefined
}

/** Both are normalized already, and `join` is slow. */
const below = (root: string, path: string): string => (root === '/' ? path : root + path)

export const isInside = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)

/** The folders above a path, outermost first, without the root: `/etc`, `/etc/systemd`. */
export function foldersAbove(path: string): readonly string[] {
  const segments = path.slice(1).split('/').slice(0, -1)
  return segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`)
}

/** Which folder above `path` cannot be used, and why. A symbolic link within the root is followed. */
export function folderProblem(root: string, path: string): string | undefined {
  for (const folder of foldersAbove(path)) {
    const full = below(root, folder)
    const link = lstatSync(full, { throwIfNoEntry: false })
    if (link === undefined) return undefined
    if (link.isDirectory()) continue
    if (link.isSymbolicLink()) {
      if (statSync(full, { throwIfNoEntry: false }) === undefined)
        return `${folder} is a symbolic link to nothing`
      if (!isInside(root, realpathSync(full))) return `${folder} is a symbolic link that leaves the root`
    }
    if (!statSync(full).isDirectory()) return `${folder} is not a directory`
  }
  return undefined
}

export type Entry =
  | { readonly kind: 'nothing' | 'folder' | 'other' }
  | { readonly kind: 'file'; readonly stats: Stats }
  | { readonly kind: 'symlink'; readonly stats: Stats; readonly symlink: string }

/** What exists at a path; a symbolic link is not followed. */
export function entryAt(full: string | undefined): Entry {
  const stats = full === undefined ? undefined : lstatSync(full, { throwIfNoEntry: false })
  if (full === undefined || stats === undefined) return { kind: 'nothing' }
  if (stats.isSymbolicLink()) return { kind: 'symlink', stats, symlink: readlinkSync(full) }
  if (stats.isFile()) return { kind: 'file', stats }
  return { kind: stats.isDirectory() ? 'folder' : 'other' }
}

/** Neither follows a symbolic link nor waits for the other end of a pipe that has replaced a file meanwhile. */
export const SAFE_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** No rendered text is longer. */
export const MAX_TEXT_BYTES = 64 * 1024 * 1024

/** The text of a file; undefined if it is too long. */
export const readEntry = (full: string, stats: Stats): string | undefined =>
  readEntryBytes(full, stats)?.toString('utf8')

/** Undefined if it is too long. */
export function readEntryBytes(full: string, { size }: Stats): Buffer | undefined {
  if (size > MAX_TEXT_BYTES) return undefined
  const descriptor = openSync(full, SAFE_READ)
  try {
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
