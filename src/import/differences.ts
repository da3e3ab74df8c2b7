// Differences between a source plan and the plan of its description, by kind, each with the reason for it.
import { diff } from '../diff/diff.js'
import { stateOf } from '../diff/state.js'
import type { Change, Difference, StateDifference } from '../diff/difference.js'
import type { FoundLink } from '../found/found.js'
import { formatPrefix } from '../kernel/prefix.js'
import { formatSysctlKey, linkOfSysctl } from '../kernel/sysctl.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import { isBridgeOrBondPort } from '../kernel/virtual-link.js'
import { actionKey, effectiveMetric, selectorKey } from '../plan/keys.js'
import { formatOrigin } from '../plan/origin.js'
import type { DynamicTable, KernelPlan, Origin, Route, Rule, Sysctl } from '../plan/plan.js'
import { groupBy } from '../stdlib/group-by.js'
import { routeTokens } from '../syntax/iproute2.js'
import { linkNamed } from './describe/by-table.js'
import type { SourcePlan } from './source-plan.js'

/** Kinds of differences that `--accept` names. */
export const differenceKinds = {
  packets: 'packets that take another path, or come from another address',
  'rp-filter': 'the reverse-path filter of links',
  'accept-ra': 'router advertisements that the description does not accept',
  sysctls: 'other sysctls',
  'reply-rules': 'rules for replies of an address, where the source has none',
  rules: 'other rules',
  routes: 'other routes',
  leases: 'routes and rules that follow a lease',
  links: 'settings of links',
  marks: 'marks of connections',
} as const
export type DifferenceKind = keyof typeof differenceKinds

export interface ImportDifference {
  readonly kind: DifferenceKind
  readonly change: 'added' | 'removed' | 'changed'
  /** `rule from 192.0.2.11 lookup 101`, `sysctl net.ipv4.conf.eth0.rp_filter = 2`. */
  readonly what: string
  /** What asks for it: `gateway fiber: replies from 192.0.2.11`. */
  readonly why: string
}

export interface Comparison {
  /** The plan of the source, with the names of gateways. */
  readonly before: KernelPlan
  readonly difference: Difference
  readonly differences: readonly ImportDifference[]
  /** Priorities and metrics that differ while the packets take the same path: no difference. */
  readonly renumbered: number
  /** Tables of gateways that the source lacks and no rule looks up: no difference either. */
  readonly unusedTables: readonly TableId[]
  /** Attributes of routes that differ and that no packet sees, such as a source address where each packet has one. */
  readonly unseen: readonly ImportDifference[]
}

export function compareWithSource(source: SourcePlan, plan: KernelPlan): Comparison {
  const before = sourceBeside(source, plan)
  const changes = stateOf(before, plan)
  const used = lookedUp([before, plan])
  // Packets are routed alike if rules, routes and links are alike.
  const difference: Difference = isRoutedAlike(changes, used)
    ? { state: changes, reroutes: [], unanalyzed: [], placeholders: new Map() }
    : diff(before, plan)
  const { state, reroutes, unanalyzed } = difference
  /** Rules of packets that no two of them share may change their order. */
  const isRenumbered = (change: Change<Rule>): boolean =>
    change.kind === 'moved' && (change.isRenumbered === true || reroutes.length + unanalyzed.length === 0)
  const isSameOrder = sameOrder(before.state.routes, state.routes)
  const isRenumberedRoute = (change: Change<Route>): boolean =>
    change.kind === 'moved' && change.before.table === change.after.table && isSameOrder(change)
  const renumbered = [...state.rules.filter(isRenumbered), ...state.routes.filter(isRenumberedRoute)].length
  const packets: readonly ImportDifference[] =
    reroutes.length + unanalyzed.length === 0
      ? []
      : [
          {
            kind: 'packets',
            change: 'changed',
            what: `${reroutes.length + unanalyzed.length} sets of packets`,
            why:
              unanalyzed.length > 0
                ? 'too many rules are involved to compare them all'
                : 'see the comparison',
          },
        ]
  const isSame = reroutes.length + unanalyzed.length === 0
  const routes = state.routes.filter((change) => !isUnused(change, used) && !isRenumberedRoute(change))
  const variants = variantsOf(before.state.routes, plan.state.routes)
  const isUnseen = (change: Change<Route>): boolean =>
    isSame && (change.kind === 'changed' || variants.has(destinationOf(itemOf(change))))
  return {
    before,
    difference,
    renumbered,
    unseen: routes.filter(isUnseen).flatMap(routeDifference),
    unusedTables: [
      ...new Set(
        state.routes.filter((change) => isUnused(change, used)).map((change) => itemOf(change).table),
      ),
    ],
    differences: [
      ...packets,
      ...state.links.flatMap((change) => linkDifference(change)),
      ...state.rules.flatMap((change) =>
        isRenumbered(change) || isWithoutRoutes(change, [before, plan]) ? [] : ruleDifference(change),
      ),
      ...routes.filter((change) => !isUnseen(change)).flatMap(routeDifference),
      ...[
        ...state.dynamicTables.filter((change) => !isUnusedLease(change, used) && !isWithoutRouters(change)),
        ...state.dynamicMultipaths,
      ].flatMap((change: Change<{ readonly origin: Origin }>) =>
        one(
          'leases',
          change,
          ({ origin }) => formatOrigin(origin),
          ({ origin }) => origin,
        ),
      ),
      ...state.sysctls.flatMap((change) => (isIntended(change, source) ? [] : sysctlDifference(change))),
      ...state.connmarks.flatMap((change) =>
        one(
          'marks',
          change,
          ({ link }) => `connections over ${link}`,
          ({ origin }) => origin,
        ),
      ),
    ],
  }
}

const isRoutedAlike = (state: StateDifference, used: ReadonlySet<TableId>): boolean =>
  state.rules.every((change) => change.kind === 'moved' && change.isRenumbered === true) &&
  state.routes.every((change) => isUnused(change, used)) &&
  state.dynamicTables.every((change) => isUnusedLease(change, used)) &&
  state.links.length + state.dynamicMultipaths.length === 0

/** In a table that no rule looks up. */
const isUnused = (change: Change<Route>, used: ReadonlySet<TableId>): boolean =>
  change.kind === 'added' && change.after.table !== RT_TABLE_MAIN && !used.has(change.after.table)

const isUnusedLease = (change: Change<DynamicTable>, used: ReadonlySet<TableId>): boolean =>
  change.kind === 'added' &&
  change.after.metric === undefined &&
  change.after.replies.length === 0 &&
  !used.has(change.after.table)

/**
 * Whether the routes to the destination of a change have the same order by metric on both sides: when a link fails, the next
 * one counts, which the comparison of packets does not try.
 */
function sameOrder(
  before: readonly Route[],
  changes: readonly Change<Route>[],
): (change: Change<Route>) => boolean {
  const replaced = new Map<Route, Route | undefined>(
    changes.flatMap((change) =>
      change.kind === 'added'
        ? []
        : [[change.before, change.kind === 'removed' ? undefined : change.after] as const],
    ),
  )
  const pairs = before.flatMap((old) => {
    const after = replaced.has(old) ? replaced.get(old) : old
    return after === undefined ? [] : [{ old, after }]
  })
  const inOrder = new Map(
    [...groupBy(pairs, ({ after }) => destinationOf(after))].map(([key, group]) => [
      key,
      group
        .toSorted((a, b) => effectiveMetric(a.old) - effectiveMetric(b.old))
        .every(({ old, after }, index, sorted) => {
          const last = sorted[index - 1]
          if (last === undefined) return true
          const [was, is] = [
            effectiveMetric(old) - effectiveMetric(last.old),
            effectiveMetric(after) - effectiveMetric(last.after),
          ]
          return was > 0 === is > 0 && is >= 0
        }),
    ]),
  )
  return (change) => inOrder.get(destinationOf(itemOf(change))) ?? true
}

const destinationOf = ({ family, table, dst }: Route): string => `${family} ${table} ${formatPrefix(dst)}`

/**
 * Destinations with one route on each side, by the same next hops: their metric, source or flag `onlink` differs. With several
 * routes, the metric decides which of them counts.
 */
function variantsOf(before: readonly Route[], after: readonly Route[]): ReadonlySet<string> {
  const [old, now] = [groupBy(before, destinationOf), groupBy(after, destinationOf)]
  const bodyOf = ({ type, nexthops, mtu }: Route): string =>
    JSON.stringify([type, mtu, nexthops.map(({ via, dev, weight }) => [via?.text, dev, weight])])
  return new Set(
    [...old].flatMap(([key, [route, second]]) => {
      const [other, another] = now.get(key) ?? []
      const isAlone = other !== undefined && second === undefined && another === undefined
      return isAlone && bodyOf(route) === bodyOf(other) ? [key] : []
    }),
  )
}

/** A rule whose table has nothing of its family, on neither side, and that no rule jumps to. */
function isWithoutRoutes(change: Change<Rule>, plans: readonly KernelPlan[]): boolean {
  const { family, action, pref } = itemOf(change)
  if (change.kind !== 'removed' || action.type !== 'lookup') return false
  return plans.every(
    ({ state, dynamic }) =>
      state.routes.every((route) => route.table !== action.table || route.family !== family) &&
      dynamic.tables.every((one) => one.table !== action.table || !one.families.includes(family)) &&
      state.rules.every((rule) => rule.action.type !== 'goto' || rule.action.pref !== pref),
  )
}

/** Without a router, `installedIn` says nothing. */
const isWithoutRouters = (change: Change<DynamicTable>): boolean =>
  change.kind === 'changed' &&
  change.fields.join() === 'installedIn' &&
  change.before.routers.length + change.after.routers.length === 0

const itemOf = <T>(change: Change<T>): T => (change.kind === 'removed' ? change.before : change.after)

function one<T>(
  kind: DifferenceKind,
  change: Change<T>,
  textOf: (item: T) => string,
  originOf: (item: T) => Origin,
): readonly ImportDifference[] {
  const item = itemOf(change)
  const word = change.kind === 'moved' ? 'changed' : change.kind
  const fields = change.kind === 'changed' && change.fields.length > 0 ? ` (${change.fields.join(', ')})` : ''
  return [{ kind, change: word, what: `${textOf(item)}${fields}`, why: formatOrigin(originOf(item)) }]
}

function linkDifference(change: StateDifference['links'][number]): readonly ImportDifference[] {
  const { managed, addresses } = itemOf(change)
  // The files only mention it.
  if (change.kind === 'added' && !managed && addresses.length === 0) return []
  return one(
    'links',
    change,
    ({ name }) => `link ${name}`,
    ({ origin }) => origin,
  )
}

function ruleDifference(change: Change<Rule>): readonly ImportDifference[] {
  const { origin } = itemOf(change)
  const isReply = change.kind === 'added' && origin.kind === 'gateway' && origin.part === 'reply'
  return one(isReply ? 'reply-rules' : 'rules', change, ruleText, (rule) => rule.origin)
}

const ruleText = ({ pref, selector, action }: Rule): string =>
  `rule ${pref} ${selectorKey(selector) || 'all'} ${actionKey(action)}`

function routeDifference(change: Change<Route>): readonly ImportDifference[] {
  const text = (route: Route): string =>
    ['route', ...(route.family === 'inet6' ? ['-6'] : []), ...routeTokens(route)].join(' ')
  return one('routes', change, text, ({ origin }) => origin)
}

function sysctlDifference(change: Change<Sysctl>): readonly ImportDifference[] {
  const { key, origin } = itemOf(change)
  const isRejected = rejectsAdvertisements(change)
  const kind = isRejected ? 'accept-ra' : key.at(-1) === 'rp_filter' ? 'rp-filter' : 'sysctls'
  const text = ({ value }: Sysctl): string => `sysctl ${formatSysctlKey(key)} = ${value}`
  const differences = one(kind, change, text, () => origin)
  if (!isRejected || change.kind !== 'added') return differences
  const why = `no line mentions them, and ${key.at(-2) ?? ''} accepts them by default; to keep them: \`accept-ra: true\`, and \`via: lease\` for their router`
  return differences.map((difference) => ({ ...difference, why }))
}

/** On one link, by itself. */
const rejectsAdvertisements = (change: Change<Sysctl>): boolean => {
  const { origin } = itemOf(change)
  return change.kind !== 'removed' && origin.kind === 'auto-sysctl' && origin.setting === 'ra-rejected'
}

/**
 * The running host has the value. Or the stack of the source does the same without the sysctl: it rejects router advertisements on that link, or accepts them by
 * itself, with the default route that the sysctls would give the kernel. A port receives none (br_handle_frame).
 */
function isIntended(change: Change<Sysctl>, { links, plan, hasSysctl }: SourcePlan): boolean {
  if (change.kind === 'changed') return change.fields.join() === 'kernelRaOnly'
  if (change.kind === 'removed') return false
  if (hasSysctl?.(change.after) === true) return true
  if (change.after.origin.kind !== 'auto-sysctl') return false
  const { key, value, kernelRaOnly } = change.after
  const byName: ReadonlyMap<string | undefined, FoundLink> = links
  const { name, acceptRa, leases } = byName.get(linkOfSysctl(key)) ?? {}
  const hasDefault = leases?.inet6?.isDefault === true && leases.inet6.table === RT_TABLE_MAIN
  switch (key.at(-1)) {
    case 'accept_ra': {
      const isPort = name !== undefined && isBridgeOrBondPort(linkNamed(plan, name)?.master)
      return isPort || acceptRa === (value !== '0')
    }
    case 'accept_ra_defrtr':
      return kernelRaOnly === true && hasDefault === (value !== '0')
    case 'ra_defrtr_metric':
      return kernelRaOnly === true && hasDefault
    default:
      return false
  }
}

function lookedUp(plans: readonly KernelPlan[]): ReadonlySet<TableId> {
  return new Set(
    plans.flatMap(({ state, dynamic }) => [
      // The kernel's own rule does.
      ...state.links.flatMap(({ virtual }) => (virtual?.kind === 'vrf' ? [virtual.table] : [])),
      ...state.rules.flatMap(({ action }) => (action.type === 'lookup' ? [action.table] : [])),
      ...dynamic.tables.flatMap(({ table, replies }) => (replies.length === 0 ? [] : [table])),
    ]),
  )
}

/**
 * The plan of the source with what it has no words for: names of gateways, which hops of both plans then have, and the default
 * routes that leases bring to main, which a plan has beside the table of a gateway.
 */
function sourceBeside({ plan, links }: SourcePlan, described: KernelPlan): KernelPlan {
  const own = plan.dynamic.tables
  const beside = described.dynamic.tables.flatMap((followed): readonly DynamicTable[] => {
    if (own.some(({ link, table }) => link === followed.link && table === followed.table)) return []
    const leases = links.get(followed.link)?.leases ?? {}
    const routers = followed.routers.filter(
      (family) => leases[family]?.isDefault === true && leases[family]?.table === RT_TABLE_MAIN,
    )
    const metric = routers.map((family) => leases[family]?.metric).find((value) => value !== undefined)
    if (routers.length === 0) return []
    return [
      {
        link: followed.link,
        table: followed.table,
        families: followed.families,
        routers,
        installedIn: 'main',
        ...(metric === undefined ? {} : { metric: followed.metric ?? metric }),
        replies: [],
        origin: followed.origin,
      },
    ]
  })
  return {
    ...plan,
    intent: { ...plan.intent, manage: described.intent.manage, gateways: described.intent.gateways },
    dynamic: { ...plan.dynamic, tables: [...own, ...beside] },
  }
}
