// A comparison as one page of Markdown: an overview, then a small table for each idea.
import {
  costs,
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
    ...told(comparison),
    ['## What it costs there'],
    ...overview(comparison),
    ...planItemKinds.flatMap((kind) =>
      kindBlocks(
        comparison,
        comparison.ideas.filter((idea) => idea.kind === kind),
      ),
    ),
    ['## What differs while the host lives'],
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
    ['stack', 'version', 'writes', 'ideas'],
    ...stacks.map((stack) => [stack.id, versionWord(stack), stateWord(stack), mechanismsOf(stack)]),
  ])

const told = ({ stacks }: Comparison): readonly (readonly string[])[] =>
  stacks
    .filter((stack) => stack.told.length > 0)
    .map(({ id, state, told: all }) => [
      state === 'refused' ? `**${id} is refused: it gets no file.**` : `**${id} loses something.**`,
      '',
      ...all.map(
        ({ message, line, fix }) =>
          `- ${line === undefined ? '' : `line ${line}: `}${text(message)}${fix === undefined ? '' : `<br>Way out: ${text(fix)}`}`,
      ),
    ])

function overview({ ideas, stacks }: Comparison): readonly (readonly string[])[] {
  const rows = ideas.map((idea) => [
    code(shortLabels(idea)),
    ...stacks.map(({ cells }) => mechanismLabels[cells[idea.id]?.cost ?? 'unwritten']),
  ])
  const used = new Set(ideas.flatMap(({ id }) => stacks.map(({ cells }) => cells[id]?.cost)))
  return [
    markdownTable([['idea', ...stacks.map(({ id }) => id)], ...rows]),
    costs
      .filter((cost) => used.has(cost))
      .map((cost) => `- ${mechanismLabels[cost]}: ${mechanismMeanings[cost]}`),
  ]
}

const kindBlocks = (comparison: Comparison, ideas: readonly PlanItem[]): readonly (readonly string[])[] =>
  ideas.flatMap((idea, index) => [
    ...(index === 0 ? [[`## ${kindTitles[idea.kind]}`]] : []),
    [`### ${code(idea.words)}`],
    [text(reasonOf(idea))],
    ...needsOf(idea).map((need) => [`Needs ${need}.`]),
    markdownTable([
      ['stacks', 'costs', 'where', 'lines'],
      ...alikeCells(comparison, idea).map((alike) => cellRow(comparison, alike)),
    ]),
  ])

function cellRow(comparison: Comparison, { stacks, cell, numbered }: Alike): readonly string[] {
  const words = [
    ...(cell.why === undefined ? [] : [text(cell.why)]),
    ...(cell.instead === undefined ? [] : [`Way out: ${text(cell.instead)}`]),
    ...cell.losses.map((loss) => `Loss: ${text(loss)}`),
  ]
  return [
    stacksWord(stacks, comparison),
    mechanismText(cell),
    cell.places.map((place) => code(locationText(place, numbered))).join('<br>'),
    [...words, ...cell.places.map(linesOf)].join('<br>'),
  ]
}

const linesOf = ({ lines }: Location): string => lines.map(code).join('<br>')
