// Sections of a .network file: systemd.network(5).
import { parseAddress, type Address } from '../../../../kernel/address.js'
import { families, type Family } from '../../../../kernel/family.js'
import { isLinkName, type LinkName } from '../../../../kernel/link.js'
import { forwardingSysctls, linkSysctl, type SysctlKey } from '../../../../kernel/sysctl.js'
import type { TableId } from '../../../../kernel/table.js'
import type { Master } from '../../../../kernel/virtual-link.js'
import type { Collector } from '../../../../found/collector.js'
import type { FoundAddress, FoundRule, FoundSysctl, Place } from '../../../../found/found.js'
import { dhcpWords, kindSections, leaseKeys, linkKeys, networkKeys, routeKeys } from '../keys.js'
import { readRoute, type RouteDraft } from './routes.js'
import { readRule } from './rules.js'
import {
  ignoredKeys,
  readEntries,
  type Handler,
  type SectionWords,
  type Unit,
  type UnitSection,
} from './units.js'
import {
  booleanHandler,
  parseBoolean,
  parseBytes,
  parseInterfaceAddress,
  parseHardwareAddress,
  parseNumber,
  parseServer,
  parseTable,
} from './values.js'

/** What a file says of each link that it is for. */
export interface NetworkSettings {
  readonly isUnmanaged: boolean
  /** `KeepConfiguration=yes`: networkd keeps what another program has added. */
  readonly keeps: boolean
  readonly isOptional: boolean
  readonly mac?: string
  readonly mtu?: number
  readonly addresses: readonly FoundAddress[]
  readonly servers: readonly Address[]
  readonly search: readonly string[]
  readonly dhcp: readonly Family[]
  readonly acceptRa?: boolean
  /** A line is about advertisements, or about addresses by them. */
  readonly mentionsRa: boolean
  /** Absent: networkd decides. */
  readonly hasLinkLocal6?: boolean
  readonly vlans: readonly LinkName[]
  readonly master?: Master
  /** The primary port of its bond. */
  readonly isPrimary: boolean
  /** Of the link. */
  readonly sysctls: readonly LinkSysctl[]
  /** Of the host. */
  readonly hostSysctls: readonly FoundSysctl[]
  readonly forwards6: boolean
  readonly routes: readonly RouteDraft[]
  readonly rules: readonly FoundRule[]
  readonly lease: LeaseWords
}

interface LinkSysctl extends Omit<FoundSysctl, 'key'> {
  readonly keyOf: (link: LinkName) => SysctlKey
}

/** Of [DHCPv4], [DHCPv6] and [IPv6AcceptRA]; absent where nothing says. */
export interface LeaseWords {
  readonly metric4?: number
  readonly table4?: TableId
  readonly routes4?: boolean
  readonly gateway4?: boolean
  readonly metric6?: number
  readonly table6?: TableId
  readonly gateway6?: boolean
  /** `DHCPv6Client=`: yes or always. */
  readonly client6?: boolean
  readonly withoutRa?: boolean
  /** Of `table4` and `table6`. */
  readonly tablePlace4?: Place
  readonly tablePlace6?: Place
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Draft = {
  -readonly [K in keyof NetworkSettings]: NetworkSettings[K] extends readonly (infer T)[]
    ? T[]
    : K extends 'lease'
      ? Mutable<LeaseWords> & { [K in 'metricOther' | 'metric6Other' | 'table6Other']?: number }
      : NetworkSettings[K]
}

const NAMES = 'it is about names and time servers, and routes no packet'
const LIFE = 'it is about when the link is configured, and chooses no route'
const LAYER2 = 'it is about frames on the link, and chooses no route'
const CLIENT = 'it is about the client, and chooses no route'
const SERVER = 'it is about a server on this host, and chooses no route'
const STACKED = 'the .netdev file of the link counts'

const linkIgnored = {
  ...ignoredKeys(
    LAYER2,
    ...['ARP', 'Multicast', 'AllMulticast', 'Promiscuous', 'Group', 'TransmitQueues', 'ReceiveQueues'],
    'TransmitQueueLength',
  ),
  ...ignoredKeys(LIFE, 'RequiredFamilyForOnline', 'OptionalAddresses'),
}

const networkIgnored = {
  ...ignoredKeys(
    NAMES,
    ...['Description', 'LLMNR', 'MulticastDNS', 'DNSOverTLS', 'DNSSEC', 'DNSSECNegativeTrustAnchors'],
    ...['DNSDefaultRoute', 'NTP', 'UseDomains'],
  ),
  ...ignoredKeys(
    LIFE,
    ...['BindCarrier', 'ConfigureWithoutCarrier', 'IgnoreCarrierLoss', 'ActiveSlave', 'KeepMaster'],
    ...['IPv6DuplicateAddressDetection', 'IPv4DuplicateAddressDetectionTimeoutSec'],
  ),
  ...ignoredKeys(LAYER2, 'LLDP', 'EmitLLDP', 'MPLSRouting', 'IPv6HopLimit', 'IPv6RetransmissionTimeSec'),
  ...ignoredKeys(
    'it is about link-local and automatic addresses',
    ...['IPv6LinkLocalAddressGenerationMode', 'IPv6StableSecretAddress', 'IPv6Token', 'IPv4LLStartAddress'],
  ),
  ...ignoredKeys(SERVER, 'DHCPServer', 'IPv6SendRA'),
  ...ignoredKeys(
    STACKED,
    ...['MACVLAN', 'MACVTAP', 'IPVLAN', 'IPVTAP', 'VXLAN', 'L2TP', 'MACsec', 'Tunnel', 'Xfrm', 'IPoIB'],
    ...['BatmanAdvanced', 'HSR'],
  ),
}

const addressIgnored = {
  ...ignoredKeys(
    'it is a detail of the address, and chooses no route',
    ...['Label', 'Broadcast', 'HomeAddress', 'DuplicateAddressDetection', 'ManageTemporaryAddress'],
    ...['AutoJoin', 'NetLabel', 'NFTSet'],
  ),
}

const clientIgnored = {
  ...ignoredKeys(
    NAMES,
    ...[
      'UseDNS',
      'UseNTP',
      'UseSIP',
      'UseDNR',
      'UseDomains',
      'UseHostname',
      'UseTimezone',
      'UseCaptivePortal',
    ],
    'UsePREF64',
  ),
  ...ignoredKeys(
    CLIENT,
    ...['UseMTU', 'SendHostname', 'Hostname', 'Anonymize', 'ClientIdentifier', 'VendorClassIdentifier'],
    ...['UserClass', 'VendorClass', 'DUIDType', 'DUIDRawData', 'IAID', 'RequestBroadcast', 'ListenPort'],
    ...['ServerPort', 'SendRelease', 'SendDecline', 'DenyList', 'AllowList', 'BlackList', 'RequestOptions'],
    ...[
      'SendOption',
      'SendVendorOption',
      'IPServiceType',
      'SocketPriority',
      'Label',
      'MaxAttempts',
      'MUDURL',
    ],
    ...['RapidCommit', 'RouteMTUBytes', 'QuickAck', 'InitialCongestionWindow', 'NetLabel', 'NFTSet'],
    ...[
      'InitialAdvertisedReceiveWindow',
      'FallbackLeaseLifetimeSec',
      'RequestAddress',
      'PrefixDelegationHint',
    ],
    ...['UnassignedSubnetPolicy', 'BOOTP', 'CriticalConnection', 'IPv6OnlyMode'],
    ...[
      'Token',
      'UseHopLimit',
      'UseReachableTime',
      'UseRetransmissionTime',
      'UseICMP6RateLimit',
      'UseRedirect',
    ],
  ),
}

const ignoredSections: Readonly<Record<string, string>> = {
  ...ignoredKeys(
    SERVER,
    ...[
      'DHCPServer',
      'DHCPServerStaticLease',
      'IPv6SendRA',
      'IPv6Prefix',
      'IPv6RoutePrefix',
      'IPv6PREF64Prefix',
    ],
  ),
  ...ignoredKeys(
    LAYER2,
    'LLDP',
    'CAN',
    'Bridge',
    'BridgeMDB',
    'BridgeFDB',
    'SR-IOV',
    'IPoIB',
    'EnergyEfficientEthernet',
  ),
  ...ignoredKeys(
    'it is about queues, and chooses no route',
    ...['QDisc', 'NetworkEmulator', 'TokenBucketFilter', 'PIE', 'FlowQueuePIE', 'StochasticFairBlue'],
    ...[
      'StochasticFairnessQueueing',
      'BFIFO',
      'PFIFO',
      'PFIFOHeadDrop',
      'PFIFOFast',
      'CAKE',
      'ControlledDelay',
    ],
    ...['DeficitRoundRobinScheduler', 'DeficitRoundRobinSchedulerClass', 'EnhancedTransmissionSelection'],
    ...['GenericRandomEarlyDetection', 'FairQueueingControlledDelay', 'FairQueueing', 'TrivialLinkEqualizer'],
    ...['HierarchyTokenBucket', 'HierarchyTokenBucketClass', 'HeavyHitterFilter', 'QuickFairQueueing'],
    ...['QuickFairQueueingClass', 'BandMultiQueueing', 'ClassfulMultiQueueing'],
  ),
}

const unknownSections: Readonly<Record<string, string>> = {
  NextHop: 'a description has no next hops with a number of their own',
  Neighbor: 'a description has no static neighbours',
  IPv6AddressLabel: 'a description has no labels for the choice of sources',
  BridgeVLAN: 'a description has no VLANs within a bridge',
  DHCPPrefixDelegation: 'a description has no delegated prefixes',
  DHCPv6PrefixDelegation: 'a description has no delegated prefixes',
  MobileNetwork: 'multihome does not configure modems',
}

const isAboutRa = ({ name, entries }: UnitSection): boolean =>
  name === 'IPv6AcceptRA' ||
  entries.some(({ key }) => /^IPv6(?:AcceptRA|AcceptRouterAdvertisements|PrivacyExtensions|Token)$/.test(key))

/** Reads a file once, for all links that it is for. */
export function readNetwork(
  unit: Unit,
  tables: ReadonlyMap<string, TableId>,
  collector: Collector,
): NetworkSettings {
  const draft: Draft = {
    isUnmanaged: false,
    keeps: false,
    isOptional: false,
    addresses: [],
    servers: [],
    search: [],
    dhcp: [],
    mentionsRa: unit.sections.some(isAboutRa),
    vlans: [],
    isPrimary: false,
    sysctls: [],
    hostSysctls: [],
    forwards6: false,
    routes: [],
    rules: [],
    lease: {},
  }
  const words: Readonly<Record<string, () => SectionWords>> = {
    Link: () => linkWords(draft),
    Network: () => networkWords(draft),
    ...leaseWords(draft, tables),
  }
  for (const section of unit.sections) {
    const { name, place } = section
    const known = Object.hasOwn(words, name) ? words[name] : undefined
    if (name === 'Match') continue
    if (known !== undefined) readEntries(section, known(), collector)
    else if (name === 'Address') readAddress(section, draft, collector)
    else if (name === 'Route') {
      const route = readRoute(section, tables, collector)
      if (route !== undefined) draft.routes.push(route)
    } else if (name === 'RoutingPolicyRule') draft.rules.push(...readRule(section, tables, collector))
    else if (name.startsWith('X-'))
      collector.withoutEffect(place, 'systemd ignores sections that begin with X-')
    else if (Object.hasOwn(ignoredSections, name)) collector.withoutEffect(place, ignoredSections[name] ?? '')
    else
      collector.unknown(
        place,
        Object.hasOwn(unknownSections, name)
          ? (unknownSections[name] ?? '')
          : `nothing is known of [${name}] in a .network file`,
      )
  }
  const { metricOther, metric6Other, table6Other, ...lease } = draft.lease
  const metric4 = lease.metric4 ?? metricOther
  const metric6 = lease.metric6 ?? metric6Other ?? metricOther
  const table6 = lease.table6 ?? table6Other
  return {
    ...draft,
    lease: {
      ...lease,
      ...(metric4 === undefined ? {} : { metric4 }),
      ...(metric6 === undefined ? {} : { metric6 }),
      ...(table6 === undefined ? {} : { table6 }),
    },
  }
}

const linkWords = (draft: Draft): SectionWords => ({
  handlers: {
    [linkKeys.mac]: (text) => {
      draft.mac = parseHardwareAddress(text)
      return draft.mac === undefined && text !== '' ? 'the value is no MAC address' : undefined
    },
    [linkKeys.mtu]: (text) => {
      draft.mtu = parseBytes(text)
      return draft.mtu === undefined && text !== '' ? 'the value is no number of bytes' : undefined
    },
    [linkKeys.online]: (text) => {
      draft.isOptional = parseBoolean(text) === false
      return undefined
    },
    [linkKeys.activation]: (text) =>
      /^(?:always-)?down$/.test(text)
        ? 'the link stays down, and a description has no word for it'
        : undefined,
    Unmanaged: booleanHandler((value) => (draft.isUnmanaged = value ?? false)),
  },
  ignored: linkIgnored,
})

const dhcpFamilies: Readonly<Record<string, readonly Family[]>> = {
  [dhcpWords.inet]: ['inet'],
  [dhcpWords.inet6]: ['inet6'],
  // Old words.
  v4: ['inet'],
  v6: ['inet6'],
  both: families,
  none: [],
}

const forwardingFamilies: Readonly<Record<string, readonly Family[]>> = {
  ipv4: ['inet'],
  ipv6: ['inet6'],
  both: families,
  kernel: [],
}

const familiesOf = (
  text: string,
  words: Readonly<Record<string, readonly Family[]>>,
): readonly Family[] | undefined => {
  const isOn = parseBoolean(text)
  if (isOn !== undefined) return isOn ? families : []
  return Object.hasOwn(words, text) ? words[text] : undefined
}

/** Settings that are sysctls of the link. */
function sysctlHandlers(draft: Draft): Readonly<Record<string, Handler>> {
  const handler =
    (family: Family, name: string, valueOf: (text: string) => string | undefined): Handler =>
    (text, { place, comment }) => {
      const value = valueOf(text)
      if (value === undefined) return 'the value is not known'
      draft.sysctls.push({
        keyOf: (link) => linkSysctl(family, link, name),
        value,
        place,
        ...(comment === undefined ? {} : { comment }),
      })
      if (name === 'forwarding' && family === 'inet6') draft.forwards6 = value === '1'
      return undefined
    }
  const flag = (family: Family, name: string): Handler =>
    handler(family, name, (text) => {
      const isOn = parseBoolean(text)
      return isOn === undefined ? undefined : isOn ? '1' : '0'
    })
  const words = (table: Readonly<Record<string, string>>) => (text: string) => {
    const isOn = parseBoolean(text)
    const word = isOn === undefined ? text : isOn ? 'yes' : 'no'
    return Object.hasOwn(table, word) ? table[word] : undefined
  }
  const proxyArp = flag('inet', 'proxy_arp')
  return {
    IPv4Forwarding: flag('inet', 'forwarding'),
    IPv6Forwarding: flag('inet6', 'forwarding'),
    IPv4AcceptLocal: flag('inet', 'accept_local'),
    IPv4RouteLocalnet: flag('inet', 'route_localnet'),
    IPv4ProxyARP: proxyArp,
    ProxyARP: proxyArp,
    IPv4ProxyARPPrivateVLAN: flag('inet', 'proxy_arp_pvlan'),
    IPv6ProxyNDP: flag('inet6', 'proxy_ndp'),
    IPv4ReversePathFilter: handler('inet', 'rp_filter', words({ no: '0', strict: '1', loose: '2' })),
    IPv6PrivacyExtensions: handler(
      'inet6',
      'use_tempaddr',
      words({ no: '0', 'prefer-public': '1', yes: '2' }),
    ),
    IPv6MTUBytes: handler('inet6', 'mtu', (text) => {
      const bytes = parseBytes(text)
      return bytes === undefined ? undefined : String(bytes)
    }),
  }
}

function networkWords(draft: Draft): SectionWords {
  const master =
    (kind: Master['kind']): Handler =>
    (text) => {
      if (text === '') delete draft.master
      else if (isLinkName(text)) draft.master = { link: text, kind }
      else return 'the value is no name of a link'
      return undefined
    }
  const acceptRa = booleanHandler((value) => (draft.acceptRa = value))
  const list =
    <T>(values: T[], parse: (word: string) => T | undefined, why: string): Handler =>
    (text) => {
      // An empty assignment resets the list.
      if (text === '') values.length = 0
      for (const word of text.split(/\s+/)) {
        const value = word === '' ? undefined : parse(word)
        if (value !== undefined) values.push(value)
        else if (word !== '') return why
      }
      return undefined
    }
  return {
    handlers: {
      [networkKeys.address]: (text, { place }) => {
        if (text === '') draft.addresses.length = 0
        else {
          const prefix = parseInterfaceAddress(text)
          if (prefix === undefined) return 'the value is no address with its length'
          if (/^(?:0\.0\.0\.0|::)$/.test(prefix.address.text)) return 'networkd chooses the address by itself'
          draft.addresses.push({ prefix, place })
        }
        return undefined
      },
      [routeKeys.via]: (text, { place, comment }) => {
        // An empty assignment resets all routes (config_parse_gateway).
        if (text === '') draft.routes.length = 0
        else {
          const via = parseAddress(text)
          if (via === undefined) return 'the gateway is no address'
          draft.routes.push({
            place,
            ...(comment === undefined ? {} : { comment }),
            family: via.family,
            type: 'unicast',
            via,
            hops: [],
          })
        }
        return undefined
      },
      [networkKeys.dns]: list(draft.servers, parseServer, 'the value is no address of a server'),
      [networkKeys.search]: list(draft.search, (word) => word, ''),
      [networkKeys.dhcp]: (text) => {
        const clients = familiesOf(text, dhcpFamilies)
        if (clients === undefined) return 'the value is none of yes, no, ipv4 and ipv6'
        draft.dhcp = [...clients]
        return undefined
      },
      [networkKeys.acceptRa]: acceptRa,
      // Its old name.
      IPv6AcceptRouterAdvertisements: acceptRa,
      [networkKeys.linkLocal]: (text) => {
        const words = familiesOf(text, { ipv4: ['inet'], ipv6: ['inet6'] })
        draft.hasLinkLocal6 = words?.includes('inet6') ?? false
        return words === undefined || words.includes('inet')
          ? 'a description has no automatic address of 169.254.0.0/16'
          : undefined
      },
      [networkKeys.keep]: (text) => {
        draft.keeps = parseBoolean(text) === true
        return undefined
      },
      [networkKeys.vlan]: list(
        draft.vlans,
        (word) => (isLinkName(word) ? word : undefined),
        'the value is no name of a link',
      ),
      [kindSections.bond]: master('bond'),
      [kindSections.bridge]: master('bridge'),
      [kindSections.vrf]: master('vrf'),
      [networkKeys.primary]: booleanHandler((value) => (draft.isPrimary = value ?? false)),
      IPForward: (text, { place, comment }) => {
        const forwarded = familiesOf(text, forwardingFamilies)
        if (forwarded === undefined) return 'the value is none of yes, no, ipv4, ipv6 and kernel'
        for (const family of families)
          if (forwarded.includes(family))
            draft.hostSysctls.push({
              key: forwardingSysctls[family],
              value: '1',
              place,
              ...(comment === undefined ? {} : { comment }),
            })
        draft.forwards6 = forwarded.includes('inet6')
        return undefined
      },
      ...sysctlHandlers(draft),
      DefaultRouteOnDevice: (text, { place, comment }) => {
        if (parseBoolean(text) === true)
          draft.routes.push({
            place,
            ...(comment === undefined ? {} : { comment }),
            family: 'inet',
            type: 'unicast',
            scope: 'link',
            hops: [],
          })
        return undefined
      },
      IPMasquerade: unlessNo(
        'it rewrites source addresses, and switches forwarding on: multihome writes no NAT',
      ),
      IPv4LLRoute: unlessNo('a description has no route to 169.254.0.0/16 on its own: write it'),
      DHCPPrefixDelegation: unlessNo('a description has no delegated prefixes'),
      DHCPv6PrefixDelegation: unlessNo('a description has no delegated prefixes'),
      IPv6ProxyNDPAddress: () => 'a description has no neighbours to answer for',
    },
    ignored: networkIgnored,
  }
}

const unlessNo =
  (why: string): Handler =>
  (text) =>
    text === '' || parseBoolean(text) === false ? undefined : why

function readAddress(section: UnitSection, draft: Draft, collector: Collector): void {
  let found: FoundAddress | undefined
  const isGood = readEntries(
    section,
    {
      handlers: {
        [networkKeys.address]: (text, { place }) => {
          const prefix = parseInterfaceAddress(text)
          if (prefix === undefined) return 'the value is no address with its length'
          found = { prefix, place }
          return undefined
        },
        Peer: () => 'a description has no addresses of a peer',
        PreferredLifetime: (text) =>
          /^(?:forever|infinity|)$/.test(text)
            ? undefined
            : found?.prefix.family === 'inet'
              ? undefined
              : 'a description has no deprecated addresses, which IPv6 does not choose as a source',
        Scope: (text) => (text === 'global' ? undefined : 'a description has addresses of scope global only'),
        AddPrefixRoute: unlessYes('a description has the connected route of each address'),
        RouteMetric: (text) =>
          parseNumber(text, 0, 0) === 0
            ? undefined
            : 'a description has the connected route without a metric',
      },
      ignored: addressIgnored,
    },
    collector,
  )
  if (found !== undefined) draft.addresses.push(found)
  else if (isGood) collector.unknown(section.place, 'the section has no address, and networkd ignores it')
}

const unlessYes =
  (why: string): Handler =>
  (text) =>
    text === '' || parseBoolean(text) === true ? undefined : why

/** `512`, or `HIGH:MEDIUM:LOW` by the router's preference, of which the usual medium counts. */
function parseAdvertisedMetric(text: string): number | undefined {
  const parts = text.split(':')
  return parseNumber(parts[parts.length === 3 ? 1 : 0] ?? '', 0, 0xffffffff)
}

function leaseWords(
  { lease }: Draft,
  tables: ReadonlyMap<string, TableId>,
): Readonly<Record<string, () => SectionWords>> {
  const metric =
    (key: 'metric4' | 'metric6' | 'metric6Other' | 'metricOther'): Handler =>
    (text) => {
      const value = parseAdvertisedMetric(text)
      if (value === undefined) return 'the value is no metric'
      lease[key] = value
      return undefined
    }
  const table =
    (key: 'table4' | 'table6' | 'table6Other'): Handler =>
    (text, { place }) => {
      const value = parseTable(text, tables)
      if (value === undefined) return 'networkd knows no such table'
      lease[key] = value
      lease[key === 'table4' ? 'tablePlace4' : 'tablePlace6'] = place
      return undefined
    }
  const use = (key: 'routes4' | 'gateway4' | 'gateway6'): Handler =>
    booleanHandler((value) => (lease[key] = value))
  const servers = 'networkd adds routes to the servers of the lease, and a description has none'
  const inet = (): Readonly<Record<string, Handler>> => ({
    [leaseKeys.table]: table('table4'),
    [leaseKeys.routes]: use('routes4'),
    [leaseKeys.gateway]: use('gateway4'),
    [leaseKeys.routesToDns]: unlessNo(servers),
    [leaseKeys.routesToNtp]: unlessNo(servers),
    Use6RD: unlessNo('a description has no 6rd tunnels'),
  })
  return {
    // The old section for both protocols: its metric counts where the own section has none.
    DHCP: () => ({
      handlers: { ...inet(), [leaseKeys.metric]: metric('metricOther') },
      ignored: clientIgnored,
    }),
    DHCPv4: () => ({
      handlers: { ...inet(), [leaseKeys.metric]: metric('metric4') },
      ignored: clientIgnored,
    }),
    DHCPv6: () => ({
      handlers: {
        // Before 249 those of advertised routes; later versions still take them.
        [leaseKeys.metric]: metric('metric6Other'),
        [leaseKeys.table]: table('table6Other'),
        [leaseKeys.withoutRa]: (text) => {
          lease.withoutRa = text === 'solicit'
          return undefined
        },
        UseAddress: unlessYes('a description takes the address of a DHCPv6 lease'),
        UseDelegatedPrefix: (text) =>
          parseBoolean(text) === undefined ? 'the value is neither yes nor no' : undefined,
      },
      ignored: clientIgnored,
    }),
    IPv6AcceptRA: () => ({
      handlers: {
        [leaseKeys.metric]: metric('metric6'),
        [leaseKeys.table]: table('table6'),
        [leaseKeys.gateway]: use('gateway6'),
        [leaseKeys.routePrefix]: booleanHandler(() => undefined),
        [leaseKeys.client6]: (text) => {
          lease.client6 = text === 'always' || parseBoolean(text) === true
          return undefined
        },
        UseOnLinkPrefix: unlessYes('a description has the connected route of an advertised prefix'),
        UseAutonomousPrefix: unlessYes('a description takes the addresses of advertisements'),
        ...Object.fromEntries(
          [
            'RouterAllowList',
            'RouterDenyList',
            'PrefixAllowList',
            'PrefixDenyList',
            'RouteAllowList',
            'RouteDenyList',
          ].map((key) => [key, () => 'a description takes the advertisements of each router']),
        ),
      },
      ignored: clientIgnored,
    }),
  }
}
