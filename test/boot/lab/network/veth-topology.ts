// The network around the host: a namespace for it, one for each provider, veth pairs between them.
import { existsSync } from 'node:fs'
import { routerAddresses } from '../dhcp/lease.js'
import type { Lease } from '../dhcp/lease.js'
import { runOrThrow, run, runSync } from '../process/shell.js'
import type { Result } from '../process/shell.js'

/** What is at the other end of one or more links of the host. */
export type Peer = {
  /** Links of the host that end here; more than one means that they share a switch. */
  readonly links: readonly string[]
  /** Addresses of the router (or client), `192.0.2.1/24`. */
  readonly addresses: readonly string[]
  /** Links that the host makes of them, which are reached here. */
  readonly upperLinks?: readonly string[]
  /** The host bonds them in this mode; by 802.3ad and its like both ends have to. */
  readonly bond?: string
  /** What is here behind a VLAN's tag. */
  readonly tagged?: readonly { readonly id: number; readonly addresses: readonly string[] }[]
  /** Where it sends what it does not know; by default it asks for the address on the wire. */
  readonly via?: readonly string[]
  /** What it leases and advertises; its addresses are the router's then, beside those of `addresses`. */
  readonly lease?: Lease
  /** By hand: arguments for dnsmasq, which then leases and advertises here. */
  readonly dnsmasq?: readonly string[]
}

export type Topology = { readonly host: string; readonly peers: readonly string[] }

/** The prefixes for benchmarks (RFC 2544, RFC 5180): every provider answers for them, as if the Internet were behind it. */
export const internet = ['198.18.0.0/15', '2001:2::/48'] as const

const folder = '/run/netns'

/** Names begin with the owner's process id: names of two runs never meet, and what a killed run left is recognised. */
export function topologyNames(count: number, serial: number): Topology {
  const stem = `mh-${process.pid}-${serial}`
  return { host: `${stem}-host`, peers: Array.from({ length: count }, (_, n) => `${stem}-peer${n}`) }
}

export function inside(netns: string, words: readonly string[]): readonly string[] {
  return ['nsenter', `--net=${folder}/${netns}`, '--', ...words]
}

const family = (text: string): '-4' | '-6' => (text.includes(':') ? '-6' : '-4')

/** A new namespace takes its IPv4 settings from the machine; a host begins with the kernel's, and Debian's loose filter. */
const zeros = ['forwarding', 'arp_filter', 'arp_ignore', 'arp_announce', 'accept_local', 'src_valid_mark']
const newHost = ['all', 'default'].flatMap((scope) => [
  ...[...zeros, 'ignore_routes_with_linkdown'].map((name) => `net.ipv4.conf.${scope}.${name}=0`),
  `net.ipv4.conf.${scope}.rp_filter=${scope === 'all' ? 0 : 2}`,
])

export async function createTopology(topology: Topology, peers: readonly Peer[]): Promise<void> {
  await runOrThrow(['ip', 'netns', 'add', topology.host])
  await runOrThrow(inside(topology.host, ['sysctl', '-qw', ...newHost]))
  // systemd 247 would add ::1 itself, and a route for it to main; where lo is up, the address is there already.
  await runOrThrow(inside(topology.host, ['ip', 'link', 'set', 'lo', 'up']))
  for (const [n, peer] of peers.entries()) await createPeer(topology.host, topology.peers[n] ?? '', peer, n)
}

const routerSettings = [
  ...['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv4.conf.all.promote_secondaries=1'],
  ...['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0'],
].join(' ')

/** A member that is not up takes no part in an active-backup bond: one switch is enough. Without a delay it passes packets at once. */
const switchType = ({ bond }: Peer): string =>
  bond === undefined || bond === 'active-backup'
    ? 'bridge forward_delay 0 mcast_snooping 0'
    : `bond mode ${bond === '802.3ad' ? bond : 'balance-xor'} miimon 100`

/** One process for all of it: a matrix lays thousands of peers. */
async function createPeer(host: string, netns: string, peer: Peer, at: number): Promise<void> {
  await runOrThrow(['ip', 'netns', 'add', netns])
  const isSwitched = peer.links.length > 1
  const lines = ['link set lo up']
  if (isSwitched) lines.push(`link add wire type ${switchType(peer)}`)
  for (const [n, link] of peer.links.entries()) {
    const end = isSwitched ? `port${n}` : 'wire'
    // Always the same cards: link-local addresses, and with them a router's, are alike from boot to boot.
    const card = (side: number): string => `02:00:00:0${side}:0${at}:0${n}`
    lines.push(
      `link add ${end} address ${card(1)} type veth peer name ${link} address ${card(2)} netns ${host}`,
    )
    if (isSwitched) lines.push(`link set ${end} master wire`)
    lines.push(`link set ${end} up`)
  }
  // A router that advertises does so from the one link-local address that it is given.
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
  await runOrThrow(inside(netns, ['sh', '-ec', script]))
}

export const addressLine = (verb: 'add' | 'replace' | 'delete', address: string, dev = 'wire'): string =>
  `address ${verb} ${address} dev ${dev}${family(address) === '-6' && verb !== 'delete' ? ' nodad' : ''}`

export const addressesOf = ({ addresses, lease }: Peer): readonly string[] => [
  ...new Set([...addresses, ...(lease === undefined ? [] : routerAddresses(lease))]),
]

/** Whether the link ends at the peer, or what the host makes of it. */
export const isBehind = ({ links, upperLinks = [] }: Peer, link: string): boolean =>
  links.includes(link) || upperLinks.includes(link)

/** The host's end loses or gets its carrier. */
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
  return run(inside(topology.peers[at] ?? '', ['sh', '-ec', carrierScript(end, peer, on)]))
}

/** A veth end that goes down takes its IPv6 addresses and its routes along; they are laid again with the carrier. */
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

/** Deleting a namespace ends its veth pairs; the processes in it must be gone before. */
export function deleteTopologyNow(topology: Topology): void {
  for (const name of namesOf(topology)) runSync(['ip', 'netns', 'delete', name])
}

/** The same, without holding up other hosts. */
export async function deleteTopology(topology: Topology): Promise<void> {
  const lines = namesOf(topology).map((name) => `ip netns delete ${name}`)
  await run(['sh', '-c', lines.join('\n')])
}
