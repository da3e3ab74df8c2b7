// Notes on an answer: kernel checks outside of the rules, and fields that the query lacks.
import { groupBy } from '../stdlib/group-by.js'
import { VRF_PREFERENCE } from '../kernel/preference.js'
import { containsAddress, networkOf } from '../kernel/prefix.js'
import { isLinkLocal, isLoopback, isSameAddress } from '../kernel/address.js'
import { loopback, type LinkName } from '../kernel/link.js'
import { formatSysctlKey, forwardingSysctls, isSameSysctl } from '../kernel/sysctl.js'
import type { KernelPlan } from '../plan/plan.js'
import { isVrfRule } from './vrfs.js'
import { retryWithSource } from './ipv6-source-retry.js'
import type { Fib } from './fib.js'
import { isLocallyGenerated, type Packet } from '../kernel/packet.js'
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
  ...vrfNote(fib, trace),
  ...sourceRetryNote(fib, trace),
]

function sourceNote(plan: KernelPlan, { packet, answer }: Trace): readonly string[] {
  const { src } = packet
  if (src === undefined) return []
  if (isLoopback(src))
    return isLoopback(packet.dst) || (isLocallyGenerated(packet) && answer.kind === 'local')
      ? []
      : [`${src.text} is a loopback address: packets from it neither enter nor leave this host`]
  const owner = plan.state.links.find((link) =>
    link.addresses.some(({ address }) => isSameAddress(address, src)),
  )
  if (!isLocallyGenerated(packet))
    return owner === undefined
      ? []
      : [`the kernel drops it before any rule: ${src.text} is this host’s own address, on ${owner.name}`]
  if (owner !== undefined) return []
  const near = plan.state.links.find((link) =>
    link.addresses.some((prefix) => containsAddress(networkOf(prefix), src)),
  )
  return [
    `${src.text} is no address of this host in the description, and the kernel sends nothing from other addresses; for a forwarded packet add \`iif ${near?.name ?? 'LINK'}\``,
  ]
}

function protocolNote({ packet, steps }: Trace, { hasProtocol }: PacketQuery): readonly string[] {
  const hasProtocolRule = steps.some(({ rule }) => rule.selector.ipproto !== undefined)
  if (hasProtocol || !hasProtocolRule) return []
  return [
    packet.family === 'inet'
      ? 'without a protocol the packet is UDP, as in `ip route get`; a rule selects by protocol: add `ipproto tcp`, for example'
      : 'without a protocol no rule with `ipproto` matches, as in `ip route get`: add `ipproto tcp`, for example',
  ]
}

function linkNote(plan: KernelPlan, { packet }: Trace): readonly string[] {
  const known = knownLinks(plan)
  return [packet.iif, packet.oif].flatMap((link) =>
    link === undefined || known.has(link)
      ? []
      : [`${link} is no link of the description; it has ${[...known].join(', ')}`],
  )
}

/** The links of the description, and those that its rules and routes name. */
export const knownLinks = (plan: KernelPlan): ReadonlySet<LinkName> =>
  new Set([
    loopback,
    ...plan.state.links.map(({ name }) => name),
    ...plan.state.rules.flatMap(({ selector: { iif, oif } }) => [iif ?? [], oif ?? []].flat()),
    ...plan.state.routes.flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev)),
  ])

function forwardingNote(plan: KernelPlan, { packet, answer }: Trace): readonly string[] {
  if (isLocallyGenerated(packet) || answer.kind !== 'route') return []
  const wanted = forwardingSysctls[packet.family]
  const set = plan.state.sysctls.find((sysctl) => isSameSysctl(sysctl.key, wanted))
  const key = formatSysctlKey(wanted)
  if (set !== undefined && set.value !== '0') return []
  return [
    set === undefined
      ? `the host forwards only if ${key} is 1, which the description does not set`
      : `the host forwards nothing: the description sets ${key} to 0`,
  ]
}

/** ip6_forward() never forwards link-local addresses. IPv4 does. */
function linkLocalNote({ packet, answer }: Trace): readonly string[] {
  const { family, src, dst } = packet
  if (family !== 'inet6' || isLocallyGenerated(packet) || answer.kind !== 'route') return []
  const near = [dst, src].find((address) => address !== undefined && isLinkLocal(address))
  return near === undefined
    ? []
    : [`the kernel forwards no packet ${near === dst ? 'to' : 'from'} ${near.text}, a link-local address`]
}

/** Rules of other software that come before the answer. */
function softwareNote({ intent: { coexist } }: KernelPlan, { steps }: Trace): readonly string[] {
  const last = steps.at(-1)?.rule.pref ?? 0
  const hasVrfRule = steps.some(({ rule }) => isVrfRule(rule))
  return coexist.flatMap(({ name, prefs, unnumbered }) => {
    const bands = prefs
      .filter(([first]) => first <= last && !(hasVrfRule && first === VRF_PREFERENCE))
      .map(([first, end]) => (first === end ? String(first) : `${first} to ${end}`))
    const where = [...bands, ...(unnumbered ? ['directly after table local'] : [])]
    return where.length === 0
      ? []
      : [`the rules of ${name} are not part of the plan and may come first, at ${where.join(', ')}`]
  })
}

/** l3mdev_update_flow(), vrf_ip6_rcv(), fib_rule_iif_match(). */
function vrfNote(fib: Fib, { packet, steps }: Trace): readonly string[] {
  const { vrfs } = fib[packet.family]
  const link = packet.oif ?? packet.iif
  const vrf = link === undefined ? undefined : vrfs.get(link)
  if (vrf === undefined) return []
  const isOfVrf = (name: LinkName | undefined): boolean => name !== undefined && vrfs.get(name) === vrf
  const names = steps.some(
    ({ rule }) => !isVrfRule(rule) && (isOfVrf(rule.selector.iif) || isOfVrf(rule.selector.oif)),
  )
  return names
    ? [
        `a rule that names ${vrf} or a member of it depends on the version of Linux: shown is IPv4 in 5.18 to 6.14, where a rule matches only the link that it names; IPv6, and IPv4 before, have ${vrf} as \`iif\`, and since 6.15 a rule that names ${vrf} matches its members as well`,
      ]
    : []
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
    `a program without a bound address gets another answer: the kernel selects a source and looks up again, which \`ip route get\` does not show; ${outcomes.join('; ')}`,
  ]
}
