// Origins of rules in the description.
import type { Path } from '../../diagnostics/diagnostic.js'
import { familyName } from '../../kernel/family.js'
import { selectorKey } from '../../plan/keys.js'
import { entryKey, entryPath } from '../../plan/origin.js'
import type { KernelPlan, Origin, Rule } from '../../plan/plan.js'
import { RT_TABLE_DEFAULT, type TableId } from '../../kernel/table.js'

interface HasOrigin {
  readonly origin: Origin
}

/** The path of a user rule (`rules[2]`); undefined for generated rules. */
export const writtenPath = ({ origin }: HasOrigin): Path | undefined =>
  origin.kind === 'rule' ? entryPath(origin) : undefined

/** Equal for all kernel rules of one user rule. */
export const writtenKey = ({ origin }: HasOrigin): string | undefined =>
  origin.kind === 'rule' ? entryKey(origin) : undefined

export const isElse = ({ origin }: Rule): boolean => origin.kind === 'rule' && origin.part === 'else'

export const isReply = ({ origin }: Rule): boolean => origin.kind === 'gateway' && origin.part === 'reply'

export const isSameWritten = (a: Rule, b: Rule): boolean => {
  const key = writtenKey(a)
  return key !== undefined && key === writtenKey(b)
}

/** `IPv4 from 10.0.0.0/8 dport 25`: one of the kernel rules of a user rule. */
export const formatPart = ({ family, selector }: Rule): string =>
  [familyName(family), selectorKey(selector)].filter((word) => word !== '').join(' ')

export const nameOfTable = ({ intent: { tables } }: KernelPlan, table: TableId): string => {
  const name = table === RT_TABLE_DEFAULT ? 'default' : tables.find(({ id }) => id === table)?.name
  return name === undefined ? String(table) : `${name} (${table})`
}
