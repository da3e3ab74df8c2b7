// Plan items: the parts of a plan in display order, each in ip(8)'s syntax.
import type { DiagnosticOrigin, Path } from '../diagnostics/diagnostic.js'
import type { SourceLine } from '../diagnostics/source-line.js'
import { familyName, type Family } from '../kernel/family.js'
import { formatFwmark } from '../kernel/fwmark.js'
import { groupBy, groupPairs } from '../stdlib/group-by.js'
import type { LinkName } from '../kernel/link.js'
import { formatPrefix } from '../kernel/prefix.js'
import type { TableId } from '../kernel/table.js'
import { formatSysctlKey } from '../kernel/sysctl.js'
import { findGateway } from '../plan/find-gateway.js'
import { actionKey, selectorKey } from '../plan/keys.js'
import { formatOrigin, gatewayOf } from '../plan/origin.js'
import type { DynamicTable, DynamicMultipath, KernelPlan, Origin, PlannedLink, Route } from '../plan/plan.js'
import { multipathLinks } from '../plan/route-owner.js'
import { versionNeeds } from '../plan/requires-versions.js'
import { virtualLinkTokens, routeTokens, ruleTokens, formatTable } from '../syntax/iproute2.js'
import type { PlanItem, PlanItemId, PlanItemKind } from './comparison.js'

export type LineOf = (path: Path) => SourceLine | undefined

/** The item of a part of the plan, found by the identity of its origin. */
export type ItemOf = (origin: DiagnosticOrigin) => PlanItemId | undefined

/** What differs by the kind of item. */
interface ItemFacts {
  readonly words: readonly string[]
  readonly origin: Origin
  readonly families?: readonly Family[]
  readonly gateways?: readonly string[]
  readonly table?: TableId
  readonly links?: readonly LinkName[]
}

const partsOf: Readonly<Record<PlanItemKind, (plan: KernelPlan) => readonly { readonly origin: Origin }[]>> =
  {
    link: ({ state }) => state.links,
    table: ({ intent }) => intent.tables,
    rule: ({ state }) => state.rules,
    route: ({ state }) => state.routes,
    dynamicTable: ({ dynamic }) => dynamic.tables,
    dynamicMultipath: ({ dynamic }) => dynamic.multipaths,
    sysctl: ({ state }) => state.sysctls,
    connmark: ({ state }) => state.connmarks,
  }

type MapParts = <T extends { readonly origin: Origin }>(
  kind: PlanItemKind,
  parts: readonly T[],
) => readonly T[]

/** The plan with other lists of parts. */
const mapParts = ({ state, dynamic, intent }: KernelPlan, map: MapParts): KernelPlan => ({
  state: {
    links: map('link', state.links),
    rules: map('rule', state.rules),
    routes: map('route', state.routes),
    sysctls: map('sysctl', state.sysctls),
    connmarks: map('connmark', state.connmarks),
  },
  dynamic: {
    tables: map('dynamicTable', dynamic.tables),
    multipaths: map('dynamicMultipath', dynamic.multipaths),
  },
  intent: { ...intent, tables: map('table', intent.tables) },
})

/** The same plan with an origin of its own for each part: rules that one key of the description asks for share theirs. */
export const withDistinctOrigins = (plan: KernelPlan): KernelPlan =>
  mapParts(plan, (_, parts) => parts.map((part) => ({ ...part, origin: { ...part.origin } })))

/** By origin of a part, the index of its item. The plan has distinct origins. */
export const itemsByOrigin = (
  plan: KernelPlan,
  items: readonly Pick<PlanItem, 'kind' | 'parts'>[],
): ReadonlyMap<DiagnosticOrigin, number> =>
  new Map(
    items.flatMap(({ kind, parts }, index) => {
      const all = partsOf[kind](plan)
      return parts.flatMap((part) => all.slice(part, part + 1).map(({ origin }) => [origin, index] as const))
    }),
  )

export function planItems(plan: KernelPlan, lineOf: LineOf): readonly PlanItem[] {
  const ofTable = gatewaysByTable(plan)
  const each = <T>(
    kind: PlanItemKind,
    things: readonly T[],
    factsOf: (thing: T) => ItemFacts,
  ): readonly PlanItem[] => things.map((thing, index) => itemOf(plan, kind, [index], factsOf(thing), lineOf))
  return [
    ...each('link', plan.state.links, (link) => ({
      words: formatLink(link),
      origin: link.origin,
      links: [link.name],
      gateways: plan.intent.gateways.flatMap((gateway) => (gateway.link === link.name ? [gateway.name] : [])),
    })),
    ...each('table', plan.intent.tables, ({ id, name, origin }) => ({
      words: [String(id), name],
      origin,
      table: id,
      gateways: ofTable(id),
    })),
    ...ruleItems(plan, ofTable, lineOf),
    ...each('route', plan.state.routes, (route) => ({
      words: routeTokens(route),
      origin: route.origin,
      families: [route.family],
      table: route.table,
      links: multipathLinks(route),
      gateways: gatewaysOfRoute(plan, route, ofTable),
    })),
    ...each('dynamicTable', plan.dynamic.tables, (followed) => ({
      words: formatDynamic(followed),
      origin: followed.origin,
      families: followed.families,
      table: followed.table,
      links: [followed.link],
      gateways: ofTable(followed.table),
    })),
    ...each('dynamicMultipath', plan.dynamic.multipaths, (balance) => ({
      words: formatBalance(balance),
      origin: balance.origin,
      families: [balance.family],
      links: balance.hops.map(({ dev }) => dev),
    })),
    ...each('sysctl', plan.state.sysctls, ({ key, value, origin }) => ({
      words: [formatSysctlKey(key), '=', value],
      origin,
    })),
    ...each('connmark', plan.state.connmarks, ({ link, fwmark, origin }) => ({
      words: ['iif', link, 'mark', formatFwmark(fwmark)],
      origin,
      links: [link],
    })),
  ]
}

function itemOf(
  plan: KernelPlan,
  kind: PlanItemKind,
  parts: readonly number[],
  facts: ItemFacts,
  lineOf: LineOf,
): PlanItem {
  const { origin, table } = facts
  const asking = gatewayOf(origin)
  return {
    id: `${kind}-${parts[0] ?? 0}`,
    kind,
    parts,
    families: facts.families ?? [],
    words: facts.words.join(' '),
    reason: formatOrigin(origin),
    comment: origin.comment,
    ...lineOf(origin.path),
    gateways: facts.gateways?.length ? facts.gateways : asking === undefined ? [] : [asking],
    table,
    links: facts.links ?? [],
    needs: versionNeeds(onlyWith(plan, kind, parts)).map(
      ({ path: _path, feature: _feature, ...need }) => need,
    ),
  }
}

/** The IPv4 and the IPv6 form of a rule are one item: they share pref, selector and action. */
function ruleItems(
  plan: KernelPlan,
  ofTable: (table: TableId) => readonly string[],
  lineOf: LineOf,
): readonly PlanItem[] {
  const groups = groupBy(
    plan.state.rules.entries(),
    ([, { pref, selector, action }]) => `${pref} ${selectorKey(selector)} ${actionKey(action)}`,
  )
  return [...groups.values()]
    .toSorted(([[, a]], [[, b]]) => a.pref - b.pref)
    .map((entries) => {
      const [[, rule]] = entries
      const table = rule.action.type === 'lookup' ? rule.action.table : undefined
      const { iif, oif } = rule.selector
      const facts = {
        words: ruleTokens(rule),
        origin: rule.origin,
        families: entries.map(([, { family }]) => family),
        links: [iif, oif].flatMap((link) => (link === undefined ? [] : [link])),
        ...(table === undefined ? {} : { table, gateways: ofTable(table) }),
      }
      const parts = entries.map(([part]) => part)
      return itemOf(plan, 'rule', parts, facts, lineOf)
    })
}

function gatewaysByTable({ intent: { gateways } }: KernelPlan): (table: TableId) => readonly string[] {
  const byTable = groupPairs(gateways.map(({ table, name }) => [table, name]))
  return (table) => byTable.get(table) ?? []
}

function gatewaysOfRoute(
  plan: KernelPlan,
  { family, table, nexthops }: Route,
  ofTable: (table: TableId) => readonly string[],
): readonly string[] {
  const led = nexthops.flatMap((nexthop) => findGateway(plan, family, table, nexthop)?.name ?? [])
  return led.length === 0 ? ofTable(table) : [...new Set(led)]
}

function formatLink(link: PlannedLink): readonly string[] {
  const { name, virtual, master, addresses, lease, mac, mtu, nameservers } = link
  return [
    name,
    ...(virtual === undefined ? [] : virtualLinkTokens(virtual)),
    ...(master === undefined ? [] : ['master', master.link]),
    ...(mac === undefined ? [] : ['address', mac]),
    ...(mtu === undefined ? [] : ['mtu', String(mtu)]),
    ...addresses.map(formatPrefix),
    ...(lease?.dhcp4 === true ? ['dhcp4'] : []),
    ...(lease?.dhcp6 === true ? ['dhcp6'] : []),
    ...(lease?.acceptRa === true ? ['accept_ra'] : []),
    ...nameservers.addresses.flatMap(({ text }) => ['nameserver', text]),
    ...nameservers.search.flatMap((domain) => ['search', domain]),
  ]
}

const formatDynamic = ({ link, table, families, replies }: DynamicTable): readonly string[] => [
  'addresses of',
  link,
  'in table',
  formatTable(table),
  ...families.map(familyName),
  ...replies.flatMap(({ word, pref }) => ['pref', String(pref), word, 'each']),
]

const formatBalance = ({ metric, hops }: DynamicMultipath): readonly string[] => [
  'default metric',
  String(metric),
  ...hops.flatMap(({ dev, weight }) => ['nexthop via its lease dev', dev, 'weight', String(weight)]),
]

/** The plan without any other part than these. */
const onlyWith = (plan: KernelPlan, kind: PlanItemKind, indices: readonly number[]): KernelPlan =>
  mapParts(plan, (one, parts) => (one === kind ? indices.flatMap((index) => parts[index] ?? []) : []))
