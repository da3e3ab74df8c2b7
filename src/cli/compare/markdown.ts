// Comparison as Markdown: an overview, then a table for each item.
import {
  mechanisms,
  planItemKinds,
  type Comparison,
  type PlanItem,
  type Location,
} from '../../compare/comparison.js'
import { markdownTable } from '../format/columns.js'
import {
  alikeCells,
  mechanismsOf,
  needsOf,
  locationText,
  reasonOf,
  shortLabels,
  stacksWord,
  stateWord,
  versionWord,
  type Alike,
} from './rows.js'
import {
  kindTitles,
  mechanismLabels,
  mechanismMeanings,
  mechanismText,
  relevantTopics,
  sharedNotes,
} from '../../compare/labels.js'
import { code, text } from '../format/markdown.js'

export function comparisonMarkdown(comparison: Comparison): string {
  const blocks = [
    [`# ${text(comparison.file)}, as each stack says it`],
    stacksTable(comparison),
    ...reported(comparison),
    ['## Mechanisms'],
    ...overview(comparison),
    ...planItemKinds.flatMap((kind) =>
      kindBlocks(
        comparison,
        comparison.items.filter((item) => item.kind === kind),
      ),
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
    .map(({ id, state, reported: all }) => [
      state === 'refused' ? `**${id} refuses the plan: nothing is written.**` : `**${id} has limitations.**`,
      '',
      ...all.map(
        ({ message, line, fix }) =>
          `- ${line === undefined ? '' : `line ${line}: `}${text(message)}${fix === undefined ? '' : `<br>Fix: ${text(fix)}`}`,
      ),
    ])

function overview({ items, stacks }: Comparison): readonly (readonly string[])[] {
  const rows = items.map((item) => [
    code(shortLabels(item)),
    ...stacks.map(({ cells }) => mechanismLabels[cells[item.id]?.mechanism ?? 'blocked']),
  ])
  const used = new Set(items.flatMap(({ id }) => stacks.map(({ cells }) => cells[id]?.mechanism)))
  return [
    markdownTable([['item', ...stacks.map(({ id }) => id)], ...rows]),
    mechanisms
      .filter((mechanism) => used.has(mechanism))
      .map((mechanism) => `- ${mechanismLabels[mechanism]}: ${mechanismMeanings[mechanism]}`),
  ]
}

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

function cellRow(comparison: Comparison, { stacks, cell, numbered }: Alike): readonly string[] {
  const words = [
    ...(cell.why === undefined ? [] : [text(cell.why)]),
    ...(cell.alternative === undefined ? [] : [`Fix: ${text(cell.alternative)}`]),
    ...cell.limitations.map((limitation) => `Limitation: ${text(limitation)}`),
  ]
  return [
    stacksWord(stacks, comparison),
    mechanismText(cell),
    cell.locations.map((location) => code(locationText(location, numbered))).join('<br>'),
    [...words, ...cell.locations.map(linesOf)].join('<br>'),
  ]
}

const linesOf = ({ lines }: Location): string => lines.map(code).join('<br>')
