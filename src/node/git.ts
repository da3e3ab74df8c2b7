// Files at a Git revision: their names and texts. git is run without a shell.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { basename, dirname, join, normalize, relative, resolve } from 'node:path'
import { ok, type Result } from '../stdlib/result.js'
import { errnoOf, reasonOf } from './errno-text.js'
import { expandGlob, staticRoot, type Files } from './glob.js'
import { decodeText, MAX_DESCRIPTION_BYTES, type ReadResult } from './read.js'
import { MANIFEST } from './tree/tree-validation.js'

interface Failure {
  readonly reason: string
}

/** Paths are relative to the current folder. Symbolic links within the commit are followed. */
export interface Revision {
  readonly read: (path: string) => ReadResult
  /** The same with a few processes for all. */
  readonly readAll: (paths: readonly string[]) => readonly ReadResult[]
  /** As `expandGlob` finds files on the disk, but without those that are not there. */
  readonly expand: (pattern: string) => Result<readonly string[], Failure>
  /** Name of the blob (gitglossary(7)) of a regular file that `expand` returned. */
  readonly blobAt: (path: string) => string | undefined
}

/**
 * The nearest existing folder of `path` determines the repository. `revision` is a commit or tree (gitrevisions(7)); an
 * empty one is the index, i.e. what is staged, whose files cannot be listed.
 */
export function openRevision(revision: string, path: string): Result<Revision, Failure> {
  if (revision.startsWith('-') || /[\0\n]/.test(revision)) return no(`\`${revision}\` is no revision`)
  if (/[\0\n]/.test(path)) return no('git cannot be asked for a name with a line break')
  const folder = folderFor(resolve(path))
  const top = git(['rev-parse', '--show-prefix'], folder)
  if (top.code !== 0) return no(top.reason)
  const tree = revision === '' ? ':0' : objectNamed(`${revision}^{tree}`, folder)
  if (tree === undefined) return no(unknownRevision(revision))
  const prefix = top.stdout.toString().replace(/\n$/, '')
  const nameOf = (one: string): string => {
    const below = join(prefix, relative(folder, resolve(one))).replace(/\/$/, '')
    return `${tree}:${below === '.' ? '' : below}`
  }
  const missing = revision === '' ? 'it is not staged' : `\`${revision}\` has no such file`
  const blobs = new Map<string, string>()
  return ok({
    read: (one) => readOne(nameOf(one), folder, missing),
    readAll: (paths) => readMany(paths.map(nameOf), folder, missing),
    expand: (pattern) => {
      const root = staticRoot(pattern)
      const files = filesOf(root, nameOf(root), folder, blobs)
      return files.ok ? ok(expandGlob(pattern, files.value).filter(files.value.isFile)) : files
    },
    blobAt: (one) => blobs.get(one),
  })
}

export function readRevision(revision: string, path: string): ReadResult {
  const opened = openRevision(revision, path)
  return opened.ok ? opened.value.read(path) : opened
}

/** The best common ancestor of two commits. */
export function mergeBase(one: string, other: string, path: string): Result<string, Failure> {
  const folder = folderFor(resolve(path))
  const commits = [one, other].map((name) =>
    /^-|[\0\n]/.test(name) ? undefined : objectNamed(`${name}^{commit}`, folder),
  )
  const unknown = [one, other].find((_, index) => commits[index] === undefined)
  if (unknown !== undefined) return no(unknownRevision(unknown))
  const found = git(['merge-base', ...commits.flatMap((commit) => commit ?? [])], folder)
  const base = found.stdout.toString().trim()
  return base === ''
    ? no(`\`${one}\` and \`${other}\` have no common ancestor; fix: fetch their history`)
    : ok(base)
}

const no = (reason: string) => ({ ok: false, reason }) as const

const unknownRevision = (revision: string): string =>
  `git knows no revision \`${revision}\` there; fix: fetch the branch of a remote first; a shallow clone has no history`

/** The nearest existing folder: that of the revision may have been removed. */
function folderFor(file: string): string {
  // GIT_DIR, as a hook has it, may be relative to the current folder.
  if (process.env['GIT_DIR'] !== undefined) return process.cwd()
  let folder = dirname(file)
  while (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true && folder !== dirname(folder))
    folder = dirname(folder)
  return folder
}

/** undefined for anything other than one object. */
function objectNamed(name: string, folder: string): string | undefined {
  const { stdout } = git(['rev-parse', '--verify', '--quiet', name], folder)
  return /^[0-9a-f]{40,64}$/.exec(stdout.toString().trimEnd())?.[0]
}

/** An answer of `git cat-file`. */
interface Entry {
  /** `missing` also for a symbolic link that leads to nothing, or out of the commit. */
  readonly kind: 'blob' | 'tree' | 'missing'
  readonly object: string
  readonly bytes: number
  /** Where its content begins in the answer. */
  readonly start: number
}

const MISSING = { kind: 'missing', object: '', bytes: 0, start: 0 } as const

function entriesIn(answer: Buffer, hasContents: boolean): readonly Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf(10, at)
    if (end === -1) break
    const line = answer.toString('latin1', at, end)
    const [, object = '', kind = '', size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line) ?? []
    const start = end + 1
    const bytes = Number(size ?? /^(?:symlink|dangling|loop|notdir) (\d+)$/.exec(line)?.[1] ?? -1)
    entries.push(kind === 'blob' || kind === 'tree' ? { kind, object, bytes, start } : MISSING)
    at = bytes === -1 || (kind !== '' && !hasContents) ? start : start + bytes + 1
  }
  return entries
}

function readOne(name: string, folder: string, missing: string): ReadResult {
  if (/[\0\n]/.test(name)) return no('git cannot be asked for a name with a line break')
  // Of a larger file only the head is needed, which contains its size.
  const size = MAX_DESCRIPTION_BYTES + 1024
  const { code, stdout, reason } = git(['cat-file', '--batch', '--follow-symlinks'], folder, [name], size)
  return code === 0 ? textIn(stdout, entriesIn(stdout, true)[0] ?? MISSING, missing) : no(reason)
}

function textIn(answer: Buffer, { kind, start, bytes }: Entry, missing: string): ReadResult {
  if (kind === 'tree') return no('it is a directory')
  if (kind === 'missing') return { ok: false, reason: missing, isMissing: true }
  if (bytes > MAX_DESCRIPTION_BYTES) return { ok: false, bytes, limit: MAX_DESCRIPTION_BYTES }
  return decodeText(answer.subarray(start, start + bytes), MAX_DESCRIPTION_BYTES)
}

/** What one process returns, apart from the last file. */
const MAX_BATCH_BYTES = 32 * MAX_DESCRIPTION_BYTES

function readMany(names: readonly string[], folder: string, missing: string): readonly ReadResult[] {
  const found = lookUp(names, folder)
  if (!found.ok) return names.map(() => found)
  const texts = new Map<string, ReadResult>()
  const blobs = found.value.filter(({ kind, bytes }) => kind === 'blob' && bytes <= MAX_DESCRIPTION_BYTES)
  for (let first = 0; first < blobs.length;) {
    const batch: string[] = []
    let total = 0
    while (first < blobs.length && total <= MAX_BATCH_BYTES) {
      const { object, bytes } = blobs[first++] ?? MISSING
      batch.push(object)
      total += bytes + 100
    }
    const { stdout, reason } = git(['cat-file', '--batch'], folder, batch, total)
    const entries = entriesIn(stdout, true)
    for (const [index, object] of batch.entries()) {
      const entry = entries[index]
      texts.set(object, entry?.object === object ? textIn(stdout, entry, missing) : no(reason))
    }
  }
  return found.value.map((entry) => texts.get(entry.object) ?? textIn(Buffer.alloc(0), entry, missing))
}

/** Kinds and sizes, without contents. */
function lookUp(names: readonly string[], folder: string): Result<readonly Entry[], Failure> {
  if (names.length === 0) return ok([])
  // git takes a line break for the next name, and stops at a path that leads out of the repository.
  const asked = names.map((name) => (/[\0\n]|:\.\.(?:\/|$)/.test(name) ? ':' : name))
  const { stdout, reason } = git(
    ['cat-file', '--batch-check', '--follow-symlinks'],
    folder,
    asked,
    MAX_LIST_BYTES,
  )
  const entries = entriesIn(stdout, false)
  return entries.length === names.length ? ok(entries) : no(reason)
}

/** A hundred bytes for each of five million files. */
const MAX_LIST_BYTES = 512 * 1024 * 1024

/** The files below `root`, which git knows as `name`. Adds regular files to `blobs`. */
function filesOf(
  root: string,
  name: string,
  folder: string,
  blobs: Map<string, string>,
): Result<Files, Failure> {
  const top = lookUp([name], folder)
  if (!top.ok) return top
  const [{ kind, object: tree } = MISSING] = top.value
  const files = new Set<string>(kind === 'blob' ? [keyOf(root)] : [])
  const names = new Map<string, Set<string>>(kind === 'tree' ? [[keyOf(root), new Set()]] : [])
  const links = new Map<string, string>()
  if (kind === 'blob') blobs.set(root, tree)
  if (kind === 'tree') {
    const { code, stdout, reason } = git(
      ['ls-tree', '-r', '-z', '--full-tree', tree],
      folder,
      [],
      MAX_LIST_BYTES,
    )
    if (code !== 0) return no(reason)
    for (const line of stdout.toString().split('\0')) {
      const [, mode = '', object = '', below = ''] = /^(\d+) blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? []
      // git checks out no `..`, but a hostile tree may have one.
      if (below === '' || /(?:^|\/)\.\.?(?:\/|$)/.test(below)) continue
      const path = join(root, below)
      addName(names, path)
      if (mode === '120000') links.set(path, `${name}${name.endsWith(':') ? '' : '/'}${below}`)
      else {
        files.add(path)
        blobs.set(path, object)
      }
    }
  }
  const targets = lookUp([...links.values()], folder)
  if (!targets.ok) return targets
  for (const [index, path] of [...links.keys()].entries())
    if (targets.value[index]?.kind === 'blob') files.add(path)
  const isFile = (path: string): boolean => files.has(keyOf(path))
  const isFolder = (path: string): boolean => names.has(keyOf(path))
  const isAbove = (path: string): boolean => `${keyOf(root)}/`.startsWith(join(path, '/'))
  return ok({
    namesIn: (path) => [...(names.get(keyOf(path)) ?? [])],
    isFile,
    isFolder,
    exists: (path) => isFile(path) || isFolder(path) || isAbove(path),
    hasTree: (path) => files.has(join(path, MANIFEST)),
  })
}

/** Adds the path to the names of its folder, and that folder to those of its own. */
function addName(names: Map<string, Set<string>>, path: string): void {
  const parent = dirname(path)
  const known = names.get(parent)
  if (known !== undefined) known.add(basename(path))
  else {
    names.set(parent, new Set([basename(path)]))
    addName(names, parent)
  }
}

const keyOf = (path: string): string => normalize(path).replace(/(?<=.)\/$/, '')

interface Answer {
  /** Exit status. */
  readonly code: number
  readonly stdout: Buffer
  /** Why there is no answer. */
  readonly reason: string
}

/**
 * The repository may be hostile, and its configuration names programs: for the index (fsmonitor), hooks, a pager, and
 * transports that fetch a missing object of a partial clone. Filters and textconv are not used by `cat-file --batch`.
 */
const OVERRIDES = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null']

/** git before 2.45 does not know GIT_NO_LAZY_FETCH; without a protocol it starts no transport. Replacements show another content than that of the commit. */
const WITHOUT_PROGRAMS = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
}

/** `input`: lines. `maxBuffer`: bytes of the answer; the rest is cut. */
function git(
  args: readonly string[],
  cwd: string,
  input: readonly string[] = [],
  maxBuffer = MAX_DESCRIPTION_BYTES,
): Answer {
  const env = { ...process.env, ...WITHOUT_PROGRAMS, LC_ALL: 'C' }
  const { error, status, stdout, stderr } = spawnSync('git', [...OVERRIDES, ...args], {
    cwd,
    env,
    input: Buffer.from(input.map((line) => `${line}\n`).join('')),
    maxBuffer,
  })
  const errno = error === undefined ? undefined : errnoOf(error)
  if (error === undefined || errno === 'ENOBUFS')
    return { code: errno === undefined ? (status ?? 1) : 0, stdout, reason: reasonIn(stderr.toString()) }
  if (errno === undefined) throw error
  const reason = errno === 'ENOENT' ? 'git is not installed' : reasonOf(error)
  return { code: 127, stdout: Buffer.alloc(0), reason }
}

function reasonIn(stderr: string): string {
  if (stderr.includes('not a git repository')) return 'it is in no git repository'
  if (stderr.includes('dubious ownership'))
    return 'its git repository belongs to another user; fix: add it to safe.directory of git-config(1)'
  return `git reports: ${stderr.trim().split('\n')[0] ?? ''}`
}
