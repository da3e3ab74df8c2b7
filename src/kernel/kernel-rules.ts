// Rules that the kernel itself adds to each network namespace.
import { families, type Family } from './family.js'
import { DEFAULT_PREFERENCE, LOCAL_PREFERENCE, MAIN_PREFERENCE, type Preference } from './preference.js'
import { asStored, type RuleAction, type Selector } from './rule.js'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from './table.js'

export interface KernelRule {
  readonly family: Family
  readonly pref: Preference
  readonly selector: Selector
  readonly action: { readonly type: 'lookup'; readonly table: TableId }
}

/** fib_default_rules_init(), fib6_rules_net_init(): IPv6 has no table `default`. The rule for VRFs is none of these. */
export const kernelRules: readonly KernelRule[] = families.flatMap((family) =>
  (
    [
      [LOCAL_PREFERENCE, RT_TABLE_LOCAL],
      [MAIN_PREFERENCE, RT_TABLE_MAIN],
      ...(family === 'inet' ? [[DEFAULT_PREFERENCE, RT_TABLE_DEFAULT] as const] : []),
    ] as const
  ).map(([pref, table]) => ({ family, pref, selector: {}, action: { type: 'lookup', table } })),
)

/** Whether a rule is one of `kernelRules`: a script may add it again, and a live host shows it. */
export const isKernelRule = (rule: {
  readonly family: Family
  readonly pref?: Preference
  readonly selector: Selector
  readonly action: RuleAction
}): boolean =>
  kernelRules.some(
    ({ family, pref, action: { table } }) =>
      rule.family === family &&
      rule.pref === pref &&
      rule.action.type === 'lookup' &&
      rule.action.table === table &&
      rule.action.suppressPrefixlength === undefined,
  ) && Object.values(asStored(rule.selector)).every((value) => value === undefined)
