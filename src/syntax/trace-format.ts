// Trace formatting: rules, routes and results in the syntax of ip(8), with table names.
import { isMultipath } from '../plan/route.js'
import { formatLine, type SourceLine } from '../diagnostics/source-line.js'
import { protocolName } from '../kernel/protocol.js'
import { selectorTokens } from '../kernel/selectors.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { Packet, TraceStep } from '../lookup/lookup.js'
import { mismatchFact } from '../lookup/mismatch-text.js'
import { isVrfRule } from '../lookup/vrfs.js'
import type { Unknown } from '../lookup/unknowns.js'
import type { KernelPlan, Route, Rule, Selector } from '../plan/plan.js'
import { actionTokens, routeTokens, formatTable } from './iproute2.js'

/** The name of a table. `ip` prints it as well, since every output has an rt_tables file. */
export const tableName = (plan: KernelPlan, table: TableId): string =>
  plan.intent.tables.find(({ id }) => id === table)?.name ?? formatTable(table)

/** `ipproto tcp dport 25`; empty for a selector that matches every packet. */
export const selectorText = (selector: Selector): string =>
  selectorTokens(selector, { ipproto: protocolName }).join(' ')

/** A line of `ip rule show`, with table names. */
export function ruleText(plan: KernelPlan, rule: Rule): string {
  if (isVrfRule(rule)) return 'lookup [l3mdev-table]'
  const { selector, action } = rule
  const tokens = [...actionTokens(action)]
  if (action.type === 'lookup' && action.table !== RT_TABLE_MAIN) tokens[1] = tableName(plan, action.table)
  return [selectorText(selector), ...tokens].filter((word) => word !== '').join(' ')
}

/** Omits the table and a metric of 0. Only counts the next hops of a multipath route. */
export function routeText(route: Route): string {
  const { nexthops } = route
  const { metric, ...rest } = route
  const tokens = routeTokens({
    ...rest,
    ...(metric === undefined || metric === 0 ? {} : { metric }),
    table: RT_TABLE_MAIN,
    nexthops: isMultipath(route) ? [] : nexthops,
  })
  // routeTokens always writes the table of a local route.
  const plain = tokens.filter((word, index) => word !== 'table' && tokens[index - 1] !== 'table')
  return [...plain, ...(isMultipath(route) ? [`over ${nexthops.length} next hops`] : [])].join(' ')
}

/** The result of a rule, printed next to it. */
export function outcomeText(step: TraceStep, packet: Packet): string {
  const { action } = step.rule
  switch (step.outcome) {
    case 'passed':
      return `no match: ${mismatchFact(step, packet) ?? ''}`
    case 'no-route':
      return 'no route there'
    case 'suppressed':
      return `suppressed, its prefix is too short: ${routeText(step.route)}`
    case 'throw':
      return `continues with the next rule: ${routeText(step.route)}`
    case 'goto':
      return 'matches, jumps there'
    case 'unresolved':
      return `matches, but no rule has ${action.type === 'goto' ? action.pref : ''}`
    case 'refused':
      return 'matches and rejects'
    case 'answered':
      return routeText(step.route)
  }
}

/** Why the answer is unknown; `line` is the line in the description. */
export const formatUnknown = (plan: KernelPlan, { link, table }: Unknown, line: SourceLine): string =>
  `table ${tableName(plan, table)} depends on the lease of ${link} (${formatLine(line)})`
