// Virtual network around a host: namespaces for the host and each provider, and veth pairs between them.
import { existsSync } from 'node:fs'
import { routerAddresses } from '../dhcp/lease.js'
import type { Lease } from '../dhcp/lease.js'
import { runOrThrow, run, runSync } from '../process/shell.js'
import type { Result } from '../process/shell.js'

/** The other end of one or more links of the host. */
export type Peer = {
  /** Links of the host that end here; several links share a switch. */
  readonly links: readonly string[]
  /** Addresses of the router or client, `192.0.2.1/24`. */
  readonly addresses: readonly string[]
  /** Virtual links that the host creates over these links, reached through this peer. */
  readonly upperLinks?: readonly string[]
  /** Mode of the host's bond; modes like 802.3ad need a bond at both ends. */
  readonly bond?: string
  /** VLANs of this peer. */
  readonly tagged?: readonly { readonly id: number; readonly addresses: readonly string[] }[]
  /** Default next hop of this peer; without it, every destination is on-link. */
  readonly via?: readonly string[]
  /** The provider's lease and advertisements. The router has its addresses, in addition to `addresses`. */
  readonly lease?: Lease
  /** Arguments of dnsmasq for manual runs, instead of `lease`. */
  readonly dnsmasq?: readonly string[]
}

export type Topology = { readonly host: string; readonly peers: readonly string[] }

/**
 * Prefixes for benchmarks (RFC 2544, RFC 5180). Every provider answers for them, as if the Internet were behind it.
 */
export const internet = ['198.18.0.0/15', '2001:2::/48'] as const

const folder = '/run/netns'

/** Names contain the process id: two runs never collide, and cleanup recognizes the leftovers of a killed run. */
export function topologyNames(count: number, serial: number): Topology {
  const stem = `mh-${process.pid}-${serial}`
  return { host: `${stem}-host`, peers: Array.from({ length: count }, (_, n) => `${stem}-peer${n}`) }
}

export function inNetns(netns: string, words: readonly string[]): readonly string[] {
  return ['nsenter', `--net=${folder}/${netns}`, '--', ...words]
}

const family = (text: string): '-4' | '-6' => (text.includes(':') ? '-6' : '-4')

/**
 * A new namespace inherits the machine's IPv4 sysctls. A host starts with the kernel's defaults and Debian's loose
 * rp_filter.
 */
const zeros = ['forwarding', 'arp_filter', 'arp_ignore', 'arp_announce', 'accept_local', 'src_valid_mark']
const newHost = ['all', 'default'].flatMap((scope) => [
  ...[...zeros, 'ignore_routes_with_linkdown'].map((name) => `net.ipv4.conf.${scope}.${name}=0`),
  `net.ipv4.conf.${scope}.rp_filter=${scope === 'all' ? 0 : 2}`,
])

export async function createTopology(topology: Topology, peers: readonly Peer[]): Promise<void> {
  await runOrThrow(['ip', 'netns', 'add', topology.host])
  await runOrThrow(inNetns(topology.host, ['sysctl', '-qw', ...newHost]))
  // With lo down, systemd 247 would add ::1 itself, with a route to it in main.
  await runOrThrow(inNetns(topology.host, ['ip', 'link', 'set', 'lo', 'up']))
  for (const [n, peer] of peers.entries()) await createPeer(topology.host, topology.peers[n] ?? '', peer, n)
}

const routerSettings = [
  ...['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv4.conf.all.promote_secondaries=1'],
  ...['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0'],
].join(' ')

/**
 * A bridge suffices for an active-backup bond: its inactive members send nothing. With forward_delay 0 it forwards at
 * once.
 */
const switchType = ({ bond }: Peer): string =>
  bond === undefined || bond === 'active-backup'
    ? 'bridge forward_delay 0 mcast_snooping 0'
    : `bond mode ${bond === '802.3ad' ? bond : 'balance-xor'} miimon 100`

/** One process for all commands: a matrix creates thousands of peers. */
async function createPeer(host: string, netns: string, peer: Peer, at: number): Promise<void> {
  await runOrThrow(['ip', 'netns', 'add', netns])
  const isSwitched = peer.links.length > 1
  const lines = ['link set lo up']
  if (isSwitched) lines.push(`link add wire type ${switchType(peer)}`)
  for (const [n, link] of peer.links.entries()) {
    const end = isSwitched ? `port${n}` : 'wire'
    // Fixed MAC addresses, so that link-local addresses are the same in every boot.
    const card = (side: number): string => `02:00:00:0${side}:0${at}:0${n}`
    lines.push(
      `link add ${end} address ${card(1)} type veth peer name ${link} address ${card(2)} netns ${host}`,
    )
    if (isSwitched) lines.push(`link set ${end} master wire`)
    lines.push(`link set ${end} up`)
  }
  // An advertising router uses only the link-local address that it gets here.
  if (peer.lease !== undefined) lines.push('link set wire addrgenmode none')
  lines.push('link set wire up')
  for (const address of addressesOf(peer)) lines.push(addressLine('add', address))
  for (const { id, addresses } of peer.tagged ?? []) {
    lines.push(`link add wire.${id} link wire type vlan id ${id}`, `link set wire.${id} up`)
    for (const address of addresses) lines.push(addressLine('add', address, `wire.${id}`))
  }
  for (const prefix of internet) lines.push(`route add local ${prefix} dev lo`)
  for (const kind of ['-4', '-6'] as const) {
    const via = peer.via?.find((address) => family(address) === kind)
    const all = kind === '-4' ? '0.0.0.0/0' : '::/0'
    lines.push(`route add ${all} ${via === undefined ? '' : `via ${via} `}dev wire`)
  }
  const script = `sysctl -qw ${routerSettings}\nip -batch - <<'END'\n${lines.join('\n')}\nEND`
  await runOrThrow(inNetns(netns, ['sh', '-ec', script]))
}

export const addressLine = (verb: 'add' | 'replace' | 'delete', address: string, dev = 'wire'): string =>
  `address ${verb} ${address} dev ${dev}${family(address) === '-6' && verb !== 'delete' ? ' nodad' : ''}`

export const addressesOf = ({ addresses, lease }: Peer): readonly string[] => [
  ...new Set([...addresses, ...(lease === undefined ? [] : routerAddresses(lease))]),
]

/** Whether this link ends at the peer, directly or as a virtual link. */
export const isReachedThrough = ({ links, upperLinks = [] }: Peer, link: string): boolean =>
  links.includes(link) || upperLinks.includes(link)

/** The host's end of the link gets or loses its carrier. */
export function setCarrier(
  topology: Topology,
  peers: readonly Peer[],
  link: string,
  on: boolean,
): Promise<Result> {
  const at = peers.findIndex((peer) => peer.links.includes(link))
  const peer = peers[at]
  if (peer === undefined) throw new Error(`no link ${link}`)
  const end = peer.links.length > 1 ? `port${peer.links.indexOf(link)}` : 'wire'
  return run(inNetns(topology.peers[at] ?? '', ['sh', '-ec', carrierScript(end, peer, on)]))
}

/** A veth end that goes down loses its IPv6 addresses and its routes; they are added again with the carrier. */
function carrierScript(end: string, peer: Peer, on: boolean): string {
  if (!on || peer.links.length > 1) return `ip link set ${end} ${on ? 'up' : 'down'}`
  const addresses = addressesOf(peer)
    .filter((address) => family(address) === '-6')
    .map((address) => `ip -6 ${addressLine('replace', address)}`)
  const defaults = (['-4', '-6'] as const).map((kind) => {
    const via = peer.via?.find((address) => family(address) === kind)
    return `ip ${kind} route replace default ${via === undefined ? '' : `via ${via} `}dev wire`
  })
  return [`ip link set ${end} up`, ...addresses, ...defaults].join('\n')
}

const namesOf = ({ host, peers }: Topology): readonly string[] =>
  [host, ...peers].filter((name) => existsSync(`${folder}/${name}`))

/** Deletes the namespaces, and with them the veth pairs. Their processes must have ended. */
export function deleteTopologyNow(topology: Topology): void {
  for (const name of namesOf(topology)) runSync(['ip', 'netns', 'delete', name])
}

/** The same asynchronously, so that other hosts continue. */
export async function deleteTopology(topology: Topology): Promise<void> {
  const lines = namesOf(topology).map((name) => `ip netns delete ${name}`)
  await run(['sh', '-c', lines.join('\n')])
}
