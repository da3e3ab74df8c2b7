// Leases of a planned link.
import type { Family } from '../kernel/family.js'
import { leasedFamilies } from '../network/network.js'
import type { PlannedLink } from './plan.js'

/** Whether a client on the link gets addresses of the family. */
export const leases = ({ lease }: PlannedLink, family: Family): boolean =>
  lease !== undefined && leasedFamilies(lease).includes(family)
