// VRFs: the links that belong to each, and the kernel's rule with priority 1000 for them.
import { families } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import type { VrfMembership } from '../kernel/packet.js'
import { VRF_PREFERENCE } from '../kernel/preference.js'
import type { TableId } from '../kernel/table.js'
import type { KernelPlan, KernelState, Rule } from '../plan/plan.js'

interface VrfLink {
  readonly link: LinkName
  readonly vrf: LinkName
  readonly table: TableId
}

/** Each VRF and each member of one. */
function vrfLinks({ links }: Pick<KernelState, 'links'>): readonly VrfLink[] {
  const tables = new Map<LinkName, TableId>()
  for (const { name, virtual } of links) if (virtual?.kind === 'vrf') tables.set(name, virtual.table)
  if (tables.size === 0) return []
  return links.flatMap(({ name, master }) => {
    const vrf = tables.has(name) ? name : master?.kind === 'vrf' ? master.link : undefined
    const table = vrf === undefined ? undefined : tables.get(vrf)
    return vrf === undefined || table === undefined ? [] : [{ link: name, vrf, table }]
  })
}

/** Link → table of its VRF (l3mdev_fib_table). Links outside of VRFs are missing. */
export const vrfTables = (state: Pick<KernelState, 'links'>): ReadonlyMap<LinkName, TableId> =>
  new Map(vrfLinks(state).map(({ link, table }) => [link, table]))

export const vrfMembership = (state: Pick<KernelState, 'links'>): VrfMembership =>
  new Map(vrfLinks(state).map(({ link, vrf }) => [link, vrf]))

/**
 * The rule that the kernel adds with the first VRF, `lookup [l3mdev-table]`, as one rule for each link that it matches.
 * The table is that of the VRF of `oif`, else of `iif` (l3mdev_update_flow), so the rules with `oif` come first.
 */
export const vrfRules = ({ state }: Pick<KernelPlan, 'state'>): readonly Rule[] =>
  families.flatMap((family) =>
    (['oif', 'iif'] as const).flatMap((field) =>
      vrfLinks(state).map(({ link, vrf, table }): Rule => ({
        family,
        pref: VRF_PREFERENCE,
        selector: { [field]: link },
        action: { type: 'lookup', table },
        origin: { kind: 'kernel', part: 'l3mdev', vrf, path: [] },
      })),
    ),
  )

export const isVrfRule = ({ origin }: Rule): boolean => origin.kind === 'kernel' && origin.part === 'l3mdev'
