// What stands at the other ends of a host's wires, and what it gives there from one moment to the next.
import { dnsmasqOptions } from '../dhcp/dnsmasq-options.js'
import { after } from '../dhcp/lease.js'
import type { Lease } from '../dhcp/lease.js'
import { startLessor, untilEnded } from '../dhcp/dhcp-server.js'
import type { Lessor } from '../dhcp/dhcp-server.js'
import { must } from '../process/shell.js'
import { addressLine, addressesOf, inside, setCarrier, isBehind } from './veth-topology.js'
import type { Peer, Wires } from './veth-topology.js'

export type Providers = {
  readonly wires: Wires
  /** The cgroup of what runs here. */
  readonly around: string
  readonly lessors: Map<string, Lessor>
  /** As they are now. */
  readonly peers: Peer[]
}

/** A second call takes the place of the first: the same provider, leasing something else, or nothing. */
export async function lease(providers: Providers, netns: string, options: readonly string[]): Promise<void> {
  const before = providers.lessors.get(netns)
  // Its port is free only then.
  if (before !== undefined) await untilEnded(before)
  providers.lessors.delete(netns)
  if (options.length > 0) providers.lessors.set(netns, await startLessor(netns, providers.around, options))
}

export function peerAt({ peers, wires }: Providers, link: string): { at: number; peer: Peer; netns: string } {
  const at = peers.findIndex((one) => isBehind(one, link))
  const [peer, netns] = [peers[at], wires.peers[at]]
  if (peer === undefined || netns === undefined) throw new Error(`no link ${link}`)
  return { at, peer, netns }
}

export const leasesNow = ({ peers }: Providers): ReadonlyMap<string, Lease> =>
  new Map(
    peers.flatMap(({ links, lease: given }) =>
      given === undefined ? [] : links.map((link) => [link, given]),
    ),
  )

/** The router's addresses are those of what it gives: of an old network none stays. */
export async function provide(providers: Providers, link: string, given: Lease): Promise<void> {
  const { at, peer, netns } = peerAt(providers, link)
  if (peer.lease === undefined) throw new Error(`nobody leases on ${link}: give it a lease from the start`)
  const next = { ...peer, lease: after(peer.lease, given) }
  const [old, now] = [addressesOf(peer), addressesOf(next)]
  const gone = old.filter((address) => !now.includes(address))
  const lines = [
    ...gone.map((address) => addressLine('delete', address)),
    ...now.map((address) => addressLine('replace', address)),
  ]
  await must(inside(netns, ['sh', '-ec', `ip -batch - <<'END'\n${lines.join('\n')}\nEND`]))
  providers.peers[at] = next
  await lease(providers, netns, dnsmasqOptions(next.lease))
}

/** A provider that comes back advertises at once: dnsmasq lost its addresses with the carrier. */
export async function carrier(providers: Providers, link: string, on: boolean): Promise<void> {
  await setCarrier(providers.wires, providers.peers, link, on)
  const { peer, netns } = peerAt(providers, link)
  if (on && peer.lease !== undefined) await lease(providers, netns, dnsmasqOptions(peer.lease))
}
