// Words of netplan's YAML: for what writes it and for what reads it (netplan(5)).
import type { VirtualLink } from '../../kernel/virtual-link.js'

/** Sections of links that a description creates. */
export const kindSections = {
  vlan: 'vlans',
  bond: 'bonds',
  bridge: 'bridges',
  vrf: 'vrfs',
} as const satisfies Readonly<Record<VirtualLink['kind'], string>>

export const linkWords = {
  addresses: 'addresses',
  mac: 'macaddress',
  mtu: 'mtu',
  nameservers: 'nameservers',
  optional: 'optional',
  dhcp4: 'dhcp4',
  dhcp6: 'dhcp6',
  dhcp4Overrides: 'dhcp4-overrides',
  dhcp6Overrides: 'dhcp6-overrides',
  acceptRa: 'accept-ra',
  raOverrides: 'ra-overrides',
  manager: 'networkmanager',
} as const

export const nameserverWords = { addresses: 'addresses', search: 'search' } as const

/** Of `dhcp4-overrides`, `dhcp6-overrides` and `ra-overrides`. */
export const overrideWords = {
  metric: 'route-metric',
  routes: 'use-routes',
  dns: 'use-dns',
  mtu: 'use-mtu',
  table: 'table',
} as const

export const routeWords = {
  dst: 'to',
  type: 'type',
  scope: 'scope',
  via: 'via',
  onlink: 'on-link',
  prefsrc: 'from',
  metric: 'metric',
  mtu: 'mtu',
  table: 'table',
} as const

export const ruleWords = {
  from: 'from',
  to: 'to',
  fwmark: 'mark',
  tos: 'type-of-service',
  table: 'table',
  pref: 'priority',
} as const

/** Of virtual links, beside `interfaces` and `parameters`. */
export const virtualLinkWords = {
  members: 'interfaces',
  parameters: 'parameters',
  id: 'id',
  link: 'link',
  table: 'table',
} as const

export const bondWords = {
  mode: 'mode',
  miimon: 'mii-monitor-interval',
  primary: 'primary',
  lacpRate: 'lacp-rate',
  hashPolicy: 'transmit-hash-policy',
} as const

export const bridgeWords = { stp: 'stp', forwardDelay: 'forward-delay' } as const
