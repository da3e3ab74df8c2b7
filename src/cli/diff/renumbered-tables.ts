// Renumbered tables: reported once, and not for each rule and route that uses the number.
import { stateOf } from '../../diff/state.js'
import type { StateDifference } from '../../diff/difference.js'
import { isReservedTable, type TableId } from '../../kernel/table.js'
import { unmanaged } from '../../plan/origin.js'
import type { KernelPlan, RuleAction, Table } from '../../plan/plan.js'

export interface Renumbered {
  readonly before: Table
  readonly after: Table
}

export interface NamedState {
  readonly renumbered: readonly Renumbered[]
  /** The difference as if each of those tables kept its number. */
  readonly state: StateDifference
  /** The new plan with the old numbers. A table that would share one gets a new number and keeps its old one as its name. */
  readonly plan: KernelPlan
}

export function withoutRenumbering(
  before: KernelPlan,
  after: KernelPlan,
  state: StateDifference,
): NamedState {
  const old = new Map(before.intent.tables.map((table) => [table.name, table]))
  const renumbered = after.intent.tables.flatMap((table): readonly Renumbered[] => {
    const known = old.get(table.name)
    return known === undefined || known.id === table.id ? [] : [{ before: known, after: table }]
  })
  if (renumbered.length === 0) return { renumbered, state, plan: after }
  const plan = renumber(after, numbersFor(before, after, renumbered))
  return { renumbered, state: stateOf(before, plan), plan }
}

type Numbers = ReadonlyMap<TableId, TableId>

/** No two tables get the same number. */
function numbersFor(before: KernelPlan, after: KernelPlan, renumbered: readonly Renumbered[]): Numbers {
  const numbers = new Map<TableId, TableId>(renumbered.map((one) => [one.after.id, one.before.id]))
  const taken = new Set(numbers.values())
  const all = [...tablesIn(before), ...tablesIn(after)]
  let free = Math.max(...all)
  for (const id of new Set(tablesIn(after))) {
    if (numbers.has(id) || isReservedTable(id) || !taken.has(id)) continue
    free++
    numbers.set(id, free)
  }
  return numbers
}

const tablesIn = ({
  intent: { tables },
  state: { routes, rules },
  dynamic: { tables: followed },
}: KernelPlan): readonly TableId[] => [
  ...tables.map(({ id }) => id),
  ...routes.map(({ table }) => table),
  ...rules.flatMap(({ action }) => (action.type === 'lookup' ? [action.table] : [])),
  ...followed.map(({ table }) => table),
]

function renumber(plan: KernelPlan, numbers: Numbers): KernelPlan {
  const number = (id: TableId): TableId => numbers.get(id) ?? id
  const action = (one: RuleAction): RuleAction =>
    one.type === 'lookup' ? { ...one, table: number(one.table) } : one
  const names = new Set(plan.intent.tables.map(({ id }) => id))
  const nameless = [...numbers.keys()].filter((id) => !names.has(id))
  return {
    ...plan,
    intent: {
      ...plan.intent,
      tables: [
        ...plan.intent.tables.map((table) => ({ ...table, id: number(table.id) })),
        // A table without a name is printed by its real number.
        ...nameless.map((id) => ({ id: number(id), name: String(id), origin: unmanaged })),
      ],
    },
    state: {
      ...plan.state,
      routes: plan.state.routes.map((route) => ({ ...route, table: number(route.table) })),
      rules: plan.state.rules.map((rule) => ({ ...rule, action: action(rule.action) })),
    },
    dynamic: {
      ...plan.dynamic,
      tables: plan.dynamic.tables.map((followed) => ({ ...followed, table: number(followed.table) })),
    },
  }
}
