// How do rows of words become columns that a person can read?

/** Two spaces between columns; nothing behind the last. Every row has as many cells as the first. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** A row whose cells have several lines each, as rows of one line. */
export const stackedRows = (cells: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.max(...cells.map((lines) => lines.length)) }, (_, index) =>
    cells.map((lines) => lines[index] ?? ''),
  )

/** A table of Markdown; `|` in a cell is escaped. */
export function markdownTable(rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), line(head.map(() => '---')), ...body.map(line)]
}
