// What systemd-networkd makes of its files: for networkd, and for netplan, which generates them.
import type { Collector } from '../../../found/collector.js'
import type { FoundLink } from '../../../found/found.js'
import type { InputFiles } from '../../../found/reader.js'
import { families, type Family } from '../../../kernel/family.js'
import { isLinkName, loopback, type LinkName } from '../../../kernel/link.js'
import { forwardingSysctls } from '../../../kernel/sysctl.js'
import { RT_TABLE_MAIN, type TableId } from '../../../kernel/table.js'
import { movedNetwork } from '../moved-network.js'
import { confKeys } from './keys.js'
import { readCards, type Cards } from '../read/cards.js'
import { readLinkFiles, type LinkFile } from './read/link-files.js'
import { exactNames, matchedLinks, readMatch, type Match } from './read/match.js'
import { readNetdev, virtualOf, type Netdev } from './read/netdev.js'
import { readNetwork, type NetworkSettings } from './read/network.js'
import { routeOn } from './read/routes.js'
import { collectRules, type UnitRule } from './read/rules.js'
import {
  ignoredKeys,
  readEntries,
  unitFiles,
  type SectionWords,
  type Unit,
  type UnitSection,
} from './read/units.js'
import { isTableName, parseBoolean, parseNumber } from './read/values.js'

/** systemd.network(5): of DHCPv4, and of an advertisement of medium preference. */
const LEASE_METRIC = 1024

/** Adds what networkd configures by the files; `generated`: the paths of those that netplan writes at boot. */
export function readNetworkd(files: InputFiles, collector: Collector, generated?: ReadonlySet<string>): void {
  const units = unitFiles(files, collector, generated)
  const { tables, forwards6 } = readConf(units.conf, collector)
  const netdevs = units.unitsOf('.netdev').flatMap((unit) => {
    const netdev = unit.hasFile ? readNetdev(unit, tables, collector) : undefined
    if (!unit.hasFile) reportOrphan(unit, collector)
    return netdev ?? []
  })
  const linkFiles = readLinkFiles(units, collector)
  const cards = readCards(files)
  const networks = units
    .unitsOf('.network')
    .filter((unit) => !isOfSystemd(unit, collector))
    .map((unit) => ({ unit, match: matchOf(unit, collector) }))
  const assigned = assignLinks(networks, netdevs, linkFiles, cards, collector)
  const netdevOf = new Map(netdevs.map((netdev) => [netdev.name, netdev]))
  const vrfTables = new Map(
    netdevs.flatMap(({ name, virtual }) =>
      virtual?.kind === 'vrf' && virtual.table !== undefined ? [[name, virtual.table] as const] : [],
    ),
  )
  const rules: UnitRule[] = []
  const lower = new Map<LinkName, Lower>()
  const lowerOf = (name: LinkName): Lower => {
    const known = lower.get(name) ?? { members: [] }
    lower.set(name, known)
    return known
  }
  for (const { match, unit, names } of assigned) {
    const settings = readNetwork(unit, tables, collector)
    for (const rule of settings.rules) rules.push({ unit: unit.name, rule })
    for (const sysctl of settings.hostSysctls) collector.sysctl(sysctl)
    for (const name of names) {
      for (const vlan of settings.vlans) lowerOf(vlan).parent ??= name
      if (settings.master !== undefined) {
        const of = lowerOf(settings.master.link)
        of.members.push(name)
        if (settings.isPrimary) of.primary = name
      }
      const netdev = netdevOf.get(name)
      applyNetwork(name, settings, { match, unit, netdev, vrfTables, forwards6 }, collector)
    }
  }
  for (const netdev of netdevs) {
    const link = collector.link(netdev.name, netdev.place)
    if (link === undefined) continue
    if (netdev.comment !== undefined) link.comment ??= netdev.comment
    const virtual = virtualOf(netdev, lower.get(netdev.name) ?? { members: [] }, collector)
    link.managed = virtual !== undefined
    if (virtual !== undefined) link.virtual = virtual
    addHardware(link, netdev)
  }
  const linkOf = new Map<string, FoundLink>(collector.found().links.map((link) => [link.name, link]))
  for (const { name, macs, mac, mtu, place } of linkFiles) {
    const names = name === undefined ? macs.flatMap((each) => cards.nameOf.get(each) ?? []) : [name]
    if (names.length === 0 && (mac !== undefined || mtu !== undefined))
      collector.unknown(place, 'the file sets the MTU or the MAC address of a link whose name is not known')
    for (const each of names) {
      const link = linkOf.get(each)
      if (link !== undefined) addHardware(link, { mac, mtu })
    }
  }
  collectRules(rules, collector)
}

/** Files that systemd brings along, for links of containers, virtual machines and Wi-Fi. */
const OF_SYSTEMD =
  /^\/(?:usr\/)?lib\/systemd\/network\/80-(?:6rd-tunnel|auto-link-local|container-[^/]+|iwd|namespace-[^/]+|vm-[^/]+|wifi-[^/]+)\.network$/

function isOfSystemd({ place }: Unit, collector: Collector): boolean {
  const isIt = OF_SYSTEMD.test(place.file)
  if (isIt) collector.withoutEffect(place, 'systemd brings it along, for links that other programs make')
  return isIt
}

interface Lower {
  parent?: LinkName
  readonly members: LinkName[]
  primary?: LinkName
}

const reportOrphan = ({ name, place }: Unit, collector: Collector): void =>
  collector.unknown(place, `networkd reads the drop-in only beside ${name}, which is not among the files`)

/** networkd.conf(5). */
function readConf(
  sections: readonly UnitSection[],
  collector: Collector,
): { readonly tables: ReadonlyMap<string, TableId>; readonly forwards6: boolean } {
  const tables = new Map<string, TableId>()
  let forwards6 = false
  const forwarding =
    (family: Family) =>
    (text: string, { place, comment }: UnitSection['entries'][number]): string | undefined => {
      const isOn = parseBoolean(text)
      if (isOn === undefined) return text === '' ? undefined : 'the value is neither yes nor no'
      collector.sysctl({
        key: forwardingSysctls[family],
        value: isOn ? '1' : '0',
        place,
        ...(comment === undefined ? {} : { comment }),
      })
      if (family === 'inet6') forwards6 = isOn
      return undefined
    }
  const OTHERS = 'it is about what other programs have added'
  const network: SectionWords = {
    handlers: {
      [confKeys.table]: (text, { place, comment }) => {
        for (const word of text.split(/\s+/)) {
          if (word === '') continue
          const [, name = '', number = ''] = /^(.+):(\w+)$/.exec(word) ?? []
          const id = parseNumber(number, 1, 0x7fffffff)
          if (id === undefined || !isTableName(name)) return 'a table is NAME:NUMBER'
          tables.set(name, id)
          // rt_tables may have said it already.
          if (collector.tableOf(name) !== id)
            collector.table({ id, name, place, ...(comment === undefined ? {} : { comment }) })
        }
        return undefined
      },
      IPv4Forwarding: forwarding('inet'),
      IPv6Forwarding: forwarding('inet6'),
    },
    ignored: {
      ...ignoredKeys(OTHERS, confKeys.foreignRules, confKeys.foreignRoutes, confKeys.foreignNexthops),
      ...ignoredKeys(
        'it chooses no route',
        ...['SpeedMeter', 'SpeedMeterIntervalSec', 'UseDomains', 'IPv6PrivacyExtensions', 'PersistLeases'],
      ),
    },
  }
  const clients = new Set(['DHCP', 'DHCPv4', 'DHCPv6', 'DHCPServer', 'IPv6AcceptRA', 'IPv6AddressLabel'])
  for (const section of sections) {
    if (section.name === 'Network') readEntries(section, network, collector)
    else if (clients.has(section.name))
      collector.withoutEffect(section.place, 'it is about clients and servers')
    else collector.unknown(section.place, `nothing is known of [${section.name}] in networkd.conf`)
  }
  return { tables, forwards6 }
}

function addHardware(link: FoundLink, { mac, mtu }: { readonly mac?: string; readonly mtu?: number }): void {
  if (mac !== undefined) link.mac ??= mac
  if (mtu !== undefined) link.mtu ??= mtu
}

/** Of a drop-in that multihome has written beside another program's file. */
const OUR_NAME = /^10-(?:netplan-)?(.+)\.network$/

function matchOf(unit: Unit, collector: Collector): Match | undefined {
  if (unit.hasFile) {
    const match = readMatch(unit, collector)
    if (match === undefined)
      collector.unknown(unit.place, 'the file has no [Match] that names a link, and networkd ignores it')
    return match
  }
  const name = OUR_NAME.exec(unit.name)?.[1]
  if (unit.isOurs && name !== undefined && isLinkName(name))
    return { place: unit.place, names: [name], isInverted: false, macs: [], others: [] }
  reportOrphan(unit, collector)
  return undefined
}

interface Assigned {
  readonly unit: Unit
  readonly match: Match
  readonly names: readonly LinkName[]
}

/** The first file that matches a link is the only one for it. */
function assignLinks(
  networks: readonly { readonly unit: Unit; readonly match: Match | undefined }[],
  netdevs: readonly Netdev[],
  linkFiles: readonly LinkFile[],
  cards: Cards,
  collector: Collector,
): readonly Assigned[] {
  const known = new Set<string>([...collector.soFar.links.map(({ name }) => name), ...(cards.names ?? [])])
  for (const { name } of [...netdevs, ...linkFiles]) if (name !== undefined) known.add(name)
  for (const { match, unit } of networks) {
    for (const name of match === undefined ? [] : exactNames(match)) known.add(name)
    for (const name of mentioned(unit)) known.add(name)
  }
  const fileOf = new Map<string, string>()
  return networks.flatMap(({ unit, match }): readonly Assigned[] => {
    if (match === undefined) return []
    const matched = matchedLinks(match, known, cards)
    for (const { place } of match.names.length > 0 ? match.others : [])
      collector.withoutEffect(place, 'the name decides which link it is')
    const names = matched.filter((name) => !fileOf.has(name))
    reportUnmatched(match, { matched, names, fileOf, cards }, collector)
    if (names.length === 0) return []
    for (const name of names) fileOf.set(name, unit.name)
    const valid = names.flatMap((name): readonly LinkName[] => {
      if (name === loopback) return [loopback]
      const link = collector.link(name, match.place)
      return link === undefined ? [] : [link.name]
    })
    return valid.length === 0 ? [] : [{ unit, match, names: valid }]
  })
}

/** Reports links that a file may be for and that nothing names, and a file that is for none. */
function reportUnmatched(
  match: Match,
  links: {
    readonly matched: readonly string[]
    /** Of them, those that no earlier file is for. */
    readonly names: readonly string[]
    readonly fileOf: ReadonlyMap<string, string>
    readonly cards: Cards
  },
  collector: Collector,
): void {
  const { matched, names, fileOf, cards } = links
  const [first = ''] = matched
  const isComplete = cards.names !== undefined && (match.names.length > 0 || match.macs.length > 0)
  const isOpen = !isComplete && exactNames(match).length < Math.max(match.names.length, 1)
  if (matched.length === 0 && isComplete)
    collector.withoutEffect(match.place, 'no link of the host matches it')
  else if (matched.length === 0)
    collector.unknown(
      match.place,
      'the files name no link that it matches, so the file is not read: name the link',
    )
  else if (isOpen && match.names.length > 0)
    collector.unknown(
      match.place,
      names.length === 0
        ? 'the files name no further link that it may match, so the file is not read: name the link'
        : `it is read for ${names.join(', ')}, and may match links that no file names: name each link`,
    )
  else if (names.length === 0)
    collector.withoutEffect(match.place, `${fileOf.get(first) ?? ''} is read first for the same link`)
}

const MENTIONS = new Set(['VLAN', 'Bond', 'Bridge', 'VRF', 'IncomingInterface', 'OutgoingInterface'])

/** Names of links in other keys, for the patterns of [Match]. */
const mentioned = ({ sections }: Unit): readonly string[] =>
  sections.flatMap(({ entries }) =>
    entries.flatMap(({ key, value }) =>
      MENTIONS.has(key)
        ? value.split(/\s+/)
        : key === 'MultiPathRoute'
          ? [/@(\S+)/.exec(value)?.[1] ?? '']
          : [],
    ),
  )

interface Context {
  readonly unit: Unit
  readonly match: Match
  readonly netdev: Netdev | undefined
  readonly vrfTables: ReadonlyMap<LinkName, TableId>
  readonly forwards6: boolean
}

function applyNetwork(
  name: LinkName,
  settings: NetworkSettings,
  context: Context,
  collector: Collector,
): void {
  const { match, unit, netdev, vrfTables } = context
  if (settings.isUnmanaged) return
  const { master, addresses } = settings
  const table = (master?.kind === 'vrf' ? vrfTables.get(master.link) : undefined) ?? RT_TABLE_MAIN
  for (const { keyOf, ...sysctl } of settings.sysctls) collector.sysctl({ ...sysctl, key: keyOf(name) })
  for (const draft of settings.routes)
    collector.route(routeOn(draft, { name, table, hasAddresses: addresses.length > 0 }))
  if (name === loopback && addresses.length === 0) return
  const link = collector.link(name, match.place)
  if (link === undefined) return
  if (match.comment !== undefined) link.comment ??= match.comment
  const isOfOthers = settings.keeps && addresses.length + settings.dhcp.length === 0
  link.managed = unit.hasFile && !isOfOthers
  for (const address of addresses) link.addresses.push(address)
  for (const server of settings.servers) link.nameservers.push(server)
  for (const domain of settings.search) link.search.push(domain)
  if (settings.isOptional && link.managed) link.optional = true
  if (settings.mac !== undefined) link.mac = settings.mac
  if (settings.mtu !== undefined) link.mtu = settings.mtu
  if (link.managed) applyLease(link, settings, { table, netdev, forwards6: context.forwards6 }, collector)
}

function applyLease(
  link: FoundLink,
  settings: NetworkSettings,
  { table, netdev, forwards6 }: { table: TableId; netdev: Netdev | undefined; forwards6: boolean },
  collector: Collector,
): void {
  const { lease, dhcp, master } = settings
  // Neither a port of a bond or a bridge, nor a tunnel, nor a VRF has IPv6 of its own (link_ipv6ll_enabled).
  const isPort = master?.kind === 'bond' || master?.kind === 'bridge'
  const isOther = netdev !== undefined && (netdev.virtual === undefined || netdev.virtual.kind === 'vrf')
  const has6 =
    (settings.hasLinkLocal6 ?? !isPort) && master?.kind !== 'bond' && !isOther && link.name !== loopback
  // By default a host that forwards IPv6 ignores advertisements.
  const acceptRa = has6 && (settings.acceptRa ?? !(settings.forwards6 || forwards6))
  link.dhcp4 = dhcp.includes('inet')
  link.acceptRa = acceptRa
  if (acceptRa && !settings.mentionsRa) link.isRaDefault = true
  // Without advertisements the client starts only by WithoutRA=.
  link.dhcp6 =
    (dhcp.includes('inet6') && (acceptRa || lease.withoutRa === true)) || (acceptRa && lease.client6 === true)
  if (link.dhcp4)
    link.leases.inet = {
      isDefault: lease.gateway4 ?? lease.routes4 ?? true,
      metric: lease.metric4 ?? LEASE_METRIC,
      table: lease.table4 ?? table,
    }
  if (link.dhcp6 || acceptRa)
    link.leases.inet6 = {
      isDefault: acceptRa && (lease.gateway6 ?? true),
      metric: lease.metric6 ?? LEASE_METRIC,
      table: lease.table6 ?? table,
    }
  // Of our own files tracker.conf has it, and the tracker keeps the network of the lease in main too.
  for (const family of families) {
    const routes = link.leases[family]
    const place = family === 'inet' ? lease.tablePlace4 : lease.tablePlace6
    if (routes === undefined || place === undefined || routes.table === table || collector.found().isOurs)
      continue
    collector.unknown(place, movedNetwork('it', 'the network of the lease', routes.table, link.name))
    if (routes.isDefault)
      collector.dynamicTable({
        place,
        table: {
          link: link.name,
          table: routes.table,
          families: [family],
          routers: [family],
          installedIn: 'table',
          replies: [],
        },
      })
  }
}
