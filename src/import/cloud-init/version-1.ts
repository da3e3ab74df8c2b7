// Version 1 of cloud-init's network configuration, in the words of version 2 (cloudinit/net/netplan.py).
import type { Collector } from '../../found/collector.js'
import type { Place } from '../../found/found.js'
import { parseAddress } from '../../kernel/address.js'
import { anyPrefix, containsAddress, formatPrefix, networkOf, type Prefix } from '../../kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { bondModes, lacpRates } from '../../kernel/virtual-link.js'
import { maskLength } from '../../syntax/netmask.js'
import {
  bondWords,
  bridgeWords,
  kindSections,
  linkWords,
  nameserverWords,
  overrideWords,
  routeWords,
  virtualLinkWords,
} from '../../targets/netplan/keys.js'
import { textOf } from '../../targets/netplan/read/definitions.js'
import type { YamlMap, YamlNode } from '../../targets/netplan/read/yaml.js'

const scalar = (text: string, { place, comment }: Pick<YamlNode, 'place' | 'comment'>): YamlNode => ({
  kind: 'scalar',
  text,
  place,
  ...(comment === undefined ? {} : { comment }),
})

const list = (items: readonly YamlNode[], place: Place): YamlNode => ({ kind: 'list', items, place })

/** Keys without a value are left out. */
const map = (
  entries: readonly (readonly [string, YamlNode | undefined])[],
  { place, comment }: Pick<YamlNode, 'place' | 'comment'>,
): YamlMap => ({
  kind: 'map',
  place,
  ...(comment === undefined ? {} : { comment }),
  entries: new Map(entries.flatMap(([key, node]) => (node === undefined ? [] : [[key, node] as const]))),
})

/** Entries of `config`. */
function commandsOf(network: YamlMap, collector: Collector): readonly YamlMap[] {
  const config = network.entries.get('config')
  if (config?.kind !== 'list') {
    collector.unknown(config?.place ?? network.place, 'version 1 has a list `config`')
    return []
  }
  return config.items.flatMap((item) => {
    if (item.kind === 'map') return [item]
    collector.unknown(item.place, 'an item of `config` is a mapping')
    return []
  })
}

const word = (node: YamlMap, key: string): string => textOf(node.entries.get(key) ?? scalar('', node))

interface Draft {
  readonly section: string
  readonly command: YamlMap
  readonly entries: (readonly [string, YamlNode | undefined])[]
  readonly hasServers: boolean
  readonly hasAddresses: boolean
}

/** The mapping `network` of version 2. */
export function versionTwo(network: YamlMap, collector: Collector): YamlMap {
  const drafts = new Map<string, Draft>()
  const servers: YamlNode[] = []
  const search: YamlNode[] = []
  const perLink = new Map<string, { readonly servers: YamlNode[]; readonly search: YamlNode[] }>()
  const commands = commandsOf(network, collector)
  for (const key of network.entries.keys())
    if (key !== 'config' && key !== 'version')
      collector.unknown(network.entries.get(key)?.place ?? network.place, 'version 1 has `config` alone')
  for (const command of commands) {
    const type = word(command, 'type')
    const name = word(command, 'name')
    if (type === 'nameserver') {
      const link = word(command, 'interface')
      const own = link === '' ? { servers, search } : (perLink.get(link) ?? { servers: [], search: [] })
      if (link !== '') perLink.set(link, own)
      for (const server of wordsOf(command.entries.get('address'))) own.servers.push(server)
      for (const domain of wordsOf(command.entries.get('search'))) own.search.push(domain)
    } else if (type === 'route') continue
    else if (type === 'loopback')
      collector.withoutEffect(command.place, 'the loopback is there without a configuration')
    else if (Object.hasOwn(sections, type)) drafts.set(name, draftOf(type, command, collector))
    else collector.unknown(command.place, `multihome does not create links of type ${type}`)
  }
  addMembers(drafts)
  const sectionNames = [...new Set([...drafts.values()].map(({ section }) => section))]
  return map(
    [
      ['version', scalar('2', network)],
      ...sectionNames.map((section): readonly [string, YamlNode] => [
        section,
        map(
          [...drafts].flatMap(([name, draft]) =>
            draft.section === section
              ? [[name, definitionOf(draft, perLink.get(name), { servers, search })] as const]
              : [],
          ),
          network,
        ),
      ]),
    ],
    network,
  )
}

/** Global name servers are those of each link with static addresses and none of its own. */
function definitionOf(
  { command, entries, hasServers, hasAddresses }: Draft,
  own: { readonly servers: readonly YamlNode[]; readonly search: readonly YamlNode[] } | undefined,
  global: { readonly servers: readonly YamlNode[]; readonly search: readonly YamlNode[] },
): YamlNode {
  const added = own ?? (hasServers || !hasAddresses ? undefined : global)
  const all = [...entries]
  if (added !== undefined && added.servers.length + added.search.length > 0)
    all.push([
      linkWords.nameservers,
      map(
        [
          [nameserverWords.addresses, list(added.servers, command.place)],
          [nameserverWords.search, list(added.search, command.place)],
        ],
        command,
      ),
    ])
  return map(all, command)
}

const sections: Readonly<Record<string, string>> = {
  physical: 'ethernets',
  bond: kindSections.bond,
  bridge: kindSections.bridge,
  vlan: kindSections.vlan,
}

/** Ports that have no entry of their own. */
function addMembers(drafts: Map<string, Draft>): void {
  for (const { command } of drafts.values())
    for (const key of ['bond_interfaces', 'bridge_interfaces'])
      for (const port of wordsOf(command.entries.get(key))) {
        const name = textOf(port)
        if (name === '' || drafts.has(name)) continue
        const empty = map([], port)
        drafts.set(name, {
          section: 'ethernets',
          command: empty,
          entries: [],
          hasServers: false,
          hasAddresses: false,
        })
      }
}

/** A list, or words in one text. */
const wordsOf = (node: YamlNode | undefined): readonly YamlNode[] => {
  if (node === undefined) return []
  if (node.kind === 'list') return node.items
  return textOf(node)
    .split(/[\s,]+/)
    .filter((one) => one !== '')
    .map((one) => scalar(one, node))
}

const commonKeys = ['type', 'name', 'subnets', 'mtu', 'mac_address', 'accept-ra', 'optional']
const quietKeys = ['wakeonlan', 'keep_configuration', 'config_id', 'id']
const ownKeys: Readonly<Record<string, readonly string[]>> = {
  physical: ['match'],
  bond: ['bond_interfaces', 'params'],
  bridge: ['bridge_interfaces', 'params'],
  vlan: ['vlan_id', 'vlan_link'],
}

function draftOf(type: string, command: YamlMap, collector: Collector): Draft {
  const of = (key: string): YamlNode | undefined => command.entries.get(key)
  for (const [key, { place }] of command.entries) {
    if (quietKeys.includes(key)) collector.withoutEffect(place, 'the key chooses no route')
    else if (!commonKeys.includes(key) && ownKeys[type]?.includes(key) !== true)
      collector.unknown(place, `nothing is known of \`${key}\` for a link of type ${type}`)
  }
  const mac = of('mac_address')
  const addresses = addressesOf(command, collector)
  const parameters = of('params')
  const entries: (readonly [string, YamlNode | undefined])[] = [
    ...(type === 'physical' && mac !== undefined
      ? ([
          ['match', map([['macaddress', mac]], mac)],
          ['set-name', scalar(word(command, 'name'), command)],
        ] as const)
      : [[linkWords.mac, mac] as const]),
    [linkWords.mtu, of('mtu')],
    [linkWords.acceptRa, of('accept-ra')],
    [linkWords.optional, of('optional')],
    ...addresses.entries,
  ]
  if (type === 'vlan')
    entries.push([virtualLinkWords.id, of('vlan_id')], [virtualLinkWords.link, of('vlan_link')])
  if (type === 'bond' || type === 'bridge') {
    const ports = wordsOf(of(`${type}_interfaces`))
    entries.push([virtualLinkWords.members, list(ports, command.place)])
    if (parameters?.kind === 'map')
      entries.push([virtualLinkWords.parameters, parametersOf(type, parameters, collector)])
  }
  return {
    section: sections[type] ?? '',
    command,
    entries,
    hasServers: addresses.hasServers,
    hasAddresses: addresses.hasAddresses,
  }
}

const parameterWords: Readonly<Record<string, string>> = {
  'bond-mode': bondWords.mode,
  'bond-miimon': bondWords.miimon,
  'bond-primary': bondWords.primary,
  'bond-lacp-rate': bondWords.lacpRate,
  'bond-xmit-hash-policy': bondWords.hashPolicy,
  'bridge-stp': bridgeWords.stp,
  'bridge-fd': bridgeWords.forwardDelay,
}

/** Of NET_CONFIG_TO_V2 in cloudinit/net/network_state.py. */
const quietParameters =
  /^(?:bond-(?:ad-select|all-slaves-active|arp-(?:all-targets|interval|ip-target|validate)|(?:down|up)delay|fail-over-mac|learn-packet-interval|min-links|num-grat-arp|packets-per-slave|primary-reselect)|bridge-(?:ageing|bridgeprio|gcint|hello|hw|maxage|maxwait|pathcost|portprio|waitport))$/

/** bonding.rst: each value has a number too. */
const bondNumbers: Readonly<Record<string, readonly string[]>> = {
  'bond-mode': bondModes,
  'bond-lacp-rate': lacpRates,
  'bond-xmit-hash-policy': ['layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4'],
}

function parametersOf(type: string, parameters: YamlMap, collector: Collector): YamlNode {
  const entries: (readonly [string, YamlNode])[] = []
  for (const [written, node] of parameters.entries) {
    const key = written.replaceAll('_', '-')
    const known =
      key.startsWith(`${type}-`) && Object.hasOwn(parameterWords, key) ? parameterWords[key] : undefined
    if (known === undefined) {
      if (quietParameters.test(key))
        collector.withoutEffect(node.place, `it is a detail of the ${type}, and chooses no route`)
      else collector.unknown(node.place, `cloud-init knows no \`${written}\` of a ${type}`)
      continue
    }
    const text = textOf(node)
    const named =
      Object.hasOwn(bondNumbers, key) && /^\d$/.test(text) ? bondNumbers[key]?.[Number(text)] : undefined
    const flag = key === 'bridge-stp' ? (/^(?:on|1|true|yes)$/i.test(text) ? 'true' : 'false') : undefined
    entries.push([known, scalar(named ?? flag ?? text, node)])
  }
  return map(entries, parameters)
}

interface Addresses {
  readonly entries: readonly (readonly [string, YamlNode | undefined])[]
  readonly hasServers: boolean
  readonly hasAddresses: boolean
}

/** IPV6_DYNAMIC_TYPES, and the words for DHCPv4. */
const clients: Readonly<Record<string, 'dhcp4' | 'dhcp6'>> = {
  dhcp: 'dhcp4',
  dhcp4: 'dhcp4',
  dhcp6: 'dhcp6',
  ipv6_slaac: 'dhcp6',
  'ipv6_dhcpv6-stateless': 'dhcp6',
  'ipv6_dhcpv6-stateful': 'dhcp6',
}

const subnetKeys = [
  ...['type', 'control', 'address', 'ip_address', 'netmask', 'prefix', 'broadcast', 'gateway', 'metric'],
  ...['dns_nameservers', 'dns_search', 'routes', 'mtu', 'ipv4', 'ipv6', 'scope', 'pointopoint'],
]

function addressesOf(command: YamlMap, collector: Collector): Addresses {
  const written = command.entries.get('subnets')
  const subnets = written?.kind === 'list' ? written.items : []
  const entries: (readonly [string, YamlNode | undefined])[] = []
  const addresses: YamlNode[] = []
  const routes: YamlNode[] = []
  const servers: YamlNode[] = []
  const search: YamlNode[] = []
  for (const subnet of subnets) {
    if (subnet.kind !== 'map') {
      collector.unknown(subnet.place, 'a subnet is a mapping')
      continue
    }
    const type = word(subnet, 'type')
    const metric = subnet.entries.get('metric')
    for (const [key, { place }] of subnet.entries)
      if (!subnetKeys.includes(key)) collector.unknown(place, `nothing is known of \`${key}\` of a subnet`)
    const control = word(subnet, 'control')
    if (/^(?:manual|off|hotplug)$/.test(control))
      collector.unknown(subnet.place, 'the link is not brought up at boot')
    const client = Object.hasOwn(clients, type) ? clients[type] : undefined
    if (client !== undefined) {
      entries.push([client, scalar('true', subnet)])
      if (metric !== undefined)
        entries.push([`${client}-overrides`, map([[overrideWords.metric, metric]], metric)])
    } else if (type === 'static' || type === 'static6') {
      const prefix = prefixOf(subnet, ['address', 'ip_address'])
      if (prefix === undefined) {
        collector.unknown(subnet.place, 'the subnet has no address with a mask')
        continue
      }
      addresses.push(scalar(formatPrefix(prefix), subnet))
      for (const route of routesOf(subnet, prefix, metric, collector)) routes.push(route)
      for (const server of wordsOf(subnet.entries.get('dns_nameservers'))) servers.push(server)
      for (const domain of wordsOf(subnet.entries.get('dns_search'))) search.push(domain)
      const mtu = subnet.entries.get('mtu')
      if (mtu !== undefined) entries.push([prefix.family === 'inet' ? linkWords.mtu : 'ipv6-mtu', mtu])
    } else if (type !== 'manual')
      collector.unknown(subnet.place, `nothing is known of subnets of type ${type}`)
  }
  const nameservers = map(
    [
      [nameserverWords.addresses, list(servers, command.place)],
      [nameserverWords.search, list(search, command.place)],
    ],
    command,
  )
  const hasServers = servers.length + search.length > 0
  return {
    entries: [
      ...entries,
      [linkWords.addresses, list(addresses, command.place)],
      ['routes', list(routes, command.place)],
      ...(hasServers ? [[linkWords.nameservers, nameservers] as const] : []),
    ],
    hasServers,
    hasAddresses: addresses.length > 0,
  }
}

/** With host bits; `ADDRESS/LENGTH`, `ADDRESS/MASK`, or the mask in a key of its own. By default 24 and 64 bits. */
function prefixOf(node: YamlMap, keys: readonly string[]): Prefix | undefined {
  const key = keys.find((one) => word(node, one) !== '')
  const written = key === undefined ? '' : word(node, key)
  if (written === 'default') return anyPrefix(word(node, 'gateway').includes(':') ? 'inet6' : 'inet')
  const [text = '', inline = ''] = written.split('/')
  const address = parseAddress(text)
  if (address === undefined) return undefined
  const { family } = address
  const mask = inline || word(node, 'prefix') || word(node, 'netmask')
  const length = mask === '' ? (family === 'inet' ? 24 : 64) : maskLength(mask, family)
  return length === undefined ? undefined : { family, address, length }
}

function routesOf(
  subnet: YamlMap,
  own: Prefix,
  metric: YamlNode | undefined,
  collector: Collector,
): readonly YamlNode[] {
  const found: YamlNode[] = []
  const gateway = subnet.entries.get('gateway')
  if (gateway !== undefined && textOf(gateway) !== '') {
    const via = parseAddress(textOf(gateway))
    // should_add_gateway_onlink_flag().
    const isFar = via !== undefined && !containsAddress(networkOf(own), via)
    found.push(
      map(
        [
          [routeWords.dst, scalar('default', gateway)],
          [routeWords.via, gateway],
          [routeWords.onlink, isFar ? scalar('true', gateway) : undefined],
          [routeWords.metric, metric],
        ],
        gateway,
      ),
    )
  }
  const written = subnet.entries.get('routes')
  for (const route of written?.kind === 'list' ? written.items : []) {
    const prefix = route.kind === 'map' ? prefixOf(route, ['network', 'destination']) : undefined
    if (route.kind !== 'map' || prefix === undefined) {
      collector.unknown(route.place, 'the route has no destination with a mask')
      continue
    }
    for (const [key, { place }] of route.entries)
      if (!routeKeys.includes(key))
        collector.unknown(place, `cloud-init does not pass \`${key}\` of a route on`)
    found.push(
      map(
        [
          [routeWords.dst, scalar(formatPrefix(networkOf(prefix)), route)],
          [routeWords.via, route.entries.get('gateway')],
          [routeWords.metric, route.entries.get('metric') ?? metric],
        ],
        route,
      ),
    )
  }
  return found
}

const routeKeys = ['type', 'network', 'destination', 'netmask', 'prefix', 'gateway', 'metric', 'id']

/** Items of type route: cloud-init passes them to ifupdown and ifcfg, where the kernel finds the link. */
export function globalRoutes(network: YamlMap, collector: Collector): void {
  const config = network.entries.get('config')
  for (const command of config?.kind === 'list' ? config.items : []) {
    if (command.kind !== 'map' || word(command, 'type') !== 'route') continue
    const prefix = prefixOf(command, ['destination', 'network'])
    const via = parseAddress(word(command, 'gateway'))
    const metric = word(command, 'metric')
    if (prefix === undefined || via === undefined || !/^\d{0,9}$/.test(metric)) {
      collector.unknown(command.place, 'the route needs a destination and a gateway')
      continue
    }
    for (const [key, { place }] of command.entries)
      if (!routeKeys.includes(key)) collector.unknown(place, `nothing is known of \`${key}\` of a route`)
    collector.route({
      place: command.place,
      ...(command.comment === undefined ? {} : { comment: command.comment }),
      family: prefix.family,
      type: 'unicast',
      dst: networkOf(prefix),
      table: RT_TABLE_MAIN,
      ...(metric === '' ? {} : { metric: Number(metric) }),
      nexthops: [{ via }],
    })
  }
}
