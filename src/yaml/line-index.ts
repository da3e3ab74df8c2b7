// Line index: offset → line and column.
import type { Position, Span } from '../diagnostics/diagnostic.js'

/** Offsets from 0, `end` exclusive, in UTF-16 code units. */
export interface Range {
  readonly start: number
  readonly end: number
}

export interface Lines {
  position(offset: number): Position
  span(range: Range): Span
}

/** YAML 1.2 breaks lines at LF, CR LF and CR alone (§5.4). */
export function readLines(text: string, file: string): Lines {
  const starts = [0]
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset)
    if (code === 10 || (code === 13 && text.charCodeAt(offset + 1) !== 10)) starts.push(offset + 1)
  }
  const position = (offset: number): Position => {
    const bounded = Math.max(0, Math.min(offset, text.length))
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= bounded) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: bounded - (starts[low] ?? 0) + 1, offset: bounded }
  }
  return {
    position,
    span: ({ start, end }) => ({ file, start: position(start), end: position(Math.max(start, end)) }),
  }
}
