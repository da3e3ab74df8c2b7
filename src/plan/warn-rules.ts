// Rules that are never asked, or asked in vain.
import type { Path } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { families, type Family } from '../kernel/family.js'
import { loopback } from '../kernel/link.js'
import type { Preference } from '../kernel/preference.js'
import { overlaps, type Prefix } from '../kernel/prefix.js'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { Network } from '../network/network.js'
import { isFinal, nameOfTable, type Facts } from './facts.js'
import { actionKey } from './identity.js'
import type { KernelPlan, Rule } from './plan.js'
import { createShadowIndex } from './shadow.js'

export function warnOfRules(plan: KernelPlan, facts: Facts, reporter: Reporter): void {
  for (const family of families) warnOfOrder(plan, family, facts, reporter)
}

function warnOfOrder(plan: KernelPlan, family: Family, facts: Facts, reporter: Reporter): void {
  const index = createShadowIndex()
  const told = new Set<string>()
  const answered: Prefix[] = []
  let jump: Preference = 0
  for (const rule of plan.rules) {
    if (rule.family !== family) continue
    const written = writtenRule(rule)
    const earlier = index.find(rule)
    if (written === undefined) {
      if (earlier !== undefined && actionKey(earlier.action) !== actionKey(rule.action))
        tellShadowed(rule, earlier, reporter.at(...rule.origin.path))
    } else if (!told.has(written.name)) {
      const at = reporter.at(...written.path)
      const isOwnElse = earlier !== undefined && writtenRule(earlier)?.name === written.name
      if (earlier !== undefined && !isOwnElse) {
        if (isReply(earlier)) at.report('rule-behind-reply', {}, { on: 'key' })
        else tellShadowed(rule, earlier, at)
        told.add(written.name)
      } else if (isMeantForOwn(rule, answered)) {
        at.report('rule-behind-reply', {}, { on: 'key' })
        told.add(written.name)
      }
    }
    if (isReply(rule) && rule.selector.from !== undefined) answered.push(rule.selector.from)
    if (rule.action.type === 'goto') jump = Math.max(jump, rule.action.pref)
    // A rule that some packets jump over does not take all that it matches from those behind it.
    if (rule.pref >= jump && isFinal(rule, facts)) index.add(rule)
  }
}

/** The rule of the description that this one was made of; undefined for one that nobody wrote. */
function writtenRule({ origin: { path } }: Rule): { readonly name: string; readonly path: Path } | undefined {
  if (path[0] !== 'rules') return undefined
  return { name: path.slice(0, 2).join('.'), path: path.slice(0, 2) }
}

function tellShadowed(rule: Rule, earlier: Rule, at: Reporter): void {
  const isWritten = writtenRule(rule) !== undefined
  const what = isWritten ? 'this rule' : `${rule.origin.reason}: this`
  const help = isWritten
    ? {}
    : { help: 'Narrow the rule in front, or let it stand behind by leaving its `priority` out.' }
  at.report('rule-shadowed', { what, rule: earlier.origin.reason }, { on: 'key', ...help })
}

const isReply = (rule: Rule): boolean => rule.origin.path[0] === 'gateways' && rule.origin.path[2] === 'reply'

/** An exception to main that own packets were to take, had the reply rules in front not answered them. */
function isMeantForOwn({ selector, action }: Rule, answered: readonly Prefix[]): boolean {
  if (action.type !== 'lookup' || action.table !== RT_TABLE_MAIN || answered.length === 0) return false
  const { from, iif } = selector
  // What comes in by a link is forwarded, and has no address of this host.
  if (iif !== undefined && iif !== loopback) return false
  return from === undefined || answered.some((address) => overlaps(from, address))
}

export function warnOfTables(network: Network, plan: KernelPlan, facts: Facts, reporter: Reporter): void {
  const foreign = network.coexist.flatMap((software) => software.tables)
  const told = new Set<TableId>()
  for (const { action, origin } of plan.rules) {
    if (action.type !== 'lookup' || told.has(action.table) || facts.filled.has(action.table)) continue
    const { table } = action
    const isKernels = table === RT_TABLE_MAIN || table === RT_TABLE_LOCAL || table === RT_TABLE_DEFAULT
    const isForeign = foreign.some(([first, last]) => first <= table && table <= last)
    if (isKernels || isForeign) continue
    told.add(table)
    reporter.at(...origin.path).report('table-empty', { table: nameOfTable(plan, table) }, { on: 'key' })
  }
}
