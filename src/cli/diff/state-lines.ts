// What goes and what comes, a line each: the lines that a part of the state becomes, whichever it is.
import type { Change } from '../../diff/difference.js'
import type { Origin } from '../../plan/plan.js'
import { columns } from '../format/columns.js'
import type { Side, Sides } from './inputs.js'

export interface StateLine {
  /** `~`: several at once of which nothing but the number changed. */
  readonly sign: '-' | '+' | '~'
  /** As many in each line of a section; none where `why` says all. */
  readonly cells: readonly string[]
  /** The line of the description that the sign means, and what it serves; empty where there is none. */
  readonly why: string
}

/** Its sign, then columns, then what it is for. */
export function signed(
  lines: readonly StateLine[],
  signs = { '-': '-', '+': '+', '~': '~' },
): readonly string[] {
  const rows = columns(lines.flatMap(({ cells, why }) => (cells.length === 0 ? [] : [[...cells, why]])))
  const next = rows.values()
  return lines.map(
    ({ sign, cells, why }) => `${signs[sign]} ${cells.length === 0 ? why : (next.next().value ?? '')}`,
  )
}

/** For each change what goes and what comes. */
export const changesOf =
  (sides: Sides) =>
  <T extends { readonly origin: Origin }>(
    changes: readonly Change<T>[],
    cellsOf: (one: T, sign: '-' | '+') => readonly string[],
  ): readonly (readonly StateLine[])[] =>
    changes.map((change) => [
      ...('before' in change ? [lineOf('-', change.before, sides.before, cellsOf)] : []),
      ...('after' in change ? [lineOf('+', change.after, sides.after, cellsOf)] : []),
    ])

/** What is said of IPv4 and then of IPv6 in the same words is said once, for both. */
export function byFamily(changes: readonly (readonly StateLine[])[]): readonly StateLine[] {
  const told = new Map<string, Set<string>>()
  const firsts = new Map<string, readonly StateLine[]>()
  for (const lines of changes) {
    const words = JSON.stringify(lines.map(({ sign, cells: [, ...cells], why }) => [sign, cells, why]))
    const family = lines[0]?.cells[0] ?? ''
    // The same words twice in one family are two things.
    const key = told.get(words)?.has(family) === true ? `${words} ${firsts.size}` : words
    if (!firsts.has(key)) firsts.set(key, lines)
    told.set(key, (told.get(key) ?? new Set()).add(family))
  }
  return [...firsts].flatMap(([key, lines]) => {
    const family = [...(told.get(key) ?? [])].join(', ')
    return lines.map((line) => ({ ...line, cells: [family, ...line.cells.slice(1)] }))
  })
}

const lineOf = <T extends { readonly origin: Origin }>(
  sign: '-' | '+',
  one: T,
  side: Side,
  cellsOf: (one: T, sign: '-' | '+') => readonly string[],
): StateLine => ({ sign, cells: cellsOf(one, sign), why: whyOf(one.origin, side) })

export const whyOf = ({ path, reason, comment }: Origin, side: Side): string =>
  `line ${side.lineOf(path)}: ${reason}${comment === undefined ? '' : `: ${comment}`}`
