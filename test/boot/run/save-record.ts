// Saving of the record: docs/booted.json, from which `npm run docs` makes tables and their picture.
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { mergeRun, readRecord, writeRecord } from './boot-record.js'
import { readResults, readTestResults } from './results.js'
import { versionsBooted } from './versions.js'

export const recordFile = fileURLToPath(new URL('../../../docs/booted.json', import.meta.url))

/**
 * The file in which this run saves its results; undefined if it saves none. Tests of the record name another file.
 */
export function recordOfRun(): string | undefined {
  const named = process.env['MULTIHOME_BOOT_RECORD'] ?? ''
  return named === '' ? undefined : named === '1' ? recordFile : named
}

const everySeconds = 2

/**
 * Merges the results of a run into a record every two seconds, so that a killed run loses only seconds. The returned
 * function merges the rest and stops.
 */
export function keepRecord(file: string, results: string): () => void {
  const versions = versionsBooted()
  let size = 0
  const merge = (): void => {
    const now = existsSync(results) ? statSync(results).size : 0
    if (now === size) return
    size = now
    const run = { versions, cells: readResults(results), tests: readTestResults(results) }
    writeRecord(file, mergeRun(readRecord(file), run))
  }
  const timer = setInterval(merge, everySeconds * 1000)
  timer.unref()
  process.once('exit', merge)
  return () => {
    clearInterval(timer)
    merge()
    process.off('exit', merge)
  }
}
