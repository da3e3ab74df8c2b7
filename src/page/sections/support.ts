// Third part of the page: what each idea costs in each stack; ideas that cost the same everywhere share a row.
import {
  mechanisms,
  planItemKinds,
  type Cell,
  type Comparison,
  type PlanItem,
  type PlanItemKind,
} from '../../compare/comparison.js'
import { kindNouns, mechanismLabels, mechanismMeanings, mechanismText } from '../../compare/labels.js'
import { remarksOf } from '../model/data.js'
import { html, prose, type Markup } from '../markup.js'

interface SupportRow {
  readonly kind: PlanItemKind
  readonly ideas: readonly PlanItem[]
  readonly cells: readonly (Cell | undefined)[]
}

export function supportSection(comparison: Comparison): Markup {
  const { stacks } = comparison
  const rows = rowsOf(comparison)
  const remarks = [
    ...new Set(
      rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell === undefined ? [] : remarksOf(cell)))),
    ),
  ]
  const used = mechanisms.filter((cost) =>
    rows.some(({ cells }) => cells.some((cell) => cell?.mechanism === cost)),
  )
  return html` <section id="costs" aria-labelledby="costs-title">
    <h2 id="costs-title">What it costs</h2>
    <dl class="legend">
      ${used.map(
        (cost) =>
          html`<div>
            <dt><span class="badge ${cost}">${mechanismLabels[cost]}</span></dt>
            <dd>${mechanismMeanings[cost]}</dd>
          </div> `,
      )}
    </dl>
    <div class="box" tabindex="0" role="region" aria-label="Costs by idea and stack">
      <table class="costs">
        <thead>
          <tr>
            <th scope="col">Idea</th>
            ${stacks.map(({ id }) => html`<th scope="col">${id}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                <th scope="row">${titleOf(row)}</th>
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

function rowsOf({ items: ideas, stacks }: Comparison): readonly SupportRow[] {
  const rows = new Map<string, SupportRow>()
  for (const idea of ideas) {
    const cells = stacks.map((stack) => stack.cells[idea.id])
    const key = JSON.stringify([
      idea.kind,
      cells.map((cell) => (cell === undefined ? [] : [cell.mechanism, cell.since, remarksOf(cell)])),
    ])
    const same = rows.get(key)
    rows.set(
      key,
      same === undefined
        ? { kind: idea.kind, ideas: [idea], cells }
        : { ...same, ideas: [...same.ideas, idea] },
    )
  }
  return [...rows.values()].sort((a, b) => planItemKinds.indexOf(a.kind) - planItemKinds.indexOf(b.kind))
}

function titleOf({ kind, ideas }: SupportRow): Markup {
  const [one, many] = kindNouns[kind]
  const [first] = ideas
  return ideas.length === 1
    ? html`${one} <code>${first?.words}</code>`
    : html`<details>
        <summary>${ideas.length} ${many}</summary>
        <ul>
          ${ideas.map(({ words }) => html`<li><code>${words}</code></li>`)}
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
