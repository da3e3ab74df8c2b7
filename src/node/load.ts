// Files that a description extends, relative to the file that names them.
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { escapeName } from '../diagnostics/sanitize.js'
import type { Load } from '../yaml/extends.js'
import { memoize } from '../stdlib/memoize.js'
import { errnoOf } from './errno-text.js'
import { readText, type ReadFailure, type ReadResult } from './read.js'

export interface LoadOptions {
  /** Names of files begin with it, as in `git:HEAD:hosts/gw1.yaml`. */
  readonly prefix?: string
  /** Folder that no file may be outside of, also not by a symbolic link. Default: any file is read. */
  readonly root?: string | undefined
}

export function loadWith(read: (path: string) => ReadResult, { prefix = '', root }: LoadOptions = {}): Load {
  const roots = root === undefined ? undefined : { named: absolute(root), real: real(root) }
  const isOutside = (path: string): boolean =>
    roots !== undefined && (leads(roots.named, absolute(path)) || leads(roots.real, real(path)))
  return (name, from) => {
    const path = join(dirname(from.slice(prefix.length)), name)
    if (isOutside(path))
      return {
        ok: false,
        problem: `it is outside of ${root}`,
        fix: 'Copy it into that folder: files elsewhere are not read.',
      }
    const text = read(path)
    return text.ok
      ? { ok: true, value: { file: `${prefix}${escapeName(path)}`, text: text.value } }
      : { ok: false, problem: problemOf(text) }
  }
}

/** `load` of `compile` for files below a folder; a symbolic link out of it is an error. */
export const loadBelow = (root: string): Load => loadWith(readText, { root })

/**
 * `load` of `compile`. A description in a repository, i.e. below a multihome.yaml or a .git, can only extend files of the
 * repository: its author need not be who may read the other files of this machine.
 */
export const loadFile: Load = (name, from) => loadFrom(absolute(dirname(from)))(name, from)

/** By absolute path of the folder of a description. */
const loadFrom = memoize((folder: string) => loadWith(readText, { root: repositoryOf(folder) }))

/** The nearest folder above, or this one, that has a multihome.yaml or a .git. */
function repositoryOf(folder: string): string | undefined {
  for (let above = folder; ; above = dirname(above)) {
    if (['multihome.yaml', '.git'].some((name) => existsSync(join(above, name)))) return above
    if (above === dirname(above)) return undefined
  }
}

/** Whether the way from a folder to the path begins with `..`. */
const leads = (folder: string, path: string): boolean => /^\.\.(?:\/|$)/.test(relative(folder, path))

/** The path itself if nothing is there, which reading reports. */
function real(path: string): string {
  try {
    return realpathSync.native(path)
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return absolute(path)
  }
}

/** The path itself if the current folder was removed. */
function absolute(path: string): string {
  try {
    return resolve(path)
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return path
  }
}

const problemOf = (failure: ReadFailure): string =>
  'reason' in failure ? failure.reason : `it has ${failure.bytes} bytes; the limit is ${failure.limit}`
