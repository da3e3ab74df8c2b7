// Words of systemd.network(5), systemd.netdev(5) and networkd.conf(5): for what writes the files and for what reads them.
import type { SelectorName } from '../../../kernel/selectors.js'
import type { VirtualLink } from '../../../kernel/virtual-link.js'

/** [Link]. */
export const linkKeys = {
  mac: 'MACAddress',
  mtu: 'MTUBytes',
  online: 'RequiredForOnline',
  activation: 'ActivationPolicy',
} as const

/** [Network]. */
export const networkKeys = {
  address: 'Address',
  dns: 'DNS',
  search: 'Domains',
  dhcp: 'DHCP',
  acceptRa: 'IPv6AcceptRA',
  linkLocal: 'LinkLocalAddressing',
  keep: 'KeepConfiguration',
  vlan: 'VLAN',
  primary: 'PrimarySlave',
} as const

/** Values of `DHCP=`. */
export const dhcpWords = { both: 'yes', inet: 'ipv4', inet6: 'ipv6' } as const

/** [Route]. */
export const routeKeys = {
  dst: 'Destination',
  type: 'Type',
  scope: 'Scope',
  via: 'Gateway',
  onlink: 'GatewayOnLink',
  hop: 'MultiPathRoute',
  prefsrc: 'PreferredSource',
  metric: 'Metric',
  mtu: 'MTUBytes',
  table: 'Table',
} as const

/** [RoutingPolicyRule], without selectors. */
export const ruleKeys = {
  pref: 'Priority',
  family: 'Family',
  not: 'InvertRule',
  type: 'Type',
  goto: 'GoTo',
  table: 'Table',
  suppress: 'SuppressPrefixLength',
} as const

export const selectorKeys = {
  from: 'From',
  to: 'To',
  fwmark: 'FirewallMark',
  tos: 'TypeOfService',
  iif: 'IncomingInterface',
  oif: 'OutgoingInterface',
  uidrange: 'User',
  ipproto: 'IPProtocol',
  sport: 'SourcePort',
  dport: 'DestinationPort',
  dscp: 'DSCP',
} as const satisfies Readonly<Record<SelectorName, string>>

/** [DHCPv4], [DHCPv6] and [IPv6AcceptRA]. */
export const leaseKeys = {
  metric: 'RouteMetric',
  table: 'RouteTable',
  routes: 'UseRoutes',
  gateway: 'UseGateway',
  routePrefix: 'UseRoutePrefix',
  client6: 'DHCPv6Client',
  withoutRa: 'WithoutRA',
  useDns: 'UseDNS',
  routesToDns: 'RoutesToDNS',
  routesToNtp: 'RoutesToNTP',
} as const

/** The section of a kind of virtual link; in [Network] of a member, the key that names it. */
export const kindSections = {
  vlan: 'VLAN',
  bond: 'Bond',
  bridge: 'Bridge',
  vrf: 'VRF',
} as const satisfies Readonly<Record<VirtualLink['kind'], string>>

/** [NetDev] and the sections of kinds. */
export const netdevKeys = {
  name: 'Name',
  kind: 'Kind',
  id: 'Id',
  mode: 'Mode',
  miimon: 'MIIMonitorSec',
  lacpRate: 'LACPTransmitRate',
  hashPolicy: 'TransmitHashPolicy',
  stp: 'STP',
  forwardDelay: 'ForwardDelaySec',
  table: 'Table',
} as const

/** [Network] of networkd.conf. */
export const confKeys = {
  table: 'RouteTable',
  foreignRules: 'ManageForeignRoutingPolicyRules',
  foreignRoutes: 'ManageForeignRoutes',
  foreignNexthops: 'ManageForeignNextHops',
} as const
