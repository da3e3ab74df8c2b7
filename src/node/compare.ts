// Comparison of a rendered tree with the files below a root.
import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs'
import { ok, type Result } from '../kernel/result.js'
import type { RenderedFile, TextFile } from '../targets/target.js'
import { readOwned } from './manifest.js'
import { formatMode, mayChown, ownerIds } from './file-owner.js'
import { below, folderProblem, hasContent, entryAt, type Entry } from './output-path.js'
import { problemOf } from './errno-text.js'
import { diskProblems, shapeProblems, STATE_FOLDER, type Refusal } from './tree-validation.js'

export interface Difference {
  readonly path: string
  /** `extra`: a file of an earlier run that is no longer part of the tree. */
  readonly what: 'missing' | 'content' | 'mode' | 'owner' | 'kind' | 'extra'
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
    if (statSync(root, { throwIfNoEntry: false }) === undefined) return ok(files.map(missing))
    const real = realpathSync.native(root)
    const owned = readOwned(real)
    if (!owned.ok) return owned
    const problems = diskProblems(real, files)
    if (problems.length > 0) return { ok: false, problems }
    const wanted = new Set<string>(files.map((file) => file.path))
    return ok([
      ...files.flatMap((file) => differencesAt(real, file, modes)),
      ...owned.value.files.filter((path) => !wanted.has(path)).flatMap((path) => extra(real, path)),
    ])
  } catch (error) {
    return { ok: false, problems: [problemOf(error, root)] }
  }
}

const missing = (file: RenderedFile): Difference => ({
  path: file.path,
  what: 'missing',
  text: 'is missing',
  ...('symlink' in file ? {} : { after: file.content }),
})

/** One for each of content, mode and owner that differs. */
export function differencesAt(
  root: string,
  file: RenderedFile,
  modes: ModeComparison,
): readonly Difference[] {
  const { path } = file
  const entry = entryAt(below(root, path))
  if (entry.kind === 'nothing') return [missing(file)]
  if ('symlink' in file) {
    if (entry.kind !== 'symlink') return [{ path, what: 'kind', text: 'is not a symbolic link' }]
    if (entry.symlink === file.symlink) return []
    return [{ path, what: 'content', text: `points to ${entry.symlink}, not ${file.symlink}` }]
  }
  if (entry.kind !== 'file') return [{ path, what: 'kind', text: 'is not a regular file' }]
  return textDifferences(file, entry, below(root, path), modes)
}

function textDifferences(
  file: TextFile,
  { stats }: Extract<Entry, { kind: 'file' }>,
  full: string,
  modes: ModeComparison,
): readonly Difference[] {
  const { path } = file
  const found: Difference[] = []
  if (!hasContent(full, stats, file.content))
    found.push({
      path,
      what: 'content',
      text: 'has other content',
      before: readFileSync(full, 'utf8'),
      after: file.content,
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
function extra(root: string, path: string): readonly Difference[] {
  if (folderProblem(root, path) !== undefined) return []
  const entry = entryAt(below(root, path))
  if (!isOurs(root, path, entry)) return []
  const before = entry.kind === 'file' ? { before: readFileSync(below(root, path), 'utf8') } : {}
  return [{ path, what: 'extra', text: 'is from an earlier run and no longer part of the tree', ...before }]
}

/**
 * Whether a file of an earlier run may be removed: a text that still has its header, or a symbolic link. To keep a file,
 * users remove its header.
 */
export const isOurs = (root: string, path: string, { kind }: Entry): boolean =>
  kind === 'symlink' || (kind === 'file' && hasHeader(root, path))

/** The header is within the first lines. */
const HEADER_BYTES = 1024

/** Whether the file has the header of generated files; all files in multihome’s own folder count. */
export function hasHeader(root: string, path: string): boolean {
  if (path.startsWith(`${STATE_FOLDER}/`)) return true
  const descriptor = openSync(below(root, path), 'r')
  try {
    const start = Buffer.alloc(HEADER_BYTES)
    const length = readSync(descriptor, start, 0, HEADER_BYTES, 0)
    return /generated by multihome/i.test(start.toString('utf8', 0, length))
  } finally {
    closeSync(descriptor)
  }
}
