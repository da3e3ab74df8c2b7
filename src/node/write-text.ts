// Writes one file to a path that the user names, atomically and with the mode of the umask.
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errnoOf, reasonOf } from './errno-text.js'

/** Returns why it failed. A symbolic link, pipe or device is written to, not replaced. */
export function writeText(path: string, text: string): string | undefined {
  try {
    if (isPlain(path)) replace(path, text)
    else writeFileSync(path, text)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

/** A regular file, or nothing yet. */
function isPlain(path: string): boolean {
  try {
    return lstatSync(path).isFile()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true
    throw error
  }
}

function replace(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.multihome-${process.pid}.tmp`)
  try {
    writeFileSync(temporary, text, { flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') rmSync(temporary, { force: true })
    throw error
  }
}
