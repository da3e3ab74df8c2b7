// Router advertisements that dnsmasq cannot send: route information (RFC 4191), and any prefix.
import { formatPrefix } from '../../../../src/kernel/prefix.js'
import type { Prefix } from '../../../../src/kernel/prefix.js'

/** An advertisement of a router that wants all traffic: with high preference, and an hour of lifetime. */
export type ForgedAdvertisement = {
  /** On-link and autonomous. */
  readonly prefixes: readonly Prefix[]
  /** Route information, with high preference. */
  readonly routes: readonly Prefix[]
}

/** RFC 4861, 4.2 and 4.6.2; RFC 4191, 2.3. Sends it twice. */
const sender = `use Socket qw(:all);
my $message = pack("CCnCCnNN", 134, 0, 0, 64, 8, 1800, 0, 0);
for (@ARGV) {
  my ($kind, $network, $length) = split m{[=/]};
  my $address = inet_pton(AF_INET6, $network);
  $message .= $kind eq "prefix"
    ? pack("CCCCNNNa16", 3, 4, $length, 0xc0, 3600, 3600, 0, $address)
    : pack("CCCCNa16", 24, 3, $length, 8, 3600, $address);
}
my ($index) = map { /^(\\d+): wire[:@]/ } qx(ip -o link);
socket(my $socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) or die "socket: $!";
setsockopt($socket, IPPROTO_IPV6, $_->[0], pack("i", $_->[1])) for [IPV6_MULTICAST_HOPS, 255], [IPV6_MULTICAST_IF, $index];
my $to = pack_sockaddr_in6(0, inet_pton(AF_INET6, "ff02::1"), $index);
for (1, 2) { send($socket, $message, 0, $to) or die "send: $!"; select(undef, undef, undef, 0.3) }`

/** Shell command for the namespace of a peer. */
export const advertise = ({ prefixes, routes }: ForgedAdvertisement): string =>
  [
    `perl -e '${sender}'`,
    ...prefixes.map((prefix) => `prefix=${formatPrefix(prefix)}`),
    ...routes.map((prefix) => `route=${formatPrefix(prefix)}`),
  ].join(' ')
