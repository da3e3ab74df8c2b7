import { describe, expect, test } from 'vitest'
import { parsePacketQuery } from '../../src/syntax/packet-query.js'
import { planOf, twoProviders } from '../helpers/plan-of.js'

const { plan } = planOf(twoProviders)
if (plan === undefined) throw new Error('no plan')

const read = (words: string) => parsePacketQuery(words.split(' '), plan)

describe('a packet query', () => {
  test('has a packet, and whether a protocol is set', () => {
    expect(read('203.0.113.7 from 192.0.2.10 ipproto tcp')).toMatchObject({
      ok: true,
      value: { packet: { src: { text: '192.0.2.10' }, ipproto: 6 }, hasProtocol: true },
    })
    expect(read('203.0.113.7')).toMatchObject({ ok: true, value: { hasProtocol: false } })
  })

  test('has no user for a forwarded packet', () => {
    const answer = read('2001:db8::7 from 2001:db8:1::7 iif eth0')
    expect(answer.ok && 'uid' in answer.value.packet).toBe(false)
  })

  test.each([
    ['to 224.0.0.1', 1, 'no unicast address'],
    ['203.0.113.7 from 0.0.0.0', 2, '0.0.0.0 cannot be a source'],
    ['203.0.113.7 from 10.0.0.7 iif eth00', 4, 'did you mean eth0?'],
    ['203.0.113.7 iif eth0', 2, 'add `from ADDRESS`'],
    ['203.0.113.7 from 10.0.0.7 iif eth0 dev eth1', 6, 'write either `iif` or `oif`'],
    ['203.0.113.7 from 10.0.0.7 iif eth0 uid 1000', 6, 'write either `iif` or `uid`'],
  ])('reports the word and the reason of an impossible packet: %s', (words, word, problem) => {
    expect(read(words)).toEqual({ ok: false, word, problem: expect.stringContaining(problem) as string })
  })
})
