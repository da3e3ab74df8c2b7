// Comparison for the terminal: an overview, then each item with the lines of each stack; a table on a wide terminal.
import { formatLine } from '../../diagnostics/source-line.js'
import { groupBy } from '../../stdlib/group-by.js'
import { columns, stackedRows, wrap } from '../format/columns.js'
import { overview } from './overview.js'
import {
  alikeCells,
  cellNotes,
  mechanismLegend,
  mechanismsOf,
  needsOf,
  locationText,
  reasonOf,
  reportedTitle,
  stacksWord,
  stateWord,
  versionWord,
} from './rows.js'
import { kindTitles, type Comparison, type PlanItem } from '../../compare/comparison.js'
import { mechanismText, relevantTopics, sharedNotes } from '../../compare/labels.js'

/** If stdout is no terminal. Sentences are never wider: the eye loses the next line. */
const WIDTH = 100

/** From this width on, stacks are rows of a table: its first columns take some 100 characters. */
const WIDE = 160

/** `width`: characters in a line of the terminal. */
export function comparisonText(comparison: Comparison, width = WIDTH): string {
  const page = { comparison, width, prose: Math.min(width, WIDTH) }
  const sections = [
    stacksSection(page),
    ...refusals(page),
    overview(comparison, width),
    mechanismLegend(comparison).flatMap((line) => paragraph(2, line, page.prose)),
    ...[...groupBy(comparison.items, ({ kind }) => kind).values()].flatMap((items) =>
      kindSection(page, items),
    ),
    behaviour(page),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

interface Page {
  readonly comparison: Comparison
  /** Characters in a line. */
  readonly width: number
  /** In a line of a sentence. */
  readonly prose: number
}

const indented = (indent: number, lines: readonly string[]): readonly string[] =>
  lines.map((line) => `${' '.repeat(indent)}${line}`)

const paragraph = (indent: number, text: string, width: number): readonly string[] =>
  indented(indent, wrap(text, width - indent))

function stacksSection({ comparison: { file, stacks }, width }: Page): readonly string[] {
  const head = ['STACK', 'VERSION', 'WRITES']
  const rows = stacks.map((stack) => [stack.id, versionWord(stack), stateWord(stack)])
  const taken = head.map((_, index) => Math.max(...[head, ...rows].map((row) => row[index]?.length ?? 0)))
  const room = Math.max(20, width - 2 - taken.reduce((sum, one) => sum + one + 2, 0))
  const body = stacks.flatMap((stack, index) =>
    stackedRows([...(rows[index] ?? []).map((cell) => [cell]), wrap(mechanismsOf(stack), room, ', ')]),
  )
  return [`${file}, as each stack says it`, ...indented(2, columns([[...head, 'ITEMS'], ...body]))]
}

const refusals = ({ comparison: { stacks }, prose }: Page): readonly (readonly string[])[] =>
  stacks
    .filter(({ reported }) => reported.length > 0)
    .map((stack) => [
      reportedTitle(stack),
      ...stack.reported.flatMap(({ message, line, file, fix }) => [
        ...paragraph(2, `${line === undefined ? '' : `${formatLine({ line, file })}: `}${message}`, prose),
        ...(fix === undefined ? [] : paragraph(4, `Fix: ${fix}`, prose)),
      ]),
    ])

function kindSection(page: Page, items: readonly PlanItem[]): readonly (readonly string[])[] {
  const { prose } = page
  return items.map((item, index) => [
    ...(index === 0 ? [kindTitles[item.kind], ''] : []),
    ...paragraph(0, item.words, prose),
    ...paragraph(2, reasonOf(item), prose),
    ...needsOf(item).flatMap((need) => paragraph(2, `needs ${need}`, prose)),
    ...(page.width < WIDE ? cellList(page, item) : cellTable(page, item)),
  ])
}

const cellList = ({ comparison, prose }: Page, item: PlanItem): readonly string[] =>
  alikeCells(comparison, item).flatMap(({ stacks, cell, numbered }) => {
    const head = `${stacksWord(stacks, comparison)}: ${mechanismText(cell)}`
    return [
      ...paragraph(4, cell.why === undefined ? head : `${head}: ${cell.why}`, prose),
      ...cellNotes(cell).flatMap((text) => paragraph(6, text, prose)),
      // Lines of files are not wrapped, so that they can be searched for.
      ...cell.locations.flatMap((location) => [
        ...indented(6, [locationText(location, numbered)]),
        ...indented(8, location.lines),
      ]),
    ]
  })

/** Stacks, mechanism, locations, lines. */
const cellTable = ({ comparison, prose }: Page, item: PlanItem): readonly string[] =>
  indented(
    4,
    columns(
      alikeCells(comparison, item).flatMap(({ stacks, cell, numbered }) => {
        const words = [cell.why ?? [], cellNotes(cell)].flat().flatMap((text) => wrap(text, prose - 24))
        return stackedRows([
          wrap(stacksWord(stacks, comparison), STACKS_WIDTH).map((line) => line.padEnd(STACKS_WIDTH)),
          [mechanismText(cell).padEnd(MECHANISM_WIDTH)],
          [
            ...words,
            ...cell.locations.flatMap((location) => [
              locationText(location, numbered),
              ...location.lines.slice(1).map(() => ''),
            ]),
          ],
          [...words.map(() => ''), ...cell.locations.flatMap(({ lines }) => lines)],
        ])
      }),
    ),
  )

/** `nm-dispatcher, nm-keyfile`, and `native (≥ 1.42)`: the columns align from item to item. */
const STACKS_WIDTH = 25
const MECHANISM_WIDTH = 19

function behaviour({ comparison, prose }: Page): readonly string[] {
  return [
    'What happens at run time',
    ...relevantTopics(comparison).flatMap(({ topic, title }) => [
      '',
      `  ${title}`,
      ...sharedNotes(comparison.stacks, topic).flatMap(({ stacks, text }) =>
        paragraph(4, `${stacksWord(stacks, comparison)}: ${text}`, prose),
      ),
    ]),
  ]
}
