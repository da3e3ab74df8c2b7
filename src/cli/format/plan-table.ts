// The plan as text: tables, rules, routes and sysctls, each with its line of the description.
import { kindTitles } from '../../compare/labels.js'
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
import { columns } from './columns.js'

type LineOf = (path: Path) => number

export function planTable(plan: KernelPlan, lineOf: LineOf): string {
  const why = (origin: Origin): readonly string[] => [String(lineOf(origin.path)), commentOf(origin)]
  const section = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
    rows.length === 0
      ? ''
      : `${title}\n${columns([head, ...rows])
          .map((line) => `  ${line}\n`)
          .join('')}`
  const sections = [
    section(
      plan.intent.manage === 'routing' ? 'Links (configured by another program)' : kindTitles.link,
      ['LINK', 'ADDRESSES', 'LINE', 'WHY'],
      plan.state.links.map((link) => [link.name, addressesOf(link), ...why(link.origin)]),
    ),
    section(
      'Tables',
      ['TABLE', 'NAME', 'LINE', 'WHY'],
      plan.intent.tables.map(({ id, name, origin }) => [String(id), name, ...why(origin)]),
    ),
    section(
      kindTitles.rule,
      ['FAMILY', 'PREF', 'SELECTOR', 'ACTION', 'LINE', 'WHY'],
      plan.state.rules.map((rule) => [...ruleCells(rule), ...why(rule.origin)]),
    ),
    section(
      kindTitles.route,
      ['FAMILY', 'TABLE', 'ROUTE', 'LINE', 'WHY'],
      plan.state.routes.map((route) => [...routeCells(plan, route), ...why(route.origin)]),
    ),
    section(
      kindTitles.dynamicTable,
      ['LINK', 'TABLE', 'FAMILIES', 'RULES', 'NEXT HOP', 'LINE', 'WHY'],
      plan.dynamic.tables.map((table) => [...dynamicCells(plan, table), ...why(table.origin)]),
    ),
    section(
      kindTitles.dynamicMultipath,
      ['FAMILY', 'METRIC', 'NEXT HOPS', 'LINE', 'WHY'],
      plan.dynamic.multipaths.map((multipath) => [...multipathCells(multipath), ...why(multipath.origin)]),
    ),
    section(
      kindTitles.sysctl,
      ['KEY', 'VALUE', 'LINE', 'WHY'],
      plan.state.sysctls.map(({ key, value, origin }) => [formatSysctlKey(key), value, ...why(origin)]),
    ),
    section(
      kindTitles.connmark,
      ['RECEIVED ON', 'MARK', 'LINE', 'WHY'],
      plan.state.connmarks.map(({ link, fwmark, origin }) => [link, formatFwmark(fwmark), ...why(origin)]),
    ),
  ]
  return sections.filter((text) => text !== '').join('\n')
}

const addressesOf = ({ addresses, lease }: PlannedLink): string =>
  [...addresses.map(formatPrefix), ...leaseTokens(lease)].join(' ') || '-'

/** The keys of the description that ask for dynamic addresses. */
export const leaseTokens = (lease: PlannedLink['lease']): readonly string[] => [
  ...(lease?.dhcp4 === true ? ['dhcp4'] : []),
  ...(lease?.dhcp6 === true ? ['dhcp6'] : []),
  ...(lease?.acceptRa === true ? ['accept-ra'] : []),
]

export const dynamicCells = (plan: KernelPlan, table: DynamicTable): readonly string[] => [
  table.link,
  tableName(plan, table.table),
  table.families.map(familyName).join(' '),
  table.replies.map(({ word, pref }) => `${pref}: ${word} each`).join(' ') || '-',
  table.routers.length === 0 ? '-' : `leased, ${inMain(table)}`,
]

/** The next hops are those of the leases. */
const multipathCells = ({ family, metric, hops }: DynamicMultipath): readonly string[] => [
  familyName(family),
  String(metric),
  hops.map(({ dev, weight }) => `${dev} weight ${weight}`).join(', '),
]

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

export const routeCells = (plan: KernelPlan, route: Route): readonly string[] => [
  familyName(route.family),
  tableName(plan, route.table),
  // The table has its own column.
  routeTokens({ ...route, table: RT_TABLE_MAIN }).join(' '),
]
