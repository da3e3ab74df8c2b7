// Files of a booted host, with mode and owner as a careful administrator installs them.
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

export type TreeFile = { readonly path: string; readonly mode: number; readonly content: string }
export type TreeLink = { readonly path: string; readonly symlink: string }
export type TreeEntry = TreeFile | TreeLink

/**
 * NetworkManager and netplan reject or report secrets that others can read; a dispatcher script must be executable.
 */
function modeOf(path: string): number {
  if (/\/dispatcher\.d\/|\/networkd-dispatcher\/|\/if-[a-z-]+\.d\/|\/init\.d\/|\.sh$|\/s?bin\//.test(path)) {
    return 0o755
  }
  return /\.nmconnection$|\/etc\/netplan\//.test(path) ? 0o600 : 0o644
}

/** Every file and symlink below a folder; paths start with `/`. */
export function readTree(folder: string): readonly TreeEntry[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry): TreeEntry[] => {
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file)}`
    if (entry.isSymbolicLink()) return [{ path, symlink: readlinkSync(file) }]
    return entry.isFile() ? [{ path, mode: modeOf(path), content: readFileSync(file, 'utf8') }] : []
  })
}

/** A later entry replaces an earlier one with the same path. */
export function writeTree(folder: string, entries: readonly TreeEntry[]): void {
  for (const entry of entries) {
    const target = join(folder, entry.path)
    mkdirSync(dirname(target), { recursive: true })
    rmSync(target, { force: true })
    if ('symlink' in entry) symlinkSync(entry.symlink, target)
    else {
      writeFileSync(target, entry.content)
      chmodSync(target, entry.mode)
    }
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** Shell command that installs an entry in a running host. Base64 content needs no quoting. */
export function installLine(entry: TreeEntry): string {
  const target = quote(entry.path)
  const folder = `mkdir -p ${quote(dirname(entry.path))}`
  if ('symlink' in entry) return `${folder} && ln -sfn ${quote(entry.symlink)} ${target}`
  const base64 = Buffer.from(entry.content).toString('base64')
  return `${folder} && echo ${base64} | base64 -d > ${target} && chmod ${entry.mode.toString(8)} ${target}`
}
