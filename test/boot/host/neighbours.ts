// Which routers and clients must stand around a host for its plan to work: made from the plan itself.
import { isSameAddress, addressFromValue, addressValue, isLinkLocal } from '../../../src/kernel/address.js'
import type { Address } from '../../../src/kernel/address.js'
import {
  containsAddress,
  formatPrefix,
  hostPrefix,
  lastAddress,
  overlaps,
} from '../../../src/kernel/prefix.js'
import type { Prefix } from '../../../src/kernel/prefix.js'
import type { KernelPlan, PlannedLink } from '../../../src/plan/plan.js'
import type { Peer } from '../lab/wires.js'
import type { Leases } from './leases.js'

/** One peer for each wire, with what it leases there: links with addresses of one network share theirs. */
export function neighboursOf(plan: KernelPlan, leases: Leases = new Map()): readonly Peer[] {
  return wiresOf(plan).map((links) => {
    const own = links.flatMap((link) => link.addresses)
    const vias = plan.routes
      .flatMap((route) => route.nexthops)
      .filter((hop) => links.some((link) => link.name === hop.dev))
      .flatMap((hop) => (hop.via === undefined ? [] : [hop.via]))
    const routers = vias.map((via) => routerAddress(via, own))
    const clients = own.filter((prefix) => !routers.some((router) => overlaps(router, prefix)))
    const addresses = [...routers, ...clients.flatMap((prefix) => clientAddress(prefix, own))]
    const names = links.map((link) => link.name)
    const lease = names.map((name) => leases.get(name)).find((given) => given !== undefined)
    return {
      ...{ links: names, addresses: [...new Set(addresses.map(formatPrefix))] },
      ...(lease === undefined ? {} : { lease }),
    }
  })
}

function wiresOf(plan: KernelPlan): readonly (readonly PlannedLink[])[] {
  const wires: PlannedLink[][] = []
  for (const link of plan.links) {
    const shared = wires.find((wire) => wire.some((other) => sharesNetwork(other, link)))
    if (shared === undefined) wires.push([link])
    else shared.push(link)
  }
  return wires
}

function sharesNetwork(a: PlannedLink, b: PlannedLink): boolean {
  return a.addresses.some((one) => b.addresses.some((two) => overlaps(one, two)))
}

/** With the length of the host's own prefix around it; alone where it is on no network of the host (`onlink`). */
function routerAddress(via: Address, own: readonly Prefix[]): Prefix {
  if (isLinkLocal(via) && via.family === 'inet6') return { family: via.family, address: via, length: 64 }
  const around = own.find((prefix) => containsAddress(prefix, via))
  return around === undefined ? hostPrefix(via) : { ...around, address: via }
}

/** The last address of the network that the host has not itself; none in a network of one. */
function clientAddress(prefix: Prefix, own: readonly Prefix[]): readonly Prefix[] {
  const last = addressValue(lastAddress(prefix))
  const address = [last - 1n, last - 2n]
    .map((value) => addressFromValue(prefix.family, value))
    .find((one) => containsAddress(prefix, one) && !own.some((mine) => isSameAddress(mine.address, one)))
  return address === undefined ? [] : [{ ...prefix, address }]
}
