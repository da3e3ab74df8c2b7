// Writes a tree below a root: each file atomically and none outside; removes only files that multihome wrote.
import { chmodSync, mkdirSync, realpathSync, rmdirSync, rmSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { ok, type Result } from '../kernel/result.js'
import type { RenderedFile } from '../targets/target.js'
import { differencesAt, hasHeader, isOurs } from './compare.js'
import { formatManifest, readOwned, type Owned } from './manifest.js'
import { mayChown } from './file-owner.js'
import { below, folderProblem, foldersAbove, entryAt } from './output-path.js'
import { errnoOf, problemOf } from './errno-text.js'
import { commit, discard, stage, sweep, type Staged } from './atomic-file.js'
import {
  diskProblems,
  JOURNAL,
  MANIFEST,
  shapeProblems,
  STATE_FOLDER,
  type Refusal,
  type TreeRemark,
} from './tree-validation.js'

/** Paths are relative to the root. */
export interface WriteReport {
  readonly written: readonly string[]
  /** Only mode or owner was wrong, as after `git clone`. */
  readonly restored: readonly string[]
  readonly unchanged: readonly string[]
  readonly removed: readonly string[]
  /** Files without a header that were kept or replaced, and owners that could not be set. */
  readonly remarks: readonly TreeRemark[]
}

type WriteResult = Result<WriteReport, Refusal>

/** Refuses the whole tree, before anything is written, if a path leaves the root or cannot be replaced. */
export async function writeTree(root: string, files: readonly RenderedFile[]): Promise<WriteResult> {
  const wrong = shapeProblems(files)
  if (wrong.length > 0) return { ok: false, problems: wrong }
  try {
    mkdirSync(root, { recursive: true })
    return await writeInto(realpathSync.native(root), files)
  } catch (error) {
    return { ok: false, problems: [problemOf(error, root)] }
  }
}

async function writeInto(root: string, files: readonly RenderedFile[]): Promise<WriteResult> {
  const reading = readOwned(root)
  if (!reading.ok) return reading
  const owned = reading.value
  const problems = diskProblems(root, files)
  if (problems.length > 0) return { ok: false, problems }
  if (owned.isInterrupted) sweep(foldersOf(root, owned.files))
  sweep([below(root, STATE_FOLDER)])

  const differences = files.map((file) => ({ file, found: differencesAt(root, file, 'exact') }))
  const changed = differences.filter(({ found }) => found.length > 0)
  const restored = changed.filter(({ found }) =>
    found.every(({ what }) => what === 'mode' || what === 'owner'),
  )
  const written = changed.filter((each) => !restored.includes(each))
  const wanted = new Set<string>(files.map(({ path }) => path))
  const stale = owned.files.filter((path) => !wanted.has(path))
  const replaced = changed.map(({ file }) => file)
  const missing = missingFolders(root, replaced)
  const folders = [...new Set([...owned.folders, ...missing])]
  const remarks = written.flatMap(({ file }) => replacing(root, file, owned))

  const hasJournal = changed.length > 0 || stale.length > 0
  if (hasJournal) await writeText(root, JOURNAL, formatManifest([...owned.files, ...wanted], folders))
  const staged = await stageAll(root, replaced, missing, owned)
  try {
    commit(staged)
    const removed = stale.filter((path) => removeStale(root, path, remarks))
    const manifest = formatManifest([...wanted], prune(root, folders, files))
    if (manifest !== owned.manifest) await writeText(root, MANIFEST, manifest)
    if (hasJournal || owned.isInterrupted) rmSync(below(root, JOURNAL), { force: true })
    for (const { path, ownerProblem } of staged)
      if (ownerProblem !== undefined) remarks.push({ path, text: ownerProblem })
    return ok({
      written: written.map(({ file }) => file.path),
      restored: restored.map(({ file }) => file.path),
      unchanged: differences.filter(({ found }) => found.length === 0).map(({ file }) => file.path),
      removed,
      remarks,
    })
  } catch (error) {
    discard(staged)
    return { ok: false, isPartial: true, problems: [problemOf(error, root)] }
  }
}

const foldersOf = (root: string, paths: readonly string[]): ReadonlySet<string> =>
  new Set(
    paths.filter((path) => folderProblem(root, path) === undefined).map((path) => dirname(below(root, path))),
  )

/** Without the folder of the manifest, which the journal creates. */
function missingFolders(root: string, files: readonly RenderedFile[]): readonly string[] {
  const folders = new Set(files.flatMap((file) => foldersAbove(file.path)))
  folders.delete(STATE_FOLDER)
  return [...folders].filter((folder) => entryAt(below(root, folder)).kind === 'nothing')
}

/** Independent of the umask, because the tree is copied to a host. */
function makeFolder(full: string): void {
  mkdirSync(full)
  chmodSync(full, 0o755)
}

/** A remark if multihome did not write the file that is replaced. */
function replacing(root: string, { path }: RenderedFile, owned: Owned): readonly TreeRemark[] {
  const { kind } = entryAt(below(root, path))
  if (kind === 'nothing') return []
  const isKnown = kind === 'file' ? hasHeader(root, path) : owned.files.includes(path)
  return isKnown ? [] : [{ path, text: 'replaced a file that multihome did not write' }]
}

/** Far below the usual limit of 1024 open files. */
const MAX_OPEN_FILES = 64

/** All files are staged before the first one is renamed; if one fails, all are discarded. */
async function stageAll(
  root: string,
  files: readonly RenderedFile[],
  missing: readonly string[],
  owned: Owned,
): Promise<readonly Staged[]> {
  const staged: Staged[] = []
  const giveOwner = mayChown()
  try {
    for (const folder of missing) makeFolder(below(root, folder))
    for (let index = 0; index < files.length; index += MAX_OPEN_FILES) {
      const results = await Promise.allSettled(
        files.slice(index, index + MAX_OPEN_FILES).map((file) => stage(file, root, giveOwner, staged)),
      )
      const failure = results.find((result) => result.status === 'rejected')
      if (failure !== undefined) throw failure.reason
    }
    return staged
  } catch (error) {
    discard(staged)
    for (const folder of [...missing].reverse()) removeIfEmpty(root, folder)
    if (!owned.isInterrupted) rmSync(below(root, JOURNAL), { force: true })
    if (owned.manifest === undefined) removeIfEmpty(root, STATE_FOLDER)
    throw error
  }
}

/** Whether the file of an earlier run was removed. */
function removeStale(root: string, path: string, remarks: TreeRemark[]): boolean {
  const full = below(root, path)
  const problem = folderProblem(root, path)
  const entry = entryAt(full)
  if (problem === undefined && entry.kind === 'nothing') return false
  if (problem === undefined && isOurs(root, path, entry)) {
    unlinkSync(full)
    return true
  }
  const reason = problem ?? 'its header was removed, so it belongs to you'
  remarks.push({ path, text: `no longer part of the tree, and kept: ${reason}` })
  return false
}

/** Removes folders that multihome created and no file needs, innermost first; returns the others. */
function prune(root: string, folders: readonly string[], files: readonly RenderedFile[]): readonly string[] {
  const needed = new Set(files.flatMap(({ path }) => foldersAbove(path)))
  for (const folder of [...folders].sort().reverse()) if (!needed.has(folder)) removeIfEmpty(root, folder)
  return folders.filter((folder) => needed.has(folder))
}

function removeIfEmpty(root: string, folder: string): void {
  const full = below(root, folder)
  if (folderProblem(root, folder) !== undefined || entryAt(full).kind !== 'folder') return
  try {
    rmdirSync(full)
  } catch (error) {
    // It is not empty, or may not be removed: an empty folder does no harm.
    if (errnoOf(error) === undefined) throw error
  }
}

/** Writes the manifest or the journal like any other file. */
async function writeText(
  root: string,
  path: typeof MANIFEST | typeof JOURNAL,
  content: string,
): Promise<void> {
  const staged: Staged[] = []
  if (entryAt(below(root, STATE_FOLDER)).kind === 'nothing') makeFolder(below(root, STATE_FOLDER))
  try {
    await stage({ path, mode: 0o644, owner: 'root:root', content }, root, mayChown(), staged)
    commit(staged)
  } catch (error) {
    discard(staged)
    throw error
  }
}
