// The kernel state that differs, line by line, in the words of ip(8): what goes has a minus, what comes a plus.
import type { Change } from '../diff/difference.js'
import { familyName } from '../kernel/family.js'
import { formatFwmark } from '../kernel/fwmark.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import type { FollowedBalance, KernelPlan, Origin, Route, Rule } from '../plan/plan.js'
import { routeWords } from '../syntax/iproute2.js'
import { columns } from './columns.js'
import { linkLines } from './diff-links.js'
import type { Side, Sides } from './diff-sides.js'
import { followedCells } from './plan-table.js'
import { ruleText, tableName } from './trace-verdict.js'

export interface StateSection {
  readonly title: string
  readonly lines: readonly StateLine[]
}

export interface StateLine {
  /** `~`: several at once of which nothing but the number changed. */
  readonly sign: '-' | '+' | '~'
  /** As many in each line of a section. */
  readonly cells: readonly string[]
  /** The line of the description that the sign means, and what it serves; empty where there is none. */
  readonly why: string
}

/** Its sign, then columns, then what it is for. */
export const signed = (
  lines: readonly StateLine[],
  signs = { '-': '-', '+': '+', '~': '~' },
): readonly string[] =>
  columns(lines.map(({ cells, why }) => [...cells, why])).map((line, index) => {
    const sign = lines[index]?.sign
    return sign === undefined ? line : `${signs[sign]} ${line}`
  })

/** Those without a line are left out. */
export function stateSections(sides: Sides): readonly StateSection[] {
  const { state, renumbered, plan } = sides.named
  const plans = { '-': sides.before.plan, '+': plan }
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
        followedCells(followed, new Map(plans[sign].tables.map(({ id, name }) => [id, name]))),
      ).flat(),
    },
    { title: 'Balanced over leases', lines: byFamily(changes(state.balances, balanceCells)) },
    { title: 'Sysctls', lines: changes(state.sysctls, ({ key, value }) => [`${key} = ${value}`]).flat() },
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

type Plans = Readonly<Record<'-' | '+', KernelPlan>>

/** For each change what goes and what comes. */
const changesOf =
  (sides: Sides) =>
  <T extends { readonly origin: Origin }>(
    changes: readonly Change<T>[],
    cellsOf: (one: T, sign: '-' | '+') => readonly string[],
  ): readonly (readonly StateLine[])[] =>
    changes.map((change) => [
      ...('before' in change ? [lineOf('-', change.before, sides.before, cellsOf)] : []),
      ...('after' in change ? [lineOf('+', change.after, sides.after, cellsOf)] : []),
    ])

/** What is said of IPv4 and then of IPv6 in the same words is said once, for both. */
function byFamily(changes: readonly (readonly StateLine[])[]): readonly StateLine[] {
  const told = new Map<string, Set<string>>()
  const firsts = new Map<string, readonly StateLine[]>()
  for (const lines of changes) {
    const words = JSON.stringify(lines.map(({ sign, cells: [, ...cells], why }) => [sign, cells, why]))
    const family = lines[0]?.cells[0] ?? ''
    // The same words twice in one family are two things.
    const key = told.get(words)?.has(family) === true ? `${words} ${firsts.size}` : words
    if (!firsts.has(key)) firsts.set(key, lines)
    told.set(key, (told.get(key) ?? new Set()).add(family))
  }
  return [...firsts].flatMap(([key, lines]) => {
    const family = [...(told.get(key) ?? [])].join(', ')
    return lines.map((line) => ({ ...line, cells: [family, ...line.cells.slice(1)] }))
  })
}

const lineOf = <T extends { readonly origin: Origin }>(
  sign: '-' | '+',
  one: T,
  side: Side,
  cellsOf: (one: T, sign: '-' | '+') => readonly string[],
): StateLine => ({ sign, cells: cellsOf(one, sign), why: whyOf(one.origin, side) })

const whyOf = ({ path, reason, comment }: Origin, side: Side): string =>
  `line ${side.lineOf(path)}: ${reason}${comment === undefined ? '' : `: ${comment}`}`

/** Of rules that only got another number so many are told one by one. */
const FEW = 3

function ruleLines(changes: readonly Change<Rule>[], plans: Plans, sides: Sides): readonly StateLine[] {
  const renumbered = changes.flatMap((change) =>
    change.kind === 'moved' && change.isRenumbered === true ? [change] : [],
  )
  const others = changes.filter((change) => !(change.kind === 'moved' && change.isRenumbered === true))
  const told = renumbered.length > FEW ? [] : renumbered
  return [
    ...byFamily(changesOf(sides)(others, (rule, sign) => ruleCells(rule, plans[sign]))),
    ...told.map(({ before, after }): StateLine => ({
      sign: '~',
      cells: [
        familyName(after.family),
        `pref ${before.pref} is now ${after.pref}: ${ruleText(plans['+'], after)}`,
      ],
      why: whyOf(after.origin, sides.after),
    })),
    ...(told.length === renumbered.length ? [] : [renumberedLine(renumbered)]),
  ]
}

function renumberedLine(moves: readonly { readonly before: Rule; readonly after: Rule }[]): StateLine {
  const span = (prefs: readonly number[]): string => `${Math.min(...prefs)}…${Math.max(...prefs)}`
  const from = span(moves.map(({ before }) => before.pref))
  const to = span(moves.map(({ after }) => after.pref))
  return {
    sign: '~',
    cells: ['', `${moves.length} more only get another pref, in the same order: ${from} are now ${to}`],
    why: '',
  }
}

const ruleCells = (rule: Rule, plan: KernelPlan): readonly string[] => [
  familyName(rule.family),
  `pref ${rule.pref} ${ruleText(plan, rule)}`,
]

const routeCells = (route: Route, plan: KernelPlan): readonly string[] => [
  familyName(route.family),
  tableName(plan, route.table),
  // The table has a column of its own.
  routeWords({ ...route, table: RT_TABLE_MAIN }).join(' '),
]

const balanceCells = ({ family, metric, hops }: FollowedBalance): readonly string[] => [
  familyName(family),
  `default metric ${metric} over ${hops.map(({ dev, weight }) => `${dev} weight ${weight}`).join(', ')}`,
]
