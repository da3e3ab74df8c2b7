// Text of a difference: rerouted packets first, then the kernel state.
import { columns, wrap } from '../format/columns.js'
import { countOf } from '../runtime/findings.js'
import type { Row } from './report.js'
import { signed } from './state.js'
import type { DiffView } from './view.js'

const WIDTH = 100
const INDENT = '      '
const MAX_ROWS = 24

/** `all`: every row, not only those of the first scope, with the packets that are excluded from it. */
export function diffText(view: DiffView, all: boolean): string {
  const head = [`${view.before} → ${view.after}`, ...view.summary.map((line) => `  ${line}`)]
  return [head, ...diffBlocks(view, all)].map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n')
}

/** Without the summary; none of them is empty. */
export function diffBlocks(
  { rows, unanalyzed, sections }: DiffView,
  all: boolean,
): readonly (readonly string[])[] {
  const blocks = [
    rowLines(rows, all),
    unanalyzed.length === 0
      ? []
      : ['Not analyzed: compare `multihome trace` of both', ...unanalyzed.flatMap(wrapped)],
    ...sections.map(([title, lines]) => [title, ...signed(lines).map((line) => `  ${line}`)]),
  ]
  return blocks.filter((lines) => lines.length > 0)
}

function rowLines(rows: readonly Row[], all: boolean): readonly string[] {
  if (rows.length === 0) return []
  const shown = all ? rows : rows.filter(({ scope }) => scope === rows[0]?.scope).slice(0, MAX_ROWS)
  const [head = '', ...lines] = columns([
    ['FAMILY', 'SELECTOR', 'BEFORE', 'AFTER'],
    ...shown.map(({ families, selector, before, after, lines: [old, now] }) => [
      families,
      selector,
      `${before}${old}`,
      `${after}${now}`,
    ]),
  ])
  const hidden = [
    ...(shown.some(({ exclusions }) => exclusions.length > 0) ? ['the exclusions'] : []),
    ...(shown.length === rows.length ? [] : [countOf(rows.length - shown.length, 'more row')]),
  ]
  return [
    'Rerouted packets',
    `  ${head}`,
    ...shown.flatMap(({ examples, exclusions }, index) => [
      `  ${lines[index] ?? ''}`,
      ...examples.map((example) => `${INDENT}e.g. ${example}`),
      ...(exclusions.length === 0 || !all ? [] : wrapped(`except ${exclusions.join('; ')}`)),
    ]),
    ...(hidden.length === 0 || all ? [] : [`  --all shows ${hidden.join(' and ')}`]),
  ]
}

const wrapped = (text: string): readonly string[] =>
  wrap(text, WIDTH - INDENT.length - 2).map((line, index) => `${INDENT}${index === 0 ? '' : '  '}${line}`)
