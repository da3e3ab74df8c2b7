// Resolver of rules: references, actions, expanded lists.
import type { Description, OneOrMany, PrefixOrLink, RuleDescription } from '../description/description.js'
import { createReporter, type Reporter } from '../diagnostics/reporter.js'
import { families, type Family } from '../kernel/family.js'
import { isLinkName } from '../kernel/link.js'
import { isPreference } from '../kernel/preference.js'
import type { RuleAction } from '../kernel/rule.js'
import { RT_TABLE_MAIN, reservedTableNames, type TableId } from '../kernel/table.js'
import { kernelVrfs } from '../software/routers.js'
import { softwareOfPref } from '../software/software.js'
import { expandRule } from './expand-rule.js'
import { entriesOf, findGateway, reportUnknownTable, type RuleContext } from './references.js'
import type { Gateway, LeftOut, ResolvedRule } from './network.js'

export function resolveRules(
  description: Description,
  context: RuleContext,
  reporter: Reporter,
): readonly ResolvedRule[] {
  checkNames(description.rules ?? [], reporter.at('rules'))
  const policies: ResolvedRule[] = []
  let count = 0
  for (const [[index = 0], rule] of entriesOf(description.rules)) {
    const at = reporter.at('rules', index)
    const chosen = actionOf(rule, context, at)
    checkPriority(rule, context, at)
    // Where the action is wrong, the selectors are still checked: all errors are reported at once.
    const openFamilies = chosen === undefined ? families : familiesOf(rule, chosen.gateway)
    const elements = expandRule(rule, openFamilies, context, at, count)
    count += elements?.length ?? 0
    if (chosen === undefined || elements === undefined || at.isBroken(...at.path)) continue
    policies.push({
      name: rule.name ?? String(index + 1),
      elements,
      action: chosen.action,
      actionText: chosen.text,
      elseAction: rule.else,
      pref: rule.priority,
      leftOut: leftOutOf(rule, openFamilies, chosen.gateway, context),
      selectsTable: chosen.action.type === 'lookup' && chosen.action.table !== RT_TABLE_MAIN,
      path: at.path,
      comment: rule.comment,
    })
  }
  return policies
}

/** Nothing refers to a rule by its name, but comments and messages use it. */
function checkNames(rules: readonly RuleDescription[], reporter: Reporter): void {
  const seen = new Map<string, number>()
  for (const [[index = 0], { name }] of entriesOf(rules)) {
    if (name === undefined) continue
    const first = seen.get(name)
    if (first === undefined) seen.set(name, index)
    else reporter.at(index, 'name').report('rule-name-taken', { name, by: first + 1 })
  }
}

interface ChosenFamilies {
  readonly action: RuleAction
  readonly text: string
  readonly gateway?: Gateway
}

const ACTION_KEYS = ['gateway', 'table', 'action', 'goto'] as const

function actionOf(
  rule: RuleDescription,
  context: RuleContext,
  reporter: Reporter,
): ChosenFamilies | undefined {
  const written = ACTION_KEYS.filter((key) => rule[key] !== undefined)
  if (written.length === 0) {
    if (!ACTION_KEYS.some((key) => reporter.isBroken(...reporter.path, key)))
      reporter.report('rule-no-action', {}, { on: 'key' })
    return undefined
  }
  if (written.length > 1) {
    reporter.at(written[1] ?? '').report('rule-two-actions', { actions: written }, { on: 'key' })
    return undefined
  }
  if (rule.gateway === undefined && rule.table === undefined)
    for (const key of ['else', 'suppress-prefixlength'] as const)
      if (rule[key] !== undefined) reporter.at(key).report('rule-needs-lookup', { key }, { on: 'key' })
  if (rule.action !== undefined) return { action: { type: rule.action }, text: rule.action }
  if (rule.goto !== undefined) return { action: { type: 'goto', pref: rule.goto }, text: `goto ${rule.goto}` }
  const suppress = rule['suppress-prefixlength']
  const suppressor = suppress === undefined ? {} : { suppressPrefixlength: suppress }
  if (rule.gateway !== undefined) {
    const gateway = findGateway(context.gateways, rule.gateway, context.names, reporter.at('gateway'))
    if (gateway === undefined) return undefined
    const action = { type: 'lookup', table: gateway.table, ...suppressor } as const
    return { action, text: `gateway ${gateway.name}`, gateway }
  }
  const table = tableOf(rule.table ?? 'main', context, reporter.at('table'))
  if (table === undefined) return undefined
  const gateway = [...context.gateways.values()].find((known) => known.table === table)
  return { action: { type: 'lookup', table, ...suppressor }, text: `table ${rule.table}`, gateway }
}

function tableOf(written: string | number, { tables }: RuleContext, reporter: Reporter): TableId | undefined {
  if (typeof written === 'number') {
    if (written !== 0) return written
    reporter.report('table-reserved', { table: '0' })
    return undefined
  }
  const reserved = Object.hasOwn(reservedTableNames, written) ? reservedTableNames[written] : undefined
  const found = reserved === 0 ? undefined : (reserved ?? tables.get(written))
  if (found === undefined) reportUnknownTable(written, tables.keys(), reporter)
  return found
}

const VRF_FIX = 'Choose another number: the kernel has its rule for VRFs at this priority.'

function checkPriority(rule: RuleDescription, { coexist }: RuleContext, reporter: Reporter): void {
  const { priority } = rule
  if (priority === undefined) return
  const at = reporter.at('priority')
  const software = softwareOfPref(coexist, priority)
  if (!isPreference(priority)) at.report('pref-out-of-range', { pref: priority })
  else if (software !== undefined)
    at.report(
      'coexist-collision',
      { what: `priority ${priority}`, software: software.name },
      software === kernelVrfs ? { fix: VRF_FIX } : {},
    )
}

/** Families of the rule, without regard to its prefixes. */
function familiesOf(rule: RuleDescription, gateway: Gateway | undefined): readonly Family[] {
  const selected =
    rule.family === undefined ? families : ([rule.family === 'ipv4' ? 'inet' : 'inet6'] as const)
  if (gateway === undefined || gateway.failClosed) return selected
  const served = servedFamilies(gateway)
  return selected.filter((family) => served.includes(family))
}

/** What the rule would match in a family that `family` does not exclude, but its gateway or `from` does. */
function leftOutOf(
  rule: RuleDescription,
  openFamilies: readonly Family[],
  gateway: Gateway | undefined,
  context: RuleContext,
): LeftOut | undefined {
  const family = families.find((one) => !openFamilies.includes(one) || lacksFamily(one, rule.from, context))
  if (rule.family !== undefined || family === undefined) return undefined
  const isOfFrom = lacksFamily(family, rule.from, context)
  // The inversion of fewer selectors is another match.
  if (isOfFrom && rule.not === true) return undefined
  const from = isOfFrom ? undefined : linksWithFamily(family, rule.from, context)
  const to = linksWithFamily(family, rule.to, context)
  if (from?.length === 0 || to?.length === 0) return undefined
  // The errors of the rule are reported already.
  const elements = expandRule({ ...rule, from, to }, [family], context, createReporter())
  const selectors = elements?.flatMap((element) => element[family]) ?? []
  return selectors.length === 0
    ? undefined
    : { family, selectors, gateway: isOfFrom ? undefined : gateway?.name }
}

/** Whether all entries are of the other family. */
const lacksFamily = (
  family: Family,
  end: OneOrMany<PrefixOrLink> | undefined,
  context: RuleContext,
): boolean =>
  end !== undefined &&
  entriesOf(end).every(([, each]) =>
    'link' in each ? !hasFamily(each.link, family, context) : each.prefix.family !== family,
  )

/** A prefix has one family; a link has those of its addresses. */
const linksWithFamily = (
  family: Family,
  end: OneOrMany<PrefixOrLink> | undefined,
  context: RuleContext,
): readonly PrefixOrLink[] | undefined =>
  end === undefined
    ? undefined
    : entriesOf(end).flatMap(([, each]) =>
        'link' in each && hasFamily(each.link, family, context) ? [each] : [],
      )

/** Families in which the gateway's table has routes. */
export function servedFamilies(gateway: Gateway): readonly Family[] {
  if (gateway.nexthops.length > 0)
    return families.filter((family) => gateway.nexthops.some((way) => way.family === family))
  const own = families.filter((family) => gateway.addresses.some(({ prefix }) => prefix.family === family))
  return own.length === 0 ? families : own
}

const hasFamily = (name: string, family: Family, { links }: RuleContext): boolean =>
  isLinkName(name) && links.get(name)?.addresses.some(({ prefix }) => prefix.family === family) === true
