// Writes one file to a path that the user names, atomically and with the mode of the umask.
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryName } from './atomic-file.js'
import { errnoOf, reasonOf } from './errno-text.js'

/** Returns why it failed. A symbolic link, pipe or device is written to, not replaced. */
export function writeText(path: string, text: string): string | undefined {
  try {
    const isPlain = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true
    if (isPlain) replace(path, text)
    else writeFileSync(path, text)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

function replace(path: string, text: string): void {
  const temporary = join(dirname(path), temporaryName())
  try {
    writeFileSync(temporary, text, { flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') rmSync(temporary, { force: true })
    throw error
  }
}
