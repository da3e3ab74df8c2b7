// Keys of a rule without effect, independent of other rules.
import { isReject } from '../../plan/route.js'
import { groupBy, type Group } from '../../stdlib/group-by.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import { loopback } from '../../kernel/link.js'
import type { TableId } from '../../kernel/table.js'
import { lookup } from '../../lookup/lookup.js'
import { entryPath } from '../../plan/origin.js'
import type { KernelPlan, Rule } from '../../plan/plan.js'
import { formatAnswer, exampleOf, formatPacket } from '../example.js'
import type { LintContext } from '../context.js'
import { packetsOf } from '../sample-packets.js'
import { isElse, writtenKey } from './rule-origin.js'

export function checkIneffectiveKeys(host: LintContext, reporter: Reporter): void {
  for (const [path, rules] of groupBy(host.plan.state.rules, writtenKey)) {
    if (path === undefined) continue
    reportForwarded(host, rules[0], reporter)
    reportElse(host, rules, reporter)
    reportGoto(host, rules, reporter)
  }
}

/** Received packets have uid 0 and no bound link in lookups: ip_route_input_slow(). */
function reportForwarded(host: LintContext, rule: Rule, reporter: Reporter): void {
  const { iif, oif, uidrange, not, ...rest } = rule.selector
  if (not === true || iif === undefined || iif === loopback) return
  const isOfUser = uidrange !== undefined && uidrange.first > 0
  if (!isOfUser && oif === undefined) return
  const [packet] = packetsOf(host, rule.family, { ...rest, iif })
  reporter
    .at(...entryPath(rule.origin), isOfUser ? 'uidrange' : 'oif')
    .report(
      'rule-local-only-selector',
      { link: iif, lacks: isOfUser ? 'user' : 'link that it is bound to' },
      packet === undefined ? {} : { on: 'key', example: exampleOf(host, packet) },
    )
}

/** `else` of a lookup that always has an answer, since its table has a reject default, which no link removes. */
function reportElse(host: LintContext, rules: readonly Rule[], reporter: Reporter): void {
  const lookups = rules.filter(({ action }) => action.type === 'lookup')
  const elseRule = rules.find(isElse)
  const [rule] = lookups
  if (elseRule === undefined || rule === undefined) return
  const alwaysAnswers = lookups.every(
    ({ family, action }) =>
      action.type === 'lookup' &&
      host.plan.state.routes.some(
        (route) =>
          route.table === action.table &&
          route.family === family &&
          route.dst.length === 0 &&
          isReject(route) &&
          route.type !== 'throw',
      ),
  )
  const [packet] = packetsOf(host, rule.family, rule.selector)
  if (!alwaysAnswers || packet === undefined || rule.action.type !== 'lookup') return
  const answer = lookup(withoutLinks(host.plan, rule.action.table), packet)
  reporter.at(...elseRule.origin.path).report(
    'else-unreachable',
    {},
    {
      on: 'key',
      example: `without its links, ${formatPacket(host, packet)} ${formatAnswer(host, packet, answer)} by the table itself`,
    },
  )
}

/** The plan while all links of the table are down. */
const withoutLinks = (plan: KernelPlan, table: TableId): KernelPlan => ({
  ...plan,
  state: {
    ...plan.state,
    routes: plan.state.routes.filter((route) => route.table !== table || isReject(route)),
  },
})

/** A `goto` to the very next rule. */
function reportGoto(host: LintContext, rules: Group<Rule>, reporter: Reporter): void {
  const isNoop = rules.every(
    ({ family, pref, action }) =>
      action.type === 'goto' &&
      !host.plan.state.rules.some(
        (other) =>
          other.family === family && pref < other.pref && other.pref < action.pref && !rules.includes(other),
      ),
  )
  if (!isNoop) return
  const [rule] = rules
  const [packet] = packetsOf(host, rule.family, rule.selector)
  reporter
    .at(...entryPath(rule.origin), 'goto')
    .report('goto-noop', {}, packet === undefined ? {} : { on: 'key', example: exampleOf(host, packet) })
}
