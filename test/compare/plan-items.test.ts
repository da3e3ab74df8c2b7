import { describe, expect, it } from 'vitest'
import { compare } from '../../src/compare/compare.js'
import { compileFixture, fixtureNamed } from '../helpers/fixtures.js'
import { planOf, twoProviders } from '../helpers/plan-of.js'

const itemsOf = (name: string) => {
  const { plan, lineOf } = compileFixture(fixtureNamed(name))
  return plan === undefined ? [] : compare(plan, [], { lineOf }).items
}

const items = itemsOf('two-providers')
const withWords = (words: string) => items.find((item) => item.words === words)

describe('the items of a plan', () => {
  it('are sorted by kind, and rules by priority', () => {
    expect([...new Set(items.map(({ kind }) => kind))]).toEqual(['link', 'table', 'rule', 'route', 'sysctl'])
    const prefs = items.filter(({ kind }) => kind === 'rule').map(({ words }) => Number(words.split(' ')[1]))
    expect(prefs).toEqual(prefs.toSorted((a, b) => a - b))
  })

  it('contain each part of the plan once', () => {
    for (const name of [
      'two-providers',
      'leases-balanced',
      'marks-of-gateways',
      'leased-provider-and-tunnel',
    ]) {
      const { plan } = compileFixture(fixtureNamed(name))
      const parts = (kind: string) =>
        itemsOf(name)
          .filter((item) => item.kind === kind)
          .flatMap((item) => item.parts)
          .toSorted((a, b) => a - b)
      const numbers = (list: readonly unknown[] = []) => [...list.keys()]
      expect(parts('link')).toEqual(numbers(plan?.state.links))
      expect(parts('table')).toEqual(numbers(plan?.intent.tables))
      expect(parts('rule')).toEqual(numbers(plan?.state.rules))
      expect(parts('route')).toEqual(numbers(plan?.state.routes))
      expect(parts('dynamicTable')).toEqual(numbers(plan?.dynamic.tables))
      expect(parts('dynamicMultipath')).toEqual(numbers(plan?.dynamic.multipaths))
      expect(parts('sysctl')).toEqual(numbers(plan?.state.sysctls))
      expect(parts('connmark')).toEqual(numbers(plan?.state.connmarks))
    }
  })

  it('join the IPv4 and the IPv6 form of a rule', () => {
    expect(withWords('pref 17000 fwmark 0x100/0xff00 lookup 101')).toMatchObject({
      families: ['inet', 'inet6'],
      gateways: ['fiber'],
      table: 101,
      line: 8,
      reason: 'gateway fiber: packets marked 0x100/0xff00',
    })
    expect(withWords('pref 20000 from 10.0.0.128/25 lookup 102')).toMatchObject({
      families: ['inet'],
      gateways: ['cable'],
      comment: 'guests',
      line: 13,
    })
  })

  it('name the gateways of their next hops, or else of their table', () => {
    expect(withWords('default via 203.0.113.1 dev wan0 metric 100')?.gateways).toEqual(['fiber'])
    expect(withWords('10.0.0.0/24 dev lan0 scope link src 10.0.0.1 table 102')?.gateways).toEqual(['cable'])
    const balanced = itemsOf('dual-stack-balanced').find(({ words }) => words.includes('nexthop'))
    expect(balanced?.gateways.length).toBe(2)
    expect(balanced?.links.length).toBe(2)
  })

  it('have the minimum versions of kernel and programs', () => {
    expect(withWords('pref 20010 ipproto 6 dport 25 lookup 101')?.needs).toEqual([
      { what: 'rule: ipproto, sport, dport', linux: '4.17', iproute2: '4.17' },
    ])
    expect(withWords('pref 20000 from 10.0.0.128/25 lookup 102')?.needs).toEqual([])
  })

  it('do not need the text of the description', () => {
    const { plan } = planOf(twoProviders)
    if (plan === undefined) throw new Error('no plan')
    expect(compare(plan, []).items.every(({ line }) => line === undefined)).toBe(true)
    expect(compare(plan, []).description).toEqual([])
  })
})
