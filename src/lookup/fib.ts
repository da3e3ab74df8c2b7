// FIB of an installed plan: its rules and tables together with the kernel's own.
import { groupBy } from '../stdlib/group-by.js'
import type { Family } from '../kernel/family.js'
import { kernelRules as rulesOfKernel } from '../kernel/kernel-rules.js'
import type { VrfMembership } from '../kernel/packet.js'
import type { Preference } from '../kernel/preference.js'
import type { TableId } from '../kernel/table.js'
import { connectedRoutes, localRoutes } from './kernel-routes.js'
import { vrfMembership, vrfRules } from './vrfs.js'
import { createRuleIndex, type RuleIndex } from './rule-index.js'
import { createEntry, type RuleEntry } from './rule.js'
import { createTable, type LookupTable } from './table.js'
import type { KernelPlan, Origin, Rule } from '../plan/plan.js'

export interface FamilyFib {
  /** In order of evaluation. */
  readonly rules: readonly RuleEntry[]
  readonly tables: ReadonlyMap<TableId, LookupTable>
  readonly vrfs: VrfMembership
  /** Exists for many rules: gives the ones that may match a packet. */
  readonly index?: RuleIndex
}

export interface Fib extends Readonly<Record<Family, FamilyFib>> {
  /** The plan that it was built from. */
  readonly plan: KernelPlan
}

/**
 * Build it once for many lookups. Its families are no accessors: V8 keeps the functions of an accessor in the hidden
 * class of the object, and with them the plan until the next major collection.
 */
export const createFib = (plan: KernelPlan): Fib => ({
  plan,
  inet: familyFib(plan, 'inet'),
  inet6: familyFib(plan, 'inet6'),
})

const kernelOrigin: Origin = { kind: 'kernel', part: 'rule', path: [] }

/** The kernel's own rules as those of a plan; `vrfRules` has the one for VRFs. */
export const kernelRules: readonly Rule[] = rulesOfKernel.map((rule) => ({ ...rule, origin: kernelOrigin }))

function familyFib(plan: KernelPlan, family: Family): FamilyFib {
  const inFamily = <T extends { readonly family: Family }>(things: readonly T[]): readonly T[] =>
    things.filter((thing) => thing.family === family)
  const rules = inFamily([...kernelRules, ...vrfRules(plan), ...plan.state.rules]).toSorted(
    (a, b) => a.pref - b.pref,
  )
  const routes = groupBy(
    [...localRoutes(plan, [family]), ...connectedRoutes(plan, [family]), ...inFamily(plan.state.routes)],
    ({ table }) => table,
  )
  // `goto` jumps to the first rule with its priority.
  const positions = new Map<Preference, number>()
  for (const [index, { pref }] of rules.entries()) if (!positions.has(pref)) positions.set(pref, index)
  const entries = rules.map((rule) =>
    createEntry(rule, rule.action.type === 'goto' ? positions.get(rule.action.pref) : undefined),
  )
  return {
    rules: entries,
    ...(entries.length < INDEX_THRESHOLD ? {} : { index: lazyIndex(entries) }),
    tables: new Map([...routes].map(([id, list]) => [id, createTable(list)])),
    vrfs: vrfMembership(plan.state),
  }
}

/** With fewer rules a linear scan is as fast. */
const INDEX_THRESHOLD = 64

/** Builds the index at the first lookup: many callers never look anything up. */
function lazyIndex(entries: readonly RuleEntry[]): RuleIndex {
  let index: RuleIndex | undefined
  return (packet) => (index ??= createRuleIndex(entries))(packet)
}
