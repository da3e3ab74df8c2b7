import { describe, expect, it } from 'vitest'
import { diff } from '../../src/diff/diff.js'
import type { Change, Difference } from '../../src/diff/difference.js'
import { formatAnswer } from '../../src/syntax/route-get.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { compileFixture, fixtureNamed, goodFixtures } from '../helpers/fixtures.js'
import { manyGateways } from '../helpers/many-gateways.js'
import { planOf } from '../helpers/plan-of.js'
import { dispositionText, exampleText, packetsText, rerouteText } from './reroute-text.js'
import { amount } from '../helpers/amount.js'

const planned = (text: string): KernelPlan => {
  const { plan, reported } = planOf(text)
  if (plan === undefined) throw new Error(reported.join('\n'))
  return plan
}

/** Two providers, only IPv4, and a LAN. */
const home = `
links:
  wan0: { addresses: [203.0.113.10/24] }
  wan1: { addresses: [198.51.100.10/24] }
  lan0: { addresses: [10.0.0.1/24] }
gateways:
  fiber: { link: wan0, via: 203.0.113.1 }
  cable: { link: wan1, via: 198.51.100.1 }
default: { failover: [fiber, cable] }
`

const changed = (before: string, from: string, to: string): Difference => {
  const after = before.replace(from, to)
  if (after === before) throw new Error(`${from} is not there`)
  return diff(planned(before), planned(after))
}
const changedText = (from: string, to: string, before = home): readonly string[] =>
  changed(before, from, to).reroutes.map(rerouteText)

describe('a change', () => {
  it('reroutes SMTP from the LAN from fiber to cable', () => {
    const { reroutes } = changed(
      home,
      'default:',
      'rules: [{ iif: lan0, ipproto: tcp, dport: 25, gateway: cable }]\ndefault:',
    )
    expect(reroutes.map(rerouteText)).toEqual([
      '4 forwarded, iif lan0, to not 10.0.0.0/24 198.51.100.0/24 203.0.113.0/24, ipproto 6, dport 25: fiber > cable',
      '4 forwarded, iif lan0, to 203.0.113.0/24 not 203.0.113.10 203.0.113.255, ipproto 6, dport 25: wan0 > cable',
    ])
    const [first] = reroutes
    if (first === undefined) throw new Error('no reroute')
    expect(exampleText(first)).toBe('192.0.2.7 from 10.0.0.7 iif lan0 ipproto tcp sport 40000 dport 25')
  })

  it('swaps the order of a failover', () => {
    expect(changedText('[fiber, cable]', '[cable, fiber]')).toEqual([
      '4 oif none, from not 198.51.100.10 203.0.113.10, to not 10.0.0.0/24 198.51.100.0/24 203.0.113.0/24: fiber > cable',
    ])
  })

  it('gives a gateway another router', () => {
    expect(changedText('via: 203.0.113.1 }', 'via: 203.0.113.2 }')).toEqual([
      '4 oif none, from not 198.51.100.10, to not 10.0.0.0/24 198.51.100.10 198.51.100.255 203.0.113.0/24 [except from not 203.0.113.10, to 198.51.100.0/24]: fiber > fiber',
      '4 local, oif wan0, to not 203.0.113.0/24: fiber > fiber',
    ])
  })

  it('adds a local network', () => {
    expect(
      changedText(
        'default:',
        'local: [192.168.0.0/16]\ndefault:',
        `${home}rules: [{ from: 10.0.0.128/25, gateway: cable }]\n`,
      ),
    ).toEqual(['4 set, oif none, from 10.0.0.128/25 198.51.100.10, to 192.168.0.0/16: cable > fiber'])
  })

  it('adds a reject fallback to a table', () => {
    expect(changedText('via: 198.51.100.1 }', 'via: 198.51.100.1, fail-closed: true }')).toEqual([
      '4 local, set, oif wan0, from 198.51.100.10, to not 203.0.113.0/24: fiber > wan0',
    ])
  })

  it('removes a link', () => {
    expect(changedText('  lan0: { addresses: [10.0.0.1/24] }\n', '')).toEqual([
      '4 oif none, from not 198.51.100.10, to 10.0.0.0/24 not 10.0.0.1 10.0.0.255: lan0 > fiber',
      '4 local, set, oif none, from 198.51.100.10, to 10.0.0.0/24 not 10.0.0.1 10.0.0.255: lan0 > cable',
      '4 oif none, from not 198.51.100.10, to 10.0.0.1 10.0.0.255: local > fiber',
      '4 local, set, oif none, from 198.51.100.10, to 10.0.0.1 10.0.0.255: local > cable',
      '4 local, oif lan0, to 10.0.0.1 10.0.0.255: local > lan0',
      '4 source local, unset, oif lan0, to not 10.0.0.1 10.0.0.255: lan0 src 10.0.0.1 > lan0',
    ])
  })

  it('adds IPv6', () => {
    expect(
      changedText(
        'wan0: { addresses: [203.0.113.10/24] }',
        "wan0: { addresses: [203.0.113.10/24, '2001:db8:a::10/64'] }",
      ),
    ).toEqual([
      '6 to 2001:db8:a::/64 not 2001:db8:a::10 [except local, unset, oif not wan0 none]: none > wan0',
      '6 to 2001:db8:a::10 [except local, unset, oif not wan0 none]: none > local',
    ])
  })

  it('gives a link another address, which changes sources', () => {
    expect(changedText('198.51.100.10/24', '198.51.100.11/24')).toEqual([
      '4 local, set, oif none, from 198.51.100.10, to not 10.0.0.0/24 198.51.100.0/24 203.0.113.0/24: cable > fiber',
      '4 local, set, oif none, from 198.51.100.11, to not 10.0.0.0/24 198.51.100.0/24 203.0.113.0/24: fiber > cable',
      '4 oif wan1 none, to 198.51.100.10 [except local, set, oif none, from 203.0.113.10]: local > wan1',
      '4 local, set, oif none, from 203.0.113.10, to 198.51.100.10: local > fiber',
      '4 oif wan1 none, to 198.51.100.11 [except local, set, oif none, from 203.0.113.10]: wan1 > local',
      '4 local, set, oif none, from 203.0.113.10, to 198.51.100.11: fiber > local',
      '4 local, set, oif none, from 198.51.100.10, to 203.0.113.0/24 not 203.0.113.10 203.0.113.255: cable > wan0',
      '4 local, set, oif none, from 198.51.100.11, to 203.0.113.0/24 not 203.0.113.10 203.0.113.255: wan0 > cable',
      '4 source local, unset, oif wan1 none, to 198.51.100.0/24 not 198.51.100.10/31 198.51.100.255: wan1 src 198.51.100.10 > wan1 src 198.51.100.11',
      '4 source local, unset, oif wan1, to not 198.51.100.0/24: cable src 198.51.100.10 > cable src 198.51.100.11',
    ])
  })

  it('leases an address that was static', () => {
    const { reroutes, placeholders } = diff(
      planned(home),
      planned(
        home
          .replace('wan1: { addresses: [198.51.100.10/24] }', 'wan1: { dhcp4: true }')
          .replace('via: 198.51.100.1', 'via: lease'),
      ),
    )
    expect(reroutes.map(rerouteText)).toEqual([
      '4 local, set, oif none, from 198.18.0.10, to not 10.0.0.0/24 198.18.0.0/24 198.51.100.0/24 203.0.113.0/24: fiber > cable (leased)',
      '4 local, set, oif none, from 198.51.100.10, to not 10.0.0.0/24 198.18.0.0/24 198.51.100.0/24 203.0.113.0/24: cable > fiber',
      '4 oif none, from not 198.51.100.10 203.0.113.10, to 198.18.0.0/24 not 198.18.0.10 198.18.0.255: fiber > wan1',
      '4 local, oif wan1 none, to 198.18.0.0/24 not 198.18.0.10 198.18.0.255 [except oif none, from 10.0.0.1 198.18.0.10 203.0.113.10]: cable > wan1',
      '4 oif none, from not 198.51.100.10, to 198.18.0.10 198.18.0.255: fiber > local',
      '4 local, oif wan1 none, to 198.18.0.10 198.18.0.255 [except oif none, from 10.0.0.1 198.18.0.10 203.0.113.10]: cable > local',
      '4 oif none, from not 198.18.0.10 203.0.113.10, to 198.51.100.0/24 not 198.51.100.10 198.51.100.255: wan1 > fiber',
      '4 local, oif wan1 none, to 198.51.100.0/24 not 198.51.100.10 198.51.100.255 [except oif none, from 10.0.0.1 198.51.100.10 203.0.113.10]: wan1 > cable (leased)',
      '4 oif none, from not 198.18.0.10, to 198.51.100.10 198.51.100.255: local > fiber',
      '4 local, oif wan1 none, to 198.51.100.10 198.51.100.255 [except oif none, from 10.0.0.1 198.51.100.10 203.0.113.10]: local > cable (leased)',
      '4 local, set, oif none, from 198.18.0.10, to 203.0.113.0/24 not 203.0.113.10 203.0.113.255: wan0 > cable (leased)',
      '4 local, set, oif none, from 198.51.100.10, to 203.0.113.0/24 not 203.0.113.10 203.0.113.255: cable > wan0',
      '4 local, oif wan1, to not 198.18.0.0/24 198.51.100.0/24: cable > cable (leased)',
    ])
    expect([...placeholders.values()]).toEqual(['the address of wan1’s lease', 'the router of wan1’s lease'])
  })
})

describe('an analysis that would take too long', () => {
  it('is reported as unanalyzed, and does not affect other reroutes', () => {
    const before = manyGateways(80)
    const after = before
      .replace('fwmark: 51/0xffff', 'fwmark: 5001/0xffff')
      .replace('dport: 25', 'dport: 587')
    const { reroutes, unanalyzed } = diff(planned(before), planned(after))
    expect(unanalyzed.map(({ packets }) => packetsText(packets))).toEqual([
      'mark 0x33/0xffff',
      'mark 0x1389/0xffff',
    ])
    expect(reroutes.slice(0, 1).map(rerouteText)).toEqual([
      expect.stringMatching(/^4 forwarded, iif lan0, .* ipproto 6, dport 25, .*: g1 > g0$/),
    ])
    expect(new Set(reroutes.map(({ packets }) => packets.dport?.in[0]?.first))).toEqual(new Set([25, 587]))
  }, 60_000)
})

describe('rules in another order', () => {
  it('reroute nothing if no packet matches two of them, however many there are', () => {
    const before = manyGateways(80)
    const after = before.replace(/(?: {2}- \{ from: .*\n)+/, (rules) =>
      rules
        .split(/(?<=\n)/)
        .reverse()
        .join(''),
    )
    const { reroutes, unanalyzed, state } = diff(planned(before), planned(after))
    expect(state.rules.length).toBeGreaterThan(70)
    expect({ reroutes, unanalyzed }).toEqual({ reroutes: [], unanalyzed: [] })
  })

  it('reroute what two of them match', () => {
    const many = manyGateways(4)
    const wide = '  - { from: 172.16.0.0/16, gateway: g3 }\n'
    const before = many.replace('rules:\n', `rules:\n${wide}`)
    const after = many.replace('  - { iif: lan0', `${wide}  - { iif: lan0`)
    const { reroutes } = diff(planned(before), planned(after))
    const texts = reroutes.map((each) => rerouteText(each).replace(/, to .*: /, ': '))
    expect(texts.filter((text) => text.includes('g3 > g'))).toEqual(
      [0, 1, 2].map((n) => `4 forwarded, from 172.16.${n}.0/24: g3 > g${n}`),
    )
  })
})

describe('a lease', () => {
  it('is the same before and after, whatever the position of its link', () => {
    const { plan } = compileFixture(fixtureNamed('two-leases-failover'))
    if (plan === undefined) throw new Error('no plan')
    const { reroutes } = diff(plan, {
      ...plan,
      state: { ...plan.state, links: plan.state.links.toReversed() },
    })
    expect(reroutes).toEqual([])
  })
})

describe('an example', () => {
  it('has both answers with their rules and routes', () => {
    const { reroutes } = changed(home, '[fiber, cable]', '[cable, fiber]')
    expect(
      reroutes.map(({ example: { before, after } }) => [formatAnswer(before), formatAnswer(after)]),
    ).toEqual([['via 203.0.113.1 dev wan0', 'via 198.51.100.1 dev wan1']])
  })
})

describe('the reverse change', () => {
  const pairs = goodFixtures.flatMap((fixture, index) => {
    const next = goodFixtures[index + 1]
    return next === undefined || index % amount(30, 9) !== 0 ? [] : [[fixture.name, next.name] as const]
  })
  it.each(pairs)('reroutes the same packets back: %s, %s', (one, other) => {
    const [a, b] = [one, other].map((name) => compileFixture(fixtureNamed(name)).plan)
    if (a === undefined || b === undefined) throw new Error('no plan')
    const [there, back] = [diff(a, b), diff(b, a)]
    const ways = ({ reroutes }: Difference, isBack: boolean) =>
      [
        ...new Set(
          reroutes.map(({ kind, family, before, after }) =>
            [
              kind,
              family,
              ...[dispositionText(before), dispositionText(after)][isBack ? 'toReversed' : 'slice'](),
            ].join(' '),
          ),
        ),
      ].toSorted()
    expect(ways(there, false)).toEqual(ways(back, true))
    const kinds = ({ state }: Difference) =>
      Object.values(state)
        .flatMap((changes: readonly Change<unknown>[]) => changes.map(({ kind }) => kind))
        .toSorted()
    const turned = { added: 'removed', removed: 'added', moved: 'moved', changed: 'changed' } as const
    expect(
      kinds(there)
        .map((kind) => turned[kind])
        .toSorted(),
    ).toEqual(kinds(back))
  })
})

describe('a link that joins a VRF', () => {
  const outside = home.replace(
    '  lan0:',
    '  port0: { addresses: [10.9.0.1/24] }\n  mgmt: { vrf: { table: 99, links: [lan0] } }\n  lan0:',
  )
  const texts = changedText('links: [lan0]', 'links: [lan0, port0]', outside)

  it('has its packets rejected instead of routed by a gateway', () => {
    expect(texts).toContain(
      '4 forwarded, iif port0, to not 10.0.0.0/24 10.9.0.0/24 198.51.100.0/24 203.0.113.0/24: fiber > unreachable',
    )
    expect(texts).toContain('6 forwarded, iif port0: none > unreachable')
    expect(texts).toContain('4 local, oif port0, to not 10.9.0.0/24: port0 > unreachable')
  })

  it('takes its network out of main and into the table of the VRF', () => {
    expect(texts).toContain(
      '4 iif lan0 mgmt, oif mgmt, to 10.9.0.0/24 not 10.9.0.1 10.9.0.255: unreachable > port0',
    )
    expect(texts).toContain(
      '4 local, set, oif none, from 198.51.100.10, to 10.9.0.0/24 not 10.9.0.1 10.9.0.255: port0 > cable',
    )
  })
})
