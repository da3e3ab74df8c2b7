// Pruned FIB: the rules and routes that the packets of a set can reach.
import type { TableId } from '../../kernel/table.js'
import type { FamilyFib } from '../../lookup/fib.js'
import type { RuleEntry } from '../../lookup/rule.js'
import { createTable, type LookupTable } from '../../lookup/table.js'
import { createResolvedSets } from '../../packets/resolved-set.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'

/** Answers the packets of `asked` as the whole FIB does; undefined if rules and tables are too many to combine. */
export function pruneFib(
  space: PacketSpace,
  { rules, tables, vrfs }: FamilyFib,
  asked: PacketSet,
): FamilyFib | undefined {
  const { intersect, difference, setOfSelector } = space
  const needed = new Map<TableId, LookupTable>()
  const answeredOf = createResolvedSets(space, { rules, tables: needed, vrfs })
  // A goto may jump to any later rule, so all rules are kept.
  const hasGoto = rules.some(({ target }) => target !== undefined)
  const reached: RuleEntry[] = []
  let rest = asked
  for (const entry of rules) {
    const { selector, action } = entry.rule
    const taken = rest === EMPTY ? EMPTY : intersect(rest, setOfSelector(selector))
    if (taken === EMPTY && !hasGoto) continue
    reached.push(entry)
    if (taken === EMPTY || action.type === 'goto') continue
    if (action.type === 'lookup' && !needed.has(action.table))
      needed.set(action.table, pruneTable(space, tables.get(action.table), asked))
    if (reached.length * needed.size > MAX_RULES) return undefined
    if (!hasGoto)
      rest = difference(rest, action.type === 'lookup' ? intersect(taken, answeredOf(action)) : taken)
  }
  return { rules: reached, tables: needed, vrfs }
}

/** Rules times tables, because each rule may apply to each table: about two seconds. */
const MAX_RULES = 5000

/** Keeps the routes whose destination some packet has. */
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
