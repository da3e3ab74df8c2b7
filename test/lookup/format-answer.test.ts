import { expect, test } from 'vitest'
import { trace } from '../../src/lookup/trace.js'
import { summarizeAnswer, summarizeAnswerWithHops } from '../../src/lookup/format-answer.js'
import { parsePacketQuery } from '../../src/syntax/packet-query.js'
import { planOf } from '../helpers/plan-of.js'

const { plan } = planOf(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: eth1, via: 198.51.100.1 }
default: { balance: { fiber: 1, cable: 3 } }
rules:
  - { to: 203.0.113.1, action: prohibit }
  - { to: 203.0.113.2, action: blackhole }
  - { to: 203.0.113.3, action: unreachable }
routes:
  - { to: 203.0.113.4/32, via: 192.0.2.4, link: eth0 }
`)
if (plan === undefined) throw new Error('no plan')

test.each([
  ['203.0.113.7 from 192.0.2.10', 'leaves by fiber', ': via 192.0.2.1 dev eth0'],
  [
    '203.0.113.7',
    'leaves by fiber or cable, by flow hash',
    ': via 192.0.2.1 dev eth0 weight 1 | via 198.51.100.1 dev eth1 weight 3',
  ],
  ['203.0.113.4', 'leaves through no gateway of the description', ': via 192.0.2.4 dev eth0'],
  ['192.0.2.7', 'goes to a neighbour', ': dev eth0'],
  ['192.0.2.10', 'stays here: the address is this host’s own', ''],
  ['192.0.2.255', 'goes to every host on eth0: it is a broadcast address', ''],
  ['203.0.113.1', 'is rejected: prohibit (the program gets: Permission denied)', ''],
  ['203.0.113.1 from 10.0.0.7 iif eth1', 'is rejected: prohibit (the sender gets: Packet filtered)', ''],
  ['203.0.113.2', 'is rejected: blackhole (the program gets: Invalid argument)', ''],
  ['203.0.113.3', 'is rejected: unreachable (the program gets: Network is unreachable)', ''],
  ['2001:db8::7', 'has no route: no rule gives an answer (the program gets: Network is unreachable)', ''],
])('%s %s%s', (words, verdict, hops) => {
  const read = parsePacketQuery(words.split(' '), plan)
  if (!read.ok) throw new Error(read.problem)
  const found = trace(plan, read.value.packet)
  expect(summarizeAnswer(plan, found)).toBe(verdict)
  expect(summarizeAnswerWithHops(plan, found)).toBe(`${verdict}${hops}`)
})
