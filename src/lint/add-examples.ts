// Example packets for warnings that were reported before there was a plan.
import type { DiagnosticCode } from '../diagnostics/catalogue/catalogue.js'
import type { Diagnostic, Path } from '../diagnostics/diagnostic.js'
import { addressFromValue, addressValue } from '../kernel/address.js'
import { WHOLE_MARK } from '../kernel/fwmark.js'
import { networkOf, overlaps } from '../kernel/prefix.js'
import type { Packet } from '../lookup/lookup.js'
import { findGateway } from '../plan/find-gateway.js'
import { isBelow } from '../plan/origin.js'
import type { Rule } from '../plan/plan.js'
import { exampleOf, formatAnswer, formatPacket } from './example.js'
import type { LintContext } from './context.js'
import { packetIn, packetsOf } from './sample-packets.js'

export function addExample(host: LintContext, diagnostic: Diagnostic): Diagnostic {
  const packet =
    diagnostic.example === undefined ? packetFor[diagnostic.code]?.(host, diagnostic.path) : undefined
  if (packet === undefined) return diagnostic
  if (diagnostic.code !== 'forwarding-off') return { ...diagnostic, example: exampleOf(host, packet) }
  const answer = formatAnswer(host, packet, host.lookup(packet))
  return { ...diagnostic, example: `${formatPacket(host, packet)} is dropped; with forwarding it ${answer}` }
}

type PacketFor = (host: LintContext, path: Path) => Packet | undefined

/** The kernel rules of a path: `rules[2].fwmark` gives those of the third user rule. */
const rulesOf = ({ plan }: LintContext, path: Path): readonly Rule[] => {
  const start = path[0] === 'rules' ? path.slice(0, 2) : path
  return plan.state.rules.filter(({ origin }) => isBelow(origin, start))
}

const isAnsweredBy = (host: LintContext, packet: Packet, rules: readonly Rule[]): boolean => {
  const answer = host.lookup(packet)
  return 'rule' in answer && rules.includes(answer.rule)
}

/** A packet with the intended mark and a bit of another program. */
const packetWithOtherBits: PacketFor = (host, path) => {
  const rules = rulesOf(host, path)
  const whole = rules.filter(({ selector }) => selector.fwmark?.mask === WHOLE_MARK)
  const values = [...new Set(whole.map(({ selector }) => selector.fwmark?.value))]
  const position = typeof path[3] === 'number' && values.length > path[3] ? path[3] : 0
  const rule = whole.find(({ selector }) => selector.fwmark?.value === values[position])
  const value = values[position]
  if (rule === undefined || value === undefined) return undefined
  const foreign = [0x10000, 0x100000, 0x1].find((bit) => (value & bit) === 0) ?? 0x2
  for (const packet of packetsOf(host, rule.family, rule.selector)) {
    const marked = { ...packet, mark: (value ^ foreign) >>> 0 }
    if (!isAnsweredBy(host, marked, rules)) return marked
  }
  return undefined
}

const forwardedPacket: PacketFor = (host, path) => {
  const rules = rulesOf(host, path)
  const iif = host.plan.state.links[0]?.name
  const selected = rules.flatMap(({ family, selector: { uidrange: _uidrange, ...selector } }) => [
    { family, selector },
    ...(iif === undefined ? [] : [{ family, selector: { ...selector, iif } }]),
  ])
  return packetIn(host, selected, (packet) => packet.iif !== undefined && isAnsweredBy(host, packet, rules))
}

const answeredPacket: PacketFor = (host, path) => {
  const rules = rulesOf(host, path)
  return packetIn(host, rules, (packet) => isAnsweredBy(host, packet, rules))
}

/** A reply of a LAN host to a request that arrived through the gateway. */
const asymmetricReply: PacketFor = (host, [, name]) => {
  const gateway = host.plan.intent.gateways.find((one) => one.name === name)
  const all = (gateway?.nexthops ?? []).map(({ family }) => ({ family, selector: {} }))
  return packetIn(host, all, (packet) => {
    const answer = host.lookup(packet)
    return (
      packet.iif !== undefined &&
      answer.kind === 'route' &&
      answer.nexthops.some(
        (nexthop) => findGateway(host.plan, packet.family, answer.table, nexthop) !== gateway,
      )
    )
  })
}

const forwardedBy: PacketFor = (host, path) =>
  packetIn(host, rulesOf(host, path), ({ iif }) => iif !== undefined)

/** A neighbour that belongs to two links. */
const neighbourOfTwo: PacketFor = ({ plan }, [, name, , index]) => {
  const own = plan.state.links.find((link) => link.name === name)?.addresses[Number(index)]
  const others = plan.state.links.filter((link) => link.name !== name).flatMap(({ addresses }) => addresses)
  const other = own === undefined ? undefined : others.find((prefix) => overlaps(prefix, own))
  if (own === undefined || other === undefined) return undefined
  const narrow = own.length > other.length ? own : other
  return {
    family: own.family,
    dst: addressFromValue(own.family, addressValue(networkOf(narrow).address) + 7n),
  }
}

const packetFor: Partial<Record<DiagnosticCode, PacketFor>> = {
  'mark-without-mask': packetWithOtherBits,
  'uid-of-forwarded': forwardedPacket,
  'rule-not-several': answeredPacket,
  'marks-gateway-unmarked': asymmetricReply,
  'forwarding-off': forwardedBy,
  'prefixes-overlap': neighbourOfTwo,
  'nexthop-without-source': (host) => ({ family: 'inet6', dst: host.remoteAddress('inet6') }),
}
