// Rows of rules in order of priority. A rule that both families have is one row.
import type { Family } from '../../kernel/family.js'
import { distinctBy, groupFamilies } from '../../stdlib/group-by.js'
import { RT_TABLE_DEFAULT, type TableId } from '../../kernel/table.js'
import { kernelRules } from '../../lookup/fib.js'
import { vrfRules } from '../../lookup/vrfs.js'
import type { KernelPlan, Origin, Rule } from '../../plan/plan.js'
import { actionTokens } from '../../syntax/iproute2.js'
import { selectorText } from '../../syntax/trace-format.js'

export interface RuleRow {
  readonly key: string
  readonly pref: number
  readonly families: readonly Family[]
  /** `from 10.0.0.128/25`, `all`. */
  readonly selector: string
  /** `lookup 102`, `unreachable`, `goto 20000`. */
  readonly action: string
  /** `suppress_prefixlength 0`. */
  readonly suppressor?: string
  /** The table of `lookup`. */
  readonly table?: TableId
  /** The preference that `goto` jumps to. */
  readonly goto?: number
  /** One of the kernel’s default rules. */
  readonly isKernels: boolean
  /** For dynamic addresses: the rule exists once the link has them. */
  readonly isDynamic: boolean
  /** One for each family; empty for a dynamic row. */
  readonly rules: readonly Rule[]
  readonly origin: Origin
}

/** By preference, and in the plan’s order within one. */
export function ruleRows(plan: KernelPlan): readonly RuleRow[] {
  const rows = groupFamilies(
    [
      ...kernelRules,
      ...distinctBy(vrfRules(plan), ({ family, origin }) => `${family} ${vrfOfRule(origin)}`),
      ...plan.state.rules,
    ].map((rule) => ({ rule, row: rowOf(rule) })),
    ({ row: { pref, selector, action, suppressor } }) => [pref, selector, action, suppressor].join(' '),
    ({ rule }) => rule.family,
  ).map((group) => {
    const rules = group.map(({ rule }) => rule)
    return { ...group[0].row, families: rules.map(({ family }) => family), rules }
  })
  return [...rows, ...dynamicRows(plan)]
    .sort((a, b) => a.pref - b.pref)
    .map((row, index) => ({ ...row, key: `r${index}` }))
}

function rowOf(rule: Rule): RuleRow {
  const [verb = '', object, ...suppressor] = actionTokens(rule.action)
  const vrf = vrfOfRule(rule.origin)
  return {
    key: '',
    pref: rule.pref,
    families: [rule.family],
    selector: vrf === undefined ? selectorText(rule.selector) || 'all' : `VRF ${vrf}`,
    action: object === undefined ? verb : `${verb} ${object}`,
    suppressor: suppressor.join(' ') || undefined,
    table: rule.action.type === 'lookup' ? rule.action.table : undefined,
    goto: rule.action.type === 'goto' ? rule.action.pref : undefined,
    isKernels: rule.origin.kind === 'kernel',
    isDynamic: false,
    rules: [rule],
    origin: rule.origin,
  }
}

/** The VRF of a row; undefined for other rows than those of the kernel's rule for VRFs. */
export const vrfOfRule = (origin: Origin): string | undefined =>
  origin.kind === 'kernel' && origin.part === 'l3mdev' ? origin.vrf : undefined

const dynamicRows = (plan: KernelPlan): readonly RuleRow[] =>
  plan.dynamic.tables.flatMap(({ link, table, families, replies, origin }) =>
    replies.map(({ word, pref }) => ({
      key: '',
      pref,
      families,
      selector: `${word} each address of ${link}`,
      action: actionTokens({ type: 'lookup', table }).join(' '),
      table,
      isKernels: false,
      isDynamic: true,
      rules: [],
      origin,
    })),
  )

/** Tables that rules look up, in order of priority. Table `default` is empty and left out. */
export const tablesLookedUp = (rows: readonly RuleRow[]): readonly TableId[] => [
  ...new Set(rows.flatMap(({ table }) => (table === undefined || table === RT_TABLE_DEFAULT ? [] : [table]))),
]
