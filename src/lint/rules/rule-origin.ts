// Origins of rules in the description.
import type { Path } from '../../diagnostics/diagnostic.js'
import { familyName } from '../../kernel/family.js'
import { selectorKey } from '../../plan/keys.js'
import type { KernelPlan, Rule } from '../../plan/plan.js'
import { RT_TABLE_DEFAULT, type TableId } from '../../kernel/table.js'

/** The path of a user rule (`rules[2]`); undefined for generated rules. */
export const writtenPath = ({ origin: { path } }: Rule): Path | undefined =>
  path[0] === 'rules' ? path.slice(0, 2) : undefined

/** Equal for all kernel rules of one user rule. */
export const writtenKey = (rule: Rule): string | undefined => writtenPath(rule)?.join('.')

export const isElse = ({ origin: { path } }: Rule): boolean => path[0] === 'rules' && path[2] === 'else'

export const isReply = ({ origin: { path } }: Rule): boolean => path[0] === 'gateways' && path[2] === 'reply'

export const isSameWritten = (a: Rule, b: Rule): boolean => {
  const key = writtenKey(a)
  return key !== undefined && key === writtenKey(b)
}

/** `IPv4 from 10.0.0.0/8 dport 25`: one of the kernel rules of a user rule. */
export const formatPart = ({ family, selector }: Rule): string =>
  [familyName(family), selectorKey(selector)].filter((word) => word !== '').join(' ')

/** `rule 1 (gateway cable)`, `gateway fiber (replies from 192.0.2.10)`. */
export const nameOfRule = ({ origin: { reason } }: Rule): string => reason.replace(/: (.*)$/s, ' ($1)')

export const nameOfTable = ({ intent: { tables } }: KernelPlan, table: TableId): string => {
  const name = table === RT_TABLE_DEFAULT ? 'default' : tables.find(({ id }) => id === table)?.name
  return name === undefined ? String(table) : `${name} (${table})`
}
