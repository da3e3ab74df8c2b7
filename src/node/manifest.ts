// What has multihome written under this root? Remembered in a file, so that the next run takes away its own and nothing else.
import { readFileSync } from 'node:fs'
import type { RenderedFile } from '../targets/target.js'
import { below, pathProblem } from './place.js'
import { errnoOf } from './reason.js'

export const MANIFEST_NAME = '.multihome.json'

export interface ManifestEntry {
  readonly path: string
  /** `0644`; a symbolic link has none. */
  readonly mode?: string
  readonly owner?: string
  /** Of the content, or of the text that a symbolic link holds. */
  readonly sha256: string
  readonly symlink?: true
  /** During a run alone: that of the file which is about to be replaced, which is ours as well if the run is cut off. */
  readonly previous?: string
}

export interface Manifest {
  readonly version: 1
  /** A run that has not come to its end; if it never does, it may have left temporary files. */
  readonly unfinished?: true
  /** Folders that we made; they go when they are empty. */
  readonly folders: readonly string[]
  readonly files: readonly ManifestEntry[]
}

export const emptyManifest: Manifest = { version: 1, folders: [], files: [] }

export const formatMode = (mode: number): string => mode.toString(8).padStart(4, '0')

/** Loaded when it is needed: `import` would cost every start 3 ms. */
export const sha256 = (content: string | Buffer): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(content).digest('hex')

export function entryOf(file: RenderedFile): ManifestEntry {
  if ('symlink' in file) return { path: file.path, sha256: sha256(file.symlink), symlink: true }
  return { path: file.path, mode: formatMode(file.mode), owner: file.owner, sha256: sha256(file.content) }
}

/** Whether the entry of an earlier run says the same of everything but the content. */
export const describes = (entry: ManifestEntry, file: RenderedFile): boolean =>
  entry.previous === undefined &&
  ('symlink' in file
    ? entry.symlink === true
    : entry.symlink === undefined && entry.mode === formatMode(file.mode) && entry.owner === file.owner)

/** Whether what has this hash is what an earlier run wrote. */
export const isOurs = (entry: ManifestEntry, hash: string): boolean =>
  entry.sha256 === hash || entry.previous === hash

export const formatManifest = (manifest: Manifest): string =>
  `${JSON.stringify({ note: 'Written by multihome: what it may take away again. Keep it beside the files.', ...manifest }, null, 2)}\n`

/** undefined where the file is not one of ours: then nothing under this root may be touched. */
export function readManifest(root: string): Manifest | undefined {
  let text: string
  try {
    text = readFileSync(below(root, `/${MANIFEST_NAME}`), 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return emptyManifest
    throw error
  }
  try {
    return parseManifest(JSON.parse(text))
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && pathProblem(value) === undefined

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)

/** Strict, since paths in it are deleted: a path that leaves the root makes the whole file worthless. */
function parseManifest(value: unknown): Manifest | undefined {
  if (!isRecord(value) || value['version'] !== 1) return undefined
  const { folders, files } = value
  if (!Array.isArray(folders) || !Array.isArray(files) || !folders.every(isPath)) return undefined
  const entries: ManifestEntry[] = []
  for (const file of files as readonly unknown[]) {
    if (!isRecord(file) || !isPath(file['path']) || !isHash(file['sha256'])) return undefined
    entries.push({
      path: file['path'],
      ...(typeof file['mode'] === 'string' ? { mode: file['mode'] } : {}),
      ...(typeof file['owner'] === 'string' ? { owner: file['owner'] } : {}),
      sha256: file['sha256'],
      ...(file['symlink'] === true ? { symlink: true } : {}),
      ...(isHash(file['previous']) ? { previous: file['previous'] } : {}),
    })
  }
  return {
    version: 1,
    ...(value['unfinished'] === true ? { unfinished: true } : {}),
    folders,
    files: entries,
  }
}
