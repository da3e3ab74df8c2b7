// Which route of a table answers, for every packet at once: findRoute() in sets.
import type { LinkName } from '../kernel/link.js'
import { loopback } from '../kernel/link.js'
import { parsePrefix } from '../kernel/prefix.js'
import { hasNoNexthop } from '../kernel/route-type.js'
import type { Found, LookupTable } from '../lookup/table.js'
import { effectiveMetric } from '../plan/identity.js'
import type { Route } from '../plan/plan.js'
import { EVERYTHING, NOTHING, type Diagram } from './nodes.js'
import type { PacketSet, PacketSpace } from './space.js'

/** Sets of packets by the link that a route has to lead over, or does better to. */
interface Bindings {
  /** Any link will do. */
  readonly free: PacketSet
  boundTo(link: LinkName): PacketSet
  /** Of routes alike but for their link this one’s is taken. */
  likedOver(link: LinkName): PacketSet
}

/** As `bindingOf` and `linkOf` in the look-up. */
function bindingsOf({ family, byLink, both, either, not, own, inPrefix, inRange }: PacketSpace): Bindings {
  const unbound = byLink('oif', undefined)
  const cameInBy = (link: LinkName): PacketSet =>
    link === loopback ? NOTHING : both(unbound, byLink('iif', link))
  if (family === 'inet')
    return { free: unbound, boundTo: (link) => byLink('oif', link), likedOver: () => NOTHING }
  const ofScope = either(
    ...['fe80::/10', 'ff00::/8', '::1/128'].map((text) => {
      const prefix = parsePrefix(text)
      return prefix === undefined ? NOTHING : inPrefix('dst', prefix)
    }),
  )
  const strict = either(inRange('chosen', 0, 0), ofScope)
  return {
    free: either(both(unbound, either(own, not(ofScope))), not(either(unbound, strict))),
    boundTo: (link) => either(both(byLink('oif', link), strict), both(cameInBy(link), ofScope)),
    likedOver: (link) => either(byLink('oif', link), cameInBy(link)),
  }
}

/** The function of a table: a leaf where one of its routes answers (`throw` is an answer too), nothing elsewhere. */
export type TableSets = (table: LookupTable | undefined) => Diagram

/** `leafOf` gives the leaf for what is found; it is asked once or more for each route, by links that a socket may be bound to. */
export function createTableSets(space: PacketSpace, leafOf: (found: Found) => number): TableSets {
  const { either, inPrefix, leaf, overAll, within } = space
  const { free, boundTo, likedOver } = bindingsOf(space)
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
  const groupOf = (alike: readonly Route[]): Diagram => {
    const made = alike.map((route) => ({ route, diagram: routeOf(route) }))
    const liked = ({ nexthops }: Route): PacketSet => either(...nexthops.map(({ dev }) => likedOver(dev)))
    return overAll([
      ...(made.length === 1 ? [] : made.map(({ route, diagram }) => within(liked(route), diagram))),
      ...made.map(({ diagram }) => diagram),
    ])
  }
  return (table = []) => {
    const made =
      known.get(table) ??
      overAll(
        table.flatMap(({ routes }) => [...routes.values()].flatMap((same) => alikeOf(same).map(groupOf))),
      )
    known.set(table, made)
    return made
  }
}

/** Routes of one prefix, in order; those of one metric together. */
function alikeOf(routes: readonly Route[]): readonly (readonly Route[])[] {
  const groups = new Map<number, Route[]>()
  for (const route of routes) {
    const metric = effectiveMetric(route)
    const group = groups.get(metric)
    if (group === undefined) groups.set(metric, [route])
    else group.push(route)
  }
  return [...groups.values()]
}
