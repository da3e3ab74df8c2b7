// Links by which requests arrive and replies leave, from packet sockets: for kernels without nftables' families.
import { asArray } from '../lab/state/read-kernel-state.js'
import { port } from './reply-probes.js'

/**
 * SO_ATTACH_FILTER with SKF_AD_VLAN_TAG_PRESENT: a link also sees the frames of the VLANs over it. Types of packets
 * are those of linux/if_packet.h: 0 is received, 4 is sent. The file that the argument names gets each line once:
 * `in tcp LINK-INDEX CLIENT HOST`. The process id is printed once it captures.
 */
export const capture = (seconds: number): string => `use Socket qw(:all);
socket(my $tap, 17, SOCK_DGRAM, unpack("S", pack("n", 3))) or die "socket: $!";
my $untagged = pack("SCCL" x 4, 0x20, 0, 0, 0xfffff030, 0x15, 0, 1, 0, 6, 0, 0, 0xffff, 6, 0, 0, 0);
setsockopt($tap, SOL_SOCKET, 26, pack("Sx6P", 4, $untagged)) or die "filter: $!";
setsockopt($tap, SOL_SOCKET, SO_RCVBUF, 1 << 22);
if (my $child = fork) { print "$child\\n"; exit }
open STDOUT, ">", $ARGV[0]; open STDERR, ">", "/dev/null"; alarm ${seconds}; $| = 1;
my %seen;
while (defined(my $from = recv($tap, my $packet, 256, 0))) {
  my (undef, $ether, $index, undef, $type) = unpack("SnlSC", $from);
  my $way = { 0 => "in", 4 => "out" }->{$type} or next;
  my $is4 = $ether == 0x0800 or $ether == 0x86dd or next;
  my ($protocol, $at) = $is4 ? (unpack("x9C", $packet), 4 * (ord($packet) & 15)) : (unpack("x6C", $packet), 40);
  my ($source, $destination) = map { inet_ntop($is4 ? AF_INET : AF_INET6, $_) } unpack($is4 ? "x12a4a4" : "x8a16a16", $packet);
  my ($first, $second, $flags) = unpack("x$at nnx9C", $packet . "\\0" x 20);
  my $kind;
  if ($protocol == 6) { $kind = "tcp" if ($way eq "in" ? $second : $first) == ${port} and not $flags & 4 }
  elsif ($protocol == 1) { $kind = "ping" if $first >> 8 == ($way eq "in" ? 8 : 0) }
  elsif ($protocol == 58) { $kind = "ping" if $first >> 8 == ($way eq "in" ? 128 : 129) }
  next unless $kind;
  my $line = join " ", $way, $kind, $index, $way eq "in" ? ($source, $destination) : ($destination, $source);
  print "$line\\n" unless $seen{$line}++;
}`

/** Ports of a bond or bridge see the packets of the link above them; only that link counts, as for nftables. */
export function linksInCapture(lines: string, links: string): (key: string) => readonly string[] {
  const names = new Map(
    asArray(JSON.parse(links)).flatMap((link) => {
      const kind = (link['linkinfo'] as { readonly info_slave_kind?: string } | undefined)?.info_slave_kind
      const isPort = kind === 'bond' || kind === 'bridge'
      return isPort ? [] : [[String(link['ifindex']), String(link['ifname'])] as const]
    }),
  )
  const seen = lines.split('\n').map((line) => line.split(' '))
  return (key) =>
    seen.flatMap(([direction, protocol, index = '', client, host]) => {
      const name = names.get(index)
      return name !== undefined && [direction, protocol, client, host].join(' ') === key ? [name] : []
    })
}
