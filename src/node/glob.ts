// Files that a quoted pattern or a folder names. `*`, `?` and `[…]` in a segment, `**` for any depth; as a shell does, sorted.
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { hasTree } from './manifest.js'

export const hasMagic = (pattern: string): boolean => /[*?[]/.test(pattern)

/** Empty where nothing matches. A file that bears the pattern's very name is that file; a folder is the descriptions below. */
export function expandGlob(pattern: string): readonly string[] {
  if (isFolder(pattern, statSync)) return descriptionsBelow(pattern).sort()
  if (!hasMagic(pattern) || existsSync(pattern)) return [pattern]
  const absolute = pattern.startsWith('/')
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.')
  const found = new Set<string>()
  walk(absolute ? '/' : '', segments, found)
  return [...found].sort()
}

function walk(base: string, segments: readonly string[], found: Set<string>): void {
  const [first, ...rest] = segments
  if (first === undefined) {
    if (isFile(base)) found.add(base)
    return
  }
  if (first === '**') {
    walk(base, rest, found)
    for (const name of namesIn(base)) {
      const path = join(base, name)
      if (!name.startsWith('.') && isFolder(path)) walk(path, segments, found)
    }
    return
  }
  if (!hasMagic(first)) {
    const path = join(base, first)
    if (existsSync(path)) walk(path, rest, found)
    return
  }
  const matches = matcher(first)
  for (const name of namesIn(base)) if (matches(name)) walk(join(base, name), rest, found)
}

/** Without hidden folders, and without what is below a root that multihome wrote: netplan's files are YAML, too. */
function descriptionsBelow(folder: string): string[] {
  const isRoot = hasTree(folder)
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name.startsWith('.')) return []
    if (isFolder(path)) return isRoot ? [] : descriptionsBelow(path)
    return /\.ya?ml$/.test(name) && isFile(path) ? [path] : []
  })
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder === '' ? '.' : folder)
  } catch {
    // A folder that cannot be listed holds no match, as in a shell.
    return []
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

// Symbolic links to folders are not followed: they may lead in a circle.
const isFolder = (path: string, stat = lstatSync): boolean =>
  stat(path, { throwIfNoEntry: false })?.isDirectory() === true

/** Hidden names only where the pattern says the dot. */
function matcher(segment: string): (name: string) => boolean {
  let source = ''
  for (const part of segment.match(/\[!?[^\]]+\]|./gsu) ?? []) {
    if (part === '*') source += '.*'
    else if (part === '?') source += '.'
    else if (part.length > 1 && part.startsWith('['))
      source += part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    else source += part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  }
  const isMatch = test(source, segment)
  return (name) => isMatch(name) && (segment.startsWith('.') || !name.startsWith('.'))
}

/** A class that means nothing (`[z-a]`) stands for its own text, as in a shell. */
function test(source: string, segment: string): (name: string) => boolean {
  try {
    const expression = new RegExp(`^${source}$`, 'su')
    return (name) => expression.test(name)
  } catch {
    return (name) => name === segment
  }
}
