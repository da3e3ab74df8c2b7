// The table of fixture × stack that a run prints: a letter for each generation in each cell, reasons below.
import { debians } from '../lab/rootfs.js'
import type { Debian } from '../lab/rootfs.js'
import { stackIds } from '../lab/stacks.js'
import type { StackId } from '../lab/stacks.js'
import type { Outcome, Result } from './results.js'

const signs: Readonly<Record<Outcome['kind'], string>> = {
  same: '=',
  differs: '≠',
  refused: 'r',
  'cannot run here': '-',
}

const legend = `= same as the plan  ≠ differs  r refused by capability  - cannot run here  · not in this run
in each cell Debian ${debians.join(', ')}`

export function formatTable(results: readonly Result[]): string {
  const fixtures = [...new Set(results.map(({ fixture }) => fixture))].sort()
  const stacks = stackIds.filter((stack) => results.some((result) => result.stack === stack))
  const generations = debians.filter((debian) => results.some((result) => result.debian === debian))
  const cellOf = (fixture: string, stack: StackId, debian: Debian): string => {
    const found = results.find(
      (one) => one.fixture === fixture && one.stack === stack && one.debian === debian,
    )
    return found === undefined ? '·' : signs[found.outcome.kind]
  }
  const rows = fixtures.map((fixture) => [
    fixture,
    ...stacks.map((stack) => generations.map((debian) => cellOf(fixture, stack, debian)).join('')),
  ])
  return [...aligned([['', ...stacks], ...rows]), '', legend, ...counts(results), ...reasons(results)].join(
    '\n',
  )
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => (row[n] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function counts(results: readonly Result[]): readonly string[] {
  const kinds = Object.keys(signs).map((kind) => {
    const count = results.filter(({ outcome }) => outcome.kind === kind).length
    return `${count} ${kind}`
  })
  return [kinds.join(', ')]
}

/** Refusals are the targets' own words, which the golden files have; what is missing on this machine is told once. */
function reasons(results: readonly Result[]): readonly string[] {
  const missing = results.flatMap(({ stack, debian, outcome }) =>
    outcome.kind === 'cannot run here' ? [`cannot run here: ${stack}, Debian ${debian}: ${outcome.why}`] : [],
  )
  return [...new Set(missing)]
}
