// Parser for examples of diagnostics: their packets with the answers.
import { parseAddress } from '../../src/kernel/address.js'
import { isLinkName } from '../../src/kernel/link.js'
import { parseIpProtocol } from '../../src/kernel/protocol.js'
import type { Packet } from '../../src/lookup/lookup.js'

export interface Shown {
  readonly packet: Packet
  /** `leaves by cable`, `is dropped`, … */
  readonly verdict: string
}

const VERDICT = /(?:leaves by [^,]*|stays on this host|is dropped|is rejected \(\w+\)|finds no route)/
const PACKET = /(?:from \S+ )?to \S+(?: (?:iif|oif|mark|tos|ipproto|sport|dport|uid) \S+?(?=,| |$))*/

/** Every packet in the text that an answer follows. Placeholders of leases have no address. */
export function shownIn(example: string): readonly Shown[] {
  const pattern = new RegExp(`(${PACKET.source}),? (${VERDICT.source})`, 'g')
  return [...example.matchAll(pattern)].map(([, words = '', verdict = '']) => ({
    packet: packetOf(words.split(' ')),
    verdict,
  }))
}

function packetOf(words: readonly string[]): Packet {
  const valueOf = (name: string): string | undefined => {
    const place = words.indexOf(name)
    return place === -1 ? undefined : words[place + 1]
  }
  const number = (name: string): number | undefined => {
    const text = valueOf(name)
    return text === undefined ? undefined : Number(text)
  }
  const address = (name: string) => {
    const text = valueOf(name)
    const read = text === undefined ? undefined : parseAddress(text)
    if (text !== undefined && read === undefined) throw new Error(`no address: ${text}`)
    return read
  }
  const link = (name: string) => {
    const text = valueOf(name)
    return text !== undefined && isLinkName(text) ? text : undefined
  }
  const dst = address('to')
  if (dst === undefined) throw new Error(`no packet: ${words.join(' ')}`)
  const protocol = valueOf('ipproto')
  const fields = {
    src: address('from'),
    iif: link('iif'),
    oif: link('oif'),
    mark: number('mark'),
    tos: number('tos'),
    ipproto: protocol === undefined ? undefined : parseIpProtocol(protocol),
    sport: number('sport'),
    dport: number('dport'),
    uid: number('uid'),
  }
  const reported = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return { family: dst.family, dst, ...(reported as Partial<Packet>) }
}
