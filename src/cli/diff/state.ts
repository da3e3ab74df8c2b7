// Kernel state that differs, as lines in the words of ip(8): `-` for the old, `+` for the new, `~` for another number.
import { kindTitles } from '../../compare/comparison.js'
import { formatLine } from '../../diagnostics/source-line.js'
import type { Change } from '../../diff/difference.js'
import { familyName } from '../../kernel/family.js'
import { groupFamilies } from '../../stdlib/group-by.js'
import { formatFwmark } from '../../kernel/fwmark.js'
import { formatPrefix } from '../../kernel/prefix.js'
import { formatSysctlKey } from '../../kernel/sysctl.js'
import { briefCommentOf } from '../../plan/origin.js'
import type { KernelPlan, Origin, PlannedLink, Rule } from '../../plan/plan.js'
import { virtualLinkTokens } from '../../syntax/iproute2.js'
import { ruleText } from '../../syntax/trace-format.js'
import { columns } from '../format/columns.js'
import { dynamicCells, hopsText, leaseTokens, routeCells } from '../format/plan-table.js'
import { countOf } from '../runtime/findings.js'
import type { DiffInput, DiffReport } from './report.js'

export interface StateLine {
  readonly sign: '-' | '+' | '~'
  /** As many in each line of a section; empty if `reason` says all. */
  readonly cells: readonly string[]
  /** `line 14: rule 2: gateway fiber`. */
  readonly reason: string
}

export type StateSection = readonly [title: string, lines: readonly StateLine[]]

export function signed(
  lines: readonly StateLine[],
  signs = { '-': '-', '+': '+', '~': '~' },
): readonly string[] {
  const rows = columns(lines.flatMap(({ cells, reason }) => (cells.length === 0 ? [] : [[...cells, reason]])))
  const next = rows.values()
  return lines.map(
    ({ sign, cells, reason }) => `${signs[sign]} ${cells.length === 0 ? reason : (next.next().value ?? '')}`,
  )
}

/** Title and lines of each section that has a line. */
export function stateSections(report: DiffReport): readonly StateSection[] {
  const { state, renumbered, plan } = report.named
  const inputs = { '-': report.before, '+': { ...report.after, plan } }
  const changes = <T extends { readonly origin: Origin }>(
    list: readonly Change<T>[],
    cellsOf: (one: T, plan: KernelPlan) => readonly string[],
  ): readonly (readonly StateLine[])[] => {
    const line = (sign: '-' | '+', one: T): StateLine =>
      stateLine(sign, cellsOf(one, inputs[sign].plan), one, inputs[sign])
    return list.map((change) => [
      ...('before' in change ? [line('-', change.before)] : []),
      ...('after' in change ? [line('+', change.after)] : []),
    ])
  }
  const isRenumbered = (change: Change<Rule>): boolean =>
    change.kind === 'moved' && change.isRenumbered === true
  const rules = changes(
    state.rules.filter((change) => !isRenumbered(change)),
    (rule, of) => [familyName(rule.family), `pref ${rule.pref} ${ruleText(of, rule)}`],
  )
  const multipaths = changes(state.dynamicMultipaths, ({ family, metric, hops }) => [
    familyName(family),
    `default metric ${metric} over ${hopsText(hops)}`,
  ])
  const sections: Readonly<Record<string, readonly StateLine[]>> = {
    Managed: state.manage.flatMap((change) =>
      change.kind === 'changed'
        ? [
            { sign: '-', cells: [`manage: ${change.before}`], reason: '' },
            { sign: '+', cells: [`manage: ${change.after}`], reason: '' },
          ]
        : [],
    ),
    [kindTitles.link]: state.links.flatMap((change) => linkLines(change, report)),
    Tables: renumbered.map(({ before, after }) =>
      stateLine('~', [after.name, `number ${before.id} is now ${after.id} everywhere`], after, report.after),
    ),
    Rules: [
      ...mergeFamilies(rules),
      ...renumberedLines(state.rules.filter(isRenumbered), plan, report.after),
    ],
    [kindTitles.route]: mergeFamilies(changes(state.routes, routeCells)),
    [kindTitles.dynamicTable]: changes(state.dynamicTables, dynamicCells).flat(),
    [kindTitles.dynamicMultipath]: mergeFamilies(multipaths),
    [kindTitles.sysctl]: changes(state.sysctls, ({ key, value }) => [
      `${formatSysctlKey(key)} = ${value}`,
    ]).flat(),
    [kindTitles.connmark]: changes(state.connmarks, ({ link, fwmark }) => [
      `received on ${link}`,
      `mark ${formatFwmark(fwmark)}`,
    ]).flat(),
  }
  return Object.entries(sections).filter(([, lines]) => lines.length > 0)
}

const stateLine = (
  sign: StateLine['sign'],
  cells: readonly string[],
  { origin }: { readonly origin: Origin },
  { lineOf }: DiffInput,
): StateLine => ({
  sign,
  cells,
  reason: `${formatLine(lineOf(origin.path))}: ${briefCommentOf(origin)}`,
})

/** Merges lines that differ in the family, their first cell, alone. */
function mergeFamilies(changes: readonly (readonly StateLine[])[]): readonly StateLine[] {
  const keyOf = (lines: readonly StateLine[]): string =>
    JSON.stringify(lines.map(({ sign, cells: [, ...cells], reason }) => [sign, cells, reason]))
  const familyOf = (lines: readonly StateLine[]): string => lines[0]?.cells[0] ?? ''
  return groupFamilies(changes, keyOf, familyOf).flatMap((group) =>
    group[0].map((line) => ({ ...line, cells: [group.map(familyOf).join(', '), ...line.cells.slice(1)] })),
  )
}

/** More renumbered rules are only counted. */
const MAX_RENUMBERED = 3

function renumberedLines(
  changes: readonly Change<Rule>[],
  plan: KernelPlan,
  input: DiffInput,
): readonly StateLine[] {
  const rules = changes.flatMap((change) => (change.kind === 'moved' ? [change] : []))
  if (rules.length <= MAX_RENUMBERED)
    return rules.map(({ before, after }) =>
      stateLine(
        '~',
        [familyName(after.family), `pref ${before.pref} is now ${after.pref}: ${ruleText(plan, after)}`],
        after,
        input,
      ),
    )
  const span = (side: 'before' | 'after'): string => {
    const prefs = rules.map((change) => change[side].pref)
    return `${Math.min(...prefs)}…${Math.max(...prefs)}`
  }
  const reason = `${countOf(rules.length, 'rule')} renumbered, in the same order: pref ${span('before')} → ${span('after')}`
  return [{ sign: '~', cells: [], reason }]
}

/** A new or removed link is one line; a changed link has a line for each property. */
function linkLines(change: Change<PlannedLink>, report: DiffReport): readonly StateLine[] {
  const line = (sign: '-' | '+', link: PlannedLink, text: string): StateLine =>
    stateLine(sign, [link.name, text], link, sign === '-' ? report.before : report.after)
  const whole = (sign: '-' | '+', link: PlannedLink): StateLine =>
    line(sign, link, linkProperties(link).join(', '))
  if (change.kind === 'added') return [whole('+', change.after)]
  if (change.kind === 'removed') return [whole('-', change.before)]
  const { before, after } = change
  const [old, now] = [linkProperties(before), linkProperties(after)]
  const removed = old.filter((text) => !now.includes(text))
  const added = now.filter((text) => !old.includes(text))
  // The same properties in another order: the first address is the primary one.
  if (removed.length === 0 && added.length === 0) return [whole('-', before), whole('+', after)]
  return [...removed.map((text) => line('-', before, text)), ...added.map((text) => line('+', after, text))]
}

/** Never empty. */
function linkProperties(link: PlannedLink): readonly string[] {
  const { virtual, master, mac, mtu, lease, nameservers, addresses } = link
  return [
    link.managed ? 'up' : 'configured by another program',
    ...(virtual === undefined ? [] : [virtualLinkTokens(virtual).join(' ')]),
    ...(virtual === undefined || virtual.kind === 'vlan' ? [] : [`members ${virtual.links.join(' ')}`]),
    ...(virtual?.kind === 'bond' && virtual.primary !== undefined ? [`primary ${virtual.primary}`] : []),
    ...(master === undefined ? [] : [`master ${master.link}`]),
    ...(mac === undefined ? [] : [`link/ether ${mac}`]),
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
    ...addresses.map((address) => `address ${formatPrefix(address)}`),
    ...leaseTokens(lease),
    ...nameservers.addresses.map(({ text }) => `nameserver ${text}`),
    ...nameservers.search.map((domain) => `search ${domain}`),
    ...(link.optional ? ['optional: boot does not wait for it'] : []),
  ]
}
