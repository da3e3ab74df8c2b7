// Writes a tree under a root: each file whole or not at all, nothing outside, and of what is not wanted any more only our own.
import { chmodSync, mkdirSync, realpathSync, rmdirSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RenderedFile } from '../targets/target.js'
import { differencesAt, isUntouched } from './compare.js'
import {
  describes,
  entryOf,
  formatManifest,
  MANIFEST_NAME,
  readManifest,
  type Manifest,
  type ManifestEntry,
} from './manifest.js'
import { mayChown } from './owner.js'
import { below, folderProblem, foldersAbove, standingAt } from './place.js'
import { errnoOf, pathOf, reasonOf } from './reason.js'
import { commit, discard, stage, sweep, type Staged } from './stage.js'
import { diskProblems, foreignManifest, shapeProblems, type Refused, type TreeRemark } from './tree.js'

/** Paths are those below the root. */
export interface WriteReport {
  readonly written: readonly string[]
  readonly unchanged: readonly string[]
  readonly removed: readonly string[]
  /** What a person should know: kept because changed by hand, replaced though not ours, owner not given. */
  readonly remarks: readonly TreeRemark[]
}

export type WriteOutcome = { readonly ok: true; readonly report: WriteReport } | Refused

/** Refuses as a whole, before anything is written, where a path would leave the root or something is in the way. */
export async function writeTree(root: string, files: readonly RenderedFile[]): Promise<WriteOutcome> {
  const wrong = shapeProblems(files)
  if (wrong.length > 0) return { ok: false, problems: wrong }
  try {
    mkdirSync(root, { recursive: true })
    return await writeInto(realpathSync.native(root), files)
  } catch (error) {
    return { ok: false, problems: [{ path: pathOf(error) ?? root, text: reasonOf(error) }] }
  }
}

async function writeInto(root: string, files: readonly RenderedFile[]): Promise<WriteOutcome> {
  const before = readManifest(root)
  if (before === undefined) return { ok: false, problems: [foreignManifest] }
  const problems = diskProblems(root, files)
  if (problems.length > 0) return { ok: false, problems }
  // The list itself is written first, so that a run cut off there has left no list that could tell.
  sweep(before.unfinished === true ? foldersOf(root, [...before.files, ...files]) : [root])

  const changed = files.filter((file) => differencesAt(root, file).length > 0)
  const wanted = new Set<string>(files.map((file) => file.path))
  const stale = before.files.filter((entry) => !wanted.has(entry.path))
  const missing = missingFolders(root, changed)
  const folders = [...new Set([...before.folders, ...missing])].sort()
  const entries = remembered(files, changed, before)
  const remarks: TreeRemark[] = changed.flatMap((file) => replacing(root, file, before))

  // Told first what is about to be ours: a run that is cut off leaves nothing that the next one would not know.
  const intent: Manifest = {
    version: 1,
    unfinished: true,
    folders,
    files: [...entries.map((entry) => withPrevious(entry, before)), ...stale],
  }
  if (changed.length > 0 || stale.length > 0) await writeManifest(root, intent)
  for (const folder of missing) makeFolder(below(root, folder))
  remarks.push(...(await putInPlace(root, changed)))
  const left = stale.filter((entry) => !takeAway(root, entry, remarks))
  const removed = stale.filter((entry) => !left.includes(entry)).map((entry) => entry.path)
  // Nothing becomes empty but by what we take away.
  const kept = removed.length === 0 ? folders : prune(root, folders)
  const after: Manifest = { version: 1, folders: kept, files: [...entries, ...left] }
  if (!isSame(after, before)) await writeManifest(root, after)

  const written = new Set(changed.map((file) => file.path))
  return {
    ok: true,
    report: {
      written: [...written],
      unchanged: files.filter((file) => !written.has(file.path)).map((file) => file.path),
      removed,
      remarks,
    },
  }
}

/** Entries that were remembered are the very same objects; then the list need not be written out to be compared. */
const isSame = (a: Manifest, b: Manifest): boolean =>
  b.unfinished !== true &&
  ((a.files.length === b.files.length &&
    a.files.every((entry, index) => entry === b.files[index]) &&
    a.folders.length === b.folders.length &&
    a.folders.every((folder, index) => folder === b.folders[index])) ||
    formatManifest(a) === formatManifest(b))

const foldersOf = (root: string, files: readonly { readonly path: string }[]): ReadonlySet<string> =>
  new Set([
    root,
    ...files
      .filter((file) => folderProblem(root, file.path) === undefined)
      .map((file) => dirname(below(root, file.path))),
  ])

function missingFolders(root: string, files: readonly RenderedFile[]): readonly string[] {
  const folders = new Set(files.flatMap((file) => foldersAbove(file.path)))
  return [...folders].filter((folder) => standingAt(below(root, folder)).kind === 'nothing')
}

/** Whatever the umask: the tree is to be copied into a system. */
function makeFolder(full: string): void {
  mkdirSync(full)
  chmodSync(full, 0o755)
}

/** What has not changed need not be hashed again: loading the hash functions costs more than comparing the files did. */
function remembered(
  files: readonly RenderedFile[],
  changed: readonly RenderedFile[],
  before: Manifest,
): readonly ManifestEntry[] {
  const written = new Set<string>(changed.map(({ path }) => path))
  const known = new Map(before.files.map((entry) => [entry.path, entry]))
  return files.map((file) => {
    const entry = written.has(file.path) ? undefined : known.get(file.path)
    return entry !== undefined && describes(entry, file) ? entry : entryOf(file)
  })
}

function withPrevious(entry: ManifestEntry, before: Manifest): ManifestEntry {
  const old = before.files.find((candidate) => candidate.path === entry.path)
  return old === undefined || old.sha256 === entry.sha256 ? entry : { ...entry, previous: old.sha256 }
}

/** What is said of a file that is about to be replaced and is not as we left it. */
function replacing(root: string, { path }: RenderedFile, before: Manifest): readonly TreeRemark[] {
  const standing = standingAt(below(root, path))
  if (standing.kind === 'nothing') return []
  const entry = before.files.find((candidate) => candidate.path === path)
  if (entry === undefined) return [{ path, text: 'replaced a file that multihome had not written' }]
  return isUntouched(below(root, path), standing, entry)
    ? []
    : [{ path, text: 'replaced; it had been changed by hand' }]
}

/** Far below the usual limit of 1024 open files. */
const OPEN_AT_ONCE = 64

/** All are on the disk under other names before the first one is renamed. */
async function putInPlace(root: string, files: readonly RenderedFile[]): Promise<readonly TreeRemark[]> {
  const staged: Staged[] = []
  const giveOwner = mayChown()
  try {
    for (let index = 0; index < files.length; index += OPEN_AT_ONCE) {
      const results = await Promise.allSettled(
        files
          .slice(index, index + OPEN_AT_ONCE)
          .map((file) => stage(file, below(root, file.path), giveOwner, staged)),
      )
      const failure = results.find((result) => result.status === 'rejected')
      if (failure !== undefined) throw failure.reason
    }
    commit(staged)
  } catch (error) {
    discard(staged)
    throw error
  }
  return staged.flatMap(({ full, ownerProblem }) =>
    ownerProblem === undefined
      ? []
      : [{ path: full.slice(root === '/' ? 0 : root.length), text: ownerProblem }],
  )
}

/** Whether the file of an earlier run is gone now. */
function takeAway(root: string, entry: ManifestEntry, remarks: TreeRemark[]): boolean {
  const full = below(root, entry.path)
  const problem = folderProblem(root, entry.path)
  const standing = standingAt(full)
  if (problem === undefined && standing.kind === 'nothing') return true
  if (problem === undefined && isUntouched(full, standing, entry)) {
    unlinkSync(full)
    return true
  }
  remarks.push({
    path: entry.path,
    text: `not wanted any more, but kept: ${problem ?? 'it was changed since multihome wrote it'}`,
  })
  return false
}

/** Takes our folders away that have become empty, the innermost first, and tells which are left. */
function prune(root: string, folders: readonly string[]): readonly string[] {
  return [...folders]
    .sort()
    .reverse()
    .filter((folder) => !isTakenAway(root, folder))
    .reverse()
}

function isTakenAway(root: string, folder: string): boolean {
  if (folderProblem(root, folder) !== undefined) return false
  if (standingAt(below(root, folder)).kind !== 'folder') return true
  try {
    rmdirSync(below(root, folder))
    return true
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return false
  }
}

async function writeManifest(root: string, manifest: Manifest): Promise<void> {
  const staged: Staged[] = []
  const file = {
    path: `/${MANIFEST_NAME}`,
    mode: 0o644,
    owner: 'root:root',
    content: formatManifest(manifest),
  } as const
  try {
    await stage(file, below(root, `/${MANIFEST_NAME}`), mayChown(), staged)
    commit(staged)
  } catch (error) {
    discard(staged)
    throw error
  }
}
