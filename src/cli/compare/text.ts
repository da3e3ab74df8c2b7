// A comparison for the terminal: an overview, then each idea as the stacks say it; a table where the terminal is wide.
import { costs, planItemKinds, type Cell, type Comparison, type PlanItem } from '../../compare/comparison.js'
import { columns, stackedRows } from '../format/columns.js'
import { overview } from './overview.js'
import {
  alikeCells,
  mechanismsOf,
  needsOf,
  locationText,
  reasonOf,
  stacksWord,
  stateWord,
  versionWord,
} from './rows.js'
import {
  kindTitles,
  mechanismLabels,
  mechanismMeanings,
  mechanismText,
  relevantTopics,
  sharedNotes,
} from '../../compare/labels.js'
import { wrap } from '../format/wrap.js'

/** Where stdout is no terminal. Sentences are never longer, or nobody would find the next line. */
const WIDTH = 100

/** From here on the stacks stand in a table: its columns take some hundred characters before the files’ own lines. */
const WIDE = 160

/** `width`: characters in a line of the terminal. */
export function comparisonText(comparison: Comparison, width = WIDTH): string {
  const page = { comparison, width, prose: Math.min(width, WIDTH) }
  const sections = [
    stacksSection(page),
    ...refusals(page),
    overview(comparison, width),
    mechanismLegend(page),
    ...planItemKinds.flatMap((kind) =>
      kindSection(
        page,
        comparison.ideas.filter((idea) => idea.kind === kind),
      ),
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
  return [`${file}, as each stack says it`, ...indented(2, columns([[...head, 'IDEAS'], ...body]))]
}

const refusals = ({ comparison: { stacks }, prose }: Page): readonly (readonly string[])[] =>
  stacks
    .filter(({ told }) => told.length > 0)
    .map(({ id, state, told }) => [
      state === 'refused' ? `${id} is refused: it gets no file` : `${id} loses something`,
      ...told.flatMap(({ message, line, fix }) => [
        ...paragraph(2, `${line === undefined ? '' : `line ${line}: `}${message}`, prose),
        ...(fix === undefined ? [] : paragraph(4, `Way out: ${fix}`, prose)),
      ]),
    ])

function mechanismLegend({ comparison: { stacks }, prose }: Page): readonly string[] {
  const used = new Set(stacks.flatMap(({ cells }) => Object.values(cells).map(({ cost }) => cost)))
  return costs
    .filter((cost) => used.has(cost))
    .flatMap((cost) => paragraph(2, `${mechanismLabels[cost]}: ${mechanismMeanings[cost]}`, prose))
}

function kindSection(page: Page, ideas: readonly PlanItem[]): readonly (readonly string[])[] {
  const { prose } = page
  return ideas.map((idea, index) => [
    ...(index === 0 ? [kindTitles[idea.kind], ''] : []),
    ...paragraph(0, idea.words, prose),
    ...paragraph(2, reasonOf(idea), prose),
    ...needsOf(idea).flatMap((need) => paragraph(2, `needs ${need}`, prose)),
    ...(page.width < WIDE ? cellList(page, idea) : cellTable(page, idea)),
  ])
}

const cellList = ({ comparison, prose }: Page, idea: PlanItem): readonly string[] =>
  alikeCells(comparison, idea).flatMap(({ stacks, cell, numbered }) => {
    const head = `${stacksWord(stacks, comparison)}: ${mechanismText(cell)}`
    return [
      ...paragraph(4, cell.why === undefined ? head : `${head}: ${cell.why}`, prose),
      ...notedBeside(cell).flatMap((text) => paragraph(6, text, prose)),
      // The files’ own lines are never broken: they are to be found again.
      ...cell.places.flatMap((place) => [
        ...indented(6, [locationText(place, numbered)]),
        ...indented(8, place.lines),
      ]),
    ]
  })

const notedBeside = ({ instead, losses }: Cell): readonly string[] => [
  ...(instead === undefined ? [] : [`Way out: ${instead}`]),
  ...losses.map((loss) => `loss: ${loss}`),
]

/** Who says it, at which cost, where, and how. */
const cellTable = ({ comparison, prose }: Page, idea: PlanItem): readonly string[] =>
  indented(
    4,
    columns(
      alikeCells(comparison, idea).flatMap(({ stacks, cell, numbered }) => {
        const words = [cell.why ?? [], notedBeside(cell)].flat().flatMap((text) => wrap(text, prose - 24))
        return stackedRows([
          wrap(stacksWord(stacks, comparison), STACKS_WIDTH).map((line) => line.padEnd(STACKS_WIDTH)),
          [mechanismText(cell).padEnd(MECHANISM_WIDTH)],
          [
            ...words,
            ...cell.places.flatMap((place) => [
              locationText(place, numbered),
              ...place.lines.slice(1).map(() => ''),
            ]),
          ],
          [...words.map(() => ''), ...cell.places.flatMap(({ lines }) => lines)],
        ])
      }),
    ),
  )

/** `nm-dispatcher, nm-keyfile`, and `native (≥ 1.42)`: columns stand below each other from idea to idea. */
const STACKS_WIDTH = 25
const MECHANISM_WIDTH = 19

function behaviour({ comparison, prose }: Page): readonly string[] {
  return [
    'What differs while the host lives',
    ...relevantTopics(comparison).flatMap(({ topic, title }) => [
      '',
      `  ${title}`,
      ...sharedNotes(comparison.stacks, topic).flatMap(({ stacks, text }) =>
        paragraph(4, `${stacksWord(stacks, comparison)}: ${text}`, prose),
      ),
    ]),
  ]
}
