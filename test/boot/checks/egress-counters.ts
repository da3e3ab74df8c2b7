// Links by which requests arrive and replies leave: nftables counts them on the host while clients send. Kernels
// without nftables capture the packets instead.
import type { Lab } from '../lab/lab.js'
import { asArray } from '../lab/state/read-kernel-state.js'
import type { Result } from '../lab/process/shell.js'
import { hasNftables } from '../../helpers/virtual-link-support.js'
import { capture, linksInCapture } from './packet-capture.js'
import { port, protocols } from './reply-probes.js'
import type { Protocol } from './reply-probes.js'

/** A host and its peers, booted or not. */
export type NetworkAccess = Pick<Lab, 'netExec' | 'peerExec'>

export type Direction = 'in' | 'out'

export type ObservedPackets = {
  /** The links on which packets of this client and this address were seen. */
  readonly links: (
    direction: Direction,
    protocol: Protocol,
    client: string,
    host: string,
  ) => readonly string[]
  /** Link → its MAC address. */
  readonly macAddresses: ReadonlyMap<string, string>
}

const table = 'inet multihome-replies'

const kinds = protocols.flatMap((protocol) => [
  { protocol, family: 'ip' as const },
  { protocol, family: 'ip6' as const },
])

/** Resets do not count: a host that receives a reply for another one resets the unknown connection. */
function matchOf(direction: Direction, { protocol, family }: (typeof kinds)[number]): string {
  if (protocol === 'tcp') return `tcp ${direction === 'in' ? 'dport' : 'sport'} ${port} tcp flags & rst == 0`
  return `${family === 'ip' ? 'icmp' : 'icmpv6'} type ${direction === 'in' ? 'echo-request' : 'echo-reply'}`
}

/** Before and after every hook that can change a packet. */
const hooks = {
  in: { hook: 'prerouting priority -400', link: 'iifname', client: 'saddr', host: 'daddr' },
  out: { hook: 'postrouting priority 400', link: 'oifname', client: 'daddr', host: 'saddr' },
} as const

function chain(direction: Direction): readonly string[] {
  const { hook, link, client, host } = hooks[direction]
  const keyed = kinds.map((kind) => ({
    ...{ name: `${direction}-${kind.protocol}-${kind.family}`, match: matchOf(direction, kind) },
    key: `${link} . ${kind.family} ${client} . ${kind.family} ${host}`,
  }))
  return [
    ...keyed.map(({ name, key }) => `set ${name} { typeof ${key}; size 65535; flags dynamic; }`),
    `chain ${direction} {`,
    `type filter hook ${hook};`,
    ...keyed.map(({ name, key, match }) => `${match} add @${name} { ${key} }`),
    '}',
  ]
}

const ruleset = [`table ${table} {`, ...chain('in'), ...chain('out'), '}'].join('\n')

/**
 * Accepts connections of both families and closes them at once. It prints its process id once it listens, and ends
 * after this many seconds.
 */
export const listener = (leashSeconds: number): string => `use Socket qw(:all);
my @open = map {
  my ($family, $name) = @$_;
  socket(my $socket, $family, SOCK_STREAM, 0) or die "socket: $!";
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
  setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) if $family == AF_INET6;
  bind($socket, $name) && listen($socket, 128) or die "listen: $!";
  $socket
} [AF_INET, pack_sockaddr_in(${port}, INADDR_ANY)], [AF_INET6, pack_sockaddr_in6(${port}, IN6ADDR_ANY)];
if (my $child = fork) { print $child; exit }
open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null"; alarm ${leashSeconds};
my $bits = "";
vec($bits, fileno($_), 1) = 1 for @open;
while (select(my $ready = $bits, undef, undef, undef)) {
  for (@open) { accept(my $client, $_) if vec($ready, fileno($_), 1) }
}`

const outputOf = ({ code, stdout, stderr }: Result, what: string): string => {
  if (code !== 0) throw new Error(`${what}: ${stderr}`)
  return stdout
}

/** What the host saw while the clients sent. */
export const watchReplies = (host: NetworkAccess, ask: () => Promise<void>): Promise<ObservedPackets> =>
  hasNftables() ? countReplies(host, ask) : captureReplies(host, ask)

async function countReplies(host: NetworkAccess, ask: () => Promise<void>): Promise<ObservedPackets> {
  const start = `nft -f - <<'END' || exit\n${ruleset}\nEND\nexec perl -e '${listener(60)}'`
  const pid = outputOf(await host.netExec(start), 'watching')
  try {
    await ask()
    return parseCounters(
      outputOf(await host.netExec(`nft -j list table ${table} && ip -json link show`), 'nft'),
    )
  } finally {
    await host.netExec(`kill ${pid}; nft delete table ${table}`)
  }
}

async function captureReplies(host: NetworkAccess, ask: () => Promise<void>): Promise<ObservedPackets> {
  const start = `file=$(mktemp) && echo $file && perl -e '${capture(60)}' $file && echo && perl -e '${listener(60)}'`
  const [file, ...pids] = outputOf(await host.netExec(start), 'watching')
    .trim()
    .split(/\s+/)
  try {
    await ask()
    const lines = outputOf(await host.netExec(`cat ${file}; ip -json -details link show`), 'capture')
      .trim()
      .split('\n')
    const links = lines.pop() ?? ''
    const seen = linksInCapture(lines.join('\n'), links)
    return {
      links: (...key) => seen(key.join(' ')),
      macAddresses: macAddressesIn(links),
    }
  } finally {
    await host.netExec(`kill ${pids.join(' ')}; rm -f ${file}`)
  }
}

const macAddressesIn = (links: string): ReadonlyMap<string, string> =>
  new Map(asArray(JSON.parse(links)).map((link) => [String(link['ifname']), String(link['address'])]))

function parseCounters(stdout: string): ObservedPackets {
  const [ruleset = '', links = ''] = stdout.trim().split('\n')
  const setsByName = new Map(
    asArray((JSON.parse(ruleset) as { readonly nftables: unknown }).nftables)
      .map(({ set }) => set as { readonly name: string; readonly elem?: unknown } | undefined)
      .flatMap((set) => (set === undefined ? [] : [[set.name, asArray(set.elem)] as const])),
  )
  return {
    links: (direction, protocol, client, host) => {
      const name = `${direction}-${protocol}-${host.includes(':') ? 'ip6' : 'ip'}`
      return (setsByName.get(name) ?? []).flatMap(({ concat }) => {
        const [link, ...ends] = concat as readonly string[]
        return link !== undefined && ends.join(' ') === `${client} ${host}` ? [link] : []
      })
    },
    macAddresses: macAddressesIn(links),
  }
}
