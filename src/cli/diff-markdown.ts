// A difference as a comment to a pull request: a sentence, a table of packets, and the kernel state to unfold.
import { printable } from '../diagnostics/printable.js'
import type { Move } from '../diff/difference.js'
import { formatPacket } from '../syntax/route-get.js'
import { markdownTable } from './columns.js'
import { groundsOf, type Ground } from './diff-grounds.js'
import { inventedIn, packetsWords } from './diff-packets.js'
import { signed } from './diff-lines.js'
import type { Sides } from './diff-sides.js'
import { stateSections } from './diff-state.js'
import { summaryWords } from './diff-summary.js'
import { waysOf } from './diff-ways.js'
import { code, codeBlock, text } from './markdown.js'

export function diffMarkdown(sides: Sides): string {
  const { before, after, difference } = sides
  const [packets, kernel] = summaryWords(sides)
  const blocks = [
    [`**${text(packets)}** ${text(kernel)}`],
    [`${code(printable(before.file))} → ${code(printable(after.file))}`],
    ...(difference.moves.length === 0 ? [] : [movesTable(sides)]),
    ...stateFold(sides),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const movesTable = (sides: Sides): readonly string[] =>
  markdownTable([
    ['packets', 'before', 'after', 'for example'],
    ...sides.difference.moves.map((move) => moveRow(move, sides)),
  ])

function moveRow(move: Move, sides: Sides): readonly string[] {
  const { invented } = sides.difference
  const { packet } = move.example
  const ways = waysOf(move, invented)
  const [before, after] = groundsOf(move, sides)
  return [
    text(packetsWords(move, invented)),
    [text(ways[0]), ...groundCells(before)].join('<br>'),
    [text(ways[1]), ...groundCells(after)].join('<br>'),
    [code(formatPacket(packet)), ...inventedIn(packet, invented).map(text)].join('<br>'),
  ]
}

const groundCells = ({ words, line }: Ground): readonly string[] => [
  `${code(words)}${line === undefined ? '' : ` line ${line}`}`,
]

/** Only inside of the fence stands what a stranger wrote: nothing there is Markdown, or calls anybody. */
function stateFold(sides: Sides): readonly (readonly string[])[] {
  const sections = stateSections(sides)
  if (sections.length === 0) return []
  const lines = sections.flatMap(({ title, lines: all }, index) => [
    ...(index === 0 ? [] : ['']),
    `# ${title}`,
    ...signed(all, { '-': '-', '+': '+', '~': '!' }).map(printable),
  ])
  return [['<details>', '<summary>What the kernel has</summary>'], codeBlock('diff', lines), ['</details>']]
}
