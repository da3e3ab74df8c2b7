// Routes that the kernel adds for addresses: local, broadcast, anycast and connected routes.
import { addressFromValue, addressValue, type Address } from '../kernel/address.js'
import { families, type Family } from '../kernel/family.js'
import { distinctBy } from '../stdlib/group-by.js'
import { loopback, type LinkName } from '../kernel/link.js'
import {
  distinctPrefixes,
  formatPrefix,
  hostPrefix,
  isHostPrefix,
  networkOf,
  type Prefix,
} from '../kernel/prefix.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import { forwardingSysctls, isSameSysctl } from '../kernel/sysctl.js'
import type { KernelPlan, Origin, PlannedLink, Route, KernelState } from '../plan/plan.js'
import type { UnicastRoute } from '../plan/route.js'
import { vrfTables } from './vrfs.js'

const loopbackOrigin: Origin = { kind: 'kernel', part: 'loopback', path: [] }

const loopbackAddresses: readonly Prefix[] = [
  { family: 'inet', address: { family: 'inet', text: '127.0.0.1' }, length: 8 },
  { family: 'inet6', address: { family: 'inet6', text: '::1' }, length: 128 },
]

/** 127.0.0.0/8. */
const loopbackNetworks = loopbackAddresses.filter(({ family }) => family === 'inet').map(networkOf)

const localRoute = (dst: Prefix, dev: LinkName, origin: Origin, table: TableId = RT_TABLE_LOCAL): Route => ({
  family: dst.family,
  type: 'local',
  dst,
  table,
  nexthops: [{ dev }],
  metric: 0,
  origin,
})

/** Table local: host addresses, IPv4 broadcast addresses (fib_add_ifaddr), and subnet-router anycast if IPv6 is forwarded. */
export function localRoutes(plan: KernelPlan, of: readonly Family[] = families): readonly Route[] {
  const tables = vrfTables(plan.state)
  const forwards = of.includes('inet6') && isRouter(plan)
  const inFamily = ({ family }: Prefix): boolean => of.includes(family)
  const own = [
    { name: loopback, addresses: loopbackAddresses, origin: loopbackOrigin },
    ...plan.state.links,
  ].flatMap(({ name, addresses, origin }) =>
    addresses.filter(inFamily).map((address) => ({ name, address, origin, table: tables.get(name) })),
  )
  return [
    ...loopbackNetworks.filter(inFamily).map((network) => localRoute(network, loopback, loopbackOrigin)),
    ...own.map(({ name, address, origin, table }) =>
      localRoute(hostPrefix(address.address), name, origin, table),
    ),
    ...own.flatMap(({ name, address, origin, table }) => {
      const group =
        address.family === 'inet' ? broadcastOf(address) : forwards ? anycastOf(address, name) : undefined
      return group === undefined ? [] : [localRoute(hostPrefix(group), name, origin, table)]
    }),
    // fe80::/64 has an anycast address as well.
    ...(forwards ? plan.state.links.filter(hasLinkLocal) : []).map((link) =>
      localRoute(hostPrefix(linkLocal.address), link.name, link.origin, tables.get(link.name)),
    ),
  ]
}

function broadcastOf({ family, address, length }: Prefix): Address | undefined {
  if (length >= 31) return undefined
  const hosts = (1n << BigInt(32 - length)) - 1n
  return addressFromValue(family, addressValue(address) | hosts)
}

/** Subnet-router anycast (RFC 4291 2.6.1): the network address. */
function anycastOf(prefix: Prefix, link: LinkName): Address | undefined {
  return prefix.length < 127 && link !== loopback ? networkOf(prefix).address : undefined
}

/** Whether the plan enables IPv6 forwarding. */
export const isRouter = (plan: KernelPlan): boolean =>
  plan.state.sysctls.some(
    ({ key, value }) => isSameSysctl(key, forwardingSysctls.inet6) && value.trim() !== '0',
  )

/** In main or in the VRF's table: one route for each prefix of a link. IPv4 has a source and metric 0, IPv6 metric 256. */
export function connectedRoutes(
  { state }: { readonly state: Pick<KernelState, 'links'> },
  of: readonly Family[] = families,
): readonly UnicastRoute[] {
  const tables = vrfTables(state)
  return state.links.flatMap((link) =>
    of.flatMap((family) => prefixRoutes(link, family, tables.get(link.name) ?? RT_TABLE_MAIN)),
  )
}

function prefixRoutes(link: PlannedLink, family: Family, table: TableId): readonly UnicastRoute[] {
  const { name, addresses, origin } = link
  const own = addresses.filter((prefix) => prefix.family === family)
  const nexthops = [{ dev: name }] as const
  const type = 'unicast'
  if (family === 'inet6')
    return [...distinctPrefixes(own.map(networkOf)), ...(hasLinkLocal(link) ? [linkLocal] : [])].map(
      (dst) => ({
        family,
        type,
        dst,
        table,
        nexthops,
        metric: 256,
        origin,
      }),
    )
  // A /32 has no connected route (fib_add_ifaddr). The first address of a network is the source.
  const sources = distinctBy(
    own.filter((prefix) => !isHostPrefix(prefix)),
    (prefix) => formatPrefix(networkOf(prefix)),
  )
  return sources.map((prefix) => ({
    family,
    type,
    dst: networkOf(prefix),
    table,
    nexthops,
    metric: 0,
    prefsrc: prefix.address,
    scope: 'link',
    origin,
  }))
}

/** addrconf_addr_gen(): a VRF has no link-local address. */
const hasLinkLocal = ({ virtual }: PlannedLink): boolean => virtual?.kind !== 'vrf'

const linkLocal: Prefix = { family: 'inet6', address: { family: 'inet6', text: 'fe80::' }, length: 64 }
