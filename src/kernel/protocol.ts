// IP protocol numbers and routing protocol numbers (RTPROT_*).

/** IANA protocol numbers by name. Output has only numbers, since small systems lack /etc/protocols. */
export const ipProtocols: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ospf: 89,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
}

/** `tcp`, or the number if the protocol has no name. */
export const protocolName = (protocol: number): string =>
  Object.entries(ipProtocols).find(([, number]) => number === protocol)?.[0] ?? String(protocol)

/** FRA_IP_PROTO, 1…255. Rejects 0, which the kernel treats as any protocol. */
export function parseIpProtocol(text: string): number | undefined {
  if (Object.hasOwn(ipProtocols, text)) return ipProtocols[text]
  const number = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : Number.NaN
  return number <= 255 ? number : undefined
}

/** Marks rules and routes that our scripts install: `ip route show protocol multihome`. */
export const RTPROT_MULTIHOME = 77

/** Marks the rule that templates/programs/library.sh adds for a moment, while main decides on a gateway. */
const RTPROT_INTERIM = 78

/** Marks what the address tracker installs at run time, to tell it from entries that come from files. */
export const RTPROT_DYNAMIC = 79

export const isOurProtocol = (protocol: number): boolean =>
  protocol === RTPROT_MULTIHOME || protocol === RTPROT_INTERIM || protocol === RTPROT_DYNAMIC

/** linux/rtnetlink.h. */
export const [RTPROT_KERNEL, RTPROT_RA, RTPROT_DHCP] = [2, 9, 16]
