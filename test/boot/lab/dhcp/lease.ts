// What does a provider give on its wire, and which addresses has its router there?
import { addressFromValue, addressValue } from '../../../../src/kernel/address.js'
import type { Address } from '../../../../src/kernel/address.js'
import {
  containsAddress,
  formatPrefix,
  isHostPrefix,
  lastAddress,
  networkOf,
  overlaps,
} from '../../../../src/kernel/prefix.js'
import type { Prefix } from '../../../../src/kernel/prefix.js'

export type Lease = {
  readonly dhcp4?: Dhcp4
  readonly advertisement?: Advertisement
  /** One address, by IA_NA. */
  readonly dhcp6?: { readonly address: Address }
}

export type Dhcp4 = {
  /** The one address that is leased here. */
  readonly address: Prefix
  /** Option 3. */
  readonly routers: readonly Address[]
  /** Option 121; who knows it takes no router of option 3 beside it (RFC 3442). */
  readonly routes: readonly { readonly dst: Prefix; readonly via: Address }[]
  /** How long without a renewal. */
  readonly seconds: number
  /** Nothing is leased any more: who asks to renew is told to forget its address. */
  readonly refused?: true
  /** Who has leased here in other networks, and refuses now: clients believe a refusal only of their own server. */
  readonly former?: readonly Prefix[]
}

export type Advertisement = {
  /** Autonomous, on the link. */
  readonly prefixes: readonly Prefix[]
  /** The same, and to be used no more: of a preferred lifetime of 0. */
  readonly deprecated: readonly Prefix[]
  /** Seconds for which the router is one; with 0 it takes that back. */
  readonly lifetime: number
}

/** So every router calls itself, and no other way: its advertisements come from there. */
export const routerLinkLocal = 'fe80::1'

/** What a cloud leases alone, with a router outside of it, is of a network to dnsmasq all the same. */
export const servedNetwork = (address: Prefix): Prefix =>
  networkOf(isHostPrefix(address) ? { ...address, length: 24 } : address)

/** Option 121 says so of what is on the link. */
const isUnspecified = ({ text }: Address): boolean => text === '0.0.0.0'

/** dnsmasq leases and advertises in networks where it has an address itself. */
export function routerAddresses({ dhcp4, advertisement, dhcp6 }: Lease): readonly string[] {
  const nexthops = [...(dhcp4?.routers ?? []), ...(dhcp4?.routes ?? []).map(({ via }) => via)]
  const vias = nexthops.filter((via) => !isUnspecified(via))
  const own4 =
    dhcp4 === undefined
      ? []
      : [
          ...vias.map((address) => ({ ...servedNetwork(dhcp4.address), address })),
          ...(dhcp4.former ?? []),
        ].map(formatPrefix)
  const own6 = [...prefixesOf(advertisement), ...managedNetwork(dhcp6?.address, advertisement)].map(
    (prefix) => formatPrefix({ ...prefix, address: beforeLast(prefix) }),
  )
  const linkLocal = advertisement === undefined && dhcp6 === undefined ? [] : [`${routerLinkLocal}/64`]
  return [...new Set([...own4, ...linkLocal, ...own6])]
}

/** Where a host's neighbour stands in any network (host/neighbours.ts). */
const beforeLast = (prefix: Prefix): Address =>
  addressFromValue(prefix.family, addressValue(lastAddress(prefix)) - 1n)

const prefixesOf = (advertisement: Advertisement | undefined): readonly Prefix[] =>
  advertisement === undefined ? [] : [...advertisement.prefixes, ...advertisement.deprecated]

/** The network of an address that is leased where it is not advertised. */
export function managedNetwork(
  address: Address | undefined,
  advertisement: Advertisement | undefined,
): readonly Prefix[] {
  if (address === undefined || prefixesOf(advertisement).some((prefix) => containsAddress(prefix, address)))
    return []
  return [networkOf({ family: 'inet6', address, length: 64 })]
}

/** Of the next lease, so that a client leaves the network of the one before. */
export function replaceLease(before: Lease, next: Lease): Lease {
  if (before.dhcp4 === undefined || next.dhcp4 === undefined) return next
  const { address: leased, routers, former: earlier = [] } = before.dhcp4
  const servers = routers.slice(0, 1).map((address) => ({ ...servedNetwork(leased), address }))
  const { address } = next.dhcp4
  const former = [...earlier, ...servers].filter((server) => !overlaps(server, address))
  return { ...next, dhcp4: { ...next.dhcp4, former } }
}

/** The lease is lost with the next renewal, and no other comes. */
export const refused = (lease: Lease): Lease =>
  lease.dhcp4 === undefined ? lease : { ...lease, dhcp4: { ...lease.dhcp4, refused: true } }

/** The router is none any more, and says so. */
export const withdrawn = (lease: Lease): Lease =>
  lease.advertisement === undefined
    ? lease
    : { ...lease, advertisement: { ...lease.advertisement, lifetime: 0 } }

/** Another prefix is advertised; those before are to be used no more. */
export function readvertised(lease: Lease, prefix: Prefix): Lease {
  const { prefixes = [], deprecated = [], lifetime = 60 } = lease.advertisement ?? {}
  return {
    ...lease,
    advertisement: { prefixes: [prefix], deprecated: [...deprecated, ...prefixes], lifetime },
  }
}
