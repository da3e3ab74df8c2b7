// Hosts that `import` reads: trees below root folders, or single files.
import { basename, dirname, join, posix, relative, resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import { cardFiles } from '../../targets/shared/read/cards.js'
import { filesWanted, readsFile } from '../../import/files.js'
import { collectLimits, type CollectedTree } from '../../node/collect-tree.js'
import type { ReadFailure, ReadResult } from '../../node/read.js'
import { ok, type Result } from '../../stdlib/result.js'
import type { Host } from '../runtime/host.js'
import type { Findings } from '../runtime/findings.js'
import { STDIN, STDIN_NAME, unreadable } from '../runtime/inputs.js'
import { hostPathOf } from './lone-file.js'

/** What is read of a host. */
export interface HostFiles {
  /** Of its description, without ending. */
  readonly name: string
  /** Texts by absolute path on the host. */
  readonly files: ReadonlyMap<string, string>
  /** Of them, those that are read as a script. */
  readonly scripts: readonly string[]
  /** Name of a file here, by its path on the host. */
  readonly nameOf: (path: string) => string
  /** What counts and cannot be read. */
  readonly unread: readonly UnreadFile[]
}

export interface UnreadFile {
  /** On the host. */
  readonly path: string
  readonly failure: ReadFailure
  readonly diagnostics: readonly Diagnostic[]
}

/** Where stacks keep their files. */
const FOLDERS = [
  '/etc',
  ...['/run', '/usr/local/lib', '/usr/lib', '/lib'].flatMap((folder) =>
    [
      ...['systemd/network', 'systemd/networkd.conf.d', 'NetworkManager', 'netplan', 'networkd-dispatcher'],
      'sysctl.d',
    ].map((name) => `${folder}/${name}`),
  ),
  '/run/network/interfaces.d',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/lib/iproute2',
  '/usr/share/iproute2',
  '/usr/local/lib/multihome',
]

/** Where programs are that are no scripts, and no problem. */
const PROGRAMS = /^\/usr\/local\/s?bin\//

/** Names of tables and cards of the host, which files of every stack use. */
const NAMES = [
  ...['/etc/iproute2/rt_tables', '/etc/iproute2/rt_tables.d/*.conf', '/etc/udev/rules.d/*.rules'],
  ...cardFiles,
]

interface Words {
  /** Root folders and files, as named; none: the root of this machine. */
  readonly words: readonly string[]
  readonly from: readonly string[] | undefined
}

/** `fix`: what to write instead. `unread`: a file that is named and cannot be read. */
export type HostsProblem = { readonly problem: string; readonly fix?: string } | { readonly unread: Findings }

export async function hostFiles(
  { words, from }: Words,
  io: Host,
): Promise<Result<readonly HostFiles[], HostsProblem>> {
  const folders = words.length === 0 ? ['/'] : words.filter((word) => io.isFolder(word))
  const others = words.filter((word) => !io.isFolder(word))
  const roots = folders.map((folder) => rootOf(folder, io))
  const rootless = folders.find((_, index) => roots[index] === undefined)
  if (rootless !== undefined)
    return {
      ok: false,
      problem: `${rootless} has no etc/`,
      fix: 'name the root folder of a host, or its files',
    }
  const trees = roots.filter((root) => root !== undefined)
  if (trees.length > 1 && others.length > 0)
    return {
      ok: false,
      problem: `${others[0] ?? ''} could belong to each of ${trees.length} hosts`,
      fix: 'put it into the tree of its host, or import one host at a time',
    }
  const again = trees.find(
    ({ root }, index) => trees.findIndex((tree) => resolve(tree.root) === resolve(root)) !== index,
  )
  if (again !== undefined)
    return { ok: false, problem: `${again.root} is named twice`, fix: 'name the folder of each host once' }
  const names = namesOf(
    trees.map(({ root }) => root),
    io,
  )
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    return {
      ok: false,
      problem: `two of the folders are both host ${twice}`,
      fix: 'name folders with the names of the hosts',
    }
  const [tree] = trees
  if (tree === undefined || trees.length === 1) return oneHost(names[0] ?? 'host', tree, others, from, io)
  return ok(
    trees.map((each, index) => hostOf(names[index] ?? '', each.root, collect(each, new Map(), from, io))),
  )
}

interface Tree {
  /** As named. */
  readonly root: string
  /** Below the root. */
  readonly folders: readonly string[]
}

/** A running host without its files; of this one with the names of its tables. */
export function liveHost(name: string, isHere: boolean, io: Host): HostFiles {
  const tree = isHere ? collect({ root: '/', folders: [] }, new Map(), ['rt_tables'], io) : undefined
  return hostOf(name, '/', tree)
}

/** `tree` for `tree` and for `tree/etc/netplan`. */
function rootOf(folder: string, io: Host): Tree | undefined {
  if (io.isFolder(join(folder, 'etc'))) return { root: folder, folders: FOLDERS }
  const path = resolve(folder)
  const end = `${path}/`.lastIndexOf('/etc/')
  return end < 0 ? undefined : { root: path.slice(0, end) || '/', folders: [path.slice(end)] }
}

/** The part of the paths in which they differ; for one, the last part. */
function namesOf(roots: readonly string[], io: Host): readonly string[] {
  const paths = roots.map((root) => resolve(root))
  while (
    paths.length > 1 &&
    paths.every((path) => path !== '/' && basename(path) === basename(paths[0] ?? ''))
  )
    for (const [index, path] of paths.entries()) paths[index] = dirname(path)
  return paths.map((path) => basename(path) || io.hostName)
}

/** The tree with the files that others name, and those that they name in turn. `named`: files that stand for those of the tree. */
function collect(
  { root, folders }: Tree,
  named: ReadonlyMap<string, string>,
  from: Words['from'],
  io: Host,
): CollectedTree {
  const tree = io.collectTree(root, { folders, reads: (path) => readsFile(path, from) })
  for (const path of NAMES) tree.add(path)
  const tried = new Set<string>()
  for (let count = -1; count < tree.files.size;) {
    count = tree.files.size
    for (const pattern of filesWanted(new Map([...tree.files, ...named]), from)) {
      if (!tried.has(pattern)) tree.add(pattern)
      tried.add(pattern)
    }
  }
  return tree
}

interface LoneFile {
  readonly named: string
  readonly text: string
  /** On the host. */
  readonly path: string
  /** The root of the tree that has it. */
  readonly root: string | undefined
}

async function oneHost(
  name: string,
  tree: Tree | undefined,
  words: readonly string[],
  from: Words['from'],
  io: Host,
): Promise<Result<readonly HostFiles[], HostsProblem>> {
  const lone: LoneFile[] = []
  for (const word of words) {
    const read = withoutNul(await io.read(word, collectLimits.file))
    const named = word === STDIN ? STDIN_NAME : word
    if (!read.ok) return { ok: false, unread: unreadable(named, read) }
    lone.push(loneFile(word, read.value, tree, from))
  }
  const double = lone.find(({ path }, index) => lone.findIndex((other) => other.path === path) !== index)
  if (double !== undefined)
    return {
      ok: false,
      problem: `two of the files are both ${double.path} of the host`,
      fix: 'import one host at a time; of several hosts, name the root folders',
    }
  const named = new Map(lone.map(({ path, text }) => [path, text]))
  const [root] = lone.flatMap((file) => (file.root === undefined ? [] : [{ root: file.root, folders: [] }]))
  const beside = tree ?? root
  const collected = beside === undefined ? undefined : collect(beside, named, from, io)
  const names = new Map(lone.map((file) => [file.path, file.named === STDIN ? STDIN_NAME : file.named]))
  const host = hostOf(name, beside?.root ?? '/', collected)
  return ok([
    {
      ...host,
      files: new Map([...host.files, ...named]),
      scripts: lone.map(({ path }) => path).filter((path) => !readsFile(path, from)),
      nameOf: (path) => names.get(path) ?? host.nameOf(path),
    },
  ])
}

function hostOf(name: string, root: string, tree: CollectedTree | undefined): HostFiles {
  const nameOf = (path: string): string => join(root, path)
  return {
    name,
    files: tree?.files ?? new Map(),
    scripts: [],
    nameOf,
    unread: (tree?.unread ?? [])
      .filter(({ path, failure }) => !PROGRAMS.test(path) && (readsFile(path) || !isProgram(failure)))
      .map(({ path, failure }) => unreadFile(path, nameOf(path), failure)),
  }
}

function loneFile(word: string, text: string, tree: Tree | undefined, from: Words['from']): LoneFile {
  const path = resolve(word)
  if (tree !== undefined && path.startsWith(`${resolve(tree.root).replace(/\/$/, '')}/`))
    return {
      named: word,
      text,
      path: posix.resolve('/', relative(resolve(tree.root), path)),
      root: undefined,
    }
  const end = path.lastIndexOf('/etc/')
  return {
    named: word,
    text,
    path: hostPathOf(word, from?.length === 1 ? from[0] : undefined, text),
    root: end < 0 ? undefined : path.slice(0, end) || '/',
  }
}

/** A file that a command names may be a program. What is said of the command is not said again. */
const isProgram = (failure: ReadFailure): boolean =>
  'bytes' in failure || /^it is not (?:UTF-8 )?text/.test(failure.reason)

/** Whether a host has nothing but its cards. */
export const isEmpty = ({ files, unread }: HostFiles): boolean =>
  unread.length === 0 && [...files.keys()].every((path) => path.startsWith('/sys/'))

const withoutNul = (read: ReadResult): ReadResult =>
  read.ok && read.value.includes('\0') ? { ok: false, reason: 'it is not text: it has a NUL' } : read

const unreadFile = (path: string, named: string, failure: ReadFailure): UnreadFile => ({
  path,
  failure,
  diagnostics: unreadable(named, failure).diagnostics,
})
