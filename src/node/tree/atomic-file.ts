// Atomic replacement of files: each is written under a temporary name and renamed.
import {
  closeSync,
  fchmodSync,
  fchownSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { RenderedFile, TextFile } from '../../targets/target.js'
import { attempt, errnoOf } from '../errno-text.js'
import { ownerIds } from './file-owner.js'
import { synchronise, type Folders } from './folders.js'
import { temporaryName, writeAll } from '../files/replacement.js'

const TEMPORARY = /^\.multihome-\d+-[0-9a-z]+\.tmp$/

export interface Staged {
  /** Below the root. */
  readonly path: string
  readonly temporary: string
  /** Why the owner was not set. */
  readonly ownerProblem?: string
}

/**
 * Sets mode and owner before content, so that nobody gets access in between. Adds the file to `staged` at once. `isDurable`:
 * the content is on the disk when it returns.
 */
export async function stage(
  file: RenderedFile,
  folders: Folders,
  giveOwner: boolean,
  isDurable: boolean,
  staged: Staged[],
): Promise<void> {
  const { path } = file
  const temporary = join(dirname(path), temporaryName())
  if ('symlink' in file) {
    attempt(path, () => symlinkSync(file.symlink, folders.at(temporary)))
    staged.push({ path, temporary })
    return
  }
  const descriptor = attempt(path, () => openSync(folders.at(temporary), 'wx', 0o600))
  try {
    const ownerProblem = giveOwner ? give(descriptor, file.owner) : undefined
    staged.push({ path, temporary, ownerProblem })
    attempt(path, () => fill(descriptor, file))
    if (isDurable) await synchronise(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Writes a new file below a folder that nobody else can reach; returns why the owner was not set. */
export function createFile(full: string, file: TextFile, giveOwner: boolean): string | undefined {
  const descriptor = openSync(full, 'wx', 0o600)
  try {
    const ownerProblem = giveOwner ? give(descriptor, file.owner) : undefined
    fill(descriptor, file)
    return ownerProblem
  } finally {
    closeSync(descriptor)
  }
}

function fill(descriptor: number, { mode, content }: TextFile): void {
  fchmodSync(descriptor, mode)
  writeAll(descriptor, Buffer.from(content))
}

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

export const commit = (folders: Folders, { path, temporary }: Staged): void =>
  attempt(path, () => renameSync(folders.at(temporary), folders.at(path)))

export function discard(folders: Folders, staged: readonly Staged[]): void {
  for (const { path, temporary } of staged) remove(folders, path, temporary)
}

function remove(folders: Folders, path: string, temporary: string): void {
  const found = folders.locate(temporary)
  if (found !== undefined && 'full' in found) attempt(path, () => rmSync(found.full, { force: true }))
}

/** Removes temporary files of interrupted runs from the folders of these paths. */
export function sweep(folders: Folders, paths: readonly string[]): void {
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const found = folders.locate(join(folder, 'x'))
    if (found === undefined || 'problem' in found) continue
    for (const entry of readdirSync(dirname(found.full), { withFileTypes: true }))
      if (TEMPORARY.test(entry.name) && !entry.isDirectory())
        remove(folders, folder, join(folder, entry.name))
  }
}
