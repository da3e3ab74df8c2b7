// Rules that have an effect while no managed link is up, for stacks that add rules with links.
import { families, type Family } from '../kernel/family.js'
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
      if (emptied.has(key(family, action.table))) continue
    }
    hasLater.add(family)
    lasting.add(rule)
  }
  return lasting
}

/** Tables (see `key`) that are empty while no managed link is up. Tables without planned routes belong to other programs. */
function emptiedTables(plan: KernelPlan): ReadonlySet<string> {
  const managed = new Set<LinkName>(managedLinks(plan).map((link) => link.name))
  const used = new Set<string>()
  const persistent = new Set(families.map((family) => key(family, RT_TABLE_MAIN)))
  for (const { family, table, type, nexthops } of plan.state.routes) {
    used.add(key(family, table))
    if (type !== 'unicast' || nexthops.some(({ dev }) => !managed.has(dev)))
      persistent.add(key(family, table))
  }
  for (const { families: tracked, table, link } of plan.dynamic.tables)
    for (const family of tracked) {
      used.add(key(family, table))
      if (!managed.has(link)) persistent.add(key(family, table))
    }
  return new Set([...used].filter((table) => !persistent.has(table)))
}

const key = (family: Family, table: TableId): string => `${family} ${table}`
