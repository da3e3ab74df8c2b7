// What the page's own program needs beside what stands in the page: the plan, and how each stack says each idea.
import type { Cell, Comparison, Mechanism, PlanItemKind } from '../../compare/comparison.js'
import { mechanismText } from '../../compare/labels.js'
import type { KernelPlan } from '../../plan/plan.js'

export interface PageData {
  readonly plan: KernelPlan
  readonly ideas: readonly PageItem[]
  readonly stacks: readonly PageStack[]
  /** Each that is met once. */
  readonly cells: readonly PageCell[]
}

export interface PageItem {
  readonly kind: PlanItemKind
  readonly parts: readonly number[]
  readonly line?: number
}

export interface PageStack {
  readonly id: string
  /** For each idea, in order, the number of its cell in `cells`. */
  readonly cells: readonly number[]
}

export interface PageCell {
  readonly cost: Mechanism
  /** `native (≥ 1.42)`. */
  readonly label: string
  /** Why it is not there, what is lost, what there is to know. */
  readonly remarks: readonly string[]
}

export function dataOf(comparison: Comparison, plan: KernelPlan): PageData {
  const numbers = new Map<string, number>()
  const numberOf = (cell: PageCell): number => {
    const text = JSON.stringify(cell)
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  return {
    plan: withoutText(plan),
    ideas: comparison.items.map(({ kind, parts, line }) => ({
      kind,
      parts,
      ...(line === undefined ? {} : { line }),
    })),
    stacks: comparison.stacks.map(({ id, cells }) => ({
      id,
      cells: comparison.items.map((idea) => numberOf(cellOf(cells[idea.id]))),
    })),
    cells: [...numbers.keys()].map((text) => JSON.parse(text) as PageCell),
  }
}

/** Why a rule is there stands in the page already; its program tells origins apart, and reads none. */
const withoutText = (plan: KernelPlan): KernelPlan =>
  JSON.parse(
    JSON.stringify(plan, (key, value: unknown) => (key === 'origin' ? { path: [], reason: '' } : value)),
  ) as KernelPlan

function cellOf(cell: Cell | undefined): PageCell {
  const { mechanism } = cell ?? { mechanism: 'blocked' }
  return {
    cost: mechanism,
    label: mechanismText(cell ?? { mechanism }),
    remarks: cell === undefined ? [] : remarksOf(cell),
  }
}

export const remarksOf = ({ why, alternative, limitations, notes }: Cell): readonly string[] => [
  ...new Set([
    ...(why === undefined ? [] : [why]),
    ...(alternative === undefined ? [] : [alternative]),
    ...limitations,
    ...notes,
  ]),
]
