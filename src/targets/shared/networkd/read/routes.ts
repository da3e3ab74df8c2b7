// [Route] of systemd.network(5), with networkd's own defaults (route_section_verify in networkd-route.c of systemd 257).
import { parseAddress, type Address } from '../../../../kernel/address.js'
import type { Family } from '../../../../kernel/family.js'
import { isLinkName, type LinkName } from '../../../../kernel/link.js'
import { anyPrefix, networkOf, parsePrefixOrAddress, type Prefix } from '../../../../kernel/prefix.js'
import { isRejectType, routeTypes, type RouteType, type Scope } from '../../../../kernel/route-type.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../../../../kernel/table.js'
import type { Collector } from '../../../../found/collector.js'
import type { FoundNexthop, FoundRoute, Place } from '../../../../found/found.js'
import { routeKeys } from '../keys.js'
import { commentIn, ignoredKeys, readEntries, type UnitSection } from './units.js'
import { booleanHandler, numberHandler, parseBytes, parseTable } from './values.js'

/** A route of a file, before the link that it is for is known. */
export interface RouteDraft {
  readonly place: Place
  readonly comment?: string
  readonly family?: Family
  readonly dst?: Prefix
  readonly type: RouteType
  readonly table?: TableId
  readonly metric?: number
  readonly prefsrc?: Address
  readonly scope?: Scope
  readonly mtu?: number
  readonly via?: Address
  /** Absent: networkd decides. */
  readonly onlink?: boolean
  readonly hops: readonly FoundNexthop[]
}

/** What the other sections of the file say of the link. */
export interface RouteLink {
  readonly name: LinkName
  /** That of its VRF. */
  readonly table: TableId
  /** Without one, networkd treats each next hop as onlink. */
  readonly hasAddresses: boolean
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const TUNING = 'it tunes transport, and chooses no route'

const ignored = {
  ...ignoredKeys('it marks who has added the route', 'Protocol'),
  ...ignoredKeys(
    TUNING,
    'InitialCongestionWindow',
    'InitialAdvertisedReceiveWindow',
    'QuickAck',
    'FastOpenNoCookie',
    'TTLPropagate',
    'TCPAdvertisedMaximumSegmentSize',
    'TCPCongestionControlAlgorithm',
    'TCPRetransmissionTimeoutSec',
    'HopLimit',
  ),
}

const LEASED = 'the next hop is the router of the lease: describe it as a gateway with `via: lease`'

const isType = (word: string): word is RouteType => routeTypes.some((type) => type === word)

export function readRoute(
  section: UnitSection,
  tables: ReadonlyMap<string, TableId>,
  collector: Collector,
): RouteDraft | undefined {
  const draft: Mutable<RouteDraft> = {
    place: section.place,
    type: 'unicast',
    hops: [],
    ...commentIn(section),
  }
  let hops: FoundNexthop[] = []
  const onlink = booleanHandler((value) => (draft.onlink = value))
  const isGood = readEntries(
    section,
    {
      handlers: {
        [routeKeys.dst]: (text) => {
          const prefix = parsePrefixOrAddress(text)
          if (prefix === undefined) return 'the destination is neither a prefix nor an address'
          draft.dst = networkOf(prefix)
          return undefined
        },
        [routeKeys.via]: (text) => {
          if (/^_(?:dhcp|dhcp4|ipv6ra)$/.test(text)) return LEASED
          const address = text === '' ? undefined : parseAddress(text)
          if (address === undefined && text !== '') return 'the gateway is no address'
          draft.via = address
          return undefined
        },
        [routeKeys.onlink]: onlink,
        // Its old spelling.
        GatewayOnlink: onlink,
        [routeKeys.hop]: (text) => {
          if (text === '') hops = []
          else {
            const hop = parseHop(text)
            if (hop === undefined) return 'a next hop is ADDRESS@LINK WEIGHT'
            hops.push(hop)
          }
          return undefined
        },
        [routeKeys.prefsrc]: (text) => {
          draft.prefsrc = parseAddress(text)
          return draft.prefsrc === undefined ? 'the source is no address' : undefined
        },
        [routeKeys.metric]: numberHandler(0, 0xffffffff, (value) => (draft.metric = value)),
        [routeKeys.mtu]: (text) => {
          draft.mtu = parseBytes(text)
          return draft.mtu === undefined ? 'the value is no number of bytes' : undefined
        },
        [routeKeys.table]: (text) => {
          draft.table = parseTable(text, tables)
          return draft.table === undefined
            ? 'networkd knows no such table, and ignores the section: a name stands in RouteTable= of networkd.conf'
            : undefined
        },
        [routeKeys.type]: (text) => {
          if (!isType(text)) return 'a description has no routes of this type'
          draft.type = text
          return undefined
        },
        [routeKeys.scope]: (text) => {
          const scope = scopeOf(text)
          if (scope === undefined) return 'a description has the scopes global, link and host only'
          draft.scope = scope
          return undefined
        },
        IPv6Preference: (text) =>
          text === 'medium' ? undefined : 'a description has no preference among routers of one metric',
        Source: () => 'a description has no routes that depend on the source: write a rule',
        NextHop: () => 'a description has no next hops with a number of their own',
      },
      ignored,
    },
    collector,
  )
  if (!isGood) return undefined
  draft.hops = hops
  const family = draft.dst?.family ?? draft.via?.family ?? hops[0]?.via?.family ?? draft.prefsrc?.family
  const problem = problemOf(draft, family)
  if (problem !== undefined) {
    collector.unknown(section.place, problem)
    return undefined
  }
  return { ...draft, family }
}

const scopeOf = (word: string): Scope | undefined => {
  const [scope] = (
    [
      ['global', '0'],
      ['link', '253'],
      ['host', '254'],
    ] as const
  ).filter((names) => names.some((name) => name === word))
  return scope?.[0]
}

/** Why networkd ignores the section. */
function problemOf(
  { type, via, hops, prefsrc, dst }: RouteDraft,
  family: Family | undefined,
): string | undefined {
  if (family === undefined)
    return 'the section has neither Destination= nor Gateway=, and networkd ignores it'
  if (isRejectType(type) && (via !== undefined || hops.length > 0))
    return `a route of type ${type} has no next hop, and networkd ignores the section`
  if (via !== undefined && hops.length > 0)
    return 'Gateway= and MultiPathRoute= exclude each other, and networkd ignores the section'
  if (prefsrc !== undefined && prefsrc.family !== family)
    return 'the source is of the other family, and networkd ignores the section'
  // RTA_VIA carries an IPv6 next hop of an IPv4 route, not the other way round.
  if (dst?.family === 'inet6' && [via, ...hops.map((hop) => hop.via)].some((hop) => hop?.family === 'inet'))
    return 'the next hop is of the other family, and networkd ignores the section'
  return undefined
}

/** `192.0.2.1@eth0 3`; the weight is 1 by default. */
function parseHop(text: string): FoundNexthop | undefined {
  const [, address = '', dev, written = '1'] = /^([^@\s]+)(?:@(\S+))?(?:\s+(\d{1,3}))?$/.exec(text) ?? []
  const via = parseAddress(address)
  const weight = Number(written)
  if (via === undefined || weight < 1 || weight > 256) return undefined
  if (dev === undefined) return { via, weight }
  return isLinkName(dev) ? { via, dev, weight } : undefined
}

/** The route as networkd installs it for a link. */
export function routeOn(draft: RouteDraft, link: RouteLink): FoundRoute {
  const { place, comment, type, metric, prefsrc, mtu, via, hops, family = 'inet' } = draft
  const onlink = draft.onlink ?? !link.hasAddresses
  const own: FoundNexthop =
    via === undefined ? { dev: link.name } : { via, dev: link.name, ...(onlink ? { onlink: true } : {}) }
  const scope = draft.scope ?? defaultScope(draft)
  return {
    place,
    ...(comment === undefined ? {} : { comment }),
    family,
    type,
    dst: draft.dst ?? anyPrefix(family),
    table: draft.table ?? defaultTable(type, link),
    ...(metric === undefined ? {} : { metric }),
    ...(prefsrc === undefined ? {} : { prefsrc }),
    // networkd warns of a scope for IPv6, and ignores it.
    ...(family === 'inet' && scope !== 'global' ? { scope } : {}),
    ...(mtu === undefined ? {} : { mtu }),
    nexthops: isRejectType(type) ? [] : hops.length > 0 ? hops : [own],
  }
}

function defaultScope({ type, via, hops }: RouteDraft): Scope {
  if (type === 'local') return 'host'
  return type === 'unicast' && via === undefined && hops.length === 0 ? 'link' : 'global'
}

const defaultTable = (type: RouteType, { table }: RouteLink): TableId =>
  type === 'local' && table === RT_TABLE_MAIN ? RT_TABLE_LOCAL : table
