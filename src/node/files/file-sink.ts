// A file that is written in parts: the old one stays until the new one is whole.
import { closeSync, constants, fstatSync, fsyncSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { ok, type Result } from '../../stdlib/result.js'
import { reasonOf } from '../errno-text.js'
import { openReplacement, writeAll, type Replacement } from './replacement.js'

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
  let file: Replacement | undefined
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
    file = openReplacement(path)
  })
  return {
    write: (bytes) =>
      attempt(() => {
        if (file !== undefined) writeAll(file.descriptor, bytes)
      }),
    finish: () => {
      let isReplaced = true
      attempt(() => {
        if (file === undefined) return
        isReplaced = !file.isTemporary || !isSameFile(file.descriptor, path)
        if (!isReplaced) return
        if (file.isTemporary) fsyncSync(file.descriptor)
        file.commit()
      })
      file?.discard()
      return problem === undefined ? ok(isReplaced) : { ok: false, problem }
    },
    discard: () => file?.discard(),
  }
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
