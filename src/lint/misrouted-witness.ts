// Witness packets for wrong next hops in a table.
import type { Address } from '../kernel/address.js'
import type { TableId } from '../kernel/table.js'
import type { Packet } from '../lookup/lookup.js'
import { preparePacket } from '../kernel/packet.js'
import { findRoute } from '../lookup/table.js'
import type { Nexthop } from '../plan/plan.js'
import type { LintContext } from './context.js'
import { packetsOf } from './sample-packets.js'

/**
 * A packet to `dst` that a rule sends to the table and that leaves by a wrong next hop. Prefers packets forwarded from
 * another link, then locally generated ones, since neighbours reach each other without the host.
 */
export function misroutedWitness(
  host: LintContext,
  table: TableId,
  dst: Address,
  isWrong: (nexthop: Nexthop) => boolean,
): Packet | undefined {
  const { family } = dst
  // Test the table first: most tables are correct.
  const found = findRoute(host.fib[family].tables.get(table), preparePacket({ family, dst }))
  if (found === undefined || !found.nexthops.some(isWrong)) return undefined
  const near = host.linkTo(dst)
  let own: Packet | undefined
  let neighbourly: Packet | undefined
  for (const rule of host.rulesOfTable.get(table) ?? []) {
    if (rule.family !== family) continue
    for (const packet of packetsOf(host, family, rule.selector, dst)) {
      if (packet.src?.text === dst.text || (packet.iif === undefined && own !== undefined)) continue
      const answer = host.lookup(packet)
      if (answer.kind !== 'route' || answer.table !== table || !answer.nexthops.some(isWrong)) continue
      if (packet.iif === undefined) own = packet
      else if (packet.iif === near) neighbourly ??= packet
      else return packet
    }
  }
  return own ?? neighbourly
}
