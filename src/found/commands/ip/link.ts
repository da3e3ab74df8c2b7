// `ip link add`, `set` and `del` (iplink_parse of iproute2): MTU, masters, and virtual links of the kinds of a description.
import { isLinkName, type LinkName } from '../../../kernel/link.js'
import { parseMac } from '../../../kernel/mac.js'
import {
  bondModes,
  hashPolicies,
  lacpRates,
  type Bond,
  type Bridge,
  type VirtualLink,
  type Vlan,
  type Vrf,
} from '../../../kernel/virtual-link.js'
import { linkKeywords, virtualLinkKeywords } from '../../../syntax/ip-keywords.js'
import type { Collector } from '../../collector.js'
import type { FoundLink } from '../../found.js'
import type { CommandItem } from '../command-item.js'
import { parseNumber } from '../values.js'
import { createWords, meaningOf, type Words } from '../words.js'

/** Links that a kind makes which a description lacks. */
const foreign = new WeakSet<FoundLink>()

/** A link that a command configures, and that no other program makes. */
export function managedLink(
  name: string,
  { place }: CommandItem,
  collector: Collector,
): FoundLink | undefined {
  const link = collector.link(name, place)
  if (link !== undefined && !foreign.has(link)) link.managed = true
  return link
}

/** A link of a kind that multihome does not create; it can route over one. */
export function foreignLink(name: string, kind: string, { place }: CommandItem, collector: Collector): void {
  const link = collector.link(name, place)
  if (link === undefined) return
  foreign.add(link)
  link.managed = false
  collector.unknown(place, `multihome does not create links of type ${kind}; it can route over one`)
}

interface LinkWords {
  name?: string
  parent?: string
  mac?: string
  mtu?: number
  /** Null for `nomaster`. */
  master?: string | null
  type?: string
  isUp?: boolean
}

export function readLinkCommand(
  verb: 'add' | 'set' | 'del',
  args: readonly string[],
  item: CommandItem,
  collector: Collector,
): void {
  const { place } = item
  const words = createWords(args)
  const read = readLink(words, item, collector)
  if (read.name === undefined) words.fail('the command names no link')
  const options: string[] = []
  for (let word = words.next(); word !== undefined; word = words.next()) options.push(word)
  const { name } = read
  if (words.problem !== undefined || name === undefined) return collector.unknown(place, words.problem ?? '')
  if (verb === 'del') return deleteLink(name, item, collector)
  if (verb === 'add' && read.type === undefined) return collector.unknown(place, '`ip link add` needs a type')
  const kind = read.type === undefined ? undefined : createdKind(read.type)
  if (read.type !== undefined && kind === undefined) {
    if (read.type === 'bond_slave' || read.type === 'bridge_slave')
      return collector.unknown(place, 'parameters of a port have no counterpart')
    foreignLink(name, read.type, item, collector)
  }
  if (read.isUp === undefined && read.type === undefined && Object.keys(read).length === 1)
    return collector.withoutEffect(place, 'it sets nothing that routes packets')
  const isChange = read.mac !== undefined || read.mtu !== undefined || typeof read.master === 'string'
  const link =
    isChange || kind !== undefined ? managedLink(name, item, collector) : collector.link(name, place)
  if (link === undefined) return
  if (read.mac !== undefined) link.mac = read.mac
  if (read.mtu !== undefined) link.mtu = read.mtu
  if (item.comment !== undefined) link.comment ??= item.comment
  if (kind !== undefined) link.virtual = virtualOf(kind, link, read, options, item, collector)
  if (read.master === null) release(link.name, collector)
  else if (read.master !== undefined) enslave(link.name, read.master, item, collector)
}

function readLink(words: Words, { place }: CommandItem, collector: Collector): LinkWords {
  const read: LinkWords = {}
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const meaning = meaningOf(word, linkKeywords)
    if (meaning === 'up') read.isUp = true
    else if (meaning === 'down') read.isUp = false
    else if (meaning === 'name' || meaning === 'dev') {
      if (read.name !== undefined) words.fail('a new name for a link has no counterpart')
      read.name = words.value(word, String)
    } else if (meaning === 'link') read.parent = words.value(word, String)
    else if (meaning === 'address') read.mac = words.value(word, parseMac)
    else if (meaning === 'mtu') read.mtu = words.value(word, parseNumber)
    else if (meaning === 'master') read.master = words.value(word, String)
    else if (meaning === 'nomaster') read.master = null
    else if (meaning === 'type') {
      read.type = words.value(word, String)
      return read
    } else if (meaning === 'value') {
      words.value(word, String)
      collector.withoutEffect(place, `\`${word}\` of a link routes no packet`)
    } else if (meaning === 'unknown') words.fail(`\`${word}\` of a link has no counterpart`)
    else if (read.name === undefined) read.name = word
    else words.fail(`\`${word}\` is no word that multihome knows for a link`)
  }
  return read
}

type Kind = VirtualLink['kind']
const kinds: readonly Kind[] = ['vlan', 'bond', 'bridge', 'vrf']
const createdKind = (type: string): Kind | undefined => kinds.find((kind) => kind === type)

function virtualOf(
  kind: Kind,
  link: FoundLink,
  { parent }: LinkWords,
  options: readonly string[],
  { place }: CommandItem,
  collector: Collector,
): VirtualLink | undefined {
  const words = createWords(options)
  const virtual = readVirtual(kind, link.virtual, parent, words)
  if (words.problem !== undefined) collector.unknown(place, words.problem)
  return virtual ?? link.virtual
}

function readVirtual(
  kind: Kind,
  known: VirtualLink | undefined,
  parent: string | undefined,
  words: Words,
): VirtualLink | undefined {
  const values = readOptions(kind, words)
  switch (kind) {
    case 'vlan': {
      const old = known?.kind === 'vlan' ? known : undefined
      const [link, id] = [parent ?? old?.link, values.id ?? old?.id]
      if (link === undefined || !isLinkName(link)) return words.fail('a VLAN needs `link`')
      if (id === undefined) return words.fail('a VLAN needs `id`')
      return { kind, link, id } satisfies Vlan
    }
    case 'bond': {
      const old = known?.kind === 'bond' ? known : undefined
      const { mode, miimon, primary, lacpRate, xmitHashPolicy } = values
      return {
        ...(old ?? { kind, mode: 'balance-rr', links: [], miimon: 0 }),
        ...(mode === undefined ? {} : { mode }),
        ...(miimon === undefined ? {} : { miimon }),
        ...(primary === undefined ? {} : { primary }),
        ...(lacpRate === undefined ? {} : { lacpRate }),
        ...(xmitHashPolicy === undefined ? {} : { xmitHashPolicy }),
      } satisfies Bond
    }
    case 'bridge': {
      const old = known?.kind === 'bridge' ? known : undefined
      const { stp, forwardDelay } = values
      return {
        ...(old ?? { kind, links: [], stp: false }),
        ...(stp === undefined ? {} : { stp }),
        ...(forwardDelay === undefined ? {} : { forwardDelay }),
      } satisfies Bridge
    }
    case 'vrf': {
      const old = known?.kind === 'vrf' ? known : undefined
      const table = values.table ?? old?.table
      if (table === undefined) return words.fail('a VRF needs `table`')
      return { kind, table, links: old?.links ?? [] } satisfies Vrf
    }
  }
}

type OptionValues = Partial<
  Pick<Vlan, 'id'> &
    Pick<Bond, 'mode' | 'miimon' | 'primary' | 'lacpRate' | 'xmitHashPolicy'> &
    Pick<Bridge, 'stp' | 'forwardDelay'> &
    Pick<Vrf, 'table'>
>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** One of the words, or its number: `mode 1`. */
export const oneOf =
  <Full extends string>(list: readonly Full[]) =>
  (text: string): Full | undefined =>
    list.find((each) => each === text) ?? (/^\d$/.test(text) ? list[Number(text)] : undefined)

type OptionKeyword = (typeof virtualLinkKeywords)[Kind][number][1]

function readOptions(kind: Kind, words: Words): OptionValues {
  const values: Mutable<OptionValues> = {}
  for (let word = words.next(); word !== undefined; word = words.next()) {
    switch (meaningOf<OptionKeyword>(word, virtualLinkKeywords[kind])) {
      case 'id':
        values.id = words.value(word, parseNumber)
        break
      case 'protocol':
        if (words.value(word, (text) => text.toLowerCase()) !== '802.1q')
          words.fail('a VLAN of another protocol than 802.1Q has no counterpart')
        break
      case 'mode':
        values.mode = words.value(word, oneOf(bondModes))
        break
      case 'miimon':
        values.miimon = words.value(word, parseNumber)
        break
      case 'primary':
        values.primary = words.value(word, (text) => (isLinkName(text) ? text : undefined))
        break
      case 'lacp_rate':
        values.lacpRate = words.value(word, oneOf(lacpRates))
        break
      case 'xmit_hash_policy':
        // Numbered as BOND_XMIT_POLICY_*: layer2, layer3+4, layer2+3, …
        values.xmitHashPolicy = words.value(word, (text) => hashPolicies.find((each) => each === text))
        break
      case 'stp_state':
        values.stp = words.value(word, parseNumber) !== 0
        break
      case 'forward_delay': {
        // Hundredths of a second.
        const delay = words.value(word, parseNumber)
        if (delay !== undefined) values.forwardDelay = delay / 100
        break
      }
      case 'table':
        values.table = words.value(word, parseNumber)
        break
      case 'value':
        words.value(word, String)
        break
      case 'unknown':
      case undefined:
        words.fail(`\`${word}\` of a ${kind} has no counterpart`)
    }
  }
  return values
}

/** Joins a bond, bridge or VRF, which another file may create later. */
export function enslave(member: string, master: string, item: CommandItem, collector: Collector): void {
  const link = managedLink(member, item, collector)
  if (link === undefined) return
  if (join(link.name, master, collector)) return
  collector.atEnd(() => {
    if (!join(link.name, master, collector))
      collector.unknown(item.place, `nothing says what kind of link \`${master}\` is`)
  })
}

function join(member: LinkName, master: string, collector: Collector): boolean {
  const link = collector.soFar.links.find(({ name }) => name === master)
  const virtual = link?.virtual
  if (link === undefined || virtual === undefined || virtual.kind === 'vlan') return false
  if (!virtual.links.includes(member)) link.virtual = { ...virtual, links: [...virtual.links, member] }
  return true
}

function release(member: LinkName, { soFar }: Collector): void {
  for (const link of soFar.links) {
    const { virtual } = link
    if (virtual !== undefined && virtual.kind !== 'vlan' && virtual.links.includes(member))
      link.virtual = { ...virtual, links: virtual.links.filter((each) => each !== member) }
  }
}

export function deleteLink(name: string, { place }: CommandItem, collector: Collector): void {
  const isThere = collector.soFar.links.some((link) => link.name === name)
  if (isThere) collector.unknown(place, `it removes the link \`${name}\`, which the files configure`)
  else collector.withoutEffect(place, 'it removes a link that nothing has created yet')
}
