// Rules and tables without what no packet of a set ever comes to: of thousands a few matter.
import type { TableId } from '../kernel/table.js'
import type { FamilyFib } from '../lookup/fib.js'
import type { RuleEntry } from '../lookup/rule.js'
import { createTable, type LookupTable } from '../lookup/table.js'
import { createAnswered } from '../packets/answered.js'
import { NOTHING } from '../packets/nodes.js'
import type { PacketSet, PacketSpace } from '../packets/space.js'

/** Gives the very answers to all packets that are asked for; undefined where it is too much to lay over each other. */
export function narrowed(
  space: PacketSpace,
  { rules, tables }: FamilyFib,
  asked: PacketSet,
): FamilyFib | undefined {
  const { both, minus, setOf } = space
  const needed = new Map<TableId, LookupTable>()
  const answeredOf = createAnswered(space, { rules, tables: needed })
  // Where somebody leaps, each rule keeps its number, and is asked of whatever comes.
  const isLeaping = rules.some(({ target }) => target !== undefined)
  const asking: RuleEntry[] = []
  let rest = asked
  for (const entry of rules) {
    const { selector, action } = entry.rule
    const taken = rest === NOTHING ? NOTHING : both(rest, setOf(selector))
    if (taken === NOTHING && !isLeaping) continue
    asking.push(entry)
    if (taken === NOTHING || action.type === 'goto') continue
    if (action.type === 'lookup' && !needed.has(action.table))
      needed.set(action.table, narrowedTable(space, tables.get(action.table), asked))
    if (asking.length * needed.size > MOST) return undefined
    if (!isLeaping) rest = minus(rest, action.type === 'lookup' ? both(taken, answeredOf(action)) : taken)
  }
  return { rules: asking, tables: needed }
}

/** Rules times tables, since each rule may have a say in what each table says: about two seconds. */
const MOST = 5000

/** With those routes alone that some packet is for. */
const narrowedTable = (space: PacketSpace, table: LookupTable = [], asked: PacketSet): LookupTable =>
  createTable(
    table
      .flatMap(({ routes }) => [...routes.values()])
      .filter(
        ([route]) => route !== undefined && space.both(space.inPrefix('dst', route.dst), asked) !== NOTHING,
      )
      .flat(),
  )
