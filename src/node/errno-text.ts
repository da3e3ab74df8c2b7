// Texts for errors of the operating system.
import type { TreeRemark } from './tree/tree-validation.js'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted for this user',
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EEXIST: 'it exists already',
  EBUSY: 'it is in use: another file may be mounted on it',
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

/** Why a path of a tree cannot be read or written. */
export class PathError extends Error {
  readonly remark: TreeRemark
  constructor(path: string, text: string) {
    super(`${path}: ${text}`)
    this.remark = { path, text }
  }
}

/** Runs system calls for a path of a tree: the path in an error of `node:fs` is that of a descriptor or temporary file. */
export function attempt<T>(path: string, calls: () => T): T {
  try {
    return calls()
  } catch (error) {
    throw error instanceof PathError ? error : new PathError(path, reasonOf(error))
  }
}

/** The same for a file that another run may remove meanwhile: `otherwise` if it is gone. */
export const attemptIfThere = <T>(path: string, calls: () => T, otherwise: T): T =>
  attempt(path, () => {
    try {
      return calls()
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return otherwise
      throw error
    }
  })

export const problemOf = (error: unknown): TreeRemark =>
  error instanceof PathError ? error.remark : { path: '/', text: reasonOf(error) }
