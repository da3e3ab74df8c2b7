// Table diagram: the route of a table for all packets at once. Agrees with `findRoute`.
import { isReject } from '../plan/route.js'
import { groupBy } from '../stdlib/group-by.js'
import { memoize } from '../stdlib/memoize.js'
import { loopback, type LinkName } from '../kernel/link.js'
import { parsePrefix } from '../kernel/prefix.js'
import type { Found, LookupTable } from '../lookup/table.js'
import { effectiveMetric } from '../plan/keys.js'
import type { Route } from '../plan/plan.js'
import { UNIVERSE, EMPTY, type NodeId } from './bdd-nodes.js'
import type { PacketSet, PacketSpace } from './packet-space.js'

/** Sets of packets by the link that they require or prefer. */
interface Bindings {
  /** Packets that accept routes over any link. */
  readonly unrestricted: PacketSet
  boundTo(link: LinkName): PacketSet
  /** Packets that prefer this link among routes of one prefix and metric (rt6_score_route). */
  preferredOver(link: LinkName): PacketSet
}

/** Agrees with `boundLink` and `packetLink`. */
function bindingsOf({
  family,
  byLink,
  intersect,
  union,
  complement,
  locallyGenerated,
  inPrefix,
  inRange,
}: PacketSpace): Bindings {
  const unbound = byLink('oif', undefined)
  const receivedOn = (link: LinkName): PacketSet =>
    link === loopback ? EMPTY : intersect(unbound, byLink('iif', link))
  if (family === 'inet')
    return { unrestricted: unbound, boundTo: (link) => byLink('oif', link), preferredOver: () => EMPTY }
  const ofScope = union(
    ...['fe80::/10', 'ff00::/8', '::1/128'].map((text) => {
      const prefix = parsePrefix(text)
      return prefix === undefined ? EMPTY : inPrefix('dst', prefix)
    }),
  )
  const strict = union(inRange('srcSet', 0, 0), ofScope)
  return {
    unrestricted: union(
      intersect(unbound, union(locallyGenerated, complement(ofScope))),
      complement(union(unbound, strict)),
    ),
    boundTo: (link) => union(intersect(byLink('oif', link), strict), intersect(receivedOn(link), ofScope)),
    preferredOver: (link) => union(byLink('oif', link), receivedOn(link)),
  }
}

/** The function of a table: a terminal where a route matches (`throw` included), undefined elsewhere. */
export type TableDiagrams = (table: LookupTable | undefined) => NodeId

/** `terminalOf` allocates the terminal of a result. It is called at least once for each route, and once for each bound link. */
export function createTableDiagrams(space: PacketSpace, terminalOf: (found: Found) => number): TableDiagrams {
  const { union, inPrefix, terminal, orElseAll, restrict } = space
  const { unrestricted, boundTo, preferredOver } = bindingsOf(space)
  const usableOver = memoize((link: LinkName): PacketSet => union(unrestricted, boundTo(link)))
  const answerWith = (way: PacketSet, found: Found): NodeId =>
    restrict(way, restrict(inPrefix('dst', found.route.dst), terminal(terminalOf(found))))

  const routeOf = (route: Route): NodeId => {
    const { nexthops } = route
    // IPv6 keeps these routes on `lo`; IPv4 checks the type before the device.
    if (isReject(route))
      return answerWith(route.family === 'inet' ? UNIVERSE : usableOver(loopback), { route, nexthops })
    const devs = [...new Set(nexthops.map(({ dev }) => dev))]
    const [only, ...others] = devs
    if (only !== undefined && others.length === 0) return answerWith(usableOver(only), { route, nexthops })
    return orElseAll([
      answerWith(unrestricted, { route, nexthops }),
      ...devs.map((dev) =>
        answerWith(boundTo(dev), { route, nexthops: nexthops.filter((nexthop) => nexthop.dev === dev) }),
      ),
    ])
  }
  const groupOf = (group: readonly Route[]): NodeId => {
    const made = group.map((route) => ({ route, diagram: routeOf(route) }))
    const preferred = ({ nexthops }: Route): PacketSet =>
      union(...nexthops.map(({ dev }) => preferredOver(dev)))
    return orElseAll([
      ...(made.length === 1 ? [] : made.map(({ route, diagram }) => restrict(preferred(route), diagram))),
      ...made.map(({ diagram }) => diagram),
    ])
  }
  const diagramOf = memoize((table: LookupTable): NodeId => {
    const prefixes = table.flatMap(({ routes }) => [...routes.values()])
    return orElseAll(prefixes.flatMap((same) => [...groupBy(same, effectiveMetric).values()].map(groupOf)))
  })
  return (table) => (table === undefined ? EMPTY : diagramOf(table))
}
