// Text input with a size limit: files, standard input, kernel configurations.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { ok, type Result } from '../stdlib/result.js'
import { reasonOf } from './errno-text.js'

/** A description with a thousand gateways has about 200 kB. */
export const MAX_DESCRIPTION_BYTES = 1024 * 1024

export type ReadFailure =
  /** `isMissing`: there is no such file, at a Git revision. */
  | { readonly reason: string; readonly isMissing?: true }
  /** More than the limit. `bytes`: the size of the file, or what was read of a stream. */
  | { readonly bytes: number; readonly limit: number }

export type ReadResult = Result<string, ReadFailure>

/** Returns errors of the system, and never reads more than `limit` + 1 bytes. */
export function readText(path: string, limit: number = MAX_DESCRIPTION_BYTES): ReadResult {
  const read = readBytes(path, limit)
  return read.ok ? decodeText(read.value, limit) : read
}

/** A descriptor that the caller has opened: `<(command)` of a shell is a pipe. */
export const isDescriptor = (path: string): boolean => /^\/(?:dev|proc\/self)\/fd\/\d+$/.test(path)

/** A FIFO or device that is named by a path never ends, or waits for somebody: it is refused before it is read. */
function readBytes(path: string, limit: number): Result<Buffer, ReadFailure> {
  const isOpen = isDescriptor(path)
  try {
    // Without O_NONBLOCK the opening of a FIFO waits for its writer.
    const flags = constants.O_RDONLY | constants.O_NOCTTY | (isOpen ? 0 : constants.O_NONBLOCK)
    const descriptor = openSync(path, flags)
    try {
      const status = fstatSync(descriptor)
      if (status.isDirectory()) return { ok: false, reason: 'it is a directory' }
      if (!status.isFile() && !isOpen)
        return { ok: false, reason: `it is a ${status.isFIFO() ? 'FIFO' : 'device'}, not a file` }
      if (status.size > limit) return { ok: false, bytes: status.size, limit }
      return ok(readUpTo(descriptor, limit + 1, status.size))
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
}

/** Reads to the end, whatever `expected` is: pipes and files below /proc have size 0. */
function readUpTo(descriptor: number, most: number, expected: number): Buffer {
  const parts: Buffer[] = []
  let total = 0
  while (total < most) {
    const room = Math.min(most - total, Math.max(expected - total + 1, 4096))
    const part = Buffer.allocUnsafe(room)
    const count = readSync(descriptor, part, 0, room, null)
    if (count === 0) break
    parts.push(part.subarray(0, count))
    total += count
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

/** Reason of a failure that a conversion of the text repairs. */
export const NOT_UTF8 = 'it is not UTF-8 text'

/** Strict, because invalid UTF-8 would be replaced silently. Drops a byte order mark. */
export function decodeText(bytes: Uint8Array, limit: number): ReadResult {
  if (bytes.length > limit) return { ok: false, bytes: bytes.length, limit }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return { ok: false, reason: NOT_UTF8 }
  }
}

/** `limit` as in `readText`. */
export async function readStream(
  stream: Readable,
  limit: number = MAX_DESCRIPTION_BYTES,
): Promise<ReadResult> {
  const parts: Buffer[] = []
  let total = 0
  try {
    for await (const part of stream) {
      const bytes = Buffer.from(part)
      parts.push(bytes)
      total += bytes.length
      if (total > limit) break
    }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
  return decodeText(Buffer.concat(parts), limit)
}

/** /boot/config-* or /proc/config.gz. 16 MiB is fifty times the largest known configuration. */
export async function readKernelConfig(path: string): Promise<ReadResult> {
  const limit = 16 * MAX_DESCRIPTION_BYTES
  try {
    const read = readBytes(path, limit)
    if (!read.ok) return read
    const bytes = read.value
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return decodeText(bytes, limit)
    // Loading it takes a few milliseconds.
    const { gunzipSync } = await import('node:zlib')
    return decodeText(gunzipSync(bytes, { maxOutputLength: limit }), limit)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE')
      return { ok: false, reason: 'it is not a valid gzip file' }
    return { ok: false, reason: reasonOf(error) }
  }
}
