// Source plan: what was found in the files of a host, as the kernel would have it after the boot.
import { isSameAddress, type Address } from '../kernel/address.js'
import { families, type Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import { isPreference, MAX_PREFERENCE, MIN_PREFERENCE, type Preference } from '../kernel/preference.js'
import { containsAddress, formatPrefix, isHostPrefix, isSamePrefix, networkOf } from '../kernel/prefix.js'
import { formatSysctlKey } from '../kernel/sysctl.js'
import {
  RT_TABLE_DEFAULT,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  isReservedTable,
  type TableId,
} from '../kernel/table.js'
import { asMatched } from '../kernel/rule.js'
import { lowerLinks, type Master, type VirtualLink } from '../kernel/virtual-link.js'
import type {
  Found,
  FoundDynamicTable,
  FoundLink,
  FoundNexthop,
  FoundRoute,
  Place,
  Problem,
} from '../found/found.js'
import { isKernelRule, kernelRules } from '../kernel/kernel-rules.js'
import { distinctBy, groupBy } from '../stdlib/group-by.js'
import { effectiveMetric, routeKey, ruleKey, sortRoutes, sortRules } from '../plan/keys.js'
import type {
  DynamicMultipath,
  DynamicTable,
  KernelPlan,
  Nexthop,
  PlannedLink,
  Route,
  Rule,
  Sysctl,
  Table,
} from '../plan/plan.js'
import { isReject, routeOf } from '../plan/route.js'

export interface SourcePlan {
  /** Without gateways: nothing in the files names them. `path` of an origin: `['rules', 3]`, see `placeOf`. */
  readonly plan: KernelPlan
  /** Links with what a plan has no place for. */
  readonly links: ReadonlyMap<LinkName, FoundLink>
  readonly placeOf: (path: readonly (string | number)[]) => Place | undefined
  /** What the kernel would refuse, or a plan cannot have. */
  readonly problems: readonly Problem[]
  /** Whether multihome has generated the files, so that each number is one of its own or was written. */
  readonly isOurs: boolean
  /** Whether the running host has the value, beside the sysctls of the plan. Absent: only files are known. */
  readonly hasSysctl?: (sysctl: Sysctl) => boolean
}

export function sourcePlan(found: Found): SourcePlan {
  const problems: Problem[] = []
  const unknown = (place: Place, why: string): void => void problems.push({ place, why, kind: 'unknown' })
  const links = plannedLinks(found, unknown)
  const tables = tablesOf(found)
  const plan: KernelPlan = {
    intent: {
      manage: found.links.some(({ managed }) => managed) ? 'full' : 'routing',
      gateways: [],
      tables,
      defaultDisabled: false,
      skippedRules: [],
      coexist: [],
      programs: '/usr/local/lib/multihome',
    },
    state: {
      links,
      routes: sortRoutes(routesOf(found, links, unknown), tables),
      rules: sortRules(rulesOf(found, unknown)),
      sysctls: sysctlsOf(found),
      connmarks: found.connmarks.map(({ link, fwmark, comment }, index) => ({
        link,
        fwmark,
        origin: { kind: 'link', link, path: ['connmarks', index], comment },
      })),
    },
    dynamic: {
      tables: dynamicTables(found),
      multipaths: dynamicMultipaths(found),
    },
  }
  return {
    plan,
    links: new Map(found.links.map((link) => [link.name, link])),
    placeOf: ([list, index]) => {
      const { problems: _problems, isOurs: _isOurs, ...lists } = found
      const items: Readonly<Record<string, readonly { readonly place: Place }[]>> = lists
      return typeof list === 'string' && typeof index === 'number' ? items[list]?.[index]?.place : undefined
    },
    problems,
    isOurs: found.isOurs,
  }
}

type Report = (place: Place, why: string) => void

/** A bridge without STP has none (br_make_forwarding): its ports forward at once. */
function withoutDelay(virtual: VirtualLink): VirtualLink {
  if (virtual.kind !== 'bridge' || virtual.stp) return virtual
  const { forwardDelay: _, ...bridge } = virtual
  return bridge
}

function plannedLinks(found: Found, unknown: Report): readonly PlannedLink[] {
  const { links: written } = withForeignLinks(found)
  const links = withLowerLinks(
    written.map((link) => withMembers(link, unknown)),
    unknown,
  )
  const masters = new Map<LinkName, Master>()
  for (const { name, virtual } of links)
    if (virtual !== undefined && virtual.kind !== 'vlan')
      for (const member of virtual.links) masters.set(member, { link: name, kind: virtual.kind })
  const known = new Set(links.map(({ name }) => name))
  const planned = links.flatMap((link, index): readonly PlannedLink[] => {
    if (link.name === 'lo') {
      for (const { place, prefix } of link.addresses)
        if (!(prefix.address.text === '127.0.0.1' || prefix.address.text === '::1'))
          unknown(place, 'a description has no addresses of lo')
      return []
    }
    const { dhcp4 = false, dhcp6 = false, acceptRa = false } = link
    return [
      {
        name: link.name,
        managed: link.managed,
        // The kernel refuses a second one (EEXIST).
        addresses: distinctBy(
          link.addresses.map(({ prefix }) => prefix),
          formatPrefix,
        ),
        ...(link.mtu === undefined ? {} : { mtu: link.mtu }),
        ...(link.mac === undefined ? {} : { mac: link.mac }),
        nameservers: { addresses: link.nameservers, search: link.search },
        optional: link.optional ?? false,
        ...(link.virtual === undefined ? {} : { virtual: withoutDelay(link.virtual) }),
        ...(masters.has(link.name) ? { master: masters.get(link.name) } : {}),
        ...(dhcp4 || dhcp6 || acceptRa ? { lease: { dhcp4, dhcp6, acceptRa } } : {}),
        origin: { kind: 'link', link: link.name, path: ['links', index], comment: link.comment },
      },
    ]
  })
  // Members that no file mentions by themselves.
  const lower = links.flatMap((link) =>
    link.virtual === undefined ? [] : lowerLinks(link.virtual).map((name) => [name, link] as const),
  )
  const unnamed = new Map(lower.filter(([name]) => !known.has(name)))
  return [
    ...[...unnamed].map(([name, { managed }]): PlannedLink => ({
      name,
      managed,
      addresses: [],
      nameservers: { addresses: [], search: [] },
      optional: false,
      ...(masters.has(name) ? { master: masters.get(name) } : {}),
      origin: { kind: 'link', link: name, path: [] },
    })),
    ...planned,
  ]
}

/**
 * With what routes and tables of the files tell about links that another program addresses: the address of a connected route
 * with `src`, and the clients of a table that follows a lease.
 */
function withForeignLinks(found: Found): Pick<Found, 'links'> {
  const names = new Set([
    ...found.links.map(({ name }) => name),
    ...found.routes.flatMap(({ nexthops }) => nexthops.flatMap(({ dev }) => dev ?? [])),
    ...found.dynamicTables.map(({ table }) => table.link),
  ])
  const byName = new Map(found.links.map((link) => [link.name, link]))
  const links = [...names].flatMap((name): readonly FoundLink[] => {
    const known = byName.get(name)
    const addresses =
      known?.managed === true || (known?.addresses.length ?? 0) > 0 ? [] : addressesOf(name, found)
    const clients = clientsOf(name, found)
    if (known === undefined && addresses.length === 0 && clients === undefined) return []
    const place = known?.place ?? addresses[0]?.place ?? found.dynamicTables[0]?.place
    if (place === undefined) return []
    const link: FoundLink = known ?? {
      ...{ name, place, managed: false, addresses: [], leases: {}, nameservers: [], search: [] },
    }
    const hasClient = link.dhcp4 === true || link.dhcp6 === true || link.acceptRa === true
    return [
      {
        ...link,
        ...(addresses.length === 0 ? {} : { addresses }),
        ...(hasClient || clients === undefined ? {} : clients),
      },
    ]
  })
  return { links }
}

/**
 * Addresses that connected routes of a link have as `src`, and those whose packets look up a table with the link's default
 * route, with the length of a connected route there.
 */
function addressesOf(name: LinkName, { routes, rules }: Found): FoundLink['addresses'] {
  const isOwn = ({ nexthops: [hop, second] }: FoundRoute): boolean =>
    hop?.dev === name && second === undefined
  const connected = routes.filter(
    (route) => isOwn(route) && route.nexthops[0]?.via === undefined && route.dst.length > 0,
  )
  const sources = connected.flatMap(({ dst, prefsrc, place }) =>
    prefsrc !== undefined && containsAddress(dst, prefsrc)
      ? [{ prefix: { ...dst, address: prefsrc }, place }]
      : [],
  )
  const replying = rules.flatMap(({ family, selector: { from, ...others }, action, place }) => {
    if (
      from === undefined ||
      !isHostPrefix(from) ||
      Object.keys(others).length > 0 ||
      action.type !== 'lookup'
    )
      return []
    const isUplink = routes.some(
      (route) =>
        route.table === action.table && route.family === family && route.dst.length === 0 && isOwn(route),
    )
    const network = connected.find(
      ({ table, dst }) => table === action.table && containsAddress(dst, from.address),
    )
    const length = network?.dst.length ?? from.length
    return isUplink ? [{ prefix: { ...from, length }, place }] : []
  })
  const all = [...sources, ...replying]
  return all.filter(
    ({ prefix }, index) =>
      all.findIndex((one) => isSameAddress(one.prefix.address, prefix.address)) === index,
  )
}

/** Without routers, a table follows whatever addresses the link gets. */
function clientsOf(
  name: LinkName,
  { dynamicTables }: Found,
): Pick<FoundLink, 'dhcp4' | 'acceptRa'> | undefined {
  const own = dynamicTables.filter(({ table }) => table.link === name)
  const isAny =
    own.every(({ table }) => table.routers.length === 0) &&
    families.every((family) => own.some(({ table }) => table.families.includes(family)))
  if (own.length === 0 || isAny) return undefined
  const has = (family: Family): boolean => own.some(({ table }) => table.families.includes(family))
  return { ...(has('inet') ? { dhcp4: true } : {}), ...(has('inet6') ? { acceptRa: true } : {}) }
}

/** A bond or VRF without members is none that a description can create. */
function withMembers(link: FoundLink, unknown: Report): FoundLink {
  const { virtual, ...others } = link
  if (
    virtual === undefined ||
    virtual.kind === 'vlan' ||
    virtual.kind === 'bridge' ||
    virtual.links.length > 0
  )
    return link
  unknown(link.place, `no file says which links are members of the ${virtual.kind}`)
  return { ...others, managed: false }
}

/** Who does not create a link does not create the VLANs on it as well. */
function withLowerLinks(links: readonly FoundLink[], unknown: Report): readonly FoundLink[] {
  const foreign = new Set(links.flatMap(({ name, managed }) => (managed ? [] : [name])))
  const changed = links.map((link) => {
    const { virtual, managed, ...others } = link
    if (virtual?.kind !== 'vlan' || !managed || !foreign.has(virtual.link)) return link
    unknown(link.place, `a description creates no VLAN of ${virtual.link}, which another program creates`)
    return { ...others, managed: false }
  })
  return changed.every((link, index) => link === links[index]) ? links : withLowerLinks(changed, unknown)
}

/** A comment in a list of tables is rarely about the next line, unless multihome has written it. */
function tablesOf({ tables, links, isOurs }: Found): readonly Table[] {
  const byId = new Map<TableId, Table>()
  for (const { name, virtual, comment } of links)
    if (virtual?.kind === 'vrf')
      byId.set(virtual.table, {
        id: virtual.table,
        name,
        origin: { kind: 'vrf', link: name, path: [], comment },
      })
  for (const [index, { id, name, comment }] of tables.entries())
    if (!isReservedTable(id) && !byId.has(id))
      byId.set(id, {
        id,
        name,
        origin: { kind: 'table', table: name, path: ['tables', index], ...(isOurs ? { comment } : {}) },
      })
  return [...byId.values()]
}

/** Routes with the links of their next hops, without those that the kernel adds for addresses. */
function routesOf(found: Found, links: readonly PlannedLink[], unknown: Report): readonly Route[] {
  const linkTo = linkFinder(links)
  const byName = new Map(links.map((link) => [link.name, link]))
  const resolved = found.routes.flatMap((route, index): readonly [Route, FoundRoute][] => {
    const nexthops = route.nexthops.map((hop) => withLink(hop, linkTo))
    if (!nexthops.every((hop) => hop !== undefined)) {
      unknown(route.place, 'no link has a network with its next hop, so the kernel refuses it')
      return []
    }
    const own = KERNEL_TABLES.get(route.table)
    if (own !== undefined) {
      unknown(route.place, `a description has no routes of the table ${own}`)
      return []
    }
    const { place: _place, comment, nexthops: _hops, ...attributes } = route
    const made = routeOf({
      ...attributes,
      nexthops,
      origin: {
        kind: 'route',
        home: homeOf(route.table, found),
        dst: route.dst,
        path: ['routes', index],
        comment,
      },
    })
    if (made === undefined) {
      unknown(route.place, 'a route of this type needs a next hop or a link')
      return []
    }
    return isKernels(made, byName) ? [] : [[made, route]]
  })
  const groups = groupBy(resolved, ([route]) => routeKey(route))
  return [...groups.values()].flatMap(([first, ...others]): readonly Route[] => {
    const [route] = first
    if (route.family === 'inet6') return [joined([route, ...others.map(([other]) => other)])]
    for (const [other, { place }] of others)
      if (bodyOf(other) !== bodyOf(route))
        unknown(
          place,
          'the kernel refuses it: another line has a route to this destination with the same metric',
        )
    return [route]
  })
}

const KERNEL_TABLES: ReadonlyMap<TableId, string> = new Map([
  [RT_TABLE_LOCAL, 'local'],
  [RT_TABLE_DEFAULT, 'default'],
])

const homeOf = (table: TableId, { tables }: Found): { kind: 'main' } | { kind: 'table'; name: string } =>
  table === RT_TABLE_MAIN
    ? { kind: 'main' }
    : { kind: 'table', name: tables.find(({ id }) => id === table)?.name ?? String(table) }

function withLink(hop: FoundNexthop, linkTo: (via: Address) => LinkName | undefined): Nexthop | undefined {
  const { via, dev = via === undefined ? undefined : linkTo(via) } = hop
  return dev === undefined ? undefined : { ...hop, dev }
}

/** fib_check_nh() looks the next hop up; the longest prefix counts, and of several the one of the first link. */
function linkFinder(links: readonly PlannedLink[]): (via: Address) => LinkName | undefined {
  const all = links.flatMap(({ name, addresses }) => addresses.map((prefix) => ({ name, prefix })))
  const byLength = [...groupBy(all, ({ prefix: { family, length } }) => `${family} ${length}`).values()]
    .toSorted(([a], [b]) => b.prefix.length - a.prefix.length)
    .map((same) => ({
      prefix: same[0].prefix,
      // The first one of a network counts.
      names: new Map(same.toReversed().map(({ name, prefix }) => [formatPrefix(networkOf(prefix)), name])),
    }))
  return (via) =>
    byLength
      .filter(({ prefix }) => prefix.family === via.family)
      .map(({ prefix, names }) => names.get(formatPrefix(networkOf({ ...prefix, address: via }))))
      .find((name) => name !== undefined)
}

/** fib_add_ifaddr() and addrconf_prefix_route() add it: metric 0, or 256. */
function isKernels(route: Route, links: ReadonlyMap<LinkName, PlannedLink>): boolean {
  const [hop, second] = route.nexthops
  if (route.type !== 'unicast' || hop === undefined || second !== undefined || hop.via !== undefined)
    return false
  const link = links.get(hop.dev)
  if (link === undefined || route.table !== tableOfAddresses(link, links)) return false
  if (effectiveMetric(route) !== (route.family === 'inet' ? 0 : 256)) return false
  return link.addresses.some((prefix) => !isHostPrefix(prefix) && isSamePrefix(networkOf(prefix), route.dst))
}

/** Where the kernel adds the connected routes of a link. */
function tableOfAddresses({ master }: PlannedLink, links: ReadonlyMap<LinkName, PlannedLink>): TableId {
  const vrf = master === undefined ? undefined : links.get(master.link)?.virtual
  return vrf?.kind === 'vrf' ? vrf.table : RT_TABLE_MAIN
}

const bodyOf = ({ origin: _origin, ...route }: Route): string => JSON.stringify(route)

/** The kernel joins IPv6 routes of one metric into a multipath route (fib6_add_rt2node). */
function joined(routes: readonly [Route, ...Route[]]): Route {
  const [first] = routes
  if (isReject(first)) return first
  const hops = new Map<string, Nexthop>()
  for (const { nexthops } of routes)
    for (const hop of nexthops) hops.set(`${hop.via?.text ?? ''} ${hop.dev}`, hop)
  const [one, ...others] = hops.values()
  if (one === undefined || others.length === 0) return first
  const weighed = (hop: Nexthop): Nexthop => ({ ...hop, weight: hop.weight ?? 1 })
  return { ...first, nexthops: [weighed(one), ...others.map(weighed)] }
}

const kernelPreferences = (family: Family): Preference[] =>
  kernelRules.filter((rule) => rule.family === family).map(({ pref }) => pref)

function rulesOf({ rules }: Found, unknown: Report): readonly Rule[] {
  const prefs: Record<Family, Preference[]> = {
    inet: kernelPreferences('inet'),
    inet6: kernelPreferences('inet6'),
  }
  const keys = new Set<string>()
  return rules.flatMap((rule, index): readonly Rule[] => {
    const { family } = rule
    if (isKernelRule(rule)) return []
    const pref = rule.pref ?? (prefs[family].toSorted((a, b) => a - b)[1] ?? 0) - 1
    if (!isPreference(pref)) {
      unknown(
        rule.place,
        `a description has rules from ${MIN_PREFERENCE} to ${MAX_PREFERENCE}, and this one is at ${pref}`,
      )
      return []
    }
    const made: Rule = {
      family,
      pref,
      selector: asMatched(rule.selector),
      action: rule.action,
      origin: {
        kind: 'rule',
        name: String(index + 1),
        action: rule.place.text,
        path: ['rules', index],
        comment: rule.comment,
      },
    }
    const key = ruleKey(made)
    if (keys.has(key)) return []
    keys.add(key)
    prefs[family].push(pref)
    return [made]
  })
}

function sysctlsOf({ sysctls }: Found): KernelPlan['state']['sysctls'] {
  const byKey = new Map(
    sysctls.map(({ key, value, comment }, index) => [
      formatSysctlKey(key),
      { key, value, origin: { kind: 'sysctl', path: ['sysctls', index], comment } as const },
    ]),
  )
  return [...byKey.values()]
}

const dynamicMultipaths = ({ dynamicMultipaths: found }: Found): readonly DynamicMultipath[] =>
  found.map(({ multipath, comment }, index) => ({
    ...multipath,
    origin: { kind: 'default', part: 'multipath', path: ['dynamicMultipaths', index], comment },
  }))

/** One for each link and table. */
function dynamicTables({ dynamicTables, links }: Found): readonly DynamicTable[] {
  const elsewhere = links.flatMap((link) => leasesElsewhere(link, dynamicTables))
  const groups = groupBy(dynamicTables.entries(), ([, { table }]) => `${table.link} ${table.table}`)
  return [...[...groups.values()].map((group) => joinedDynamic(group, links)), ...elsewhere]
}

/** Tables other than main in which a client installs the routes of a lease. */
function leasesElsewhere(
  { name: link, leases, managed, comment }: FoundLink,
  known: readonly FoundDynamicTable[],
): readonly DynamicTable[] {
  const own = families.flatMap((family) => {
    const routes = leases[family]
    return routes === undefined || routes.table === RT_TABLE_MAIN || !managed ? [] : [{ family, ...routes }]
  })
  return [...groupBy(own, ({ table }) => table).entries()]
    .filter(([table]) => !known.some((one) => one.table.link === link && one.table.table === table))
    .map(([table, of]) => ({
      link,
      table,
      families: of.map(({ family }) => family),
      routers: of.flatMap(({ family, isDefault }) => (isDefault ? [family] : [])),
      installedIn: 'table',
      replies: [],
      origin: { kind: 'link', link, path: [], comment },
    }))
}

function joinedDynamic(
  group: readonly [readonly [number, FoundDynamicTable], ...(readonly [number, FoundDynamicTable])[]],
  links: readonly FoundLink[],
): DynamicTable {
  const [[index, first]] = group
  const all = group.map(([, { table }]) => table)
  const has = (key: 'families' | 'routers') =>
    families.filter((family) => all.some((one) => one[key].includes(family)))
  const routers = has('routers')
  const { link, table, installedIn } = first.table
  const leases = links.find(({ name }) => name === link)?.leases ?? {}
  const metric =
    first.table.metric ?? routers.map((family) => leases[family]?.metric).find((one) => one !== undefined)
  const isInMain = installedIn === 'main' && routers.length > 0
  const replies = all.flatMap((one) => one.replies)
  return {
    link,
    table,
    families: has('families'),
    routers,
    installedIn,
    ...(isInMain && metric !== undefined ? { metric } : {}),
    ...(all.some(({ leaseRoutes }) => leaseRoutes === true) ? { leaseRoutes: true as const } : {}),
    replies: replies.filter(
      ({ word, pref }, at) => replies.findIndex((one) => one.word === word && one.pref === pref) === at,
    ),
    origin: {
      kind: 'link',
      link,
      path: ['dynamicTables', index],
      comment: first.comment,
    },
  }
}
