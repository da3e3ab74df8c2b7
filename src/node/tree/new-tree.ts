// A tree below a root that does not exist yet: built under a temporary name in the same folder, and renamed when it is
// whole.
import { chmodSync, closeSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { RenderedFile } from '../../targets/target.js'
import { createFile } from './atomic-file.js'
import { attempt, errnoOf, PathError } from '../errno-text.js'
import { createFolder, type Folder } from './folders.js'
import { mayChown } from './file-owner.js'
import { formatManifest } from './manifest.js'
import { foldersAbove } from './output-path.js'
import { MANIFEST, STATE_FOLDER, type TreeRemark } from './tree-validation.js'

/**
 * Owners that could not be set; undefined if another run has created the root meanwhile.
 *
 * A killed run leaves a hidden folder beside the root, which the next run removes. After a power failure files may be
 * empty, as after any other program that does not wait for the disk; the next run finds and completes them.
 */
export function createTree(
  root: string,
  files: readonly RenderedFile[],
  isAborted: () => boolean,
): readonly TreeRemark[] | undefined {
  const path = resolve(root)
  const parent = createFolder(dirname(path))
  try {
    removeAbandoned(parent)
    const temporary = `${parent.handle}/${temporaryFolder()}`
    // Nobody else can reach what is in it, so that no symbolic link needs to be expected.
    attempt('/', () => mkdirSync(temporary, { mode: 0o700 }))
    let isRenamed = false
    try {
      const remarks = fill(temporary, files)
      if (isAborted()) throw new PathError('/', 'interrupted')
      chmodSync(temporary, 0o777 & ~process.umask())
      isRenamed = rename(temporary, `${parent.handle}/${basename(path)}`)
      return isRenamed ? remarks : undefined
    } finally {
      if (!isRenamed) rmSync(temporary, { recursive: true, force: true })
    }
  } finally {
    closeSync(parent.descriptor)
  }
}

function fill(temporary: string, files: readonly RenderedFile[]): readonly TreeRemark[] {
  const remarks: TreeRemark[] = []
  const folders = new Set<string>()
  const isMasked = (process.umask() & 0o755) !== 0
  const giveOwner = mayChown()
  const addFolder = (folder: string): void => {
    if (folders.has(folder)) return
    folders.add(folder)
    mkdirSync(temporary + folder, { mode: 0o755 })
    if (isMasked) chmodSync(temporary + folder, 0o755)
  }
  const add = (file: RenderedFile): void => {
    const { path } = file
    attempt(path, () => {
      if (!folders.has(dirname(path))) foldersAbove(path).forEach(addFolder)
      if ('symlink' in file) return symlinkSync(file.symlink, temporary + path)
      const text = createFile(temporary + path, file, giveOwner)
      if (text !== undefined) remarks.push({ path, text })
    })
  }
  files.forEach(add)
  addFolder(STATE_FOLDER)
  const content = formatManifest(
    files.map(({ path }) => path),
    [...folders].filter((folder) => folder !== STATE_FOLDER),
  )
  add({ path: MANIFEST, mode: 0o644, owner: 'root:root', content })
  return remarks
}

/** False if the root exists by now. An empty folder is replaced. */
function rename(temporary: string, path: string): boolean {
  try {
    renameSync(temporary, path)
    return true
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return false
    throw error
  }
}

const TEMPORARY = /^\.multihome-([0-9a-z]+)-[0-9a-z]+\.tmp$/

const temporaryFolder = (): string =>
  `.multihome-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}.tmp`

/** Milliseconds. A tree takes less than one second. */
const LIMIT = 10_000

const swept = new Set<string>()

/** Removes what killed runs have left in a folder, once for each process. */
function removeAbandoned({ handle, real }: Folder): void {
  if (swept.has(real)) return
  swept.add(real)
  for (const entry of readdirSync(handle, { withFileTypes: true })) {
    const [, time] = TEMPORARY.exec(entry.name) ?? []
    if (time === undefined || !entry.isDirectory()) continue
    if (Math.abs(Date.now() - Number.parseInt(time, 36)) > LIMIT)
      rmSync(`${handle}/${entry.name}`, { recursive: true, force: true })
  }
}
