// Files that a description extends, relative to the file that names them.
import { dirname, join } from 'node:path'
import { escapeName } from '../diagnostics/sanitize.js'
import type { Load } from '../yaml/extends.js'
import type { ReadFailure, ReadResult } from './read.js'

/** Names of files begin with `prefix`, as in `git:HEAD:hosts/gw1.yaml`. */
export const loadWith =
  (read: (path: string) => ReadResult, prefix = ''): Load =>
  (name, from) => {
    const path = join(dirname(from.slice(prefix.length)), name)
    const text = read(path)
    return text.ok
      ? { ok: true, value: { file: `${prefix}${escapeName(path)}`, text: text.value } }
      : { ok: false, problem: problemOf(text) }
  }

const problemOf = (failure: ReadFailure): string =>
  'reason' in failure ? failure.reason : `it has ${failure.bytes} bytes; the limit is ${failure.limit}`
