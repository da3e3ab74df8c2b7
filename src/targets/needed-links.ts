// Which links must be up before a route can be laid, for stacks that lay each link's routes when that link comes.
import { isSameAddress } from '../kernel/address.js'
import type { LinkName } from '../kernel/link.js'
import { membersOf } from '../plan/owner.js'
import type { KernelPlan, Route } from '../plan/plan.js'

/** Those that it goes over, and the one whose address it takes for a source: the kernel wants both now. */
export function neededLinks(route: Route, plan: KernelPlan): readonly LinkName[] {
  const members = membersOf(route)
  const { prefsrc } = route
  if (prefsrc === undefined) return members
  const holders = plan.links
    .filter((link) => link.addresses.some(({ address }) => isSameAddress(address, prefsrc)))
    .map((link) => link.name)
  return holders.some((name) => members.includes(name)) ? members : [...new Set([...members, ...holders])]
}

/** Whether it has to be tried whenever one of several links comes up. */
export const needsSeveral = (route: Route, plan: KernelPlan): boolean => neededLinks(route, plan).length > 1
