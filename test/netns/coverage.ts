// Coverage of lookups by feature, so that "no difference" has a meaning.
import { isReject } from '../../src/plan/route.js'
import { isLinkLocal } from '../../src/kernel/address.js'
import { isHostPrefix } from '../../src/kernel/prefix.js'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL } from '../../src/kernel/table.js'
import type { Fib } from '../../src/lookup/fib.js'
import type { Packet, TraceStep } from '../../src/lookup/lookup.js'
import { isLocallyGenerated, preparePacket } from '../../src/kernel/packet.js'
import { findRoute } from '../../src/lookup/table.js'
import type { Trace } from '../../src/lookup/trace.js'
import { effectiveMetric } from '../../src/plan/keys.js'
import type { KernelPlan, Nexthop, Route } from '../../src/plan/plan.js'
import { isVrfRule } from '../../src/lookup/vrfs.js'
import { hasDscp, hasUids, hasVrfs } from './namespace.js'
import { setSelectors } from '../../src/kernel/selectors.js'

export const packetClasses = ['inet local', 'inet forwarded', 'inet6 local', 'inet6 forwarded'] as const
type PacketClass = (typeof packetClasses)[number]

const local: readonly PacketClass[] = ['inet local', 'inet6 local']
const inet: readonly PacketClass[] = ['inet local', 'inet forwarded']
const inet6: readonly PacketClass[] = ['inet6 local', 'inet6 forwarded']
const forwarded: readonly PacketClass[] = ['inet forwarded', 'inet6 forwarded']
const withVrfs = (classes: readonly PacketClass[]): readonly PacketClass[] => (hasVrfs ? classes : [])

/** The classes of packets that can meet each feature; a long run must meet it in all of them. */
const features = {
  // A selector of the rule that gave the answer or jumped.
  'matched by from': packetClasses,
  'matched by to': packetClasses,
  'matched by tos': packetClasses,
  'matched by dscp': hasDscp ? packetClasses : [],
  'matched by fwmark': packetClasses,
  'matched by iif': packetClasses,
  'matched by oif': local,
  'matched by uidrange': hasUids ? packetClasses : [],
  'matched by ipproto': packetClasses,
  'matched by sport': packetClasses,
  'matched by dport': packetClasses,
  'matched by not': packetClasses,
  // The first selector that did not match.
  'mismatch of from': packetClasses,
  'mismatch of to': packetClasses,
  'mismatch of tos': packetClasses,
  'mismatch of dscp': hasDscp ? packetClasses : [],
  'mismatch of fwmark': packetClasses,
  'mismatch of iif': packetClasses,
  'mismatch of oif': packetClasses,
  'mismatch of uidrange': hasUids ? packetClasses : [],
  'mismatch of ipproto': packetClasses,
  'mismatch of sport': packetClasses,
  'mismatch of dport': packetClasses,
  'mismatch of not': packetClasses,
  // Outcomes of a rule.
  'rule unreachable': packetClasses,
  'rule prohibit': packetClasses,
  'rule blackhole': packetClasses,
  goto: packetClasses,
  'goto the kernel’s rule of main': packetClasses,
  'goto without a target': packetClasses,
  'second rule of one priority': packetClasses,
  'table without routes': packetClasses,
  'table without a matching route': packetClasses,
  throw: packetClasses,
  suppressed: packetClasses,
  'prefix not suppressed': packetClasses,
  'reject route not suppressed': packetClasses,
  'rule of local': packetClasses,
  'rule of main': packetClasses,
  'rule of default': inet,
  'rule of VRFs': withVrfs(packetClasses),
  'rule of VRFs, no route': withVrfs(packetClasses),
  'mismatch of VRFs': withVrfs(packetClasses),
  'bound socket, no rule': ['inet local'],
  'no rule': packetClasses,
  // Properties of the route that was the answer.
  'route unicast': packetClasses,
  'route local, own address': packetClasses,
  'route local, of a table': packetClasses,
  'route unreachable': packetClasses,
  'route prohibit': packetClasses,
  'route blackhole': packetClasses,
  'route default': packetClasses,
  'route to a host': packetClasses,
  'longest prefix of several': packetClasses,
  'lowest metric of several': packetClasses,
  'route of the packet’s own link': inet6,
  'oif skips a better route': local,
  'oif selects one next hop': local,
  'several next hops': packetClasses,
  'several next hops of one link': packetClasses,
  'next hop by dev only': packetClasses,
  'next hop onlink': packetClasses,
  'next hop not onlink': packetClasses,
  'next hop of the other family': inet,
  'route with src': packetClasses,
  'route with scope': inet,
  // Properties of the packet.
  'bound to a VRF': withVrfs(local),
  'bound to a member of a VRF': withVrfs(local),
  'received on a VRF': withVrfs(forwarded),
  'received on a member of a VRF': withVrfs(forwarded),
  'no source': local,
  'source of the host': local,
  'source of another link than oif': local,
  'source of no link': ['inet6 local'],
  'source of the link’s scope': inet6,
  'destination of the link’s scope': inet6,
  'destination of the host itself': local,
} as const satisfies Readonly<Record<string, readonly PacketClass[]>>

type Feature = keyof typeof features
const names = Object.keys(features) as readonly Feature[]

export interface Coverage {
  count(fib: Fib, trace: Trace): void
  /** Features that no packet met, with the class in which one could. */
  missing(): readonly string[]
  table(): string
}

export function createCoverage(): Coverage {
  const counts = new Map<string, number>()
  const at = (feature: string, packetClass: string): number => counts.get(`${feature}, ${packetClass}`) ?? 0
  return {
    count(fib, trace) {
      const packetClass = `${trace.packet.family} ${isLocallyGenerated(trace.packet) ? 'local' : 'forwarded'}`
      for (const feature of new Set(featuresOf(fib, trace)))
        counts.set(`${feature}, ${packetClass}`, at(feature, packetClass) + 1)
    },
    missing: () =>
      names.flatMap((feature) =>
        features[feature]
          .filter((packetClass) => at(feature, packetClass) === 0)
          .map((packetClass) => `${feature} (${packetClass})`),
      ),
    table: () =>
      [
        ['', ...packetClasses],
        ...names.map((feature) => {
          const possible: readonly PacketClass[] = features[feature]
          return [
            feature,
            ...packetClasses.map((packetClass) =>
              possible.includes(packetClass) ? String(at(feature, packetClass)) : '-',
            ),
          ]
        }),
      ]
        .map(
          ([feature = '', ...cells]) => feature.padEnd(34) + cells.map((cell) => cell.padStart(17)).join(''),
        )
        .join('\n'),
  }
}

const featuresOf = (fib: Fib, trace: Trace): readonly Feature[] => [
  ...trace.steps.flatMap((step, index) => ofStep(fib, trace, step, index)),
  ...ofAnswer(fib, trace),
  ...ofPacket(fib.plan, trace.packet),
  ...ofPacketInVrf(fib, trace.packet),
]

function ofStep(
  { inet, inet6 }: Fib,
  { packet, steps }: Trace,
  step: TraceStep,
  index: number,
): readonly Feature[] {
  const { rule, outcome } = step
  const { selector, action } = rule
  if (isVrfRule(rule)) return ofVrfStep(step)
  const words = setSelectors(selector)
  const matched = words.map((word) => `matched by ${word}` as const)
  switch (outcome) {
    case 'passed':
      return [`mismatch of ${step.mismatch}`]
    case 'no-route': {
      const { tables } = packet.family === 'inet' ? inet : inet6
      const hasRoutes = action.type === 'lookup' && tables.has(action.table)
      return [hasRoutes ? 'table without a matching route' : 'table without routes']
    }
    case 'throw':
    case 'suppressed':
      return [outcome]
    case 'unresolved':
      return ['goto without a target']
    case 'goto':
      return [
        ...matched,
        action.type === 'goto' && action.pref === 32766 ? 'goto the kernel’s rule of main' : 'goto',
      ]
    case 'refused':
    case 'answered':
      return [
        ...matched,
        ...(steps[index - 1]?.rule.pref === rule.pref ? (['second rule of one priority'] as const) : []),
        ...(outcome === 'refused' &&
        (action.type === 'unreachable' || action.type === 'prohibit' || action.type === 'blackhole')
          ? [`rule ${action.type}` as const]
          : []),
      ]
  }
}

function ofVrfStep({ outcome }: TraceStep): readonly Feature[] {
  if (outcome === 'passed') return ['mismatch of VRFs']
  if (outcome === 'no-route') return ['rule of VRFs, no route']
  return outcome === 'answered' ? ['rule of VRFs'] : []
}

function ofAnswer(fib: Fib, { packet, steps, answer }: Trace): readonly Feature[] {
  if (answer.kind === 'onlink') return ['bound socket, no rule']
  if (answer.kind === 'none') return ['no rule']
  const step = steps.at(-1)
  if (step?.outcome !== 'answered' || step.rule.action.type !== 'lookup') return []
  const { rule, route, nexthops } = step
  const { table, suppressPrefixlength } = step.rule.action
  const met: Feature[] = []
  if (rule.origin.kind === 'kernel' && rule.pref === 0) met.push('rule of local')
  if (rule.origin.kind === 'kernel' && rule.pref === 32766) met.push('rule of main')
  if (rule.origin.kind === 'kernel' && table === RT_TABLE_DEFAULT) met.push('rule of default')
  if (suppressPrefixlength !== undefined)
    met.push(isReject(route) ? 'reject route not suppressed' : 'prefix not suppressed')
  return [
    ...met,
    ...ofRoute(fib, packet, route),
    ...ofNexthops(fib, packet, route, nexthops),
    ...ofBinding(fib, packet, route),
  ]
}

function ofRoute(fib: Fib, packet: Packet, route: Route): readonly Feature[] {
  const { type, dst, table, prefsrc, scope } = route
  const isPlanned = fib.plan.state.routes.includes(route)
  const met: Feature[] = []
  if (type === 'local')
    met.push(table === RT_TABLE_LOCAL ? 'route local, own address' : 'route local, of a table')
  else if (type !== 'throw') met.push(`route ${type}`)
  if (dst.length === 0) met.push('route default')
  if (isHostPrefix(dst)) met.push('route to a host')
  const rivals = rivalsOf(fib, packet, route)
  if (rivals.some((other) => other.dst.length < dst.length)) met.push('longest prefix of several')
  const same = rivals.filter((other) => other.dst.length === dst.length)
  if (same.some((other) => effectiveMetric(other) > effectiveMetric(route)))
    met.push('lowest metric of several')
  const alike = same.findIndex((other) => effectiveMetric(other) === effectiveMetric(route))
  if (alike !== -1 && same[alike] !== route && packet.family === 'inet6')
    met.push('route of the packet’s own link')
  if (prefsrc !== undefined && isPlanned) met.push('route with src')
  if (scope !== undefined && isPlanned) met.push('route with scope')
  return met
}

/** All routes of the table to the packet's destination, sorted by descending prefix length and ascending metric. */
function rivalsOf(fib: Fib, packet: Packet, { family, table }: Route): readonly Route[] {
  const { dst } = preparePacket(packet)
  return (fib[family].tables.get(table) ?? []).flatMap(({ shift, routes }) => routes.get(dst >> shift) ?? [])
}

function ofNexthops(
  { plan }: Fib,
  { family }: Packet,
  route: Route,
  nexthops: readonly Nexthop[],
): readonly Feature[] {
  if (route.type !== 'unicast') return []
  const met: Feature[] = []
  const isPlanned = plan.state.routes.includes(route)
  if (nexthops.length > 1) {
    met.push('several next hops')
    if (new Set(nexthops.map(({ dev }) => dev)).size < nexthops.length)
      met.push('several next hops of one link')
  }
  for (const { via, onlink } of nexthops) {
    if (via === undefined) {
      if (isPlanned) met.push('next hop by dev only')
    } else met.push(onlink === true ? 'next hop onlink' : 'next hop not onlink')
    if (via !== undefined && via.family !== family) met.push('next hop of the other family')
  }
  return met
}

function ofBinding(fib: Fib, packet: Packet, route: Route): readonly Feature[] {
  if (packet.oif === undefined) return []
  const { oif: _, ...unbound } = packet
  const met: Feature[] = []
  const free = findRoute(fib[packet.family].tables.get(route.table), preparePacket(unbound))
  if (free !== undefined && free.route !== route) met.push('oif skips a better route')
  const bound = findRoute(fib[packet.family].tables.get(route.table), preparePacket(packet))
  if (bound?.nexthops.length === 1 && route.nexthops.length > 1) met.push('oif selects one next hop')
  return met
}

function ofPacket({ state: { links } }: KernelPlan, packet: Packet): readonly Feature[] {
  const { family, src, dst, oif } = packet
  const met: Feature[] = []
  const isOfHost = dst.text === '::1' || dst.text.startsWith('127.')
  if (isOfHost) met.push('destination of the host itself')
  if (family === 'inet6' && isLinkLocal(dst)) met.push('destination of the link’s scope')
  if (src === undefined) return isLocallyGenerated(packet) ? [...met, 'no source'] : met
  if (family === 'inet6' && isLinkLocal(src)) return [...met, 'source of the link’s scope']
  if (!isLocallyGenerated(packet)) return met
  const holder = links.find(({ addresses }) => addresses.some(({ address }) => address.text === src.text))
  if (holder === undefined) return [...met, 'source of no link']
  met.push('source of the host')
  if (oif !== undefined && oif !== holder.name) met.push('source of another link than oif')
  return met
}

function ofPacketInVrf(fib: Fib, { family, iif, oif }: Packet): readonly Feature[] {
  const link = oif ?? iif
  const vrf = link === undefined ? undefined : fib[family].vrfs.get(link)
  if (vrf === undefined) return []
  const what = link === vrf ? 'a VRF' : 'a member of a VRF'
  return [oif === undefined ? `received on ${what}` : `bound to ${what}`]
}
