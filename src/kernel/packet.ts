// Packets, and their prepared form for lookups: integers instead of text, with the kernel's defaults.
import { addressValue, isLinkLocal, isLoopback, isMulticast, type Address } from './address.js'
import type { Family } from './family.js'
import { loopback, type LinkName } from './link.js'

/** The fields that rules can match. Without `iif`, or with `lo`, the packet is locally generated. */
export interface Packet {
  readonly family: Family
  readonly dst: Address
  /** Absent: the socket has no source yet. */
  readonly src?: Address
  readonly iif?: LinkName
  /** The link that the socket is bound to (SO_BINDTODEVICE). */
  readonly oif?: LinkName
  /** 32 bits; absent: 0. */
  readonly mark?: number
  /** IANA number, 1…255. */
  readonly ipproto?: number
  /** 1…65535. */
  readonly sport?: number
  /** 1…65535. */
  readonly dport?: number
  /** The user of the socket. Absent: 0, which the kernel also uses for forwarded packets (ip_route_input_slow). */
  readonly uid?: number
  /** The whole octet, 0…255; absent: 0. */
  readonly tos?: number
}

/** An address as 32-bit words, the most significant first, for fast comparison. */
export type AddressWords = readonly number[]

export interface PreparedPacket {
  readonly packet: Packet
  readonly dst: bigint
  readonly dstWords: AddressWords
  /** An IPv4 packet without a source has 0.0.0.0, which a prefix may contain. In IPv6 it matches no `from`. */
  readonly srcWords: AddressWords | undefined
  readonly iif: LinkName
  readonly mark: number
  readonly uid: number
  readonly tos: number
  /** The link that the route must use. */
  readonly dev: LinkName | undefined
  /** IPv6: the preferred link among routes of one prefix and metric (rt6_score_route). */
  readonly preferredLink: LinkName | undefined
}

/** Link → its VRF. A VRF itself is in it, links outside of VRFs are not. */
export type VrfMembership = ReadonlyMap<LinkName, LinkName>

const NO_VRFS: VrfMembership = new Map()

export const addressWords = (family: Family, value: bigint): AddressWords =>
  family === 'inet'
    ? [Number(value)]
    : [96n, 64n, 32n, 0n].map((shift) => Number((value >> shift) & 0xffffffffn))

/** Sent by this host, not forwarded. */
export const isLocallyGenerated = ({ iif }: Pick<Packet, 'iif'>): boolean =>
  iif === undefined || iif === loopback

export function preparePacket(packet: Packet, vrfs = NO_VRFS): PreparedPacket {
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
    tos: packet.tos ?? 0,
    dev: boundLink(packet, vrfs),
    preferredLink: family === 'inet' ? undefined : packetLink(packet, vrfs),
  }
}

/**
 * The link that the socket is bound to, or that received the packet. A socket that is bound to a VRF is bound to no link
 * (l3mdev_update_flow): only the table follows from it.
 */
function packetLink({ iif, oif }: Pick<Packet, 'iif' | 'oif'>, vrfs: VrfMembership): LinkName | undefined {
  if (oif !== undefined) return vrfs.get(oif) === oif ? undefined : oif
  return iif === loopback ? undefined : iif
}

/**
 * IPv4 uses only next hops on the bound link. IPv6 does so while the source is unset, and for link-local, multicast and
 * loopback destinations, for which the receiving link counts as well: RT6_LOOKUP_F_IFACE in
 * ip6_route_output_flags_noref() and ip6_route_input_lookup(). A VRF sends nothing to link-local and multicast
 * destinations (vrf_link_scope_lookup).
 */
export function boundLink(packet: Packet, vrfs: VrfMembership): LinkName | undefined {
  const { family, dst, src, iif, oif } = packet
  if (family === 'inet6' && (isLinkLocal(dst) || isMulticast(dst)))
    return oif ?? (iif === loopback ? undefined : iif)
  if (family === 'inet6' && isLoopback(dst)) return packetLink(packet, vrfs)
  return family === 'inet' || src === undefined ? packetLink({ oif }, vrfs) : undefined
}
