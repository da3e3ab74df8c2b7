// Does a packet go another way than planned? Held against each other by packets that a plan's own rules are about.
import { addressFromValue, addressValue, parseAddress, type Address } from '../kernel/address.js'
import type { Family } from '../kernel/family.js'
import { containsAddress, isHostPrefix, networkOf, type Prefix } from '../kernel/prefix.js'
import { createFib, type Fib } from '../lookup/fib.js'
import { lookupIn, type Answer, type Packet } from '../lookup/lookup.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN } from '../kernel/table.js'
import type { KernelPlan, Origin, Rule, Selector } from '../plan/plan.js'
import { plainRoute } from './live-words.js'
import type { LiveRule, LiveState } from './state.js'

/** Enough for each kind of thing that a person writes; a plan of thousands of rules has thousands of one kind. */
const most = 400

/** Own packets and such as come in, of each rule and to each destination that the plan knows. */
function tellingPackets(plan: KernelPlan, family: Family): readonly Packet[] {
  const far = elsewhere(plan, family)
  const rules = plan.rules.filter((rule) => rule.family === family && rule.selector.not !== true)
  const destinations = plan.routes
    .filter((route) => route.family === family && route.dst.length > 0)
    .map(({ dst }) => hostIn(dst))
  const own = plan.links.flatMap(({ addresses }) => addresses).filter((one) => one.family === family)
  const plain: Packet = { family, dst: far }
  return [
    plain,
    ...own.map(({ address }) => ({ ...plain, src: address })),
    ...rules.map(({ selector }) => selectedBy(selector, plain, plan)),
    ...destinations.map((dst) => ({ ...plain, dst })),
  ].slice(0, most)
}

/** The packet with whatever else the rule asks for. */
function selectedBy(selector: Selector, packet: Packet, plan: Pick<KernelPlan, 'links'>): Packet {
  const { from, to, iif, oif, fwmark, tos, ipproto, sport, dport, uidrange } = selector
  const hasSource = packet.src !== undefined && (from === undefined || containsAddress(from, packet.src))
  const src = hasSource ? packet.src : from === undefined ? undefined : sourceIn(from, plan)
  const isOwn =
    src === undefined ||
    plan.links.some(({ addresses }) => addresses.some((one) => one.address.text === src.text))
  const entry = iif ?? packet.iif ?? (isOwn ? undefined : linkBefore(src, plan))
  return {
    ...packet,
    dst: to === undefined || containsAddress(to, packet.dst) ? packet.dst : hostIn(to),
    ...(src === undefined ? {} : { src }),
    ...(entry === undefined ? {} : { iif: entry }),
    ...(oif === undefined ? {} : { oif }),
    // Bits that the rule does not ask for are as they were.
    ...(fwmark === undefined
      ? {}
      : { mark: (((packet.mark ?? 0) & ~fwmark.mask) | (fwmark.value & fwmark.mask)) >>> 0 }),
    ...(tos === undefined ? {} : { tos }),
    ...(ipproto === undefined ? {} : { ipproto }),
    ...(sport === undefined ? {} : { sport: sport.first }),
    ...(dport === undefined ? {} : { dport: dport.first }),
    ...(uidrange === undefined ? {} : { uid: uidrange.first }),
  }
}

const sourceIn = (from: Prefix, { links }: Pick<KernelPlan, 'links'>): Address =>
  links.flatMap(({ addresses }) => addresses).find(({ address }) => containsAddress(from, address))
    ?.address ?? hostIn(from)

/** By which link it comes in: the one in whose network it is, else any. */
const linkBefore = (src: Address, { links }: Pick<KernelPlan, 'links'>) =>
  (links.find(({ addresses }) => addresses.some((one) => containsAddress(one, src))) ?? links[0])?.name

/** The seventh, where there are as many. */
function hostIn(prefix: Prefix): Address {
  if (isHostPrefix(prefix)) return prefix.address
  const { family, length, address } = networkOf(prefix)
  const bits = (family === 'inet' ? 32 : 128) - length
  return addressFromValue(family, addressValue(address) + BigInt(bits > 3 ? 7 : 1))
}

/** Networks of the documentation and well-known hosts; the first that the plan says nothing of. */
const far: Readonly<Record<Family, readonly string[]>> = {
  inet: ['203.0.113.7', '198.51.100.7', '192.0.2.7', '9.9.9.9', '100.65.0.7'],
  inet6: ['2001:db8:ffff::7', '2620:fe::fe', '3fff:7::7'],
}

function elsewhere({ routes, rules, links }: KernelPlan, family: Family): Address {
  const named = [
    ...routes.map(({ dst }) => dst),
    ...rules.flatMap(({ selector: { from, to } }) => [from, to].filter((one) => one !== undefined)),
    ...links.flatMap(({ addresses }) => addresses),
  ].filter((prefix) => prefix.family === family && prefix.length > 0)
  const [first, ...others] = far[family].flatMap((text) => parseAddress(text) ?? [])
  if (first === undefined) throw new Error(`no address of ${family}`)
  return (
    [first, ...others].find((address) => !named.some((prefix) => containsAddress(prefix, address))) ?? first
  )
}

export interface Detour {
  readonly packet: Packet
  readonly planned: Answer
  readonly live: Answer
}

/** A packet that goes another way for this rule, with whatever the tables that are not the plan’s have on the host. */
export function detourBy(
  plan: KernelPlan,
  state: LiveState,
  planned: Fib,
  rule: LiveRule,
): Detour | undefined {
  const live = fibWith(plan, state, rule)
  for (const one of tellingPackets(plan, rule.family)) {
    const packet = selectedBy(rule.selector, one, plan)
    const [before, after] = [lookupIn(planned, packet), lookupIn(live, packet)]
    if (wayText(before) !== wayText(after)) return { packet, planned: before, live: after }
  }
  return undefined
}

const noOrigin: Origin = { path: [], reason: 'there, and not planned' }

function fibWith(plan: KernelPlan, { rules, routes }: LiveState, added: LiveRule): Fib {
  const { action } = added
  // Neither has a say outside of VRFs.
  if (action.type === 'l3mdev' || action.type === 'nop') return createFib(plan)
  const rule: Rule = { ...added, action, origin: noOrigin }
  // The kernel asks rules of one preference in the order in which they were added.
  const isLast = rules.findLast(({ family, pref }) => family === rule.family && pref === rule.pref) === added
  const ours = new Set([...plan.tables.map(({ id }) => id), RT_TABLE_LOCAL, RT_TABLE_MAIN])
  return createFib({
    ...plan,
    rules: isLast ? [...plan.rules, rule] : [rule, ...plan.rules],
    routes: [
      ...plan.routes,
      ...routes.filter(({ table }) => !ours.has(table)).flatMap((route) => plainRoute(route) ?? []),
    ],
  })
}

/** Whichever table says it. */
function wayText(answer: Answer): string {
  if (answer.kind === 'reject') return answer.type
  if (answer.kind !== 'route') return answer.kind
  return answer.nexthops
    .map(({ via, dev }) => `${via?.text ?? ''} ${dev}`)
    .toSorted()
    .join()
}
