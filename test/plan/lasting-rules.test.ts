import { expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { lastingRules } from '../../src/plan/lasting-rules.js'

const wan = '{ wan0: { addresses: [192.0.2.2/24] } }'
const tunnel = '{ wg0: { manage: routing, addresses: [10.9.0.2/24] } }'

/** Prefs of the rules that have an effect while no link is up. */
function lastingOf(text: string, links = wan): readonly number[] {
  const { plan } = compile(`version: 1\nlinks: ${links}\n${text}`, { targets: [] })
  if (plan === undefined) throw new Error('no plan')
  return [...lastingRules(plan)].map(({ pref }) => pref).sort((a, b) => a - b)
}

const open = 'gateways: { fiber: { link: wan0, via: 192.0.2.1, reply: none } }\n'
const closed = open.replace('reply: none', 'reply: none, fail-closed: true')
const rules = (...list: readonly string[]) => `rules: [${list.join(', ')}]\n`
const exception = '{ to: 172.16.0.0/12, table: main, priority: 100 }'
const guests = '{ from: 10.0.0.0/24, gateway: fiber, priority: 200 }'

it('a rule for a table of managed links has no effect without them', () => {
  expect(lastingOf(open + rules(exception, guests))).toEqual([])
})

it('a rule for a table that rejects has an effect, and so has an earlier exception', () => {
  expect(lastingOf(closed + rules(exception, guests))).toEqual([100, 200])
})

it('an exception after all such rules has no effect', () => {
  const behind = exception.replace('100', '300')
  expect(lastingOf(closed + rules(guests, behind))).toEqual([200])
})

it('a rule that rejects has an effect', () => {
  expect(
    lastingOf(open + rules(exception, '{ from: 10.0.1.0/24, action: prohibit, priority: 200 }')),
  ).toEqual([100, 200])
})

const byTunnel =
  'gateways: { vpn: { link: wg0, via: 10.9.0.1, reply: none } }\nrules: [{ from: 10.0.0.0/24, gateway: vpn, priority: 200 }]\n'

it('a rule for a table with routes over an unmanaged link has an effect', () => {
  expect(lastingOf(byTunnel, tunnel)).toEqual([200])
})

it('with `manage: routing` all links count as managed', () => {
  expect(lastingOf(`manage: routing\n${byTunnel}`, tunnel.replace('manage: routing, ', ''))).toEqual([])
})
