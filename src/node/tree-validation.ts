// Validation of a rendered tree before anything is written.
import type { RenderedFile } from '../targets/target.js'
import { below, folderProblem, foldersAbove, pathProblem, entryAt } from './output-path.js'

/** Multihome's own folder below a root. */
export const STATE_FOLDER = '/.multihome'

/** Written at the end of a run: the paths that multihome wrote below this root. */
export const MANIFEST = `${STATE_FOLDER}/manifest`

/** The same for a run that is in progress or was interrupted. */
export const JOURNAL = `${STATE_FOLDER}/journal`

export interface TreeRemark {
  /** Below the root, or the path of the root itself. */
  readonly path: string
  readonly text: string
}

/** Why a tree is neither written nor compared. */
export interface Refusal {
  readonly problems: readonly TreeRemark[]
  /** Some files were replaced. Absent: nothing was written. */
  readonly isPartial?: true
}

/** Problems of the paths themselves. */
export function shapeProblems(files: readonly RenderedFile[]): readonly TreeRemark[] {
  const problems: TreeRemark[] = []
  const paths = new Set<string>()
  for (const { path } of files) {
    const text = pathProblem(path)
    if (text !== undefined) problems.push({ path, text })
    if (paths.has(path)) problems.push({ path, text: 'it is listed twice' })
    if (path === MANIFEST || path === JOURNAL)
      problems.push({ path, text: 'the path is reserved for multihome itself' })
    paths.add(path)
  }
  for (const { path } of files) {
    const folder = foldersAbove(path).find((above) => paths.has(above))
    if (folder !== undefined) problems.push({ path, text: `${folder} is a file of the same tree` })
  }
  return problems
}

/** Problems with what exists on the disk. */
export function diskProblems(root: string, files: readonly RenderedFile[]): readonly TreeRemark[] {
  const problems: TreeRemark[] = []
  const folders = new Map<string, string | undefined>()
  for (const { path } of files) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    if (!folders.has(folder)) folders.set(folder, folderProblem(root, path))
    const text = folders.get(folder)
    if (text !== undefined) problems.push({ path, text })
    else {
      const { kind } = entryAt(below(root, path))
      if (kind === 'folder') problems.push({ path, text: 'a directory of that name exists' })
      if (kind === 'other') problems.push({ path, text: 'a device, pipe or socket of that name exists' })
    }
  }
  return problems
}
