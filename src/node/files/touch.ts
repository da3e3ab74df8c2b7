// Time of a file.
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'

/**
 * Sets the modification time to now, by the clock with which the kernel stamps files. It lags behind that of the process by
 * some milliseconds, and make(1) compares times of files.
 */
export function touch(path: string): void {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW)
  try {
    const byte = Buffer.alloc(1)
    if (readSync(descriptor, byte, 0, 1, 0) === 1) writeSync(descriptor, byte, 0, 1, 0)
  } finally {
    closeSync(descriptor)
  }
}
