// Code frame: the line of a diagnostic, cut to the width of a screen, with carets.
import type { Span } from './diagnostic.js'
import { columnsOf, printable } from './sanitize.js'

export interface Frame {
  readonly line: string
  /** Spaces before the carets. */
  readonly indent: string
  readonly carets: string
}

const WIDTH = 96
/** Characters before the carets in a line that is cut. */
const LEAD = 24

/** Undefined where the span points to an empty text. A span of several lines is marked on its first. */
export function frameOf(text: string, span: Span): Frame | undefined {
  const from = span.start.offset - (span.start.column - 1)
  const line = lineAround(text, from, span.start.offset)
  if (line === '' && span.start.column === 1) return undefined
  const start = span.start.column - 1
  const end = span.end.line === span.start.line ? span.end.column - 1 : line.trimEnd().length
  const first = line.length <= WIDTH ? 0 : Math.max(0, Math.min(start - LEAD, line.length - WIDTH))
  const last = Math.min(line.length, first + WIDTH)
  const before = show(line.slice(first, start))
  const marked = show(line.slice(start, Math.min(Math.max(end, start), last)))
  const after = show(line.slice(Math.max(start, Math.min(end, last)), last))
  const lead = first > 0 ? '…' : ''
  return {
    line: lead + before + marked + after + (last < line.length ? '…' : ''),
    indent: ' '.repeat(columnsOf(lead + before)),
    carets: '^'.repeat(Math.max(1, columnsOf(marked))),
  }
}

/** A tab is one column wide here, so that the carets stand where they should, and can be seen. */
const show = (part: string): string => printable(part.replaceAll('\t', '→').replace(/^\ufeff/, ' '))

/** From the line's beginning as far as a screen could show it: a file may be one line of a megabyte. */
function lineAround(text: string, from: number, at: number): string {
  const near = text.slice(at, at + 2 * WIDTH)
  const end = near.search(/[\r\n]/)
  return text.slice(from, end < 0 ? at + near.length : at + end)
}
