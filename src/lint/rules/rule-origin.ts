// Which words of the description a rule of the plan was made of.
import type { Path } from '../../diagnostics/diagnostic.js'
import { familyName } from '../../kernel/family.js'
import { selectorKey } from '../../plan/keys.js'
import type { KernelPlan, Rule } from '../../plan/plan.js'
import { RT_TABLE_DEFAULT, type TableId } from '../../kernel/table.js'

/** Of a rule under `rules`; undefined for one that nobody wrote. */
export const writtenPath = ({ origin: { path } }: Rule): Path | undefined =>
  path[0] === 'rules' ? path.slice(0, 2) : undefined

export const isElse = ({ origin: { path } }: Rule): boolean => path[0] === 'rules' && path[2] === 'else'

export const isReply = ({ origin: { path } }: Rule): boolean => path[0] === 'gateways' && path[2] === 'reply'

export const isSameWritten = (a: Rule, b: Rule): boolean => {
  const path = writtenPath(a)
  return path !== undefined && path.join('.') === writtenPath(b)?.join('.')
}

/** `IPv4 from 10.0.0.0/8 dport 25`: one of the kernel’s rules that a written one became. */
export const formatPart = ({ family, selector }: Rule): string =>
  [familyName(family), selectorKey(selector)].filter((word) => word !== '').join(' ')

/** `rule 1 (gateway cable)`, `gateway fiber (replies from 192.0.2.10)`. */
export const nameOfRule = ({ origin: { reason } }: Rule): string => reason.replace(/: (.*)$/s, ' ($1)')

export const nameOfTable = ({ tables }: KernelPlan, table: TableId): string => {
  const name = table === RT_TABLE_DEFAULT ? 'default' : tables.find(({ id }) => id === table)?.name
  return name === undefined ? String(table) : `${name} (${table})`
}
