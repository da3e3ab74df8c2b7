// Unknowns of an answer: missing leases.
import { isSameAddress } from '../kernel/address.js'
import type { LinkName } from '../kernel/link.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import { effectiveMetric } from '../plan/keys.js'
import { applyLeases, type LeaseData } from '../plan/apply-leases.js'
import type { DynamicTable, KernelPlan, Origin } from '../plan/plan.js'
import type { Packet, TraceStep } from './lookup.js'
import { boundLink, isLocallyGenerated } from '../kernel/packet.js'
import type { Trace } from './trace.js'
import { vrfMembership } from './vrfs.js'

/** The answer depends on the lease of the link: its default route or its rule could change it. */
export interface Unknown {
  readonly kind: 'lease'
  readonly link: LinkName
  readonly table: TableId
  readonly origin: Origin
}

/** Applies the known leases. The other links stay dynamic. */
export function applyPartialLeases(plan: KernelPlan, leases: ReadonlyMap<LinkName, LeaseData>): KernelPlan {
  const followed = plan.dynamic.tables.filter(({ link }) => !leases.has(link))
  const dynamicLinks = new Set(followed.map(({ link }) => link))
  return {
    ...applyLeases(plan, leases),
    dynamic: {
      ...applyLeases(plan, leases).dynamic,
      tables: followed,
      multipaths: plan.dynamic.multipaths.filter(({ hops }) => hops.some(({ dev }) => dynamicLinks.has(dev))),
    },
  }
}

/**
 * Empty if no lease can change the answer. Assumes that neither end of the packet is in the network of a lease, which
 * is unknown.
 */
export function findUnknowns(plan: KernelPlan, trace: Trace): readonly Unknown[] {
  const { packet } = trace
  return plan.dynamic.tables.flatMap((followed): readonly Unknown[] => {
    const { link, origin } = followed
    const table = dynamicDefaults(plan, followed, packet).find((lease) =>
      trace.steps.some((step) => couldChange(step, lease)),
    )?.table
    if (table !== undefined) return [{ kind: 'lease', link, table, origin }]
    return mayMatchReply(plan, followed, trace)
      ? [{ kind: 'lease', link, table: followed.table, origin }]
      : []
  })
}

/** A default route that comes with the lease. `metric` is absent if another program selects it. */
interface DynamicDefault {
  readonly table: TableId
  readonly metric?: number
}

function dynamicDefaults(
  { state, dynamic: { multipaths } }: KernelPlan,
  { link, table, routers, installedIn, metric }: DynamicTable,
  packet: Packet,
): readonly DynamicDefault[] {
  const { family } = packet
  const bound = boundLink(packet, vrfMembership(state))
  // A packet that is bound to another link uses no route of this one.
  if (!routers.includes(family) || (bound !== undefined && bound !== link)) return []
  return [
    { table, metric: effectiveMetric({ family }) },
    ...(installedIn === 'main' ? [{ table: RT_TABLE_MAIN, metric }] : []),
    ...multipaths
      .filter((balance) => balance.family === family && balance.hops.some(({ dev }) => dev === link))
      .map((balance) => ({ table: RT_TABLE_MAIN, metric: balance.metric })),
  ]
}

/** Whether one more default route in the table could change the result of the rule. */
function couldChange(step: TraceStep, { table, metric }: DynamicDefault): boolean {
  const { action } = step.rule
  if (action.type !== 'lookup' || action.table !== table) return false
  // A rule with a suppressor ignores default routes.
  if (action.suppressPrefixlength !== undefined) return false
  if (step.outcome === 'no-route') return true
  if (step.outcome !== 'answered' && step.outcome !== 'throw') return false
  return step.route.dst.length === 0 && (metric === undefined || metric < effectiveMetric(step.route))
}

/** Whether an unknown source may be the leased address, whose reply rule comes before the answer. */
function mayMatchReply(
  plan: KernelPlan,
  { replies, families }: DynamicTable,
  { packet, steps }: Trace,
): boolean {
  const { src, family } = packet
  if (src === undefined || !isLocallyGenerated(packet) || !families.includes(family)) return false
  if (plan.state.links.some((link) => link.addresses.some(({ address }) => isSameAddress(address, src))))
    return false
  const last = steps.at(-1)?.rule.pref ?? 0
  return replies.some(({ word, pref }) => word === 'from' && pref <= last)
}
