// Which table of one plan is which of the other, and what is looked up otherwise there.
import type { TableId } from '../kernel/table.js'
import type { FamilyFib } from '../lookup/fib.js'
import { createTable, type LookupTable } from '../lookup/table.js'
import { EMPTY } from '../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../packets/packet-space.js'
import { createTableDiagrams } from '../packets/table-diagram.js'
import type { Route } from '../plan/plan.js'
import { pairUp } from './match-lists.js'

/** A plan’s rules and tables of one family, and what matters of a route. */
export interface Side {
  readonly fib: FamilyFib
  routeText(route: Route): string
}

export interface TablePair {
  readonly before: TableId | undefined
  readonly after: TableId | undefined
  /** Packets for which the two may give another route; NOTHING where both have the same. */
  readonly apart: PacketSet
}

/** Two tables of the same routes are one, whatever their numbers; else two of the same number are. */
export function pairTables(space: PacketSpace, before: Side, after: Side): readonly TablePair[] {
  const ids = [before, after].map(({ fib }) => [
    ...fib.tables.keys(),
    ...fib.rules.flatMap(({ rule: { action } }) => (action.type === 'lookup' ? [action.table] : [])),
  ])
  const tables = [...new Set(ids.flat())]
  const contents = [before, after].map((side) => new Map(tables.map((id) => [id, contentOf(side, id)])))
  const [olds, news] = contents.map((content) => tables.map((id) => ({ id, content: content.get(id) })))
  const textOf = new Map(
    [...(olds ?? []), ...(news ?? [])].map((one) => [
      one,
      [...(one.content ?? [])].map(([key, { text }]) => `${key} ${text}`).join('\n'),
    ]),
  )
  const pairs = pairUp(olds ?? [], news ?? [], [
    (one) => `${one.id} ${textOf.get(one) ?? ''}`,
    (one) => textOf.get(one) ?? '',
    (one) => String(one.id),
  ])
  return pairs.map(({ before: old, after: one }) => ({
    before: old?.id,
    after: one?.id,
    apart: old === undefined || one === undefined ? EMPTY : changedIn(space, old.content, one.content),
  }))
}

/** By prefix: its routes in the order in which they are taken. */
type Content = ReadonlyMap<string, { readonly routes: readonly Route[]; readonly text: string }>

function contentOf({ fib, routeText }: Side, id: TableId): Content {
  const table: LookupTable = fib.tables.get(id) ?? []
  return new Map(
    table
      .flatMap(({ shift, routes }) =>
        [...routes].map(
          ([key, list]) =>
            [`${key}>>${shift}`, { routes: list, text: list.map(routeText).join('; ') }] as const,
        ),
      )
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Those for which one of the routes is there that only one of the two has. */
function changedIn(space: PacketSpace, before: Content = new Map(), after: Content = new Map()): PacketSet {
  const routes = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, one] = [before.get(key), after.get(key)]
    return old?.text === one?.text ? [] : [...(old?.routes ?? []), ...(one?.routes ?? [])]
  })
  return routes.length === 0 ? EMPTY : createTableDiagrams(space, () => 1)(createTable(routes))
}
