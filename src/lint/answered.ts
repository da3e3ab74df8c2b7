// Which packets a look-up answers, whatever else is asked: the set form of `findRoute`.
import { anyPrefix, type Prefix } from '../kernel/prefix.js'
import { parsePrefix } from '../kernel/prefix.js'
import { loopback } from '../kernel/link.js'
import { hasNoNexthop } from '../kernel/route-type.js'
import type { FamilyFib } from '../lookup/fib.js'
import { isSuppressed } from '../lookup/lookup.js'
import { EVERYTHING, NOTHING } from '../packets/nodes.js'
import type { PacketSet, PacketSpace } from '../packets/space.js'
import type { Route, RuleAction } from '../plan/plan.js'

type Lookup = Extract<RuleAction, { readonly type: 'lookup' }>

/** Found once for each table and suppressor. */
export function createAnswered(space: PacketSpace, { tables }: FamilyFib): (lookup: Lookup) => PacketSet {
  const known = new Map<string, PacketSet>()
  const unbound = unboundSet(space)
  const seenBy = (route: Route): PacketSet => {
    const devs = hasNoNexthop(route.type)
      ? space.family === 'inet'
        ? [EVERYTHING]
        : [space.byLink('oif', loopback)]
      : route.nexthops.map(({ dev }) => space.byLink('oif', dev))
    return space.both(space.inPrefix('dst', route.dst), space.either(unbound, ...devs))
  }
  return ({ table, suppressPrefixlength }) => {
    const key = `${table} ${suppressPrefixlength ?? ''}`
    const before = known.get(key)
    if (before !== undefined) return before
    // Longest prefixes first, within one the lowest metric: what comes first hides what comes later.
    const routes = (tables.get(table) ?? []).flatMap(({ routes: level }) => [...level.values()].flat())
    const found = space.overAll(
      routes.map((route) =>
        space.map(seenBy(route), () =>
          route.type === 'throw' || isSuppressed(route, suppressPrefixlength) ? PASSED : ANSWERED,
        ),
      ),
    )
    const answered = space.map(found, (leaf) => (leaf === ANSWERED ? EVERYTHING : NOTHING))
    known.set(key, answered)
    return answered
  }
}

const ANSWERED = 1
const PASSED = 2

const LINK_SCOPES: Readonly<Record<'inet' | 'inet6', readonly (Prefix | undefined)[]>> = {
  inet: [],
  inet6: [parsePrefix('fe80::/10'), parsePrefix('ff00::/8')],
}

/** What may take a route over any link: `bindingOf` of the look-up. */
function unboundSet(space: PacketSpace): PacketSet {
  const free = space.byLink('oif', undefined)
  if (space.family === 'inet') return free
  const chosen = space.inPrefix('src', anyPrefix('inet6'))
  const near = LINK_SCOPES.inet6.flatMap((prefix) =>
    prefix === undefined ? [] : [space.inPrefix('dst', prefix)],
  )
  return space.either(free, space.minus(chosen, space.either(...near)))
}
