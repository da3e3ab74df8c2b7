import { describe, expect, it } from 'vitest'
import { diff, isSame } from '../../src/diff/diff.js'
import type { Change, StateDifference } from '../../src/diff/difference.js'
import { stateOf } from '../../src/diff/state.js'
import type { KernelPlan, Route, Rule } from '../../src/plan/plan.js'
import { routeCommand, ruleCommand } from '../../src/syntax/iproute2.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { readRoute, readRule } from '../helpers/parse-ip.js'
import { planOf, twoProviders } from '../helpers/plan-of.js'
import { drawPlan } from '../generators/random-plan.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

const plan = (text: string): KernelPlan => {
  const { plan: made, reported } = planOf(text)
  if (made === undefined) throw new Error(reported.join('\n'))
  return made
}

const ruleText = (rule: Rule) => ruleCommand('add', rule).toSpliced(2, 2).slice(1).join(' ')
const routeText = (route: Route) => routeCommand('add', route).toSpliced(2, 2).slice(1).join(' ')

/** `+ …`, `- …`, `~ … > …` (moved), `! … > … (fields)` (changed). */
function line<T>(change: Change<T>, textOf: (one: T) => string): string {
  switch (change.kind) {
    case 'added':
      return `+ ${textOf(change.after)}`
    case 'removed':
      return `- ${textOf(change.before)}`
    case 'moved':
      return `~ ${textOf(change.before)} > ${textOf(change.after)}${change.isRenumbered === true ? ' =' : ''}`
    case 'changed':
      return `! ${textOf(change.before)} > ${textOf(change.after)} (${change.fields.join()})`
  }
}

const rulesOf = ({ rules }: StateDifference) => rules.map((change) => line(change, ruleText))
const routesOf = ({ routes }: StateDifference) => routes.map((change) => line(change, routeText))

const withRules = (...words: readonly string[]): KernelPlan => ({
  ...drawPlan(1),
  state: { ...drawPlan(1).state, routes: [], rules: words.map((text) => readRule('inet', text, origin)) },
})
const withRoutes = (...words: readonly string[]): KernelPlan => ({
  ...drawPlan(1),
  state: { ...drawPlan(1).state, rules: [], routes: words.map((text) => readRoute('inet', text, origin)) },
})

describe('the state of a plan and of itself', () => {
  it.each(goodFixtures.map((fixture) => [fixture.name, fixture] as const))(
    'is the same: %s',
    (_, fixture) => {
      const { plan: made } = compileFixture(fixture)
      if (made === undefined) throw new Error('no plan')
      expect(isSame(diff(made, made))).toBe(true)
    },
  )
})

describe('names and comments', () => {
  it('and the order of keys make no difference', () => {
    const other = twoProviders
      .replaceAll('fiber', 'glass')
      .replace('192.0.2.10/24]', "192.0.2.10/24], comment: 'of the house'")
    expect(isSame(diff(plan(twoProviders), plan(other)))).toBe(true)
  })
})

describe('rules', () => {
  it('are added, removed, moved, changed', () => {
    const state = stateOf(
      withRules('pref 10 from 10.0.0.0/8 lookup 101', 'pref 20 dport 25 lookup 102', 'pref 30 prohibit'),
      withRules(
        'pref 10 from 10.0.0.0/8 lookup 102',
        'pref 25 dport 25 lookup 102',
        'pref 26 dport 26 lookup 102',
      ),
    )
    expect(rulesOf(state)).toEqual([
      '! -4 pref 10 from 10.0.0.0/8 lookup 101 > -4 pref 10 from 10.0.0.0/8 lookup 102 (action)',
      '~ -4 pref 20 dport 25 lookup 102 > -4 pref 25 dport 25 lookup 102 =',
      '- -4 pref 30 prohibit',
      '+ -4 pref 26 dport 26 lookup 102',
    ])
  })

  it('are renumbered if all keep their order, and as few as possible are reordered', () => {
    const three = [
      'from 10.1.0.0/16 lookup 101',
      'from 10.2.0.0/16 lookup 101',
      'from 10.3.0.0/16 lookup 102',
    ]
    const at = (...prefs: readonly number[]) =>
      withRules(
        ...three
          .map((words, index) => [prefs[index] ?? 0, words] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([pref, words]) => `pref ${pref} ${words}`),
      )
    const renumbered = (...prefs: readonly number[]) =>
      stateOf(at(1, 2, 3), at(...prefs)).rules.map(
        (change) =>
          change.kind === 'moved' && `${change.before.pref}${change.isRenumbered === true ? '=' : ''}`,
      )
    expect(renumbered(11, 12, 13)).toEqual(['1=', '2=', '3='])
    expect(renumbered(2, 3, 1)).toEqual(['3', '1=', '2='])
    expect(renumbered(5, 2, 3)).toEqual(['1'])
    expect(renumbered(1, 4, 3)).toEqual(['2'])
  })

  it('are reordered within one priority', () => {
    const [a, b] = ['pref 10 from 10.0.0.0/8 lookup 101', 'pref 10 dport 25 lookup 102']
    expect(rulesOf(stateOf(withRules(a, b), withRules(b, a)))).toHaveLength(2)
    expect(rulesOf(stateOf(withRules(a, b), withRules(a, b)))).toEqual([])
  })
})

describe('routes', () => {
  it('are the same with explicit and implicit defaults of the kernel', () => {
    const [a, b] = ['default via 192.0.2.1 dev eth0 metric 0', 'default via 192.0.2.1 dev eth0']
    expect(routesOf(stateOf(withRoutes(a), withRoutes(b)))).toEqual([])
  })

  it('are changed, moved to another metric or table, added and removed', () => {
    const state = stateOf(
      withRoutes(
        'default via 192.0.2.1 dev eth0 metric 100',
        'default via 198.51.100.1 dev eth1 metric 200',
        '10.0.0.0/8 via 192.0.2.1 dev eth0 table 101',
        '10.1.0.0/16 via 192.0.2.1 dev eth0 table 101',
        '10.2.0.0/16 via 192.0.2.1 dev eth0',
      ),
      withRoutes(
        'default via 198.51.100.1 dev eth1 metric 100',
        'default via 192.0.2.1 dev eth0 metric 200',
        '10.0.0.0/8 via 192.0.2.2 dev eth0 mtu 1400 table 101',
        '10.1.0.0/16 via 192.0.2.1 dev eth0 table 102',
        '10.3.0.0/16 via 192.0.2.1 dev eth0',
      ),
    )
    expect(state.routes.map((change) => change.kind)).toEqual([
      'moved',
      'moved',
      'changed',
      'moved',
      'removed',
      'added',
    ])
    expect(state.routes.flatMap((change) => (change.kind === 'changed' ? change.fields : []))).toEqual([
      'nexthops',
      'mtu',
    ])
  })
})

describe('everything else', () => {
  const kinds = (before: string, after: string) =>
    Object.entries(stateOf(plan(before), plan(after))).flatMap(
      ([what, changes]: readonly [string, readonly Change<unknown>[]]) =>
        changes.map((change) =>
          change.kind === 'changed' ? `${what} ${change.fields.join()}` : `${what} ${change.kind}`,
        ),
    )

  it('is reported field by field', () => {
    expect(kinds(twoProviders, twoProviders.replace('/24] }', '/24], mtu: 1400 }'))).toEqual(['links mtu'])
    expect(kinds(twoProviders, `${twoProviders}sysctls: { net.ipv4.ip_forward: 1 }`)).toContain(
      'sysctls added',
    )
    const leased = twoProviders
      .replace('addresses: [192.0.2.10/24]', 'dhcp4: true')
      .replace('eth0, via: 192.0.2.1', 'eth0, via: lease')
    expect(kinds(twoProviders, leased)).toEqual(
      expect.arrayContaining(['links addresses,lease', 'dynamicTables added']),
    )
  })
})
