// What the page's own program needs beside what stands in the page: the plan, and how each stack says each idea.
import type { Cell, Comparison, Cost, IdeaKind } from '../compare/comparison.js'
import type { KernelPlan } from '../plan/plan.js'

export interface PageData {
  readonly plan: KernelPlan
  readonly ideas: readonly PageIdea[]
  readonly stacks: readonly PageStack[]
}

export interface PageIdea {
  readonly kind: IdeaKind
  readonly parts: readonly number[]
  readonly line?: number
}

export interface PageStack {
  readonly id: string
  /** In the order of the ideas. */
  readonly cells: readonly PageCell[]
}

export interface PageCell {
  readonly cost: Cost
  readonly since?: string
  /** Why it is not there, what is lost, what there is to know. */
  readonly remarks: readonly string[]
}

export const dataOf = (comparison: Comparison, plan: KernelPlan): PageData => ({
  plan,
  ideas: comparison.ideas.map(({ kind, parts, line }) => ({
    kind,
    parts,
    ...(line === undefined ? {} : { line }),
  })),
  stacks: comparison.stacks.map(({ id, cells }) => ({
    id,
    cells: comparison.ideas.map((idea) => cellOf(cells[idea.id])),
  })),
})

const cellOf = (cell: Cell | undefined): PageCell => ({
  cost: cell?.cost ?? 'unwritten',
  ...(cell?.since === undefined ? {} : { since: cell.since }),
  remarks: cell === undefined ? [] : remarksOf(cell),
})

export const remarksOf = ({ why, instead, losses, notes }: Cell): readonly string[] => [
  ...new Set([
    ...(why === undefined ? [] : [why]),
    ...(instead === undefined ? [] : [instead]),
    ...losses,
    ...notes,
  ]),
]
