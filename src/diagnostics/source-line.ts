// Lines of a description and of the files that it extends, as texts name them.
import type { Span } from './diagnostic.js'

export interface SourceLine {
  /** From 1. */
  readonly line: number
  /** Absent if it is the description itself. */
  readonly file?: string
}

/** `description`: the name of the description. */
export const sourceLine = ({ file, start }: Span, description: string): SourceLine =>
  file === description ? { line: start.line } : { line: start.line, file }

/** `line 14`, or `site.yaml:14` of another file. */
export const formatLine = ({ line, file }: SourceLine): string =>
  file === undefined ? `line ${line}` : `${file}:${line}`

/** For a column of lines: `14`, or `site.yaml:14` of another file. */
export const lineCell = ({ line, file }: SourceLine): string =>
  file === undefined ? String(line) : `${file}:${line}`
