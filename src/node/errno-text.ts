// Why did the operating system say no? In a person's words.

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted for this user',
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EEXIST: 'something else stands there',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'too many symbolic links, or a circle of them',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENXIO: 'nobody is at the other end',
  EIO: 'the device gives an input/output error',
}

/** The errno name of an error from `node:fs`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}

/** Throws on what is no error of the operating system: that is a bug and not to be told as a circumstance. */
export function reasonOf(error: unknown): string {
  const code = errnoOf(error)
  if (code === undefined) throw error
  return reasons[code] ?? `the system answers ${code}`
}

/** The path that an error of `node:fs` is about. */
export const pathOf = (error: unknown): string | undefined =>
  error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined
