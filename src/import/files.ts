// Files that an import reads: those of the chosen readers, and those that they name.
import { createCollector } from '../found/collector.js'
import type { InputFiles, Reader } from '../found/reader.js'
import { rtTablesReader, sysctlReader } from '../targets/shared/read/common-files.js'
import { readers } from './readers.js'

/** What the files of every stack use. */
const COMMON: readonly string[] = [rtTablesReader.name, sysctlReader.name]

/** Names of the other readers: `ifupdown`, `netplan`, `ifcfg`. */
export const readerNames: readonly string[] = readers
  .map(({ name }) => name)
  .filter((name) => !COMMON.includes(name))

/** Those with these names, and the common ones; all without names. */
export const readersNamed = (names: readonly string[] | undefined): readonly Reader[] =>
  names === undefined ? readers : readers.filter(({ name }) => names.includes(name) || COMMON.includes(name))

/** Whether one of the readers reads the file at an absolute path below the root of a host. */
export const readsFile = (path: string, from?: readonly string[]): boolean =>
  readersNamed(from).some((reader) => reader.reads(path))

/**
 * Absolute paths and patterns of a shell that the files name (`source` in interfaces(5), a script of `up`), whether `files`
 * has them or not. With those files added, there may be more.
 */
export function filesWanted(files: InputFiles, from?: readonly string[]): ReadonlySet<string> {
  const collector = createCollector()
  for (const reader of readersNamed(from)) reader.read(files, collector)
  return collector.wanted
}
