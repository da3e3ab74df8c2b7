// Table of mechanisms: a row for each item, a column for each stack; several tables on a narrow terminal.
import { groupBy, type Group } from '../../stdlib/group-by.js'
import { columns } from '../format/columns.js'
import { mechanismLabels, type Comparison, type Mechanism, type PlanItem } from '../../compare/comparison.js'
import { kindNouns } from '../../compare/labels.js'
import { shortLabels } from './rows.js'

/** Of an item, in characters. */
const MIN_WIDTH = 20

interface Row {
  readonly items: Group<PlanItem>
  /** In the order of the stacks. */
  readonly mechanisms: readonly Mechanism[]
}

export function overview({ items, stacks }: Comparison, width: number): readonly string[] {
  const rows = rowsOf({ items, stacks })
  const ids = stacks.map(({ id }) => id)
  const cells = ids.map((id, index) => [
    id,
    ...rows.map(({ mechanisms }) => mechanismLabels[mechanisms[index] ?? 'blocked']),
  ])
  const parts = partsOf(cells, width - 2 - MIN_WIDTH)
  const room = width - 2 - Math.max(...parts.map(widthOf))
  const names = ['ITEMS', ...rows.map((row) => cut(rowText(row.items), Math.max(MIN_WIDTH, room)))]
  return [
    'Mechanisms',
    ...parts.flatMap((part, index) => [
      ...(index === 0 ? [] : ['']),
      ...columns(names.map((name, row) => [name, ...part.map((column) => column[row] ?? '')])).map(
        (line) => `  ${line}`,
      ),
    ]),
  ]
}

/** Items of one kind with the same mechanisms share a row. */
function rowsOf({ items, stacks }: Pick<Comparison, 'items' | 'stacks'>): readonly Row[] {
  const mechanismsOf = ({ id }: PlanItem): Row['mechanisms'] =>
    stacks.map(({ cells }) => cells[id]?.mechanism ?? 'blocked')
  const rows = groupBy(items, (item) => [item.kind, ...mechanismsOf(item)].join(' '))
  return [...rows.values()].map((group) => ({ items: group, mechanisms: mechanismsOf(group[0]) }))
}

type Column = readonly string[]

/** Includes the two blanks before each column. */
const widthOf = (part: readonly Column[]): number =>
  part.reduce((sum, column) => sum + 2 + Math.max(...column.map((cell) => cell.length)), 0)

/** As few tables as fit, with equally many columns if possible. */
function partsOf(all: readonly Column[], room: number): readonly (readonly Column[])[] {
  const full = filledParts(all, room)
  const size = Math.ceil(all.length / full.length)
  const even = full.map((_, index) => all.slice(index * size, (index + 1) * size))
  return even.every((part) => widthOf(part) <= room) ? even : full
}

/** Each with as many columns as fit. */
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
function rowText(items: Group<PlanItem>): string {
  const [first, ...others] = items
  if (others.length > 0) return `${items.length} ${kindNouns[first.kind][1]}`
  const words = shortLabels(first)
  return first.kind === 'link' || first.kind === 'table' ? words : `${first.kind} ${words}`
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`
