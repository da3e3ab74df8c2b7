// Files of a host below a root folder, as import reads them: bounded, and never outside of the root.
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, reasonOf } from './errno-text.js'
import { expandGlob, type Files } from './glob.js'
import { readText, type ReadFailure } from './read.js'

export const collectLimits = {
  /** Bytes of one file. */
  file: 1024 * 1024,
  /** Bytes of all files. */
  total: 8 * 1024 * 1024,
  /** Files that are read. */
  files: 20_000,
  /** Names in all folders that are searched. */
  names: 200_000,
  /** Folders inside each other. */
  depth: 24,
} as const

export interface CollectChoice {
  /** Absolute paths below the root that are searched: `/etc`. */
  readonly folders: readonly string[]
  /** Whether the file at an absolute path below the root is read. */
  readonly reads: (path: string) => boolean
  readonly limits?: { readonly [Name in keyof typeof collectLimits]: number }
}

export interface CollectedTree {
  /** Texts by absolute path below the root. A symbolic link to /dev/null, which masks a file, is an empty text. */
  readonly files: ReadonlyMap<string, string>
  /** Files and folders that would count and cannot be read. */
  readonly unread: readonly UnreadPath[]
  /** Reads the files that a pattern matches, if they are new: what the others include. */
  readonly add: (pattern: string) => void
}

export interface UnreadPath {
  /** Absolute, below the root. */
  readonly path: string
  readonly failure: ReadFailure
}

/** The tree below `root`, whose symbolic links lead to where they lead on the host: an absolute one begins at the root. */
export function collectTree(
  root: string,
  { folders, reads, limits = collectLimits }: CollectChoice,
): CollectedTree {
  const files = new Map<string, string>()
  const unread = new Map<string, UnreadPath>()
  let total = 0
  let names = 0
  let isFull = false
  const fail = (path: string, failure: ReadFailure): void => void unread.set(path, { path, failure })
  const giveUp = (path: string, reason: string): void => {
    isFull = true
    fail(path, { reason })
  }
  const real = resolver(root)

  const read = (path: string, found: Resolved): void => {
    if (files.has(path) || isFull) return
    if (files.size >= limits.files) return giveUp(path, `more than ${limits.files} files are read`)
    if (found.kind === 'null') return void files.set(path, '')
    if (found.kind === 'failure') return fail(path, { reason: found.reason })
    if (found.kind !== 'file') return
    const text = readText(join(root, found.path), limits.file)
    if (!text.ok) return fail(path, text)
    if (text.value.includes('\0')) return fail(path, { reason: 'it is not text: it has a NUL' })
    total += text.value.length
    if (total > limits.total) return giveUp(path, `the files have more than ${limits.total} bytes`)
    files.set(path, text.value)
  }

  /** `chain`: real paths of the folders that contain this one, so that links make no cycle. */
  const search = (path: string, found: Resolved, chain: readonly string[]): void => {
    if (found.kind !== 'folder' || chain.includes(found.path)) return
    if (chain.length >= limits.depth)
      return fail(path, { reason: `more than ${limits.depth} folders inside each other` })
    const report = (reason: string): void => {
      if (PROBES.some((name) => reads(join(path, name)))) fail(path, { reason })
    }
    for (const name of namesIn(join(root, found.path), report)) {
      if (isFull) return
      if (++names > limits.names) return giveUp(path, `more than ${limits.names} names are searched`)
      const child = join(path, name)
      const target = real(child, found.path)
      if (target.kind === 'folder') search(child, target, [...chain, found.path])
      else if (target.kind !== 'absent' && reads(child)) read(child, target)
    }
  }

  const searched = new Set<string>()
  for (const folder of folders) {
    const found = real(folder)
    // Since the merge of /usr, /lib is a link to /usr/lib.
    if (found.kind === 'folder' && searched.has(found.path)) continue
    if (found.kind === 'folder') searched.add(found.path)
    search(folder, found, [])
  }

  const rooted: Files = {
    namesIn: (path) => {
      const found = real(path)
      return found.kind === 'folder' ? namesIn(join(root, found.path), () => undefined) : []
    },
    isFile: (path) => ['file', 'null', 'failure'].includes(real(path).kind),
    isFolder: () => false,
    exists: (path) => real(path).kind !== 'absent',
    hasTree: () => false,
  }
  return {
    files,
    get unread() {
      return [...unread.values()]
    },
    add: (pattern) => {
      for (const path of expandGlob(pattern, rooted)) {
        const found = real(path)
        if (found.kind !== 'folder' && found.kind !== 'absent') read(path, found)
      }
    },
  }
}

/** Names that tell whether a folder that cannot be read may have files that count. */
const PROBES = ['x', 'x.conf', 'x.network', 'x.nmconnection', 'x.yaml', 'ifcfg-x', 'interfaces', 'net']

type Resolved =
  /** `path`: absolute below the root, without symbolic links. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'null' | 'absent' }
  | { readonly kind: 'failure'; readonly reason: string }

/** The kernel's limit (MAXSYMLINKS). */
const MAX_LINKS = 40

/** Resolves symbolic links as the host would. `folder`: the resolved folder of the path, if it is known. */
const resolver =
  (root: string) =>
  (path: string, folder?: string): Resolved => {
    let pending = folder === undefined ? segmentsOf(path) : segmentsOf(path).slice(-1)
    let current = folder ?? '/'
    let links = 0
    let kind: 'file' | 'folder' = 'folder'
    try {
      while (pending.length > 0) {
        const [name = '', ...rest] = pending
        pending = rest
        if (name === '..') {
          current = join(current, '..')
          kind = 'folder'
          continue
        }
        const next = join(current, name)
        const status = lstatSync(join(root, next), { throwIfNoEntry: false })
        if (status === undefined) return { kind: 'absent' }
        if (status.isSymbolicLink()) {
          if (++links > MAX_LINKS)
            return { kind: 'failure', reason: 'too many symbolic links, or a cycle of them' }
          const target = readlinkSync(join(root, next))
          if (target === '/dev/null') return rest.length === 0 ? { kind: 'null' } : { kind: 'absent' }
          if (target.startsWith('/')) current = '/'
          kind = 'folder'
          pending = [...segmentsOf(target), ...rest]
          continue
        }
        if (!status.isDirectory() && rest.length > 0) return { kind: 'absent' }
        kind = status.isDirectory() ? 'folder' : 'file'
        current = next
      }
    } catch (error) {
      return { kind: 'failure', reason: reasonOf(error) }
    }
    return { kind, path: current }
  }

const segmentsOf = (path: string): readonly string[] =>
  path.split('/').filter((segment) => segment !== '' && segment !== '.')

function namesIn(folder: string, fail: (reason: string) => void): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') fail(reasonOf(error))
    return []
  }
}
