// Files of a quoted pattern or a folder, sorted: `*`, `?` and `[…]` within a segment, `**` for any depth, as in a shell.
// A multihome.yaml is no description. Node’s own glob is experimental in Node 22, and Node 20 has none.
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { hasTree } from './manifest.js'

/** Describes a repository of hosts. */
export const REPOSITORY_FILE = 'multihome.yaml'

export const hasMagic = (pattern: string): boolean => /[*?[]/.test(pattern)

/** Empty if nothing matches. A file whose name is the pattern is that file; a folder stands for the descriptions below it. */
export function expandGlob(pattern: string): readonly string[] {
  if (isFolder(pattern, statSync)) return descriptionsBelow(pattern).sort()
  if (!hasMagic(pattern) || existsSync(pattern)) return [pattern]
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.')
  const found = new Set<string>()
  const visited = new Set<string>()
  const walk = (base: string, [first, ...rest]: readonly string[]): void => {
    // Several `**` reach the same folder in many ways.
    const state = `${rest.length} ${first === undefined} ${base}`
    if (visited.has(state)) return
    visited.add(state)
    if (first === undefined) {
      if (isFile(base) && basename(base) !== REPOSITORY_FILE) found.add(base)
    } else if (first === '**') {
      walk(base, rest)
      for (const name of namesIn(base)) {
        const path = join(base, name)
        if (!name.startsWith('.') && isFolder(path)) walk(path, [first, ...rest])
      }
    } else if (hasMagic(first)) {
      const matches = matcher(first)
      for (const name of namesIn(base)) if (matches(name)) walk(join(base, name), rest)
    } else if (existsSync(join(base, first))) walk(join(base, first), rest)
  }
  walk(pattern.startsWith('/') ? '/' : '', segments)
  return [...found].sort()
}

/** Skips hidden folders, and folders below a root that multihome wrote: the files of netplan are YAML as well. */
function descriptionsBelow(folder: string): string[] {
  const isRoot = hasTree(folder)
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name.startsWith('.')) return []
    if (isFolder(path)) return isRoot ? [] : descriptionsBelow(path)
    return /\.ya?ml$/.test(name) && name !== REPOSITORY_FILE && isFile(path) ? [path] : []
  })
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder === '' ? '.' : folder)
  } catch {
    // An unreadable folder has no matches, as in a shell.
    return []
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

// Symbolic links to folders are not followed: they may form a cycle.
const isFolder = (path: string, stat = lstatSync): boolean =>
  stat(path, { throwIfNoEntry: false })?.isDirectory() === true

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
