// How is each line of an output led back to its idea? By a twin of the plan whose origins are numbers.
import type { KernelPlan, Origin } from '../plan/plan.js'
import { planItemKinds, type PlanItem, type PlanItemId, type PlanItemKind } from './comparison.js'

/**
 * Every target comments each block of its files with the origin of what it holds (`commentOf`), and that is all it does
 * with an origin. So the twin's files have the same lines but for the comments, which name numbers.
 */
export interface NumberedPlan {
  readonly plan: KernelPlan
  readonly itemOf: (number: number) => PlanItemId | undefined
}

export function numberedPlan(plan: KernelPlan, ideas: readonly PlanItem[]): NumberedPlan {
  const numberOf = new Map<string, number>()
  const ids: PlanItemId[] = []
  for (const { id, kind, parts } of ideas)
    for (const part of parts) {
      numberOf.set(`${kind}-${part}`, ids.length)
      ids.push(id)
    }
  const originOf = (kind: PlanItemKind, part: number): Origin => {
    const number = numberOf.get(`${kind}-${part}`) ?? -1
    return { path: [number], reason: `idea ${number}` }
  }
  const number = <T extends { readonly origin: Origin }>(kind: PlanItemKind, things: readonly T[]) =>
    things.map((thing, part) => ({ ...thing, origin: originOf(kind, part) }))
  return {
    plan: {
      ...plan,
      links: number('link', plan.links),
      tables: number('table', plan.tables),
      rules: number('rule', plan.rules),
      routes: number('route', plan.routes),
      followed: number('followed', plan.followed),
      balances: number('balance', plan.balances),
      sysctls: number('sysctl', plan.sysctls),
      marks: number('mark', plan.marks),
    },
    itemOf: (number) => ids[number],
  }
}

/** Of a line of comment without its sign. */
export function numberIn(comment: string): number | undefined {
  const found = /\bidea (\d+)$/.exec(comment)
  return found === null ? undefined : Number(found[1])
}

export const kindOf = (id: PlanItemId): PlanItemKind | undefined =>
  planItemKinds.find((kind) => id.startsWith(`${kind}-`))
