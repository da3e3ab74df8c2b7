// Leases and router advertisements of a provider on one link, and the addresses of its router there.
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
  /** One address by DHCPv6 (IA_NA). */
  readonly dhcp6?: { readonly address: Address }
}

export type Dhcp4 = {
  /** The only leased address. */
  readonly address: Prefix
  /** Option 3. */
  readonly routers: readonly Address[]
  /** Option 121; a client that supports it ignores option 3 (RFC 3442). */
  readonly routes: readonly { readonly dst: Prefix; readonly via: Address }[]
  /** Lifetime without renewal. */
  readonly seconds: number
  /** Every request is refused with a DHCPNAK, also a renewal. */
  readonly refused?: true
  /**
   * Addresses of former servers in other networks, which now refuse: clients accept a DHCPNAK only from their own
   * server.
   */
  readonly former?: readonly Prefix[]
}

export type Advertisement = {
  /** On-link and autonomous. */
  readonly prefixes: readonly Prefix[]
  /** Likewise, but with a preferred lifetime of 0. */
  readonly deprecated: readonly Prefix[]
  /** Router lifetime in seconds; 0 withdraws the router. */
  readonly lifetime: number
}

/** The link-local address of every router, and the source of its advertisements. */
export const routerLinkLocal = 'fe80::1'

/** dnsmasq needs a network even for a cloud's /32 with a router outside of it. */
export const servedNetwork = (address: Prefix): Prefix =>
  networkOf(isHostPrefix(address) ? { ...address, length: 24 } : address)

/** Option 121 has this next hop for destinations on the link. */
const isUnspecified = ({ text }: Address): boolean => text === '0.0.0.0'

/** dnsmasq serves only networks in which it has an address. */
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

/** The neighbour's address in every network (host/neighbours.ts). */
const beforeLast = (prefix: Prefix): Address =>
  addressFromValue(prefix.family, addressValue(lastAddress(prefix)) - 1n)

const prefixesOf = (advertisement: Advertisement | undefined): readonly Prefix[] =>
  advertisement === undefined ? [] : [...advertisement.prefixes, ...advertisement.deprecated]

/** The network of a DHCPv6 address outside of all advertised prefixes. */
export function managedNetwork(
  address: Address | undefined,
  advertisement: Advertisement | undefined,
): readonly Prefix[] {
  if (address === undefined || prefixesOf(advertisement).some((prefix) => containsAddress(prefix, address)))
    return []
  return [networkOf({ family: 'inet6', address, length: 64 })]
}

/** The next lease, with the former servers that make a client leave its earlier network. */
export function replaceLease(before: Lease, next: Lease): Lease {
  if (before.dhcp4 === undefined || next.dhcp4 === undefined) return next
  const { address: leased, routers, former: earlier = [] } = before.dhcp4
  const servers = routers.slice(0, 1).map((address) => ({ ...servedNetwork(leased), address }))
  const { address } = next.dhcp4
  const former = [...earlier, ...servers].filter((server) => !overlaps(server, address))
  return { ...next, dhcp4: { ...next.dhcp4, former } }
}

/** The next renewal is refused, and no other lease follows. */
export const refused = (lease: Lease): Lease =>
  lease.dhcp4 === undefined ? lease : { ...lease, dhcp4: { ...lease.dhcp4, refused: true } }

/** The router withdraws itself. */
export const withdrawn = (lease: Lease): Lease =>
  lease.advertisement === undefined
    ? lease
    : { ...lease, advertisement: { ...lease.advertisement, lifetime: 0 } }

/** A new prefix is advertised, and the earlier ones are deprecated. */
export function readvertised(lease: Lease, prefix: Prefix): Lease {
  const { prefixes = [], deprecated = [], lifetime = 60 } = lease.advertisement ?? {}
  return {
    ...lease,
    advertisement: { prefixes: [prefix], deprecated: [...deprecated, ...prefixes], lifetime },
  }
}
