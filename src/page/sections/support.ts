// Support section of the page: the mechanism of each plan item on each target. Items with equal cells share a row.
import {
  mechanisms,
  planItemKinds,
  type Cell,
  type Comparison,
  type PlanItem,
  type PlanItemKind,
} from '../../compare/comparison.js'
import { mechanismLabels } from '../../compare/comparison.js'
import { kindNouns, mechanismMeanings, mechanismText } from '../../compare/labels.js'
import { groupBy } from '../../stdlib/group-by.js'
import { remarksOf } from '../model/data.js'
import { html, prose, type Markup } from '../markup.js'

interface SupportRow {
  readonly kind: PlanItemKind
  readonly items: readonly PlanItem[]
  readonly cells: readonly (Cell | undefined)[]
}

export function supportSection(comparison: Comparison): Markup {
  const { stacks } = comparison
  const rows = supportRows(comparison)
  const remarks = [
    ...new Set(
      rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell === undefined ? [] : remarksOf(cell)))),
    ),
  ]
  const used = mechanisms.filter((mechanism) =>
    rows.some(({ cells }) => cells.some((cell) => cell?.mechanism === mechanism)),
  )
  return html` <section id="support" aria-labelledby="support-title">
    <h2 id="support-title">How each stack supports it</h2>
    <dl class="legend">
      ${used.map(
        (mechanism) =>
          html`<div>
            <dt><span class="badge ${mechanism}">${mechanismLabels[mechanism]}</span></dt>
            <dd>${mechanismMeanings[mechanism]}</dd>
          </div> `,
      )}
    </dl>
    <div class="table-box" tabindex="0" role="region" aria-label="Mechanism by plan item and stack">
      <table>
        <thead>
          <tr>
            <th scope="col">Plan item</th>
            ${stacks.map(({ id }) => html`<th scope="col">${id}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                <th scope="row">${rowTitle(row)}</th>
                ${row.cells.map((cell) => cellMarkup(cell, remarks))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${
      remarks.length === 0
        ? undefined
        : html`<ol class="remarks">
            ${remarks.map((remark) => html`<li>${prose(remark)}</li> `)}
          </ol>`
    }
  </section>`
}

function supportRows({ items, stacks }: Comparison): readonly SupportRow[] {
  const cellsOf = ({ id }: PlanItem): SupportRow['cells'] => stacks.map(({ cells }) => cells[id])
  const groups = groupBy(items, (item) =>
    JSON.stringify([
      item.kind,
      cellsOf(item).map((cell) => cell && [cell.mechanism, cell.since, remarksOf(cell)]),
    ]),
  )
  return [...groups.values()]
    .map((group) => ({ kind: group[0].kind, items: group, cells: cellsOf(group[0]) }))
    .sort((a, b) => planItemKinds.indexOf(a.kind) - planItemKinds.indexOf(b.kind))
}

function rowTitle({ kind, items }: SupportRow): Markup {
  const [one, many] = kindNouns[kind]
  const [first] = items
  return items.length === 1
    ? html`${one} <code>${first?.words}</code>`
    : html`<details>
        <summary>${items.length} ${many}</summary>
        <ul>
          ${items.map(({ words }) => html`<li><code>${words}</code></li>`)}
        </ul>
      </details>`
}

function cellMarkup(cell: Cell | undefined, remarks: readonly string[]): Markup {
  if (cell === undefined) return html`<td></td>`
  const numbers = remarksOf(cell).map((remark) => remarks.indexOf(remark) + 1)
  return html`<td>
    <span class="badge ${cell.mechanism}">${mechanismText(cell)}</span>${
      numbers.length === 0 ? undefined : html` <sup>${numbers.join(' ')}</sup>`
    }
  </td>`
}
