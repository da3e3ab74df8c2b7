// Names of netifrc's variables of a link: each stands before `_` and the link.
export const variables = {
  config: 'config',
  routes: 'routes',
  rules: 'rules',
  rules6: 'rules6',
  modules: 'modules',
  dhcpcd: 'dhcpcd',
  mtu: 'mtu',
  mac: 'mac',
  nameservers: 'dns_servers',
  search: 'dns_search',
} as const

/** Options of dhcpcd(8) that the outputs have. */
export const dhcpcdFlags = {
  background: '-b',
  noLinkLocal: '-L',
  only4: '-4',
  only6: '-6',
  noAdvertisements: '--noipv6rs',
  address6: '--ia_na',
  noGateway: '-G',
  metric: '-m',
  ignore: '-O',
} as const
