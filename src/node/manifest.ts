// Paths that multihome wrote below a root: the manifest of the last run, and the journal of an interrupted run.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../kernel/result.js'
import { below, folderProblem, pathProblem, entryAt } from './output-path.js'
import { readText } from './read.js'
import { JOURNAL, MANIFEST, type Refusal, type TreeRemark } from './tree-validation.js'

export const hasTree = (root: string): boolean => existsSync(join(root, MANIFEST))

export interface Owned {
  readonly files: readonly string[]
  /** Folders that multihome created. */
  readonly folders: readonly string[]
  /** The text of the manifest; undefined if there is none. */
  readonly manifest: string | undefined
  /** Whether the last run was interrupted, or is still running. */
  readonly isInterrupted: boolean
}

/** About a million paths. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024

/** Refused if one of the two files is not multihome's: then nothing below this root may be removed. */
export function readOwned(root: string): Result<Owned, Refusal> {
  const manifest = readList(root, MANIFEST)
  const journal = readList(root, JOURNAL)
  const problems = [manifest, journal].filter((read) => typeof read === 'object')
  if (typeof manifest === 'object' || typeof journal === 'object') return { ok: false, problems }
  const paths = linesOf(`${manifest ?? ''}${journal ?? ''}`)
  return ok({
    files: paths.filter((path) => !path.endsWith('/')),
    folders: paths.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1)),
    manifest,
    isInterrupted: journal !== undefined,
  })
}

/** One path a line, sorted, so that Git merges it as text. A folder has a trailing slash. */
export const formatManifest = (files: readonly string[], folders: readonly string[]): string =>
  [...new Set([...files, ...folders.map((folder) => `${folder}/`)])]
    .sort()
    .map((path) => `${path}\n`)
    .join('')

function readList(root: string, path: string): string | TreeRemark | undefined {
  const folder = folderProblem(root, path)
  if (folder !== undefined) return { path, text: folder }
  const { kind } = entryAt(below(root, path))
  if (kind === 'nothing') return undefined
  if (kind !== 'file') return unknownFile(path)
  const read = readText(below(root, path), MAX_MANIFEST_BYTES)
  if (!read.ok) return 'reason' in read ? { path, text: read.reason } : unknownFile(path)
  return isList(read.value) ? read.value : unknownFile(path)
}

const linesOf = (text: string): readonly string[] =>
  [...new Set(text.split('\n'))].filter((line) => line !== '')

/** Strict, because these paths are removed: a single invalid one invalidates the whole file. */
const isList = (text: string): boolean =>
  (text === '' || text.endsWith('\n')) &&
  linesOf(text).every((line) => pathProblem(line.replace(/\/$/, '')) === undefined)

const unknownFile = (path: string): TreeRemark => ({
  path,
  text: 'it is not a list of paths by multihome, so no file can be removed safely; fix: move it away and render again',
})
