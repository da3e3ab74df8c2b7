// Packets that the table lookup of a rule resolves.
import { memoize } from '../stdlib/memoize.js'
import type { FamilyFib } from '../lookup/fib.js'
import { isSuppressed } from '../lookup/lookup.js'
import type { Route, RuleAction } from '../plan/plan.js'
import type { PacketSet, PacketSpace } from './packet-space.js'
import { createTableDiagrams } from './table-diagram.js'

type Lookup = Extract<RuleAction, { readonly type: 'lookup' }>

export function createResolvedSets(
  space: PacketSpace,
  { tables, vrfs }: FamilyFib,
): (lookup: Lookup) => PacketSet {
  const routes: Route[] = []
  const setsOf = createTableDiagrams(space, vrfs, ({ route }) => routes.push(route))
  return memoize(
    ({ table, suppressPrefixlength }) =>
      space.mapTerminals(setsOf(tables.get(table)), (leaf) => {
        const route = routes[leaf - 1]
        return route === undefined || route.type === 'throw' || isSuppressed(route, suppressPrefixlength)
          ? 0
          : 1
      }),
    ({ table, suppressPrefixlength }) => `${table} ${suppressPrefixlength ?? ''}`,
  )
}
