// Normalized kernel state: rules and routes of both families, without meaningless differences between stacks.
import type { Lease } from '../dhcp/lease.js'
import { normalizeLeaseRoute } from '../dhcp/lease-routes.js'
import { asArray, readKernelState } from './read-kernel-state.js'
import type { Fields, KernelDump } from './read-kernel-state.js'

/** States are compared as multisets: a duplicate rule is a difference. */
export type State = {
  readonly rules: readonly string[]
  readonly routes: readonly string[]
  /** Links that are up, except lo, with MTU, master, and addresses that are not link-local. */
  readonly links: readonly string[]
}

/** Link → what its provider gives. */
type Leases = ReadonlyMap<string, Lease>
const nothingLeased: Leases = new Map()

export const readState = async (netns: string, leases = nothingLeased): Promise<State> =>
  stateOf(await readKernelState(netns), leases)

export function stateOf(dump: KernelDump, leases = nothingLeased): State {
  const rules = (['-4', '-6'] as const).flatMap((family) =>
    dump(`${family} rule show`)
      .filter((rule) => !isKernelRule(rule))
      .map((rule) => canonical(family, normalizeRule(rule))),
  )
  const routes = (['-4', '-6'] as const).flatMap((family) =>
    dump(`${family} route show table all`)
      .filter((route) => !isKernelManagedRoute(route))
      .flatMap((route) => normalizeLeaseRoute(route, leases))
      .map((route) => canonical(family, normalizeRoute(family, route))),
  )
  const links = dump('address show up').flatMap(linkLines)
  return { rules: rules.sort(), routes: routes.sort(), links: links.sort() }
}

function linkLines(link: Fields): readonly string[] {
  const name = String(link['ifname'])
  // `ip -json` prints an empty object for each filtered link.
  if (name === 'lo' || link['ifname'] === undefined) return []
  const addresses = asArray(link['addr_info']).filter((address) => address['scope'] !== '253')
  const lines = addresses.map(({ local, prefixlen }) => `${name} ${String(local)}/${String(prefixlen)}`)
  const master = link['master'] === undefined ? '' : ` master ${String(link['master'])}`
  return [`${name} mtu ${String(link['mtu'])}${master}`, ...lines]
}

/** The three default rules of the kernel; IPv6 has the first two. */
function isKernelRule(rule: Fields): boolean {
  const table = Number(rule['table'])
  const first = { 0: 255, 32766: 254, 32767: 253 } as const
  const pref = Number(rule['priority'])
  const known = pref === 0 || pref === 32766 || pref === 32767
  return known && first[pref] === table && Object.keys(rule).every((key) => ownRuleKeys.has(key))
}
const ownRuleKeys = new Set(['priority', 'src', 'table', 'protocol'])

const rejects = new Set(['unreachable', 'blackhole', 'prohibit'])

/** A rule that rejects or jumps has no table. */
const hasNoTable = (rule: Fields): boolean =>
  rejects.has(String(rule['action'])) || rule['goto'] !== undefined

/** networkd always writes a table, even if the action ignores it; a full port mask is no mask. */
function normalizeRule(rule: Fields): Fields {
  return filterFields(rule, (key, value) => {
    if (key === 'protocol') return false
    if (key === 'table') return !(hasNoTable(rule) && Number(value) === 254)
    if (key === 'sport_mask' || key === 'dport_mask') return value !== '0xffff'
    return true
  })
}

/** The kernel manages table local, multicast and link-local routes for each address and link. */
function isKernelManagedRoute(route: Fields): boolean {
  const dst = String(route['dst'])
  const kind = String(route['type'] ?? 'unicast')
  if (Number(route['table'] ?? 254) === 255) return true
  if (['local', 'broadcast', 'anycast', 'multicast'].includes(kind))
    return kind !== 'local' || isFromKernel(route)
  return (
    dst === 'fe80::/64' || dst.startsWith('ff00::/8') || (dst.startsWith('fe80::') && isFromKernel(route))
  )
}

const isFromKernel = (route: Fields): boolean =>
  String(route['protocol']) === '2' || route['protocol'] === 'kernel'

/**
 * `nhid` and `nh_info` are networkd's next hop object for an advertised router; the route has the same next hop in
 * its other keys.
 */
const ignoredRouteKeys = new Set([
  'protocol',
  'pref',
  'error',
  'cacheinfo',
  'cache',
  'expires',
  'used',
  'nhid',
  'nh_info',
])

function normalizeRoute(family: '-4' | '-6', route: Fields): Fields {
  const hops = asArray(route['nexthops']).map((hop) =>
    JSON.stringify(sortFields(filterFields(hop, keepFlags))),
  )
  const kept = filterFields(withFlags(route), (key, value) => {
    if (ignoredRouteKeys.has(key)) return false
    // NetworkManager gives a link's connected routes the metric of the link.
    if (key === 'metric') return !isFromKernel(route)
    return keepFlags(key, value)
  })
  if (hops.length === 0) return kept
  // The kernel lists IPv6 next hops in the order of their arrival, which networkd does not control.
  return { ...kept, nexthops: family === '-6' ? hops.sort() : hops }
}

/** `linkdown` and `dead` depend on the carrier; `onlink` is configured. */
function withFlags(route: Fields): Fields {
  const flags = Array.isArray(route['flags']) ? route['flags'].filter((flag) => flag === 'onlink') : []
  return { table: '254', type: 'unicast', ...route, flags }
}

function keepFlags(key: string, value: unknown): boolean {
  return key !== 'flags' || (Array.isArray(value) && value.includes('onlink'))
}

function filterFields(fields: Fields, keep: (key: string, value: unknown) => boolean): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => keep(key, value)))
}

function sortFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** One line for each object: objects are equal if their lines are. */
function canonical(family: '-4' | '-6', fields: Fields): string {
  const words = Object.entries(sortFields(fields)).map(([key, value]) => `${key}=${formatValue(value)}`)
  const head = `${family.slice(1)} ${String(fields['priority'] ?? fields['table'])}`
  return `${head} ${words.join(' ')}`
}

const formatValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export const stateLines = (state: State): string[] => [
  ...state.rules.map((line) => `rule ${line}`),
  ...state.routes.map((line) => `route ${line}`),
  ...state.links.map((line) => `link ${line}`),
]

/** `- ` only in the first, `+ ` only in the second; empty if the states are equal. */
export function difference(first: State, second: State): readonly string[] {
  const rest = stateLines(second)
  const missing = stateLines(first).filter((line) => {
    const at = rest.indexOf(line)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
  return [...missing.map((line) => `- ${line}`), ...rest.map((line) => `+ ${line}`)]
}

/** Added lines, if none was removed. */
export const additions = (before: State, after: State): readonly string[] =>
  difference(before, after).map((line) => line.replace(/^\+ /, ''))
