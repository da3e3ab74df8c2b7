// A packet, and where it goes, in the words of `ip route get`: what fixtures, the command line and the kernel tests all speak.
import { parseAddress } from '../kernel/address.js'
import { parseFwmark } from '../kernel/fwmark.js'
import { isLinkName, loopback } from '../kernel/link.js'
import { parseIpProtocol } from '../kernel/protocol.js'
import type { RouteType } from '../kernel/route-type.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { Answer, Packet } from '../lookup/lookup.js'
import type { Nexthop } from '../plan/plan.js'
import { tableWord } from './iproute2.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** The packet, or what is wrong with the words. */
export type ReadPacketWords =
  { readonly ok: true; readonly packet: Packet } | { readonly ok: false; readonly problem: string }

const INVALID_UID = 4294967295

const number = (text: string, max: number): number | undefined => {
  const value = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : Number.NaN
  return value <= max ? value : undefined
}

/**
 * `8.8.8.8 from 192.0.2.2 iif lan0 mark 0x1 ipproto tcp dport 25 uid 1000`.
 * Where nothing is said of the protocol, inet_rtm_getroute() asks for UDP; IPv6 asks for none. With `iif`,
 * inet6_rtm_getroute() asks for INVALID_UID, though real forwarded packets count as root's in both families.
 */
export function readPacketWords(text: string): ReadPacketWords {
  const [first = '', ...words] = text.trim().split(/\s+/)
  const fail = (problem: string): ReadPacketWords => ({ ok: false, problem })
  const dst = parseAddress(first)
  if (dst === undefined) return fail(`${JSON.stringify(first)} is no address to go to`)
  const packet: Mutable<Packet> = {
    family: dst.family,
    dst,
    ...(dst.family === 'inet' ? { ipproto: 17 } : {}),
  }
  for (let index = 0; index < words.length; index += 2) {
    const word = words[index] ?? ''
    const value = words[index + 1]
    if (value === undefined) return fail(`${JSON.stringify(word)} lacks its value`)
    if (!setWord(packet, word, value)) return fail(`cannot take ${word} ${value}`)
  }
  const isForwarded = packet.iif !== undefined && packet.iif !== loopback
  if (dst.family === 'inet6' && isForwarded) packet.uid ??= INVALID_UID
  return { ok: true, packet }
}

function setWord(packet: Mutable<Packet>, word: string, value: string): boolean {
  const set = <K extends keyof Packet>(key: K, read: Packet[K] | undefined): boolean => {
    if (read === undefined) return false
    packet[key] = read
    return true
  }
  switch (word) {
    case 'from': {
      const src = parseAddress(value)
      return src?.family === packet.family && set('src', src)
    }
    case 'iif':
    case 'oif':
      return isLinkName(value) && set(word, value)
    case 'mark':
      return !value.includes('/') && set('mark', parseFwmark(value)?.value)
    case 'ipproto':
      return set('ipproto', parseIpProtocol(value))
    case 'sport':
    case 'dport':
      return set(word, number(value, 65535))
    case 'uid':
      return set('uid', number(value, 4294967294))
    case 'tos':
      return set('tos', number(value, 255))
    default:
      return false
  }
}

/** As `readPacketWords` reads it. */
export const formatPacket = ({ dst, src, iif, oif, mark, ipproto, sport, dport, uid, tos }: Packet): string =>
  [
    ...[dst.text, src === undefined ? [] : ['from', src.text]].flat(),
    ...(iif === undefined ? [] : ['iif', iif]),
    ...(oif === undefined ? [] : ['oif', oif]),
    ...(mark === undefined ? [] : ['mark', `0x${mark.toString(16)}`]),
    ...(ipproto === undefined ? [] : ['ipproto', String(ipproto)]),
    ...(sport === undefined ? [] : ['sport', String(sport)]),
    ...(dport === undefined ? [] : ['dport', String(dport)]),
    ...(uid === undefined ? [] : ['uid', String(uid)]),
    ...(tos === undefined ? [] : ['tos', `0x${tos.toString(16)}`]),
  ].join(' ')

const hop = ({ via, dev }: Nexthop, table: TableId): string =>
  [
    ...(via === undefined ? [] : ['via', via.text]),
    'dev',
    dev,
    ...(table === RT_TABLE_MAIN ? [] : ['table', tableWord(table)]),
  ].join(' ')

/** `via 192.0.2.1 dev eth0 table 101`, `one of: via … | via …`, `unreachable`, `local`, `none`. */
export function formatAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'route': {
      const hops = [...new Set(answer.nexthops.map((nexthop) => hop(nexthop, answer.table)))]
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
