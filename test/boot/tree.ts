// What is written into a booted host: files with mode and owner, as a careful administrator would install them.
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export type TreeFile = { readonly path: string; readonly mode: number; readonly text: string }
export type TreeLink = { readonly path: string; readonly to: string }

/** NetworkManager and netplan refuse or complain about secrets that others can read; a dispatcher must be executable. */
function modeOf(path: string): number {
  if (/\/dispatcher\.d\/|\/networkd-dispatcher\/|\/if-[a-z-]+\.d\/|\/init\.d\/|\.sh$|\/s?bin\//.test(path))
    return 0o755
  if (/\.nmconnection$|\/etc\/netplan\//.test(path)) return 0o600
  return 0o644
}

/** Every file below a folder, as paths from `/`. */
export function readTree(folder: string): readonly TreeFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
      const path = `/${relative(folder, file)}`
      return { path, mode: modeOf(path), text: readFileSync(file, 'utf8') }
    })
}

export function writeTree(folder: string, files: readonly TreeFile[], links: readonly TreeLink[] = []): void {
  for (const { path, mode, text } of files) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    chmodSync(file, mode)
  }
  for (const { path, to } of links) {
    const link = join(folder, path)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(to, link)
  }
}
