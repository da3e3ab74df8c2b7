// A packet as the rules see it: addresses as integers, and what the kernel puts where nothing is said.
import { addressValue, isLinkLocal, isLoopback, isMulticast, type Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import { loopback, type LinkName } from '../kernel/link.js'

/** What the rules can ask of a packet. Without `iif` (or with `lo`) it is this host's own. */
export interface Packet {
  readonly family: Family
  readonly dst: Address
  /** Absent: a socket that has not chosen yet. */
  readonly src?: Address
  readonly iif?: LinkName
  /** Of a socket that is bound to a link (SO_BINDTODEVICE). */
  readonly oif?: LinkName
  /** 32 bits; absent: 0. */
  readonly mark?: number
  /** IANA number, 1…255. */
  readonly ipproto?: number
  /** 1…65535. */
  readonly sport?: number
  /** 1…65535. */
  readonly dport?: number
  /** Of an own packet’s socket. Absent: 0, as which the kernel counts what it forwards, too (ip_route_input_slow). */
  readonly uid?: number
  /** The whole octet, 0…255; absent: 0. */
  readonly tos?: number
}

/** An address in words of 32 bits, the highest first: what thousands of rules are compared with. */
export type AddressWords = readonly number[]

export interface PreparedPacket {
  readonly packet: Packet
  readonly dst: bigint
  readonly dstWords: AddressWords
  /** An IPv4 socket without an address has 0.0.0.0, and a prefix may hold that; IPv6 then matches no `from`. */
  readonly srcWords: AddressWords | undefined
  readonly iif: LinkName
  readonly mark: number
  readonly uid: number
  /** The one link that a route may lead over. */
  readonly dev: LinkName | undefined
  /** IPv6: the link whose route is taken of several that are alike but for their link (rt6_score_route). */
  readonly preferredLink: LinkName | undefined
}

export const addressWords = (family: Family, value: bigint): AddressWords =>
  (family === 'inet' ? [0n] : [96n, 64n, 32n, 0n]).map((shift) => Number((value >> shift) & 0xffffffffn))

/** Sent by this host, not forwarded. */
export const isLocallyGenerated = ({ iif }: Packet): boolean => iif === undefined || iif === loopback

export function preparePacket(packet: Packet): PreparedPacket {
  const { family, src } = packet
  const dst = addressValue(packet.dst)
  return {
    packet,
    dst,
    dstWords: addressWords(family, dst),
    srcWords:
      src === undefined
        ? family === 'inet'
          ? addressWords(family, 0n)
          : undefined
        : addressWords(family, addressValue(src)),
    iif: packet.iif ?? loopback,
    mark: packet.mark ?? 0,
    uid: packet.uid ?? 0,
    dev: boundLink(packet),
    preferredLink: family === 'inet' ? undefined : packetLink(packet),
  }
}

/** The link that the packet is told with: the one that its socket is bound to, or that it came in by. */
const packetLink = ({ iif, oif }: Packet): LinkName | undefined => oif ?? (iif === loopback ? undefined : iif)

/**
 * IPv4 takes no next hop off the bound link. IPv6 is as strict only while the source is open, and for a destination of a
 * link or of the host itself, where the link that a packet came in by counts, too: RT6_LOOKUP_F_IFACE in
 * ip6_route_output_flags_noref() and ip6_route_input_lookup().
 */
export function boundLink(packet: Packet): LinkName | undefined {
  const { family, dst, src, oif } = packet
  if (family === 'inet') return oif
  if (isLinkLocal(dst) || isMulticast(dst) || isLoopback(dst)) return packetLink(packet)
  return src === undefined ? oif : undefined
}
