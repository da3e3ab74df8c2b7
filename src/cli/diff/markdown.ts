// A difference as a comment to a pull request: a sentence, a table of packets, and the kernel state to unfold.
import { printable } from '../../diagnostics/sanitize.js'
import { markdownTable } from '../format/columns.js'
import { formatExample, placeholdersIn } from './example.js'
import { groundsOf, type Ground } from './deciding-entry.js'
import { signed } from './state-lines.js'
import type { Sides } from './inputs.js'
import { stateSections } from './state.js'
import { storiesOf, type Story } from './groups.js'
import { formatSummary } from './summary.js'
import { formatUnanalyzed } from './unanalyzed.js'
import { code, codeBlock, text } from '../format/markdown.js'

export function diffMarkdown(sides: Sides): string {
  const { before, after } = sides
  const stories = storiesOf(sides)
  const [packets, kernel] = formatSummary(sides, stories)
  const first = stories.filter(({ scope }) => scope === stories[0]?.scope).slice(0, MAX_ITEMS.open)
  const others = stories.slice(first.length)
  const blocks = [
    [`**${text(packets)}** ${text(kernel)}`],
    [`${code(printable(before.file))} → ${code(printable(after.file))}`],
    ...(first.length === 0 ? [] : [storiesTable(first, sides)]),
    ...fold(
      'The other packets',
      others.length === 0 ? [] : storiesTable(others.slice(0, MAX_ITEMS.folded), sides),
    ),
    ...(others.length > MAX_ITEMS.folded ? [[`And ${others.length - MAX_ITEMS.folded} others.`]] : []),
    ...fold(
      'Packets that were not examined',
      formatUnanalyzed(sides).map((words) => `- ${text(words)}`),
    ),
    ...fold('What the kernel has', stateBlock(sides)),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** Forges take comments of some ten thousand characters. */
const MAX_ITEMS = { open: 8, folded: 40 }

const fold = (summary: string, lines: readonly string[]): readonly (readonly string[])[] =>
  lines.length === 0 ? [] : [['<details>', `<summary>${summary}</summary>`], lines, ['</details>']]

const storiesTable = (stories: readonly Story[], sides: Sides): readonly string[] =>
  markdownTable([
    ['packets', 'before', 'after', 'for example'],
    ...stories.map((story) => storyRow(story, sides)),
  ])

function storyRow({ packets, ways, moves, exceptions }: Story, sides: Sides): readonly string[] {
  const [move] = moves
  const [before, after] = groundsOf(move, sides)
  return [
    [`**${text(packets)}**`, ...exceptions.map((words) => `but not ${text(words)}`)].join('<br>'),
    [text(ways[0]), ...groundCells(before)].join('<br>'),
    [text(ways[1]), ...groundCells(after)].join('<br>'),
    [
      ...moves.map((one) => code(formatExample(one, sides))),
      ...placeholdersIn(move, sides.difference).map(text),
    ].join('<br>'),
  ]
}

const groundCells = ({ words, line }: Ground): readonly string[] => [
  `${code(words)}${line === undefined ? '' : ` line ${line}`}`,
]

/** Only inside of the fence stands what a stranger wrote: nothing there is Markdown, or calls anybody. */
function stateBlock(sides: Sides): readonly string[] {
  const sections = stateSections(sides)
  if (sections.length === 0) return []
  const lines = sections.flatMap(({ title, lines: all }, index) => [
    ...(index === 0 ? [] : ['']),
    `# ${title}`,
    ...signed(all, { '-': '-', '+': '+', '~': '!' }).map(printable),
  ])
  return codeBlock('diff', lines)
}
