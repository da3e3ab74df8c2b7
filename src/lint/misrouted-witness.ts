// Whether some packet is led into a table, and out of it by a way that it should not take.
import type { Address } from '../kernel/address.js'
import type { TableId } from '../kernel/table.js'
import type { Packet } from '../lookup/lookup.js'
import { preparePacket } from '../lookup/packet.js'
import { findRoute } from '../lookup/table.js'
import type { Nexthop } from '../plan/plan.js'
import type { LintContext } from './context.js'
import { packetsOf } from './sample-packets.js'

/**
 * A packet to `dst` that a rule leads into the table and that leaves there by such a next hop: at best one that is
 * forwarded from elsewhere, else one of this host’s own, since neighbours reach each other without it.
 */
export function misroutedWitness(
  host: LintContext,
  table: TableId,
  dst: Address,
  isWrong: (nexthop: Nexthop) => boolean,
): Packet | undefined {
  const { family } = dst
  // The table itself is asked first: most have what they should, whatever leads there.
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
