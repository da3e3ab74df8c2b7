// Forwarded connections: strangers behind each provider connect to servers behind the host, and the LAN connects to
// the Internet.
import type { Lab } from '../lab/lab.js'
import { forwardedPorts, servicePort, policyPort } from '../host/actions/firewall.js'

type HostAccess = Pick<Lab, 'peerExec' | 'netExec'>

const providers = ['wan0', 'wan1'] as const
const families = ['4', '6'] as const

/** The host's addresses at each provider. */
const hostAddresses = {
  wan0: { 4: '192.0.2.10', 6: '2001:db8:a::10' },
  wan1: { 4: '198.51.100.10', 6: '2001:db8:b::10' },
} as const
/** Addresses in `internet` of lab/network/veth-topology.ts, for which every provider answers. */
const strangerAddresses = { 4: '198.18.1.77', 6: '2001:2:0:1::77' } as const
const siteAddresses = { 4: '198.18.9.9', 6: '2001:2:0:9::9' } as const

/**
 * Answers a line with its own name and the client's address. It returns once it listens, and ends after 300 seconds.
 */
const server = (name: string, port: number): string => `perl -MIO::Socket::IP -e '
my $socket = IO::Socket::IP->new(LocalHost => "::", LocalPort => ${port}, Listen => 64, V6Only => 0) or die $@;
exit if fork;
open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null"; alarm 300; $SIG{CHLD} = "IGNORE";
while (my $client = $socket->accept) {
  next if fork;
  my $line = <$client>;
  print $client "${name} ", $client->peerhost =~ s/^::ffff://r, "\\n" if defined $line;
  exit
}'`

/** Several packets in each direction, since the first one alone does not show the path of the others. */
const client = (key: string, from: string, to: string, port: number): string => `perl -MIO::Socket::IP -e '
$SIG{ALRM} = sub { print "${key}: nothing\\n"; exit };
alarm 4;
my $socket = IO::Socket::IP->new(${from === '' ? '' : `LocalHost => "${from}", `}PeerHost => "${to}", PeerPort => ${port});
my $answer = $socket && print($socket "hello\\n") ? <$socket> : undef;
print "${key}: ", $answer // "nothing\\n"'`

/** Counts packets in a provider's network whose source is the host's address of the other provider. */
const countStrayPackets = (other: (typeof providers)[number]): string => `nft -f - <<'END'
table inet astray {
  counter seen { }
  chain in {
    type filter hook prerouting priority -400;
    ip saddr ${hostAddresses[other][4]} counter name seen
    ip6 saddr ${hostAddresses[other][6]} counter name seen
  }
}
END`

async function outputOf(output: ReturnType<Lab['netExec']>): Promise<string> {
  const { code, stdout, stderr } = await output
  if (code !== 0) throw new Error(stderr)
  return stdout
}

/**
 * A server in the LAN whose only route leads to the host, one on the host itself, and a site that both providers
 * reach.
 */
export async function openForwards(host: HostAccess, gateways: readonly string[]): Promise<void> {
  const leaveInternet = ['ip route delete local 198.18.0.0/15', 'ip -6 route delete local 2001:2::/48']
  const byHost = gateways.map(
    (via) => `ip ${via.includes(':') ? '-6' : '-4'} route replace default via ${via}`,
  )
  await outputOf(
    host.peerExec('lan0', ['set -e', ...leaveInternet, ...byHost, server('server', servicePort)].join('\n')),
  )
  await outputOf(host.netExec(server('host', servicePort)))
  for (const [n, link] of providers.entries()) {
    const settings = 'sysctl -qw net.ipv6.ip_nonlocal_bind=1'
    const lines = [
      'set -e',
      settings,
      server(link, policyPort),
      countStrayPackets(providers[1 - n] ?? 'wan0'),
    ]
    await outputOf(host.peerExec(link, lines.join('\n')))
  }
}

const inbound = providers.flatMap((link) =>
  families.flatMap((family) =>
    (['server', 'host'] as const).map((end) => ({
      key: `${end} by ${link}, IPv${family}`,
      link,
      family,
      end,
    })),
  ),
)
const outbound = families.map((family) => ({ key: `site by policy, IPv${family}`, family }))

/** The answers, sorted: which server answered, and which client address it saw. */
export async function askForwards(host: HostAccess): Promise<readonly string[]> {
  const inParallel = (lines: readonly string[]): string =>
    [...lines.map((line) => `${line} &`), 'wait'].join('\n')
  const output = await Promise.all([
    ...providers.map((link) => {
      const here = inbound.filter((one) => one.link === link)
      const lines = here.map(({ key, family, end }) =>
        client(key, strangerAddresses[family], hostAddresses[link][family], forwardedPorts[end]),
      )
      return outputOf(host.peerExec(link, inParallel(lines)))
    }),
    outputOf(
      host.peerExec(
        'lan0',
        inParallel(outbound.map(({ key, family }) => client(key, '', siteAddresses[family], policyPort))),
      ),
    ),
  ])
  return output.join('').trim().split('\n').sort()
}

/** Expected answers. With `lost` the connections that need connmarks fail. */
export function expectedAnswers(lost: boolean): readonly string[] {
  return [
    ...inbound.map(({ key, link, family, end }) =>
      lost && link === 'wan1' ? `${key}: nothing` : `${key}: ${end} ${strangerAddresses[family]}`,
    ),
    ...outbound.map(({ key, family }) =>
      lost ? `${key}: nothing` : `${key}: wan1 ${hostAddresses.wan1[family]}`,
    ),
  ].sort()
}

/** Packets at the wrong provider since the last call. */
export async function strayPackets(host: HostAccess): Promise<readonly number[]> {
  const counters = await Promise.all(
    providers.map((link) => outputOf(host.peerExec(link, 'nft reset counter inet astray seen'))),
  )
  return counters.map((text) => Number(/packets (\d+)/.exec(text)?.[1]))
}
