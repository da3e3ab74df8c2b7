// Comparison of a rendered tree with the files below a root.
import { closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { ok, type Result } from '../../stdlib/result.js'
import type { RenderedFile, TextFile } from '../../targets/target.js'
import { attempt, attemptIfThere, errnoOf, problemOf } from '../errno-text.js'
import { formatMode, mayChown, ownerIds } from './file-owner.js'
import { openFolders, type Folders } from './folders.js'
import { writingText } from './journal.js'
import { readOwned } from './manifest.js'
import { entryAt, readEntry, SAFE_READ, type Entry } from './output-path.js'
import { JOURNAL, shapeProblems, STATE_FOLDER, type Refusal, type TreeRemark } from './tree-validation.js'

export interface Difference {
  readonly path: string
  /**
   * `extra`: a file of an earlier run that is no longer part of the tree. `unfinished`: a run writes, or was interrupted;
   * the tree may be a mixture of two.
   */
  readonly what: 'missing' | 'content' | 'mode' | 'owner' | 'kind' | 'extra' | 'unfinished'
  /** For a person: `has mode 0644, not 0600`. */
  readonly text: string
  /** The text of the file, and the rendered text; absent if the difference is not in text. */
  readonly before?: string
  readonly after?: string
}

/** `git`: compares only the executable bit, which is all that Git keeps, and no owners. */
export type ModeComparison = 'git' | 'exact'

/** Changes nothing. */
export function compareTree(
  root: string,
  files: readonly RenderedFile[],
  modes: ModeComparison = 'git',
): Result<readonly Difference[], Refusal> {
  const wrong = shapeProblems(files)
  if (wrong.length > 0) return { ok: false, problems: wrong }
  try {
    const folders = openFolders(root)
    if (folders === undefined) return ok(files.map(missing))
    try {
      return compareBelow(folders, files, modes)
    } finally {
      folders.close()
    }
  } catch (error) {
    return { ok: false, problems: [problemOf(error)] }
  }
}

function compareBelow(
  folders: Folders,
  files: readonly RenderedFile[],
  modes: ModeComparison,
): Result<readonly Difference[], Refusal> {
  const before = readOwned(folders)
  const compared = compareFiles(folders, files, modes)
  if (!compared.ok) return compared
  // A run may have begun meanwhile.
  const { journal } = before.journal === undefined ? readOwned(folders) : before
  const wanted = new Set<string>(files.map((file) => file.path))
  const text = journal && (writingText(journal) ?? 'a run was interrupted here. fix: render again')
  return ok([
    ...(text === undefined ? [] : [{ path: JOURNAL, what: 'unfinished' as const, text }]),
    ...compared.value.flatMap(({ found }) => found),
    ...before.files.filter((path) => !wanted.has(path)).flatMap((path) => extra(folders, path)),
  ])
}

export interface ComparedFile {
  readonly file: RenderedFile
  readonly entry: Entry
  /** One for each of content, mode and owner that differs. */
  readonly found: readonly Difference[]
}

/** Refused if a file cannot be replaced. */
export function compareFiles(
  folders: Folders,
  files: readonly RenderedFile[],
  modes: ModeComparison,
): Result<readonly ComparedFile[], Refusal> {
  const problems: TreeRemark[] = []
  const compared: ComparedFile[] = []
  for (const file of files) {
    const { path } = file
    const location = folders.locate(path) ?? { full: undefined }
    const entry = 'problem' in location ? undefined : attempt(path, () => entryAt(location.full))
    if ('problem' in location) problems.push({ path, text: location.problem })
    else if (entry?.kind === 'folder') problems.push({ path, text: 'a directory of that name exists' })
    else if (entry?.kind === 'other')
      problems.push({ path, text: 'a device, pipe or socket of that name exists' })
    else if (entry !== undefined)
      compared.push({
        file,
        entry,
        found: attemptIfThere(path, () => differencesOf(file, entry, location.full ?? '', modes), [
          missing(file),
        ]),
      })
  }
  return problems.length > 0 ? { ok: false, problems } : ok(compared)
}

const missing = (file: RenderedFile): Difference => ({
  path: file.path,
  what: 'missing',
  text: 'is missing',
  ...('symlink' in file ? {} : { after: file.content }),
})

function differencesOf(
  file: RenderedFile,
  entry: Entry,
  full: string,
  modes: ModeComparison,
): readonly Difference[] {
  const { path } = file
  if (entry.kind === 'nothing') return [missing(file)]
  if ('symlink' in file) {
    if (entry.kind !== 'symlink') return [{ path, what: 'kind', text: 'is not a symbolic link' }]
    if (entry.symlink === file.symlink) return []
    return [{ path, what: 'content', text: `points to ${entry.symlink}, not ${file.symlink}` }]
  }
  if (entry.kind !== 'file') return [{ path, what: 'kind', text: 'is not a regular file' }]
  return textDifferences(file, entry, full, modes)
}

function textDifferences(
  file: TextFile,
  { stats }: Extract<Entry, { kind: 'file' }>,
  full: string,
  modes: ModeComparison,
): readonly Difference[] {
  const { path } = file
  const found: Difference[] = []
  const before = readEntry(full, stats)
  // Invalid UTF-8 is read as U+FFFD.
  const isSame =
    stats.size === Buffer.byteLength(file.content) &&
    before === file.content &&
    !file.content.includes('\ufffd')
  if (!isSame)
    found.push({
      path,
      what: 'content',
      text: 'has other content',
      ...(before === undefined ? {} : { before, after: file.content }),
    })
  const compared = modes === 'git' ? GIT_MODE : 0o7777
  if (((stats.mode ^ file.mode) & compared) !== 0)
    found.push({
      path,
      what: 'mode',
      text: `has mode ${formatMode(stats.mode)}, not ${formatMode(file.mode)}`,
    })
  const ids = modes === 'exact' && mayChown() ? ownerIds(file.owner) : undefined
  if (ids !== undefined && (ids.uid !== stats.uid || ids.gid !== stats.gid))
    found.push({ path, what: 'owner', text: `belongs to ${stats.uid}:${stats.gid}, not ${file.owner}` })
  return found
}

/** Git records mode 100755 if the owner may execute the file, else 100644. */
const GIT_MODE = 0o100

/** A file of an earlier run that this run would remove; empty if it does not exist. */
function extra(folders: Folders, path: string): readonly Difference[] {
  const found = folders.locate(path)
  if (found === undefined || 'problem' in found) return []
  const differences = (): readonly Difference[] => {
    const entry = entryAt(found.full)
    if (!isOurs(found.full, path, entry)) return []
    const before = entry.kind === 'file' ? readEntry(found.full, entry.stats) : undefined
    const text = 'is from an earlier run and no longer part of the tree'
    return [{ path, what: 'extra', text, ...(before === undefined ? {} : { before }) }]
  }
  return attemptIfThere(path, differences, [])
}

/**
 * Whether a file of an earlier run may be removed: a text that still has its header, or a symbolic link to one. To keep
 * a file, users remove its header.
 */
export function isOurs(full: string, path: string, entry: Entry): boolean {
  if (entry.kind === 'file') return hasHeader(full, path)
  if (entry.kind !== 'symlink') return false
  // `net.eth0 -> net.lo` of netifrc. A dangling link is one whose file was removed before it.
  if (basename(entry.symlink) === 'net.lo') return true
  try {
    const target = statSync(full, { throwIfNoEntry: false })
    return target === undefined || (target.isFile() && hasHeader(full, path, constants.O_NONBLOCK))
  } catch (error) {
    // A cycle, or a target that may not be read.
    if (errnoOf(error) === undefined) throw error
    return false
  }
}

/** The header is within the first lines. */
const HEADER_BYTES = 1024

/** Whether the file has the header of generated files; all files in multihome’s own folder count. */
export function hasHeader(full: string, path: string, flags: number = SAFE_READ): boolean {
  if (path.startsWith(`${STATE_FOLDER}/`)) return true
  const descriptor = openSync(full, flags)
  try {
    const start = Buffer.alloc(HEADER_BYTES)
    const length = readSync(descriptor, start, 0, HEADER_BYTES, 0)
    return /generated by multihome/i.test(start.toString('utf8', 0, length))
  } finally {
    closeSync(descriptor)
  }
}
