// Comparison as Markdown: an overview, then a table for each item.
import { formatLine } from '../../diagnostics/source-line.js'
import { groupBy } from '../../stdlib/group-by.js'
import { markdownTable } from '../format/columns.js'
import {
  alikeCells,
  cellNotes,
  mechanismLegend,
  mechanismsOf,
  needsOf,
  locationText,
  reasonOf,
  reportedTitle,
  shortLabels,
  stacksWord,
  stateWord,
  versionWord,
  type Alike,
} from './rows.js'
import {
  kindTitles,
  mechanismLabels,
  type Comparison,
  type Location,
  type PlanItem,
} from '../../compare/comparison.js'
import { mechanismText, relevantTopics, sharedNotes } from '../../compare/labels.js'
import { code, text } from '../format/markdown.js'

export function comparisonMarkdown(comparison: Comparison): string {
  const blocks = [
    [`# ${text(comparison.file)}, as each stack says it`],
    stacksTable(comparison),
    ...reported(comparison),
    ['## Mechanisms'],
    overview(comparison),
    mechanismLegend(comparison).map((line) => `- ${line}`),
    ...[...groupBy(comparison.items, ({ kind }) => kind).values()].flatMap((items) =>
      kindBlocks(comparison, items),
    ),
    ['## What happens at run time'],
    ...relevantTopics(comparison).flatMap(({ topic, title }) => [
      [`### ${title}`],
      markdownTable([
        ['stacks', 'what happens'],
        ...sharedNotes(comparison.stacks, topic).map((note) => [
          stacksWord(note.stacks, comparison),
          note.text,
        ]),
      ]),
    ]),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const stacksTable = ({ stacks }: Comparison): readonly string[] =>
  markdownTable([
    ['stack', 'version', 'writes', 'items'],
    ...stacks.map((stack) => [stack.id, versionWord(stack), stateWord(stack), mechanismsOf(stack)]),
  ])

const reported = ({ stacks }: Comparison): readonly (readonly string[])[] =>
  stacks
    .filter((stack) => stack.reported.length > 0)
    .map((stack) => [
      `**${reportedTitle(stack)}.**`,
      '',
      ...stack.reported.map(
        ({ message, line, file, fix }) =>
          `- ${line === undefined ? '' : `${text(formatLine({ line, file }))}: `}${text(message)}${fix === undefined ? '' : `<br>Fix: ${text(fix)}`}`,
      ),
    ])

const overview = ({ items, stacks }: Comparison): readonly string[] =>
  markdownTable([
    ['item', ...stacks.map(({ id }) => id)],
    ...items.map((item) => [
      code(shortLabels(item)),
      ...stacks.map(({ cells }) => mechanismLabels[cells[item.id]?.mechanism ?? 'blocked']),
    ]),
  ])

const kindBlocks = (comparison: Comparison, items: readonly PlanItem[]): readonly (readonly string[])[] =>
  items.flatMap((item, index) => [
    ...(index === 0 ? [[`## ${kindTitles[item.kind]}`]] : []),
    [`### ${code(item.words)}`],
    [text(reasonOf(item))],
    ...needsOf(item).map((need) => [`Needs ${need}.`]),
    markdownTable([
      ['stacks', 'mechanism', 'where', 'lines'],
      ...alikeCells(comparison, item).map((alike) => cellRow(comparison, alike)),
    ]),
  ])

const cellRow = (comparison: Comparison, { stacks, cell, numbered }: Alike): readonly string[] => [
  stacksWord(stacks, comparison),
  mechanismText(cell),
  cell.locations.map((location) => code(locationText(location, numbered))).join('<br>'),
  [...[cell.why ?? [], cellNotes(cell)].flat().map(text), ...cell.locations.map(linesOf)].join('<br>'),
]

const linesOf = ({ lines }: Location): string => lines.map(code).join('<br>')
