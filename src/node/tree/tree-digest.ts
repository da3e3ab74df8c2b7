// Digest of a tree: of rendered files, and of the files below a root. If they are equal, `writeTree` would change nothing.
import { createHash, type Hash } from 'node:crypto'
import type { RenderedFile } from '../../targets/target.js'
import { PathError, problemOf } from '../errno-text.js'
import { mayChown, ownerIds } from './file-owner.js'
import { openFolders, type Folders } from './folders.js'
import { formatManifest, readOwned } from './manifest.js'
import { entryAt, foldersAbove, readEntryBytes } from './output-path.js'

export interface TreeDigest {
  readonly digest: string
  /** Number of files. */
  readonly files: number
}

/** Undefined if the digest of the files below a root would be another one: an owner is unknown on this machine. */
export function digestOf(files: readonly RenderedFile[]): string | undefined {
  const hash = createHash('sha256')
  for (const file of [...files].sort(byPath)) {
    if ('symlink' in file) {
      addSymlink(hash, file.path, file.symlink)
      continue
    }
    const owner = mayChown() ? ownerIds(file.owner) : NOBODY
    if (owner === undefined) return undefined
    addFile(hash, { ...file, ...owner }, Buffer.from(file.content))
  }
  return hash.digest('base64')
}

/**
 * Reads every file, since stat(2) cannot prove that a file is the same: its times depend on the clock, and several changes
 * fit into one tick of it. Undefined if `writeTree` has something to do whatever the rendered files are, or would fail.
 */
export function digestBelow(root: string): TreeDigest | undefined {
  try {
    const folders = openFolders(root)
    if (folders === undefined) return undefined
    try {
      return digestIn(folders)
    } finally {
      folders.close()
    }
  } catch (error) {
    // `writeTree` reports it.
    problemOf(error)
    return undefined
  }
}

function digestIn(folders: Folders): TreeDigest | undefined {
  const owned = readOwned(folders)
  const needed = new Set(owned.files.flatMap(foldersAbove))
  const manifest = formatManifest(
    owned.files,
    owned.folders.filter((folder) => needed.has(folder)),
  )
  if (owned.journal !== undefined || owned.manifest !== manifest) return undefined
  const hash = createHash('sha256')
  for (const path of [...owned.files].sort()) {
    const full = folders.at(path)
    const entry = entryAt(full)
    if (entry.kind === 'symlink') addSymlink(hash, path, entry.symlink)
    else if (entry.kind !== 'file') return undefined
    else {
      const { uid, gid, mode } = entry.stats
      const bytes = readEntryBytes(full, entry.stats)
      if (bytes === undefined) throw new PathError(path, 'it is too long')
      addFile(hash, { path, mode, ...(mayChown() ? { uid, gid } : NOBODY) }, bytes)
    }
  }
  return { digest: hash.digest('base64'), files: owned.files.length }
}

/** Only root may set owners, so only root compares them. */
const NOBODY = { uid: -1, gid: -1 } as const

interface Head {
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

const addFile = (hash: Hash, { path, mode, uid, gid }: Head, bytes: Uint8Array): Hash =>
  hash.update(JSON.stringify([path, mode & 0o7777, uid, gid, bytes.length])).update(bytes)

const addSymlink = (hash: Hash, path: string, symlink: string): Hash =>
  hash.update(JSON.stringify([path, symlink]))

/** As `sort` of the paths. */
const byPath = (one: RenderedFile, other: RenderedFile): number =>
  one.path < other.path ? -1 : one.path > other.path ? 1 : 0
