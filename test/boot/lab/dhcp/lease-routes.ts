// Normalization of the routes that DHCP clients install in main. Clients install different routes for the same lease;
// only these differences are removed.
import { formatPrefix, formatPrefixShort, hostPrefix, networkOf } from '../../../../src/kernel/prefix.js'
import type { Prefix } from '../../../../src/kernel/prefix.js'
import { managedNetwork, routerLinkLocal } from './lease.js'
import type { Dhcp4, Lease } from './lease.js'
import { asArray } from '../state/read-kernel-state.js'
import type { Fields } from '../state/read-kernel-state.js'

type Leases = ReadonlyMap<string, Lease>

/** Empty for a client's extra route to an address that is reachable anyway. */
export function normalizeLeaseRoute(route: Fields, leases: Leases): readonly Fields[] {
  const lease = leases.get(String(route['dev']))
  const isPlain = (route['type'] ?? 'unicast') === 'unicast' && route['nexthops'] === undefined
  if (lease === undefined || !isPlain) return [route]
  const [dst, via] = [String(route['dst']), route['gateway']]
  // The tracker copies routes of option 121 into the gateway's table; these are omitted too.
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
 * A client that installs the default route of a gateway's table also installs a route to the router; others use
 * onlink. NetworkManager before 1.42 sets no source.
 */
function withoutOnLink(route: Fields, lease: Lease): Fields {
  const isLeased = route['dst'] === 'default' && routersOf(lease).includes(String(route['gateway']))
  return isLeased ? without(without(route, 'flags'), 'prefsrc') : route
}

/** For each family, the router that a client uses for its default route. */
const routersOf = ({ dhcp4, advertisement }: Lease): readonly string[] => [
  ...(dhcp4 === undefined ? [] : routers4(dhcp4).slice(0, 1)),
  ...(advertisement === undefined ? [] : [routerLinkLocal]),
]

/**
 * NetworkManager and dhclient add a default route for each router, with increasing metrics; other clients only for
 * the first.
 */
const furtherRouters = ({ dhcp4 }: Lease): readonly string[] =>
  dhcp4 === undefined ? [] : routers4(dhcp4).slice(1)

/** By RFC 3442 option 121 takes precedence over option 3. */
export function routers4({ routers, routes }: Dhcp4): readonly string[] {
  const byRoute = routes.filter(({ dst }) => dst.length === 0).map(({ via }) => via)
  return [...new Set([...byRoute, ...routers].map(({ text }) => text))]
}

/** Not every client installs them: udhcpc leaves them to its script. */
const isOfOption121 = ({ dhcp4 }: Lease, dst: string, gateway: string): boolean =>
  dhcp4?.routes.some(
    (route) =>
      route.dst.length > 0 && route.via.text === gateway && formatPrefixShort(networkOf(route.dst)) === dst,
  ) === true

/**
 * networkd adds a host route to each next hop. The kernel adds one to an address without a prefix, unless
 * `noprefixroute` is set.
 */
const hostsOf = ({ dhcp4, dhcp6 }: Lease): readonly string[] => [
  ...(dhcp4 === undefined ? [] : [...dhcp4.routers, ...dhcp4.routes.map(({ via }) => via)]).map(
    ({ text }) => text,
  ),
  ...(dhcp6 === undefined ? [] : [formatPrefixShort(hostPrefix(dhcp6.address))]),
]

/**
 * The kernel stores the advertised hop limit in its default route, and some clients use onlink for a router outside
 * of their prefix.
 */
function withoutAdvertised(route: Fields): Fields {
  const plain = without(without(route, 'prefsrc'), 'flags')
  const isHopLimit = asArray(route['metrics']).every((one) => Object.keys(one).join() === 'hoplimit')
  return isHopLimit ? without(plain, 'metrics') : plain
}

/** Connected routes have metric 256 by the kernel, and other metrics by each client. */
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
