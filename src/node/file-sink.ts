// A file that is written in parts: the old one stays until the new one is whole.
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { ok, type Result } from '../stdlib/result.js'
import { temporaryName } from './atomic-file.js'
import { reasonOf } from './errno-text.js'

/** Errors are returned by `finish`, and end the writing. */
export interface FileSink {
  readonly write: (bytes: Uint8Array) => void
  /** Replaces the old file, unless it is the same; returns whether it was replaced. */
  readonly finish: () => Result<boolean>
  /** Leaves the old file. */
  readonly discard: () => void
}

/** Creates the folders above it. A symbolic link, pipe or device is written to, not replaced. */
export function createFile(path: string): FileSink {
  let temporary: string | undefined
  let descriptor: number | undefined
  let problem: string | undefined
  const attempt = (run: () => void): void => {
    if (problem !== undefined) return
    try {
      run()
    } catch (error) {
      problem = reasonOf(error)
    }
  }
  attempt(() => {
    mkdirSync(dirname(path), { recursive: true })
    const isPlain = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true
    temporary = isPlain ? join(dirname(path), temporaryName()) : undefined
    descriptor = openSync(temporary ?? path, temporary === undefined ? 'w' : 'wx+')
  })
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = undefined
  }
  const discard = (): void => {
    close()
    if (temporary !== undefined) rmSync(temporary, { force: true })
    temporary = undefined
  }
  return {
    write: (bytes) =>
      attempt(() => {
        if (descriptor !== undefined) writeAll(descriptor, bytes)
      }),
    finish: () => {
      let isReplaced = true
      attempt(() => {
        if (descriptor === undefined || temporary === undefined) return
        isReplaced = !isSameFile(descriptor, path)
        if (!isReplaced) return
        fsyncSync(descriptor)
        close()
        renameSync(temporary, path)
        temporary = undefined
      })
      discard()
      return problem === undefined ? ok(isReplaced) : { ok: false, problem }
    },
    discard,
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
}

/** Whether the file at the path has the same bytes. */
function isSameFile(descriptor: number, path: string): boolean {
  const old = openIfThere(path)
  if (old === undefined) return false
  try {
    const status = fstatSync(old)
    return (
      status.isFile() && status.size === fstatSync(descriptor).size && isSameTo(descriptor, old, status.size)
    )
  } finally {
    closeSync(old)
  }
}

const CHUNK = 1024 * 1024

function isSameTo(one: number, other: number, size: number): boolean {
  const [first, second] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)]
  for (let position = 0; position < size;) {
    const length = readSync(one, first, 0, CHUNK, position)
    if (length === 0 || readSync(other, second, 0, length, position) !== length) return false
    if (first.compare(second, 0, length, 0, length) !== 0) return false
    position += length
  }
  return true
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    // What cannot be read is replaced.
    return undefined
  }
}

/** Compares the file at a path with parts of it in order. */
export interface FileComparison {
  readonly write: (bytes: Uint8Array) => void
  /** Undefined: it is the same. */
  readonly finish: () => 'missing' | 'content' | undefined
}

export function compareFile(path: string): FileComparison {
  const descriptor = openIfThere(path)
  let position = 0
  let isSame = true
  return {
    write: (bytes) => {
      if (descriptor === undefined || !isSame) return
      const found = Buffer.allocUnsafe(bytes.length)
      const length = readSync(descriptor, found, 0, bytes.length, position)
      position += length
      isSame = length === bytes.length && found.equals(bytes)
    },
    finish: () => {
      if (descriptor === undefined) return 'missing'
      const { size } = fstatSync(descriptor)
      closeSync(descriptor)
      return isSame && size === position ? undefined : 'content'
    },
  }
}
