// A difference as a comment to a pull request: a sentence, a table of packets, and the kernel state to unfold.
import { printable } from '../diagnostics/printable.js'
import { markdownTable } from './columns.js'
import { exampleWords, inventedIn } from './diff-example.js'
import { groundsOf, type Ground } from './diff-grounds.js'
import { signed } from './diff-lines.js'
import type { Sides } from './diff-sides.js'
import { stateSections } from './diff-state.js'
import { storiesOf, type Story } from './diff-stories.js'
import { summaryWords } from './diff-summary.js'
import { unexaminedWords } from './diff-unexamined.js'
import { code, codeBlock, text } from './markdown.js'

export function diffMarkdown(sides: Sides): string {
  const { before, after } = sides
  const stories = storiesOf(sides)
  const [packets, kernel] = summaryWords(sides, stories)
  const first = stories.filter(({ scope }) => scope === stories[0]?.scope).slice(0, MOST.open)
  const others = stories.slice(first.length)
  const blocks = [
    [`**${text(packets)}** ${text(kernel)}`],
    [`${code(printable(before.file))} → ${code(printable(after.file))}`],
    ...(first.length === 0 ? [] : [storiesTable(first, sides)]),
    ...fold(
      'The other packets',
      others.length === 0 ? [] : storiesTable(others.slice(0, MOST.folded), sides),
    ),
    ...(others.length > MOST.folded ? [[`And ${others.length - MOST.folded} others.`]] : []),
    ...fold(
      'Packets that were not examined',
      unexaminedWords(sides).map((words) => `- ${text(words)}`),
    ),
    ...fold('What the kernel has', stateBlock(sides)),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** Forges take comments of some ten thousand characters. */
const MOST = { open: 8, folded: 40 }

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
      ...moves.map((one) => code(exampleWords(one, sides))),
      ...inventedIn(move, sides.difference).map(text),
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
