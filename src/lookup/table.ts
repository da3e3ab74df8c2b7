// Table lookup: longest prefix, then lowest metric.
import { isReject } from '../plan/route.js'
import { groupBy } from '../stdlib/group-by.js'
import { addressValue } from '../kernel/address.js'
import { addressBits } from '../kernel/family.js'
import { loopback } from '../kernel/link.js'
import { effectiveMetric } from '../plan/keys.js'
import type { PreparedPacket } from '../kernel/packet.js'
import type { Nexthop, Route } from '../plan/plan.js'

export interface PrefixLevel {
  readonly shift: bigint
  /** By `networkKey`; each list is sorted by metric. */
  readonly routes: ReadonlyMap<bigint, readonly Route[]>
}

/** Longest prefixes first. */
export type LookupTable = readonly PrefixLevel[]

export interface Found {
  readonly route: Route
  readonly nexthops: readonly Nexthop[]
}

/**
 * As `effectiveMetric`, but 0 for the kernel's routes to local addresses, which no described IPv6 route has. In the table
 * of a VRF they precede its connected routes.
 */
export const metricInTable = (route: Route): number =>
  route.type === 'local' && route.origin.kind === 'link' ? 0 : effectiveMetric(route)

export function createTable(routes: readonly Route[]): LookupTable {
  const byLength = [...groupBy(routes, ({ dst }) => dst.length)].sort(([a], [b]) => b - a)
  return byLength.map(([length, ofLength]) => {
    const shift = BigInt(addressBits(ofLength[0].family) - length)
    const level = groupBy(ofLength, ({ dst }) => networkKey(addressValue(dst.address), shift))
    // A stable sort: of two equal routes the kernel uses the older.
    for (const same of level.values()) same.sort((a, b) => metricInTable(a) - metricInTable(b))
    return { shift, routes: level }
  })
}

/**
 * The network bits as a key of a map. V8 hashes only the low 64 bits of a bigint, and `::1` on each link has the same
 * ones, so the high half is mixed into them. Different bits remain different keys.
 */
function networkKey(value: bigint, shift: bigint): bigint {
  const bits = value >> shift
  return bits ^ (bits >> 64n)
}

/** fib_table_lookup(), fib6_table_lookup(): they skip routes over other links than the bound one. */
export function findRoute(table: LookupTable | undefined, packet: PreparedPacket): Found | undefined {
  for (const { shift, routes } of table ?? []) {
    const found = selectRoute(routes.get(networkKey(packet.dst, shift)) ?? [], packet)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first usable route; among routes of its metric the one over the preferred link (find_rr_leaf). */
function selectRoute(routes: readonly Route[], packet: PreparedPacket): Found | undefined {
  let selected: Found | undefined
  for (const route of routes) {
    if (selected !== undefined && metricInTable(route) > metricInTable(selected.route)) break
    const nexthops = nexthopsFor(route, packet)
    if (nexthops === undefined) continue
    if (nexthops.some(({ dev }) => dev === packet.preferredLink)) return { route, nexthops }
    selected ??= { route, nexthops }
  }
  return selected
}

function nexthopsFor(route: Route, { dev }: PreparedPacket): readonly Nexthop[] | undefined {
  if (dev === undefined) return route.nexthops
  if (isReject(route)) {
    // IPv6 keeps these routes on `lo`, so a bound socket does not see them; IPv4 checks the type before the device.
    return route.family === 'inet' || dev === loopback ? [] : undefined
  }
  const usable = route.nexthops.filter((nexthop) => nexthop.dev === dev)
  return usable.length === 0 ? undefined : usable
}
