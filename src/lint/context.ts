// Lint context: indices of a plan that the checks share.
import { groupBy } from '../stdlib/group-by.js'
import { addressValue, type Address } from '../kernel/address.js'
import { addressBits, families, type Family } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import { memoize } from '../stdlib/memoize.js'
import { containsAddress, networkOf, type Prefix } from '../kernel/prefix.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import { createFib, type Fib } from '../lookup/fib.js'
import { lookupIn, type Answer, type Packet } from '../lookup/lookup.js'
import { preparePacket } from '../kernel/packet.js'
import { findRoute } from '../lookup/table.js'
import { applyLeases } from '../plan/apply-leases.js'
import { placeholderLeases, type PlaceholderLeases } from '../plan/placeholder-leases.js'
import type { KernelPlan, PlannedGateway, PlannedLink, Rule } from '../plan/plan.js'

export interface LintContext {
  /** With placeholder leases, since a lookup without them means nothing. */
  readonly plan: KernelPlan
  readonly placeholders: PlaceholderLeases
  readonly fib: Fib
  readonly gatewayOfTable: ReadonlyMap<TableId, PlannedGateway>
  /** undefined: rules without a table. */
  readonly rulesOfTable: ReadonlyMap<TableId | undefined, readonly Rule[]>
  /** Tables with routes. */
  readonly filled: ReadonlySet<TableId>
  /** Links without gateway and VRF: the LAN side. */
  readonly inner: readonly PlannedLink[]
  readonly localAddresses: ReadonlySet<string>
  /** Local addresses in the prefix. */
  localAddressIn(prefix: Prefix): readonly Address[]
  /** The link with a device route to the address in main. */
  linkTo(address: Address): LinkName | undefined
  /** The first LAN network. */
  lan(family: Family): LocalNetwork | undefined
  networkOn(link: LinkName, family: Family): LocalNetwork | undefined
  /** A remote address, outside of every prefix of the plan if possible. */
  remoteAddress(family: Family): Address
  lookup(packet: Packet): Answer
}

export interface LocalNetwork {
  readonly link: LinkName
  readonly prefix: Prefix
}

export function createLintContext(described: KernelPlan): LintContext {
  const placeholders = placeholderLeases(described)
  const plan = placeholders.leases.size === 0 ? described : applyLeases(described, placeholders.leases)
  const fib = createFib(plan)
  const uplinks = new Set<LinkName>(plan.intent.gateways.map(({ link }) => link))
  const inner = plan.state.links.filter(
    ({ name, virtual, master }) => !uplinks.has(name) && virtual?.kind !== 'vrf' && master?.kind !== 'vrf',
  )
  const localEntries = plan.state.links
    .flatMap(({ addresses }) => addresses.map(({ address }) => ({ address, value: addressValue(address) })))
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
  const links = groupBy(plan.state.links, ({ name }) => name)
  const firstNetwork = (of: readonly PlannedLink[], family: Family): LocalNetwork | undefined => {
    for (const { name, addresses } of of) {
      const local = addresses.find((prefix) => prefix.family === family)
      if (local !== undefined) return { link: name, prefix: networkOf(local) }
    }
    return undefined
  }
  const lans = new Map(families.map((family) => [family, firstNetwork(inner, family)]))
  return {
    plan,
    placeholders,
    fib,
    gatewayOfTable: new Map(plan.intent.gateways.map((gateway) => [gateway.table, gateway])),
    rulesOfTable: groupBy(plan.state.rules, ({ action }) =>
      action.type === 'lookup' ? action.table : undefined,
    ),
    filled: new Set(plan.state.routes.map(({ table }) => table)),
    inner,
    localAddresses: new Set(localEntries.map(({ address }) => address.text)),
    localAddressIn(prefix) {
      const first = addressValue(networkOf(prefix).address)
      const end = first + (1n << BigInt(addressBits(prefix.family) - prefix.length))
      const found: Address[] = []
      for (let index = lowerBound(localEntries, first); index < localEntries.length; index++) {
        const local = localEntries[index]
        if (local === undefined || local.value >= end || found.length === MAX_REMOTE_CANDIDATES) break
        if (local.address.family === prefix.family) found.push(local.address)
      }
      return found
    },
    linkTo(address) {
      const { family } = address
      const found = findRoute(fib[family].tables.get(RT_TABLE_MAIN), preparePacket({ family, dst: address }))
      const [nexthop] = found?.nexthops ?? []
      return found === undefined || found.route.dst.length === 0 || nexthop?.via !== undefined
        ? undefined
        : nexthop?.dev
    },
    lan: (family) => lans.get(family),
    networkOn: (name, family) => firstNetwork(links.get(name) ?? [], family),
    remoteAddress: memoize((family) => findRemoteAddress(plan, family)),
    lookup: (packet) => lookupIn(fib, packet),
  }
}

/** A prefix may contain thousands of local addresses. */
const MAX_REMOTE_CANDIDATES = 4

/** Index of the first entry that is not less than `value`. */
function lowerBound(sorted: readonly { readonly value: bigint }[], value: bigint): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.value ?? 0n) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Documentation addresses first (RFC 5737, RFC 3849), then public resolvers. */
const REMOTE_ADDRESSES: Readonly<Record<Family, readonly string[]>> = {
  inet: ['203.0.113.7', '198.51.100.7', '192.0.2.7', '8.8.8.8', '1.1.1.1', '9.9.9.9'],
  inet6: [
    ...['2001:db8:ffff::7', '2001:db8:7777::7'],
    ...['2606:4700:4700::1111', '2001:4860:4860::8888', '2620:fe::fe'],
  ],
}

/** The first address outside of all prefixes, or else the first whose longest prefix is the shortest. */
function findRemoteAddress({ state }: KernelPlan, family: Family): Address {
  const prefixes = [
    ...state.links.flatMap(({ addresses }) => addresses),
    ...state.routes.map(({ dst }) => dst),
    ...state.rules.flatMap(({ selector: { from, to } }) => [from ?? [], to ?? []].flat()),
  ].filter((prefix) => prefix.family === family && prefix.length > 0)
  const lengthAround = (address: Address): number =>
    prefixes.reduce(
      (longest, prefix) =>
        prefix.length > longest && containsAddress(prefix, address) ? prefix.length : longest,
      0,
    )
  const candidates = REMOTE_ADDRESSES[family].map((text): Address => ({ family, text }))
  return (
    candidates.find((address) => lengthAround(address) === 0) ??
    candidates.reduce((best, address) => (lengthAround(address) < lengthAround(best) ? address : best))
  )
}
