// Do answers leave where they have to? Every address of the host is pinged and connected to, from all peers at once.
import type { KernelPlan } from '../../../src/plan/plan.js'
import { asArray } from '../lab/state/read-kernel-state.js'
import { untilValid } from '../lab/state/wait-stable.js'
import { networkOf, port, probesOf, protocols } from './reply-probes.js'
import type { Probe, Protocol } from './reply-probes.js'
import { watched } from './egress-counters.js'
import type { Seen, Wired } from './egress-counters.js'

/** Empty when all is right. */
export async function wrongReplies(host: Wired, text: string, plan: KernelPlan): Promise<readonly string[]> {
  const found = await askAll(host, probesOf(networkOf(text), plan))
  return [...found.values()].flat().map((line) => `! ${line}`)
}

/** For each of them what was wrong with it. Who is not answered gives up after so many seconds. */
export async function askAll(
  host: Wired,
  probes: readonly Probe[],
  patience = 5,
): Promise<ReadonlyMap<Probe, readonly string[]>> {
  const heard = new Map<Probe, Heard>()
  const seen = await watched(host, async () => {
    const peers = [...new Set(probes.map(({ peer }) => peer))]
    const asked = peers.map((peer) =>
      askFrom(
        host,
        probes.filter((probe) => probe.peer === peer),
        patience,
      ),
    )
    for (const [probe, answers] of (await Promise.all(asked)).flat()) heard.set(probe, answers)
  })
  return new Map(probes.map((probe) => [probe, problemsOf(probe, seen, heard.get(probe))]))
}

/** What the client knows afterwards. */
type Heard = {
  readonly answered: readonly Protocol[]
  /** The card that the client takes for the host's address. */
  readonly card: string | undefined
}

/** The way is through kernels alone: an answer that is not to come has not left within a second either. */
const isAnswerDue = ({ out, wire }: Probe): boolean =>
  protocols.some((protocol) => out[protocol].some((link) => wire.includes(link)))

/** Connects from one address to another, and tells who was served: accepted, and closed by the host. */
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

/** A stranger's address is not one of the peer's own: a router asks for the host's card with its own address. */
export const asRouter = 'sysctl -qw net.ipv6.ip_nonlocal_bind=1 net.ipv4.conf.wire.arp_announce=2'

/** ping(8) ends with 1 where no answer came, and with 2 where it could not even ask. */
const pinger = `pinged() {
  said=$(ping -n -q -c 1 -W "$2" -I "$3" "$4" 2>&1)
  case $? in 0) echo "ping $1" ;; 1) ;; *) echo failed $said ;; esac
}`

async function askFrom(
  host: Wired,
  probes: readonly Probe[],
  patience: number,
): Promise<readonly [Probe, Heard][]> {
  const words = probes.map(
    (probe, n) => `${n} ${isAnswerDue(probe) ? patience : 1} ${probe.client.text} ${probe.host.text}`,
  )
  const script = [
    `${asRouter} || exit`,
    untilValid,
    'ip neighbour flush dev wire',
    pinger,
    ...words.map((line) => `pinged ${line} &`),
    `perl -e '${connector}' ${words.map((line) => `'${line}'`).join(' ')}`,
    'wait',
    'echo "neighbours $(ip -json neighbour show)"',
  ].join('\n')
  const { code, stdout, stderr } = await host.peerExec(probes[0]?.link ?? '', script)
  const lines = stdout.trim().split('\n')
  const failed = lines.filter((line) => line.startsWith('failed '))
  const [, known] = /^neighbours (.*)$/m.exec(stdout) ?? []
  if (code !== 0 || failed.length > 0 || known === undefined) {
    throw new Error(`asking ${words.join(', ')}: ${failed.join('; ')} ${stderr}`)
  }
  const neighbours = asArray(known === '' ? [] : JSON.parse(known))
  return probes.map((probe, n) => {
    const answered = protocols.filter((protocol) => lines.includes(`${protocol} ${n}`))
    const card = neighbours.find(({ dst }) => dst === probe.host.text)?.['lladdr']
    return [probe, { answered, card: typeof card === 'string' ? card : undefined }]
  })
}

const names = (links: readonly string[]): string => (links.length === 0 ? 'no link' : links.join(' and '))

function problemsOf(probe: Probe, seen: Seen, heard: Heard | undefined): readonly string[] {
  const { link, client, host, from, promisedBy, wire } = probe
  const who = `from ${from} ${client.text} to ${host.text} on ${link}`
  const card = seen.cards.get(link)
  const problems = protocols.flatMap((protocol) => {
    const came = seen.links('in', protocol, client.text, host.text)
    const left = seen.links('out', protocol, client.text, host.text)
    const due = probe.out[protocol]
    const isAnswered = heard?.answered.includes(protocol) === true
    const isLeft = due.length === 0 ? left.length === 0 : left.length === 1 && due.includes(left[0] ?? '')
    const isReturned = left.some((name) => wire.includes(name))
    const because = promisedBy === undefined ? '' : `, as gateway ${promisedBy} promises`
    return [
      ...(came.join() === link ? [] : [`${protocol} ${who}: came in by ${names(came)}`]),
      ...(isLeft ? [] : [`${protocol} ${who}: answered by ${names(left)}, not by ${names(due)}${because}`]),
      ...(isAnswered === isReturned
        ? []
        : [`${protocol} ${who}: ${isAnswered ? 'an' : 'no'} answer came back`]),
    ]
  })
  return heard?.card === card ? problems : [...problems, `${who}: at card ${heard?.card}, not ${card}`]
}
