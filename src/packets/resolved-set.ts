// Packets that the table lookup of a rule resolves.
import type { FamilyFib } from '../lookup/fib.js'
import { isSuppressed } from '../lookup/lookup.js'
import type { Route, RuleAction } from '../plan/plan.js'
import type { PacketSet, PacketSpace } from './packet-space.js'
import { createTableDiagrams } from './table-diagram.js'

type Lookup = Extract<RuleAction, { readonly type: 'lookup' }>

/** Caches the set of each pair of table and suppressor. */
export function createResolvedSets(space: PacketSpace, { tables }: FamilyFib): (lookup: Lookup) => PacketSet {
  const cache = new Map<string, PacketSet>()
  const routes: Route[] = []
  const setsOf = createTableDiagrams(space, ({ route }) => routes.push(route))
  return ({ table, suppressPrefixlength }) => {
    const key = `${table} ${suppressPrefixlength ?? ''}`
    const cached = cache.get(key)
    if (cached !== undefined) return cached
    const resolved = space.mapTerminals(setsOf(tables.get(table)), (leaf) => {
      const route = routes[leaf - 1]
      return route === undefined || route.type === 'throw' || isSuppressed(route, suppressPrefixlength)
        ? 0
        : 1
    })
    cache.set(key, resolved)
    return resolved
  }
}
