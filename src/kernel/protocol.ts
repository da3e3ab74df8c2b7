// Transport protocols by number: /etc/protocols is missing on small systems, so no name is ever rendered.

/** IANA protocol numbers, those a rule's `ipproto` is written with by name. */
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

/** 1…255. FRA_IP_PROTO; 0 would mean any and is refused. */
export function parseIpProtocol(text: string): number | undefined {
  if (Object.hasOwn(ipProtocols, text)) return ipProtocols[text]
  const number = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : Number.NaN
  return number <= 255 ? number : undefined
}

/** The protocol that marks rules and routes as ours where a script adds them: `ip route show protocol multihome`. */
export const RTPROT_MULTIHOME = 77

/** Stands in for it while a script changes generations: everything wanted is under one of the two at any moment. */
export const RTPROT_INTERIM = 78

/** What follows a link's addresses at run time, so that nothing laid from files is ever taken for it. */
export const RTPROT_DYNAMIC = 79

export const isOurProtocol = (protocol: number): boolean =>
  protocol === RTPROT_MULTIHOME || protocol === RTPROT_INTERIM || protocol === RTPROT_DYNAMIC

/** linux/rtnetlink.h: the kernel’s own, of router advertisements, of DHCP. */
export const [RTPROT_KERNEL, RTPROT_RA, RTPROT_DHCP] = [2, 9, 16]
