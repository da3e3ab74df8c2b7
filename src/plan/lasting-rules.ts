// Rules that have an effect while no managed link is up, for stacks that add rules with links.
import type { Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { KernelPlan, PlannedLink, Rule } from './plan.js'

/** Links that the stack configures, or adds routes to. */
export const managedLinks = (plan: KernelPlan): readonly PlannedLink[] =>
  plan.intent.manage === 'routing' ? plan.state.links : plan.state.links.filter(({ managed }) => managed)

/**
 * Rules that reject, and lookups of tables with routes that need no managed link. A lookup of main counts if such a rule
 * follows, since it is an exception to that rule. Any other rule finds an empty table while no link is up.
 */
export function lastingRules(plan: KernelPlan): ReadonlySet<Rule> {
  const emptied = emptiedTables(plan)
  const lasting = new Set<Rule>()
  const hasLater = new Set<Family>()
  for (const rule of plan.state.rules.toSorted((a, b) => b.pref - a.pref)) {
    const { action, family } = rule
    if (action.type === 'lookup') {
      if (action.table === RT_TABLE_MAIN && !hasLater.has(family)) continue
      if (emptied[family].has(action.table)) continue
    }
    hasLater.add(family)
    lasting.add(rule)
  }
  return lasting
}

/** Tables that are empty while no managed link is up. Tables without planned routes belong to other programs. */
function emptiedTables(plan: KernelPlan): Readonly<Record<Family, ReadonlySet<TableId>>> {
  const managed = new Set<LinkName>(managedLinks(plan).map((link) => link.name))
  const used = { inet: new Set<TableId>(), inet6: new Set<TableId>() }
  const persistent = { inet: new Set<TableId>([RT_TABLE_MAIN]), inet6: new Set<TableId>([RT_TABLE_MAIN]) }
  for (const { family, table, type, nexthops } of plan.state.routes) {
    used[family].add(table)
    if (type !== 'unicast' || nexthops.some(({ dev }) => !managed.has(dev))) persistent[family].add(table)
  }
  for (const { families, table, link } of plan.dynamic.tables)
    for (const family of families) {
      used[family].add(table)
      if (!managed.has(link)) persistent[family].add(table)
    }
  const without = (family: Family): ReadonlySet<TableId> =>
    new Set([...used[family]].filter((table) => !persistent[family].has(table)))
  return { inet: without('inet'), inet6: without('inet6') }
}
