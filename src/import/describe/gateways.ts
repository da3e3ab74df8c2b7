// Gateways in a source plan: tables with a default route and what belongs to it, and default routes of main.
import { isLinkLocal, type Address } from '../../kernel/address.js'
import { families, type Family } from '../../kernel/family.js'
import type { Fwmark } from '../../kernel/fwmark.js'
import { loopback, type LinkName } from '../../kernel/link.js'
import { containsAddress, formatPrefix, isHostPrefix, networkOf } from '../../kernel/prefix.js'
import { RT_TABLE_MAIN, isReservedTable, type TableId } from '../../kernel/table.js'
import { setSelectors } from '../../kernel/selectors.js'
import { effectiveMetric } from '../../plan/keys.js'
import type { DynamicTable, KernelPlan, Nexthop, PlannedLink, Route, Rule } from '../../plan/plan.js'
import { isDeviceRoute } from '../../plan/route.js'
import { groupBy } from '../../stdlib/group-by.js'
import { oncePerObject } from '../../stdlib/memoize.js'
import type { FoundLeaseRoutes } from '../../found/found.js'
import type { SourcePlan } from '../source-plan.js'
import { MAX_NAME, plainName, RESERVED } from '../../description/schema/names.js'
import { FIRST_TABLE } from '../../network/resolve-tables.js'
import { linkNamed, linksNamed, routesIn, rulesFor } from './by-table.js'
import type { DescribeForm } from './form.js'

/** How packets of a family leave. */
export type Way =
  | { readonly kind: 'lease' }
  | { readonly kind: 'device' }
  | { readonly kind: 'address'; readonly via: Address; readonly onlink: boolean }

export interface Gateway {
  readonly name: string
  readonly link: LinkName
  readonly ways: ReadonlyMap<Family, Way>
  /** Its table in the source; absent if the source has its default route in main only. */
  readonly table?: TableId
  /** Its own, where several gateways share the link and the next hops do not tell. */
  readonly addresses?: readonly string[]
  readonly reply: readonly ('from' | 'to')[]
  readonly fwmark?: Fwmark
  readonly failClosed: boolean
  /** Links whose networks are in the table; absent: those of the default of the language. */
  readonly connected?: readonly LinkName[]
  readonly leaseRoutes: boolean
  /** Of the source, and expressed by this gateway. */
  readonly routes: ReadonlySet<Route>
  readonly rules: ReadonlySet<Rule>
  readonly comment?: string
}

export function gatewaysOf(
  source: SourcePlan,
  hasTables: boolean,
  form: Omit<DescribeForm, 'style'>,
): readonly Gateway[] {
  const names = new Set<string>()
  const leases = leaseDrafts(source)
  const drawn = hasTables ? tableDrafts(source.plan) : []
  const ofTables = new Set(drawn.map(({ link }) => link))
  const allMains = mainDrafts(
    source.plan,
    leases.filter(({ link }) => !ofTables.has(link)),
  )
  const tables = drawn.map((table) => withMain(withLease(table, leases, source.plan), allMains, source.plan))
  // A gateway that would share its addresses with that of a table is a route of main.
  const mains = allMains.filter((main) => tables.every((table) => hasOwnAddresses(main, table, source.plan)))
  const drafts = [...tables, ...mains, ...leases]
  const byLink = groupBy(drafts, ({ link }) => link)
  const distinct = drafts.filter((draft) => {
    const ofLink: readonly Draft[] = byLink.get(draft.link) ?? []
    return !ofLink.slice(0, ofLink.indexOf(draft)).some((other) => leavesAs(draft, other))
  })
  const uplinks = new Map(
    [...groupBy(distinct, ({ link }) => link)].map(([link, { length }]) => [link, length]),
  )
  const lans = lansOf(source.plan, uplinks)
  return inRuleOrder(distinct, source).map((draft) => finish(draft, uplinks, lans, source, names, form))
}

/** In the order of the links; of the tables and of rules for marks and replies, if multihome has numbered them. */
function inRuleOrder(drafts: readonly Draft[], { plan, isOurs }: SourcePlan): readonly Draft[] {
  const orders = [isMarkRule, isReplyRule].map((isOwn) =>
    drafts
      .flatMap((draft) => {
        const { table } = draft
        const link = linkNamed(plan, draft.link)
        const rule =
          table === undefined || link === undefined
            ? undefined
            : rulesFor(plan, table).find((one) => isOwn(one, link))
        return rule === undefined ? [] : [{ draft, pref: rule.pref }]
      })
      .toSorted((a, b) => a.pref - b.pref)
      .map(({ draft }) => draft),
  )
  const numbers = drafts.flatMap(({ table }) => table ?? []).toSorted((a, b) => a - b)
  const isNumbered = numbers.every((number, index) => number === FIRST_TABLE + index)
  const positions = new Map(plan.state.links.map(({ name }, index) => [name, index]))
  const position = (draft: Draft): number =>
    isNumbered ? (draft.table ?? Number.POSITIVE_INFINITY) : (positions.get(draft.link) ?? -1)
  const sorted = drafts.toSorted((a, b) => (position(a) === position(b) ? 0 : position(a) - position(b)))
  return isOurs || isNumbered ? inOrders(sorted, orders) : sorted
}

/** The items in the order that all `orders` have, as far as they agree; otherwise in their own. */
export function inOrders<T>(items: readonly T[], orders: readonly (readonly T[])[]): readonly T[] {
  const placed: T[] = []
  const waiting = new Set(items)
  const queues = orders.map((order) => ({ members: new Set(order), left: order.toReversed() }))
  while (waiting.size > 0) {
    for (const { left } of queues)
      while (left.length > 0 && !left.slice(-1).some((one) => waiting.has(one))) left.pop()
    const isNext = (item: T): boolean =>
      queues.every(({ members, left }) => !members.has(item) || left.at(-1) === item)
    let next: T | undefined
    for (const item of waiting) {
      next ??= item
      if (!isNext(item)) continue
      next = item
      break
    }
    if (next === undefined) break
    placed.push(next)
    waiting.delete(next)
  }
  return placed
}

interface Draft {
  readonly link: LinkName
  readonly ways: ReadonlyMap<Family, Way>
  readonly table?: TableId
  readonly dynamic?: DynamicTable
  /** Default routes of the table that the ways stand for. */
  readonly defaults: readonly Route[]
  readonly comment?: string
}

/** `via: [192.0.2.1, lease]`, where the lease has the router of the other family, and main has both. */
function withLease(draft: Draft, leases: readonly Draft[], plan: KernelPlan): Draft {
  const lease = leases.find(({ link }) => link === draft.link)
  const isFree = [...draft.ways].every(
    ([family, way]) =>
      way.kind === 'address' &&
      lease?.ways.has(family) !== true &&
      routesIn(plan, RT_TABLE_MAIN).some(
        ({ dst, nexthops: [hop] }) =>
          dst.length === 0 && hop?.dev === draft.link && hop.via?.text === way.via.text,
      ),
  )
  return lease === undefined || draft.dynamic !== undefined || draft.ways.size === 0 || !isFree
    ? draft
    : { ...draft, ways: new Map([...draft.ways, ...lease.ways]) }
}

/** `via: [192.0.2.1, 2001:db8::1]`, where only main has the router of the other family, and no rule looks up the table. */
function withMain(draft: Draft, mains: readonly Draft[], plan: KernelPlan): Draft {
  const main = mains.find((one) => one.link === draft.link && one.ways.size > draft.ways.size)
  const isSame = [...draft.ways].every(([family, way]) => {
    const other = main?.ways.get(family)
    return other !== undefined && wayKey(other) === wayKey(way)
  })
  const isUsed =
    draft.table === undefined || draft.dynamic !== undefined || rulesFor(plan, draft.table).length > 0
  return main === undefined || !isSame || isUsed || draft.ways.size === 0
    ? draft
    : { ...draft, ways: main.ways }
}

/** Whether the next hops of two gateways tell which addresses of their link each has. */
function hasOwnAddresses(main: Draft, table: Draft, plan: KernelPlan): boolean {
  if (main.link !== table.link) return true
  const addresses = linkNamed(plan, main.link)?.addresses ?? []
  return [...main.ways].every(([family, way]) => {
    const other = table.ways.get(family)
    if (way.kind !== 'address' || table.dynamic !== undefined) return false
    const own = addresses.filter((prefix) => containsAddress(prefix, way.via))
    return (
      own.length > 0 &&
      (other === undefined ||
        (other.kind === 'address' && own.every((prefix) => !containsAddress(prefix, other.via))))
    )
  })
}

/** Whether a draft of main is the same uplink as one of a table. */
const leavesAs = (draft: Draft, table: Draft): boolean =>
  draft.table === undefined &&
  draft.link === table.link &&
  [...draft.ways].every(([family, way]) => {
    const other = table.ways.get(family)
    return other !== undefined && wayKey(other) === wayKey(way)
  })

export const wayKey = (way: Way): string => (way.kind === 'address' ? way.via.text : way.kind)

function tableDrafts(plan: KernelPlan): readonly Draft[] {
  const { routes, rules } = plan.state
  const ids = new Set([
    ...routes.map(({ table }) => table),
    ...plan.dynamic.tables.map(({ table }) => table),
    ...rules.flatMap(({ action }) => (action.type === 'lookup' ? [action.table] : [])),
  ])
  return [...ids]
    .filter((id) => !isReservedTable(id) && vrfOfTable(id, plan) === undefined)
    .toSorted((a, b) => a - b)
    .flatMap((id) => tableDraft(id, plan) ?? [])
}

/** The VRF whose table it is. */
export const vrfOfTable = (id: TableId, { state }: KernelPlan): LinkName | undefined =>
  state.links.find(({ virtual }) => virtual?.kind === 'vrf' && virtual.table === id)?.name

function tableDraft(table: TableId, plan: KernelPlan): Draft | undefined {
  const routes = routesIn(plan, table)
  const dynamics = plan.dynamic.tables.filter((one) => one.table === table)
  const dynamic =
    dynamics.find(({ routers }) => routers.length > 0) ?? dynamics.find(({ replies }) => replies.length > 0)
  const firsts = families.flatMap((family) => firstDefault(routes, family) ?? [])
  const link = dynamic?.link ?? firsts[0]?.hop.dev ?? ownLink(table, routes, plan)
  if (link === undefined || !isUplink(link, plan)) return undefined
  const ways = new Map<Family, Way>()
  const defaults: Route[] = []
  for (const family of dynamic?.routers ?? []) ways.set(family, { kind: 'lease' })
  for (const { family, route, hop } of firsts)
    if (
      hop.dev === link &&
      !ways.has(family) &&
      isCompatible(wayOf(hop, link, plan), ways, family, link, plan)
    ) {
      ways.set(family, wayOf(hop, link, plan))
      defaults.push(route)
    }
  const comment = dynamic?.origin.comment ?? defaults[0]?.origin.comment
  return {
    link,
    ways,
    table,
    defaults,
    ...(dynamic === undefined ? {} : { dynamic }),
    ...(comment === undefined ? {} : { comment }),
  }
}

/** `via: none` stands alone, and for the families of the addresses of the link, or IPv4 if it has none. */
function isCompatible(
  way: Way,
  ways: ReadonlyMap<Family, Way>,
  family: Family,
  link: LinkName,
  plan: KernelPlan,
): boolean {
  const isDevice = way.kind === 'device'
  if ([...ways.values()].some(({ kind }) => (kind === 'device') !== isDevice)) return false
  if (!isDevice) return true
  const addresses = linkNamed(plan, link)?.addresses ?? []
  return addresses.length === 0 ? family === 'inet' : addresses.some((one) => one.family === family)
}

interface FirstDefault {
  readonly family: Family
  readonly route: Route
  readonly hop: Nexthop
}

/** The default route that counts, if a gateway can stand for it. */
function firstDefault(routes: readonly Route[], family: Family): FirstDefault | undefined {
  const [route] = routes
    .filter((one) => one.family === family && one.dst.length === 0 && one.type === 'unicast')
    .toSorted((a, b) => effectiveMetric(a) - effectiveMetric(b))
  const [hop, second] = route?.nexthops ?? []
  return route === undefined || hop === undefined || second !== undefined || route.mtu !== undefined
    ? undefined
    : { family, route, hop }
}

function wayOf({ via, onlink }: Nexthop, link: LinkName, plan: KernelPlan): Way {
  if (via === undefined) return { kind: 'device' }
  const own = linkNamed(plan, link)
  const isReachable =
    own === undefined ||
    own.addresses.some((prefix) => containsAddress(prefix, via)) ||
    isLinkLocal(via) ||
    (!own.managed && own.addresses.length === 0)
  return { kind: 'address', via, onlink: onlink === true || !isReachable }
}

/** The link of a table without default route, if replies of its addresses look the table up: a storage network. */
function ownLink(table: TableId, routes: readonly Route[], plan: KernelPlan): LinkName | undefined {
  const links = new Set(routes.filter(isDeviceRoute).map(({ nexthops: [hop] }) => hop?.dev))
  return plan.state.links.find(
    (link) =>
      links.has(link.name) && rulesFor(plan, table).some((rule) => replyWord(rule, link) !== undefined),
  )?.name
}

/** A gateway cannot be over a port, nor over a member of a VRF. */
const isUplink = (name: LinkName, plan: KernelPlan): boolean =>
  name !== loopback && linkNamed(plan, name)?.master === undefined

/** `from` or `to` of a rule for one of the link's addresses. */
function replyWord({ selector, action }: Rule, link: PlannedLink): 'from' | 'to' | undefined {
  if (action.type !== 'lookup' || action.suppressPrefixlength !== undefined) return undefined
  const [only, second] = setSelectors(selector)
  if (second !== undefined || (only !== 'from' && only !== 'to')) return undefined
  const prefix = selector[only]
  return prefix !== undefined &&
    isHostPrefix(prefix) &&
    link.addresses.some(({ address }) => address.text === prefix.address.text)
    ? only
    : undefined
}

/** Default routes of leases in main, without a table of the source. */
function leaseDrafts({ plan, links }: SourcePlan): readonly Draft[] {
  return plan.state.links.flatMap((link): readonly Draft[] => {
    const { leases = {}, comment } = links.get(link.name) ?? {}
    const leased = families.filter((family) => isMainDefault(leases[family]) && hasClient(link, family))
    if (
      !link.managed ||
      leased.length === 0 ||
      !isUplink(link.name, plan) ||
      plan.dynamic.tables.some((one) => one.link === link.name && one.routers.length > 0)
    )
      return []
    const ways = new Map<Family, Way>(leased.map((family) => [family, { kind: 'lease' }]))
    return [{ link: link.name, ways, defaults: [], ...(comment === undefined ? {} : { comment }) }]
  })
}

const isMainDefault = (leases: FoundLeaseRoutes | undefined): boolean =>
  leases !== undefined && leases.isDefault && leases.table === RT_TABLE_MAIN

const hasClient = ({ lease }: PlannedLink, family: Family): boolean =>
  lease !== undefined && (family === 'inet' ? lease.dhcp4 : lease.acceptRa)

/** Default routes of main over a next hop of their own; the two families of one link are one gateway. */
function mainDrafts(plan: KernelPlan, leases: readonly Draft[]): readonly Draft[] {
  const hops = routesIn(plan, RT_TABLE_MAIN)
    .filter(({ dst, type }) => dst.length === 0 && type === 'unicast')
    .toSorted((a, b) => effectiveMetric(a) - effectiveMetric(b))
    .flatMap((route) => (route.mtu === undefined ? route.nexthops.map((hop) => ({ route, hop })) : []))
  const drafts: { link: LinkName; ways: Map<Family, Way>; comment?: string }[] = leases.map((lease) => ({
    link: lease.link,
    ways: new Map(lease.ways),
    ...(lease.comment === undefined ? {} : { comment: lease.comment }),
  }))
  for (const { route, hop } of hops) {
    if (!isUplink(hop.dev, plan)) continue
    const way = wayOf(hop, hop.dev, plan)
    const known = drafts.find(
      (one) =>
        one.link === hop.dev &&
        (one.ways.has(route.family)
          ? wayKey(one.ways.get(route.family) ?? way) === wayKey(way)
          : isCompatible(way, one.ways, route.family, hop.dev, plan)),
    )
    if (known !== undefined) known.ways.set(route.family, way)
    else if (isCompatible(way, new Map(), route.family, hop.dev, plan))
      drafts.push({
        link: hop.dev,
        ways: new Map([[route.family, way]]),
        ...(route.origin.comment === undefined ? {} : { comment: route.origin.comment }),
      })
  }
  return drafts.map((draft) => ({ ...draft, defaults: [] }))
}

function finish(
  draft: Draft,
  uplinks: ReadonlyMap<LinkName, number>,
  lans: ReadonlySet<LinkName>,
  { plan, isOurs }: SourcePlan,
  names: Set<string>,
  { hasReplies, hasMarks, hasAllAddresses }: Omit<DescribeForm, 'style'>,
): Gateway {
  const { link: name, ways, table, dynamic } = draft
  const link = linkNamed(plan, name)
  const routes = new Set(draft.defaults)
  const rules = new Set<Rule>()
  const words = new Set<'from' | 'to'>(dynamic?.replies.map(({ word }) => word))
  const marks: Rule[] = []
  const replied = new Set<string>()
  for (const rule of table === undefined ? [] : rulesFor(plan, table)) {
    const word = link === undefined || !hasReplies ? undefined : replyWord(rule, link)
    if (word !== undefined) {
      words.add(word)
      rules.add(rule)
      for (const prefix of [rule.selector.from, rule.selector.to])
        if (prefix !== undefined) replied.add(prefix.address.text)
    }
    if (hasMarks && isMarkRule(rule)) marks.push(rule)
  }
  const fwmark = marks[0]?.selector.fwmark
  for (const rule of marks)
    if (rule.selector.fwmark?.value === fwmark?.value && rule.selector.fwmark?.mask === fwmark?.mask)
      rules.add(rule)
  const isLease = table === undefined && [...ways.values()].every(({ kind }) => kind === 'lease')
  const isLeasedOnly = dynamic === undefined && [...ways.values()].some(({ kind }) => kind === 'lease')
  const isShared = (uplinks.get(name) ?? 0) > 1
  const addresses =
    link === undefined || (hasAllAddresses && !isShared && !isLeasedOnly)
      ? undefined
      : ownAddresses(link, ways, replied, isShared, isLeasedOnly)
  const rejects = table === undefined ? [] : rejectFallback(table, plan)
  for (const route of rejects) routes.add(route)
  const connected = table === undefined ? undefined : connectedLinks(name, table, lans, plan, routes)
  const isUsed = table !== undefined && (dynamic !== undefined || rulesFor(plan, table).length > 0)
  return {
    name: uniqueName(
      plan.intent.tables.find(({ id }) => id === table)?.name ??
        (isShared && table !== undefined ? `${name}-${table}` : name),
      isLease ? `${name}-lease` : name,
      names,
    ),
    link: name,
    ways,
    ...(table === undefined ? {} : { table }),
    ...(addresses === undefined ? {} : { addresses }),
    reply: (['from', 'to'] as const).filter((word) => words.has(word)),
    ...(fwmark === undefined ? {} : { fwmark }),
    failClosed: rejects.length > 0,
    ...(connected === undefined || !(isUsed || isOurs) ? {} : { connected }),
    leaseRoutes: dynamic?.leaseRoutes === true,
    routes,
    rules,
    ...commentOf(draft, [...routes, ...rules]),
  }
}

/** A gateway stands for several lines of the source, each of which may have a comment. */
function commentOf({ comment: first }: Draft, items: readonly (Route | Rule)[]): Pick<Gateway, 'comment'> {
  const all = new Set([first, ...items.map(({ origin }) => origin.comment)])
  all.delete(undefined)
  return all.size === 0 ? {} : { comment: [...all].join('; ') }
}

/**
 * Those with reply rules; undefined if they are the ones that a gateway has without the key. `isWritten`: also then, since
 * without the key the addresses of the lease get rules as well.
 */
function ownAddresses(
  { addresses }: PlannedLink,
  ways: ReadonlyMap<Family, Way>,
  replied: ReadonlySet<string>,
  isShared: boolean,
  isWritten: boolean,
): readonly string[] | undefined {
  if (replied.size === 0) return undefined
  const automatic = addresses.filter((prefix) => {
    const way = ways.get(prefix.family)
    if (!isShared) return way !== undefined || ways.size === 0
    return way?.kind === 'address' && (containsAddress(prefix, way.via) || isLinkLocal(way.via))
  })
  const isSame =
    automatic.length === replied.size && automatic.every(({ address }) => replied.has(address.text))
  return isSame && !isWritten ? undefined : [...replied]
}

const isReplyRule = (rule: Rule, link: PlannedLink): boolean => replyWord(rule, link) !== undefined

const isMarkRule = ({ selector, action }: Rule): boolean =>
  action.type === 'lookup' &&
  action.suppressPrefixlength === undefined &&
  setSelectors(selector).join() === 'fwmark'

/** `unreachable default` behind all other routes of the table, in both families. */
function rejectFallback(table: TableId, plan: KernelPlan): readonly Route[] {
  const found = families.flatMap((family) => {
    const defaults = routesIn(plan, table).filter((one) => one.family === family && one.dst.length === 0)
    const last = defaults.toSorted((a, b) => effectiveMetric(b) - effectiveMetric(a))[0]
    return last?.type === 'unreachable' ? [last] : []
  })
  return found.length === families.length ? found : []
}

/**
 * The value of `connected`: links whose networks are in the table. Undefined if those are the gateway's own link and `lans`, which
 * a gateway has without the key. Adds the connected routes to `routes`.
 */
function connectedLinks(
  own: LinkName,
  table: TableId,
  lans: ReadonlySet<LinkName>,
  plan: KernelPlan,
  routes: Set<Route>,
): readonly LinkName[] | undefined {
  const byLink = groupBy(
    routesIn(plan, table).filter(
      (route) => route.type === 'unicast' && isDeviceRoute(route) && route.mtu === undefined,
    ),
    ({ nexthops }) => nexthops[0]?.dev,
  )
  const followed = new Set(plan.dynamic.tables.flatMap((one) => (one.table === table ? [one.link] : [])))
  const names = new Set([own, ...followed, ...byLink.keys()].filter((name) => name !== undefined))
  const states = linksNamed(plan, names).map((link) => {
    const networks = networksOf(link)
    const present = byLink.get(link.name)?.filter(({ dst }) => networks.has(formatPrefix(dst))) ?? []
    const isLeased = link.lease !== undefined && link.name !== own
    const isEmpty = networks.size === 0 && !isLeased
    const isWhole =
      new Set(present.map(({ dst }) => formatPrefix(dst))).size === networks.size &&
      isLeased === (isLeased && followed.has(link.name))
    const isDefault = link.name === own || lans.has(link.name)
    return { link: link.name, present, isEmpty, isWhole: isWhole && !isEmpty, isDefault }
  })
  const listed = states.filter(({ isWhole }) => isWhole)
  for (const { present } of listed) for (const route of present) routes.add(route)
  const count = states.filter(({ link }) => lans.has(link)).length
  return count === lans.size &&
    states.every(({ isEmpty, isWhole, isDefault }) => isEmpty || isWhole === isDefault)
    ? undefined
    : listed.map(({ link }) => link)
}

/** Those whose networks are in the table of each gateway: with networks, and no gateway's. */
const lansOf = (plan: KernelPlan, uplinks: ReadonlyMap<LinkName, number>): ReadonlySet<LinkName> =>
  new Set(
    plan.state.links
      .filter(
        (link) =>
          (networksOf(link).size > 0 || link.lease !== undefined) &&
          !uplinks.has(link.name) &&
          !isInVrf(link, plan),
      )
      .map(({ name }) => name),
  )

/** Connected networks of a link, as text. */
const networksOf = oncePerObject(
  ({ addresses }: PlannedLink): ReadonlySet<string> =>
    new Set(
      addresses.filter((prefix) => !isHostPrefix(prefix)).map((prefix) => formatPrefix(networkOf(prefix))),
    ),
)

const isInVrf = ({ master, virtual }: PlannedLink, { state }: KernelPlan): boolean =>
  virtual?.kind === 'vrf' ||
  (master !== undefined &&
    state.links.some(({ name, virtual: one }) => one?.kind === 'vrf' && name === master.link))

/** In the letters of a gateway's name (docs/description.md): the first of the texts that has some, and no other gateway has. */
export function uniqueName(preferred: string, other: string, names: Set<string>): string {
  const possible = [plainName(preferred), plainName(other), `gateway-${plainName(other)}`].filter(
    (name) => name !== '' && !RESERVED.includes(name),
  )
  const base = possible.find((name) => !names.has(name)) ?? possible[0] ?? 'gateway'
  let name = base
  for (let number = 2; names.has(name); number++) name = `${base.slice(0, MAX_NAME - 4)}-${number}`
  names.add(name)
  return name
}
