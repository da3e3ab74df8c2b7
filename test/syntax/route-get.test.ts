// Packets in the words of `ip route get`.
import { expect, test } from 'vitest'
import { readPacketWords } from '../../src/syntax/route-get.js'

test('every word', () => {
  expect(
    readPacketWords(
      '8.8.8.8 from 192.0.2.2 iif lan0 oif eth0 mark 0x1 ipproto tcp sport 7 dport 25 uid 1000 tos 0x10',
    ),
  ).toEqual({
    ok: true,
    packet: {
      family: 'inet',
      dst: { family: 'inet', text: '8.8.8.8' },
      src: { family: 'inet', text: '192.0.2.2' },
      iif: 'lan0',
      oif: 'eth0',
      mark: 1,
      ipproto: 6,
      sport: 7,
      dport: 25,
      uid: 1000,
      tos: 16,
    },
  })
})

test('without a protocol IPv4 asks for UDP, as the kernel does', () => {
  expect(readPacketWords('8.8.8.8')).toMatchObject({ packet: { ipproto: 17 } })
  expect(readPacketWords('2001:db8::1')).toEqual({
    ok: true,
    packet: { family: 'inet6', dst: { family: 'inet6', text: '2001:db8::1' } },
  })
})

test.each([
  ['', '"" is no address to go to'],
  ['example.org', '"example.org" is no address to go to'],
  ['8.8.8.8 from', '"from" lacks its value'],
  ['8.8.8.8 from 2001:db8::1', 'cannot take from 2001:db8::1'],
  ['8.8.8.8 mark 1/2', 'cannot take mark 1/2'],
  ['8.8.8.8 dport 70000', 'cannot take dport 70000'],
  ['8.8.8.8 tos 256', 'cannot take tos 256'],
  ['8.8.8.8 uid -1', 'cannot take uid -1'],
  ['8.8.8.8 iif a/b', 'cannot take iif a/b'],
  ['8.8.8.8 vrf red', 'cannot take vrf red'],
])('%s is refused', (words, problem) => {
  expect(readPacketWords(words)).toEqual({ ok: false, problem })
})
