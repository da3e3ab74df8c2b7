// Packets in the syntax of `ip route get`.
import { expect, test } from 'vitest'
import { inferForwarded, formatPacket, parsePacketTokens } from '../../src/syntax/route-get.js'

test('every keyword', () => {
  expect(
    parsePacketTokens(
      '8.8.8.8 from 192.0.2.2 iif lan0 oif eth0 mark 0x1 ipproto tcp sport 7 dport 25 uid 1000 tos 0x10',
    ),
  ).toEqual({
    ok: true,
    value: {
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

test('IPv4 without a protocol is UDP, as in the kernel', () => {
  expect(parsePacketTokens('8.8.8.8')).toMatchObject({ value: { ipproto: 17 } })
  expect(parsePacketTokens('2001:db8::1')).toEqual({
    ok: true,
    value: { family: 'inet6', dst: { family: 'inet6', text: '2001:db8::1' } },
  })
})

test.each([
  ['', 0, 'the destination is missing'],
  ['example.org', 0, '"example.org" is a name: write its address'],
  ['8.8.8', 0, '"8.8.8" is no address'],
  ['10.0.0.0/8', 0, '"10.0.0.0/8" is a network: write one address of it'],
  ['to 2001:db8::/32', 1, '"2001:db8::/32" is a network: write one address of it'],
  ['fe80::1%eth0', 0, 'the link has its own keyword: write `fe80::1 oif eth0`'],
  ['from 8.8.8.8 iif lan0', 0, 'the destination comes first or after `to`, as in `8.8.8.8 from …`'],
  ['8.8.8.8 from', 2, '"from" needs a value: an address; add `iif LINK` for a forwarded packet'],
  ['from 10.0.0.1 to', 3, 'the destination is missing'],
  ['8.8.8.8 to 9.9.9.9', 1, 'there are two destinations'],
  ['8.8.8.8 from 2001:db8::1', 2, '8.8.8.8 is IPv4 and 2001:db8::1 IPv6: both must be of one family'],
  ['8.8.8.8 mark 1/2', 2, 'invalid mark 1/2: it needs a number up to 0xffffffff, without a mask'],
  ['8.8.8.8 mark 0x1 dport 70000', 4, 'invalid dport 70000: it needs the number of a port, up to 65535'],
  ['8.8.8.8 tos 0x100', 2, 'invalid tos 0x100: it needs a number up to 0xff'],
  ['8.8.8.8 tos 16', 2, 'tos 16: write 0x16 or 0x10, since ip(8) reads 16 as 0x16'],
  ['8.8.8.8 dscp 64', 2, 'invalid dscp 64: it needs a number up to 63, or a name such as ef'],
  ['8.8.8.8 tos 0x10 dscp 4', 3, '`tos` and `dscp` are one field of the packet: write one of them'],
  ['8.8.8.8 uid -1', 2, 'invalid uid -1: it needs the number of a user, 0 for root'],
  ['8.8.8.8 ipproto tpc', 2, 'invalid ipproto tpc: did you mean tcp?'],
  ['8.8.8.8 ipproto 256', 2, 'invalid ipproto 256: it needs tcp, udp, icmp, … or a number from 1 to 255'],
  ['8.8.8.8 iif a/b', 2, 'invalid iif a/b: it needs a link'],
  ['8.8.8.8 form 192.0.2.1', 1, '"form" is no keyword of a packet; did you mean "from"?'],
  ['8.8.8.8 mark 1 mark 2', 3, '"mark" is repeated'],
  [
    '8.8.8.8 vrf red',
    1,
    '"vrf" is no keyword of a packet; keywords are: from, iif, oif, mark, ipproto, sport, dport, uid, tos, dscp',
  ],
])('%s is rejected at word %i', (words, word, problem) => {
  expect(parsePacketTokens(words)).toEqual({ ok: false, problem, word })
})

test.each([
  ['to 8.8.8.8 dev eth0 dsfield 0x10', '8.8.8.8 oif eth0 tos 0x10'],
  ['8.8.8.8 dscp ef', '8.8.8.8 tos 0xb8'],
  ['from 10.0.0.7 to 8.8.8.8 iif lan0', '8.8.8.8 from 10.0.0.7 iif lan0'],
  ['iif lan0 from 10.0.0.7 to 8.8.8.8', '8.8.8.8 from 10.0.0.7 iif lan0'],
  ['2001:DB8::1 from 2001:db8::2 iif lan0', '2001:db8::1 from 2001:db8::2 iif lan0'],
  ['8.8.8.8 dport 25 ipproto 6 mark 256', '8.8.8.8 mark 0x100 ipproto tcp dport 25'],
  ['8.8.8.8 dport 53', '8.8.8.8 ipproto udp dport 53'],
  ['8.8.8.8 uid 7 sport 9 ipproto 200', '8.8.8.8 uid 7 ipproto 200 sport 9'],
])('%s in the order of ip-route(8): %s', (words, expected) => {
  const read = parsePacketTokens(words)
  expect(read.ok ? formatPacket(read.value) : read).toBe(expected)
})

test('forwarded packets have no user, and match as root’s', () => {
  const read = parsePacketTokens('2001:db8::1 from 2001:db8::2 iif lan0')
  expect(read).toMatchObject({ value: { uid: 4294967295 } })
  expect(read.ok ? inferForwarded(read.value).uid : read).toBeUndefined()
})
