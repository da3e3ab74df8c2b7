// Sections and keys of keyfiles, for profiles that are written and for those that are read (nm-settings-keyfile(5)).
import type { Family } from '../../../kernel/family.js'
import type { Scope } from '../../../kernel/route-type.js'
import type { VirtualLink } from '../../../kernel/virtual-link.js'

export const ipSections: Readonly<Record<Family, 'ipv4' | 'ipv6'>> = { inet: 'ipv4', inet6: 'ipv6' }

export const connectionKeys = {
  section: 'connection',
  id: 'id',
  type: 'type',
  link: 'interface-name',
  priority: 'autoconnect-priority',
  /** 1.46 renames the three to ports and controller, and still reads these. */
  autoconnectPorts: 'autoconnect-slaves',
  master: 'master',
  masterKind: 'slave-type',
} as const

export const ethernetKeys = { section: 'ethernet', mtu: 'mtu', mac: 'cloned-mac-address' } as const

/** Of [ipv4] and [ipv6]. `address`, `route` and `rule` have a number behind them. */
export const ipKeys = {
  method: 'method',
  address: 'address',
  route: 'route',
  rule: 'routing-rule',
  metric: 'route-metric',
  table: 'route-table',
  neverDefault: 'never-default',
  ignoreRoutes: 'ignore-auto-routes',
  ignoreDns: 'ignore-auto-dns',
  dns: 'dns',
  search: 'dns-search',
  dadTimeout: 'dad-timeout',
  dhcpTimeout: 'dhcp-timeout',
  raTimeout: 'ra-timeout',
  addrGenMode: 'addr-gen-mode',
} as const

export const ipMethods = ['auto', 'manual', 'disabled', 'link-local', 'ignore', 'dhcp', 'shared'] as const
export type IpMethod = (typeof ipMethods)[number]

/** Of `routeN_options`. */
export const routeOptions = {
  table: 'table',
  type: 'type',
  scope: 'scope',
  prefsrc: 'src',
  mtu: 'mtu',
  onlink: 'onlink',
  weight: 'weight',
} as const

/** RT_SCOPE_*; NetworkManager accepts only numbers. */
export const scopeNumbers: Readonly<Record<Scope, number>> = { global: 0, link: 253, host: 254 }

type FieldsOf<Kind extends VirtualLink['kind']> = Exclude<
  keyof Extract<VirtualLink, { readonly kind: Kind }>,
  'kind' | 'links'
>

/** The section of its kind, by the fields of the virtual link. */
export const virtualLinkKeys = {
  vlan: { id: 'id', link: 'parent' },
  bond: {
    mode: 'mode',
    miimon: 'miimon',
    primary: 'primary',
    lacpRate: 'lacp_rate',
    xmitHashPolicy: 'xmit_hash_policy',
  },
  bridge: { stp: 'stp', forwardDelay: 'forward-delay' },
  vrf: { table: 'table' },
} as const satisfies { readonly [Kind in VirtualLink['kind']]: Readonly<Record<FieldsOf<Kind>, string>> }
