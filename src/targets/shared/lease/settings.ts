// Lease settings: what the clients on a link do with their leases.
import type { Family } from '../../../kernel/family.js'
import type { TableId } from '../../../kernel/table.js'
import type { KernelPlan, LeaseClients, PlannedLink } from '../../../plan/plan.js'

/**
 * Destination of the default route of a lease, and of its further routes if `routes`. `none`: it belongs to no gateway,
 * and no route of the lease is installed.
 */
export type LeasedDefault =
  | { readonly kind: 'main'; readonly metric: number; readonly table: TableId; readonly routes: boolean }
  | { readonly kind: 'table'; readonly table: TableId; readonly routes: boolean }
  | { readonly kind: 'none' }

export interface LinkLease extends LeaseClients {
  /** By DHCPv4. */
  readonly inet: LeasedDefault
  /** By router advertisement. */
  readonly inet6: LeasedDefault
}

/** undefined for a link without leases, and for a link of another program. */
export function leaseOf(plan: KernelPlan, link: PlannedLink): LinkLease | undefined {
  if (link.lease === undefined || !link.managed) return undefined
  return { ...link.lease, inet: leasedDefault(plan, link, 'inet'), inet6: leasedDefault(plan, link, 'inet6') }
}

function leasedDefault(plan: KernelPlan, { name }: PlannedLink, family: Family): LeasedDefault {
  const followed = plan.dynamic.tables.find(({ link, routers }) => link === name && routers.includes(family))
  if (followed === undefined) return { kind: 'none' }
  const { table, metric, leaseRoutes: routes = false } = followed
  return metric === undefined ? { kind: 'table', table, routes } : { kind: 'main', metric, table, routes }
}
