// Providers at the peers of a host, and changes of what they give.
import { dnsmasqOptions } from '../dhcp/dnsmasq-options.js'
import { replaceLease } from '../dhcp/lease.js'
import type { Lease } from '../dhcp/lease.js'
import { startDhcpServer, stopDhcpServer } from '../dhcp/dhcp-server.js'
import type { DhcpServer } from '../dhcp/dhcp-server.js'
import { runOrThrow } from '../process/shell.js'
import { addressLine, addressesOf, inNetns, setCarrier, isReachedThrough } from './veth-topology.js'
import type { Peer, Topology } from './veth-topology.js'

export type Providers = {
  readonly topology: Topology
  /** Cgroup of the processes outside of the host. */
  readonly toolsCgroup: string
  readonly dhcpServers: Map<string, DhcpServer>
  /** Current peers, with their leases. */
  readonly peers: Peer[]
}

/** Replaces the DHCP server of this namespace; none without options. */
export async function lease(providers: Providers, netns: string, options: readonly string[]): Promise<void> {
  const before = providers.dhcpServers.get(netns)
  // The old server must release its port first.
  if (before !== undefined) await stopDhcpServer(before)
  providers.dhcpServers.delete(netns)
  if (options.length > 0)
    providers.dhcpServers.set(netns, await startDhcpServer(netns, providers.toolsCgroup, options))
}

export function findPeer(
  { peers, topology }: Providers,
  link: string,
): { at: number; peer: Peer; netns: string } {
  const at = peers.findIndex((one) => isReachedThrough(one, link))
  const [peer, netns] = [peers[at], topology.peers[at]]
  if (peer === undefined || netns === undefined) throw new Error(`no link ${link}`)
  return { at, peer, netns }
}

export const currentLeases = ({ peers }: Providers): ReadonlyMap<string, Lease> =>
  new Map(
    peers.flatMap(({ links, lease: newLease }) =>
      newLease === undefined ? [] : links.map((link) => [link, newLease]),
    ),
  )

/** The router gets the addresses of the new lease and loses those of old networks. */
export async function provide(providers: Providers, link: string, newLease: Lease): Promise<void> {
  const { at, peer, netns } = findPeer(providers, link)
  if (peer.lease === undefined)
    throw new Error(`no provider leases on ${link}. fix: give its peer a lease from the start`)
  const next = { ...peer, lease: replaceLease(peer.lease, newLease) }
  const [old, now] = [addressesOf(peer), addressesOf(next)]
  const removed = old.filter((address) => !now.includes(address))
  const lines = [
    ...removed.map((address) => addressLine('delete', address)),
    ...now.map((address) => addressLine('replace', address)),
  ]
  await runOrThrow(inNetns(netns, ['sh', '-ec', `ip -batch - <<'END'\n${lines.join('\n')}\nEND`]))
  providers.peers[at] = next
  await lease(providers, netns, dnsmasqOptions(next.lease))
}

/** dnsmasq lost its addresses with the carrier; a restart advertises at once. */
export async function carrier(providers: Providers, link: string, on: boolean): Promise<void> {
  await setCarrier(providers.topology, providers.peers, link, on)
  const { peer, netns } = findPeer(providers, link)
  if (on && peer.lease !== undefined) await lease(providers, netns, dnsmasqOptions(peer.lease))
}
