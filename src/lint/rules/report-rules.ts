// Reports of shadowed and ineffective rules, grouped by cause.
import { groupBy, type Group } from '../../stdlib/group-by.js'
import type { Path } from '../../diagnostics/diagnostic.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import { familyName } from '../../kernel/family.js'
import { isReservedTable } from '../../kernel/table.js'
import type { Packet } from '../../lookup/lookup.js'
import { actionKey } from '../../plan/keys.js'
import { isVrfRule } from '../../lookup/vrfs.js'
import { findGateway } from '../../plan/find-gateway.js'
import { formatInSentence } from '../../plan/origin.js'
import type { Rule } from '../../plan/plan.js'
import { softwareOfTable } from '../../software/software.js'
import { exampleOf, otherLocations } from '../example.js'
import type { LintContext } from '../context.js'
import type { Finding, Findings } from './rule-status.js'
import { nameOfTable, formatPart, writtenKey, writtenPath } from './rule-origin.js'

interface Found {
  readonly rule: Rule
  readonly finding: Finding
}

/** A shadowed rule, for grouping: the first of a group is reported with the others as related locations. */
interface ShadowedRule {
  readonly what: string
  readonly path: Path
  readonly shadowedBy: readonly Rule[]
  readonly rule: Rule
  readonly packet: Packet | undefined
}

export function checkRules(host: LintContext, reporter: Reporter, findings: Findings): void {
  const found: readonly Found[] = [...findings].map(([rule, finding]) => ({ rule, finding }))
  const shadowed = found.flatMap(({ rule, finding }) => shadowedGenerated(host, rule, finding))
  const behind: { readonly path: Path; readonly packet: Packet | undefined }[] = []
  for (const parts of groupBy(found, ({ rule }) => writtenKey(rule)).values()) {
    const path = writtenPath(parts[0].rule)
    if (path === undefined) continue
    const reply = parts.flatMap(({ finding }) => (finding.kind === 'behind-reply' ? [finding] : []))[0]
    const dead = shadowedWritten(path, parts)
    if (reply !== undefined) behind.push({ path, packet: reply.packet })
    else if (dead !== undefined) shadowed.push(dead)
    else reportIneffective(host, path, parts, reporter)
  }
  for (const all of groupByCause(shadowed).values()) reportShadowed(host, all, reporter)
  const [first] = behind
  if (first !== undefined)
    reporter.at(...first.path).report(
      'rule-behind-reply',
      { others: behind.length - 1 },
      {
        on: 'key',
        example: first.packet && exampleOf(host, first.packet),
        related: otherLocations(behind),
      },
    )
  reportUnanalyzed(findings, reporter)
}

/** Groups by shadowing rules and fix; generated rules by shadowing rules only. */
function groupByCause(shadowed: readonly ShadowedRule[]): ReadonlyMap<string, Group<ShadowedRule>> {
  const isWritten = ({ rule }: ShadowedRule): boolean => writtenPath(rule) !== undefined
  const shadowingRulesOf = ({ shadowedBy }: ShadowedRule): string =>
    JSON.stringify(shadowedBy.map(({ origin }) => formatInSentence(origin)))
  const written = shadowed.filter(isWritten)
  const causes = new Map(
    written
      .toReversed()
      .map((one) => [shadowingRulesOf(one), `${shadowingRulesOf(one)} ${fixFor(one.rule, one.shadowedBy)}`]),
  )
  return groupBy([...written, ...shadowed.filter((one) => !isWritten(one))], (one) =>
    isWritten(one)
      ? `${shadowingRulesOf(one)} ${fixFor(one.rule, one.shadowedBy)}`
      : (causes.get(shadowingRulesOf(one)) ?? shadowingRulesOf(one)),
  )
}

/** A generated rule is reported only if its packets would be handled differently. */
function shadowedGenerated(host: LintContext, rule: Rule, finding: Finding): readonly ShadowedRule[] {
  if (finding.kind !== 'shadowed' || writtenPath(rule) !== undefined) return []
  const { packet } = finding
  const shadowedBy = sortShadowing(finding.shadowedBy)
  if (shadowedBy.every((shadowing) => isKernelRule(shadowing) || isSameAction(shadowing, rule))) return []
  if (packet !== undefined && leavesAlike(host, rule, packet)) return []
  return [{ what: formatInSentence(rule.origin), path: rule.origin.path, shadowedBy, rule, packet }]
}

/** Whether the packet leaves through the gateway of the rule's table anyway. */
function leavesAlike(host: LintContext, { action }: Rule, packet: Packet): boolean {
  const answer = host.lookup(packet)
  const gateway = action.type === 'lookup' ? host.gatewayOfTable.get(action.table) : undefined
  return (
    gateway !== undefined &&
    answer.kind === 'route' &&
    answer.nexthops.every(
      (nexthop) => findGateway(host.plan, packet.family, answer.table, nexthop) === gateway,
    )
  )
}

function shadowedWritten(path: Path, parts: readonly Found[]): ShadowedRule | undefined {
  const shadowed = parts.flatMap(({ rule, finding }) =>
    finding.kind === 'shadowed' ? [{ rule, ...finding }] : [],
  )
  const [first] = shadowed
  if (first === undefined) return undefined
  const isWhole = shadowed.length === parts.length
  return {
    what: isWhole ? 'this rule' : `this rule (its part \`${formatPart(first.rule)}\`)`,
    path,
    shadowedBy: sortShadowing(isWhole ? shadowed.flatMap(({ shadowedBy }) => shadowedBy) : first.shadowedBy),
    rule: first.rule,
    packet: first.packet,
  }
}

function reportShadowed(host: LintContext, all: Group<ShadowedRule>, reporter: Reporter): void {
  const [{ what, path, shadowedBy, rule, packet }] = all
  reporter.at(...path).report(
    'rule-shadowed',
    { what, others: all.length - 1, ruleTakes: formatShadowing(shadowedBy) },
    {
      on: 'key',
      example: packet && exampleOf(host, packet),
      fix: fixFor(rule, shadowedBy),
      related: otherLocations(all),
    },
  )
}

const isKernelRule = ({ origin }: Rule): boolean => origin.kind === 'kernel'

const isSameAction = (a: Rule, b: Rule): boolean => actionKey(a.action) === actionKey(b.action)

/** In order of evaluation. Omits the kernel’s rules if there are others. */
function sortShadowing(shadowedBy: readonly Rule[]): readonly Rule[] {
  const planned = shadowedBy.filter((shadowing) => !isKernelRule(shadowing))
  return [...new Set(planned.length === 0 ? shadowedBy : planned)].sort((a, b) => a.pref - b.pref)
}

const MAX_NAMED = 3

/** `rule 1 (gateway cable) takes`, `rule 1 (…), rule 2 (…), rule 3 (…) and 5 others together take`. */
function formatShadowing(shadowedBy: readonly Rule[]): string {
  const names = [
    ...new Set(
      shadowedBy.map((shadowing) =>
        isVrfRule(shadowing)
          ? 'the kernel’s rule for VRFs'
          : isKernelRule(shadowing)
            ? 'the kernel’s rule for local addresses'
            : formatInSentence(shadowing.origin),
      ),
    ),
  ]
  if (names.length === 1) return `${names.join('')} takes`
  const isAll = names.length <= MAX_NAMED + 1
  const last = isAll ? names.at(-1) : `${names.length - MAX_NAMED} others`
  return `${names.slice(0, isAll ? -1 : MAX_NAMED).join(', ')} and ${last} together take`
}

/** A fix for cases where a change of the order, the catalogue's fix, does not help. */
function fixFor(rule: Rule, shadowedBy: readonly Rule[]): string | undefined {
  if (writtenPath(rule) === undefined)
    return 'Narrow the earlier rule, or remove its `priority`, which puts it later.'
  if (shadowedBy.every(isKernelRule) && shadowedBy.some(isVrfRule))
    return 'Give it a `priority` below 1000, or remove it: the table of the VRF answers these packets, with its `unreachable` route if need be.'
  if (shadowedBy.every(isKernelRule))
    return 'Remove it: the local table answers these packets before any rule. Replies of this host have the address as their source: use `from`.'
  if (shadowedBy.every(({ action }) => action.type === 'goto'))
    return 'Narrow the `goto`, or give this rule a `priority` after its target.'
  if (shadowedBy.every((shadowing) => isSameAction(shadowing, rule)))
    return 'Remove it: its packets are routed the same way without it. To change that, move it up.'
  if (shadowedBy.every(({ origin }) => origin.kind === 'local'))
    return 'Remove the network from `local`, or give this rule a lower `priority`.'
  return undefined
}

/** Reports rules that no packet gets an answer from; if only for one family, with a packet that leaves another way. */
function reportIneffective(host: LintContext, path: Path, parts: readonly Found[], reporter: Reporter): void {
  const ineffective = parts.flatMap(({ rule, finding }) =>
    finding.kind === 'ineffective' && rule.action.type === 'lookup' && isPlannedTable(host, rule.action.table)
      ? [{ rule, packet: finding.packet, table: rule.action.table }]
      : [],
  )
  const isWhole = ineffective.length === parts.length
  const shown = isWhole
    ? ineffective[0]
    : ineffective.find(({ packet }) => host.lookup(packet).kind === 'route')
  if (shown === undefined) return
  const { rule, packet, table } = shown
  const isFamily = parts.every(
    (part) => part.finding.kind === 'ineffective' || part.rule.family !== rule.family,
  )
  reporter.at(...path).report(
    'rule-falls-through',
    {
      table: nameOfTable(host.plan, table),
      packets: isWhole
        ? 'any packet of this rule'
        : isFamily
          ? `any ${familyName(rule.family)} packet of this rule`
          : `any packet of \`${formatPart(rule)}\``,
    },
    { on: 'key', example: exampleOf(host, packet) },
  )
}

/** Excludes main, which has routes of other programs, and tables without routes, which are reported elsewhere. */
const isPlannedTable = ({ plan, filled }: LintContext, table: number): boolean =>
  !isReservedTable(table) && filled.has(table) && softwareOfTable(plan.intent.coexist, table) === undefined

function reportUnanalyzed(findings: Findings, reporter: Reporter): void {
  const unanalyzed = [...findings].flatMap(([rule, { kind }]) => (kind === 'unanalyzed' ? [rule] : []))
  const [first] = unanalyzed
  if (first === undefined) return
  reporter
    .at(...(writtenPath(first) ?? first.origin.path))
    .report('rules-unexamined', { others: unanalyzed.length - 1 }, { on: 'key' })
}
