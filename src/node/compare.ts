// Is what stands under a root what would be written there?
import { readFileSync, realpathSync, statSync } from 'node:fs'
import type { RenderedFile, TextFile } from '../targets/target.js'
import { formatMode, isOurs, readManifest, sha256, type ManifestEntry } from './manifest.js'
import { mayChown, ownerIds } from './owner.js'
import { below, folderProblem, hasContent, standingAt, type Standing } from './place.js'
import { pathOf, reasonOf } from './reason.js'
import { diskProblems, foreignManifest, shapeProblems, type Refused } from './tree.js'

export interface Difference {
  readonly path: string
  /** `extra`: an earlier run wrote it, and it is not wanted any more. */
  readonly what: 'missing' | 'content' | 'mode' | 'owner' | 'kind' | 'extra'
  /** For a person: `mode is 0644, not 0600`. */
  readonly text: string
  /** The text that stands there, and the one that is wanted; absent for anything but text. */
  readonly before?: string
  readonly after?: string
}

export type CompareOutcome = { readonly ok: true; readonly differences: readonly Difference[] } | Refused

/** Touches nothing. */
export function compareTree(root: string, files: readonly RenderedFile[]): CompareOutcome {
  const wrong = shapeProblems(files)
  if (wrong.length > 0) return { ok: false, problems: wrong }
  try {
    const real =
      statSync(root, { throwIfNoEntry: false }) === undefined ? undefined : realpathSync.native(root)
    const manifest = real === undefined ? undefined : readManifest(real)
    if (real === undefined)
      return { ok: true, differences: files.flatMap((file) => differences(file, { kind: 'nothing' }, '')) }
    if (manifest === undefined) return { ok: false, problems: [foreignManifest] }
    const problems = diskProblems(real, files)
    if (problems.length > 0) return { ok: false, problems }
    const wanted = new Set<string>(files.map((file) => file.path))
    return {
      ok: true,
      differences: [
        ...files.flatMap((file) => differencesAt(real, file)),
        ...manifest.files.filter((entry) => !wanted.has(entry.path)).flatMap((entry) => extra(real, entry)),
      ],
    }
  } catch (error) {
    return { ok: false, problems: [{ path: pathOf(error) ?? root, text: reasonOf(error) }] }
  }
}

/** Several where content, mode and owner differ each. */
export const differencesAt = (root: string, file: RenderedFile): readonly Difference[] =>
  differences(file, standingAt(below(root, file.path)), below(root, file.path))

function differences(file: RenderedFile, standing: Standing, full: string): readonly Difference[] {
  const { path } = file
  if (standing.kind === 'nothing')
    return [
      { path, what: 'missing', text: 'is missing', ...('symlink' in file ? {} : { after: file.content }) },
    ]
  if ('symlink' in file) {
    if (standing.kind !== 'symlink') return [{ path, what: 'kind', text: 'is not a symbolic link' }]
    if (standing.symlink === file.symlink) return []
    const text = `points to ${standing.symlink}, not ${file.symlink}`
    return [{ path, what: 'content', text }]
  }
  if (standing.kind !== 'file') return [{ path, what: 'kind', text: 'is not a regular file' }]
  return textDifferences(file, standing, full)
}

function textDifferences(
  file: TextFile,
  { stats }: Extract<Standing, { kind: 'file' }>,
  full: string,
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
  const mode = stats.mode & 0o7777
  if (mode !== file.mode)
    found.push({ path, what: 'mode', text: `has mode ${formatMode(mode)}, not ${formatMode(file.mode)}` })
  const ids = mayChown() ? ownerIds(file.owner) : undefined
  if (ids !== undefined && (ids.uid !== stats.uid || ids.gid !== stats.gid))
    found.push({ path, what: 'owner', text: `belongs to ${stats.uid}:${stats.gid}, not ${file.owner}` })
  return found
}

/** What an earlier run wrote and this one would take away; nothing where it is gone already. */
function extra(root: string, entry: ManifestEntry): readonly Difference[] {
  const { path } = entry
  const standing = folderProblem(root, path) === undefined ? standingAt(below(root, path)) : undefined
  if (standing === undefined || standing.kind === 'nothing') return []
  if (isUntouched(below(root, path), standing, entry)) {
    const before = standing.kind === 'file' ? { before: readFileSync(below(root, path), 'utf8') } : {}
    return [{ path, what: 'extra', text: 'is from an earlier run and not wanted any more', ...before }]
  }
  return [{ path, what: 'extra', text: 'is from an earlier run, not wanted any more, and changed since' }]
}

/** Whether it is still what we wrote, and so may be taken away. */
export function isUntouched(full: string, standing: Standing, entry: ManifestEntry): boolean {
  if (standing.kind === 'symlink') return entry.symlink === true && isOurs(entry, sha256(standing.symlink))
  return standing.kind === 'file' && entry.symlink !== true && isOurs(entry, sha256(readFileSync(full)))
}
