// Import of a running host, by what its kernel has.
import { createCollector } from '../../found/collector.js'
import type { InputFiles } from '../../found/reader.js'
import { isSysctlInSync } from '../../verify/check/sysctls.js'
import type { LiveState } from '../../verify/state.js'
import { rtTablesReader } from '../../targets/shared/read/common-files.js'
import { importFound, type Imported, type ImportOptions } from '../import.js'
import { readLive } from './read-live.js'

/** `files`: those with names of tables, if there are some. */
export function importLive(
  state: LiveState,
  files: InputFiles,
  options: Omit<ImportOptions, 'from' | 'scripts'> = {},
): Imported {
  const collector = createCollector()
  rtTablesReader.read(files, collector)
  readLive(state, collector)
  return importFound(collector.found(), options, {
    hasSysctl: (sysctl) => isSysctlInSync(sysctl, state),
  })
}
