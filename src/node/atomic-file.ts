// Puts a file in its place whole or not at all: written beside it under another name, synchronised to the disk, renamed.
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
  type Dirent,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RenderedFile } from '../targets/target.js'
import { ownerIds, type OwnerIds } from './file-owner.js'
import { below } from './output-path.js'
import { errnoOf } from './errno-text.js'

/** Hidden and ending in `.tmp`: no stack reads such a name from its folders. */
const temporaryName = (full: string): string =>
  join(dirname(full), `.${basename(full)}.multihome-${process.pid}.tmp`)

const TEMPORARY = /^\..+\.multihome-(\d+)\.tmp$/

export interface Staged {
  /** Below the root. */
  readonly path: string
  readonly temporary: string
  readonly full: string
  /** Why the owner could not be given. */
  readonly ownerProblem?: string
}

/** Mode and owner before content: at no time can anybody read or run more than he shall. Remembered in `staged` at once. */
export async function stage(
  file: RenderedFile,
  root: string,
  giveOwner: boolean,
  staged: Staged[],
): Promise<void> {
  const { path } = file
  const full = below(root, path)
  const temporary = temporaryName(full)
  if ('symlink' in file) {
    symlinkSync(file.symlink, temporary)
    staged.push({ path, temporary, full })
    return
  }
  const descriptor = openSync(temporary, 'wx', 0o600)
  try {
    const ownerProblem = giveOwner ? give(descriptor, file.owner, ownerIds(file.owner)) : undefined
    staged.push({ path, temporary, full, ...(ownerProblem === undefined ? {} : { ownerProblem }) })
    fchmodSync(descriptor, file.mode)
    writeAll(descriptor, Buffer.from(file.content))
    await synchronise(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;)
    written += writeSync(descriptor, bytes, written, bytes.length - written)
}

const synchronise = (descriptor: number): Promise<void> =>
  new Promise((resolve, reject) => {
    fsync(descriptor, (error) => {
      if (error === null) resolve()
      else reject(error)
    })
  })

/** In a container's user namespace not every number exists. */
function give(descriptor: number, owner: string, ids: OwnerIds | undefined): string | undefined {
  if (ids === undefined) return `${owner} is not known on this machine; give it to ${owner} where it is used`
  try {
    fchownSync(descriptor, ids.uid, ids.gid)
    return undefined
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return `it could not be given to ${owner}; do it where it is used`
  }
}

export function commit(staged: readonly Staged[]): void {
  for (const { temporary, full } of staged) renameSync(temporary, full)
}

export function discard(staged: readonly Staged[]): void {
  for (const { temporary } of staged) rmSync(temporary, { force: true })
}

/** Removes the temporary files that a run left in these folders when it was cut off; a run that still goes on keeps its own. */
export function sweep(folders: Iterable<string>): void {
  for (const folder of folders) {
    for (const entry of listing(folder)) {
      const owner = TEMPORARY.exec(entry.name)?.[1]
      if (owner !== undefined && !entry.isDirectory() && !isRunning(Number(owner)))
        rmSync(join(folder, entry.name), { force: true })
    }
  }
}

function listing(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isRunning(process_: number): boolean {
  if (process_ === process.pid) return false
  try {
    process.kill(process_, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}
