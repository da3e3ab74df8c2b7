// Rules and tables of both families as the kernel has them once the plan is laid: the plan's, and the kernel's own.
import { families, type Family } from '../kernel/family.js'
import type { Preference } from '../kernel/preference.js'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import { connectedRoutes, localRoutes } from './kernel-routes.js'
import { createRuleIndex, type RuleIndex } from './rule-index.js'
import { matcherOf, type RuleEntry } from './rule.js'
import { createTable, type LookupTable } from './table.js'
import type { KernelPlan, Origin, Route, Rule } from '../plan/plan.js'

export interface FamilyFib {
  /** In the order in which they are asked. */
  readonly rules: readonly RuleEntry[]
  readonly tables: ReadonlyMap<TableId, LookupTable>
  /** Where there are many rules: those alone that may take a packet. */
  readonly index?: RuleIndex
}

export interface Fib extends Readonly<Record<Family, FamilyFib>> {
  /** What it was made of. */
  readonly plan: KernelPlan
}

/** For many packets: made once for a plan. */
export const createFib = (plan: KernelPlan): Fib => ({
  plan,
  inet: familyFib(plan, 'inet'),
  inet6: familyFib(plan, 'inet6'),
})

const kernelOrigin: Origin = { path: [], reason: 'the kernel’s own rule' }

/** fib_default_rules_init(), fib6_rules_net_init(): IPv6 has no table `default`. */
export const kernelRules: readonly Rule[] = families.flatMap((family) =>
  (
    [
      [0, RT_TABLE_LOCAL],
      [32766, RT_TABLE_MAIN],
      [32767, RT_TABLE_DEFAULT],
    ] as const
  )
    .filter(([, table]) => family === 'inet' || table !== RT_TABLE_DEFAULT)
    .map(([pref, table]) => ({
      family,
      pref,
      selector: {},
      action: { type: 'lookup' as const, table },
      origin: kernelOrigin,
    })),
)

function familyFib(plan: KernelPlan, family: Family): FamilyFib {
  const inFamily = <T extends { readonly family: Family }>(things: readonly T[]): readonly T[] =>
    things.filter((thing) => thing.family === family)
  const rules = [...inFamily(kernelRules), ...inFamily(plan.rules)].sort((a, b) => a.pref - b.pref)
  const routes = new Map<TableId, Route[]>()
  for (const route of [
    ...inFamily(localRoutes(plan)),
    ...inFamily(connectedRoutes(plan)),
    ...inFamily(plan.routes),
  ]) {
    const table = routes.get(route.table)
    if (table === undefined) routes.set(route.table, [route])
    else table.push(route)
  }
  // `goto` leads to the first rule of its preference.
  const positions = new Map<Preference, number>()
  for (const [index, { pref }] of rules.entries()) if (!positions.has(pref)) positions.set(pref, index)
  const entries = rules.map((rule) => createEntry(rule, positions))
  return {
    rules: entries,
    ...(entries.length < INDEX_THRESHOLD ? {} : { index: lazyIndex(entries) }),
    tables: new Map([...routes].map(([id, list]) => [id, createTable(list)])),
  }
}

/** Fewer are asked as quickly one by one. */
const INDEX_THRESHOLD = 64

/** Made with the first packet: not everybody who makes a fib asks it. */
function lazyIndex(entries: readonly RuleEntry[]): RuleIndex {
  let index: RuleIndex | undefined
  return (packet) => (index ??= createRuleIndex(entries))(packet)
}

function createEntry(rule: Rule, positions: ReadonlyMap<Preference, number>): RuleEntry {
  const from = matcherOf(rule.selector.from)
  const to = matcherOf(rule.selector.to)
  const { action } = rule
  const target = action.type === 'goto' ? positions.get(action.pref) : undefined
  return {
    rule,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(target === undefined ? {} : { target }),
  }
}
