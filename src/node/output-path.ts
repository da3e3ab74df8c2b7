// Paths of an output below its root: validation, and what exists there.
import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs'
import { sep } from 'node:path'

/** Why a path is invalid, whatever is on the disk. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with /'
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'it contains a control character'
  const segments = path.slice(1).split('/')
  if (segments.includes('..')) return 'it leads out of the root with `..`'
  if (segments.includes('') || segments.includes('.')) return 'it is not in its shortest form'
  return undefined
}

/** Both are normalized already, and `join` is slow. */
export const below = (root: string, path: string): string => (root === '/' ? path : root + path)

const isInside = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)

/** The folders above a path, outermost first, without the root: `/etc`, `/etc/systemd`. */
export function foldersAbove(path: string): readonly string[] {
  const segments = path.slice(1).split('/').slice(0, -1)
  return segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`)
}

/** Why nothing can be written to the folder of `path`. A symbolic link out of the root is refused, one within is followed. */
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
export function entryAt(full: string): Entry {
  const stats = lstatSync(full, { throwIfNoEntry: false })
  if (stats === undefined) return { kind: 'nothing' }
  if (stats.isSymbolicLink()) return { kind: 'symlink', stats, symlink: readlinkSync(full) }
  if (stats.isFile()) return { kind: 'file', stats }
  return { kind: stats.isDirectory() ? 'folder' : 'other' }
}

/** Whether the file has exactly this text. The size is compared first, and texts are faster to read than bytes. */
export const hasContent = (full: string, stats: Stats, text: string): boolean =>
  stats.size === Buffer.byteLength(text) && readFileSync(full, 'utf8') === text && !text.includes('\ufffd')
