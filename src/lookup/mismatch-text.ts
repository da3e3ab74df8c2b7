// Explanation of a selector mismatch: `from 10.0.0.0/8: the packet is from 192.0.2.1`.
import { formatFwmark } from '../kernel/fwmark.js'
import { formatPrefixShort } from '../kernel/prefix.js'
import { ipProtocols } from '../kernel/protocol.js'
import { formatRange, formatRangeFull } from '../kernel/range.js'
import type { Selector } from '../plan/plan.js'
import type { Packet, TraceStep } from './lookup.js'
import { isLocallyGenerated } from './packet.js'

/** The mismatching field of the rule and the value in the packet; undefined if the rule matched. */
export function mismatchText(step: TraceStep, packet: Packet): string | undefined {
  const fact = mismatchFact(step, packet)
  if (step.outcome !== 'passed' || fact === undefined) return undefined
  const { selector } = step.rule
  if (step.mismatch !== 'not') return `${formatSelectorKey(selector, step.mismatch)}: ${fact}`
  return `${['not', ...keysIn(selector).map((word) => formatSelectorKey(selector, word))].join(' ')}: ${fact}`
}

/** The second half only, if the rule is printed next to it: `the packet is from 192.0.2.1`. */
export function mismatchFact(step: TraceStep, packet: Packet): string | undefined {
  if (step.outcome !== 'passed') return undefined
  if (step.mismatch !== 'not') return packetFact(step.mismatch, packet)
  const [first, ...others] = keysIn(step.rule.selector)
  if (first === undefined) return 'every packet matches'
  return others.length === 0 ? packetFact(first, packet) : 'the packet matches all of it'
}

type SelectorKey = Exclude<keyof Selector, 'not'>

const SELECTOR_KEYS: readonly SelectorKey[] = [
  'from',
  'to',
  'tos',
  'fwmark',
  'iif',
  'oif',
  'uidrange',
  'ipproto',
  'sport',
  'dport',
]

const keysIn = (selector: Selector): readonly SelectorKey[] =>
  SELECTOR_KEYS.filter((word) => selector[word] !== undefined)

/** As `ip rule show` prints it. */
function formatSelectorKey(selector: Selector, word: SelectorKey): string {
  const { from, to, fwmark, tos, ipproto, sport, dport, uidrange } = selector
  switch (word) {
    case 'from':
      return from === undefined ? word : `from ${formatPrefixShort(from)}`
    case 'to':
      return to === undefined ? word : `to ${formatPrefixShort(to)}`
    case 'fwmark':
      return fwmark === undefined ? word : `fwmark ${formatFwmark(fwmark)}`
    case 'tos':
      return `tos ${hex(tos)}`
    case 'ipproto':
      return `ipproto ${protocolName(ipproto)}`
    case 'sport':
      return sport === undefined ? word : `sport ${formatRange(sport)}`
    case 'dport':
      return dport === undefined ? word : `dport ${formatRange(dport)}`
    case 'uidrange':
      return uidrange === undefined ? word : `uidrange ${formatRangeFull(uidrange)}`
    case 'iif':
    case 'oif':
      return `${word} ${selector[word] ?? ''}`
  }
}

/** The value of the field in the packet. */
function packetFact(word: SelectorKey, packet: Packet): string {
  switch (word) {
    case 'from':
      return packet.src === undefined
        ? 'the packet has no source yet'
        : `the packet is from ${packet.src.text}`
    case 'to':
      return `the packet goes to ${packet.dst.text}`
    case 'fwmark':
      return (packet.mark ?? 0) === 0 ? 'the packet has no mark' : `the packet’s mark is ${hex(packet.mark)}`
    case 'tos':
      return `the packet’s tos is ${hex(packet.tos)}`
    case 'ipproto':
      return packet.ipproto === undefined
        ? 'the packet has no protocol'
        : `the packet is ${protocolName(packet.ipproto)}`
    case 'sport':
      return portFact('comes from', packet.sport)
    case 'dport':
      return portFact('goes to', packet.dport)
    case 'uidrange':
      return isLocallyGenerated(packet)
        ? `the packet’s uid is ${packet.uid ?? 0}`
        : 'forwarded packets have uid 0'
    case 'iif':
      return isLocallyGenerated(packet)
        ? 'the packet is locally generated'
        : `the packet arrived on ${packet.iif ?? ''}`
    case 'oif':
      return packet.oif === undefined
        ? 'the packet is bound to no link'
        : `the packet is bound to ${packet.oif}`
  }
}

const portFact = (verb: 'comes from' | 'goes to', port: number | undefined): string =>
  port === undefined ? 'the packet has no port' : `the packet ${verb} port ${port}`

const hex = (value: number | undefined): string => `0x${(value ?? 0).toString(16)}`

/** `tcp`, or the number if the protocol has no name. */
export function protocolName(protocol: number | undefined): string {
  const name = Object.entries(ipProtocols).find(([, number]) => number === protocol)?.[0]
  return name ?? String(protocol)
}
