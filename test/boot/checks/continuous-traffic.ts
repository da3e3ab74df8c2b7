// Continuous packet streams: 50 packets a second of each kind, while the host changes.
import type { Family } from '../../../src/kernel/family.js'
import { startBackground } from './background-command.js'
import type { BackgroundCommand } from './background-command.js'
import type { Result } from '../lab/process/shell.js'

/** A packet stream. Its socket is bound to no address unless `from` is set. */
export type Stream = {
  readonly name: string
  readonly family: Family
  /** Source port, which identifies the stream at the receiver. */
  readonly sport: number
  readonly mark?: number
  readonly uid?: number
  /** The socket stays bound to this address even while the host does not have it. */
  readonly from?: string
}

export const perSecond = 50

/** Destination of all streams, in `internet` of lab/network/veth-topology.ts. */
const destinations = { inet: '198.18.8.8', inet6: '2001:2:0:8::8' } as const satisfies Record<Family, string>

/** Packet n of each stream has destination port `firstPort + n`, which identifies it at the receiver. */
export const firstPort = 2000

/**
 * The program ends by itself after 200 seconds. Perl has no names for SO_MARK, IP_TRANSPARENT and IPV6_TRANSPARENT.
 */
const sender = `use Socket qw(:all); use Time::HiRes qw(time sleep);
my @to = map {
  my ($family, $address, $sport, $mark, $uid, $from) = split " ";
  my $isOld = $family eq "inet";
  my ($domain, $level) = $isOld ? (AF_INET, IPPROTO_IP) : (AF_INET6, IPPROTO_IPV6);
  $> = $uid;
  socket(my $socket, $domain, SOCK_DGRAM, 0) or die "socket: $!";
  $> = 0;
  setsockopt($socket, SOL_SOCKET, 36, 0 + $mark) or die "mark: $!";
  setsockopt($socket, $level, $isOld ? 19 : 75, $from eq "any" ? 0 : 1) or die "transparent: $!";
  my $name = $isOld ? \\&pack_sockaddr_in : \\&pack_sockaddr_in6;
  my $any = $isOld ? INADDR_ANY : IN6ADDR_ANY;
  bind($socket, $name->($sport, $from eq "any" ? $any : inet_pton($domain, $from))) or die "bind: $!";
  my $there = inet_pton($domain, $address);
  sub { send($socket, "", 0, $name->($_[0], $there)) }
} @ARGV;
my ($begun, $is_over) = (time, 0);
$SIG{INT} = sub { $is_over = 1 };
for (my $n = 0; !$is_over && $n < 200 * ${perSecond}; $n += 1) {
  my $wait = $begun + $n / ${perSecond} - time;
  sleep $wait if $wait > 0;
  $_->(${firstPort} + $n) for @to;
}`

export const send = (
  exec: (command: string) => Promise<Result>,
  streams: readonly Stream[],
): Promise<BackgroundCommand> => {
  const words = streams.map(
    ({ family, sport, mark = 0, uid = 0, from = 'any' }) =>
      `'${family} ${destinations[family]} ${sport} ${mark} ${uid} ${from}'`,
  )
  return startBackground(exec, `perl -e '${sender}' ${words.join(' ')}`)
}
