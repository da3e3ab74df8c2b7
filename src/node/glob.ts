// Files of a quoted pattern or a folder, sorted: `*`, `?` and `[…]` within a segment, `**` for any depth, as in a shell.
// A multihome.yaml is no description. Node’s own glob is experimental in Node 22, and Node 20 has none.
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { hasTree } from './tree/manifest.js'

/** Describes a repository of hosts. */
export const REPOSITORY_FILE = 'multihome.yaml'

export const hasMagic = (pattern: string): boolean => /[*?[]/.test(pattern)

/** Files that patterns are compared with: those of the disk, or of a commit. */
export interface Files {
  /** Empty for anything other than a folder. */
  readonly namesIn: (path: string) => readonly string[]
  readonly isFile: (path: string) => boolean
  /** A symbolic link to a folder is one only if it is named by itself (`isNamed`): links may form a cycle. */
  readonly isFolder: (path: string, isNamed?: boolean) => boolean
  readonly exists: (path: string) => boolean
  /** Whether `path` is the root of a tree that multihome wrote. */
  readonly hasTree: (path: string) => boolean
}

/** The folder, or without magic the path, that all matches are in. */
export function staticRoot(pattern: string): string {
  const segments = pattern.split('/')
  const first = segments.findIndex(hasMagic)
  if (first === -1) return pattern
  return first === 1 && segments[0] === '' ? '/' : segments.slice(0, first).join('/') || '.'
}

/** Empty if nothing matches. A file whose name is the pattern is that file; a folder stands for the descriptions below it. */
export function expandGlob(pattern: string, files: Files = disk): readonly string[] {
  const { namesIn, isFolder, exists } = files
  if (isFolder(pattern, true)) return descriptionsBelow(pattern, files).sort()
  if (!hasMagic(pattern) || exists(pattern)) return [pattern]
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.')
  const found = new Set<string>()
  const visited = new Set<string>()
  const walk = (base: string, [first, ...rest]: readonly string[]): void => {
    // Several `**` reach the same folder in many ways.
    const state = `${rest.length} ${first === undefined} ${base}`
    if (visited.has(state)) return
    visited.add(state)
    if (first === undefined) {
      if (files.isFile(base) && basename(base) !== REPOSITORY_FILE) found.add(base)
    } else if (first === '**') {
      walk(base, rest)
      for (const name of namesIn(base)) {
        const path = join(base, name)
        if (!name.startsWith('.') && isFolder(path)) walk(path, [first, ...rest])
      }
    } else if (hasMagic(first)) {
      const matches = matcher(first)
      for (const name of namesIn(base)) if (matches(name)) walk(join(base, name), rest)
    } else if (exists(join(base, first))) walk(join(base, first), rest)
  }
  walk(pattern.startsWith('/') ? '/' : '', segments)
  return [...found].sort()
}

/** Skips hidden folders, and folders below a root that multihome wrote: the files of netplan are YAML as well. */
function descriptionsBelow(folder: string, files: Files): string[] {
  const isRoot = files.hasTree(folder)
  return files.namesIn(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name.startsWith('.')) return []
    if (files.isFolder(path)) return isRoot ? [] : descriptionsBelow(path, files)
    return /\.ya?ml$/.test(name) && name !== REPOSITORY_FILE && files.isFile(path) ? [path] : []
  })
}

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

const disk: Files = {
  namesIn: (path) => {
    try {
      return readdirSync(path === '' ? '.' : path)
    } catch {
      // An unreadable folder has no matches, as in a shell.
      return []
    }
  },
  isFile,
  isFolder: (path, isNamed) =>
    (isNamed === true ? statSync : lstatSync)(path, { throwIfNoEntry: false })?.isDirectory() === true,
  exists: existsSync,
  hasTree,
}

/** `*` and `?` do not match a leading dot. */
function matcher(segment: string): (name: string) => boolean {
  const parts = [''] as [string, ...string[]]
  for (const token of segment.match(/\[!?[^\]]+\]|./gsu) ?? [])
    if (token === '*') parts.push('')
    else parts[parts.length - 1] += tokenSource(token)
  const [first, ...others] = parts
  const last = others.pop()
  // `(?=(…))\1` never backtracks: what is between two stars is taken where it first matches, so time stays linear.
  const middle = others.map((part, index) => `(?=(.*?${part}))\\${index + 1}`)
  const source = [first, ...middle, ...(last === undefined ? [] : [`.*${last}`])].join('')
  const isMatch = test(`^${source}$`, segment)
  return (name) => isMatch(name) && (segment.startsWith('.') || !name.startsWith('.'))
}

function tokenSource(token: string): string {
  if (token === '?') return '.'
  if (token.length > 1 && token.startsWith('[')) return token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
  return token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** An invalid class (`[z-a]`) stands for its own text, as in a shell. */
function test(source: string, segment: string): (name: string) => boolean {
  try {
    const expression = new RegExp(source, 'su')
    return (name) => expression.test(name)
  } catch {
    return (name) => name === segment
  }
}
