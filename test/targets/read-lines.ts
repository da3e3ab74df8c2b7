// Reads files with readers, and formats what was found as lines, for tests.
import { createCollector } from '../../src/found/collector.js'
import type { Reader } from '../../src/found/reader.js'
import { rtTablesReader } from '../../src/targets/shared/read/common-files.js'
import { foundLines } from '../found/commands/read-commands.js'

/** Texts by absolute path. */
export function readLines(reader: Reader, files: Readonly<Record<string, string>>): readonly string[] {
  const collector = createCollector()
  const input = new Map(Object.entries(files))
  for (const one of [rtTablesReader, reader]) one.read(input, collector)
  return foundLines(collector.found())
}
