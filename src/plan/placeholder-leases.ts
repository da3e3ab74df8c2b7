// Placeholder leases: an address and a router for each leased link, so that lookups over it have a result.
import type { Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import type { Prefix } from '../kernel/prefix.js'
import { leasedFamilies } from '../network/network.js'
import type { LeaseData } from './apply-leases.js'
import type { KernelPlan } from './plan.js'

export interface PlaceholderLeases {
  readonly leases: ReadonlyMap<LinkName, LeaseData>
  /** Names of the placeholder addresses for messages, by address. */
  readonly names: ReadonlyMap<string, string>
}

/** A link that is leased in several of the `plans` has the same placeholder in all of them. */
export function placeholderLeases(
  plan: KernelPlan,
  plans: readonly KernelPlan[] = [plan],
): PlaceholderLeases {
  const leases = new Map<LinkName, LeaseData>()
  const names = new Map<string, string>()
  const leased = plans.flatMap(({ state }) => state.links.filter(({ lease }) => lease !== undefined))
  const leasedNames = [...new Set(leased.map(({ name }) => name))].toSorted()
  const indices = new Map(leasedNames.map((name, index) => [name, index]))
  for (const { name, lease } of plan.state.links) {
    if (lease === undefined) continue
    const placeholders = leasedFamilies(lease).map((family) => placeholderFor(family, indices.get(name) ?? 0))
    leases.set(name, {
      addresses: placeholders.map(({ address }) => address),
      routers: placeholders.map(({ router }) => router),
    })
    for (const { address, router } of placeholders) {
      names.set(address.address.text, `the address of ${name}’s lease`)
      names.set(router.text, `the router of ${name}’s lease`)
    }
  }
  return { leases, names }
}

/** From the benchmarking networks (RFC 2544, RFC 5180), which no lease contains. */
function placeholderFor(
  family: Family,
  index: number,
): { readonly address: Prefix; readonly router: Address } {
  const createPlaceholder = (address: string, length: number, router: string) => ({
    address: { family, address: { family, text: address }, length },
    router: { family, text: router },
  })
  const high = Math.floor(index / 256)
  const low = index % 256
  const group = (index + 1).toString(16)
  return family === 'inet'
    ? createPlaceholder(`198.${18 + (high % 2)}.${low}.10`, 24, `198.${18 + (high % 2)}.${low}.1`)
    : createPlaceholder(`2001:2:0:${group}::10`, 64, `fe80::2001:${group}`)
}
