// Atomic replacement of files: each is written under a temporary name, synchronised to the disk and renamed.
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
import { ownerIds } from './file-owner.js'
import { below } from './output-path.js'
import { errnoOf } from './errno-text.js'

/** Hidden, with the suffix `.tmp`: no stack reads such files. */
export const temporaryName = (full: string): string =>
  join(dirname(full), `.${basename(full)}.multihome-${process.pid}.tmp`)

const TEMPORARY = /^\..+\.multihome-(\d+)\.tmp$/

export interface Staged {
  /** Below the root. */
  readonly path: string
  readonly temporary: string
  readonly full: string
  /** Why the owner was not set. */
  readonly ownerProblem?: string
}

/** Sets mode and owner before content, so that nobody gets access in between. Adds the file to `staged` at once. */
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
    const ownerProblem = giveOwner ? give(descriptor, file.owner) : undefined
    staged.push({ path, temporary, full, ownerProblem })
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

/** Not every id exists in the user namespace of a container. */
function give(descriptor: number, owner: string): string | undefined {
  const ids = ownerIds(owner)
  if (ids === undefined) return `${owner} is unknown on this machine; fix: set the owner on the host`
  try {
    fchownSync(descriptor, ids.uid, ids.gid)
    return undefined
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return `its owner cannot be set to ${owner} here; fix: set it on the host`
  }
}

export function commit(staged: readonly Staged[]): void {
  for (const { temporary, full } of staged) renameSync(temporary, full)
}

export function discard(staged: readonly Staged[]): void {
  for (const { temporary } of staged) rmSync(temporary, { force: true })
}

/** Removes temporary files of interrupted runs from these folders; those of a running process stay. */
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
