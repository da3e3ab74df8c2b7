import { describe, expect, it } from 'vitest'
import {
  actionKey,
  effectiveMetric,
  routeKey,
  ruleKey,
  selectorKey,
  sortRoutes,
  sortRules,
} from '../../src/plan/keys.js'
import { readRoute, readRule } from '../helpers/parse-ip.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

const route4 = (text: string) => readRoute('inet', text, origin)
const route6 = (text: string) => readRoute('inet6', text, origin)
const rule4 = (text: string) => readRule('inet', text, origin)

describe('a route', () => {
  it('is identified by family, table, destination and metric, not by its next hop', () => {
    expect(routeKey(route4('default via 192.0.2.1 dev eth0'))).toBe(
      routeKey(route4('default dev eth1 metric 0')),
    )
    expect(routeKey(route4('default via 192.0.2.1 dev eth0'))).not.toBe(
      routeKey(route4('default via 192.0.2.1 dev eth0 metric 1')),
    )
    expect(routeKey(route4('10.0.0.0/8 dev eth0'))).not.toBe(routeKey(route4('10.0.0.0/9 dev eth0')))
    expect(routeKey(route4('default dev eth0 table 7'))).not.toBe(routeKey(route4('default dev eth0')))
  })

  it('has the metric 1024 in IPv6 without a metric, or with 0', () => {
    expect(effectiveMetric(route6('default dev eth0'))).toBe(1024)
    expect(effectiveMetric(route6('default dev eth0 metric 0'))).toBe(1024)
    expect(effectiveMetric(route6('default dev eth0 metric 5'))).toBe(5)
    expect(effectiveMetric(route4('default dev eth0'))).toBe(0)
  })
})

describe('a rule', () => {
  const text =
    'pref 7 not from 10.0.0.0/8 to 192.0.2.1 iif eth0 oif eth1 fwmark 0x1/0xff tos 16 ipproto 6 sport 1-9 dport 25 uidrange 5-6 lookup 101'

  it('is identified by all of its attributes', () => {
    expect(selectorKey(rule4(text).selector)).toBe(
      'not from 10.0.0.0/8 to 192.0.2.1/32 tos 0x10 fwmark 0x1/0xff iif eth0 oif eth1 uidrange 5-6 ipproto 6 sport 1-9 dport 25',
    )
    expect(ruleKey(rule4('pref 7 lookup 101'))).not.toBe(ruleKey(rule4('pref 8 lookup 101')))
    expect(ruleKey(rule4('pref 7 lookup 101'))).not.toBe(
      ruleKey(readRule('inet6', 'pref 7 lookup 101', origin)),
    )
    expect(ruleKey(rule4('pref 7 lookup 101'))).not.toBe(ruleKey(rule4('pref 7 lookup 102')))
  })

  it('has a key for its action', () => {
    expect(actionKey(rule4('pref 7 lookup main suppress_prefixlength 0').action)).toBe(
      'lookup 254 suppress_prefixlength 0',
    )
    expect(actionKey(rule4('pref 7 goto 9').action)).toBe('goto 9')
    expect(actionKey(rule4('pref 7 prohibit').action)).toBe('prohibit')
  })
})

describe('the order', () => {
  it('of routes lets the kernel resolve each next hop', () => {
    const tables = [
      { id: 102, name: 'b', origin },
      { id: 101, name: 'a', origin },
    ]
    const sorted = sortRoutes(
      [
        route4('default via 192.0.2.1 dev eth0 metric 200'),
        route4('default via 192.0.2.1 dev eth0 metric 100'),
        route4('unreachable default table 101 metric 2000000000'),
        route4('default via 192.0.2.1 dev eth0 table 101'),
        route6('2001:db8::/64 dev eth0 table 101'),
        route4('192.0.2.0/24 dev eth0 table 101'),
        route4('10.0.0.0/8 via 192.0.2.2 dev eth0 table 101'),
        route4('192.0.2.0/24 dev eth1 table 102'),
      ],
      tables,
    )
    expect(
      sorted.map(
        ({ table, family, dst, metric }) => `${table} ${family} ${dst.address.text} ${metric ?? ''}`,
      ),
    ).toEqual([
      '102 inet 192.0.2.0 ',
      '101 inet 192.0.2.0 ',
      '101 inet 10.0.0.0 ',
      '101 inet 0.0.0.0 ',
      '101 inet 0.0.0.0 2000000000',
      '101 inet6 2001:db8:: ',
      '254 inet 0.0.0.0 100',
      '254 inet 0.0.0.0 200',
    ])
  })

  it('of rules is by family and priority, and stable', () => {
    const six = readRule('inet6', 'pref 1 lookup 101', origin)
    const [a, b, c] = [rule4('pref 9 lookup 101'), rule4('pref 2 lookup 101'), rule4('pref 9 lookup 102')]
    expect(sortRules([six, a, b, c])).toEqual([b, a, c, six])
  })
})
