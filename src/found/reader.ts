// Readers: one for each stack or common file. The folder of the target that writes a syntax has the reader of it.
import type { Collector } from './collector.js'
import type { Place } from './found.js'

/** Absolute paths below the root of the host, and texts. Only what a reader asks for is in it; no order is promised. */
export type InputFiles = ReadonlyMap<string, string>

export interface Reader {
  /** `ifupdown`, `ifcfg`, `sysctl`: also the word of `--from`. */
  readonly name: string
  /** Whether it reads the file at this path; the command line collects files by it. */
  readonly reads: (path: string) => boolean
  /** Adds what the files say, in the order in which the stack reads them. Never throws for what a file contains. */
  readonly read: (files: InputFiles, collector: Collector) => void
}

/** Paths of the files that a reader reads, sorted by byte. */
export const pathsOf = (files: InputFiles, reads: Reader['reads']): readonly string[] =>
  [...files.keys()].filter(reads).sort()

/** Files of drop-in folders as systemd, sysctl and netplan order them: by base name; a later folder hides an earlier one. */
export function orderedByName(
  files: InputFiles,
  /** From the least important. */
  folders: readonly string[],
  suffix: string,
): readonly string[] {
  const byName = new Map<string, string>()
  for (const folder of folders)
    for (const path of files.keys()) {
      const name = path.slice(folder.length + 1)
      if (path.startsWith(`${folder}/`) && !name.includes('/') && name.endsWith(suffix))
        byName.set(name, path)
    }
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? [])
}

export interface SourceLine extends Place {
  /** With indentation. */
  readonly raw: string
}

/** Lines of a file with their places. */
export const linesOf = (file: string, text: string): readonly SourceLine[] =>
  text.split(/\r?\n/).map((raw, index) => ({ file, line: index + 1, text: raw.trim(), raw }))
