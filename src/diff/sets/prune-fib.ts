// Rules and tables without what no packet of a set ever comes to: of thousands a few matter.
import type { TableId } from '../../kernel/table.js'
import type { FamilyFib } from '../../lookup/fib.js'
import type { RuleEntry } from '../../lookup/rule.js'
import { createTable, type LookupTable } from '../../lookup/table.js'
import { createResolvedSets } from '../../packets/resolved-set.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'

/** Gives the very answers to all packets that are asked for; undefined where it is too much to lay over each other. */
export function pruneFib(
  space: PacketSpace,
  { rules, tables }: FamilyFib,
  asked: PacketSet,
): FamilyFib | undefined {
  const { intersect, difference, setOfSelector } = space
  const needed = new Map<TableId, LookupTable>()
  const answeredOf = createResolvedSets(space, { rules, tables: needed })
  // Where somebody leaps, each rule keeps its number, and is asked of whatever comes.
  const hasGoto = rules.some(({ target }) => target !== undefined)
  const asking: RuleEntry[] = []
  let rest = asked
  for (const entry of rules) {
    const { selector, action } = entry.rule
    const taken = rest === EMPTY ? EMPTY : intersect(rest, setOfSelector(selector))
    if (taken === EMPTY && !hasGoto) continue
    asking.push(entry)
    if (taken === EMPTY || action.type === 'goto') continue
    if (action.type === 'lookup' && !needed.has(action.table))
      needed.set(action.table, pruneTable(space, tables.get(action.table), asked))
    if (asking.length * needed.size > MAX_RULES) return undefined
    if (!hasGoto)
      rest = difference(rest, action.type === 'lookup' ? intersect(taken, answeredOf(action)) : taken)
  }
  return { rules: asking, tables: needed }
}

/** Rules times tables, since each rule may have a say in what each table says: about two seconds. */
const MAX_RULES = 5000

/** With those routes alone that some packet is for. */
const pruneTable = (space: PacketSpace, table: LookupTable = [], asked: PacketSet): LookupTable =>
  createTable(
    table
      .flatMap(({ routes }) => [...routes.values()])
      .filter(
        ([route]) =>
          route !== undefined && space.intersect(space.inPrefix('dst', route.dst), asked) !== EMPTY,
      )
      .flat(),
  )
