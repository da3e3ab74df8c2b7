// Writes one file to a path that the user names, atomically.
import { reasonOf } from '../errno-text.js'
import { openReplacement, writeAll } from './replacement.js'

/** Returns why it failed. A symbolic link, pipe or device is written to, not replaced. `mode`: before the umask. */
export function writeText(path: string, text: string, mode?: number): string | undefined {
  try {
    const file = openReplacement(path, mode)
    try {
      writeAll(file.descriptor, Buffer.from(text))
      file.commit()
    } finally {
      file.discard()
    }
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}
