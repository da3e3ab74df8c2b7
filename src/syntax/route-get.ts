// Parser and formatter for packets and answers in the syntax of `ip route get`.
import { parseAddress } from '../kernel/address.js'
import { suggest } from '../diagnostics/suggest.js'
import { parseDscp } from '../kernel/dscp.js'
import { familyName } from '../kernel/family.js'
import { parseFwmark } from '../kernel/fwmark.js'
import { isLinkName, loopback } from '../kernel/link.js'
import { ipProtocols, parseIpProtocol, protocolName } from '../kernel/protocol.js'
import { ok, type Result } from '../stdlib/result.js'
import type { RouteType } from '../kernel/route-type.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { Answer, Packet } from '../lookup/lookup.js'
import type { Nexthop } from '../plan/plan.js'
import { formatTable } from './iproute2.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface WordProblem {
  readonly problem: string
  /** Index of the word. A missing word has the index after the last one. */
  readonly word: number
}

const INVALID_UID = 4294967295

/** Keywords of `ip route get`, and `dscp`, with their values for messages. */
const VALUES = {
  from: 'an address; add `iif LINK` for a forwarded packet',
  iif: 'a link',
  oif: 'a link',
  mark: 'a number up to 0xffffffff, without a mask',
  ipproto: 'tcp, udp, icmp, … or a number from 1 to 255',
  sport: 'the number of a port, up to 65535',
  dport: 'the number of a port, up to 65535',
  uid: 'the number of a user, 0 for root',
  tos: 'a number up to 0xff',
  dscp: 'a number up to 63, or a name such as ef',
} as const

/** Keywords and their values, for completion. */
export const packetTokens: Readonly<Record<string, string>> = VALUES

type PacketKey = keyof typeof VALUES

/** Synonyms of ip-route(8). */
const ALIASES: Readonly<Record<string, PacketKey>> = { dev: 'oif', dsfield: 'tos' }

const SAME_FIELD: Partial<Record<PacketKey, PacketKey>> = { tos: 'dscp', dscp: 'tos' }

const isPacketKey = (word: string): word is PacketKey => Object.hasOwn(VALUES, word)

const number = (text: string, max: number): number | undefined => {
  const value = /^(0x[0-9a-f]{1,8}|0|[1-9]\d{0,9})$/i.test(text) ? Number(text) : Number.NaN
  return value <= max ? value : undefined
}

/**
 * `8.8.8.8 from 192.0.2.2 iif lan0 mark 0x1 ipproto tcp dport 25 uid 1000`.
 * Without a protocol, inet_rtm_getroute() uses UDP; IPv6 uses none. With `iif`, inet6_rtm_getroute() uses INVALID_UID,
 * although real forwarded packets have uid 0 in both families: see `inferForwarded`.
 */
export function parsePacketTokens(text: string | readonly string[]): Result<Packet, WordProblem> {
  const all = typeof text === 'string' ? text.trim().split(/\s+/) : text
  const dstIndex = indexOfDst(all)
  const first = all[dstIndex] ?? ''
  const fail = (word: number, problem: string) => ({ ok: false, problem, word }) as const
  const dst = parseAddress(first)
  if (dst === undefined) return fail(dstIndex, dstProblem(first))
  const packet: Mutable<Packet> = {
    family: dst.family,
    dst,
    ...(dst.family === 'inet' ? { ipproto: 17 } : {}),
  }
  const seen = new Set<PacketKey>()
  for (let index = dstIndex === 0 ? 1 : 0; index < all.length; index += 2) {
    if (index === dstIndex - 1) continue
    const written = all[index] ?? ''
    const word = Object.hasOwn(ALIASES, written) ? (ALIASES[written] ?? written) : written
    const value = all[index + 1]
    if (word === 'to') return fail(index, 'there are two destinations')
    if (!isPacketKey(word)) return fail(index, unknownKeyProblem(written))
    if (seen.has(word)) return fail(index, `${JSON.stringify(written)} is repeated`)
    if (seen.has(SAME_FIELD[word] ?? word))
      return fail(index, '`tos` and `dscp` are one field of the packet: write one of them')
    seen.add(word)
    if (value === undefined)
      return fail(index + 1, `${JSON.stringify(written)} needs a value: ${VALUES[word]}`)
    const problem = setKey(packet, word, value)
    if (problem !== undefined) return fail(index + 1, problem)
  }
  const isForwarded = packet.iif !== undefined && packet.iif !== loopback
  if (dst.family === 'inet6' && isForwarded) packet.uid ??= INVALID_UID
  return ok(packet)
}

/** The destination comes first or after `to`. Every other keyword has one value. */
function indexOfDst(words: readonly string[]): number {
  const first = words[0] ?? ''
  const isFirst = first !== 'to' && !isKnown(first)
  return isFirst ? 0 : words.findIndex((word, index) => word === 'to' && index % 2 === 0) + 1
}

const isKnown = (word: string): boolean => isPacketKey(word) || Object.hasOwn(ALIASES, word)

/** The problem of an invalid destination. */
function dstProblem(text: string): string {
  if (text === '') return 'the destination is missing'
  const quoted = JSON.stringify(text)
  const [address = '', behind = ''] = text.split(/[/%]/)
  if (parseAddress(address) !== undefined && text !== address)
    return text.includes('%')
      ? `the link has its own keyword: write \`${address} oif ${behind}\``
      : `${quoted} is a network: write one address of it`
  if (isKnown(text)) return `the destination comes first or after \`to\`, as in \`8.8.8.8 ${text} …\``
  const isName = /^[\w-]+(\.[\w-]+)*\.?$/.test(text) && /[a-z]/i.test(text)
  return isName ? `${quoted} is a name: write its address` : `${quoted} is no address`
}

function unknownKeyProblem(word: string): string {
  const known = Object.keys(VALUES)
  const near = suggest(word, known)
  return `${JSON.stringify(word)} is no keyword of a packet; ${
    near === undefined ? `keywords are: ${known.join(', ')}` : `did you mean ${JSON.stringify(near)}?`
  }`
}

/** Sets the field, or returns the problem of the value. */
function setKey(packet: Mutable<Packet>, word: PacketKey, value: string): string | undefined {
  const set = <K extends keyof Packet>(key: K, read: Packet[K] | undefined): string | undefined => {
    if (read === undefined) {
      const near = word === 'ipproto' ? suggest(value, Object.keys(ipProtocols)) : undefined
      return `invalid ${word} ${value}: ${near === undefined ? `it needs ${VALUES[word]}` : `did you mean ${near}?`}`
    }
    packet[key] = read
    return undefined
  }
  switch (word) {
    case 'from': {
      const src = parseAddress(value)
      if (src !== undefined && src.family !== packet.family)
        return `${packet.dst.text} is ${familyName(packet.family)} and ${value} ${familyName(src.family)}: both must be of one family`
      return set('src', src)
    }
    case 'iif':
    case 'oif':
      return set(word, isLinkName(value) ? value : undefined)
    case 'mark':
      return set('mark', value.includes('/') ? undefined : parseFwmark(value)?.value)
    case 'ipproto':
      return set('ipproto', parseIpProtocol(value))
    case 'sport':
    case 'dport':
      return set(word, number(value, 65535))
    case 'uid':
      return set('uid', number(value, INVALID_UID - 1))
    case 'tos':
      if (/^[1-9]\d+$/.test(value))
        return `tos ${value}: write 0x${value} or 0x${Number(value).toString(16)}, since ip(8) reads ${value} as 0x${value}`
      return set('tos', number(value, 255))
    case 'dscp': {
      const dscp = parseDscp(value)
      return set('tos', dscp === undefined ? undefined : dscp << 2)
    }
  }
}

/** The packet as rules see it outside of `ip route get`: forwarded packets have uid 0 in both families. */
export function inferForwarded(packet: Packet): Packet {
  const { uid, ...rest } = packet
  return uid === INVALID_UID ? rest : packet
}

/** Inverse of `parsePacketTokens`. Omits its defaults. */
export function formatPacket({ family, dst, src, iif, oif, mark, tos, uid, ...flow }: Packet): string {
  const words = [dst.text]
  if (src !== undefined) words.push('from', src.text)
  if (iif !== undefined) words.push('iif', iif)
  if (oif !== undefined) words.push('oif', oif)
  if (mark !== undefined) words.push('mark', `0x${mark.toString(16)}`)
  if (tos !== undefined) words.push('tos', `0x${tos.toString(16)}`)
  if (uid !== undefined && uid !== INVALID_UID) words.push('uid', String(uid))
  // UDP is the default protocol of IPv4.
  const isImplied =
    family === 'inet' && flow.ipproto === 17 && flow.sport === undefined && flow.dport === undefined
  if (flow.ipproto !== undefined && !isImplied) words.push('ipproto', protocolName(flow.ipproto))
  if (flow.sport !== undefined) words.push('sport', String(flow.sport))
  if (flow.dport !== undefined) words.push('dport', String(flow.dport))
  return words.join(' ')
}

const formatHop = ({ via, dev }: Nexthop, table: TableId): string =>
  [
    ...(via === undefined ? [] : ['via', via.text]),
    ...['dev', dev],
    ...(table === RT_TABLE_MAIN ? [] : ['table', formatTable(table)]),
  ].join(' ')

/** `via 192.0.2.1 dev eth0 table 101`, `one of: via … | via …`, `unreachable`, `local`, `none`. */
export function formatAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'route': {
      const hops = [...new Set(answer.nexthops.map((nexthop) => formatHop(nexthop, answer.table)))]
      return hops.length === 1 ? (hops[0] ?? '') : `one of: ${hops.join(' | ')}`
    }
    case 'onlink':
      return `dev ${answer.dev}`
    case 'reject':
      return answer.type satisfies RouteType
    case 'local':
    case 'none':
      return answer.kind
  }
}
