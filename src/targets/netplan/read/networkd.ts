// The files that netplan writes for networkd (write_network_file in netplan's src/networkd.c), with the places of the YAML.
import type { Collector } from '../../../found/collector.js'
import type { Place } from '../../../found/found.js'
import { createGeneratedFile, type GeneratedFile } from '../generated-file.js'
import { parseAddress } from '../../../kernel/address.js'
import {
  kindSections as sections,
  leaseKeys,
  linkKeys,
  netdevKeys,
  networkKeys,
  routeKeys,
  ruleKeys,
  selectorKeys,
  dhcpWords,
} from '../../shared/networkd/keys.js'
import {
  bondWords,
  bridgeWords,
  linkWords,
  nameserverWords,
  overrideWords,
  routeWords,
  ruleWords,
  virtualLinkWords,
} from '../keys.js'
import {
  booleanOf,
  commentOf,
  distinctTexts,
  foreignKind,
  isOurKind,
  isPhysical,
  itemsOf,
  mapOf,
  reportParameters,
  textOf,
  type Definition,
  type Membership,
} from './definitions.js'
import {
  destinationOf,
  reportUnknownKeys,
  routeProblem,
  ruleProblem,
  type transportKeys,
} from './routes-and-rules.js'
import type { YamlNode } from './yaml.js'

interface Context {
  readonly definitions: readonly Definition[]
  readonly memberships: ReadonlyMap<string, Membership>
  /** VLANs by the id of their parent. */
  readonly vlans: ReadonlyMap<string, readonly Definition[]>
  /** Ids of the primary ports of bonds, with the line that says so. */
  readonly primaries: ReadonlyMap<string, Place>
  readonly collector: Collector
}

export function networkdFilesOf(
  definitions: readonly Definition[],
  memberships: ReadonlyMap<string, Membership>,
  collector: Collector,
): readonly GeneratedFile[] {
  const vlans = new Map<string, Definition[]>()
  const primaries = new Map<string, Place>()
  const ids = new Set(definitions.map(({ id }) => id))
  for (const definition of definitions) {
    const { kind, node, place } = definition
    if (kind === 'vlan') {
      const link = node.entries.get(virtualLinkWords.link)
      const id = textOf(link)
      if (!ids.has(id)) collector.unknown(link?.place ?? place, 'the link of the VLAN is not defined')
      vlans.set(id, [...(vlans.get(id) ?? []), definition])
    }
    const parameters = node.entries.get(virtualLinkWords.parameters)
    const primary = parameters?.kind === 'map' ? parameters.entries.get(bondWords.primary) : undefined
    if (kind === 'bond' && primary !== undefined) primaries.set(textOf(primary), primary.place)
  }
  const context: Context = { definitions, memberships, vlans, primaries, collector }
  return definitions.flatMap((definition) => [
    ...(definition.mac !== undefined && definition.name !== undefined
      ? [linkFile(definition, collector)]
      : []),
    ...(definition.kind === 'ethernet' ? [] : [netdevFile(definition, collector)]),
    networkFile(definition, context),
  ])
}

const pathOf = ({ id }: Definition, suffix: string): string =>
  `/run/systemd/network/10-netplan-${encodeURIComponent(id)}.${suffix}`

/** udev gives the link with the MAC address its name. */
function linkFile(definition: Definition, collector: Collector): GeneratedFile {
  const { place, mac = '', name = '' } = definition
  const file = createGeneratedFile(pathOf(definition, 'link'), collector)
  file.section('Match', place)
  file.entry('MACAddress', mac, place)
  file.section('Link', place)
  file.entry('Name', name, place)
  return file
}

function netdevFile(definition: Definition, collector: Collector): GeneratedFile {
  const { id, kind, place, comment, node } = definition
  const file = createGeneratedFile(pathOf(definition, 'netdev'), collector)
  file.section('NetDev', place, comment)
  file.entry(netdevKeys.name, id, place)
  file.entry(netdevKeys.kind, isOurKind(kind) ? kind : foreignKind(definition), place)
  const of = (key: string): YamlNode | undefined => node.entries.get(key)
  const write = (key: string, value: YamlNode | undefined, suffix = ''): void => {
    if (value !== undefined) file.entry(key, `${textOf(value)}${suffix}`, value.place)
  }
  const parameters = mapOf(of(virtualLinkWords.parameters), collector)
  switch (kind) {
    case 'vlan':
      file.section(sections.vlan, place)
      write(netdevKeys.id, of(virtualLinkWords.id))
      break
    case 'vrf':
      file.section(sections.vrf, place)
      write(netdevKeys.table, of(virtualLinkWords.table))
      break
    case 'bond': {
      if (parameters.size === 0) break
      file.section(sections.bond, place)
      write(netdevKeys.mode, parameters.get(bondWords.mode))
      const interval = parameters.get(bondWords.miimon)
      write(netdevKeys.miimon, interval, interval !== undefined && /^\d+$/.test(textOf(interval)) ? 'ms' : '')
      write(netdevKeys.lacpRate, parameters.get(bondWords.lacpRate))
      write(netdevKeys.hashPolicy, parameters.get(bondWords.hashPolicy))
      reportParameters('bond', parameters, collector)
      break
    }
    case 'bridge': {
      const written = of(virtualLinkWords.parameters)
      if (written === undefined) break
      // With `parameters` netplan switches the protocol on (handle_bridge).
      file.section(sections.bridge, place)
      const stp = booleanOf(parameters.get(bridgeWords.stp), collector) ?? true
      file.entry(netdevKeys.stp, stp ? 'yes' : 'no', parameters.get(bridgeWords.stp)?.place ?? written.place)
      write(netdevKeys.forwardDelay, parameters.get(bridgeWords.forwardDelay))
      reportParameters('bridge', parameters, collector)
      break
    }
    default:
  }
  return file
}

function networkFile(definition: Definition, context: Context): GeneratedFile {
  const { collector } = context
  const { node, place, comment, kind } = definition
  const file = createGeneratedFile(pathOf(definition, 'network'), collector)
  const of = (key: string): YamlNode | undefined => node.entries.get(key)
  const write = (key: string, value: YamlNode | undefined): void => {
    if (value !== undefined) file.entry(key, textOf(value), value.place, value.comment)
  }
  file.section('Match', place, comment)
  if (definition.name !== undefined) file.entry('Name', definition.name, place)
  if (definition.mac !== undefined) file.entry('PermanentMACAddress', definition.mac, place)
  if (definition.driver !== undefined) file.entry('Driver', definition.driver, place)
  file.section('Link', place)
  write(linkKeys.mtu, of(linkWords.mtu))
  const mac = of(linkWords.mac)
  if (mac !== undefined && /^(?:permanent|preserve)$/.test(textOf(mac)))
    collector.withoutEffect(mac.place, 'the address of the card stays')
  else write(linkKeys.mac, mac)
  const optional = of(linkWords.optional)
  if (optional !== undefined && booleanOf(optional, collector) === true)
    file.entry(linkKeys.online, 'no', optional.place)
  const activation = of('activation-mode')
  if (activation !== undefined)
    file.entry(linkKeys.activation, textOf(activation) === 'off' ? 'always-down' : 'manual', activation.place)
  if (!isOurKind(kind) && isPhysical(definition))
    collector.unknown(place, `multihome does not configure ${kind} links; it can route over one`)
  file.section('Network', place)
  writeNetwork(definition, context, file)
  writeAddressOptions(definition, file, collector)
  const vrfTable = kind === 'vrf' ? of(virtualLinkWords.table) : undefined
  for (const route of distinctTexts(itemsOf(of('routes'), collector)))
    writeRoute(route, vrfTable, definition, file, collector)
  for (const rule of distinctTexts(itemsOf(of('routing-policy'), collector)))
    writeRule(rule, vrfTable, file, collector)
  writeLeases(definition, file, collector)
  return file
}

function writeNetwork(
  definition: Definition,
  { memberships, vlans, primaries, collector }: Context,
  file: GeneratedFile,
): void {
  const { node, place, id } = definition
  const of = (key: string): YamlNode | undefined => node.entries.get(key)
  const writeAll = (key: string, nodes: readonly YamlNode[]): void => {
    for (const one of nodes) file.entry(key, textOf(one), one.place)
  }
  const [dhcp4, dhcp6] = [of(linkWords.dhcp4), of(linkWords.dhcp6)]
  const [has4, has6] = [booleanOf(dhcp4, collector) === true, booleanOf(dhcp6, collector) === true]
  if (has4 || has6)
    file.entry(
      networkKeys.dhcp,
      has4 ? (has6 ? dhcpWords.both : dhcpWords.inet) : dhcpWords.inet6,
      (has4 ? dhcp4 : dhcp6)?.place ?? place,
    )
  const membership = memberships.get(id)
  const isPort = membership !== undefined && membership.master.kind !== 'vrf'
  const written = of('link-local')
  const linkLocal = written === undefined ? ['ipv6'] : itemsOf(written, collector).map(textOf)
  const families = ['ipv4', 'ipv6'].filter((one) => !isPort && linkLocal.includes(one))
  file.entry(
    networkKeys.linkLocal,
    families.length === 2 ? 'yes' : (families[0] ?? 'no'),
    written?.place ?? place,
  )
  const addresses = distinctTexts(
    itemsOf(of(linkWords.addresses), collector).filter((one) => one.kind === 'scalar'),
  )
  writeAll(networkKeys.address, byFamily(addresses))
  const acceptRa = of(linkWords.acceptRa)
  const accepts = booleanOf(acceptRa, collector)
  if (accepts !== undefined)
    file.entry(networkKeys.acceptRa, accepts ? 'yes' : 'no', acceptRa?.place ?? place)
  const privacy = of('ipv6-privacy')
  if (booleanOf(privacy, collector) === true)
    file.entry('IPv6PrivacyExtensions', 'yes', privacy?.place ?? place)
  for (const [key, version] of [
    ['gateway4', 'inet'],
    ['gateway6', 'inet6'],
  ] as const) {
    const gateway = of(key)
    if (gateway === undefined) continue
    if (parseAddress(textOf(gateway))?.family === version)
      file.entry(routeKeys.via, textOf(gateway), gateway.place, gateway.comment)
    else
      collector.unknown(
        gateway.place,
        'the gateway is no address of its family, and netplan refuses the file',
      )
  }
  const nameservers = mapOf(of(linkWords.nameservers), collector)
  for (const [key, { place: at }] of nameservers)
    if (!Object.values<string>(nameserverWords).includes(key))
      collector.unknown(at, 'netplan knows no such key here')
  writeAll(
    networkKeys.dns,
    byFamily(distinctTexts(itemsOf(nameservers.get(nameserverWords.addresses), collector))),
  )
  writeAll(networkKeys.search, distinctTexts(itemsOf(nameservers.get(nameserverWords.search), collector)))
  const mtu6 = of('ipv6-mtu')
  if (mtu6 !== undefined) file.entry('IPv6MTUBytes', textOf(mtu6), mtu6.place)
  if (definition.isElsewhere) file.entry(networkKeys.keep, 'yes', place)
  if (membership !== undefined && membership.master.kind in sections) {
    const { master } = membership
    if (master.kind === 'bond' || master.kind === 'bridge' || master.kind === 'vrf')
      file.entry(sections[master.kind], master.id, membership.place)
  }
  const primary = primaries.get(id)
  if (primary !== undefined) file.entry(networkKeys.primary, 'yes', primary)
  for (const vlan of vlans.get(id) ?? []) file.entry(networkKeys.vlan, vlan.id, vlan.place)
  const manager = of(linkWords.manager)
  if (manager !== undefined) collector.withoutEffect(manager.place, 'the renderer of the link is networkd')
}

/** netplan writes those of IPv4 first. */
export const byFamily = (nodes: readonly YamlNode[]): readonly YamlNode[] => [
  ...nodes.filter((one) => !textOf(one).includes(':')),
  ...nodes.filter((one) => textOf(one).includes(':')),
]

function writeAddressOptions({ node }: Definition, file: GeneratedFile, collector: Collector): void {
  for (const item of itemsOf(node.entries.get(linkWords.addresses), collector)) {
    if (item.kind !== 'map') continue
    for (const [address, written] of item.entries) {
      file.section('Address', written.place, written.comment)
      file.entry(networkKeys.address, address, written.place)
      for (const [key, option] of mapOf(written, collector)) {
        if (key === 'lifetime') file.entry('PreferredLifetime', textOf(option), option.place)
        else if (key === 'label') file.entry('Label', textOf(option), option.place)
        else collector.unknown(option.place, 'netplan knows lifetime and label of an address')
      }
    }
  }
}

/** netplan's words that networkd has under another name. */
const transportEntries: Readonly<Record<(typeof transportKeys)[number], string>> = {
  'congestion-window': 'InitialCongestionWindow',
  'advertised-receive-window': 'InitialAdvertisedReceiveWindow',
  'advertised-mss': 'TCPAdvertisedMaximumSegmentSize',
}

const routeEntries: Readonly<Record<string, string>> = {
  [routeWords.via]: routeKeys.via,
  [routeWords.prefsrc]: routeKeys.prefsrc,
  [routeWords.metric]: routeKeys.metric,
  [routeWords.mtu]: routeKeys.mtu,
  ...transportEntries,
}

function writeRoute(
  item: YamlNode,
  vrfTable: YamlNode | undefined,
  { isElsewhere }: Definition,
  file: GeneratedFile,
  collector: Collector,
): void {
  const entries = mapOf(item, collector)
  const problem = routeProblem(entries)
  if (problem !== undefined) {
    collector.unknown(item.place, problem)
    return
  }
  const of = (key: string): YamlNode | undefined => entries.get(key)
  const at = (key: string): Place => of(key)?.place ?? item.place
  const type = textOf(of(routeWords.type)).toLowerCase()
  file.section('Route', item.place, commentOf(item, entries))
  file.entry(routeKeys.dst, destinationOf(entries), at(routeWords.dst))
  if (type !== '' && type !== 'unicast') file.entry(routeKeys.type, type, at(routeWords.type))
  const scope = textOf(of(routeWords.scope)).toLowerCase()
  if (scope !== '') file.entry(routeKeys.scope, scope, at(routeWords.scope))
  for (const [key, value] of entries) {
    const word = Object.hasOwn(routeEntries, key) ? routeEntries[key] : undefined
    if (word !== undefined) file.entry(word, textOf(value), value.place)
  }
  reportUnknownKeys('route', entries, collector)
  const onlink = booleanOf(of(routeWords.onlink), collector)
  if (onlink === true) file.entry(routeKeys.onlink, 'yes', at(routeWords.onlink))
  else if (isElsewhere) file.entry(routeKeys.onlink, 'no', item.place)
  writeTable(routeKeys.table, of(routeWords.table), vrfTable, item.place, file, collector)
}

/** 0 is no table, and a VRF has its own (adopt_and_validate_vrf_routes). */
function writeTable(
  key: string,
  written: YamlNode | undefined,
  vrfTable: YamlNode | undefined,
  place: Place,
  file: GeneratedFile,
  collector: Collector,
): void {
  const text = written === undefined || /^0+$/.test(textOf(written)) ? undefined : textOf(written)
  if (vrfTable !== undefined && text !== undefined && text !== textOf(vrfTable))
    collector.unknown(
      written?.place ?? place,
      'the table is not that of the VRF, and netplan refuses the file',
    )
  const table = text ?? (vrfTable === undefined ? undefined : textOf(vrfTable))
  if (table !== undefined && !/^\d+$/.test(table))
    collector.unknown(written?.place ?? place, 'netplan knows tables by number only, and refuses the file')
  else if (table !== undefined) file.entry(key, table, written?.place ?? place)
}

const ruleEntries: Readonly<Record<string, string>> = {
  [ruleWords.from]: selectorKeys.from,
  [ruleWords.to]: selectorKeys.to,
  [ruleWords.fwmark]: selectorKeys.fwmark,
  [ruleWords.tos]: selectorKeys.tos,
  [ruleWords.pref]: ruleKeys.pref,
}

function writeRule(
  item: YamlNode,
  vrfTable: YamlNode | undefined,
  file: GeneratedFile,
  collector: Collector,
): void {
  const entries = mapOf(item, collector)
  const problem = ruleProblem(entries)
  if (problem !== undefined) {
    collector.unknown(item.place, problem)
    return
  }
  file.section('RoutingPolicyRule', item.place, commentOf(item, entries))
  reportUnknownKeys('rule', entries, collector)
  for (const [key, value] of entries) {
    const word = Object.hasOwn(ruleEntries, key) ? ruleEntries[key] : undefined
    // 0 is no mark to netplan.
    if (word !== undefined && (key !== ruleWords.fwmark || textOf(value) !== '0'))
      file.entry(word, textOf(value), value.place)
  }
  writeTable(ruleKeys.table, entries.get(ruleWords.table), vrfTable, item.place, file, collector)
}

/** Of a lease without `route-metric`; that of Wi-Fi is 600. */
const LEASE_METRIC = '100'

const overrideEntries: Readonly<Record<string, string>> = {
  [overrideWords.metric]: leaseKeys.metric,
  [overrideWords.routes]: leaseKeys.routes,
  [overrideWords.dns]: leaseKeys.useDns,
  [overrideWords.mtu]: 'UseMTU',
  'use-domains': 'UseDomains',
  'use-ntp': 'UseNTP',
  'use-hostname': 'UseHostname',
  'send-hostname': 'SendHostname',
  hostname: 'Hostname',
}

const advertisementEntries: Readonly<Record<string, string>> = {
  [overrideWords.dns]: leaseKeys.useDns,
  [overrideWords.table]: leaseKeys.table,
  'use-domains': 'UseDomains',
}

/** [DHCP] is for both clients, and its metric for advertised routes as well. */
function writeLeases({ node, kind, place }: Definition, file: GeneratedFile, collector: Collector): void {
  const of = (key: string): YamlNode | undefined => node.entries.get(key)
  const has = (key: string): boolean => textIsTrue(of(key))
  const [has4, has6] = [has(linkWords.dhcp4), has(linkWords.dhcp6)]
  const writeOverrides = (
    entries: ReadonlyMap<string, YamlNode>,
    words: Readonly<Record<string, string>>,
  ): void => {
    for (const [key, value] of entries) {
      const word = Object.hasOwn(words, key) ? words[key] : undefined
      if (word === undefined)
        collector.unknown(value.place, `netplan knows no \`${key}\` here, and refuses the file`)
      else file.entry(word, networkdValue(textOf(value)), value.place)
    }
  }
  if (has4 || has6) {
    const [own4, own6] = [of(linkWords.dhcp4Overrides), of(linkWords.dhcp6Overrides)]
    const counting = mapOf(has4 ? own4 : own6, collector)
    const other = mapOf(has6 ? own6 : undefined, collector)
    if (has4 && has6) reportDifferences(counting, other, collector)
    const at = of(has4 ? linkWords.dhcp4 : linkWords.dhcp6)?.place ?? place
    file.section('DHCP', at)
    if (!counting.has(overrideWords.metric))
      file.entry(leaseKeys.metric, kind === 'wifi' ? '600' : LEASE_METRIC, at)
    writeOverrides(counting, overrideEntries)
  }
  const advertised = mapOf(of(linkWords.raOverrides), collector)
  if (advertised.size === 0) return
  file.section('IPv6AcceptRA', of(linkWords.raOverrides)?.place ?? place)
  writeOverrides(advertised, advertisementEntries)
}

const textIsTrue = (node: YamlNode | undefined): boolean =>
  node !== undefined && /^(?:true|on|yes|y)$/i.test(textOf(node))

/** `on` and `y` are booleans of netplan, and not all words are of networkd. */
const networkdValue = (text: string): string =>
  /^(?:true|on|yes|y)$/i.test(text) ? 'yes' : /^(?:false|off|no|n)$/i.test(text) ? 'no' : text

/** combine_dhcp_overrides(). */
function reportDifferences(
  a: ReadonlyMap<string, YamlNode>,
  b: ReadonlyMap<string, YamlNode>,
  collector: Collector,
): void {
  for (const [key, { place }] of new Map([...a, ...b, ...a]))
    if (networkdValue(textOf(a.get(key))) !== networkdValue(textOf(b.get(key))))
      collector.unknown(
        place,
        `with networkd ${key} must be the same in both overrides, and netplan refuses the file`,
      )
}
