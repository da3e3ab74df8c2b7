// A new file in the place of an old one, which stays until the new one is whole.
import { closeSync, lstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Hidden, with the suffix `.tmp`: no stack reads such files. Another one for each call. */
export const temporaryName = (): string =>
  `.multihome-${process.pid}-${Math.random().toString(36).slice(2)}.tmp`

export interface Replacement {
  readonly descriptor: number
  /** Whether there may be an old file. */
  readonly isTemporary: boolean
  readonly commit: () => void
  /** Leaves the old file. Does nothing after `commit`. */
  readonly discard: () => void
}

/** A symbolic link, pipe or device is written to, not replaced. `mode`: before the umask. Throws errors of the system. */
export function openReplacement(path: string, mode = 0o666): Replacement {
  const isPlain = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true
  let temporary = isPlain ? join(dirname(path), temporaryName()) : undefined
  const descriptor = openSync(temporary ?? path, temporary === undefined ? 'w' : 'wx+', mode)
  let isOpen = true
  const close = (): void => {
    if (isOpen) closeSync(descriptor)
    isOpen = false
  }
  return {
    descriptor,
    isTemporary: isPlain,
    commit: () => {
      close()
      if (temporary !== undefined) renameSync(temporary, path)
      temporary = undefined
    },
    discard: () => {
      close()
      if (temporary !== undefined) rmSync(temporary, { force: true })
      temporary = undefined
    },
  }
}

export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
}
