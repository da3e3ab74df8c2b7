// IPv6 bypass of rules by IPv4 addresses.
import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/compile.js'
import { parseAddress, type Address } from '../../../src/kernel/address.js'
import { createLintContext, type LintContext } from '../../../src/lint/context.js'
import type { Packet } from '../../../src/lookup/lookup.js'
import { findGateway } from '../../../src/plan/find-gateway.js'
import { createRandom } from '../../generators/random.js'
import { amount } from '../../helpers/amount.js'

const BOTH = 'net.ipv4.ip_forward: 1, net.ipv6.conf.all.forwarding: 1'

interface Reported {
  readonly sysctls?: string
  readonly lan?: string
  readonly vpn?: string
  readonly main?: string
}

const text = (rules: string, { sysctls = BOTH, lan, vpn, main = 'fiber' }: Reported = {}) => `version: 1
links:
  wan0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  wan1: { addresses: [198.51.100.10/24, '2001:db8:b::10/64'] }
  lan0: ${lan ?? "{ addresses: [10.0.0.1/24, '2001:db8:c::1/64'] }"}
gateways:
  fiber: { link: wan0, via: [192.0.2.1, '2001:db8:a::1'] }
  vpn: ${vpn ?? "{ link: wan1, via: [198.51.100.1, '2001:db8:b::1'] }"}
default: ${main}
rules: [${rules}]
sysctls: { ${sysctls} }
`

const reportedIn = (rules: string, reported?: Reported) => {
  const { diagnostics } = compile(text(rules, reported), { targets: [] })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return diagnostics
    .filter(({ code }) => code === 'rule-ipv6-bypass')
    .map(({ path, example }) => `${path.join(' ')}: ${example}`)
}

const LEAK = 'rules 0 from: from 2001:db8:c::7 to 2001:db8:ffff::7 iif lan0 leaves by fiber'

describe('a rule for all IPv4 addresses of a link', () => {
  it('is reported with an IPv6 packet that leaves through another gateway', () => {
    expect(reportedIn('{ from: 10.0.0.0/24, gateway: vpn }')).toEqual([LEAK])
    expect(reportedIn('{ from: [10.0.0.0/25, 172.16.0.0/16, 10.0.0.128/25], gateway: vpn }')).toEqual([LEAK])
    expect(reportedIn('{ from: 10.0.0.0/8, iif: lan0, gateway: vpn }')).toEqual([LEAK])
    expect(reportedIn('{ from: 10.0.0.0/24, table: vpn }')).toEqual([LEAK])
  })

  it('is reported if it rejects what IPv6 may do', () => {
    expect(reportedIn('{ from: 10.0.0.0/24, action: prohibit }')).toEqual([LEAK])
  })

  it('is reported with its other selectors', () => {
    expect(reportedIn('{ from: 10.0.0.0/24, ipproto: tcp, dport: 25, gateway: vpn }')).toEqual([
      LEAK.replace('lan0', 'lan0 ipproto tcp dport 25'),
    ])
    expect(reportedIn('{ from: 10.0.0.0/24, fwmark: 0x100/0xff00, gateway: vpn }')).toEqual([
      LEAK.replace('lan0', 'lan0 mark 0x100'),
    ])
  })

  it('is reported once for all its kernel rules', () => {
    const lan =
      "{ addresses: [10.0.0.1/24, '2001:db8:c::1/64'] }\n  lan1: { addresses: [10.1.0.1/24, 'fd01::1/64'] }"
    expect(
      reportedIn('{ from: 10.0.0.0/8, dport: [25, 587], ipproto: tcp, gateway: vpn, else: unreachable }', {
        lan,
      }),
    ).toEqual([LEAK.replace('lan0', 'lan0 ipproto tcp dport 25')])
    expect(reportedIn('{ from: 10.1.0.0/24, gateway: vpn }', { lan })).toEqual([
      'rules 0 from: from fd01::7 to 2001:db8:ffff::7 iif lan1 leaves by fiber',
    ])
  })

  it('is reported with a gateway that needs IPv6 first', () => {
    const { diagnostics } = compile(
      text('{ from: 10.0.0.0/24, gateway: vpn }', { vpn: '{ link: wan1, via: 198.51.100.1 }' }),
      { targets: [] },
    )
    expect(diagnostics.find(({ code }) => code === 'rule-ipv6-bypass')?.fix).toBe(
      'Give gateway vpn a next hop for IPv6, or `fail-closed: true` to reject IPv6, and add 2001:db8:c::/64 to `from`, write `iif: lan0` instead, or add `family: ipv4` if IPv6 may leave differently.',
    )
  })

  it('is not reported for a part of the link’s networks', () => {
    expect(reportedIn('{ from: 10.0.0.128/25, gateway: vpn }')).toEqual([])
    expect(reportedIn('{ from: 10.0.0.7, gateway: vpn }')).toEqual([])
    const lan = "{ addresses: [10.0.0.1/24, 10.1.0.1/24, '2001:db8:c::1/64'] }"
    expect(reportedIn('{ from: 10.0.0.0/24, gateway: vpn }', { lan })).toEqual([])
    expect(reportedIn('{ from: [10.0.0.0/24, 10.1.0.0/24], gateway: vpn }', { lan })).toEqual([LEAK])
  })

  it('is not reported if `family` says so', () => {
    expect(reportedIn('{ from: 10.0.0.0/24, family: ipv4, gateway: vpn }')).toEqual([])
    expect(reportedIn("{ from: [10.0.0.0/24, '2001:db8:c::/64'], gateway: vpn }")).toEqual([])
    expect(reportedIn('{ from: lan0, gateway: vpn }')).toEqual([])
    expect(reportedIn('{ from: 10.0.0.0/24, to: 203.0.113.0/24, gateway: vpn }')).toEqual([])
    expect(reportedIn('{ from: 10.0.0.0/24, gateway: vpn, not: true }')).toEqual([])
  })

  it('is not reported without IPv6 forwarding', () => {
    expect(reportedIn('{ from: 10.0.0.0/24, gateway: vpn }', { sysctls: 'net.ipv4.ip_forward: 1' })).toEqual(
      [],
    )
    expect(
      reportedIn('{ from: 10.0.0.0/24, gateway: vpn }', {
        sysctls: BOTH.replace('forwarding: 1', 'forwarding: 0'),
      }),
    ).toEqual([])
    expect(
      reportedIn('{ from: 10.0.0.0/24, gateway: vpn }', { sysctls: 'net/ipv6/conf/all/forwarding: 1' }),
    ).toEqual([LEAK])
    expect(reportedIn('{ from: 10.0.0.0/24, iif: lo, gateway: vpn }')).toEqual([])
    expect(reportedIn('{ from: 10.0.0.0/24, uidrange: 1000, gateway: vpn }')).toEqual([])
    expect(reportedIn('{ from: 10.0.0.0/24, oif: wan1, gateway: vpn }')).toEqual([])
  })

  it('is not reported for a link without an IPv6 network of its own', () => {
    const rule = '{ from: 10.0.0.0/24, gateway: vpn }'
    expect(reportedIn(rule, { lan: '{ addresses: [10.0.0.1/24] }' })).toEqual([])
    expect(reportedIn(rule, { lan: "{ addresses: [10.0.0.1/24, 'fe80::1/64'] }" })).toEqual([])
    expect(
      reportedIn(rule, { lan: "{ addresses: [10.0.0.1/24, '2001:db8:c::1/64'], accept-ra: true }" }),
    ).toEqual([])
    expect(reportedIn('{ from: 192.0.2.0/24, gateway: vpn }')).toEqual([])
  })

  it('is not reported if IPv6 has the same uplink, is rejected, or has its own rule', () => {
    const rule = '{ from: 10.0.0.0/24, gateway: vpn }'
    for (const other of [
      "{ from: '2001:db8:c::/64', gateway: vpn }",
      "{ from: '2001:db8:c::/64', action: unreachable }",
      "{ from: '2001:db8:c::/64', gateway: fiber }",
      '{ family: ipv6, iif: lan0, gateway: fiber }',
      '{ iif: lan0, gateway: vpn }',
    ]) {
      expect(reportedIn(`${rule}, ${other}`), other).toEqual([])
      if (other.includes('ipv6') || other.includes('2001'))
        expect(reportedIn(`${other}, ${rule}`), other).toEqual([])
    }
    expect(reportedIn('{ from: 10.0.0.0/24, gateway: fiber }')).toEqual([])
    expect(reportedIn('{ from: 10.0.0.0/24, table: main }')).toEqual([])
  })

  it('is not reported if the IPv6 gateway has the same uplink', () => {
    const vpn = "{ link: wan1, via: 198.51.100.1 }\n  vpn6: { link: wan1, via: '2001:db8:b::1' }"
    const rule = '{ from: 10.0.0.0/24, gateway: vpn }'
    expect(reportedIn(rule, { vpn, main: '{ failover: [vpn6, fiber] }' })).toEqual([])
    expect(reportedIn(rule, { vpn, main: '{ failover: [fiber, vpn6] }' })).toEqual([LEAK])
  })

  it('is reported for what a narrower rule leaves, and for some destinations only', () => {
    const rule = '{ from: 10.0.0.0/24, gateway: vpn }'
    expect(reportedIn(`${rule}, { ipproto: tcp, iif: lan0, gateway: vpn }`)).toEqual([LEAK])
    expect(
      reportedIn(
        `${rule}, { iif: lan0, ipproto: udp, dport: 53, gateway: fiber }, { iif: lan0, gateway: vpn }`,
      ),
    ).toEqual([
      expect.stringMatching(
        /^rules 0 from: from 2001:db8:c::\S+ to \S+ iif lan0 ipproto udp sport \d+ dport 53 leaves by fiber$/,
      ),
    ])
    // The earlier one takes IPv4 too.
    expect(
      reportedIn(
        `{ iif: lan0, ipproto: udp, dport: 53, gateway: fiber }, ${rule}, { iif: lan0, gateway: vpn }`,
      ),
    ).toEqual([])
  })

  it('is not reported for packets that jump over it', () => {
    const rule = '{ from: 10.0.0.0/24, gateway: vpn, priority: 20000 }'
    const rest =
      '{ iif: lan0, gateway: vpn, priority: 21000 }, { iif: lan0, ipproto: tcp, gateway: fiber, priority: 22000 }'
    expect(reportedIn(`{ iif: lan0, ipproto: tcp, goto: 22000, priority: 19000 }, ${rule}, ${rest}`)).toEqual(
      [],
    )
  })
})

/** Rules of both families around one by IPv4 addresses. `fixed` adds the IPv6 prefix. */
function drawn(seed: number, isFixed: boolean): string {
  const { chance, pick, random } = createRandom(seed)
  const other = () =>
    [
      ...(chance(0.4) ? ['iif: lan0'] : []),
      ...(chance(0.5) ? [`ipproto: tcp, dport: ${pick(['25', '25-26', '80', '1-65535'])}`] : []),
      ...(chance(0.2) ? ["from: '2001:db8:c::/65'"] : []),
      pick([
        'gateway: vpn',
        'gateway: vpn',
        'gateway: fiber',
        'action: unreachable',
        'table: main, suppress-prefixlength: 0',
      ]),
    ].join(', ')
  const before = Array.from({ length: Math.floor(random() * 3) }, other)
  const after = Array.from({ length: 1 + Math.floor(random() * 3) }, other)
  const words = chance(0.3) ? ', ipproto: tcp, dport: 25' : ''
  const from = isFixed ? "[10.0.0.0/24, '2001:db8:c::/64']" : '10.0.0.0/24'
  const all = [
    ...before.map((rule, index) => `{ ${rule}, priority: ${1000 + index} }`),
    `{ from: ${from}${words}, gateway: vpn, priority: 2000 }`,
    ...after.map((rule, index) => `{ ${rule}, priority: ${3000 + index} }`),
  ]
  return text(all.join(', '))
}

const address = (words: string): Address => parseAddress(words) ?? { family: 'inet6', text: words }

const universe: readonly Packet[] = ['2001:db8:c::7', '2001:db8:c:0:8000::7'].flatMap((src) =>
  ['2001:db8:ffff::7', '2001:db8:c::9'].flatMap((dst) =>
    [{}, { ipproto: 17 }, ...[24, 25, 26, 80].map((dport) => ({ ipproto: 6, dport }))].map((ports) => ({
      family: 'inet6' as const,
      src: address(src),
      dst: address(dst),
      iif: 'lan0' as never,
      ...ports,
    })),
  ),
)

/** The fixed rule routes the packet; without the fix another gateway does, and no rule for IPv6 only. */
function isAround(host: LintContext, fixed: LintContext, packet: Packet, place: number): boolean {
  const [today, then] = [host.lookup(packet), fixed.lookup(packet)]
  if (today.kind !== 'route' || !('rule' in then) || then.rule.origin.path[1] !== place) return false
  const isOfSix = !host.plan.state.rules.some(
    (rule) => rule.family === 'inet' && rule.origin.path.join('.') === today.rule.origin.path.join('.'),
  )
  const name = today.nexthops.map((one) => findGateway(host.plan, 'inet6', today.table, one)?.name)[0]
  return !(isOfSix && today.rule.origin.kind === 'rule') && name !== undefined && name !== 'vpn'
}

describe('random hosts', () => {
  it('report a rule exactly if the fix reroutes some packet', { timeout: 120_000 }, () => {
    const counts = { reported: 0, quiet: 0 }
    for (let seed = 1; seed <= amount(30, 120); seed++) {
      const { plan, diagnostics } = compile(drawn(seed, false), { targets: [] })
      const { plan: fixedPlan } = compile(drawn(seed, true), { targets: [] })
      if (plan === undefined || fixedPlan === undefined) continue
      const [host, fixed] = [createLintContext(plan), createLintContext(fixedPlan)]
      const place = plan.state.rules.find(({ pref, family }) => pref === 2000 && family === 'inet')?.origin
        .path[1]
      // A rule without IPv4 packets is reported as shadowed.
      if (diagnostics.some(({ code, path }) => code === 'rule-shadowed' && path[1] === place)) continue
      const around = universe.filter((packet) => isAround(host, fixed, packet, Number(place)))
      const isReported = diagnostics.some(({ code }) => code === 'rule-ipv6-bypass')
      expect([seed, isReported, around.slice(0, 1)]).toEqual([seed, around.length > 0, around.slice(0, 1)])
      counts[isReported ? 'reported' : 'quiet']++
    }
    expect(counts.reported).toBeGreaterThan(amount(4, 20))
    expect(counts.quiet).toBeGreaterThan(amount(4, 20))
  })
})
