// Routers and clients around a host, derived from its plan.
import { isSameAddress, addressFromValue, addressValue, isLinkLocal } from '../../../src/kernel/address.js'
import type { Address } from '../../../src/kernel/address.js'
import {
  containsAddress,
  formatPrefix,
  hostPrefix,
  lastAddress,
  overlaps,
} from '../../../src/kernel/prefix.js'
import type { LinkName } from '../../../src/kernel/link.js'
import type { BondMode } from '../../../src/kernel/virtual-link.js'
import type { Prefix } from '../../../src/kernel/prefix.js'
import type { KernelPlan, PlannedLink } from '../../../src/plan/plan.js'
import { isCreatedBy } from '../../helpers/virtual-link-support.js'
import type { Peer } from '../lab/network/veth-topology.js'
import type { Leases } from './leases/leases-file.js'

/**
 * One peer for each wire, with its lease. Links with addresses of one network share a peer. Virtual links are reached
 * at their lower links: a bridge at its first port, a bond at all members, a VLAN by its tag.
 */
export function neighboursOf(plan: KernelPlan, leases: Leases = new Map()): readonly Peer[] {
  return wiresOf(plan).map(({ cards, bond, uppers }): Peer => {
    const tags = [...new Set(uppers.flatMap(({ tag }) => tag ?? []))]
    const upperLinks = uppers.map(({ link }) => link.name).filter((name) => !cards.includes(name))
    const around = (tag: number | undefined): readonly string[] =>
      addressesAround(
        uppers.filter((upper) => upper.tag === tag).map(({ link }) => withClients(link, plan, leases)),
        plan,
      )
    const untagged = uppers.filter(({ tag }) => tag === undefined).map(({ link }) => link.name)
    const lease = untagged.map((name) => leases.get(name)).find((given) => given !== undefined)
    return {
      links: cards,
      addresses: around(undefined),
      ...(lease === undefined ? {} : { lease }),
      ...(upperLinks.length === 0 ? {} : { upperLinks }),
      ...(bond === undefined ? {} : { bond }),
      ...(tags.length === 0 ? {} : { tagged: tags.map((id) => ({ id, addresses: around(id) })) }),
    }
  })
}

/** Adds clients for leased networks without a gateway. */
function withClients(
  link: PlannedLink,
  { dynamic: { tables: dynamicTables } }: KernelPlan,
  leases: Leases,
): PlannedLink {
  const { dhcp4, advertisement } = leases.get(link.name) ?? {}
  const own = [...(dhcp4 === undefined ? [] : [dhcp4.address]), ...(advertisement?.prefixes ?? [])]
  const isFromProvider = ({ family }: Prefix): boolean =>
    dynamicTables.some((one) => one.link === link.name && one.routers.includes(family))
  return { ...link, addresses: [...link.addresses, ...own.filter((prefix) => !isFromProvider(prefix))] }
}

function addressesAround(links: readonly PlannedLink[], plan: KernelPlan): readonly string[] {
  const own = links.flatMap((link) => link.addresses)
  const vias = plan.state.routes
    .flatMap((route) => route.nexthops)
    .filter((hop) => links.some((link) => link.name === hop.dev))
    .flatMap((hop) => (hop.via === undefined ? [] : [hop.via]))
  const routers = vias.map((via) => routerAddress(via, own))
  const clients = own.filter((prefix) => !routers.some((router) => overlaps(router, prefix)))
  const addresses = [...routers, ...clients.flatMap((prefix) => clientAddress(prefix, own))]
  return [...new Set(addresses.map(formatPrefix))]
}

type Upper = { readonly link: PlannedLink; readonly tag: number | undefined }

/** Where packets of a link leave the host: its physical links, the mode of their bond, and the VLAN tag. */
type PhysicalPath = {
  readonly cards: readonly LinkName[]
  readonly bond?: BondMode
  readonly tag?: number
}

type Wire = Omit<PhysicalPath, 'tag'> & { readonly uppers: readonly Upper[] }

function physicalPathOf(name: LinkName, plan: KernelPlan): PhysicalPath {
  const link = plan.state.links.find((one) => one.name === name)
  if (link?.virtual === undefined || !isCreatedBy(link)) return { cards: [name] }
  const { virtual } = link
  if (virtual.kind === 'vlan') return { ...physicalPathOf(virtual.link, plan), tag: virtual.id }
  if (virtual.kind === 'bond') return { cards: virtual.links, bond: virtual.mode }
  const [first] = virtual.kind === 'bridge' ? virtual.links : []
  return first === undefined ? { cards: [] } : physicalPathOf(first, plan)
}

function wiresOf(plan: KernelPlan): readonly Wire[] {
  const wires: Wire[] = []
  // Bonds first, so that no member gets a peer of its own.
  const paths = plan.state.links
    .map((link) => ({ link, ...physicalPathOf(link.name, plan) }))
    .sort((a, b) => Number(a.bond === undefined) - Number(b.bond === undefined))
  for (const { link, cards, bond, tag } of paths) {
    const upper = { link, tag }
    const at = wires.findIndex(
      (wire) =>
        cards.some((card) => wire.cards.includes(card)) ||
        wire.uppers.some((other) => other.tag === tag && sharesNetwork(other.link, link)),
    )
    const wire = wires[at]
    if (wire === undefined) {
      if (cards.length > 0) wires.push({ cards, ...(bond === undefined ? {} : { bond }), uppers: [upper] })
    } else
      wires[at] = {
        ...wire,
        cards: [...new Set([...wire.cards, ...cards])],
        uppers: [...wire.uppers, upper],
      }
  }
  return wires
}

function sharesNetwork(a: PlannedLink, b: PlannedLink): boolean {
  return a.addresses.some((one) => b.addresses.some((two) => overlaps(one, two)))
}

/** With the length of the host's prefix that contains it; a host prefix if none does (`onlink`). */
function routerAddress(via: Address, own: readonly Prefix[]): Prefix {
  if (isLinkLocal(via) && via.family === 'inet6') return { family: via.family, address: via, length: 64 }
  const around = own.find((prefix) => containsAddress(prefix, via))
  return around === undefined ? hostPrefix(via) : { ...around, address: via }
}

/** The last address of the network that the host does not have; none in a network of one address. */
function clientAddress(prefix: Prefix, own: readonly Prefix[]): readonly Prefix[] {
  const last = addressValue(lastAddress(prefix))
  const address = [last - 1n, last - 2n]
    .map((value) => addressFromValue(prefix.family, value))
    .find((one) => containsAddress(prefix, one) && !own.some((mine) => isSameAddress(mine.address, one)))
  return address === undefined ? [] : [{ ...prefix, address }]
}
