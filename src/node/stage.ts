// How does one file come to its place whole or not at all? Beside it under another name, to the disk, then renamed.
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
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RenderedFile } from '../targets/target.js'
import { ownerIds, type OwnerIds } from './owner.js'
import { errnoOf } from './reason.js'

/** Hidden and ending in `.tmp`: no stack reads such a name from its folders. */
const temporaryName = (full: string): string =>
  join(dirname(full), `.${basename(full)}.multihome-${process.pid}.tmp`)

const TEMPORARY = /^\..+\.multihome-(\d+)\.tmp$/

export interface Staged {
  readonly temporary: string
  readonly full: string
  /** Why the owner could not be given. */
  readonly ownerProblem?: string
}

/** Mode and owner before content: at no time can anybody read or run more than he shall. Remembered in `staged` at once. */
export async function stage(
  file: RenderedFile,
  full: string,
  giveOwner: boolean,
  staged: Staged[],
): Promise<void> {
  const temporary = temporaryName(full)
  if ('symlink' in file) {
    symlinkSync(file.symlink, temporary)
    staged.push({ temporary, full })
    return
  }
  const descriptor = openSync(temporary, 'wx', 0o600)
  try {
    const ownerProblem = giveOwner ? give(descriptor, file.owner, ownerIds(file.owner)) : undefined
    staged.push({ temporary, full, ...(ownerProblem === undefined ? {} : { ownerProblem }) })
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

/** Takes away what a run that was cut off has left in these folders; a run that still goes on keeps its own. */
export function sweep(folders: Iterable<string>): void {
  for (const folder of folders) {
    for (const name of listing(folder)) {
      const owner = TEMPORARY.exec(name)?.[1]
      if (owner !== undefined && !isRunning(Number(owner))) rmSync(join(folder, name), { force: true })
    }
  }
}

function listing(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
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
