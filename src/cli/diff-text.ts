// A difference for the terminal: what happens to packets first, then the kernel state that does it.
import { printable } from '../diagnostics/printable.js'
import type { Move } from '../diff/difference.js'
import { formatPacket } from '../syntax/route-get.js'
import { columns } from './columns.js'
import { groundsOf } from './diff-grounds.js'
import { inventedIn } from './diff-packets.js'
import { signed } from './diff-lines.js'
import type { Sides } from './diff-sides.js'
import { stateSections } from './diff-state.js'
import { summaryWords } from './diff-summary.js'
import { moveSentence } from './diff-ways.js'
import { wrapped } from './wrapped.js'

const WIDTH = 100

export function diffText(sides: Sides): string {
  const { before, after, difference } = sides
  const sections = [
    [
      `${printable(before.file)} → ${printable(after.file)}`,
      ...summaryWords(sides).map((words) => `  ${words}`),
    ],
    ...(difference.moves.length === 0
      ? []
      : [['Packets', ...difference.moves.flatMap((move) => moveLines(move, sides))]]),
    ...stateSections(sides).map(({ title, lines }) => [
      title,
      ...signed(lines).map((line) => `  ${printable(line)}`),
    ]),
  ]
  return sections.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n')
}

function moveLines(move: Move, sides: Sides): readonly string[] {
  const { invented } = sides.difference
  const { packet } = move.example
  const [first = '', ...others] = wrapped(moveSentence(move, invented), WIDTH - 4)
  const rows = groundsOf(move, sides).map(({ words, line, why }, index) => [
    index === 0 ? 'before' : 'after',
    words,
    line === undefined ? '' : `${(index === 0 ? sides.before : sides.after).file}:${line}`,
    why,
  ])
  return [
    `  ${first}`,
    ...others.map((line) => `    ${line}`),
    `      for example  ${formatPacket(packet)}`,
    ...columns(rows).map((line) => `      ${printable(line)}`),
    ...inventedIn(packet, invented).map((line) => `      ${line}`),
  ]
}
