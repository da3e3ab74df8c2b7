// Reader of conf.d/net, as netifrc 0.7.14 reads it.
import type { Collector } from '../../found/collector.js'
import { MAX_REPEATED, readForEach } from '../../found/shell/for-each-link.js'
import type { FoundLink, Place } from '../../found/found.js'
import { readIpCommand, type CommandItem } from '../../found/commands/command.js'
import { isGenerated, ownComment } from '../../found/own-comments.js'
import { linesOf, pathsOf, type InputFiles, type Reader } from '../../found/reader.js'
import { readScript } from '../../found/shell/script.js'
import { parseAddress } from '../../kernel/address.js'
import { isLinkName, loopback } from '../../kernel/link.js'
import { parseMac } from '../../kernel/mac.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { variablePart } from '../../syntax/conf-d.js'
import { acceptBySysctls } from '../shared/read/advertisements.js'
import {
  configEntries,
  countDestinations,
  readAddress,
  readRoutes,
  readRules,
  type Destinations,
} from './read/entries.js'
import {
  FILE,
  isNetFile,
  readVariables,
  type Entry,
  type Variable,
  type Variables,
} from './read/variables.js'
import { readAddedPorts, readBond, readBridge, readVlans } from './read/virtual-links.js'
import { dhcpcdFlags as flags, variables as names } from './variables.js'

export const netifrcReader: Reader = {
  name: 'netifrc',
  reads: isNetFile,
  read(files, collector) {
    if (pathsOf(files, isNetFile).length > 0) readNet(files, collector)
  },
}

/** Variables that say that a service of the link exists. */
const STRONG =
  /^(config|routes|rules6?|fallback|fallback_routes|dhcp|dhcpcd|slaves|bridge|brctl|metric|mtu|mac|dns_servers|dns_search|dns_domain)_(\w+)$/

interface Service {
  readonly part: string
  readonly link: FoundLink
}

function readNet(files: InputFiles, collector: Collector): void {
  const variables = readVariables(files, collector)
  const nameOf = linkNames(files)
  const vlans = readVlans(variables, nameOf, collector)
  const ports = readAddedPorts(variables, nameOf)
  for (const name of vlans.keys()) nameOf.learn(name)
  const services = new Map<string, Service>()
  const add = (name: string, place: Place): FoundLink | undefined => {
    const part = variablePart(name)
    const known = services.get(part)
    if (known !== undefined) return known.link
    const link = collector.link(name, place)
    if (link !== undefined) services.set(part, { part, link })
    return link
  }
  // Bridges are variables of their own, whose settings begin with the same word.
  for (const name of variables.names()) {
    const part = STRONG.exec(
      name.replace(/^bridge_(?:stp_state|forward_delay|hello_time|max_age)_/, 'bridge_'),
    )?.[2]
    if (part !== undefined) add(nameOf(part), placeOf(name, variables))
  }
  const isWhole = files.has(FILE)
  const members = new Set<string>()
  for (const { part, link } of [...services.values()]) {
    const virtual =
      readBond(part, variables, collector) ?? readBridge(part, variables, ports.get(part) ?? [], collector)
    if (virtual !== undefined) link.virtual = virtual
    for (const member of virtual?.links ?? []) {
      members.add(member)
      const lower = add(member, link.place)
      if (lower !== undefined) lower.managed = isWhole
    }
  }
  for (const [name, vlan] of vlans) {
    const parent = add(vlan.link, NOWHERE)
    const link = add(name, parent?.place ?? NOWHERE)
    if (link !== undefined) link.virtual = vlan
  }
  const foreign = reportForeign(variables, nameOf, collector)
  const lists = (word: string): readonly Variable[] =>
    variables.names().flatMap((name) => (name.startsWith(`${word}_`) ? (variables.peek(name) ?? []) : []))
  const destinations = countDestinations(
    lists(names.routes),
    lists(names.config).filter(({ entries }) => entries.some(({ text }) => text === 'dhcp')).length,
  )
  let position = 1
  for (const service of services.values()) {
    const { link } = service
    link.managed = isWhole && !foreign.has(link.name)
    const number = link.name === loopback ? 0 : ++position
    readService(service, number, { variables, destinations, collector }, isWhole && !members.has(link.name))
  }
  readGlobals(variables, services, collector)
  reportRest(variables, collector)
  readFunctions(files, services, collector)
  acceptBySysctls(
    [...services.values()].map(({ link }) => link),
    collector,
  )
}

const NOWHERE: Place = { file: FILE, line: 1, text: '' }

const placeOf = (name: string, variables: Variables): Place => variables.peek(name)?.place ?? NOWHERE

interface NameOf {
  (part: string): string
  learn: (name: string) => void
}

/** Names whose characters OpenRC turns into `_`: the files name such a link elsewhere. */
function linkNames(files: InputFiles): NameOf {
  const byPart = new Map<string, string>()
  const learn = (name: string): void => {
    const part = variablePart(name)
    if (part !== name && isLinkName(name) && !byPart.has(part)) byPart.set(part, name)
  }
  const paths = pathsOf(files, isNetFile)
  for (const path of paths) learn(path.slice(FILE.length + 1))
  const text = paths.map((path) => files.get(path) ?? '').join('\n')
  // A service names a link; any other word, above all one in a comment, may only resemble it.
  for (const [, name = ''] of text.matchAll(/\bnet\.([A-Za-z0-9][A-Za-z0-9._-]*)/g)) learn(name)
  for (const part of [text.replace(/^\s*#.*/gm, ''), text])
    for (const [word] of part.matchAll(/[A-Za-z0-9][A-Za-z0-9._-]*/g)) learn(word)
  return Object.assign((part: string): string => byPart.get(part) ?? part, { learn })
}

interface Reading {
  readonly variables: Variables
  readonly destinations: Destinations
  readonly collector: Collector
}

function readService(
  { part, link }: Service,
  number: number,
  { variables, destinations, collector }: Reading,
  isStarted: boolean,
): void {
  const of = (key: string): Variable | undefined => variables.take(`${key}_${part}`)
  const metric = metricOf(of('metric') ?? variables.peek('metric'), number)
  const config = of(names.config)
  const routes = of(names.routes)
  link.comment ??= config?.comment
  // net.lo, _load_config: nothing means DHCP.
  const entries: readonly Entry[] =
    config !== undefined && config.entries.length > 0
      ? configEntries(config)
      : isStarted && link.name !== loopback
        ? [{ text: 'dhcp', place: link.place }]
        : []
  for (const entry of entries) readConfig(entry, part, link, metric.value, variables, collector)
  for (const key of [names.dhcpcd, 'dhcp']) {
    const unused = of(key)
    if (unused !== undefined) collector.withoutEffect(unused.place, 'no DHCP client runs on the link')
  }
  if (routes !== undefined) readRoutes(routes, link, metric, destinations, variables, collector)
  for (const [key, family] of [
    [names.rules, 'inet'],
    [names.rules6, 'inet6'],
  ] as const) {
    const rules = of(key)
    if (rules !== undefined) readRules(rules, family, variables, collector)
  }
  for (const key of ['fallback', 'fallback_routes']) {
    const fallback = of(key)
    if (fallback !== undefined)
      collector.unknown(fallback.place, 'multihome has no addresses for the case that no server answers')
  }
  readSettings(link, of, collector)
  // Services that need a network do not wait for the link.
  const provided = variables.take(`rc_net_${part}_provide`)
  if (provided?.entries[0]?.text === '!net') link.optional = true
  else if (provided !== undefined) collector.withoutEffect(provided.place, 'it orders services')
}

const metricOf = (
  variable: Variable | undefined,
  number: number,
): { readonly value: number; readonly isGuess: boolean } => {
  const text = variable?.entries[0]?.text ?? ''
  return /^\d{1,10}$/.test(text) ? { value: Number(text), isGuess: false } : { value: number, isGuess: true }
}

function readSettings(
  link: FoundLink,
  of: (key: string) => Variable | undefined,
  collector: Collector,
): void {
  const mtu = of(names.mtu)
  const mac = of(names.mac)
  const value = mtu?.entries[0]?.text ?? ''
  if (/^\d{1,5}$/.test(value)) link.mtu = Number(value)
  else if (mtu !== undefined) collector.unknown(mtu.place, 'the value is no number')
  const address = mac?.entries[0]?.text ?? ''
  const fixed = parseMac(address)
  if (fixed !== undefined) link.mac = fixed
  else if (mac !== undefined) collector.unknown(mac.place, `\`${address}\` is no address of a card`)
  addNameservers([link], of(names.nameservers), collector)
  for (const key of [names.search, 'dns_domain'])
    for (const { text } of of(key)?.entries ?? [])
      for (const domain of text.split(' ')) link.search.push(domain)
}

function addNameservers(links: readonly FoundLink[], list: Variable | undefined, collector: Collector): void {
  for (const { text, place } of list?.entries ?? [])
    for (const word of text.split(' ')) {
      const address = parseAddress(word)
      if (address === undefined) collector.unknown(place, `\`${word}\` is not an address`)
      else for (const link of links) link.nameservers.push(address)
    }
}

function readConfig(
  entry: Entry,
  part: string,
  link: FoundLink,
  metric: number,
  variables: Variables,
  collector: Collector,
): void {
  const [word = ''] = entry.text.split(' ')
  if (word === 'null') return
  if (word === 'noop') collector.unknown(entry.place, 'what the link has before it starts is not known')
  else if (/^(?:dhcp|dhcpcd|dhclient|udhcpc|pump)$/.test(word)) {
    const own = variables.take(`${names.dhcpcd}_${part}`) ?? variables.peek(names.dhcpcd)
    const options = variables.take(`dhcp_${part}`) ?? variables.peek('dhcp')
    readLease(link, metric, own, options, collector)
  } else if (/^[\da-f]*[.:\d]/i.test(word) && /[.:]/.test(word)) readAddress(entry, link, collector)
  else collector.unknown(entry.place, `multihome has nothing for \`${word}\``)
}

/** Words of the older variable, which netifrc hands to any client. */
const dhcpWords: ReadonlySet<string> = new Set([
  'release',
  'nodns',
  'nontp',
  'nonis',
  'nosendhost',
  'nogateway',
])

/** Options of dhcpcd(8) that change no route, and those of them that have a value. */
const IDLE_FLAGS = /^(?:-[bLdpABqKnwNR1]|--(?:noipv4ll|background|persistent|quiet|noarp|waitip|ipv4only))$/
const IDLE_VALUED =
  /^(?:-[thCcFiIlvruoe]|--(?:timeout|hostname|nohook|vendorclassid|clientid|leasetime|fqdn|script))$/

/**
 * dhcpcd handles router advertisements too, unless an option says otherwise; `metric` is that of netifrc, which is the number
 * of the link unless a variable has one.
 */
function readLease(
  link: FoundLink,
  metric: number,
  list: Variable | undefined,
  options: Variable | undefined,
  collector: Collector,
): void {
  const lease = { is4: true, is6: false, handlesRa: true, isDefault: true, metric }
  for (const { text, place } of list?.entries ?? []) {
    const words = text.split(' ')
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? ''
      if (word === flags.only4) lease.handlesRa = false
      else if (word === flags.only6) lease.is4 = false
      else if (word === flags.noAdvertisements) lease.handlesRa = false
      else if (word === flags.address6) lease.is6 = true
      else if (word === flags.noGateway || word === '--nogateway') lease.isDefault = false
      else if (word === flags.metric || word === '--metric') lease.metric = Number(words[++at])
      else if (word === flags.ignore || word === '--nooption') {
        if ((words[++at] ?? '').split(',').includes('routers')) lease.isDefault = false
      } else if (IDLE_VALUED.test(word)) at++
      else if (!IDLE_FLAGS.test(word))
        collector.unknown(place, `what dhcpcd does for \`${word}\` is not known`)
    }
  }
  for (const { text, place } of options?.entries ?? [])
    for (const word of text.split(' ')) {
      if (word === 'nogateway') lease.isDefault = false
      if (!dhcpWords.has(word)) collector.unknown(place, `what a client does for \`${word}\` is not known`)
    }
  const route = { isDefault: lease.isDefault, metric: lease.metric, table: RT_TABLE_MAIN }
  if (lease.is4) {
    link.dhcp4 = true
    link.leases.inet = route
  }
  if (lease.is6) link.dhcp6 = true
  if (lease.handlesRa) {
    link.acceptRa = true
    link.leases.inet6 = route
  }
}

/** Variables of links that another program makes. */
const foreignKeys: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:iptunnel|ip6rd|ip6to4|l2tpsession|l2tptunnel)_(\w+)$/,
    'multihome creates no tunnel; it can route over one',
  ],
  [/^wireguard_(\w+)$/, 'multihome does not create WireGuard links; it can route over one'],
  [
    /^(?:pppd|plugins|username|password|chat|ipppd|adsl_user)_(\w+)$/,
    'multihome starts no PPP; it can route over the link',
  ],
  [
    /^(?:wpa_supplicant|essid|iwconfig|iwpriv|preferred_aps|associate_order|wpa_timeout)_(\w+)$/,
    'multihome joins no wireless network; it can route over the link',
  ],
  [
    /^(?:type|tuntap|tunctl|macvlan|macvtap|veth|hsr|br2684ctl)_(\w+)$/,
    'multihome does not create links of this kind; it can route over one',
  ],
]

/** Reports them, and returns the names of their links. */
function reportForeign(
  variables: Variables,
  nameOf: (part: string) => string,
  collector: Collector,
): ReadonlySet<string> {
  const foreign = new Set<string>()
  for (const name of variables.names())
    for (const [keys, why] of foreignKeys) {
      const part = keys.exec(name)?.[1]
      const place = part === undefined ? undefined : variables.take(name)?.place
      if (part === undefined || place === undefined) continue
      if (foreign.has(nameOf(part)))
        collector.withoutEffect(place, 'it is for the program that makes the link')
      else collector.unknown(place, why)
      foreign.add(nameOf(part))
    }
  return foreign
}

/** Variables without a link, for all that lack their own. */
function readGlobals(
  variables: Variables,
  services: ReadonlyMap<string, Service>,
  collector: Collector,
): void {
  const links = [...services.values()].map(({ link }) => link).filter(({ name }) => name !== loopback)
  addNameservers(
    links.filter(({ nameservers }) => nameservers.length === 0),
    variables.take(names.nameservers),
    collector,
  )
  const silent = links.filter(({ search }) => search.length === 0)
  for (const key of [names.search, 'dns_domain'])
    for (const { text } of variables.take(key)?.entries ?? [])
      for (const link of silent) for (const domain of text.split(' ')) link.search.push(domain)
  for (const key of ['metric', 'dhcp', names.dhcpcd]) variables.take(key)
}

const withoutEffect: readonly (readonly [RegExp, string])[] = [
  [/^(?:rc|depend)_/, 'it orders services'],
  [new RegExp(`^${names.modules}(?:_|$)`), 'it chooses between programs with the same effect'],
  [
    /^(?:carrier_timeout|dad_timeout|plug_timeout|ifdown|keep_network|errh|up_before_preup|auto_interfaces|policy_rules_before_routes)(?:_|$)/,
    'it is about starts and stops',
  ],
  [/^(?:txqueuelen|ethtool|ifplugd|netplugd?|mii|duplex|speed)_/, 'it is for the card'],
  [
    /^(?:bridge_)?(?:hello_time|max_age|ageing_time|priority|path_cost|multicast_\w+?)_/,
    'it is a detail of the bridge',
  ],
  [
    /^(?:downdelay|updelay|use_carrier|num_grat_arp|num_unsol_na|fail_over_mac|ad_select|primary_reselect)_/,
    'it is a detail of the bond',
  ],
  [
    /^(?:dhclient|udhcpc|dns_options|dns_sortlist|ntp_servers|nis_servers|nis_domain)(?:_|$)/,
    'it is for the resolver or the client',
  ],
]

/** What nobody has taken. */
function reportRest(variables: Variables, collector: Collector): void {
  for (const name of variables.names()) {
    const variable = variables.take(name)
    if (variable === undefined) continue
    const [, why] = withoutEffect.find(([keys]) => keys.test(name)) ?? []
    if (why === undefined) collector.unknown(variable.place, `the variable ${name} is not known`)
    else collector.withoutEffect(variable.place, why)
  }
}

const CALLED = ['preup', 'postup'] as const

/** Each function runs for each link, and is one for all of them. */
function readFunctions(
  files: InputFiles,
  services: ReadonlyMap<string, Service>,
  collector: Collector,
): void {
  const inOrder = [...services.values()].toSorted(
    (a, b) => Number(b.link.name === loopback) - Number(a.link.name === loopback),
  )
  for (const path of pathsOf(files, isNetFile)) {
    const text = files.get(path) ?? ''
    const defined = functionsOf(path, text, collector)
    const called = CALLED.filter((name) => defined.has(name))
    const calls = called.flatMap((name) =>
      inOrder.map(({ part, link }) => ({ name, environment: { IFACE: link.name, IFVAR: part } })),
    )
    const isTooMuch = text.length * calls.length > MAX_REPEATED
    if (isTooMuch)
      collector.unknown(
        { ...NOWHERE, file: path },
        'its functions run for too many links to be read for each',
      )
    readForEach(called.length === 0 ? [undefined] : called, collector, (name, once) => {
      readScript(text, path, once, {
        files,
        assigned: () => undefined,
        calls: isTooMuch ? [] : calls.filter((call) => call.name === name),
        ...(isGenerated(text) ? { command: ownCommands(name, once) } : {}),
      })
    })
  }
}

/** Commands of an output of ours, with the user's part of their comments. Those of preup() are about other links. */
const ownCommands =
  (name: string | undefined, collector: Collector) =>
  (words: readonly string[], { place, comment }: CommandItem): boolean => {
    const own = comment === undefined || name === 'preup' ? undefined : ownComment(comment)
    return readIpCommand(words, { place, ...(own === undefined ? {} : { comment: own }) }, collector)
  }

/** Names of the functions of a file. Those that netifrc calls at other times are reported. */
function functionsOf(path: string, text: string, collector: Collector): ReadonlySet<string> {
  const defined = new Set<string>()
  for (const { raw: _raw, ...place } of linesOf(path, text)) {
    const name = /^(?:function\s+)?([A-Za-z_]\w*)\s*\(\)/.exec(place.text)?.[1]
    if (name === undefined) continue
    defined.add(name)
    if (name === 'predown' || name === 'postdown')
      collector.withoutEffect(place, 'it runs when a link stops, which takes away what its start has added')
    else if (name === 'failup' || name === 'faildown')
      collector.unknown(place, 'multihome has nothing for the case that a link fails to start')
    else if (/^depend_/.test(name)) collector.withoutEffect(place, 'it orders services')
  }
  return defined
}
