// Clients that continuously ping the host and connect to it; every ping must be answered, and every connection must
// succeed without a retransmission.
import { startBackground } from './background-command.js'
import { port } from './reply-probes.js'
import { routerSysctls } from './reply-check.js'
import { listener } from './egress-counters.js'
import type { NetworkAccess } from './egress-counters.js'

const everySeconds = 0.05

/** A stranger behind a link, and the address of the host that it contacts. */
export type Client = { readonly link: string; readonly client: string; readonly host: string }

const connector = `use Socket qw(:all); use Time::HiRes qw(sleep);
sub named { (getaddrinfo($_[0], $_[1], { flags => AI_NUMERICHOST, socktype => SOCK_STREAM }))[1] }
my ($client, $host) = @ARGV;
my ($here, $there) = (named($client, 0), named($host, ${port}));
my ($tried, $served, $is_over) = (0, 0, 0);
$SIG{INT} = sub { $is_over = 1 };
alarm 200;
until ($is_over) {
  socket(my $socket, $there->{family}, SOCK_STREAM, 0);
  bind($socket, $here->{addr}) or die "bind: $!";
  $tried += 1;
  $served += 1 if connect($socket, $there->{addr}) && defined sysread($socket, my $byte, 1);
  sleep ${everySeconds};
}
print "$tried $served\\n"`

/** Stops the clients and returns the problems. */
export type Polling = { readonly end: () => Promise<readonly string[]> }

/**
 * Retransmitted TCP segments of a whole namespace. Kernels answer all but the last read of a connection, so they
 * answer at once.
 */
async function retransmittedSegments(access: NetworkAccess, link: string): Promise<number> {
  const { stdout } = await access.peerExec(link, 'grep ^Tcp: /proc/net/snmp')
  const [names = [], values = []] = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  return Number(values[names.indexOf('RetransSegs')])
}

export async function startPolling(access: NetworkAccess, clients: readonly Client[]): Promise<Polling> {
  const links = [...new Set(clients.map(({ link }) => link))]
  const retransmittedBefore: number[] = []
  for (const link of links) {
    await access.peerExec(link, routerSysctls)
    retransmittedBefore.push(await retransmittedSegments(access, link))
  }
  const pid = (await access.netExec(`exec perl -e '${listener(240)}'`)).stdout
  const running = await Promise.all(
    clients.map(async ({ link, client, host }) => {
      const atPeer = (command: string) => access.peerExec(link, command)
      return {
        name: `${client} to ${host} on ${link}`,
        pings: await startBackground(atPeer, `ping -n -i ${everySeconds} -w 200 -I ${client} ${host}`),
        connections: await startBackground(atPeer, `perl -e '${connector}' ${client} ${host}`),
      }
    }),
  )
  return {
    end: async () => {
      const found: string[] = []
      for (const { name, pings, connections } of running) {
        const problems = [...failedConnections(await connections.end()), ...lostPings(await pings.end())]
        found.push(...problems.map((line) => `! ${name}: ${line}`))
      }
      for (const [n, link] of links.entries()) {
        const retransmitted = (await retransmittedSegments(access, link)) - (retransmittedBefore[n] ?? NaN)
        if (retransmitted !== 0) found.push(`! behind ${link}: ${retransmitted} segments sent again`)
      }
      await access.netExec(`kill ${pid}`)
      return found
    },
  }
}

/** The interrupt may have cut off the last connection. */
function failedConnections(output: string): readonly string[] {
  const [, tried = 0, served = 0] = (/^(\d+) (\d+)$/.exec(output) ?? []).map(Number)
  if (tried < 5) return [`too few connections: ${output}`]
  return served >= tried - 1 ? [] : [`${tried - served} of ${tried} connections failed`]
}

/** The last ping may still be in flight. */
function lostPings(output: string): readonly string[] {
  const answered = new Set([...output.matchAll(/icmp_seq=(\d+) ttl=/g)].map(([, n]) => Number(n)))
  const [, sent] = /^(\d+) packets transmitted/m.exec(output) ?? []
  if (sent === undefined || Number(sent) < 5) return [`too few pings: ${output.slice(-200)}`]
  const problems = Array.from({ length: Number(sent) - 1 }, (_, n) => n + 1).filter((n) => !answered.has(n))
  return problems.length === 0
    ? []
    : [`${problems.length} of ${sent} pings lost, the first of them ${problems[0]}`]
}
