// The kernel state that differs, line by line, in the words of ip(8): what goes has a minus, what comes a plus.
import { familyName } from '../../kernel/family.js'
import { formatFwmark } from '../../kernel/fwmark.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import type { DynamicMultipath, KernelPlan, Route } from '../../plan/plan.js'
import { routeTokens } from '../../syntax/iproute2.js'
import { byFamily, changesOf, whyOf, type StateLine } from './state-lines.js'
import { linkLines } from './links.js'
import { ruleLines, type Plans } from './rules.js'
import type { Sides } from './inputs.js'
import { dynamicCells } from '../format/plan-table.js'
import { tableName } from '../../syntax/trace-format.js'

export interface StateSection {
  readonly title: string
  readonly lines: readonly StateLine[]
}

/** Those without a line are left out. */
export function stateSections(sides: Sides): readonly StateSection[] {
  const { state, renumbered, plan } = sides.named
  const plans: Plans = { '-': sides.before.plan, '+': plan }
  const changes = changesOf(sides)
  const sections: readonly StateSection[] = [
    {
      title: 'Managed',
      lines: state.manage.flatMap((change) =>
        change.kind === 'changed'
          ? [
              { sign: '-', cells: [`manage: ${change.before}`], why: '' },
              { sign: '+', cells: [`manage: ${change.after}`], why: '' },
            ]
          : [],
      ),
    },
    {
      title: 'Links',
      lines: state.links.flatMap((change) =>
        linkLines(change).map(({ sign, link, words }) => ({
          sign,
          cells: [link.name, words],
          why: whyOf(link.origin, sign === '-' ? sides.before : sides.after),
        })),
      ),
    },
    {
      title: 'Tables',
      lines: renumbered.map(({ before, after }) => ({
        sign: '~',
        cells: [after.name, `number ${before.id} is now ${after.id}, wherever it is looked up`],
        why: whyOf(after.origin, sides.after),
      })),
    },
    { title: 'Rules', lines: ruleLines(state.rules, plans, sides) },
    {
      title: 'Routes',
      lines: byFamily(changes(state.routes, (route, sign) => routeCells(route, plans[sign]))),
    },
    {
      title: 'Followed: what links have at the moment',
      lines: changes(state.followed, (followed, sign) =>
        dynamicCells(followed, new Map(plans[sign].tables.map(({ id, name }) => [id, name]))),
      ).flat(),
    },
    { title: 'Balanced over leases', lines: byFamily(changes(state.balances, balanceCells)) },
    {
      title: 'Sysctls',
      lines: changes(state.sysctls, ({ key, value }) => [`${key} = ${value}`])
        .flat()
        .map((line) => ({ ...line, why: firstClause(line.why) })),
    },
    {
      title: 'Connections, marked by nftables',
      lines: changes(state.marks, ({ link, fwmark }) => [
        `came in by ${link}`,
        `mark ${formatFwmark(fwmark)}`,
      ]).flat(),
    },
  ]
  return sections.filter((section) => section.lines.length > 0)
}

/** Why a sysctl is as it is takes a whole sentence; `multihome plan` has it. */
const firstClause = (why: string): string => why.replace(/[,;].*/, '')

const routeCells = (route: Route, plan: KernelPlan): readonly string[] => [
  familyName(route.family),
  tableName(plan, route.table),
  // The table has a column of its own.
  routeTokens({ ...route, table: RT_TABLE_MAIN }).join(' '),
]

const balanceCells = ({ family, metric, hops }: DynamicMultipath): readonly string[] => [
  familyName(family),
  `default metric ${metric} over ${hops.map(({ dev, weight }) => `${dev} weight ${weight}`).join(', ')}`,
]
