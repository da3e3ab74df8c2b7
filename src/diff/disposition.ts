// Disposition of a packet: where an answer sends it, whichever rule and table decide.
import type { Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import { distinctBy, groupBy } from '../stdlib/group-by.js'
import { containsAddress, formatPrefix, networkOf, type Prefix } from '../kernel/prefix.js'
import type { Answer } from '../lookup/lookup.js'
import { findGateway } from '../plan/find-gateway.js'
import type { KernelPlan, Nexthop, Route } from '../plan/plan.js'
import type { Hop, Disposition } from './difference.js'

export interface DispositionReader {
  readonly plan: KernelPlan
  dispositionOf(answer: Answer): Disposition
  /** Each hop with the source address that a socket without one gets. */
  withSource(answer: Answer): Disposition
  /** Key of what a route decides: the path of packets and their source address. */
  routeText(route: Route): string
}

/** `names`: the placeholder addresses of leases. */
export function createDispositionReader(
  plan: KernelPlan,
  names: ReadonlyMap<string, string>,
): DispositionReader {
  const primaries = new Map(plan.state.links.map(({ name, addresses }) => [name, primariesOf(addresses)]))

  /**
   * inet_select_addr(): the link’s primary address whose network contains the next hop, else the first one. IPv6 selects
   * by the destination (RFC 6724), which a route does not determine.
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
          via,
          dev,
          weight,
          gateway: gateway?.name,
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

  const withSource = (answer: Answer): Disposition => {
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
    withSource,
    dispositionOf(answer) {
      const disposition = withSource(answer)
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

/** The first address of each network; later ones are secondary (__inet_insert_ifa). */
const primariesOf = (addresses: readonly Prefix[]): readonly Prefix[] =>
  distinctBy(
    addresses.filter(({ family }) => family === 'inet'),
    (prefix) => formatPrefix(networkOf(prefix)),
  )

/** Adds up the weights of equal next hops, and divides all weights by their common divisor. */
function mergeNexthops(hops: readonly Hop[]): readonly Hop[] {
  const all = [...groupBy(hops, (hop) => hopText(hop, true))]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, same]) => ({ ...same[0], weight: same.reduce((sum, { weight }) => sum + weight, 0) }))
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

/** Equal exactly for equal dispositions; the names of gateways do not count. */
export function dispositionKey(disposition: Disposition, isSourced: boolean): string {
  if (disposition.kind === 'reject') return disposition.type
  if (disposition.kind !== 'out') return disposition.kind
  return disposition.hops.map((hop) => `${hopText(hop, isSourced)} ${hop.weight}`).join()
}
