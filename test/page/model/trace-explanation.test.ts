import { describe, expect, test } from 'vitest'
import { trace } from '../../../src/lookup/trace.js'
import { explainAnswer, packetText } from '../../../src/page/model/trace-explanation.js'
import { parsePacketQuery } from '../../../src/syntax/packet-query.js'
import { planNamed } from '../pages.js'

function explain(name: string, packet: string) {
  const plan = planNamed(name)
  const read = parsePacketQuery(packet.split(' '), plan)
  if (!read.ok) throw new Error(read.problem)
  const { packet: parsed } = read.value
  return { answer: explainAnswer(plan, trace(plan, parsed).answer), packet: packetText(parsed) }
}

describe('the explanation of an answer', () => {
  test.each([
    [
      'two-providers',
      '198.18.0.1 from 10.0.0.135 iif lan0',
      'Rule 20000 (from 10.0.0.128/25) looks up table cable, whose default route leads via 198.51.100.1 on wan1.',
    ],
    ['two-providers', '203.0.113.10', 'Rule 0 finds the address in table local.'],
    [
      'two-providers',
      '10.0.0.7',
      'Rule 32766 looks up table main, whose route to 10.0.0.0/24 leads to a neighbour on lan0.',
    ],
    ['mark-ladder', '198.18.0.1 mark 0x3e00', 'Rule 20030 (fwmark 0x3e00/0x3f00) rejects it.'],
    [
      'pppoe-weighted',
      '198.18.0.1',
      'Rule 32766 looks up table main, whose default route leads over ppp1 (fast), or over ppp0 (slow).',
    ],
    [
      'static-and-leased-provider',
      '198.18.0.1 from 10.0.0.135 iif lan0',
      'Rule 20000 (from 10.0.0.128/25) looks up table cable, whose unreachable default route rejects it.',
    ],
  ])('%s: %s', (name, packet, answer) => {
    expect(explain(name, packet).answer).toBe(answer)
  })
})

test('a packet has its family and its source', () => {
  expect(explain('two-providers', '198.18.0.1 from 10.0.0.135 iif lan0').packet).toBe(
    'IPv4, received on lan0',
  )
  expect(explain('two-providers', '2620:fe::fe').packet).toBe('IPv6, sent by this host')
})
