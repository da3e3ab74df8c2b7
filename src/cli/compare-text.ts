// A comparison for the terminal: an overview, then each idea as the stacks say it, in lines of a hundred characters.
import {
  costs,
  ideaKinds,
  type Cell,
  type ComparedStack,
  type Comparison,
  type Cost,
  type Idea,
} from '../compare/comparison.js'
import { columns } from './columns.js'
import {
  alikeCells,
  alikeFacts,
  costMeanings,
  costsOf,
  costWords,
  kindPlurals,
  kindTitles,
  needsOf,
  placeWord,
  reasonOf,
  shortWords,
  stacksWord,
  stateWord,
  topicsOf,
  versionWord,
  type Alike,
} from './compare-rows.js'
import { wrapped } from './wrapped.js'

const WIDTH = 100

export function comparisonText(comparison: Comparison): string {
  const sections = [
    stacksSection(comparison),
    ...refusals(comparison.stacks),
    overview(comparison),
    ...ideaKinds.flatMap((kind) =>
      kindSection(
        comparison,
        comparison.ideas.filter((idea) => idea.kind === kind),
      ),
    ),
    behaviour(comparison),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const indented = (indent: number, lines: readonly string[]): readonly string[] =>
  lines.map((line) => `${' '.repeat(indent)}${line}`)

const paragraph = (indent: number, text: string): readonly string[] =>
  indented(indent, wrapped(text, WIDTH - indent))

function stacksSection({ file, stacks }: Comparison): readonly string[] {
  const rows = stacks.map((stack) => [stack.id, versionWord(stack), stateWord(stack), costsOf(stack)])
  return [
    `${file}, as each stack says it`,
    ...indented(2, columns([['STACK', 'VERSION', 'WRITES', 'IDEAS'], ...rows])),
  ]
}

const refusals = (stacks: readonly ComparedStack[]): readonly (readonly string[])[] =>
  stacks
    .filter(({ told }) => told.length > 0)
    .map(({ id, state, told }) => [
      state === 'refused' ? `${id} is refused: it gets no file` : `${id} loses something`,
      ...told.flatMap(({ message, line, help }) => [
        ...paragraph(2, `${line === undefined ? '' : `line ${line}: `}${message}`),
        ...(help === undefined ? [] : paragraph(4, `Way out: ${help}`)),
      ]),
    ])

/** One column for each stack; ideas of one kind that cost the same everywhere share a row. */
function overview({ ideas, stacks }: Comparison): readonly string[] {
  const rows = new Map<string, { readonly costs: readonly Cost[]; readonly ideas: Idea[] }>()
  for (const idea of ideas) {
    const all = stacks.map(({ cells }) => cells[idea.id]?.cost ?? 'unwritten')
    const key = [idea.kind, ...all].join(' ')
    const row = rows.get(key)
    if (row === undefined) rows.set(key, { costs: all, ideas: [idea] })
    else row.ideas.push(idea)
  }
  const all = [...rows.values()]
  const others = columns([
    stacks.map(({ id }) => id),
    ...all.map((row) => row.costs.map((cost) => costWords[cost])),
  ])
  const room = Math.max(16, WIDTH - 4 - Math.max(...others.map((line) => line.length)))
  const names = ['IDEAS', ...all.map((row) => cut(rowWords(row.ideas), room))]
  const used = new Set(all.flatMap((row) => row.costs))
  return [
    'What it costs there',
    ...indented(2, columns(names.map((name, index) => [name, others[index] ?? '']))),
    '',
    ...costs
      .filter((cost) => used.has(cost))
      .flatMap((cost) => paragraph(2, `${costWords[cost]}: ${costMeanings[cost]}`)),
  ]
}

/** `rule 17000 fwmark …`, or `12 rules`. */
function rowWords(ideas: readonly Idea[]): string {
  const [first, ...others] = ideas
  if (first === undefined) return ''
  if (others.length > 0) return `${ideas.length} ${kindPlurals[first.kind]}`
  const words = shortWords(first)
  return first.kind === 'link' || first.kind === 'table' ? words : `${first.kind} ${words}`
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`

function kindSection(comparison: Comparison, ideas: readonly Idea[]): readonly (readonly string[])[] {
  const [first] = ideas
  if (first === undefined) return []
  return ideas.map((idea) => [
    ...(idea === first ? [kindTitles[idea.kind], ''] : []),
    ...paragraph(0, idea.words),
    ...paragraph(2, reasonOf(idea)),
    ...needsOf(idea).flatMap((need) => paragraph(2, `needs ${need}`)),
    ...alikeCells(comparison, idea).flatMap((alike) => cellLines(comparison, alike)),
  ])
}

function cellLines(comparison: Comparison, { stacks, cell, numbered }: Alike): readonly string[] {
  const since = cell.since === undefined ? '' : ` (since ${cell.since})`
  const head = `${stacksWord(stacks, comparison)}: ${costWords[cell.cost]}${since}`
  return [
    ...paragraph(4, cell.why === undefined ? head : `${head}: ${cell.why}`),
    ...(cell.instead === undefined ? [] : paragraph(6, `Way out: ${cell.instead}`)),
    ...cell.losses.flatMap((loss) => paragraph(6, `loss: ${loss}`)),
    ...placeLines(cell, numbered),
  ]
}

/** The files’ own lines are never broken: they are to be found again. */
const placeLines = ({ places }: Cell, numbered: boolean): readonly string[] =>
  places.flatMap((place) => [...indented(6, [placeWord(place, numbered)]), ...indented(8, place.lines)])

function behaviour(comparison: Comparison): readonly string[] {
  return [
    'What differs while the host lives',
    ...topicsOf(comparison).flatMap(({ topic, title }) => [
      '',
      `  ${title}`,
      ...alikeFacts(comparison, topic).flatMap(({ stacks, text }) =>
        paragraph(4, `${stacksWord(stacks, comparison)}: ${text}`),
      ),
    ]),
  ]
}
