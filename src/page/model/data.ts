// Data of the page’s script: the plan, and by target how it supports each plan item.
import type { Cell, Comparison, Mechanism, PlanItem } from '../../compare/comparison.js'
import { mechanismText } from '../../compare/labels.js'
import type { KernelPlan } from '../../plan/plan.js'

export interface PageData {
  readonly plan: KernelPlan
  readonly items: readonly PageItem[]
  readonly targets: readonly PageTarget[]
  /** Distinct cells; targets refer to them by index. */
  readonly cells: readonly PageCell[]
}

export type PageItem = Pick<PlanItem, 'kind' | 'parts' | 'line' | 'file'>

export interface PageTarget {
  readonly id: string
  /** By plan item, its index in `cells`. */
  readonly cells: readonly number[]
}

export interface PageCell {
  readonly mechanism: Mechanism
  /** `native (≥ 1.42)`. */
  readonly label: string
  readonly remarks: readonly string[]
}

export function pageData(comparison: Comparison, plan: KernelPlan): PageData {
  const indices = new Map<string, number>()
  const indexOf = (cell: PageCell): number => {
    const text = JSON.stringify(cell)
    const index = indices.get(text) ?? indices.size
    indices.set(text, index)
    return index
  }
  return {
    plan: withoutPaths(plan),
    items: comparison.items.map(({ kind, parts, line, file }) => ({ kind, parts, line, file })),
    targets: comparison.stacks.map(({ id, cells }) => ({
      id,
      cells: comparison.items.map((item) => indexOf(pageCell(cells[item.id]))),
    })),
    cells: [...indices.keys()].map((text) => JSON.parse(text) as PageCell),
  }
}

/** The script compares origins by identity, and shows their reasons when it draws the plan with leases. */
const withoutPaths = (plan: KernelPlan): KernelPlan =>
  JSON.parse(JSON.stringify(plan, (key, value: unknown) => (key === 'path' ? [] : value))) as KernelPlan

function pageCell(cell: Cell | undefined): PageCell {
  const { mechanism } = cell ?? { mechanism: 'blocked' }
  return {
    mechanism,
    label: mechanismText(cell ?? { mechanism }),
    remarks: cell === undefined ? [] : remarksOf(cell),
  }
}

/** Why nothing is written, the fix, limitations, notes; each once. */
export const remarksOf = ({ why, alternative, limitations, notes }: Cell): readonly string[] => [
  ...new Set([
    ...(why === undefined ? [] : [why]),
    ...(alternative === undefined ? [] : [alternative]),
    ...limitations,
    ...notes,
  ]),
]
