// Coverage of lookups by feature, so that "no difference" has a meaning.
import { isLinkLocal } from '../../src/kernel/address.js'
import { hasNoNexthop } from '../../src/kernel/route-type.js'
import { isHostPrefix } from '../../src/kernel/prefix.js'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL } from '../../src/kernel/table.js'
import type { Fib } from '../../src/lookup/fib.js'
import type { Packet, TraceStep } from '../../src/lookup/lookup.js'
import { isLocallyGenerated, preparePacket } from '../../src/lookup/packet.js'
import { findRoute } from '../../src/lookup/table.js'
import type { Trace } from '../../src/lookup/trace.js'
import { effectiveMetric } from '../../src/plan/keys.js'
import type { KernelPlan, Nexthop, Route } from '../../src/plan/plan.js'
import { hasUids } from './namespace.js'
import { setSelectors } from '../../src/plan/keys.js'

const ways = ['inet own', 'inet forwarded', 'inet6 own', 'inet6 forwarded'] as const
type Way = (typeof ways)[number]

const own: readonly Way[] = ['inet own', 'inet6 own']
const inet: readonly Way[] = ['inet own', 'inet forwarded']
const inet6: readonly Way[] = ['inet6 own', 'inet6 forwarded']

/** Where each can be met at all; a long run has to meet it in every one of these. */
const features = {
  // The rule that gave the answer, or whose `goto` was followed, has the word.
  'taken by from': ways,
  'taken by to': ways,
  'taken by tos': ways,
  'taken by fwmark': ways,
  'taken by iif': ways,
  'taken by oif': own,
  'taken by uidrange': hasUids ? ways : [],
  'taken by ipproto': ways,
  'taken by sport': ways,
  'taken by dport': ways,
  'taken by not': ways,
  // The first word that the packet lacks.
  'passed for from': ways,
  'passed for to': ways,
  'passed for tos': ways,
  'passed for fwmark': ways,
  'passed for iif': ways,
  'passed for oif': ways,
  'passed for uidrange': hasUids ? ways : [],
  'passed for ipproto': ways,
  'passed for sport': ways,
  'passed for dport': ways,
  'passed for not': ways,
  // What a rule does.
  'rule unreachable': ways,
  'rule prohibit': ways,
  'rule blackhole': ways,
  goto: ways,
  'goto the kernel’s rule of main': ways,
  'goto nowhere': ways,
  'second of one preference': ways,
  'a table that is not there': ways,
  'a table without an answer': ways,
  throw: ways,
  suppressed: ways,
  'long enough for its suppressor': ways,
  'reject past its suppressor': ways,
  'rule of local': ways,
  'rule of main': ways,
  'rule of default': inet,
  'bound socket, no rule': ['inet own'],
  'no rule': ways,
  // The route that was the answer.
  'route unicast': ways,
  'route local, own address': ways,
  'route local, of a table': ways,
  'route unreachable': ways,
  'route prohibit': ways,
  'route blackhole': ways,
  'route default': ways,
  'route of one address': ways,
  'longest prefix of several': ways,
  'lowest metric of several': ways,
  'route of the packet’s own link': inet6,
  'bound past another route': own,
  'bound, one hop of several': own,
  'several next hops': ways,
  'several next hops of one link': ways,
  'next hop by dev only': ways,
  'next hop onlink': ways,
  'next hop not onlink': ways,
  'next hop of the other family': inet,
  'route with src': ways,
  'route with scope': inet,
  // What the packet is like.
  'no source': own,
  'source of the host': own,
  'source of another link than oif': own,
  'source of nobody’s': ['inet6 own'],
  'source of the link’s scope': inet6,
  'destination of the link’s scope': inet6,
  'destination of the host itself': own,
} as const satisfies Readonly<Record<string, readonly Way[]>>

type Feature = keyof typeof features
const names = Object.keys(features) as readonly Feature[]

export interface Coverage {
  count(fib: Fib, trace: Trace): void
  /** Those that were met nowhere where they could be. */
  missing(): readonly string[]
  table(): string
}

export function createCoverage(): Coverage {
  const counts = new Map<string, number>()
  const at = (feature: string, way: string): number => counts.get(`${feature}, ${way}`) ?? 0
  return {
    count(fib, trace) {
      const way = `${trace.packet.family} ${isLocallyGenerated(trace.packet) ? 'own' : 'forwarded'}`
      for (const feature of new Set(featuresOf(fib, trace)))
        counts.set(`${feature}, ${way}`, at(feature, way) + 1)
    },
    missing: () =>
      names.flatMap((feature) =>
        features[feature].filter((way) => at(feature, way) === 0).map((way) => `${feature} (${way})`),
      ),
    table: () =>
      [
        ['', ...ways],
        ...names.map((feature) => {
          const possible: readonly Way[] = features[feature]
          return [feature, ...ways.map((way) => (possible.includes(way) ? String(at(feature, way)) : '-'))]
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
]

function ofStep(
  { inet, inet6 }: Fib,
  { packet, steps }: Trace,
  step: TraceStep,
  index: number,
): readonly Feature[] {
  const { rule, outcome } = step
  const { selector, action } = rule
  const words = setSelectors(selector)
  const taken = words.map((word) => `taken by ${word}` as const)
  switch (outcome) {
    case 'passed':
      return [`passed for ${step.mismatch}`]
    case 'no-route': {
      const { tables } = packet.family === 'inet' ? inet : inet6
      const isThere = action.type === 'lookup' && tables.has(action.table)
      return [isThere ? 'a table without an answer' : 'a table that is not there']
    }
    case 'throw':
    case 'suppressed':
      return [outcome]
    case 'unresolved':
      return ['goto nowhere']
    case 'goto':
      return [
        ...taken,
        action.type === 'goto' && action.pref === 32766 ? 'goto the kernel’s rule of main' : 'goto',
      ]
    case 'refused':
    case 'answered':
      return [
        ...taken,
        ...(steps[index - 1]?.rule.pref === rule.pref ? (['second of one preference'] as const) : []),
        ...(outcome === 'refused' &&
        (action.type === 'unreachable' || action.type === 'prohibit' || action.type === 'blackhole')
          ? [`rule ${action.type}` as const]
          : []),
      ]
  }
}

function ofAnswer(fib: Fib, { packet, steps, answer }: Trace): readonly Feature[] {
  if (answer.kind === 'onlink') return ['bound socket, no rule']
  if (answer.kind === 'none') return ['no rule']
  const step = steps.at(-1)
  if (step?.outcome !== 'answered' || step.rule.action.type !== 'lookup') return []
  const { rule, route, nexthops } = step
  const { table, suppressPrefixlength } = step.rule.action
  const made: Feature[] = []
  if (rule.origin.path.length === 0 && rule.pref === 0) made.push('rule of local')
  if (rule.origin.path.length === 0 && rule.pref === 32766) made.push('rule of main')
  if (rule.origin.path.length === 0 && table === RT_TABLE_DEFAULT) made.push('rule of default')
  if (suppressPrefixlength !== undefined)
    made.push(hasNoNexthop(route.type) ? 'reject past its suppressor' : 'long enough for its suppressor')
  return [
    ...made,
    ...ofRoute(fib, packet, route),
    ...ofNexthops(fib, packet, route, nexthops),
    ...ofBinding(fib, packet, route),
  ]
}

function ofRoute(fib: Fib, packet: Packet, route: Route): readonly Feature[] {
  const { type, dst, table, prefsrc, scope } = route
  const isPlanned = fib.plan.state.routes.includes(route)
  const made: Feature[] = []
  if (type === 'local')
    made.push(table === RT_TABLE_LOCAL ? 'route local, own address' : 'route local, of a table')
  else if (type !== 'throw') made.push(`route ${type}`)
  if (dst.length === 0) made.push('route default')
  if (isHostPrefix(dst)) made.push('route of one address')
  const rivals = rivalsOf(fib, packet, route)
  if (rivals.some((other) => other.dst.length < dst.length)) made.push('longest prefix of several')
  const same = rivals.filter((other) => other.dst.length === dst.length)
  if (same.some((other) => effectiveMetric(other) > effectiveMetric(route)))
    made.push('lowest metric of several')
  const alike = same.findIndex((other) => effectiveMetric(other) === effectiveMetric(route))
  if (alike !== -1 && same[alike] !== route && packet.family === 'inet6')
    made.push('route of the packet’s own link')
  if (prefsrc !== undefined && isPlanned) made.push('route with src')
  if (scope !== undefined && isPlanned) made.push('route with scope')
  return made
}

/** All routes of its table that lead to the packet's destination, the longest prefix and the lowest metric first. */
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
  const made: Feature[] = []
  const isPlanned = plan.state.routes.includes(route)
  if (nexthops.length > 1) {
    made.push('several next hops')
    if (new Set(nexthops.map(({ dev }) => dev)).size < nexthops.length)
      made.push('several next hops of one link')
  }
  for (const { via, onlink } of nexthops) {
    if (via === undefined) {
      if (isPlanned) made.push('next hop by dev only')
    } else made.push(onlink === true ? 'next hop onlink' : 'next hop not onlink')
    if (via !== undefined && via.family !== family) made.push('next hop of the other family')
  }
  return made
}

function ofBinding(fib: Fib, packet: Packet, route: Route): readonly Feature[] {
  if (packet.oif === undefined) return []
  const { oif: _, ...unbound } = packet
  const made: Feature[] = []
  const free = findRoute(fib[packet.family].tables.get(route.table), preparePacket(unbound))
  if (free !== undefined && free.route !== route) made.push('bound past another route')
  const bound = findRoute(fib[packet.family].tables.get(route.table), preparePacket(packet))
  if (bound?.nexthops.length === 1 && route.nexthops.length > 1) made.push('bound, one hop of several')
  return made
}

function ofPacket({ state: { links } }: KernelPlan, packet: Packet): readonly Feature[] {
  const { family, src, dst, oif } = packet
  const made: Feature[] = []
  const isOfHost = dst.text === '::1' || dst.text.startsWith('127.')
  if (isOfHost) made.push('destination of the host itself')
  if (family === 'inet6' && isLinkLocal(dst)) made.push('destination of the link’s scope')
  if (src === undefined) return isLocallyGenerated(packet) ? [...made, 'no source'] : made
  if (family === 'inet6' && isLinkLocal(src)) return [...made, 'source of the link’s scope']
  if (!isLocallyGenerated(packet)) return made
  const holder = links.find(({ addresses }) => addresses.some(({ address }) => address.text === src.text))
  if (holder === undefined) return [...made, 'source of nobody’s']
  made.push('source of the host')
  if (oif !== undefined && oif !== holder.name) made.push('source of another link than oif')
  return made
}
