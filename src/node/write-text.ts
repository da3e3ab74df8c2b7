// How does one file of ours come to a place that a person names? Whole or not at all, with the mode that the umask gives.
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errnoOf, reasonOf } from './errno-text.js'

export type WriteTextOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Never throws for what the world is like. A link, a pipe or a device is written through, not replaced. */
export function writeText(path: string, text: string): WriteTextOutcome {
  try {
    if (isPlain(path)) replace(path, text)
    else writeFileSync(path, text)
    return { ok: true }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
}

/** A file, or nothing yet. */
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
