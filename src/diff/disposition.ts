// Where an answer sends a packet, whichever rule and table say so.
import type { Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import { containsAddress, formatPrefix, networkOf, type Prefix } from '../kernel/prefix.js'
import type { Answer } from '../lookup/lookup.js'
import { findGateway } from '../plan/find-gateway.js'
import type { KernelPlan, Nexthop, Route } from '../plan/plan.js'
import type { Hop, Disposition } from './difference.js'

export interface DispositionReader {
  readonly plan: KernelPlan
  nexthopOf(answer: Answer): Disposition
  /** As `wayOf`, each hop with the address that an own packet gets whose socket has none. */
  sourcedNexthopOf(answer: Answer): Disposition
  /** All that matters of a route to where packets go and where own ones come from. */
  routeText(route: Route): string
}

/** `names`: what stands in for leases. */
export function createDispositionReader(
  plan: KernelPlan,
  names: ReadonlyMap<string, string>,
): DispositionReader {
  const primaries = new Map(plan.links.map(({ name, addresses }) => [name, primariesOf(addresses)]))

  /**
   * inet_select_addr(): of the link’s primary addresses the one whose network holds the next hop, else the first. IPv6
   * chooses by the destination (RFC 6724), which no route tells.
   */
  const sourceOf = (family: Family, { dev, via }: Nexthop, prefsrc?: Address): Address | undefined => {
    if (prefsrc !== undefined || family === 'inet6') return prefsrc
    const own = primaries.get(dev) ?? []
    const near = via === undefined ? undefined : own.find((prefix) => containsAddress(prefix, via))
    return (near ?? own[0])?.address
  }

  const hopsOf = (answer: Answer): readonly Hop[] => {
    if (answer.kind === 'onlink') return [{ dev: answer.dev, weight: 1, ...sourced('inet', answer) }]
    if (answer.kind !== 'route') return []
    const { route, table, nexthops } = answer
    return mergeNexthops(
      nexthops.map((nexthop) => {
        const { via, dev, weight = 1 } = nexthop
        const gateway = findGateway(plan, route.family, table, nexthop)
        const isLeased = via !== undefined && names.has(via.text)
        return {
          ...(via === undefined ? {} : { via }),
          dev,
          weight,
          ...(gateway === undefined ? {} : { gateway: gateway.name }),
          ...(isLeased ? { isLeased } : {}),
          ...sourced(route.family, nexthop, route.prefsrc),
        }
      }),
    )
  }
  const sourced = (family: Family, nexthop: Nexthop, prefsrc?: Address): Pick<Hop, 'src'> => {
    const src = sourceOf(family, nexthop, prefsrc)
    return src === undefined ? {} : { src }
  }

  const sourcedNexthopOf = (answer: Answer): Disposition => {
    switch (answer.kind) {
      case 'route':
      case 'onlink':
        return { kind: 'out', hops: hopsOf(answer) }
      case 'reject':
        return { kind: 'reject', type: answer.type }
      case 'local':
      case 'none':
        return { kind: answer.kind }
    }
  }
  return {
    plan,
    sourcedNexthopOf,
    nexthopOf(answer) {
      const disposition = sourcedNexthopOf(answer)
      return disposition.kind === 'out'
        ? { ...disposition, hops: disposition.hops.map(unsourced) }
        : disposition
    },
    routeText: ({ type, family, nexthops, prefsrc }) =>
      [
        type,
        ...nexthops.map((nexthop) =>
          [
            nexthop.via?.text,
            nexthop.dev,
            nexthop.weight,
            type === 'unicast' ? sourceOf(family, nexthop, prefsrc)?.text : undefined,
          ].join(' '),
        ),
      ].join(),
  }
}

/** The first of each network; the others are secondary there (__inet_insert_ifa). */
function primariesOf(addresses: readonly Prefix[]): readonly Prefix[] {
  const firsts = new Map<string, Prefix>()
  for (const prefix of addresses) {
    if (prefix.family !== 'inet') continue
    const key = formatPrefix(networkOf(prefix))
    if (!firsts.has(key)) firsts.set(key, prefix)
  }
  return [...firsts.values()]
}

/** The same way twice is one with both weights; what all weights have in common makes no difference. */
function mergeNexthops(hops: readonly Hop[]): readonly Hop[] {
  const byNexthop = new Map<string, Hop>()
  for (const hop of hops) {
    const key = hopText(hop, true)
    const same = byNexthop.get(key)
    byNexthop.set(key, { ...hop, weight: hop.weight + (same?.weight ?? 0) })
  }
  const all = [...byNexthop.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, hop]) => hop)
  const common = all.reduce((divisor, { weight }) => commonDivisor(divisor, weight), 0)
  return all.map((hop) => ({ ...hop, weight: hop.weight / common }))
}

function unsourced(hop: Hop): Hop {
  const { src: _, ...rest } = hop
  return rest
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))

const hopText = ({ dev, via, src }: Hop, isSourced: boolean): string =>
  [dev, via?.text ?? '', isSourced ? (src?.text ?? '') : ''].join(' ')

/** Two ways are the same one exactly when this is; the names of gateways are words. */
export function dispositionKey(disposition: Disposition, isSourced: boolean): string {
  if (disposition.kind === 'reject') return disposition.type
  if (disposition.kind !== 'out') return disposition.kind
  return disposition.hops.map((hop) => `${hopText(hop, isSourced)} ${hop.weight}`).join()
}
