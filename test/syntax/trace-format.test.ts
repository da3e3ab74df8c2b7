import { describe, expect, test } from 'vitest'
import type { Rule } from '../../src/plan/plan.js'
import { outcomeText, routeText, ruleText, selectorText, tableName } from '../../src/syntax/trace-format.js'
import { traceIn } from '../../src/lookup/trace.js'
import { createFib } from '../../src/lookup/fib.js'
import { parsePacketQuery } from '../../src/syntax/packet-query.js'
import { planOf } from '../helpers/plan-of.js'

const { plan } = planOf(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  ipproto: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1, table: 101 }
  cable: { link: ipproto, via: 198.51.100.1, table: 102 }
default: { balance: { fiber: 1, cable: 3 } }
rules:
  - { iif: ipproto, ipproto: udp, dport: 53, gateway: cable, priority: 20000 }
  - { from: 10.0.0.0/8, action: prohibit, priority: 20010 }
`)
if (plan === undefined) throw new Error('no plan')

const ruleAt = (pref: number): Rule => {
  const rule = plan.state.rules.find((each) => each.pref === pref)
  if (rule === undefined) throw new Error(`no rule ${pref}`)
  return rule
}

describe('names', () => {
  test('of tables are the plan’s, else ip’s, else the number', () => {
    expect([101, 254, 255, 77].map((table) => tableName(plan, table))).toEqual([
      'fiber',
      'main',
      'local',
      '77',
    ])
  })

  test('of protocols are after ipproto, even if a link has the same name', () => {
    expect(selectorText(ruleAt(20000).selector)).toBe('iif ipproto ipproto udp dport 53')
    expect(ruleText(plan, ruleAt(20000))).toBe('iif ipproto ipproto udp dport 53 lookup cable')
    expect(ruleText(plan, ruleAt(20010))).toBe('from 10.0.0.0/8 prohibit')
  })
})

test('a route is printed without its table, and multipath next hops are counted', () => {
  const route = plan.state.routes.find(({ nexthops }) => nexthops.length > 1)
  expect(route && routeText(route)).toBe('default metric 100 over 2 next hops')
})

test('each evaluated rule has a result', () => {
  const read = parsePacketQuery('203.0.113.7 from 10.0.0.7 iif eth0'.split(' '), plan)
  if (!read.ok) throw new Error(read.problem)
  const { packet } = read.value
  const { steps } = traceIn(createFib(plan), packet)
  expect(steps.map((step) => `${step.rule.pref}: ${outcomeText(step, packet)}`)).toEqual([
    '0: no route there',
    '18000: no match: the packet is from 10.0.0.7',
    '18001: no match: the packet is from 10.0.0.7',
    '20000: no match: the packet arrived on eth0',
    '20010: matches and rejects',
  ])
})
