// What does each idea cost on each stack? One table with a column for each stack, or several where the terminal is narrow.
import type { Comparison, Mechanism, PlanItem } from '../../compare/comparison.js'
import { columns } from '../format/columns.js'
import { kindNouns, mechanismLabels } from '../../compare/labels.js'
import { shortLabels } from './rows.js'

/** Less says too little of an idea. */
const MIN_WIDTH = 20

interface Row {
  readonly ideas: PlanItem[]
  /** In the order of the stacks. */
  readonly costs: readonly Mechanism[]
}

export function overview({ ideas, stacks }: Comparison, width: number): readonly string[] {
  const rows = rowsOf({ ideas, stacks })
  const ids = stacks.map(({ id }) => id)
  const cells = ids.map((id, index) => [
    id,
    ...rows.map(({ costs }) => mechanismLabels[costs[index] ?? 'unwritten']),
  ])
  const parts = partsOf(cells, width - 2 - MIN_WIDTH)
  const room = width - 2 - Math.max(...parts.map(widthOf))
  const names = ['IDEAS', ...rows.map((row) => cut(rowText(row.ideas), Math.max(MIN_WIDTH, room)))]
  return [
    'What it costs there',
    ...parts.flatMap((part, index) => [
      ...(index === 0 ? [] : ['']),
      ...columns(names.map((name, row) => [name, ...part.map((column) => column[row] ?? '')])).map(
        (line) => `  ${line}`,
      ),
    ]),
  ]
}

/** Ideas of one kind that cost the same everywhere share a row. */
function rowsOf({ ideas, stacks }: Pick<Comparison, 'ideas' | 'stacks'>): readonly Row[] {
  const rows = new Map<string, Row>()
  for (const idea of ideas) {
    const costs = stacks.map(({ cells }) => cells[idea.id]?.cost ?? 'unwritten')
    const key = [idea.kind, ...costs].join(' ')
    const row = rows.get(key)
    if (row === undefined) rows.set(key, { costs, ideas: [idea] })
    else row.ideas.push(idea)
  }
  return [...rows.values()]
}

type Column = readonly string[]

/** With the blanks before each column. */
const widthOf = (part: readonly Column[]): number =>
  part.reduce((sum, column) => sum + 2 + Math.max(...column.map((cell) => cell.length)), 0)

/** As few as have room, and as even as they go. */
function partsOf(all: readonly Column[], room: number): readonly (readonly Column[])[] {
  const full = filledParts(all, room)
  const size = Math.ceil(all.length / full.length)
  const even = full.map((_, index) => all.slice(index * size, (index + 1) * size))
  return even.every((part) => widthOf(part) <= room) ? even : full
}

/** As many columns in each as have room. */
function filledParts(all: readonly Column[], room: number): readonly (readonly Column[])[] {
  const parts: Column[][] = []
  for (const column of all) {
    const last = parts.at(-1)
    if (last !== undefined && widthOf([...last, column]) <= room) last.push(column)
    else parts.push([column])
  }
  return parts
}

/** `rule 17000 fwmark …`, or `12 rules`. */
function rowText(ideas: readonly PlanItem[]): string {
  const [first, ...others] = ideas
  if (first === undefined) return ''
  if (others.length > 0) return `${ideas.length} ${kindNouns[first.kind][1]}`
  const words = shortLabels(first)
  return first.kind === 'link' || first.kind === 'table' ? words : `${first.kind} ${words}`
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`
