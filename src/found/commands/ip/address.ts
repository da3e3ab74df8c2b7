// `ip address add`, `replace`, `del` and `flush` (ipaddr_modify of iproute2).
import { parseAddress, type Address } from '../../../kernel/address.js'
import type { Family } from '../../../kernel/family.js'
import { isSamePrefix, formatPrefix, hostPrefix, type Prefix } from '../../../kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../../kernel/table.js'
import type { Keyword } from '../../../syntax/ip-keywords.js'
import type { Collector } from '../../collector.js'
import type { FoundLink } from '../../found.js'
import type { CommandDefaults, CommandItem } from '../command-item.js'
import { managedLink } from './link.js'
import { parseIpPrefix } from '../values.js'
import { createWords, meaningOf } from '../words.js'

type Meaning = 'local' | 'peer' | 'dev' | 'scope' | 'lifetime' | 'value' | 'flag' | 'unknown'

const keywords: readonly Keyword<Meaning>[] = [
  ['peer', 'peer'],
  ['remote', 'peer'],
  ['broadcast', 'value', 'short'],
  ['brd', 'value'],
  ['anycast', 'unknown'],
  ['scope', 'scope'],
  ['dev', 'dev'],
  ['label', 'value'],
  ['metric', 'unknown', 'short'],
  ['priority', 'unknown', 'short'],
  ['preference', 'unknown', 'short'],
  ['valid_lft', 'lifetime', 'short'],
  ['preferred_lft', 'lifetime', 'short'],
  ['nodad', 'flag'],
  ['optimistic', 'flag'],
  ['home', 'flag'],
  ['permanent', 'flag'],
  ['mngtmpaddr', 'unknown'],
  ['noprefixroute', 'unknown'],
  ['autojoin', 'unknown'],
  ['proto', 'value'],
  ['local', 'local'],
]

export function readAddressCommand(
  verb: 'add' | 'del',
  args: readonly string[],
  family: Family | undefined,
  item: CommandItem,
  collector: Collector,
  defaults: CommandDefaults,
): void {
  const words = createWords(args)
  let name: string | undefined = defaults.link
  let address: Prefix | undefined
  let peer: Prefix | undefined
  const prefix = (text: string): Prefix | undefined => {
    const read = parseIpPrefix(text, family)
    return read === 'any' ? undefined : read
  }
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const meaning = meaningOf(word, keywords)
    if (meaning === 'dev') name = words.value(word, String)
    else if (meaning === 'peer') peer = words.value(word, prefix)
    else if (meaning === 'value') words.value(word, String)
    else if (meaning === 'scope') {
      const scope = words.value(word, String)
      if (scope !== 'global' && scope !== 'host') words.fail('the scope of an address has no counterpart')
    } else if (meaning === 'lifetime') {
      const lifetime = words.value(word, String)
      if (lifetime !== undefined && !'forever'.startsWith(lifetime))
        words.fail('an address with a lifetime has no counterpart')
    } else if (meaning === 'unknown') words.fail(`\`${word}\` of an address has no counterpart`)
    else if (meaning !== 'flag') {
      const text = meaning === 'local' ? words.next() : word
      address = text === undefined ? undefined : prefix(text)
      if (address === undefined) words.fail(`\`${text ?? ''}\` is no address`)
    }
  }
  if (peer !== undefined && (address === undefined || !isSamePrefix(peer, address)))
    words.fail('an address with a peer has no counterpart')
  if (name === undefined) words.fail('the command names no device')
  if (address === undefined) words.fail('the command names no address')
  if (words.problem !== undefined || name === undefined || address === undefined)
    return collector.unknown(item.place, words.problem ?? '')
  if (verb === 'add') addAddress(name, address, item, collector)
  else {
    const link = collector.soFar.links.find((each) => each.name === name)
    const count = removeAddresses(link, ({ address: { text } }) => text === address?.address.text)
    const why =
      count === 0 ? 'it removes an address that nothing has added' : 'it removes an address added before'
    collector.withoutEffect(item.place, why)
  }
}

export function addAddress(name: string, prefix: Prefix, item: CommandItem, collector: Collector): void {
  const link = managedLink(name, item, collector)
  if (link === undefined) return
  if (link.addresses.some((known) => isSamePrefix(known.prefix, prefix)))
    collector.withoutEffect(item.place, `the link has ${formatPrefix(prefix)} already`)
  else link.addresses.push({ prefix, place: item.place })
}

/** An address with a peer: the length of the peer counts, and the kernel adds a route to it. */
export function addressWithPeer(
  address: Address,
  text: string,
  link: FoundLink,
  item: CommandItem,
  collector: Collector,
): Prefix | undefined {
  const { family } = address
  const peer = parseAddress(text)
  if (peer?.family !== family) {
    collector.unknown(item.place, `\`${text}\` is not the address of a peer`)
    return undefined
  }
  collector.route({
    ...item,
    family,
    type: 'unicast',
    dst: hostPrefix(peer),
    table: RT_TABLE_MAIN,
    ...(family === 'inet' ? { prefsrc: address, scope: 'link' as const } : {}),
    nexthops: [{ dev: link.name }],
  })
  return hostPrefix(address)
}

export function removeAddresses(link: FoundLink | undefined, isRemoved: (prefix: Prefix) => boolean): number {
  const kept = link?.addresses.filter(({ prefix }) => !isRemoved(prefix)) ?? []
  return link?.addresses.splice(0, Infinity, ...kept).filter((each) => !kept.includes(each)).length ?? 0
}

/** `ip address flush dev eth0`. */
export function flushAddresses(
  args: readonly string[],
  family: Family | undefined,
  { place }: CommandItem,
  collector: Collector,
): void {
  const named = args.filter((word) => word !== 'dev')
  const [name] = named
  if (name === undefined || named.length > 1)
    return collector.unknown(place, 'it removes addresses that may be others than those of the files')
  const link = collector.soFar.links.find((each) => each.name === name)
  const count = removeAddresses(link, (prefix) => family === undefined || prefix.family === family)
  collector.withoutEffect(
    place,
    count === 0 ? 'it empties a link that has no addresses yet' : 'it removes addresses added before',
  )
}
