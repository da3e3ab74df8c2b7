// Texts for errors of the operating system.
import type { TreeRemark } from './tree-validation.js'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted for this user',
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EEXIST: 'it exists already',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'too many symbolic links, or a cycle of them',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  EAGAIN: 'it has nothing to read now',
  ENXIO: 'no process is at the other end',
  EIO: 'input/output error of the device',
}

/** The errno name of an error from `node:fs`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}

/** Throws any other error again: that is a bug. */
export function reasonOf(error: unknown): string {
  const code = errnoOf(error)
  if (code === undefined) throw error
  return reasons[code] ?? `the system reports ${code}`
}

/** The reason, with the path in an error of `node:fs`, or else `root`. */
export const problemOf = (error: unknown, root: string): TreeRemark => ({
  path: error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : root,
  text: reasonOf(error),
})
