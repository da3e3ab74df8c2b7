// Which route of a table answers, for every packet at once: findRoute() in sets.
import type { LinkName } from '../kernel/link.js'
import { loopback } from '../kernel/link.js'
import { parsePrefix } from '../kernel/prefix.js'
import { hasNoNexthop } from '../kernel/route-type.js'
import type { Found, LookupTable } from '../lookup/table.js'
import type { Route } from '../plan/plan.js'
import { EVERYTHING, type Diagram } from './nodes.js'
import type { PacketSet, PacketSpace } from './space.js'

/** Sets of packets by the link that a route has to lead over. */
interface Bindings {
  /** Any link will do. */
  readonly free: PacketSet
  boundTo(link: LinkName): PacketSet
}

/** As `bindingOf` in the look-up: IPv6 minds the link only while the source is open, or for a destination of the link’s scope. */
function bindingsOf({ family, byLink, both, either, not, inPrefix, inRange }: PacketSpace): Bindings {
  const ofScope = ['fe80::/10', 'ff00::/8'].flatMap((text) => parsePrefix(text) ?? [])
  const strict =
    family === 'inet'
      ? EVERYTHING
      : either(inRange('chosen', 0, 0), ...ofScope.map((prefix) => inPrefix('dst', prefix)))
  return {
    free: either(byLink('oif', undefined), not(strict)),
    boundTo: (link) => both(byLink('oif', link), strict),
  }
}

/** The function of a table: a leaf where one of its routes answers (`throw` is an answer too), nothing elsewhere. */
export type TableSets = (table: LookupTable | undefined) => Diagram

/** `leafOf` gives the leaf for what is found; it is asked once or more for each route, by links that a socket may be bound to. */
export function createTableSets(space: PacketSpace, leafOf: (found: Found) => number): TableSets {
  const { either, inPrefix, leaf, overAll, within } = space
  const { free, boundTo } = bindingsOf(space)
  const known = new Map<LookupTable, Diagram>()
  const ways = new Map<LinkName, PacketSet>()
  const wayBy = (link: LinkName): PacketSet => {
    const way = ways.get(link) ?? either(free, boundTo(link))
    ways.set(link, way)
    return way
  }
  const give = (way: PacketSet, found: Found): Diagram =>
    within(way, within(inPrefix('dst', found.route.dst), leaf(leafOf(found))))

  const routeOf = (route: Route): Diagram => {
    const { nexthops } = route
    // IPv6 keeps these on `lo`; IPv4 asks for the type first.
    if (hasNoNexthop(route.type))
      return give(route.family === 'inet' ? EVERYTHING : wayBy(loopback), { route, nexthops })
    const devs = [...new Set(nexthops.map(({ dev }) => dev))]
    const [only, ...others] = devs
    if (only !== undefined && others.length === 0) return give(wayBy(only), { route, nexthops })
    return overAll([
      give(free, { route, nexthops }),
      ...devs.map((dev) =>
        give(boundTo(dev), { route, nexthops: nexthops.filter((nexthop) => nexthop.dev === dev) }),
      ),
    ])
  }
  return (table = []) => {
    const made =
      known.get(table) ?? overAll(table.flatMap(({ routes }) => [...routes.values()].flat().map(routeOf)))
    known.set(table, made)
    return made
  }
}
