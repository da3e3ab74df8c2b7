// Validation of a rendered tree before anything is written.
import type { RenderedFile } from '../../targets/target.js'
import { foldersAbove, pathProblem } from './output-path.js'

/** Multihome's own folder below a root. */
export const STATE_FOLDER = '/.multihome'

/** Written at the end of a run: the paths that multihome wrote below this root. */
export const MANIFEST = `${STATE_FOLDER}/manifest`

/** Exists while a run writes, or after one that did not finish: the paths that it may leave. */
export const JOURNAL = `${STATE_FOLDER}/journal`

export interface TreeRemark {
  /** Below the root; `/` is the root itself. */
  readonly path: string
  readonly text: string
}

/** Why a tree is neither written nor compared. */
export interface Refusal {
  readonly problems: readonly TreeRemark[]
  /** Files that were replaced or removed nevertheless. Absent: nothing was changed. */
  readonly changed?: readonly string[]
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
