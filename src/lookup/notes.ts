// Notes on an answer: kernel checks outside of the rules, and fields that the query lacks.
import { groupBy } from '../kernel/group-by.js'
import { families, type Family } from '../kernel/family.js'
import { containsAddress, networkOf } from '../kernel/prefix.js'
import { isLinkLocal, isLoopback, isSameAddress } from '../kernel/address.js'
import { loopback, type LinkName } from '../kernel/link.js'
import type { KernelPlan } from '../plan/plan.js'
import { retryWithSource } from './ipv6-source-retry.js'
import type { Fib } from './fib.js'
import { isLocallyGenerated, type Packet } from './packet.js'
import type { Trace } from './trace.js'
import { summarizeAnswerWithHops } from './format-answer.js'

export interface PacketQuery {
  readonly packet: Packet
  /** Whether the query sets a protocol. Without one, an IPv4 packet has UDP. */
  readonly hasProtocol: boolean
}

/** One sentence each. */
export const notesOf = (fib: Fib, trace: Trace, query: PacketQuery): readonly string[] => [
  ...sourceNote(fib.plan, trace),
  ...protocolNote(trace, query),
  ...linkNote(fib.plan, trace),
  ...forwardingNote(fib.plan, trace),
  ...linkLocalNote(trace),
  ...softwareNote(fib.plan, trace),
  ...sourceRetryNote(fib, trace),
]

function sourceNote(plan: KernelPlan, { packet, answer }: Trace): readonly string[] {
  const { src } = packet
  if (src === undefined) return []
  if (isLoopback(src))
    return isLoopback(packet.dst) || (isLocallyGenerated(packet) && answer.kind === 'local')
      ? []
      : [`nothing leaves or enters this host from ${src.text}, which is told of this host alone`]
  const owner = plan.links.find((link) => link.addresses.some(({ address }) => isSameAddress(address, src)))
  if (!isLocallyGenerated(packet))
    return owner === undefined
      ? []
      : [
          `the kernel drops it before it asks any rule: ${src.text} is this host’s own address, on ${owner.name}`,
        ]
  if (owner !== undefined) return []
  const near = plan.links.find((link) =>
    link.addresses.some((prefix) => containsAddress(networkOf(prefix), src)),
  )
  return [
    `${src.text} is no address that the description tells of this host, and from a foreign one the kernel sends nothing; for a packet that it forwards write \`iif ${near?.name ?? 'LINK'}\` as well`,
  ]
}

function protocolNote({ packet, steps }: Trace, { hasProtocol }: PacketQuery): readonly string[] {
  const hasProtocolRule = steps.some(({ rule }) => rule.selector.ipproto !== undefined)
  if (hasProtocol || !hasProtocolRule) return []
  return [
    packet.family === 'inet'
      ? 'no protocol was told, so it is taken for UDP, as `ip route get` does; a rule asks for one: write `ipproto tcp`, say'
      : 'no protocol was told, and then no rule that asks for one takes it, as in `ip route get`: write `ipproto tcp`, say',
  ]
}

function linkNote(plan: KernelPlan, { packet }: Trace): readonly string[] {
  const known = knownLinks(plan)
  return [packet.iif, packet.oif].flatMap((link) =>
    link === undefined || known.has(link)
      ? []
      : [`${link} is a link that the description does not name; it names ${[...known].join(', ')}`],
  )
}

/** The links of the description, and those that its rules and routes name. */
export const knownLinks = (plan: KernelPlan): ReadonlySet<LinkName> =>
  new Set([
    loopback,
    ...plan.links.map(({ name }) => name),
    ...plan.rules.flatMap(({ selector: { iif, oif } }) => [iif ?? [], oif ?? []].flat()),
    ...plan.routes.flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev)),
  ])

const FORWARDING: Readonly<Record<Family, string>> = {
  inet: 'net.ipv4.ip_forward',
  inet6: 'net.ipv6.conf.all.forwarding',
}

function forwardingNote(plan: KernelPlan, { packet, answer }: Trace): readonly string[] {
  if (isLocallyGenerated(packet) || answer.kind !== 'route') return []
  const key = families.includes(packet.family) ? FORWARDING[packet.family] : ''
  const set = plan.sysctls.find((sysctl) => sysctl.key === key)
  if (set !== undefined && set.value !== '0') return []
  return [
    set === undefined
      ? `the host forwards nothing unless ${key} is 1, which the description does not set`
      : `the host forwards nothing, for the description sets ${key} to 0`,
  ]
}

/** ip6_forward() never forwards link-local addresses. IPv4 does. */
function linkLocalNote({ packet, answer }: Trace): readonly string[] {
  const { family, src, dst } = packet
  if (family !== 'inet6' || isLocallyGenerated(packet) || answer.kind !== 'route') return []
  const near = [dst, src].find((address) => address !== undefined && isLinkLocal(address))
  return near === undefined
    ? []
    : [`the kernel forwards nothing ${near === dst ? 'to' : 'from'} ${near.text}, whose scope is its link`]
}

/** Rules of other software that come before the answer. */
function softwareNote({ coexist }: KernelPlan, { steps }: Trace): readonly string[] {
  const last = steps.at(-1)?.rule.pref ?? 0
  return coexist.flatMap(({ name, prefs, unnumbered }) => {
    const bands = prefs
      .filter(([first]) => first <= last)
      .map(([first, end]) => (first === end ? String(first) : `${first} to ${end}`))
    const where = [...bands, ...(unnumbered ? ['right behind table local'] : [])]
    return where.length === 0
      ? []
      : [`what the rules of ${name} do is not known here; they would stand in front, at ${where.join(', ')}`]
  })
}

function sourceRetryNote(fib: Fib, trace: Trace): readonly string[] {
  const retries = retryWithSource(fib, trace)
  const first = summarizeAnswerWithHops(fib.plan, trace)
  const bySummary = groupBy(retries, ({ trace: second }) => summarizeAnswerWithHops(fib.plan, second))
  bySummary.delete(first)
  if (bySummary.size === 0) return []
  const outcomes = [...bySummary].map(
    ([summary, same]) => `from ${same.map(({ src }) => src.text).join(' or ')} it ${summary}`,
  )
  return [
    `a program that binds no address does not get this answer: the kernel takes an address of the host and looks up again, which \`ip route get\` does not show; ${outcomes.join('; ')}`,
  ]
}
