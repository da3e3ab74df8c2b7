// Egress links of replies: all peers ping every address of the host and connect to it, at the same time.
import type { KernelPlan } from '../../../src/plan/plan.js'
import { asArray } from '../lab/state/read-kernel-state.js'
import { untilValid } from '../lab/state/wait-stable.js'
import { networkOf, port, probesOf, protocols } from './reply-probes.js'
import type { Probe, Protocol } from './reply-probes.js'
import { watchReplies } from './egress-counters.js'
import type { ObservedPackets, NetworkAccess } from './egress-counters.js'

/** Empty if all replies are correct. */
export async function wrongReplies(
  host: NetworkAccess,
  text: string,
  plan: KernelPlan,
): Promise<readonly string[]> {
  const found = await probeAll(host, probesOf(networkOf(text), plan))
  return [...found.values()].flat().map((line) => `! ${line}`)
}

/** The problems of each probe. A client without an answer gives up after this many seconds. */
export async function probeAll(
  host: NetworkAccess,
  probes: readonly Probe[],
  timeoutSeconds = 5,
): Promise<ReadonlyMap<Probe, readonly string[]>> {
  const clientResults = new Map<Probe, ClientResult>()
  const seen = await watchReplies(host, async () => {
    const peers = [...new Set(probes.map(({ peer }) => peer))]
    const results = peers.map((peer) =>
      probeFromPeer(
        host,
        probes.filter((probe) => probe.peer === peer),
        timeoutSeconds,
      ),
    )
    for (const [probe, answers] of (await Promise.all(results)).flat()) clientResults.set(probe, answers)
  })
  return new Map(probes.map((probe) => [probe, problemsOf(probe, seen, clientResults.get(probe))]))
}

/** Result of a probe at the client. */
type ClientResult = {
  readonly answered: readonly Protocol[]
  /** The MAC address that the client resolved for the host's address. */
  readonly macAddress: string | undefined
}

/** Only kernels answer, so an expected reply comes at once. For an unexpected one, a second is long enough. */
const isAnswerDue = ({ out, wire }: Probe): boolean =>
  protocols.some((protocol) => out[protocol].some((link) => wire.includes(link)))

/** Connects from one address to another, and prints the probes that were accepted and closed by the host. */
const connector = `use Socket qw(:all);
sub named { (getaddrinfo($_[0], $_[1], { flags => AI_NUMERICHOST, socktype => SOCK_STREAM }))[1] }
for (@ARGV) {
  next if fork;
  my ($number, $seconds, $client, $host) = split " ";
  my ($here, $there) = (named($client, 0), named($host, ${port}));
  alarm $seconds;
  socket(my $socket, $there->{family}, SOCK_STREAM, 0);
  bind($socket, $here->{addr}) or print("failed $client: $!\\n"), exit;
  print "tcp $number\\n" if connect($socket, $there->{addr}) && defined sysread($socket, my $byte, 1);
  exit
}
1 while wait > 0`

/**
 * A stranger's address is not one of the peer's own. A router asks for the host's MAC address from an address of its
 * own.
 */
export const routerSysctls = 'sysctl -qw net.ipv6.ip_nonlocal_bind=1 net.ipv4.conf.wire.arp_announce=2'

/** ping(8) exits with 1 if no reply came, and with 2 if it could not send. */
const pinger = `pinged() {
  said=$(ping -n -q -c 1 -W "$2" -I "$3" "$4" 2>&1)
  case $? in 0) echo "ping $1" ;; 1) ;; *) echo failed $said ;; esac
}`

async function probeFromPeer(
  host: NetworkAccess,
  probes: readonly Probe[],
  timeoutSeconds: number,
): Promise<readonly [Probe, ClientResult][]> {
  const targets = probes.map(
    (probe, n) => `${n} ${isAnswerDue(probe) ? timeoutSeconds : 1} ${probe.client.text} ${probe.host.text}`,
  )
  const script = [
    `${routerSysctls} || exit`,
    untilValid,
    'ip neighbour flush dev wire',
    pinger,
    ...targets.map((line) => `pinged ${line} &`),
    `perl -e '${connector}' ${targets.map((line) => `'${line}'`).join(' ')}`,
    'wait',
    'echo "neighbours $(ip -json neighbour show)"',
  ].join('\n')
  const { code, stdout, stderr } = await host.peerExec(probes[0]?.link ?? '', script)
  const lines = stdout.trim().split('\n')
  const failed = lines.filter((line) => line.startsWith('failed '))
  const [, known] = /^neighbours (.*)$/m.exec(stdout) ?? []
  if (code !== 0 || failed.length > 0 || known === undefined) {
    throw new Error(`asking ${targets.join(', ')}: ${failed.join('; ')} ${stderr}`)
  }
  const neighbours = asArray(known === '' ? [] : JSON.parse(known))
  return probes.map((probe, n) => {
    const answered = protocols.filter((protocol) => lines.includes(`${protocol} ${n}`))
    const macAddress = neighbours.find(({ dst }) => dst === probe.host.text)?.['lladdr']
    return [probe, { answered, macAddress: typeof macAddress === 'string' ? macAddress : undefined }]
  })
}

const formatLinks = (links: readonly string[]): string =>
  links.length === 0 ? 'no link' : links.join(' and ')

function problemsOf(
  probe: Probe,
  seen: ObservedPackets,
  result: ClientResult | undefined,
): readonly string[] {
  const { link, client, host, from, promisedBy, wire } = probe
  const subject = `from ${from} ${client.text} to ${host.text} on ${link}`
  const macAddress = seen.macAddresses.get(link)
  const problems = protocols.flatMap((protocol) => {
    const ingress = seen.links('in', protocol, client.text, host.text)
    const egress = seen.links('out', protocol, client.text, host.text)
    const expected = probe.out[protocol]
    const isAnswered = result?.answered.includes(protocol) === true
    const isExpectedEgress =
      expected.length === 0 ? egress.length === 0 : egress.length === 1 && expected.includes(egress[0] ?? '')
    const isReturned = egress.some((name) => wire.includes(name))
    const reason = promisedBy === undefined ? '' : `, as gateway ${promisedBy} promises`
    return [
      ...(ingress.join() === link ? [] : [`${protocol} ${subject}: came in by ${formatLinks(ingress)}`]),
      ...(isExpectedEgress
        ? []
        : [
            `${protocol} ${subject}: answered by ${formatLinks(egress)}, not by ${formatLinks(expected)}${reason}`,
          ]),
      ...(isAnswered === isReturned
        ? []
        : [`${protocol} ${subject}: ${isAnswered ? 'an' : 'no'} answer came back`]),
    ]
  })
  return result?.macAddress === macAddress
    ? problems
    : [...problems, `${subject}: resolved to ${result?.macAddress}, not ${macAddress}`]
}
