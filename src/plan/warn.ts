// What a plan allows but its writer hardly meant; said once the plan is known, so that it speaks of real rules.
import type { Reporter } from '../diagnostics/reporter.js'
import { families, familyName, type Family } from '../kernel/family.js'
import { containsPrefix, formatPrefix, isHostPrefix, networkOf } from '../kernel/prefix.js'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { Gateway, Network } from '../network/network.js'
import { leads } from './lower-rules.js'
import { sharedLinks } from './lower-sysctls.js'
import type { KernelPlan, Rule } from './plan.js'
import { createShadowIndex } from './shadow.js'

export function warn(network: Network, plan: KernelPlan, reporter: Reporter): void {
  const facts = factsOf(plan)
  warnOfRules(plan, facts, reporter)
  warnOfTables(network, plan, facts, reporter)
  for (const gateway of network.gateways) warnOfGateway(gateway, network, plan, facts, reporter)
  const { default: choice } = network
  const isUnwritten = choice.kind === 'none' && !choice.written
  if (
    isUnwritten &&
    network.gateways.length > 0 &&
    !facts.ends.has(endKey('inet', RT_TABLE_MAIN)) &&
    !facts.ends.has(endKey('inet6', RT_TABLE_MAIN))
  )
    reporter.report('default-absent', {})
  if (!network.sysctls.auto)
    for (const { link, prefix, other } of sharedLinks(network))
      reporter.at(...link.path, 'addresses').report('links-share-prefix', { prefix, other })
}

interface Facts {
  /** Family and table of every table with a default route, real or closing: it answers every packet. */
  readonly ends: ReadonlySet<string>
  readonly filled: ReadonlySet<TableId>
  readonly looked: ReadonlySet<TableId>
  readonly fromRules: ReadonlyMap<string, Rule>
}

const endKey = (family: Family, table: TableId): string => `${family} ${table}`

function factsOf(plan: KernelPlan): Facts {
  const fromRules = new Map<string, Rule>()
  const looked = new Set<TableId>()
  for (const rule of plan.rules) {
    const { from } = rule.selector
    if (rule.action.type === 'lookup') looked.add(rule.action.table)
    if (from === undefined || Object.keys(rule.selector).length > 1) continue
    const key = formatPrefix(from)
    if (!fromRules.has(key)) fromRules.set(key, rule)
  }
  return {
    ends: new Set(
      plan.routes
        .filter(({ dst, type }) => dst.length === 0 && type !== 'throw')
        .map(({ family, table }) => endKey(family, table)),
    ),
    filled: new Set(plan.routes.map(({ table }) => table)),
    looked,
    fromRules,
  }
}

/** Whether the look-up that the rule makes always ends there, so that no later rule is asked. */
function isFinal({ action, family }: Rule, facts: Facts): boolean {
  if (action.type === 'goto') return false
  if (action.type !== 'lookup') return true
  return action.suppressPrefixlength === undefined && facts.ends.has(endKey(family, action.table))
}

const isReply = (rule: Rule): boolean => rule.origin.path[0] === 'gateways' && rule.origin.path[2] === 'reply'

function warnOfRules(plan: KernelPlan, facts: Facts, reporter: Reporter): void {
  for (const family of families) {
    const index = createShadowIndex()
    const told = new Set<string>()
    let repliesSeen = false
    for (const rule of plan.rules) {
      if (rule.family !== family) continue
      const { path } = rule.origin
      const name = path.slice(0, 2).join('.')
      if (path[0] === 'rules' && !told.has(name)) {
        const at = reporter.at(...path.slice(0, 2))
        const earlier = index.find(rule)
        const isOwnElse = earlier?.origin.path.slice(0, 2).join('.') === name
        const toMain = rule.action.type === 'lookup' && rule.action.table === RT_TABLE_MAIN
        if (earlier !== undefined && !isOwnElse) {
          if (isReply(earlier)) at.report('rule-behind-reply', {}, { on: 'key' })
          else at.report('rule-shadowed', { rule: earlier.origin.reason }, { on: 'key' })
          told.add(name)
        } else if (toMain && repliesSeen) {
          at.report('rule-behind-reply', {}, { on: 'key' })
          told.add(name)
        }
      }
      if (isReply(rule)) repliesSeen = true
      if (isFinal(rule, facts)) index.add(rule)
    }
  }
}

function warnOfTables(network: Network, plan: KernelPlan, facts: Facts, reporter: Reporter): void {
  const foreign = network.coexist.flatMap((software) => software.tables)
  const told = new Set<TableId>()
  for (const { action, origin } of plan.rules) {
    if (action.type !== 'lookup' || told.has(action.table) || facts.filled.has(action.table)) continue
    const { table } = action
    const isKernels = table === RT_TABLE_MAIN || table === RT_TABLE_LOCAL || table === RT_TABLE_DEFAULT
    const isForeign = foreign.some(([first, last]) => first <= table && table <= last)
    if (isKernels || isForeign) continue
    told.add(table)
    const name = plan.tables.find(({ id }) => id === table)?.name
    const at = reporter.at(...origin.path)
    at.report(
      'table-empty',
      { table: name === undefined ? String(table) : `${name} (${table})` },
      { on: 'key' },
    )
  }
}

function warnOfGateway(
  gateway: Gateway,
  network: Network,
  plan: KernelPlan,
  facts: Facts,
  reporter: Reporter,
): void {
  const at = reporter.at(...gateway.path)
  const { name, table } = gateway
  const members = network.default.kind === 'none' ? [] : network.default.members
  const isDefault = members.some((member) => member.gateway === name)
  if (!isDefault && !facts.looked.has(table)) at.report('gateway-unused', { gateway: name }, { on: 'key' })
  if (gateway.ways.length === 0) return
  if (!gateway.connected.includes(gateway.link))
    at.at('connected').report('table-unconnected', { table: name, link: gateway.link })
  warnOfLocals(gateway, network, reporter)
  if (gateway.fwmark !== undefined)
    for (const family of families)
      if (!leads(gateway, family) && facts.ends.has(endKey(family, RT_TABLE_MAIN)))
        at.at('fwmark').report('family-leak', { gateway: name, family: familyName(family) })
  if (gateway.reply.includes('from') || members[0]?.gateway === name) return
  for (const { prefix } of gateway.addresses) {
    const host = { ...prefix, length: prefix.family === 'inet' ? 32 : 128 }
    const answered = plan.rules.some(
      ({ family, selector: { from }, action }) =>
        family === prefix.family &&
        from !== undefined &&
        containsPrefix(from, host) &&
        action.type === 'lookup' &&
        action.table === table,
    )
    if (!answered)
      at.report('reply-asymmetric', { gateway: name, address: prefix.address.text }, { on: 'key' })
  }
}

/** Networks of LAN links that an explicit `connected` leaves out and `local` does not bring back. */
function warnOfLocals(gateway: Gateway, network: Network, reporter: Reporter): void {
  if (gateway.connected.length >= network.links.size) return
  const uplinks = new Set(network.gateways.map(({ link }) => link))
  for (const link of network.links.values()) {
    if (uplinks.has(link.name) || gateway.connected.includes(link.name)) continue
    const lost = link.addresses.find(({ prefix }) => {
      if (isHostPrefix(prefix) || !leads(gateway, prefix.family)) return false
      const own = networkOf(prefix)
      const isLocal = network.local.some(({ prefixes }) =>
        prefixes.some((local) => containsPrefix(local, own)),
      )
      return !isLocal && !gateway.routes.some(({ dst }) => dst.length > 0 && containsPrefix(dst, own))
    })
    if (lost !== undefined)
      reporter
        .at(...gateway.path, 'connected')
        .report(
          'local-through-provider',
          { prefix: formatPrefix(networkOf(lost.prefix)), gateway: gateway.name },
          { on: 'key' },
        )
  }
}
