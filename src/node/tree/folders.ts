// Folders below a root, by descriptor. A system call on `/proc/self/fd/N/name` resolves only the name, so a folder that
// another user replaces by a symbolic link meanwhile is never followed: openat(2) in the only form that Node has.
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { attempt, errnoOf, PathError, reasonOf } from '../errno-text.js'
import { mayChown } from './file-owner.js'
import { folderProblem, isInside } from './output-path.js'

export interface Folders {
  /**
   * A path for a system call that does not follow a symbolic link at its end, until the next call of a method; or why
   * there is none. Undefined if the folder does not exist.
   */
  readonly locate: (path: string) => { readonly full: string } | { readonly problem: string } | undefined
  /** The same; throws if there is none. */
  readonly at: (path: string) => string
  /** Creates a folder with mode 0755, whatever the umask is, because the tree is copied to a host. */
  readonly make: (folder: string) => void
  /** Synchronises the entries of a folder to the disk. */
  readonly synchronise: (folder: string) => Promise<void>
  /** Closes what is open; another call opens it again. */
  readonly forget: () => void
  readonly close: () => void
}

export interface Folder {
  readonly descriptor: number
  /** Its path without symbolic links. */
  readonly real: string
  /** Its path for system calls. */
  readonly handle: string
}

/** Of each root; eight roots are written at a time. */
const MAX_OPEN = 32

/** Undefined if the root does not exist. */
export function openFolders(root: string): Folders | undefined {
  try {
    return foldersBelow(openRoot(resolve(root)))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Creates the root if it does not exist. */
export const createFolders = (root: string): Folders => foldersBelow(createFolder(resolve(root)))

function foldersBelow(base: Folder): Folders {
  const opened = new Map<string, Folder>()

  const forget = (): void => {
    for (const { descriptor } of opened.values()) closeSync(descriptor)
    opened.clear()
  }

  const keep = (folder: string, full: string, flags = 0): Folder => {
    const found = openFolder(full, flags)
    // Not before: `full` may be below an open folder.
    if (opened.size >= MAX_OPEN) forget()
    opened.set(folder, found)
    return found
  }

  const folderOf = (path: string): Folder | { readonly problem: string } | undefined => {
    const folder = dirname(path)
    const known = folder === '/' ? base : opened.get(folder)
    if (known !== undefined) return known
    try {
      const found = keep(folder, base.handle + folder)
      if (isInside(base.real, found.real)) return found
      opened.delete(folder)
      closeSync(found.descriptor)
      return { problem: folderProblem(base.real, path) ?? `${folder} leads out of the root` }
    } catch (error) {
      const problem = folderProblem(base.real, path)
      if (problem === undefined && errnoOf(error) === 'ENOENT') return undefined
      return { problem: problem ?? reasonOf(error) }
    }
  }

  const locate: Folders['locate'] = (path) => {
    const folder = folderOf(path)
    if (folder === undefined || 'problem' in folder) return folder
    return { full: `${folder.handle}/${basename(path)}` }
  }

  const at = (path: string): string => {
    const found = locate(path) ?? { problem: `${dirname(path)} does not exist` }
    if ('problem' in found) throw new PathError(path, found.problem)
    return found.full
  }

  return {
    locate,
    at,
    make: (folder) => {
      const full = at(folder)
      attempt(folder, () => {
        createIfMissing(full)
        fchmodSync(keep(folder, full, constants.O_NOFOLLOW).descriptor, 0o755)
      })
    },
    synchronise: async (folder) => {
      const descriptor = openSync(at(join(folder, '.')), constants.O_DIRECTORY)
      try {
        await synchronise(descriptor)
      } finally {
        closeSync(descriptor)
      }
    },
    forget,
    close: () => {
      forget()
      closeSync(base.descriptor)
    },
  }
}

export const synchronise = (descriptor: number): Promise<void> =>
  new Promise((done, failed) => {
    fsync(descriptor, (error) => {
      if (error === null) done()
      else failed(error)
    })
  })

const DESCRIPTORS = '/proc/self/fd'

/** Other systems than Linux, where a swapped folder may be followed. */
const hasDescriptors = existsSync(DESCRIPTORS)

function openFolder(full: string, flags = 0): Folder {
  const descriptor = openSync(full, constants.O_DIRECTORY | flags)
  const handle = `${DESCRIPTORS}/${descriptor}`
  if (hasDescriptors) return { descriptor, real: readlinkSync(handle), handle }
  const real = realpathSync(full)
  return { descriptor, real, handle: real }
}

function openRoot(path: string): Folder {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new PathError('/', `${path} is not a directory`)
  const found = openFolder(path)
  try {
    if (!mayChown()) return found
    if (!hasDescriptors && process.platform === 'linux')
      throw new PathError('/', '/proc is not mounted, and root needs it. fix: mount -t proc proc /proc')
    if (hasDescriptors && path !== found.real) refuseForeignLinks(path, found.real)
    return found
  } catch (error) {
    closeSync(found.descriptor)
    throw error
  }
}

/** Opens a folder, and creates each missing one below the descriptor of the one above. The caller closes it. */
export function createFolder(path: string): Folder {
  try {
    return openRoot(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
  const above = createFolder(dirname(path))
  try {
    const full = `${above.handle}/${basename(path)}`
    createIfMissing(full)
    return openFolder(full, constants.O_NOFOLLOW)
  } finally {
    closeSync(above.descriptor)
  }
}

function createIfMissing(full: string): void {
  try {
    mkdirSync(full)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}

/** The kernel's own limit for a path. */
const MAX_LINKS = 40

/** Root follows no symbolic link of another user on the way to a root: it may point elsewhere at any moment. */
function refuseForeignLinks(path: string, real: string): void {
  let current = '/'
  let links = 0
  const names = path.split('/')
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const next = join(current, name)
    const stats = lstatSync(next)
    if (!stats.isSymbolicLink()) {
      current = next
      continue
    }
    links += 1
    if (stats.uid !== 0 || links > MAX_LINKS)
      throw new PathError(
        '/',
        `${next} is a symbolic link of another user, which root does not follow. fix: name the folder that it points to`,
      )
    const target = readlinkSync(next)
    names.unshift(...target.split('/'))
    if (isAbsolute(target)) current = '/'
  }
  if (current !== real) throw new PathError('/', `${path} changed while it was opened. fix: render again`)
}
