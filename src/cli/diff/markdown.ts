// Markdown of a difference, for a comment on a pull request.
import { markdownTable } from '../format/columns.js'
import { code, codeBlock, text } from '../format/markdown.js'
import { formatSummary, formatUnanalyzed, type DiffReport, type Row } from './report.js'
import { signed, stateSections } from './state.js'

/** Forges accept comments of some ten thousand characters. */
const MAX_ROWS = { open: 8, folded: 40 }

export function diffMarkdown(report: DiffReport): string {
  const { before, after, rows } = report
  const [packets, kernel] = formatSummary(report)
  const open = rows.filter(({ scope }) => scope === rows[0]?.scope).slice(0, MAX_ROWS.open)
  const isComplete = open.length === rows.length && open.every(({ exclusions }) => exclusions.length === 0)
  const more = rows.length - MAX_ROWS.folded
  const blocks = [
    [`**${text(packets)}** ${text(kernel)}`],
    [`${code(before.file)} → ${code(after.file)}`],
    ...(open.length === 0 ? [] : [rowsTable(open, false)]),
    ...fold('All rerouted packets', isComplete ? [] : rowsTable(rows.slice(0, MAX_ROWS.folded), true)),
    ...(more > 0 ? [[`${more} more are not shown.`]] : []),
    ...fold(
      'Packets that were not analyzed',
      formatUnanalyzed(report).map((line) => `- ${code(line)}`),
    ),
    ...fold('Kernel state', stateBlock(report)),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const fold = (summary: string, lines: readonly string[]): readonly (readonly string[])[] =>
  lines.length === 0 ? [] : [['<details>', `<summary>${summary}</summary>`], lines, ['</details>']]

/** `isFull`: with the packets that are excluded from each row. */
const rowsTable = (rows: readonly Row[], isFull: boolean): readonly string[] =>
  markdownTable([
    ['selector', 'before', 'after', 'example'],
    ...rows.map(({ families, selector, before, after, examples, exclusions }) => [
      [
        `${families} ${code(selector)}`,
        ...(isFull ? exclusions : []).map((one) => `except ${code(one)}`),
      ].join('<br>'),
      text(before),
      text(after),
      examples.map(code).join('<br>'),
    ]),
  ])

/** Comments of the description are printed inside the fence alone, where they are neither Markdown nor a mention. */
function stateBlock(report: DiffReport): readonly string[] {
  const lines = stateSections(report).flatMap(([title, all], index) => [
    ...(index === 0 ? [] : ['']),
    `# ${title}`,
    ...signed(all, { '-': '-', '+': '+', '~': '!' }),
  ])
  return lines.length === 0 ? [] : codeBlock('diff', lines)
}
