// Explanation of a selector mismatch: `from 10.0.0.0/8: the packet is from 192.0.2.1`.
import { protocolName } from '../kernel/protocol.js'
import { mapSelector, selectorTokens, type SelectorName } from '../kernel/selectors.js'
import type { Packet, TraceStep } from './lookup.js'
import { isVrfRule } from './vrfs.js'
import { isLocallyGenerated } from '../kernel/packet.js'

/** The mismatching field of the rule and the value in the packet; undefined if the rule matched. */
export function mismatchText(step: TraceStep, packet: Packet): string | undefined {
  const fact = mismatchFact(step, packet)
  if (step.outcome !== 'passed' || fact === undefined) return undefined
  if (isVrfRule(step.rule)) return fact
  const { selector } = step.rule
  const selected = step.mismatch === 'not' ? selector : { [step.mismatch]: selector[step.mismatch] }
  return `${selectorTokens(selected, { ipproto: protocolName }).join(' ')}: ${fact}`
}

/** The second half only, if the rule is printed next to it: `the packet is from 192.0.2.1`. */
export function mismatchFact(step: TraceStep, packet: Packet): string | undefined {
  if (step.outcome !== 'passed') return undefined
  if (isVrfRule(step.rule)) return 'no link of the packet is in a VRF'
  if (step.mismatch !== 'not') return packetFacts[step.mismatch](packet)
  const [first, ...others] = mapSelector(step.rule.selector, (name) => name)
  if (first === undefined) return 'every packet matches'
  return others.length === 0 ? packetFacts[first](packet) : 'the packet matches all of it'
}

/** The value of the field in the packet. */
const packetFacts: Readonly<Record<SelectorName, (packet: Packet) => string>> = {
  from: ({ src }) => (src === undefined ? 'the packet has no source yet' : `the packet is from ${src.text}`),
  to: ({ dst }) => `the packet goes to ${dst.text}`,
  fwmark: ({ mark = 0 }) => (mark === 0 ? 'the packet has no mark' : `the packet’s mark is ${hex(mark)}`),
  tos: ({ tos = 0 }) => `the packet’s tos is ${hex(tos)}`,
  dscp: ({ tos = 0 }) => `the packet’s dscp is ${tos >> 2}`,
  ipproto: ({ ipproto }) =>
    ipproto === undefined ? 'the packet has no protocol' : `the packet is ${protocolName(ipproto)}`,
  sport: ({ sport }) => portFact('comes from', sport),
  dport: ({ dport }) => portFact('goes to', dport),
  uidrange: (packet) =>
    isLocallyGenerated(packet) ? `the packet’s uid is ${packet.uid ?? 0}` : 'forwarded packets have uid 0',
  iif: (packet) =>
    isLocallyGenerated(packet)
      ? 'the packet is locally generated'
      : `the packet arrived on ${packet.iif ?? ''}`,
  oif: ({ oif }) => (oif === undefined ? 'the packet is bound to no link' : `the packet is bound to ${oif}`),
}

const portFact = (verb: 'comes from' | 'goes to', port: number | undefined): string =>
  port === undefined ? 'the packet has no port' : `the packet ${verb} port ${port}`

const hex = (value: number): string => `0x${value.toString(16)}`
