// Table diagram: the route of a table for all packets at once. Agrees with `findRoute`.
import { isReject } from '../plan/route.js'
import { groupBy } from '../stdlib/group-by.js'
import { memoize } from '../stdlib/memoize.js'
import { loopback, type LinkName } from '../kernel/link.js'
import type { VrfMembership } from '../kernel/packet.js'
import { parsePrefix } from '../kernel/prefix.js'
import { metricInTable, type Found, type LookupTable } from '../lookup/table.js'
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

const toAny = ({ union, inPrefix }: PacketSpace, ...prefixes: readonly string[]): PacketSet =>
  union(
    ...prefixes.map((text) => {
      const prefix = parsePrefix(text)
      return prefix === undefined ? EMPTY : inPrefix('dst', prefix)
    }),
  )

/** IPv6 packets to link-local and multicast destinations. */
export const toLinkScope = (space: PacketSpace): PacketSet =>
  space.family === 'inet' ? EMPTY : toAny(space, 'fe80::/10', 'ff00::/8')

/** Agrees with `boundLink` and `packetLink`. */
function bindingsOf(space: PacketSpace, membership: VrfMembership): Bindings {
  const { family, byLink, intersect, union, complement, locallyGenerated, inRange } = space
  const isVrf = (link: LinkName): boolean => membership.get(link) === link
  const unbound = byLink('oif', undefined)
  const boundToVrf = union(...[...membership.keys()].filter(isVrf).map((vrf) => byLink('oif', vrf)))
  const receivedOn = (link: LinkName): PacketSet =>
    link === loopback ? EMPTY : intersect(unbound, byLink('iif', link))
  if (family === 'inet')
    return {
      unrestricted: union(unbound, boundToVrf),
      boundTo: (link) => (isVrf(link) ? EMPTY : byLink('oif', link)),
      preferredOver: () => EMPTY,
    }
  const ofLink = toLinkScope(space)
  const ofScope = union(ofLink, toAny(space, '::1/128'))
  const strict = union(inRange('srcSet', 0, 0), ofScope)
  return {
    unrestricted: union(
      intersect(unbound, union(locallyGenerated, complement(ofScope))),
      intersect(boundToVrf, complement(ofLink)),
      complement(union(unbound, boundToVrf, strict)),
    ),
    boundTo: (link) =>
      union(
        intersect(byLink('oif', link), isVrf(link) ? ofLink : strict),
        intersect(receivedOn(link), ofScope),
      ),
    preferredOver: (link) => union(isVrf(link) ? EMPTY : byLink('oif', link), receivedOn(link)),
  }
}

/** The function of a table: a terminal where a route matches (`throw` included), undefined elsewhere. */
export type TableDiagrams = (table: LookupTable | undefined) => NodeId

/** `terminalOf` allocates the terminal of a result. It is called at least once for each route, and once for each bound link. */
export function createTableDiagrams(
  space: PacketSpace,
  vrfs: VrfMembership,
  terminalOf: (found: Found) => number,
): TableDiagrams {
  const { union, inPrefix, terminal, orElseAll, restrict } = space
  const { unrestricted, boundTo, preferredOver } = bindingsOf(space, vrfs)
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
    return orElseAll(prefixes.flatMap((same) => [...groupBy(same, metricInTable).values()].map(groupOf)))
  })
  return (table) => (table === undefined ? EMPTY : diagramOf(table))
}
