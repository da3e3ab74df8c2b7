// Symbolic links on the way from a folder to a path below it.
import { lstatSync } from 'node:fs'
import { join, relative } from 'node:path'
import { errnoOf } from './errno-text.js'

/** The first one, the end included; undefined if there is none. */
export function symlinkBelow(folder: string, path: string): string | undefined {
  let current = folder
  try {
    for (const name of relative(folder, path).split('/')) {
      current = join(current, name)
      if (lstatSync(current, { throwIfNoEntry: false })?.isSymbolicLink() === true) return current
    }
  } catch (error) {
    // What cannot be looked at cannot be written to either, which is reported then.
    if (errnoOf(error) === undefined) throw error
  }
  return undefined
}
