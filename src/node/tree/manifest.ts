// Paths that multihome wrote below a root: the manifest of the last run, and the journal of an interrupted run.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { attemptIfThere, PathError } from '../errno-text.js'
import type { Folders } from './folders.js'
import { readJournal, type JournalText } from './journal.js'
import { entryAt, pathProblem, readEntry } from './output-path.js'
import { JOURNAL, MANIFEST } from './tree-validation.js'

export const hasTree = (root: string): boolean => existsSync(join(root, MANIFEST))

export interface Owned {
  readonly files: readonly string[]
  /** Folders that multihome created. */
  readonly folders: readonly string[]
  /** The text of the manifest; undefined if there is none. */
  readonly manifest: string | undefined
  /** Files that interrupted runs may have left. */
  readonly interrupted: readonly string[]
  readonly journal: JournalText | undefined
}

/** Throws if one of the two files is not multihome's: then nothing below this root may be removed. */
export function readOwned(folders: Folders): Owned {
  const manifest = readText(folders, MANIFEST)
  const text = readText(folders, JOURNAL)
  const journal = text === undefined ? undefined : readJournal(text)
  if (journal?.isValid === false) throw unknownFile(JOURNAL)
  const listed = checked(MANIFEST, linesOf(manifest ?? ''))
  const interrupted = checked(JOURNAL, linesOf(journal?.list ?? ''))
  const paths = [...new Set([...listed, ...interrupted])]
  return {
    files: paths.filter((path) => !path.endsWith('/')),
    folders: paths.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1)),
    manifest,
    interrupted: interrupted.filter((path) => !path.endsWith('/')),
    journal,
  }
}

/** One path a line, sorted, so that Git merges it as text. A folder has a trailing slash. */
export const formatManifest = (files: readonly string[], folders: readonly string[]): string =>
  [...new Set([...files, ...folders.map((folder) => `${folder}/`)])]
    .sort()
    .map((path) => `${path}\n`)
    .join('')

function readText(folders: Folders, path: string): string | undefined {
  const found = folders.locate(path)
  if (found === undefined) return undefined
  if ('problem' in found) throw new PathError(path, found.problem)
  const read = (): string | undefined => {
    const entry = entryAt(found.full)
    if (entry.kind === 'nothing') return undefined
    const text = entry.kind === 'file' ? readEntry(found.full, entry.stats) : undefined
    if (text === undefined) throw unknownFile(path)
    return text
  }
  return attemptIfThere(path, read, undefined)
}

const linesOf = (text: string): readonly string[] => text.split('\n')

/** Strict, because these paths are removed: a single invalid one invalidates the whole file. */
function checked(file: string, lines: readonly string[]): readonly string[] {
  const paths = lines.filter((line) => line !== '')
  if (lines.at(-1) !== '' || paths.some((path) => pathProblem(path.replace(/\/$/, '')) !== undefined))
    throw unknownFile(file)
  return paths
}

const unknownFile = (path: string): PathError =>
  new PathError(
    path,
    'it is not a list of paths by multihome, so no file can be removed safely; fix: move it away and render again',
  )
