// The rail along which a packet goes down the rules, and the leaps of `goto` over some of them.
import { edge, edges } from './svg.js'
import type { RuleRow } from '../model/rule-rows.js'
import { html, type Markup } from '../markup.js'

/** `ys`: the middle of each row, by key. */
export function railPart(
  rows: readonly RuleRow[],
  ys: ReadonlyMap<string, number>,
  x: number,
  top: number,
): Markup {
  const at = (row: RuleRow): number => ys.get(row.key) ?? top
  const segments = rows.map((row, index) => {
    const before = rows[index - 1]
    return edge(
      `M${x} ${before === undefined ? top : at(before)}V${at(row)}`,
      { from: before?.key ?? 'in', to: row.key },
      'rail',
    )
  })
  const leaps = rows.flatMap((row) => {
    const target = row.goto === undefined ? undefined : rows.find(({ pref }) => pref === row.goto)
    if (target === undefined) return []
    const [start, end] = [at(row), at(target)]
    return [
      edge(
        `M${x} ${start}H${x - 7}V${end}H${x}M${x - 4} ${end - 3}L${x} ${end}L${x - 4} ${end + 3}`,
        { from: row.key, to: target.key },
        'leap',
      ),
    ]
  })
  const dots = rows.map(
    (row) => html`<circle class="dot" data-key="${row.key}" cx="${x}" cy="${at(row)}" r="4" />`,
  )
  return html`${edges([...segments, ...leaps])}${dots}`
}
