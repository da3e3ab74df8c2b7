// Plan document for `plan --format json` and `yaml`: keys of iproute2, values as text.
import { formatPath, type Path } from '../diagnostics/diagnostic.js'
import type { SourceLine } from '../diagnostics/source-line.js'
import { formatFwmark } from '../kernel/fwmark.js'
import { formatPrefix } from '../kernel/prefix.js'
import { mapSelector, selectors } from '../kernel/selectors.js'
import { formatSysctlKey } from '../kernel/sysctl.js'
import { formatOrigin } from '../plan/origin.js'
import type {
  DynamicMultipath,
  DynamicTable,
  KernelPlan,
  Nexthop,
  Origin,
  PlannedLink,
  Route,
  Rule,
  Selector,
  Intent,
} from '../plan/plan.js'
import { formatDst, virtualLinkTokens, formatTable } from './iproute2.js'

/** Contains only set values, in the order of the man pages. */
export type PlanDocument = Readonly<Record<string, unknown>>

type LineOf = (path: Path) => SourceLine | undefined

/** `lineOf` adds the description's line to every origin. Without it the document does not depend on layout. */
export function planDocument(plan: KernelPlan, lineOf?: LineOf): PlanDocument {
  const { manage, tables } = plan.intent
  const { links, rules, routes, sysctls, connmarks } = plan.state
  const withOrigins = <T extends { readonly origin: Origin }>(
    items: readonly T[],
    documentOf: (item: T) => PlanDocument,
  ) => items.map((item) => ({ ...documentOf(item), ...originDocument(item.origin, lineOf) }))
  return dropUndefined({
    manage,
    links: withOrigins(links, (link) => linkDocument(link, manage)),
    tables: withOrigins(tables, ({ id, name }) => ({ table: id, name })),
    rules: withOrigins(rules, ruleDocument),
    routes: withOrigins(routes, routeDocument),
    sysctls: withOrigins(sysctls, ({ key, value }) => ({ key: formatSysctlKey(key), value })),
    connmarks: orUndefined(
      withOrigins(connmarks, ({ link, fwmark }) => ({ link, fwmark: formatFwmark(fwmark) })),
    ),
    dynamicTables: orUndefined(withOrigins(plan.dynamic.tables, dynamicTableDocument)),
    dynamicMultipaths: orUndefined(withOrigins(plan.dynamic.multipaths, dynamicMultipathDocument)),
  })
}

export function originDocument(origin: Origin, lineOf?: LineOf): PlanDocument {
  return dropUndefined({
    for: formatOrigin(origin),
    comment: origin.comment,
    origin: formatPath(origin.path),
    ...lineOf?.(origin.path),
  })
}

export const linkDocument = (link: PlannedLink, manage: Intent['manage'] = 'full'): PlanDocument =>
  dropUndefined({
    link: link.name,
    manage: manage === 'full' && !link.managed ? 'routing' : undefined,
    addresses: link.addresses.map(formatPrefix),
    mtu: link.mtu,
    mac: link.mac,
    nameservers: orUndefined(link.nameservers.addresses.map(({ text }) => text)),
    search: orUndefined(link.nameservers.search),
    optional: link.optional ? true : undefined,
    type: link.virtual === undefined ? undefined : virtualLinkTokens(link.virtual).join(' '),
    primary: link.virtual?.kind === 'bond' ? link.virtual.primary : undefined,
    master: link.master?.link,
    dhcp4: link.lease?.dhcp4 === true ? true : undefined,
    dhcp6: link.lease?.dhcp6 === true ? true : undefined,
    accept_ra: link.lease?.acceptRa === true ? true : undefined,
  })

export const dynamicTableDocument = (table: DynamicTable): PlanDocument =>
  dropUndefined({
    link: table.link,
    table: formatTable(table.table),
    families: table.families,
    routers: orUndefined(table.routers),
    // false: only in the table.
    main: table.routers.length === 0 ? undefined : table.installedIn === 'main',
    metric: table.metric,
    lease_routes: table.leaseRoutes,
    replies: orUndefined(table.replies),
  })

export const dynamicMultipathDocument = ({ family, metric, hops }: DynamicMultipath): PlanDocument => ({
  family,
  metric,
  hops,
})

export const ruleDocument = ({ family, pref, selector, action, origin }: Rule): PlanDocument =>
  dropUndefined({
    family,
    pref,
    ...(origin.kind === 'kernel' && origin.part === 'l3mdev'
      ? { l3mdev: origin.vrf }
      : selectorDocument(selector)),
    ...(action.type === 'lookup'
      ? { lookup: formatTable(action.table), suppress_prefixlength: action.suppressPrefixlength }
      : action.type === 'goto'
        ? { goto: action.pref }
        : { action: action.type }),
  })

const selectorDocument = (selector: Selector): PlanDocument => ({
  not: selector.not,
  ...Object.fromEntries(
    mapSelector(selector, (name, value) => [
      name,
      selectors[name].toJson?.(value) ?? selectors[name].format(value),
    ]),
  ),
})

export function routeDocument(route: Route): PlanDocument {
  const [first, ...others] = route.nexthops
  const nexthops =
    others.length > 0
      ? { nexthops: route.nexthops.map(nexthopDocument) }
      : first === undefined
        ? {}
        : nexthopDocument(first)
  return dropUndefined({
    family: route.family,
    type: route.type === 'unicast' ? undefined : route.type,
    dst: formatDst(route.dst),
    ...nexthops,
    table: formatTable(route.table),
    metric: route.metric,
    src: route.prefsrc?.text,
    scope: route.scope,
    mtu: route.mtu,
  })
}

export const nexthopDocument = ({ via, dev, weight, onlink }: Nexthop): PlanDocument =>
  dropUndefined({ via: via?.text, dev, weight, onlink: onlink === true ? true : undefined })

const orUndefined = <T>(list: readonly T[]): readonly T[] | undefined =>
  list.length === 0 ? undefined : list

const dropUndefined = (document: Readonly<Record<string, unknown>>): PlanDocument =>
  Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined))
