// What does a client lay into main for a lease? Each says the same in other words: here they read alike, and nothing else does.
import { formatPrefix, formatPrefixShort, hostPrefix, networkOf } from '../../../../src/kernel/prefix.js'
import type { Prefix } from '../../../../src/kernel/prefix.js'
import { managedNetwork, routerLinkLocal } from './lease.js'
import type { Dhcp4, Lease } from './lease.js'
import { asArray } from '../state/read-kernel-state.js'
import type { Fields } from '../state/read-kernel-state.js'

type Leases = ReadonlyMap<string, Lease>

/** None where it is a client's way to what is reached anyway. */
export function normalizeLeaseRoute(route: Fields, leases: Leases): readonly Fields[] {
  const lease = leases.get(String(route['dev']))
  const isPlain = (route['type'] ?? 'unicast') === 'unicast' && route['nexthops'] === undefined
  if (lease === undefined || !isPlain) return [route]
  const [dst, via] = [String(route['dst']), route['gateway']]
  // Those of option 121 are followed into the gateway's table.
  if (via !== undefined && isOfOption121(lease, dst, String(via))) return []
  const isToHost = via === undefined && hostsOf(lease).includes(dst)
  if (isToHost) return []
  if (Number(route['table'] ?? 254) !== 254) return [withoutOnLink(route, lease)]
  if (dst === 'default' && routersOf(lease).includes(String(via))) return [withoutAdvertised(route)]
  if (dst === 'default' && furtherRouters(lease).includes(String(via))) return []
  if (via !== undefined) return [route]
  return networksOf(lease).includes(dst) ? [without(route, 'metric')] : [route]
}

/**
 * A client that lays the default into a gateway’s table itself has the way to the router beside it; others ask for onlink.
 * NetworkManager before 1.42 names no source there.
 */
function withoutOnLink(route: Fields, lease: Lease): Fields {
  const isLeased = route['dst'] === 'default' && routersOf(lease).includes(String(route['gateway']))
  return isLeased ? without(without(route, 'flags'), 'prefsrc') : route
}

/** One of each family, of those that a client takes for its default. */
const routersOf = ({ dhcp4, advertisement }: Lease): readonly string[] => [
  ...(dhcp4 === undefined ? [] : routers4(dhcp4).slice(0, 1)),
  ...(advertisement === undefined ? [] : [routerLinkLocal]),
]

/** NetworkManager and dhclient lay one by each, of the next metric; others only the first. */
const furtherRouters = ({ dhcp4 }: Lease): readonly string[] =>
  dhcp4 === undefined ? [] : routers4(dhcp4).slice(1)

/** RFC 3442 has option 121 go before option 3. */
export function routers4({ routers, routes }: Dhcp4): readonly string[] {
  const byRoute = routes.filter(({ dst }) => dst.length === 0).map(({ via }) => via)
  return [...new Set([...byRoute, ...routers].map(({ text }) => text))]
}

/** Not every client takes them: udhcpc leaves them to its script. */
const isOfOption121 = ({ dhcp4 }: Lease, dst: string, gateway: string): boolean =>
  dhcp4?.routes.some(
    (route) =>
      route.dst.length > 0 && route.via.text === gateway && formatPrefixShort(networkOf(route.dst)) === dst,
  ) === true

/** networkd lays one to each next hop; the kernel one to an address without a network, unless it is told not to. */
const hostsOf = ({ dhcp4, dhcp6 }: Lease): readonly string[] => [
  ...(dhcp4 === undefined ? [] : [...dhcp4.routers, ...dhcp4.routes.map(({ via }) => via)]).map(
    ({ text }) => text,
  ),
  ...(dhcp6 === undefined ? [] : [formatPrefixShort(hostPrefix(dhcp6.address))]),
]

/** The kernel keeps the hop limit of an advertisement with its default route; some clients reach a router off the link by onlink. */
function withoutAdvertised(route: Fields): Fields {
  const plain = without(without(route, 'prefsrc'), 'flags')
  const isHopLimit = asArray(route['metrics']).every((one) => Object.keys(one).join() === 'hoplimit')
  return isHopLimit ? without(plain, 'metrics') : plain
}

/** Of the connected ones the kernel says 256, and each client a metric of its own. */
function networksOf({ dhcp4, advertisement, dhcp6 }: Lease): readonly string[] {
  const networks: readonly Prefix[] = [
    ...(dhcp4 === undefined ? [] : [networkOf(dhcp4.address)]),
    ...(advertisement === undefined ? [] : [...advertisement.prefixes, ...advertisement.deprecated]),
    ...managedNetwork(dhcp6?.address, advertisement),
  ]
  return networks.map(formatPrefix)
}

const without = (route: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(route).filter(([key]) => key !== name))
