// Random hosts: in sync as planned; one removed, added or changed item is the only finding.
import { mapNexthops } from '../../src/plan/route.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dump } from 'js-yaml'
import { compile } from '../../src/compile.js'
import { families } from '../../src/kernel/family.js'
import type { LinkName } from '../../src/kernel/link.js'
import { formatPrefix, parsePrefix, type Prefix } from '../../src/kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../src/kernel/table.js'
import { lookup, type Answer, type Packet } from '../../src/lookup/lookup.js'
import { plausiblePackets } from '../../src/packets/plausible.js'
import { createSpace } from '../../src/packets/packet-space.js'
import { inferForwarded, parsePacketTokens } from '../../src/syntax/route-get.js'
import { sysctlPath, formatSysctlKey } from '../../src/kernel/sysctl.js'
import { drawAnyPackets } from '../packets/draw.js'
import type { KernelPlan, Route, Rule } from '../../src/plan/plan.js'
import { routeTokens, ruleTokens } from '../../src/syntax/iproute2.js'
import type { Finding } from '../../src/verify/finding.js'
import { formatLiveRoute, formatLiveRule } from '../../src/verify/format-live.js'
import type { LiveAddress, LiveLink, LiveRoute, LiveState } from '../../src/verify/state.js'
import { verify } from '../../src/verify/verify.js'
import { describedHost, type DescribedHost } from '../generators/random-description.js'
import { liveRoute, liveRule, liveStateOf } from '../helpers/live-state.js'
import { amount } from '../helpers/amount.js'
import { unmanaged } from '../../src/plan/origin.js'

const runs = Number(process.env['MULTIHOME_RUNS'] ?? amount(6, 20))

/** A host with a port in a VRF. */
const withVrf = (host: DescribedHost): DescribedHost => ({
  ...host,
  links: {
    ...host.links,
    port0: { addresses: ['10.99.0.10/24', '2001:db8:99::10/64'] },
    mgmt: { vrf: { table: 99, links: ['port0'] } },
  },
})

/** Half of the random descriptions have errors and are skipped. */
const planOf = (hosts: fc.Arbitrary<DescribedHost>): fc.Arbitrary<KernelPlan> =>
  hosts.map((host) => compile(dump(host), { targets: [] }).plan).filter((one) => one !== undefined)

const plan = planOf(describedHost)
const planWithVrf = planOf(describedHost.map(withVrf))

/** Every plan with connection marks has a note that they are unchecked. */
const found = (one: KernelPlan, state: LiveState): readonly Finding[] =>
  verify(one, state).filter(({ kind }) => kind !== 'unchecked')

const briefly = ({ severity, kind, what, words, live }: Finding): string =>
  [severity, kind, what, words, ...(live === undefined ? [] : ['<-', live])].join(' ')

interface Mutation {
  readonly state: LiveState
  readonly findings: readonly string[]
}

const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

const without = <T>(all: readonly T[], index: number): readonly T[] => all.toSpliced(index, 1)

const ofRules = (one: KernelPlan, state: LiveState): readonly Mutation[] =>
  one.state.rules.flatMap((rule): readonly Mutation[] => {
    const words = ruleTokens(rule).join(' ')
    const index = state.rules.findIndex(
      (live) => live.family === rule.family && formatLiveRule(live).join(' ') === words,
    )
    const altered = (other: Rule): Mutation => ({
      state: {
        ...state,
        rules: state.rules.with(index, liveRule(other)).toSorted((a, b) => a.pref - b.pref),
      },
      findings: [`error different rule ${words} <- ${ruleTokens(other).join(' ')}`],
    })
    return [
      {
        state: { ...state, rules: without(state.rules, index) },
        findings: [`error missing rule ${words}`],
      },
      altered({ ...rule, pref: 31999 }),
      altered({ ...rule, action: { type: 'lookup', table: 4242 } }),
      altered({ ...rule, selector: { ...rule.selector, fwmark: { value: 0x71, mask: 0xff } } }),
    ]
  })

const ofRoutes = (one: KernelPlan, state: LiveState): readonly Mutation[] =>
  one.state.routes.flatMap((route): readonly Mutation[] => {
    const words = routeTokens(route).join(' ')
    const index = state.routes.findIndex(
      (live) =>
        live.family === route.family &&
        formatLiveRoute(live).join(' ') === formatLiveRoute(liveRoute(route)).join(' '),
    )
    const altered = (other: Route): Mutation => ({
      state: { ...state, routes: state.routes.with(index, liveRoute(other)) },
      findings: [`error different route ${words} <- ${formatLiveRoute(liveRoute(other)).join(' ')}`],
    })
    return [
      {
        state: { ...state, routes: without(state.routes, index) },
        findings: [`error missing route ${words}`],
      },
      altered({ ...route, metric: 31999 }),
      ...(route.nexthops.length === 0
        ? []
        : [
            altered({ ...route, mtu: 1311 }),
            altered(mapNexthops(route, (hop) => ({ ...hop, onlink: hop.onlink !== true }))),
          ]),
    ]
  })

test('a host as planned has no findings', () => {
  fc.assert(
    fc.property(fc.oneof(plan, planWithVrf), (one) => {
      expect(found(one, liveStateOf(one)).map(briefly)).toEqual([])
    }),
    { numRuns: runs },
  )
})

test('a removed or changed rule or route is the only finding', () => {
  fc.assert(
    fc.property(fc.oneof(plan, planWithVrf), (one) => {
      const state = liveStateOf(one)
      for (const { state: other, findings } of [...ofRules(one, state), ...ofRoutes(one, state)])
        expect(found(one, other).map(briefly)).toEqual(findings)
    }),
    { numRuns: runs },
  )
})

const ofLinks = (one: KernelPlan, state: LiveState): readonly Mutation[] =>
  one.state.links.flatMap((link, index): readonly Mutation[] => {
    const live = state.links[index]
    if (live === undefined) return []
    const altered = (change: Partial<LiveLink>, ...findings: readonly string[]): Mutation => ({
      state: { ...state, links: state.links.with(index, { ...live, ...change }) },
      findings,
    })
    const words = (address: Prefix): string => `${formatPrefix(address)} dev ${link.name}`
    const { addresses } = live
    return [
      {
        state: { ...state, links: without(state.links, index) },
        findings: [`error missing link ${link.name}`],
      },
      altered({ isUp: false }, `error different link ${link.name} <- down`),
      altered({ hasCarrier: false }, `note idle link ${link.name}`),
      ...(link.mtu === undefined
        ? []
        : [altered({ mtu: 1311 }, `error different link ${link.name} mtu ${link.mtu} <- mtu 1311`)]),
      altered({ master: 'br9' }, `error different link ${link.name} nomaster <- master br9`),
      altered({ addresses: [...addresses, stranger] }, `error foreign address ${words(stranger.address)}`),
      ...addresses.flatMap((held, n): readonly Mutation[] => {
        const { address } = held
        const longer = { ...address, length: address.length + 1 }
        return [
          altered({ addresses: without(addresses, n) }, `error missing address ${words(address)}`),
          altered(
            { addresses: addresses.with(n, { ...held, address: longer }) },
            `error different address ${words(address)} <- ${formatPrefix(longer)}`,
          ),
        ]
      }),
    ]
  })

const stranger: LiveAddress = {
  address: { family: 'inet', address: { family: 'inet', text: '198.18.9.9' }, length: 32 },
  ...{ scope: 'global', isDuplicate: false, hasRoute: true },
}

const ofSysctls = (one: KernelPlan, state: LiveState): readonly Mutation[] =>
  one.state.sysctls.flatMap(({ key, value }): readonly Mutation[] => {
    const path = sysctlPath(key)
    const name = formatSysctlKey(key)
    const { [path]: _, ...others } = state.sysctls
    const other = value === '1' ? '0' : '1'
    return [
      {
        state: { ...state, sysctls: others },
        findings: [`error missing sysctl ${name}=${value}`],
      },
      {
        state: { ...state, sysctls: { ...others, [path]: other } },
        findings: [`error different sysctl ${name}=${value} <- ${name}=${other}`],
      },
    ]
  })

test('a removed, added or changed link, address or sysctl is the only finding', () => {
  fc.assert(
    fc.property(plan, (one) => {
      const state = liveStateOf(one)
      for (const { state: other, findings } of [...ofLinks(one, state), ...ofSysctls(one, state)])
        expect(found(one, other).map(briefly)).toEqual(findings)
    }),
    { numRuns: runs },
  )
})

test('an additional route in a table of the plan or before its defaults is the only finding', () => {
  fc.assert(
    fc.property(plan, (one) => {
      const state = liveStateOf(one)
      const route = (text: string, table: number): LiveRoute => ({
        ...{ family: 'inet', type: 'blackhole', dst: prefix(text), table, nexthops: [] },
        ...{ scope: 'global', protocol: 3, unknownAttributes: [] },
      })
      const added = [
        ...one.intent.tables.map(({ id }) => route('198.18.7.0/24', id)),
        ...['0.0.0.0/1', '128.0.0.0/1'].map((text) => route(text, RT_TABLE_MAIN)),
      ]
      for (const live of added)
        expect(found(one, { ...state, routes: [...state.routes, live] }).map(briefly)).toEqual([
          `error foreign route ${formatLiveRoute(live).join(' ')}`,
        ])
    }),
    { numRuns: runs },
  )
})

/** Independent of the table. */
const wayOf = (answer: Answer): string =>
  answer.kind === 'route'
    ? [...new Set(answer.nexthops.map(({ via, dev }) => `${via?.text ?? ''} ${dev}`))].sort().join()
    : answer.kind === 'reject'
      ? answer.type
      : answer.kind

const foreignRule: fc.Arbitrary<Omit<Rule, 'origin' | 'family'>> = fc.record({
  pref: fc.constantFrom(1, 14999, 16000, 18000, 20005, 31000, 32766, 40000),
  selector: fc.record(
    {
      not: fc.constant(true),
      fwmark: fc.constantFrom({ value: 0x10000, mask: 0xf0000 }, { value: 0, mask: 0xffff }),
      dport: fc.constantFrom({ first: 1, last: 1023 }, { first: 443, last: 443 }),
      uidrange: fc.constant({ first: 0, last: 1500 }),
      iif: fc.constantFrom('lo' as LinkName, 'eth0' as LinkName),
    },
    { requiredKeys: [] },
  ),
  action: fc.oneof(
    fc.constantFrom(254, 253, 101, 102, 4242).map((table) => ({ type: 'lookup' as const, table })),
    fc.constantFrom(0, 1).map((suppressPrefixlength) => ({
      ...({ type: 'lookup', table: 254 } as const),
      suppressPrefixlength,
    })),
    fc.constant({ type: 'prohibit' as const }),
    fc.constant({ type: 'goto' as const, pref: 32766 }),
  ),
})

test('an additional rule is an error exactly if it reroutes a packet, and has such a packet', () => {
  let [changing, harmless] = [0, 0]
  fc.assert(
    fc.property(plan, foreignRule, fc.constantFrom(...families), fc.nat(), (one, drawn, family, seed) => {
      const state = liveStateOf(one)
      const rule: Rule = { ...drawn, family, origin: unmanaged }
      const rules = [...state.rules, liveRule(rule)].toSorted((a, b) => a.pref - b.pref)
      const reported = found(one, { ...state, rules })
      const live = {
        ...one,
        state: { ...one.state, rules: [...one.state.rules, rule].toSorted((a, b) => a.pref - b.pref) },
      }
      const isMoved = (packet: Packet): boolean => wayOf(lookup(one, packet)) !== wayOf(lookup(live, packet))
      expect(reported.map(({ what }) => what)).toEqual(['rule'])
      const [{ severity, packet: words } = { severity: 'note' as const }] = reported
      if (severity === 'error') {
        changing += 1
        const read = parsePacketTokens(words ?? '')
        expect(read.ok && isMoved(inferForwarded(read.value)), words).toBe(true)
        return
      }
      harmless += 1
      const space = createSpace(family, [one, live])
      const real = plausiblePackets(space, [one, live])
      const moved = drawAnyPackets(live, 100, seed)
        .filter(
          (packet) => packet.family === family && space.evaluate(real, space.encodePacket(packet)) === 1,
        )
        .filter(isMoved)
      expect(moved).toEqual([])
    }),
    { numRuns: runs * 2 },
  )
  // Otherwise the sample is too small.
  expect(Math.min(changing, harmless)).toBeGreaterThan(0)
})
