// Writes a tree below a root: all files or none, and none outside; removes only files that multihome wrote.
import { existsSync, rmdirSync, unlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ok, type Result } from '../../stdlib/result.js'
import type { RenderedFile } from '../../targets/target.js'
import { commit, discard, stage, sweep, type Staged } from './atomic-file.js'
import { compareFiles, hasHeader, isOurs, type ComparedFile } from './compare.js'
import { attempt, attemptIfThere, errnoOf, PathError, problemOf } from '../errno-text.js'
import { mayChown } from './file-owner.js'
import { createFolders, openFolders, type Folders } from './folders.js'
import { openJournal, type Journal } from './journal.js'
import { createTree } from './new-tree.js'
import { formatManifest, readOwned, type Owned } from './manifest.js'
import { entryAt, foldersAbove } from './output-path.js'
import { MANIFEST, shapeProblems, STATE_FOLDER, type Refusal, type TreeRemark } from './tree-validation.js'

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

export interface WriteOptions {
  /** Once it is aborted, no further file is changed: an `AbortSignal`. */
  readonly signal?: { readonly aborted: boolean }
  /** Whether each file is on the disk before it gets its name. Default: only below `/`, where a host boots from the files. */
  readonly isDurable?: boolean
  /** Milliseconds to wait for another run that writes below the root. Default: 10,000. */
  readonly patience?: number
}

type WriteResult = Result<WriteReport, Refusal>

/** Refuses the whole tree, before anything is written, if a path leaves the root or cannot be replaced. */
export async function writeTree(
  root: string,
  files: readonly RenderedFile[],
  options: WriteOptions = {},
): Promise<WriteResult> {
  const wrong = shapeProblems(files)
  if (wrong.length > 0) return { ok: false, problems: wrong }
  try {
    const created = existsSync(root)
      ? undefined
      : createTree(root, files, () => options.signal?.aborted === true)
    if (created !== undefined) {
      const written = files.map(({ path }) => path)
      return ok({ written, restored: [], unchanged: [], removed: [], remarks: created })
    }
    const folders = createFolders(root)
    try {
      return await writeBelow(folders, files, { isDurable: resolve(root) === '/', ...options })
    } finally {
      folders.close()
    }
  } catch (error) {
    return { ok: false, problems: [problemOf(error)] }
  }
}

/** Whether `writeTree` would change nothing. */
export function isCurrent(root: string, files: readonly RenderedFile[]): boolean {
  try {
    const folders = openFolders(root)
    if (folders === undefined) return false
    try {
      const plan = planChanges(folders, files, readOwned(folders))
      return plan.ok && plan.value.isUnchanged && plan.value.owned.journal === undefined
    } finally {
      folders.close()
    }
  } catch (error) {
    // `writeTree` reports what cannot be read.
    problemOf(error)
    return false
  }
}

async function writeBelow(
  folders: Folders,
  files: readonly RenderedFile[],
  { signal, patience = 10_000, isDurable }: WriteOptions & Required<Pick<WriteOptions, 'isDurable'>>,
): Promise<WriteResult> {
  // Most runs change nothing, and need no journal.
  const early = planChanges(folders, files, readOwned(folders))
  if (!early.ok) return early
  if (early.value.isUnchanged && early.value.owned.journal === undefined) return ok(early.value.report)
  const isAborted = (): boolean => signal?.aborted === true
  const hadFolder = exists(folders, STATE_FOLDER)
  const journal = await openJournal(folders, patience, isAborted)
  const progress: Progress = { changed: [], isUnfinished: true }
  try {
    // Another run may have ended meanwhile.
    const owned = readOwned(folders)
    progress.isUnfinished = owned.interrupted.length > 0
    const plan = planChanges(folders, files, owned)
    if (!plan.ok) return plan
    if (plan.value.isUnchanged && !progress.isUnfinished) return ok(plan.value.report)
    const report = await change(folders, plan.value, journal, isAborted, isDurable, progress)
    journal.close(true)
    return ok(report)
  } catch (error) {
    const changed = progress.changed.filter((path) => path !== MANIFEST)
    const problems = [problemOf(error)]
    return progress.changed.length === 0 ? { ok: false, problems } : { ok: false, problems, changed }
  } finally {
    journal.abandon(!progress.isUnfinished)
    if (!hadFolder) removeIfEmpty(folders, STATE_FOLDER)
  }
}

interface Progress {
  /** What was replaced and removed. */
  readonly changed: string[]
  /** Whether this run or an earlier one may have left something. */
  isUnfinished: boolean
}

interface Plan {
  readonly owned: Owned
  readonly isUnchanged: boolean
  readonly changed: readonly RenderedFile[]
  /** Files of earlier runs. */
  readonly stale: readonly string[]
  /** Folders to create, outermost first. */
  readonly missing: readonly string[]
  /** Those, and the ones that earlier runs created. */
  readonly created: readonly string[]
  readonly needed: ReadonlySet<string>
  readonly manifest: string
  /** As if it were done. */
  readonly report: WriteReport
}

function planChanges(folders: Folders, files: readonly RenderedFile[], owned: Owned): Result<Plan, Refusal> {
  const compared = compareFiles(folders, files, 'exact')
  if (!compared.ok) return compared
  const changed = compared.value.filter(({ found }) => found.length > 0)
  const isRestored = ({ found }: ComparedFile): boolean =>
    found.every(({ what }) => what === 'mode' || what === 'owner')
  const written = changed.filter((each) => !isRestored(each))
  const wanted = new Set<string>(files.map(({ path }) => path))
  const stale = owned.files.filter((path) => !wanted.has(path))
  const needed = new Set(files.flatMap(({ path }) => foldersAbove(path)))
  const missing =
    changed.length === 0
      ? []
      : [...needed].filter((folder) => folder !== STATE_FOLDER && !exists(folders, folder))
  const created = [...new Set([...owned.folders, ...missing])]
  const manifest = formatManifest(
    [...wanted],
    created.filter((folder) => needed.has(folder)),
  )
  return ok({
    owned,
    isUnchanged: changed.length === 0 && stale.length === 0 && manifest === owned.manifest,
    changed: changed.map(({ file }) => file),
    stale,
    missing,
    created,
    needed,
    manifest,
    report: {
      written: written.map(({ file }) => file.path),
      restored: changed.filter(isRestored).map(({ file }) => file.path),
      unchanged: compared.value.filter(({ found }) => found.length === 0).map(({ file }) => file.path),
      removed: [],
      remarks: written.flatMap((each) => replacing(folders, each, owned)),
    },
  })
}

/** A remark if multihome did not write the file that is replaced. */
function replacing(folders: Folders, { file, entry }: ComparedFile, owned: Owned): readonly TreeRemark[] {
  const { path } = file
  if (entry.kind === 'nothing') return []
  const isKnown =
    entry.kind === 'file'
      ? attemptIfThere(path, () => hasHeader(folders.at(path), path), true)
      : owned.files.includes(path)
  return isKnown ? [] : [{ path, text: 'replaced a file that multihome did not write' }]
}

const exists = (folders: Folders, path: string): boolean => {
  const found = folders.locate(path)
  return found !== undefined && (!('full' in found) || entryAt(found.full).kind !== 'nothing')
}

/** Stages everything, and switches then. If it fails before the first change, it leaves nothing behind. */
async function change(
  folders: Folders,
  plan: Plan,
  journal: Journal,
  isAborted: () => boolean,
  isDurable: boolean,
  progress: Progress,
): Promise<WriteReport> {
  const { owned, report } = plan
  const { changed, isUnfinished } = progress
  const wanted = [...report.written, ...report.restored]
  await journal.record(formatManifest([...owned.files, ...wanted], plan.created), isDurable)
  if (isUnfinished) sweep(folders, [MANIFEST, ...owned.interrupted])
  const staged: Staged[] = []
  const remarks = [...report.remarks]
  progress.isUnfinished = true
  try {
    await stageAll(folders, plan, isDurable, staged)
    if (isAborted()) throw new PathError('/', 'interrupted')
    journal.confirm()
    for (const each of staged) {
      commit(folders, each)
      changed.push(each.path)
    }
  } catch (error) {
    discard(folders, staged)
    if (changed.length === 0) {
      for (const folder of plan.missing.toReversed()) removeIfEmpty(folders, folder)
      progress.isUnfinished = isUnfinished
    }
    throw error
  }
  const removed = plan.stale.filter((path) => removeStale(folders, path, remarks))
  changed.push(...removed)
  if (isDurable) await inBatches([...new Set(changed.map((path) => dirname(path)))], folders.synchronise)
  for (const folder of [...plan.created].sort().reverse())
    if (!plan.needed.has(folder)) removeIfEmpty(folders, folder)
  for (const { path, ownerProblem } of staged)
    if (ownerProblem !== undefined) remarks.push({ path, text: ownerProblem })
  return { ...report, removed, remarks }
}

/** Adds the manifest, if it changes. */
async function stageAll(folders: Folders, plan: Plan, isDurable: boolean, staged: Staged[]): Promise<void> {
  const giveOwner = mayChown()
  const list = { path: MANIFEST, mode: 0o644, owner: 'root:root', content: plan.manifest } as const
  for (const folder of plan.missing) folders.make(folder)
  await inBatches(plan.manifest === plan.owned.manifest ? plan.changed : [...plan.changed, list], (file) =>
    stage(file, folders, giveOwner, isDurable, staged),
  )
}

/** Far below the usual limit of 1024 open files. */
const MAX_OPEN_FILES = 64

/** Waits for all of a batch even if one fails, so that nothing is written afterwards. */
async function inBatches<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let index = 0; index < items.length; index += MAX_OPEN_FILES) {
    const results = await Promise.allSettled(items.slice(index, index + MAX_OPEN_FILES).map(run))
    const failure = results.find((result) => result.status === 'rejected')
    if (failure !== undefined) throw failure.reason
  }
}

/** Whether the file of an earlier run was removed. */
function removeStale(folders: Folders, path: string, remarks: TreeRemark[]): boolean {
  const found = folders.locate(path)
  if (found === undefined) return false
  let reason = 'problem' in found ? found.problem : undefined
  if ('full' in found) {
    const entry = attempt(path, () => entryAt(found.full))
    if (entry.kind === 'nothing') return false
    if (attempt(path, () => isOurs(found.full, path, entry))) {
      attempt(path, () => unlinkSync(found.full))
      return true
    }
    reason = 'its header was removed, so it belongs to you'
  }
  remarks.push({ path, text: `no longer part of the tree, and kept: ${reason}` })
  return false
}

function removeIfEmpty(folders: Folders, folder: string): void {
  const found = folders.locate(folder)
  if (found === undefined || 'problem' in found) return
  try {
    rmdirSync(found.full)
  } catch (error) {
    // It is not empty, or may not be removed: an empty folder does no harm.
    if (errnoOf(error) === undefined) throw error
  }
}
