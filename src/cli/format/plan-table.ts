// The plan as text: tables, rules, routes and sysctls, each with its line of the description.
import { kindTitles } from '../../compare/comparison.js'
import { familyName } from '../../kernel/family.js'
import { formatFwmark } from '../../kernel/fwmark.js'
import { formatPrefix } from '../../kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { selectorTokens } from '../../kernel/selectors.js'
import { formatSysctlKey } from '../../kernel/sysctl.js'
import { commentOf } from '../../plan/origin.js'
import type {
  DynamicMultipath,
  DynamicTable,
  KernelPlan,
  Origin,
  PlannedLink,
  Route,
  Rule,
} from '../../plan/plan.js'
import { actionTokens, routeTokens } from '../../syntax/iproute2.js'
import { tableName } from '../../syntax/trace-format.js'
import type { Path } from '../../diagnostics/diagnostic.js'
import { lineCell, type SourceLine } from '../../diagnostics/source-line.js'
import { columns } from './columns.js'

export function planTable(plan: KernelPlan, lineOf: (path: Path) => SourceLine): string {
  const { intent, state, dynamic } = plan
  const section = <T extends { readonly origin: Origin }>(
    title: string,
    head: readonly string[],
    list: readonly T[],
    cellsOf: (one: T, plan: KernelPlan) => readonly string[],
  ): readonly string[] => {
    if (list.length === 0) return []
    const rows = list.map((one) => [
      ...cellsOf(one, plan),
      lineCell(lineOf(one.origin.path)),
      commentOf(one.origin),
    ])
    return [title, ...columns([[...head, 'LINE', 'WHY'], ...rows]).map((line) => `  ${line}`)]
  }
  const sections = [
    section(
      intent.manage === 'routing' ? 'Links (configured by another program)' : kindTitles.link,
      ['LINK', 'ADDRESSES'],
      state.links,
      (link) => [link.name, addressesOf(link)],
    ),
    section('Tables', ['TABLE', 'NAME'], intent.tables, ({ id, name }) => [String(id), name]),
    section(kindTitles.rule, ['FAMILY', 'PREF', 'SELECTOR', 'ACTION'], state.rules, ruleCells),
    section(kindTitles.route, ['FAMILY', 'TABLE', 'ROUTE'], state.routes, routeCells),
    section(
      kindTitles.dynamicTable,
      ['LINK', 'TABLE', 'FAMILIES', 'RULES', 'NEXT HOP'],
      dynamic.tables,
      dynamicCells,
    ),
    section(
      kindTitles.dynamicMultipath,
      ['FAMILY', 'METRIC', 'NEXT HOPS'],
      dynamic.multipaths,
      // The next hops are those of the leases.
      ({ family, metric, hops }) => [familyName(family), String(metric), hopsText(hops)],
    ),
    section(kindTitles.sysctl, ['KEY', 'VALUE'], state.sysctls, ({ key, value }) => [
      formatSysctlKey(key),
      value,
    ]),
    section(kindTitles.connmark, ['RECEIVED ON', 'MARK'], state.connmarks, ({ link, fwmark }) => [
      link,
      formatFwmark(fwmark),
    ]),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')
}

const addressesOf = ({ addresses, lease }: PlannedLink): string =>
  [...addresses.map(formatPrefix), ...leaseTokens(lease)].join(' ') || '-'

/** The keys of the description that ask for dynamic addresses. */
export const leaseTokens = (lease: PlannedLink['lease']): readonly string[] => [
  ...(lease?.dhcp4 === true ? ['dhcp4'] : []),
  ...(lease?.dhcp6 === true ? ['dhcp6'] : []),
  ...(lease?.acceptRa === true ? ['accept-ra'] : []),
]

export const dynamicCells = (table: DynamicTable, plan: KernelPlan): readonly string[] => [
  table.link,
  tableName(plan, table.table),
  table.families.map(familyName).join(' '),
  table.replies.map(({ word, pref }) => `${pref}: ${word} each`).join(' ') || '-',
  table.routers.length === 0 ? '-' : `leased, ${inMain(table)}`,
]

/** `wan1 weight 2, wan2 weight 1`. */
export const hopsText = (hops: DynamicMultipath['hops']): string =>
  hops.map(({ dev, weight }) => `${dev} weight ${weight}`).join(', ')

function inMain({ installedIn, metric }: DynamicTable): string {
  if (installedIn === 'table') return 'not in main'
  return metric === undefined ? 'in main as its client installs it' : `in main with metric ${metric}`
}

const ruleCells = (rule: Rule): readonly string[] => [
  familyName(rule.family),
  String(rule.pref),
  selectorTokens(rule.selector).join(' ') || 'all',
  actionTokens(rule.action).join(' '),
]

export const routeCells = (route: Route, plan: KernelPlan): readonly string[] => [
  familyName(route.family),
  tableName(plan, route.table),
  // The table has its own column.
  routeTokens({ ...route, table: RT_TABLE_MAIN }).join(' '),
]
