// Parts of a plan by table and by name: a host may have a thousand links, each with a table of its own.
import { groupBy } from '../../stdlib/group-by.js'
import { memoizeLast } from '../../stdlib/memoize.js'
import type { LinkName } from '../../kernel/link.js'
import type { TableId } from '../../kernel/table.js'
import type { KernelPlan, PlannedLink, Route, Rule } from '../../plan/plan.js'

interface Index {
  readonly routes: ReadonlyMap<TableId, readonly Route[]>
  readonly rules: ReadonlyMap<TableId | undefined, readonly Rule[]>
  readonly links: ReadonlyMap<LinkName, PlannedLink>
  readonly positions: ReadonlyMap<LinkName, number>
}

const indexOf = memoizeLast(({ state }: KernelPlan): Index => ({
  routes: groupBy(state.routes, ({ table }) => table),
  rules: groupBy(state.rules, ({ action }) => (action.type === 'lookup' ? action.table : undefined)),
  links: new Map(state.links.map((link) => [link.name, link])),
  positions: new Map(state.links.map(({ name }, index) => [name, index])),
}))

/** In the order of the plan. */
export const routesIn = (plan: KernelPlan, table: TableId): readonly Route[] =>
  indexOf(plan).routes.get(table) ?? []

/** Rules that look the table up, in the order of the plan. */
export const rulesFor = (plan: KernelPlan, table: TableId): readonly Rule[] =>
  indexOf(plan).rules.get(table) ?? []

export const linkNamed = (plan: KernelPlan, name: LinkName): PlannedLink | undefined =>
  indexOf(plan).links.get(name)

/** In the order of the plan. */
export function linksNamed(plan: KernelPlan, names: ReadonlySet<LinkName>): readonly PlannedLink[] {
  const { links, positions } = indexOf(plan)
  return [...names]
    .toSorted((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0))
    .flatMap((name) => links.get(name) ?? [])
}
