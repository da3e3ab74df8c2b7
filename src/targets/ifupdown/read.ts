// Reader of interfaces(5), as ifupdown, ifupdown2 and ifupdown-ng read it.
import type { Collector } from '../../found/collector.js'
import type { FoundAddress, FoundLink, Place } from '../../found/found.js'
import { addComment } from '../../found/own-comments.js'
import type { InputFiles, Reader } from '../../found/reader.js'
import { parseAddress } from '../../kernel/address.js'
import type { Family } from '../../kernel/family.js'
import { isLinkName, loopback, type LinkName } from '../../kernel/link.js'
import { parseMac } from '../../kernel/mac.js'
import { formatPrefix } from '../../kernel/prefix.js'
import { linkSysctl } from '../../kernel/sysctl.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { lowerLinks } from '../../kernel/virtual-link.js'
import { distinctBy, groupBy, groupPairs } from '../../stdlib/group-by.js'
import { optionKeys } from '../../syntax/interfaces.js'
import { acceptBySysctls } from '../shared/read/advertisements.js'
import { addGateways, readAddresses, type FoundGateway } from './read/addresses.js'
import { readHooks, readHookScripts } from './read/hooks.js'
import { integerOf, optionsOf, reportRest, type Options } from './read/options.js'
import { FOLDER, readStanzas, type Interfaces, type Stanza } from './read/stanzas.js'
import { dotted, lowerNames, readVirtualOptions } from './read/virtual-links.js'

export const ifupdownReader: Reader = {
  name: 'ifupdown',
  reads: (path) =>
    path.startsWith(`${FOLDER}interfaces`) ||
    path.startsWith('/run/network/interfaces.d/') ||
    (path.startsWith(FOLDER) && !path.includes('ifstate')),
  read(files, collector) {
    const interfaces = readStanzas(files, collector)
    if (interfaces.stanzas.length > 0) readLinks(files, interfaces, collector)
  },
}

/** What is known once all stanzas are read. */
interface Reading {
  readonly files: InputFiles
  readonly collector: Collector
  readonly gateways: FoundGateway[]
  /** Links that another program makes. */
  readonly foreign: Set<LinkName>
  /** Members that name their master. */
  readonly members: (readonly [master: string, member: LinkName])[]
  readonly links: Map<LinkName, FoundLink>
  /** Default routes of main by `gateway`, in ifupdown: a second one of a metric stops ifup. */
  readonly defaults: Map<number, Place>
  readonly isModern: boolean
}

function readLinks(files: InputFiles, interfaces: Interfaces, collector: Collector): void {
  const reading: Reading = {
    files,
    collector,
    gateways: [],
    foreign: new Set(),
    members: [],
    links: new Map(),
    defaults: new Map(),
    isModern: isModern(interfaces),
  }
  const selected = selectedStanzas(interfaces, collector)
  const read = selected.flatMap((stanza) => {
    const [name = ''] = stanza.name.split(':')
    const link = collector.link(name, stanza.place)
    if (link === undefined) return []
    reading.links.set(link.name, link)
    const [address] = stanza.options.filter(({ key }) => key === optionKeys.address)
    addComment(
      link,
      stanza.comment,
      stanza.name === name ? undefined : (address?.value.replace(/\/.*/, '') ?? stanza.name),
    )
    if (!interfaces.auto.has(stanza.name) && interfaces.hotplug.has(stanza.name)) link.optional = true
    return [{ stanza, link }]
  })
  const inBootOrder = bootOrder(read, interfaces)
  const stopped = new Set<LinkName>()
  const complete = inBootOrder.filter(({ stanza, link }) => {
    if (stopped.has(link.name)) collector.withoutEffect(stanza.place, STOPPED)
    else if (!readStanza(stanza, link, reading)) stopped.add(link.name)
    return !stopped.has(link.name)
  })
  readHookScripts(
    files,
    complete.map(({ stanza }) => stanza),
    collector,
  )
  for (const link of reading.links.values()) {
    link.managed = !reading.foreign.has(link.name)
    keepDistinct(link.addresses)
  }
  joinMembers(reading)
  addGateways(reading.gateways, collector)
  acceptBySysctls([...reading.links.values()], collector)
}

/** A script adds an address once for each stanza. */
function keepDistinct(addresses: FoundAddress[]): void {
  const distinct = distinctBy(addresses, ({ prefix }) => formatPrefix(prefix))
  addresses.length = 0
  for (const address of distinct) addresses.push(address)
}

/** Stanzas that the boot runs. Those of lo always are. */
function selectedStanzas(interfaces: Interfaces, collector: Collector): readonly Stanza[] {
  const { stanzas, auto, hotplug } = interfaces
  const isUp = ({ name }: Stanza): boolean => name === loopback || auto.has(name) || hotplug.has(name)
  const byName = groupBy(stanzas, ({ name }) => name)
  // A set is visited in the order of insertion, also what is added meanwhile.
  const needed = new Set(stanzas.filter(isUp).flatMap(lowerNames))
  for (const name of needed)
    for (const stanza of byName.get(name) ?? []) for (const lower of lowerNames(stanza)) needed.add(lower)
  return stanzas.filter((stanza) => {
    if (isUp(stanza)) return true
    const isNeeded = needed.has(stanza.name)
    if (isNeeded && (isModern(interfaces) || stanza.options.length === 0)) return true
    if (isNeeded)
      collector.unknown(
        stanza.place,
        'neither auto nor allow-hotplug names it: ifupdown sets the link up without it, ifupdown2 and ifupdown-ng with it',
      )
    else
      collector.withoutEffect(
        stanza.place,
        'neither auto nor allow-hotplug names it: the boot does not bring it up',
      )
    return false
  })
}

/**
 * ifupdown2 or ifupdown-ng read it. They bring up what a stanza needs, and go on after an error; ifupdown does neither.
 */
const isModern = ({ stanzas }: Interfaces): boolean => stanzas.some(({ family }) => family === undefined)

/** The order of rules without a priority depends on it. */
function bootOrder<T extends { readonly stanza: Stanza }>(
  read: readonly T[],
  { auto, hotplug }: Interfaces,
): readonly T[] {
  const order = new Map([loopback, ...auto, ...hotplug].toReversed().map((name, index) => [name, -index]))
  const rank = ({ stanza }: T): number => order.get(stanza.name) ?? 1
  return read.toSorted((a, b) => rank(a) - rank(b))
}

/** Methods whose links multihome does not make, and the options that are for the program that does. */
const foreignMethods: Readonly<Record<string, { readonly why: string; readonly keys: readonly string[] }>> = {
  ppp: {
    why: 'multihome starts no PPP; it can route over the link',
    keys: ['provider', 'unit', 'options'],
  },
  wvdial: { why: 'multihome starts no PPP; it can route over the link', keys: ['provider'] },
  tunnel: {
    why: 'multihome creates no tunnel; it can route over one',
    keys: ['mode', 'endpoint', 'dstaddr', 'local', 'ttl'],
  },
  v4tunnel: {
    why: 'multihome creates no tunnel; it can route over one',
    keys: ['endpoint', 'local', 'ttl'],
  },
  '6to4': { why: 'multihome creates no tunnel; it can route over one', keys: ['local', 'ttl'] },
}

const STOPPED = 'ifup stops before it, at the second default route of a metric'

/** Whether ifup comes to the end of it. */
function readStanza(stanza: Stanza, link: FoundLink, reading: Reading): boolean {
  const { collector } = reading
  const { method } = stanza
  const options = optionsOf(stanza)
  const { virtual, master, vrf } = readVirtualOptions(stanza, options, link, collector)
  if (virtual !== undefined) link.virtual = virtual
  for (const name of [master, vrf]) if (name !== undefined) reading.members.push([name, link.name])
  const isComplete = readMethod(stanza, options, link, reading, vrf)
  if (!isComplete)
    for (const { place } of options.take('up', optionKeys.postUp)) collector.withoutEffect(place, STOPPED)
  readSettings(stanza, options, link, collector)
  readHooks(
    stanza,
    options,
    reading.files,
    collector,
    ([program, name]) => program === 'ifup' && name !== undefined,
  )
  const ofMethod = foreignMethods[method]
  if (ofMethod !== undefined) {
    collector.unknown(stanza.place, ofMethod.why)
    reading.foreign.add(link.name)
    for (const { place } of options.take(...ofMethod.keys))
      collector.withoutEffect(place, 'it is for the program that makes the link')
  }
  if (reportRest(options, collector)) reading.foreign.add(link.name)
  return isComplete
}

/** Whether the kernel accepts all of it. */
function readMethod(
  stanza: Stanza,
  options: Options,
  link: FoundLink,
  reading: Reading,
  vrf: string | undefined,
): boolean {
  const { collector } = reading
  const { method, family, place } = stanza
  let isComplete = true
  const static_ = (): void => {
    for (const gateway of readAddresses(stanza, options, link, collector))
      if (isSecond(gateway, reading)) isComplete = reading.isModern
      else reading.gateways.push(vrf === undefined ? gateway : { ...gateway, vrf })
  }
  const usesDhcp = options.take('dhcp').length > 0 || usesExecutor(stanza, 'dhcp')
  switch (method) {
    case 'static':
    case 'tunnel':
    case 'v4tunnel':
      if (usesDhcp) lease(link, 'inet', undefined)
      static_()
      break
    case 'manual':
      // ifupdown ignores addresses here, ifupdown2 does not.
      if (stanza.options.some(({ key }) => key === optionKeys.address))
        collector.unknown(place, 'ifupdown ignores the addresses of the method manual, ifupdown2 adds them')
      ignoreAddresses(options, method, collector)
      break
    case 'loopback':
      // ifupdown2 has further addresses of lo here.
      if (family === undefined || !isLoopbackAddress(stanza)) static_()
      else ignoreAddresses(options, method, collector)
      break
    case 'dhcp': {
      const metric = integerOf(options.take('metric').at(-1), collector)
      if (family === 'inet6') {
        link.dhcp6 = true
        advertised(link, options, '1')
      } else lease(link, 'inet', metric)
      ignoreAddresses(options, method, collector)
      for (const { place: at, value } of options.take('request-prefix'))
        if (value !== '0') collector.unknown(at, 'multihome requests no prefix')
      break
    }
    case 'auto':
      if (family === 'inet6') advertised(link, options, '2')
      else collector.unknown(place, 'the method auto is for inet6 only')
      ignoreAddresses(options, method, collector)
      break
    case 'ppp':
    case 'wvdial':
    case '6to4':
      ignoreAddresses(options, method, collector)
      break
    default:
      collector.unknown(place, `multihome has nothing for the method ${method}`)
      ignoreAddresses(options, method, collector)
  }
  return isComplete
}

/** `ip route add default` fails then; for IPv6, ifupdown replaces the first one. */
function isSecond({ via, metric = 0, option, vrf }: FoundGateway, { defaults, collector }: Reading): boolean {
  if (via.family === 'inet6' || vrf !== undefined) return false
  const first = defaults.get(metric)
  defaults.set(metric, first ?? option.place)
  if (first === undefined) return false
  collector.unknown(
    option.place,
    `the kernel refuses it: line ${first.line} of ${first.file} has a default route of the same metric`,
  )
  return true
}

const usesExecutor = ({ options }: Stanza, name: string): boolean =>
  options.some(({ key, value }) => key === 'use' && value === name)

const isLoopbackAddress = ({ options }: Stanza): boolean =>
  options.every(
    ({ key, value }) => key !== optionKeys.address || value.startsWith('127.') || value.startsWith('::1'),
  )

/** dhclient-script and udhcpc add the default route without a metric, or with that of the stanza. */
function lease(link: FoundLink, family: Family, metric: number | undefined): void {
  if (family === 'inet') link.dhcp4 = true
  link.leases[family] = { isDefault: true, metric: metric ?? 0, table: RT_TABLE_MAIN }
}

/** Router advertisements, which the kernel handles: its default route has the metric 1024. */
function advertised(link: FoundLink, options: Options, fallback: string): void {
  const value = options.take(optionKeys.acceptRa).at(-1)?.value ?? fallback
  link.acceptRa = value !== '0'
  if (link.acceptRa) link.leases.inet6 = { isDefault: true, metric: 1024, table: RT_TABLE_MAIN }
}

function ignoreAddresses(options: Options, method: string, collector: Collector): void {
  const keys = [optionKeys.address, 'netmask', 'gateway', 'broadcast', 'pointopoint', 'metric', 'scope']
  for (const { place } of options.take(...keys))
    collector.withoutEffect(place, `ifupdown ignores it under the method ${method}`)
}

/** What a stanza sets besides addresses. */
function readSettings(stanza: Stanza, options: Options, link: FoundLink, collector: Collector): void {
  const hasGateway = stanza.options.some(({ key }) => key === 'gateway')
  const sysctl = (family: Family, name: string, value: string, place: Place): void =>
    collector.sysctl({ key: linkSysctl(family, link.name, name), value, place })
  readMtu(stanza, options, link, collector)
  for (const { value, place } of options.take(optionKeys.mac)) {
    const text = value.replace(/^ether\s+/, '')
    const mac = parseMac(text)
    if (mac !== undefined) link.mac = mac
    else collector.unknown(place, `\`${text}\` is no address of a card`)
  }
  for (const { value, place } of options.take(optionKeys.nameservers, 'dns-nameserver'))
    for (const word of value.split(/[\s,]+/)) {
      const address = parseAddress(word)
      if (address === undefined) collector.unknown(place, `\`${word}\` is not an address`)
      else link.nameservers.push(address)
    }
  for (const { value } of options.take(optionKeys.search, 'dns-domain'))
    for (const domain of value.split(/[\s,]+/)) if (!link.search.includes(domain)) link.search.push(domain)
  readAdvertisements(stanza, options, link, hasGateway, collector)
  for (const { value, place } of options.take('privext')) sysctl('inet6', 'use_tempaddr', value, place)
  for (const [family, ...keys] of forwarding)
    for (const { value, place } of options.take(...keys))
      sysctl(family, 'forwarding', /^(?:on|yes|1)$/.test(value) ? '1' : '0', place)
}

const forwarding = [
  ['inet', 'ip-forward', 'forward-ipv4'],
  ['inet6', 'ip6-forward', 'forward-ipv6'],
] as const

/** The mtu of an inet6 stanza is IPv6's own, unless that of the link is smaller (inet6.defn). */
function readMtu({ family }: Stanza, options: Options, link: FoundLink, collector: Collector): void {
  for (const option of options.take(optionKeys.mtu)) {
    const mtu = integerOf(option, collector)
    if (mtu === undefined) continue
    if (family !== 'inet6' || mtu > (link.mtu ?? DEFAULT_MTU)) link.mtu = mtu
    else if (mtu < (link.mtu ?? DEFAULT_MTU))
      collector.sysctl({
        key: linkSysctl('inet6', link.name, 'mtu'),
        value: String(mtu),
        place: option.place,
      })
  }
}

const DEFAULT_MTU = 1500

/** With a static gateway ifupdown refuses advertisements; it accepts no addresses of them beside static ones (inet6.defn). */
function readAdvertisements(
  { family, method }: Stanza,
  options: Options,
  link: FoundLink,
  hasGateway: boolean,
  collector: Collector,
): void {
  const accept = options.take(optionKeys.acceptRa).at(-1)
  const autoconf = options.take('autoconf').at(-1)
  const isStatic = family === 'inet6' && method === 'static'
  if (accept !== undefined && !/^[012]$/.test(accept.value))
    collector.unknown(accept.place, 'accept_ra is 0, 1 or 2')
  else if (accept !== undefined) link.acceptRa = accept.value !== '0'
  else if (isStatic && hasGateway) link.acceptRa = false
  else if (isStatic && autoconf?.value === '1') link.acceptRa = true
  if (link.acceptRa === true) link.leases.inet6 ??= { isDefault: true, metric: 1024, table: RT_TABLE_MAIN }
  if (autoconf === undefined) return
  if (autoconf.value === '1' || link.acceptRa === false)
    collector.withoutEffect(autoconf.place, 'whether advertisements are accepted says as much')
  else collector.unknown(autoconf.place, 'multihome has no advertised routes without advertised addresses')
}

/** Adds members that name their master, and VLANs that a list names by their names alone. */
function joinMembers({ collector, members, links }: Reading): void {
  for (const [name, own] of groupPairs(members)) {
    const master = collector.link(name, own.map((one) => links.get(one)?.place)[0] ?? NOWHERE)
    if (master === undefined) continue
    const { virtual } = master
    if (virtual === undefined || virtual.kind === 'vlan') {
      collector.unknown(master.place, `\`${name}\` is no bond and no VRF, but has members`)
      continue
    }
    master.virtual = { ...virtual, links: [...new Set([...virtual.links, ...own])] }
  }
  const pending = [...links.values()]
  for (const { virtual, place } of pending)
    for (const name of virtual === undefined ? [] : lowerLinks(virtual)) {
      if (links.has(name)) continue
      const lower = collector.link(name, place)
      if (lower === undefined) continue
      lower.managed = true
      links.set(name, lower)
      pending.push(lower)
      const vlan = dotted(name)
      if (vlan !== undefined && isLinkName(vlan.parent))
        lower.virtual ??= { kind: 'vlan', id: vlan.id, link: vlan.parent }
    }
}

const NOWHERE: Place = { file: '', line: 1, text: '' }
