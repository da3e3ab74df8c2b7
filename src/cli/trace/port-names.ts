// What a port is called among people. For reading alone: /etc/services is missing on small systems, so none is rendered.
import { ipProtocols } from '../../kernel/protocol.js'

type Transport = 'tcp' | 'udp' | 'both'

/** IANA’s service names, but where everybody says another: `dns` for `domain`, `wireguard`, `rdp`. */
const services: readonly (readonly [port: number, transport: Transport, name: string])[] = [
  [20, 'tcp', 'ftp-data'],
  [21, 'tcp', 'ftp'],
  [22, 'tcp', 'ssh'],
  [23, 'tcp', 'telnet'],
  [25, 'tcp', 'smtp'],
  [53, 'both', 'dns'],
  [67, 'udp', 'dhcp'],
  [68, 'udp', 'dhcp'],
  [69, 'udp', 'tftp'],
  [80, 'tcp', 'http'],
  [88, 'both', 'kerberos'],
  [110, 'tcp', 'pop3'],
  [123, 'udp', 'ntp'],
  [143, 'tcp', 'imap'],
  [161, 'udp', 'snmp'],
  [162, 'udp', 'snmptrap'],
  [179, 'tcp', 'bgp'],
  [389, 'tcp', 'ldap'],
  [443, 'tcp', 'https'],
  [443, 'udp', 'http/3'],
  [445, 'tcp', 'smb'],
  [465, 'tcp', 'submissions'],
  [500, 'udp', 'isakmp'],
  [514, 'udp', 'syslog'],
  [546, 'udp', 'dhcpv6'],
  [547, 'udp', 'dhcpv6'],
  [587, 'tcp', 'submission'],
  [636, 'tcp', 'ldaps'],
  [853, 'tcp', 'dns over tls'],
  [873, 'tcp', 'rsync'],
  [993, 'tcp', 'imaps'],
  [995, 'tcp', 'pop3s'],
  [1194, 'both', 'openvpn'],
  [1701, 'udp', 'l2tp'],
  [1723, 'tcp', 'pptp'],
  [1812, 'udp', 'radius'],
  [1813, 'udp', 'radius-acct'],
  [2049, 'both', 'nfs'],
  [3306, 'tcp', 'mysql'],
  [3389, 'both', 'rdp'],
  [3478, 'both', 'stun'],
  [4500, 'udp', 'ipsec-nat-t'],
  [5060, 'both', 'sip'],
  [5061, 'tcp', 'sips'],
  [5353, 'udp', 'mdns'],
  [5432, 'tcp', 'postgresql'],
  [8080, 'tcp', 'http-alt'],
  [51820, 'udp', 'wireguard'],
]

/** Undefined where the port has no name, or another one with each of the protocols. None told: with TCP and UDP. */
export function serviceName(port: number, protocols: readonly number[]): string | undefined {
  const asked = protocols.length === 0 ? [ipProtocols['tcp'], ipProtocols['udp']] : protocols
  const names = asked.map(
    (protocol) =>
      services.find(
        ([number, transport]) =>
          number === port &&
          (transport === 'both' ? isOfPorts(protocol) : ipProtocols[transport] === protocol),
      )?.[2],
  )
  const [first, ...others] = new Set(names)
  return others.length === 0 ? first : undefined
}

const isOfPorts = (protocol: number | undefined): boolean =>
  protocol === ipProtocols['tcp'] || protocol === ipProtocols['udp']
