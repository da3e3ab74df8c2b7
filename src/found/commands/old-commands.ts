// Commands before iproute2: route(8), ifconfig(8), vconfig(8), brctl(8), ifenslave(8), and sysctl(8).
import type { Family } from '../../kernel/family.js'
import { isLinkName, type LinkName } from '../../kernel/link.js'
import { parseMac } from '../../kernel/mac.js'
import { anyPrefix, networkOf, type Prefix } from '../../kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import type { Collector } from '../collector.js'
import type { FoundRoute } from '../found.js'
import { addAddress, removeAddresses } from './ip/address.js'
import type { CommandDefaults, CommandItem } from './command-item.js'
import { deleteLink, enslave, managedLink } from './ip/link.js'
import { deleteRoute } from './ip/route.js'
import { parseIpAddress, parseIpPrefix, parseMask, parseNumber } from './values.js'
import { addSysctl } from '../sysctl.js'
import { createWords, type Words } from './words.js'

type ReadCommand = (
  args: readonly string[],
  item: CommandItem,
  collector: Collector,
  defaults: CommandDefaults,
) => void

export const oldCommands: Readonly<Record<string, ReadCommand>> = {
  route: readRoute,
  ifconfig: readIfconfig,
  vconfig: readVconfig,
  brctl: readBrctl,
  ifenslave: readIfenslave,
  sysctl: readSysctl,
}

/** `route [-A inet6] add|del [-net|-host] TARGET [netmask M] [gw G] [metric N] [reject] [[dev] IF]`. */
function readRoute(
  args: readonly string[],
  item: CommandItem,
  collector: Collector,
  defaults: CommandDefaults,
): void {
  let family: Family = 'inet'
  let verb: string | undefined
  const words = createWords(args)
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === '-A' || word === '--inet6' || word === '-6')
      family = word === '-A' ? (words.next() === 'inet6' ? 'inet6' : 'inet') : 'inet6'
    else if (word === 'add' || word === 'del' || word === 'delete') {
      verb = word
      break
    } else if (!word.startsWith('-')) break
  }
  if (verb === undefined) return collector.withoutEffect(item.place, 'the command shows routes')
  const route = readTarget(words, family, defaults)
  if (words.problem !== undefined || route === undefined)
    return collector.unknown(item.place, words.problem ?? 'the command names neither a gateway nor a link')
  if (verb !== 'add')
    deleteRoute({ ...route, via: route.nexthops[0]?.via, dev: route.nexthops[0]?.dev }, item.place, collector)
  else collector.route({ ...route, ...item })
}

function readTarget(
  words: Words,
  family: Family,
  defaults: CommandDefaults,
): Omit<FoundRoute, 'place'> | undefined {
  let isNetwork = false
  let isHost = false
  let target: Prefix | undefined
  let mask: number | undefined
  let via: ReturnType<typeof parseIpAddress>
  let dev: LinkName | undefined
  let isReject = false
  // net-tools gives IPv6 routes the metric 1 (INET6_setroute).
  let metric: number | undefined = family === 'inet6' ? 1 : undefined
  const device = (text: string): LinkName | undefined => (isLinkName(text) ? text : undefined)
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === '-net') isNetwork = true
    else if (word === '-host') isHost = true
    else if (word === 'netmask') mask = words.value(word, (text) => parseMask(text, 'inet'))
    else if (word === 'gw' || word === 'gateway')
      via = words.value(word, (text) => parseIpAddress(text, family))
    else if (word === 'metric') metric = words.value(word, parseNumber) || undefined
    else if (word === 'dev' || word === 'device') dev = words.value(word, device)
    else if (word === 'reject') isReject = true
    else if (word === 'mss' || word === 'window' || word === 'irtt') words.value(word, String)
    else if (word === 'mod' || word === 'dyn' || word === 'reinstate') continue
    else if (target === undefined) {
      const read = parseIpPrefix(word, family)
      if (read === undefined) words.fail(`\`${word}\` is no destination`)
      else if (read === 'any') target = anyPrefix(family)
      else
        target =
          word.includes('/') || family === 'inet6' || isHost
            ? read
            : { ...read, length: mask ?? classLength(read, isNetwork) }
    } else if (dev === undefined && device(word) !== undefined) dev = device(word)
    else words.fail(`\`${word}\` is no word that multihome knows for a route`)
  }
  if (target === undefined) return words.fail('the command names no destination')
  const dst = networkOf(mask === undefined ? target : { ...target, length: mask })
  const used = dev ?? (via === undefined ? defaults.link : undefined)
  if (via === undefined && used === undefined && !isReject) return undefined
  return {
    family,
    // RTF_REJECT: fib_rt_entry gives RTN_UNREACHABLE.
    type: isReject ? 'unreachable' : 'unicast',
    dst,
    table: RT_TABLE_MAIN,
    ...(metric === undefined ? {} : { metric }),
    ...(via === undefined && !isReject && family === 'inet' ? { scope: 'link' as const } : {}),
    nexthops: isReject
      ? []
      : [{ ...(via === undefined ? {} : { via }), ...(used === undefined ? {} : { dev: used }) }],
  }
}

/** Without a netmask, the class of the network counts; an address with host bits is a host (rtentry of net-tools). */
function classLength(prefix: Prefix, isNetwork: boolean): number {
  const first = Number(prefix.address.text.split('.')[0])
  if (prefix.address.text === '0.0.0.0') return 0
  const length = first < 128 ? 8 : first < 192 ? 16 : 24
  const network = networkOf({ ...prefix, length })
  return isNetwork || network.address.text === prefix.address.text ? length : 32
}

/** `ifconfig eth0 192.0.2.10 netmask 255.255.255.0 broadcast … mtu … hw ether … up`. */
function readIfconfig(args: readonly string[], item: CommandItem, collector: Collector): void {
  const words = createWords(args)
  const label = words.next()
  if (label === undefined || label.startsWith('-') || words.peek() === undefined)
    return collector.withoutEffect(item.place, 'the command shows links')
  // `eth0:1` is a label of an address of eth0.
  const name = label.split(':')[0] ?? label
  const link = managedLink(name, item, collector)
  if (link === undefined) return
  let address: Prefix | undefined
  let mask: number | undefined
  const others: Prefix[] = []
  const removed: Prefix[] = []
  const prefix = (text: string): Prefix | undefined => {
    const read = parseIpPrefix(text)
    return read === undefined || read === 'any' ? undefined : read
  }
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'netmask') mask = words.value(word, (text) => parseMask(text, 'inet'))
    else if (word === 'broadcast' || word === 'txqueuelen' || word === 'metric') words.value(word, String)
    else if (word === 'mtu') link.mtu = words.value(word, parseNumber)
    else if (word === 'hw') {
      if (words.next() !== 'ether') words.fail('an address of another kind than `ether` has no counterpart')
      link.mac = words.value(word, etherAddress)
    } else if (word === 'add') {
      const added = words.value(word, prefix)
      if (added !== undefined) others.push(added)
    } else if (word === 'del') {
      const old = words.value(word, prefix)
      if (old !== undefined) removed.push(old)
    } else if (
      word === 'inet' ||
      word === 'inet6' ||
      /^-?(?:promisc|allmulti|multicast|trailers)$/.test(word)
    )
      continue
    else if (word === 'up' || word === 'down') continue
    else if (word === '-arp' || word === 'arp' || word === 'pointopoint' || word === 'dstaddr')
      words.fail(`\`${word}\` has no counterpart`)
    else {
      const read = prefix(word)
      if (read === undefined) words.fail(`\`${word}\` is no word that multihome knows for a link`)
      else if (read.family === 'inet6') others.push(read)
      else address = word.includes('/') ? read : { ...read, length: classLength(read, true) }
    }
  }
  if (words.problem !== undefined) return collector.unknown(item.place, words.problem)
  for (const old of removed) removeAddresses(link, (known) => known.address.text === old.address.text)
  if (address !== undefined && address.address.text !== '0.0.0.0')
    addAddress(name, mask === undefined ? address : { ...address, length: mask }, item, collector)
  for (const other of others) addAddress(name, other, item, collector)
}

/** in_ether() of net-tools: colons may be absent. */
const etherAddress = (text: string): string | undefined =>
  parseMac(/^[\da-f]{12}$/i.test(text) ? text.replace(/..(?=.)/g, '$&:') : text)

/** `vconfig add eth0 5` creates eth0.5. */
function readVconfig(args: readonly string[], item: CommandItem, collector: Collector): void {
  const [verb, parent = '', id = ''] = args
  const number = parseNumber(id)
  if (verb === 'set_name_type' && parent === 'DEV_PLUS_VID_NO_PAD')
    return collector.withoutEffect(item.place, 'it is the usual form of names')
  if (verb === 'set_flag' || verb === 'set_egress_map' || verb === 'set_ingress_map')
    return collector.withoutEffect(item.place, 'it sets priorities of frames')
  if (verb === 'rem') return deleteLink(parent, item, collector)
  if (verb !== 'add' || !isLinkName(parent) || number === undefined)
    return collector.unknown(item.place, 'the command is not known')
  const link = managedLink(`${parent}.${number}`, item, collector)
  if (link !== undefined) link.virtual = { kind: 'vlan', link: parent, id: number }
}

function readBrctl(args: readonly string[], item: CommandItem, collector: Collector): void {
  const [verb, bridge = '', ...values] = args
  if (verb === 'show' || verb === 'showmacs' || verb === 'showstp')
    return collector.withoutEffect(item.place, 'the command shows bridges')
  if (verb === 'addif') {
    for (const member of values) enslave(member, bridge, item, collector)
    return
  }
  if (verb === 'delbr') return deleteLink(bridge, item, collector)
  if (verb === 'setageing' || verb === 'sethello' || verb === 'setmaxage' || verb === 'setbridgeprio')
    return collector.withoutEffect(item.place, 'it routes no packet')
  if (verb === 'setpathcost' || verb === 'setportprio')
    return collector.withoutEffect(item.place, 'it routes no packet')
  const delay = Number(values[0])
  const isKnown = verb === 'addbr' || verb === 'stp' || (verb === 'setfd' && delay >= 0)
  if (!isKnown) return collector.unknown(item.place, 'the command is not known')
  const link = managedLink(bridge, item, collector)
  if (link === undefined) return
  const old =
    link.virtual?.kind === 'bridge' ? link.virtual : { kind: 'bridge' as const, links: [], stp: false }
  if (verb === 'addbr') link.virtual = old
  else if (verb === 'stp') link.virtual = { ...old, stp: /^(?:on|yes|1|true)$/.test(values[0] ?? '') }
  else link.virtual = { ...old, forwardDelay: delay }
}

function readIfenslave(args: readonly string[], item: CommandItem, collector: Collector): void {
  const [bond, ...members] = args.filter((word) => !word.startsWith('-'))
  if (args.some((word) => /^-(?:d|-detach|c|-change-active)$/.test(word)))
    return collector.unknown(item.place, 'the command is not known')
  if (bond === undefined || members.length === 0)
    return collector.withoutEffect(item.place, 'the command shows bonds')
  for (const member of members) enslave(member, bond, item, collector)
}

/** `sysctl -w net.ipv4.ip_forward=1`. */
function readSysctl(args: readonly string[], item: CommandItem, collector: Collector): void {
  const isLoad = args.some((word) => /^(?:-[a-z]*p.*|--load.*|--system)$/.test(word))
  const values = args.filter((word) => !word.startsWith('-'))
  if (isLoad) {
    const isRead = values.every((path) => /^\/etc\/sysctl(?:\.conf|\.d\/)/.test(path))
    if (isRead) collector.withoutEffect(item.place, 'the files of sysctls are read anyway')
    else collector.unknown(item.place, 'the file is not among those that are read')
    return
  }
  for (const word of values) {
    const [key = '', ...value] = word.split('=')
    if (value.length === 0) collector.withoutEffect(item.place, `it shows ${key}`)
    else addSysctl(key.trim(), value.join('='), item, collector)
  }
}
