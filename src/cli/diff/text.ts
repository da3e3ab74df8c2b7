// A difference for the terminal: what happens to packets first, then the kernel state that does it.
import { printable } from '../../diagnostics/sanitize.js'
import { columns } from '../format/columns.js'
import { formatExample, placeholdersIn } from './example.js'
import { groundsOf } from './deciding-entry.js'
import { signed } from './state-lines.js'
import type { Sides } from './inputs.js'
import { stateSections } from './state.js'
import { scopes, storiesOf, type Scope, type Story } from './groups.js'
import { formatSummary } from './summary.js'
import { countOf } from '../runtime/findings.js'
import { formatUnanalyzed } from './unanalyzed.js'
import { wrap } from '../format/wrap.js'

const WIDTH = 100

/** `all`: each kind of packets in full. */
export function diffText(sides: Sides, all: boolean): string {
  const { before, after } = sides
  const stories = storiesOf(sides)
  const sections = [
    [
      `${printable(before.file)} → ${printable(after.file)}`,
      ...formatSummary(sides, stories).map((words) => `  ${words}`),
    ],
    ...packetsSections(stories, sides, all),
    ...unexaminedSection(sides),
    ...stateSections(sides).map(({ title, lines }) => [
      title,
      ...signed(lines).map((line) => `  ${printable(line)}`),
    ]),
  ]
  return sections.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n')
}

const titles: Readonly<Record<Scope, string>> = {
  wide: 'Packets',
  source: 'Packets of this host with another source',
  near: 'Packets to networks of links',
  bound: 'Packets of sockets that are bound to a link',
}

/** So many are told in full, the next in a sentence each, and of what is left how many they are. */
const MAX_ITEMS = { full: 8, short: 24 }

/** The first scope that there is, and the others in short. */
function packetsSections(
  stories: readonly Story[],
  sides: Sides,
  all: boolean,
): readonly (readonly string[])[] {
  return scopes.flatMap((scope) => {
    const told = stories.filter((story) => story.scope === scope)
    if (told.length === 0) return []
    const full = all ? told.length : scope === stories[0]?.scope ? MAX_ITEMS.full : 0
    // Few programs bind their sockets to a link.
    const shown = all ? told.length : full === 0 && scope === 'bound' ? 0 : MAX_ITEMS.short
    const left = told.length - shown
    return [
      [
        titles[scope],
        ...told.slice(0, shown).flatMap((story, index) => storyLines(story, sides, index < full)),
        ...(left > 0 ? [`  ${countOf(left, shown === 0 ? 'kind' : 'other')}: --all tells them`] : []),
      ],
    ]
  })
}

function unexaminedSection(sides: Sides): readonly (readonly string[])[] {
  const told = formatUnanalyzed(sides)
  if (told.length === 0) return []
  const lines = told.flatMap((words) =>
    wrap(words, WIDTH - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`),
  )
  return [['Packets that were not examined: ask `multihome trace` of both', ...lines.map(printable)]]
}

function storyLines(story: Story, sides: Sides, isFull: boolean): readonly string[] {
  const [first = '', ...others] = wrap(`${story.packets} ${story.fate}`, WIDTH - 4)
  const sentence = [`  ${first}`, ...others.map((line) => `    ${line}`)]
  if (!isFull) return sentence
  const [move] = story.moves
  const grounds = groundsOf(move, sides).map(({ words, line, why }, index) => [
    words,
    line === undefined ? '' : `${(index === 0 ? sides.before : sides.after).file}:${line}`,
    why,
  ])
  const [before = '', after = ''] = columns(grounds)
  return [
    ...sentence,
    ...labelled(
      'for example',
      story.moves.map((one) => formatExample(one, sides)),
    ),
    ...labelled('where', placeholdersIn(move, sides.difference)),
    // The address alone is another.
    ...(grounds[0]?.[0] === grounds[1]?.[0]
      ? labelled('by', [after])
      : [...labelled('before', [before]), ...labelled('after', [after])]),
    ...labelled(
      'but not',
      story.exceptions.flatMap((words) => wrap(words, WIDTH - LABEL - 4)),
    ),
  ].map(printable)
}

const LABEL = 13

/** The label in front of the first line. */
const labelled = (label: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `    ${(index === 0 ? label : '').padEnd(LABEL)}${line}`)
