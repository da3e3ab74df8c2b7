// Text layout: aligned columns, Markdown tables, wrapped lines.

/** Two spaces between columns, and no trailing space. Every row has as many cells as the first. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Splits a row whose cells have several lines into rows of one line. */
export const stackedRows = (cells: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.max(...cells.map((lines) => lines.length)) }, (_, index) =>
    cells.map((lines) => lines[index] ?? ''),
  )

/** Escapes `|` in cells. */
export function markdownTable(rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), line(head.map(() => '---')), ...body.map(line)]
}

/** Lines of at most `width` characters, unless a word is longer. */
export function wrap(text: string, width: number, separator = ' '): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(separator)) {
    if (line !== '' && line.length + separator.length + word.length > width) {
      lines.push(`${line}${separator.trimEnd()}`)
      line = word
    } else line = line === '' ? word : `${line}${separator}${word}`
  }
  return [...lines, line]
}
