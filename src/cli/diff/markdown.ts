// Markdown of a difference, for a comment on a pull request.
import { markdownTable } from '../format/columns.js'
import { code, codeBlock, text } from '../format/markdown.js'
import type { Row } from './report.js'
import { signed, type StateSection } from './state.js'
import type { DiffView } from './view.js'

/** Forges accept comments of some ten thousand characters. */
const MAX_ROWS = { open: 8, folded: 40 }

export function diffMarkdown(view: DiffView): string {
  const { before, after, summary } = view
  const [packets, kernel] = summary
  const blocks = [
    [`**${text(packets)}** ${text(kernel)}`],
    [`${code(before)} → ${code(after)}`],
    ...diffMarkdownBlocks(view),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** Without the summary. */
export function diffMarkdownBlocks({ rows, unanalyzed, sections }: DiffView): readonly (readonly string[])[] {
  const open = rows.filter(({ scope }) => scope === rows[0]?.scope).slice(0, MAX_ROWS.open)
  const isComplete = open.length === rows.length && open.every(({ exclusions }) => exclusions.length === 0)
  const more = rows.length - MAX_ROWS.folded
  return [
    ...(open.length === 0 ? [] : [rowsTable(open, false)]),
    ...fold('All rerouted packets', isComplete ? [] : rowsTable(rows.slice(0, MAX_ROWS.folded), true)),
    ...(more > 0 ? [[`${more} more are not shown.`]] : []),
    ...fold(
      'Packets that were not analyzed',
      unanalyzed.map((line) => `- ${code(line)}`),
    ),
    ...fold('Kernel state', stateBlock(sections)),
  ]
}

export const fold = (summary: string, lines: readonly string[]): readonly (readonly string[])[] =>
  lines.length === 0 ? [] : [['<details>', `<summary>${summary}</summary>`], lines, ['</details>']]

/** `isFull`: with the packets that are excluded from each row. */
const rowsTable = (rows: readonly Row[], isFull: boolean): readonly string[] =>
  markdownTable([
    ['selector', 'before', 'after', 'example'],
    ...rows.map(({ families, selector, before, after, lines: [old, now], examples, exclusions }) => [
      [
        `${families} ${code(selector)}`,
        ...(isFull ? exclusions : []).map((one) => `except ${code(one)}`),
      ].join('<br>'),
      text(`${before}${old}`),
      text(`${after}${now}`),
      examples.map(code).join('<br>'),
    ]),
  ])

/** Comments of the description are printed inside the fence alone, where they are neither Markdown nor a mention. */
function stateBlock(sections: readonly StateSection[]): readonly string[] {
  const lines = sections.flatMap(([title, all], index) => [
    ...(index === 0 ? [] : ['']),
    `# ${title}`,
    ...signed(all, { '-': '-', '+': '+', '~': '!' }),
  ])
  return lines.length === 0 ? [] : codeBlock('diff', lines)
}
