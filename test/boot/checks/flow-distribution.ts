// Distribution of ten thousand connections over links: the share of each link, and connections that change their
// link.
import { families, familyName } from '../../../src/kernel/family.js'
import type { Family } from '../../../src/kernel/family.js'
import { ingressCounts, resetCounters } from './ingress-counters.js'
import type { Flows } from './ingress-counters.js'
import { routeInternetVia } from './lan-reachability.js'
import type { LanClient } from './lan-reachability.js'
import type { NetworkAccess } from './egress-counters.js'

/** Destinations in `internet` of lab/network/veth-topology.ts, for which every peer answers. */
const destinations = { inet: '198.18.9.9', inet6: '2001:2:0:9::9' } as const satisfies Record<Family, string>

/** Number of source and destination ports; each pair is a connection. */
export type Size = { readonly sources: number; readonly ports: number }

export const manyFlows: Size = { sources: 100, ports: 100 }
export const fewFlows: Size = { sources: 50, ports: 50 }

const packetsPerFlow = 3
const maxShareError = 0.05
/** Share of packets that a busy machine may drop on its own veth links. A dead next hop loses more. */
const maxLossShare = 0.01

/**
 * Sends each packet of all flows before the next one, from sockets that are bound to no address, so that the packets
 * of a flow alternate with others. Batches keep the queue of the veth from overflowing.
 */
const sender = ({ sources, ports }: Size): string => `use Socket qw(:all);
my ($family, $address, $from) = @ARGV;
my $isOld = $family eq "inet";
my $to = inet_pton($isOld ? AF_INET : AF_INET6, $address);
sub named { $isOld ? pack_sockaddr_in(@_) : pack_sockaddr_in6(@_) }
my $any = $from ? inet_pton($isOld ? AF_INET : AF_INET6, $from) : $isOld ? INADDR_ANY : IN6ADDR_ANY;
my @from = map {
  socket(my $socket, $isOld ? PF_INET : PF_INET6, SOCK_DGRAM, 0) or die "socket: $!";
  bind($socket, named(20000 + $_, $any)) or die "bind: $!";
  $socket
} 0 .. ${sources - 1};
for (1 .. ${packetsPerFlow}) {
  for my $port (0 .. ${ports - 1}) {
    for (@from) { send($_, "", 0, named(30000 + $port, $to)) // die "send: $!" }
    select(undef, undef, undef, 0.002);
  }
}`

export type Spread = {
  /** Link of a gateway → its weight. */
  readonly weights: ReadonlyMap<string, number>
  /** A client behind this link sends from this address, and the host forwards. By default the host itself sends. */
  readonly client?: LanClient & { readonly address: string }
}

/** Problems with the flows of one family. */
export async function wrongFlows(
  host: NetworkAccess,
  family: Family,
  { weights, client }: Spread,
  size: Size,
): Promise<readonly string[]> {
  const links = [...weights.keys()]
  const sendCommand = `perl -e '${sender(size)}' ${family} ${destinations[family]} ${client?.address ?? ''}`
  const send = (command: string) =>
    client === undefined ? host.netExec(command) : host.peerExec(client.link, command)
  // Resolve the MAC addresses of gateways and client first: the neighbour queue may drop packets.
  for (const [link, weight] of weights) {
    if (weight === 0) continue
    await host.netExec(`ping -n -q -c 1 -W 2 -I ${link} ${destinations[family]}`)
  }
  if (client !== undefined) await routeInternetVia(host, client)
  await resetCounters(host, links)
  const { code, stderr } = await send(sendCommand)
  const received = await Promise.all(
    links.map(async (link) => [link, (await ingressCounts(host, link))[family]] as const),
  )
  const name = `${familyName(family)}${client === undefined ? '' : ` from ${client.address}`}`
  const found = [
    ...(code === 0 ? [] : [stderr.trim()]),
    ...problemsOf(received, weights, size.sources * size.ports),
  ]
  return found.map((line) => `! ${name}: ${line}`)
}

function problemsOf(
  received: readonly (readonly [string, Flows])[],
  weights: ReadonlyMap<string, number>,
  flowCount: number,
): readonly string[] {
  const all = new Set(received.flatMap(([, flows]) => [...flows.keys()]))
  const movedFlows = [...all].filter((flow) => received.filter(([, flows]) => flows.has(flow)).length > 1)
  const packetCount = received.flatMap(([, flows]) => [...flows.values()]).reduce((a, b) => a + b, 0)
  const totalWeight = [...weights.values()].reduce((a, b) => a + b, 0)
  return [
    ...(all.size === flowCount ? [] : [`${all.size} of ${flowCount} flows came`]),
    ...(packetCount >= flowCount * packetsPerFlow * (1 - maxLossShare)
      ? []
      : [`${packetCount} of ${flowCount * packetsPerFlow} packets came`]),
    ...(movedFlows.length === 0
      ? []
      : [`${movedFlows.length} flows over two links, ${movedFlows[0]} for one`]),
    ...received.flatMap(([link, flows]) => {
      const [share, expectedShare] = [flows.size / flowCount, (weights.get(link) ?? 0) / totalWeight]
      return Math.abs(share - expectedShare) <= maxShareError
        ? []
        : [`${share} of the flows over ${link}, not ${expectedShare}`]
    }),
  ]
}

/** Both families, if the plan balances both. */
export async function wrongShares(
  host: NetworkAccess,
  spreads: ReadonlyMap<Family, Spread>,
  size: Size,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const family of families) {
    const spread = spreads.get(family)
    if (spread !== undefined) found.push(...(await wrongFlows(host, family, spread, size)))
  }
  return found
}
