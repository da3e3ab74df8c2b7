// What nobody can say of an answer from the plan alone: what a lease has not told yet, and what goes on in a VRF.
import { isSameAddress } from '../kernel/address.js'
import type { LinkName } from '../kernel/link.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import { effectiveMetric } from '../plan/keys.js'
import { applyLeases, type LeaseData } from '../plan/apply-leases.js'
import type { DynamicTable, DynamicMultipath, KernelPlan, Origin } from '../plan/plan.js'
import type { Packet, TraceStep } from './lookup.js'
import { boundLink, isLocallyGenerated } from './packet.js'
import type { Trace } from './trace.js'

export type Unknown =
  /** The table follows the lease of the link, and the walk asked it where the lease's default route or rule would have a say. */
  | { readonly kind: 'lease'; readonly link: LinkName; readonly table: TableId; readonly origin: Origin }
  /** The link is in a VRF, whose table the kernel asks by a rule of its own (`l3mdev`). */
  | { readonly kind: 'vrf'; readonly link: LinkName; readonly vrf: LinkName; readonly origin: Origin }

/** The plan with the leases that are told; of the other links it still says that they are followed. */
export function applyPartialLeases(plan: KernelPlan, leases: ReadonlyMap<LinkName, LeaseData>): KernelPlan {
  const followed = plan.followed.filter(({ link }) => !leases.has(link))
  const dynamicLinks = new Set(followed.map(({ link }) => link))
  return {
    ...applyLeases(plan, leases),
    followed,
    balances: plan.balances.filter(({ hops }) => hops.some(({ dev }) => dynamicLinks.has(dev))),
  }
}

/**
 * Empty where the answer holds whatever is leased, as long as neither end of the packet is in the network that the lease
 * will be of: nobody knows that one.
 */
export function findUnknowns(plan: KernelPlan, trace: Trace): readonly Unknown[] {
  const { packet } = trace
  const vrfs = plan.links.flatMap((link): readonly Unknown[] => {
    const { name, made, master, origin } = link
    if (name !== packet.iif && name !== packet.oif) return []
    const vrf = made?.kind === 'vrf' ? name : master?.kind === 'vrf' ? master.link : undefined
    return vrf === undefined ? [] : [{ kind: 'vrf', link: name, vrf, origin }]
  })
  const leases = plan.followed.flatMap((followed): readonly Unknown[] => {
    const { link, origin } = followed
    const table = dynamicDefaults(followed, plan.balances, packet).find((lease) =>
      trace.steps.some((step) => couldChange(step, lease)),
    )?.table
    if (table !== undefined) return [{ kind: 'lease', link, table, origin }]
    return mayMatchReply(plan, followed, trace)
      ? [{ kind: 'lease', link, table: followed.table, origin }]
      : []
  })
  return [...vrfs, ...leases]
}

/** A default route that will be there with the lease; `metric` is absent where another program chooses it. */
interface DynamicDefault {
  readonly table: TableId
  readonly metric?: number
}

function dynamicDefaults(
  { link, table, routers, laidIn, metric }: DynamicTable,
  balances: readonly DynamicMultipath[],
  packet: Packet,
): readonly DynamicDefault[] {
  const { family } = packet
  const bound = boundLink(packet)
  // A packet that is bound to another link takes no route of this one.
  if (!routers.includes(family) || (bound !== undefined && bound !== link)) return []
  return [
    { table, metric: effectiveMetric({ family }) },
    ...(laidIn === 'main' ? [{ table: RT_TABLE_MAIN, ...(metric === undefined ? {} : { metric }) }] : []),
    ...balances
      .filter((balance) => balance.family === family && balance.hops.some(({ dev }) => dev === link))
      .map((balance) => ({ table: RT_TABLE_MAIN, metric: balance.metric })),
  ]
}

/** Whether the rule would have come to another end with one default route more in its table. */
function couldChange(step: TraceStep, { table, metric }: DynamicDefault): boolean {
  const { action } = step.rule
  if (action.type !== 'lookup' || action.table !== table) return false
  // A rule that suppresses takes no default route.
  if (action.suppressPrefixlength !== undefined) return false
  if (step.outcome === 'no-route') return true
  if (step.outcome !== 'answered' && step.outcome !== 'throw') return false
  return step.route.dst.length === 0 && (metric === undefined || metric < effectiveMetric(step.route))
}

/** Whether a source that the plan does not know may be the address of the lease, whose rule stands in front of the answer. */
function mayMatchReply(
  plan: KernelPlan,
  { replies, families }: DynamicTable,
  { packet, steps }: Trace,
): boolean {
  const { src, family } = packet
  if (src === undefined || !isLocallyGenerated(packet) || !families.includes(family)) return false
  if (plan.links.some((link) => link.addresses.some(({ address }) => isSameAddress(address, src))))
    return false
  const last = steps.at(-1)?.rule.pref ?? 0
  return replies.some(({ word, pref }) => word === 'from' && pref <= last)
}
