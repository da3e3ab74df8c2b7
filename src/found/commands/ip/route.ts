// `ip route add`, `replace`, `del` and `flush` (iproute_modify of iproute2).
import type { Address } from '../../../kernel/address.js'
import { families, type Family } from '../../../kernel/family.js'
import { isLinkName, type LinkName } from '../../../kernel/link.js'
import { formatPrefix, hasHostBits, isSamePrefix, networkOf, type Prefix } from '../../../kernel/prefix.js'
import { isRejectType, type RouteType, type Scope } from '../../../kernel/route-type.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../../../kernel/table.js'
import {
  nexthopKeywords,
  routeKeywords,
  routeTypeKeywords,
  scopeKeywords,
} from '../../../syntax/ip-keywords.js'
import type { Collector } from '../../collector.js'
import type { FoundNexthop, FoundRoute, Place } from '../../found.js'
import type { CommandDefaults, CommandItem } from '../command-item.js'
import { parseTos } from './rule.js'
import { parseIpAddress, parseIpPrefix, parseNumber, prefixIn, type IpPrefix } from '../values.js'
import { createWords, meaningOf, type Words } from '../words.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

interface RouteWords {
  family?: Family
  type?: RouteType
  dst?: IpPrefix
  table?: TableId
  metric?: number
  prefsrc?: Address
  scope?: Scope
  mtu?: number
  via?: Address
  dev?: LinkName
  onlink?: true
  /** Of `nexthop`. */
  readonly nexthops: FoundNexthop[]
}

export type RouteVerb = 'add' | 'append' | 'replace' | 'change' | 'del'

export function readRouteCommand(
  verb: RouteVerb,
  args: readonly string[],
  family: Family | undefined,
  item: CommandItem,
  collector: Collector,
  defaults: CommandDefaults,
): void {
  const words = createWords(args)
  const read = readRoute(words, family, item.place, collector)
  if (read.dst === undefined) words.fail('the command names no destination')
  if (verb === 'del') {
    if (words.problem !== undefined) collector.unknown(item.place, words.problem)
    else deleteRoute(read, item.place, collector)
    return
  }
  const route = routeOf(read, item, words, defaults)
  if (words.problem !== undefined || route === undefined)
    return collector.unknown(item.place, words.problem ?? 'the command names neither a next hop nor a link')
  const isChange = verb === 'replace' || verb === 'change'
  if (verb === 'change' && !collector.soFar.routes.some((each) => isSameKey(each, route)))
    return collector.unknown(item.place, 'it changes a route that no line before has added')
  if (isChange)
    for (const other of collector.soFar.routes.filter((each) => isSameKey(each, route)))
      collector.remove(other)
  collector.route(route)
}

/** What the kernel compares to find the route that `replace` replaces. */
const isSameKey = (a: FoundRoute, b: FoundRoute): boolean =>
  a.table === b.table &&
  a.family === b.family &&
  (a.metric ?? 0) === (b.metric ?? 0) &&
  isSamePrefix(a.dst, b.dst)

function readRoute(words: Words, family: Family | undefined, place: Place, collector: Collector): RouteWords {
  const route: RouteWords = { family, nexthops: [] }
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const meaning = meaningOf(word, routeKeywords)
    switch (meaning) {
      case 'src':
        route.prefsrc = readAddress(word, words, route)
        break
      case 'via':
        route.via = readVia(word, words, route)
        break
      case 'dev':
        route.dev = readDevice(word, words)
        break
      case 'tos':
        if (words.value(word, parseTos) !== 0) words.fail('a route for one TOS has no counterpart')
        break
      case 'metric':
        // 0 is the kernel's own default: 0 for IPv4, 1024 for IPv6.
        route.metric = words.value(word, parseNumber) || undefined
        break
      case 'scope':
        route.scope = words.value(word, (text) => meaningOf(text, scopeKeywords))
        break
      case 'mtu':
        if (words.peek() === 'lock') words.fail('`mtu lock` has no counterpart')
        route.mtu = words.value(word, parseNumber)
        break
      case 'onlink':
        route.onlink = true
        break
      case 'nexthop':
        readNexthops(words, route)
        break
      case 'table':
        route.table = words.value(word, (text) => {
          const table = collector.tableOf(text)
          if (table === undefined) words.fail(`no file names a table \`${text}\``)
          return table
        })
        break
      case 'vrf':
        route.table = words.value(word, (text) => vrfTable(text, collector))
        break
      case 'protocol':
        words.value(word, String)
        collector.withoutEffect(place, '`protocol` marks who added the route')
        break
      case 'pref':
        if (words.value(word, String) !== 'medium') words.fail('`pref` of a route has no counterpart')
        break
      case 'tcp':
        if (words.peek() === 'lock') words.next()
        words.value(word, String)
        collector.withoutEffect(place, `\`${word}\` tunes connections, and routes no packet`)
        break
      case 'unknown':
        words.fail(`\`${word}\` has no counterpart`)
        break
      case 'to':
        readDestination(words.next() ?? '', words, route)
        break
      case undefined:
        readDestination(word, words, route)
    }
  }
  return route
}

/** Takes the family of the route from the first address that has one. */
function readAddress(word: string, words: Words, route: RouteWords): Address | undefined {
  const address = words.value(word, (text) => parseIpAddress(text, route.family))
  route.family ??= address?.family
  return address
}

/** `via inet6 fe80::1` for an IPv4 route (RTA_VIA). */
function readVia(word: string, words: Words, route: RouteWords): Address | undefined {
  const family = families.find((each) => each === words.peek())
  if (family === undefined) return readAddress(word, words, route)
  words.next()
  const address = words.value(word, (text) => parseIpAddress(text, family))
  route.family ??= address?.family
  return address
}

const readDevice = (word: string, words: Words): LinkName | undefined =>
  words.value(word, (text) => (isLinkName(text) ? text : undefined))

function readNexthops(words: Words, route: RouteWords): void {
  let hop: Mutable<FoundNexthop> = {}
  route.nexthops.push(hop)
  for (let word = words.next(); word !== undefined; word = words.next())
    switch (meaningOf(word, nexthopKeywords)) {
      case 'nexthop':
        hop = {}
        route.nexthops.push(hop)
        break
      case 'via':
        hop.via = readVia(word, words, route)
        break
      case 'dev':
        hop.dev = readDevice(word, words)
        break
      case 'weight':
        hop.weight = words.value(word, parseWeight)
        break
      case 'onlink':
        hop.onlink = true
        break
      case undefined:
        words.fail(`\`${word}\` of a next hop has no counterpart`)
    }
}

function parseWeight(text: string): number | undefined {
  const weight = parseNumber(text)
  return weight !== undefined && weight >= 1 && weight <= 256 ? weight : undefined
}

function readDestination(word: string, words: Words, route: RouteWords): void {
  const type = meaningOf(word, routeTypeKeywords)
  if (type === 'unknown') words.fail(`routes of type \`${word}\` have no counterpart`)
  else if (type !== undefined) route.type = type
  const text = type === undefined ? word : (words.next() ?? '')
  const dst = parseIpPrefix(text, route.family)
  if (dst === undefined)
    words.fail(`\`${text}\` is no destination, and no word that multihome knows for a route`)
  else if (route.dst !== undefined) words.fail(`a second destination \`${text}\``)
  route.dst = dst
  if (dst !== undefined && dst !== 'any') route.family ??= dst.family
}

function vrfTable(name: string, { soFar }: Collector): TableId | undefined {
  const vrf = soFar.links.find((link) => link.name === name)?.virtual
  return vrf?.kind === 'vrf' ? vrf.table : undefined
}

function routeOf(
  read: RouteWords,
  item: CommandItem,
  words: Words,
  defaults: CommandDefaults,
): FoundRoute | undefined {
  const { type = 'unicast', table, metric, prefsrc, mtu, via, onlink } = read
  const family = read.family ?? 'inet'
  const dst = destinationIn(prefixIn(read.dst ?? 'any', family), words)
  const dev = read.dev ?? (read.via === undefined && read.nexthops.length === 0 ? defaults.link : undefined)
  const single = via === undefined && dev === undefined ? [] : [{ ...definedOnly({ via, dev, onlink }) }]
  const nexthops = isRejectType(type) ? [] : read.nexthops.length > 0 ? read.nexthops : single
  if (nexthops.length === 0 && !isRejectType(type)) return undefined
  if (isRejectType(type) && family === 'inet' && (single.length > 0 || read.nexthops.length > 0))
    words.fail(`the kernel refuses a next hop of a route of type ${type}`)
  const scope = scopeOf(read, family, type)
  return {
    ...item,
    family,
    type,
    dst,
    table: table ?? (type === 'local' ? RT_TABLE_LOCAL : RT_TABLE_MAIN),
    ...definedOnly({ metric, prefsrc, scope, mtu }),
    nexthops: nexthops.map((hop) => definedOnly(hop)),
  }
}

/** Without keys whose value is undefined. */
const definedOnly = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T

/** The kernel clears host bits of IPv6 destinations (ip6_route_info_create), and refuses IPv4 ones (fib_valid_key_len). */
function destinationIn(dst: Prefix, words: Words): Prefix {
  if (dst.family === 'inet' && hasHostBits(dst))
    words.fail(`the kernel refuses the destination ${formatPrefix(dst)}: it has bits behind its length`)
  return networkOf(dst)
}

/** As iproute_modify chooses it. A plan omits `global`. */
function scopeOf({ scope, via, nexthops }: RouteWords, family: Family, type: RouteType): Scope | undefined {
  if (family === 'inet6' || isRejectType(type)) return undefined
  const usual = type === 'local' ? 'host' : via === undefined && nexthops.length === 0 ? 'link' : 'global'
  const chosen = scope ?? usual
  return chosen === 'global' ? undefined : chosen
}

/** Deletes the first route with the given attributes, as fib_table_delete() does. */
export function deleteRoute(read: Omit<RouteWords, 'nexthops'>, place: Place, collector: Collector): void {
  const family = read.family ?? 'inet'
  const dst = networkOf(prefixIn(read.dst ?? 'any', family))
  const table = read.table ?? (read.type === 'local' ? RT_TABLE_LOCAL : RT_TABLE_MAIN)
  const { type, metric, via, dev } = read
  const found = collector.soFar.routes.find(
    (route) =>
      route.family === family &&
      route.table === table &&
      isSamePrefix(route.dst, dst) &&
      (type === undefined || route.type === type) &&
      (metric === undefined || route.metric === metric) &&
      (via === undefined || route.nexthops.some((hop) => hop.via?.text === via.text)) &&
      (dev === undefined || route.nexthops.some((hop) => hop.dev === dev || hop.dev === undefined)),
  )
  if (found !== undefined) {
    collector.remove(found)
    collector.withoutEffect(place, `it removes the route of line ${found.place.line} of ${found.place.file}`)
  } else if (table === RT_TABLE_MAIN) collector.atEnd(() => reportDeletion(dst, dev, place, collector))
  else collector.withoutEffect(place, 'it removes a route that nothing has added')
}

/** Routes that no line adds: those of leases, and the connected ones. */
function reportDeletion(dst: Prefix, dev: LinkName | undefined, place: Place, collector: Collector): void {
  const links = collector.soFar.links.filter(({ name }) => dev === undefined || name === dev)
  const lease = links.find(({ leases }) => dst.length === 0 && leases[dst.family]?.isDefault === true)
  const connected = links.find(({ addresses }) =>
    addresses.some(({ prefix }) => isSamePrefix(networkOf(prefix), dst)),
  )
  if (lease !== undefined)
    collector.unknown(place, `it may remove the default route of the lease of ${lease.name}`)
  else if (connected !== undefined)
    collector.unknown(
      place,
      `it removes the connected route of ${connected.name}, which a description cannot`,
    )
  else collector.withoutEffect(place, 'it removes a route that nothing has added')
}

/** `ip route flush table 100`. */
export function flushRoutes(
  args: readonly string[],
  family: Family | undefined,
  { place }: CommandItem,
  collector: Collector,
): void {
  const words = createWords(args)
  const word = words.next() ?? ''
  if ('cache'.startsWith(word) || 'cached'.startsWith(word) || 'cloned'.startsWith(word))
    return collector.withoutEffect(place, 'it empties a cache')
  const name = 'table'.startsWith(word) ? words.next() : undefined
  if (name === 'cache') return collector.withoutEffect(place, 'it empties a cache')
  const table = name === undefined ? undefined : collector.tableOf(name)
  if (
    table === undefined ||
    table === RT_TABLE_MAIN ||
    table === RT_TABLE_LOCAL ||
    words.peek() !== undefined
  )
    return collector.unknown(place, 'it removes routes that may be others than those of the files')
  const routes = collector.soFar.routes.filter(
    (route) => route.table === table && route.family === (family ?? 'inet'),
  )
  for (const route of routes) collector.remove(route)
  const why =
    routes.length === 0 ? 'it empties a table that has no routes yet' : 'it removes routes added before'
  collector.withoutEffect(place, why)
}
