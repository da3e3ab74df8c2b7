// Rail of the rules, along which a packet moves down, with the jumps of `goto`.
import { edge, edges } from './svg.js'
import type { RuleRow } from '../model/rule-rows.js'
import { html, type Markup } from '../markup.js'

/** `ys`: vertical middle of each row, by key. */
export function drawRail(
  rows: readonly RuleRow[],
  ys: ReadonlyMap<string, number>,
  x: number,
  top: number,
): Markup {
  const yOf = (row: RuleRow): number => ys.get(row.key) ?? top
  const segments = rows.map((row, index) => {
    const before = rows[index - 1]
    return edge(
      `M${x} ${before === undefined ? top : yOf(before)}V${yOf(row)}`,
      { from: before?.key ?? 'in', to: row.key },
      'rail',
    )
  })
  const jumps = rows.flatMap((row) => {
    const target = row.goto === undefined ? undefined : rows.find(({ pref }) => pref === row.goto)
    if (target === undefined) return []
    const [start, end] = [yOf(row), yOf(target)]
    return [
      edge(
        `M${x} ${start}H${x - 7}V${end}H${x}M${x - 4} ${end - 3}L${x} ${end}L${x - 4} ${end + 3}`,
        { from: row.key, to: target.key },
        'jump',
      ),
    ]
  })
  const dots = rows.map(
    (row) => html`<circle class="dot" data-key="${row.key}" cx="${x}" cy="${yOf(row)}" r="4" />`,
  )
  return html`${edges([...segments, ...jumps])}${dots}`
}
