// Packet trace for the library: takes a packet as people type it, and adds what the plan alone cannot answer.
import { createFib, type Fib } from './lookup/fib.js'
import { explainPacket } from './lookup/explain.js'
import type { PacketQuery } from './lookup/notes.js'
import type { Packet } from './kernel/packet.js'
import type { Trace } from './lookup/trace.js'
import type { Unknown } from './lookup/unknowns.js'
import type { KernelPlan } from './plan/plan.js'
import { parsePacketQuery } from './syntax/packet-query.js'
import { formatAnswer } from './syntax/route-get.js'

/** A packet, by the same names as on the command line: `{ to: '8.8.8.8', from: '10.0.0.7', iif: 'lan0' }`. */
export interface PacketFields {
  /** Destination address. */
  readonly to: string
  /** Source address. Without it, the packet comes from a socket that is not bound to an address. */
  readonly from?: string
  /** Link on which the packet arrived. Without it, this host sends the packet. */
  readonly iif?: string
  /** Link to which the sending socket is bound. */
  readonly oif?: string
  /** Firewall mark, 0 to 0xffffffff. */
  readonly mark?: number | string
  /** `tcp`, `udp`, `icmp`, … or an IANA number. Default for IPv4: UDP, as `ip route get` has it. */
  readonly ipproto?: number | string
  readonly sport?: number | string
  readonly dport?: number | string
  /** User that owns the sending socket. Default: root. */
  readonly uid?: number | string
  /** The whole TOS octet, 0 to 0xff. */
  readonly tos?: number | string
  /** The upper six bits of the TOS octet: 0 to 63, or a name such as `ef`. Excludes `tos`. */
  readonly dscp?: number | string
}

export interface PacketTrace extends Trace {
  /** The answer as `ip route get` writes it: `via 192.0.2.1 dev eth0 table 101`, `unreachable`, `local`, `none`. */
  readonly text: string
  /** Leases that the answer depends on. The answer holds only where this is empty. */
  readonly unknown: readonly Unknown[]
  /** Sentences for a person: what the kernel does beyond rules and tables, and what was assumed of the packet. */
  readonly notes: readonly string[]
}

/**
 * Looks a packet up in a plan as the kernel would, with all links up.
 *
 * @param plan The `plan` of a compilation. For many packets pass `createFib(plan)`, which prepares the tables once.
 * @param packet Text (`8.8.8.8 from 10.0.0.7 iif lan0`), an object of the same names, or a parsed `Packet`.
 * @throws TypeError if the text or the object is not a packet that the host can have.
 */
export function trace(plan: KernelPlan | Fib, packet: string | PacketFields | Packet): PacketTrace {
  const fib = 'plan' in plan ? plan : createFib(plan)
  const explanation = explainPacket(fib, queryOf(fib.plan, packet))
  const { trace: found, unknown, notes } = explanation
  return { ...found, text: formatAnswer(found.answer), unknown, notes }
}

function queryOf(plan: KernelPlan, packet: string | PacketFields | Packet): PacketQuery {
  if (typeof packet === 'object' && 'dst' in packet) return { packet, hasProtocol: true }
  const tokens = typeof packet === 'string' ? packet.trim().split(/\s+/) : tokensOf(packet)
  const read = parsePacketQuery(tokens, plan)
  if (read.ok) return read.value
  throw new TypeError(`cannot trace ${JSON.stringify(tokens.join(' '))}: ${read.problem}`)
}

/** ip(8) reads `tos 10` as hexadecimal, so numbers are written in the base that each token has. */
const tokensOf = (fields: PacketFields): readonly string[] =>
  Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return []
    const isHexadecimal = typeof value === 'number' && (name === 'tos' || name === 'mark')
    return [name, isHexadecimal ? `0x${value.toString(16)}` : String(value)]
  })
