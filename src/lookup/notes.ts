// What is to be said of an answer beside it: where the kernel does more than walk rules, and where a word was left out.
import { families, type Family } from '../kernel/family.js'
import { containsAddress, networkOf } from '../kernel/prefix.js'
import { isLinkLocal, isLoopback, isSameAddress } from '../kernel/address.js'
import { loopback, type LinkName } from '../kernel/link.js'
import type { KernelPlan } from '../plan/plan.js'
import { retryWithSource } from './ipv6-source-retry.js'
import type { Fib } from './fib.js'
import { isOwn, type Packet } from './packet.js'
import type { Trace } from './trace.js'
import { verdictWithHops } from './format-answer.js'

export interface PacketQuery {
  readonly packet: Packet
  /** Whether a protocol was told; of IPv4 the packet has UDP where none was. */
  readonly hasProtocol: boolean
}

/** A sentence each. */
export const remarksOf = (fib: Fib, trace: Trace, question: PacketQuery): readonly string[] => [
  ...sourceRemark(fib.plan, trace),
  ...protocolRemark(trace, question),
  ...linkRemark(fib.plan, trace),
  ...forwardingRemark(fib.plan, trace),
  ...linkLocalRemark(trace),
  ...softwareRemark(fib.plan, trace),
  ...againRemark(fib, trace),
]

function sourceRemark(plan: KernelPlan, { packet, answer }: Trace): readonly string[] {
  const { src } = packet
  if (src === undefined) return []
  if (isLoopback(src))
    return isLoopback(packet.dst) || (isOwn(packet) && answer.kind === 'local')
      ? []
      : [`nothing leaves or enters this host from ${src.text}, which is told of this host alone`]
  const holder = plan.links.find((link) => link.addresses.some(({ address }) => isSameAddress(address, src)))
  if (!isOwn(packet))
    return holder === undefined
      ? []
      : [
          `the kernel drops it before it asks any rule: ${src.text} is this host’s own address, on ${holder.name}`,
        ]
  if (holder !== undefined) return []
  const near = plan.links.find((link) =>
    link.addresses.some((prefix) => containsAddress(networkOf(prefix), src)),
  )
  return [
    `${src.text} is no address that the description tells of this host, and from a foreign one the kernel sends nothing; for a packet that it forwards write \`iif ${near?.name ?? 'LINK'}\` as well`,
  ]
}

function protocolRemark({ packet, steps }: Trace, { hasProtocol }: PacketQuery): readonly string[] {
  const asks = steps.some(({ rule }) => rule.selector.ipproto !== undefined)
  if (hasProtocol || !asks) return []
  return [
    packet.family === 'inet'
      ? 'no protocol was told, so it is taken for UDP, as `ip route get` does; a rule asks for one: write `ipproto tcp`, say'
      : 'no protocol was told, and then no rule that asks for one takes it, as in `ip route get`: write `ipproto tcp`, say',
  ]
}

function linkRemark(plan: KernelPlan, { packet }: Trace): readonly string[] {
  const known = linksKnown(plan)
  return [packet.iif, packet.oif].flatMap((link) =>
    link === undefined || known.has(link)
      ? []
      : [`${link} is a link that the description does not name; it names ${[...known].join(', ')}`],
  )
}

/** Those of the description, and whatever its rules name beside them. */
export const linksKnown = (plan: KernelPlan): ReadonlySet<LinkName> =>
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

function forwardingRemark(plan: KernelPlan, { packet, answer }: Trace): readonly string[] {
  if (isOwn(packet) || answer.kind !== 'route') return []
  const key = families.includes(packet.family) ? FORWARDING[packet.family] : ''
  const set = plan.sysctls.find((sysctl) => sysctl.key === key)
  if (set !== undefined && set.value !== '0') return []
  return [
    set === undefined
      ? `the host forwards nothing unless ${key} is 1, which the description does not set`
      : `the host forwards nothing, for the description sets ${key} to 0`,
  ]
}

/** ip6_forward() leaves it on its link; IPv4 makes no difference. */
function linkLocalRemark({ packet, answer }: Trace): readonly string[] {
  const { family, src, dst } = packet
  if (family !== 'inet6' || isOwn(packet) || answer.kind !== 'route') return []
  const near = [dst, src].find((address) => address !== undefined && isLinkLocal(address))
  return near === undefined
    ? []
    : [`the kernel forwards nothing ${near === dst ? 'to' : 'from'} ${near.text}, whose scope is its link`]
}

/** Rules that stand in front of the answer, and that no description has. */
function softwareRemark({ coexist }: KernelPlan, { steps }: Trace): readonly string[] {
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

function againRemark(fib: Fib, trace: Trace): readonly string[] {
  const again = retryWithSource(fib, trace)
  const first = verdictWithHops(fib.plan, trace)
  const byVerdict = new Map<string, string[]>()
  for (const { src, trace: second } of again) {
    const verdict = verdictWithHops(fib.plan, second)
    if (verdict !== first) byVerdict.set(verdict, [...(byVerdict.get(verdict) ?? []), src.text])
  }
  if (byVerdict.size === 0) return []
  const ways = [...byVerdict].map(([verdict, sources]) => `from ${sources.join(' or ')} it ${verdict}`)
  return [
    `a program that binds no address does not get this answer: the kernel takes an address of the host and looks up again, which \`ip route get\` does not show; ${ways.join('; ')}`,
  ]
}
