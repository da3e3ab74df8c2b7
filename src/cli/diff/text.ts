// Text of a difference: rerouted packets first, then the kernel state.
import { columns, wrap } from '../format/columns.js'
import { countOf } from '../runtime/findings.js'
import { formatSummary, formatUnanalyzed, type DiffReport, type Row } from './report.js'
import { signed, stateSections } from './state.js'

const WIDTH = 100
const INDENT = '      '
const MAX_ROWS = 24

/** `all`: every row, not only those of the first scope, with the packets that are excluded from it. */
export function diffText(report: DiffReport, all: boolean): string {
  const { before, after } = report
  const unanalyzed = formatUnanalyzed(report)
  const sections = [
    [`${before.file} → ${after.file}`, ...formatSummary(report).map((line) => `  ${line}`)],
    rowLines(report.rows, all),
    unanalyzed.length === 0
      ? []
      : ['Not analyzed: compare `multihome trace` of both', ...unanalyzed.flatMap(wrapped)],
    ...stateSections(report).map(([title, lines]) => [title, ...signed(lines).map((line) => `  ${line}`)]),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')
}

function rowLines(rows: readonly Row[], all: boolean): readonly string[] {
  if (rows.length === 0) return []
  const shown = all ? rows : rows.filter(({ scope }) => scope === rows[0]?.scope).slice(0, MAX_ROWS)
  const [head = '', ...lines] = columns([
    ['FAMILY', 'SELECTOR', 'BEFORE', 'AFTER'],
    ...shown.map(({ families, selector, before, after }) => [families, selector, before, after]),
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
