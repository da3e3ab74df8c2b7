// Nearest file of a name in the current folder and those above it, and whether its owner is trusted.
import { lstatSync, statSync, type Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { errnoOf } from './errno-text.js'

export interface FoundFile {
  /** Relative to the current folder. */
  readonly path: string
  /** The owner of the file, of a symbolic link in its place, or of its folder: neither root nor this user. */
  readonly untrustedOwner: number | undefined
}

/** As git looks for a repository: up to the root of the file system. */
export function findUpwards(name: string): FoundFile | undefined {
  try {
    for (let folder = ''; ; folder = join('..', folder)) {
      const path = join(folder, name)
      const link = lstatSync(path, { throwIfNoEntry: false })
      if (link !== undefined) return { path, untrustedOwner: untrustedOwner(path, link) }
      const absolute = resolve(folder)
      if (absolute === dirname(absolute)) return undefined
    }
  } catch (error) {
    // The current folder was removed, or a folder above it may not be searched.
    if (errnoOf(error) === undefined) throw error
    return undefined
  }
}

function untrustedOwner(path: string, link: Stats): number | undefined {
  const file = statSync(path, { throwIfNoEntry: false })
  const owners = [link.uid, file?.uid, statSync(dirname(path)).uid]
  return owners.find((uid) => uid !== undefined && !isTrusted(uid))
}

/** As git-config(1) says of `safe.directory`: with sudo(8) also the user who called it. */
function isTrusted(uid: number): boolean {
  const user = process.geteuid?.()
  // Windows has no numeric owners.
  if (user === undefined || uid === 0 || uid === user) return true
  return user === 0 && process.env['SUDO_UID'] === String(uid)
}
