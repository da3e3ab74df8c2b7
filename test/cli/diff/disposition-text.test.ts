// What is said of packets that go another way, sentence by sentence.
import { describe, expect, test } from 'vitest'
import { exceptionsOf, formatPackets, type Manner } from '../../../src/cli/diff/packets.js'
import { formatDisposition, nexthopsOf } from '../../../src/cli/diff/disposition-text.js'
import type {
  Addresses,
  Hop,
  Reroute,
  NamedPrefix,
  Packets,
  Disposition,
} from '../../../src/diff/difference.js'
import { parseAddress } from '../../../src/kernel/address.js'
import type { LinkName } from '../../../src/kernel/link.js'
import { parsePrefixOrAddress } from '../../../src/kernel/prefix.js'

const link = (name: string): LinkName => name as LinkName

function address(text: string) {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

function named(text: string, of?: readonly [string, 'network' | 'part' | 'address']) {
  const prefix = parsePrefixOrAddress(text)
  if (prefix === undefined) throw new Error(text)
  return { prefix, ...(of === undefined ? {} : { of: { link: link(of[0]), as: of[1] } }) }
}

const addresses = (...texts: readonly string[]): Addresses => ({
  in: texts.map((text) => named(text)),
  except: [],
})
const numbers = (...all: readonly number[]) => ({
  in: all.map((one) => ({ first: one, last: one })),
  except: [],
})
const links = (...names: readonly string[]) => ({ in: names.map(link), except: [] })

const by = (gateway: string, dev = gateway, weight = 1): Hop => ({
  via: address('192.0.2.1'),
  dev: link(dev),
  weight,
  gateway,
})
const out = (...hops: readonly Hop[]): Disposition => ({ kind: 'out', hops })
const [fiber, cable] = [out(by('fiber')), out(by('cable'))]

const move = (packets: Packets, more: Partial<Reroute> = {}): Reroute => {
  const packet = { family: 'inet', dst: address('203.0.113.7') } as const
  const example = { packet, before: { kind: 'none' }, after: { kind: 'none' } } as const
  return {
    kind: 'way',
    family: 'inet',
    before: fiber,
    after: cable,
    packets,
    but: [],
    isExact: true,
    example,
    ...more,
  }
}

const plainly: Manner = { invented: new Map(), isOfBoth: false, isOnly: () => false }

const told = (packets: Packets, more: Partial<Reroute> = {}, manner = plainly): string =>
  `${formatPackets(move(packets, more), manner)} ${formatDisposition(move(packets, more), manner)}`

const tcp = { ipproto: numbers(6) }

describe('the packets', () => {
  const lan: Addresses = { in: [named('10.0.0.0/24', ['lan0', 'network'])], except: [] }
  test.each<readonly [Packets, string]>([
    [{}, 'all IPv4 traffic'],
    [{ sender: 'own' }, 'all IPv4 traffic of this host'],
    [{ sender: 'forwarded' }, 'all IPv4 traffic that is forwarded'],
    [
      { ...tcp, dport: numbers(25), from: lan, sender: 'forwarded' },
      'tcp dport 25 (smtp) from lan0’s 10.0.0.0/24',
    ],
    [{ ...tcp, dport: numbers(25, 587) }, 'IPv4 tcp dport 25 (smtp) or 587 (submission)'],
    [{ ipproto: numbers(6, 17), dport: numbers(53) }, 'IPv4 tcp or udp dport 53 (dns)'],
    [{ ipproto: numbers(17), dport: numbers(443) }, 'IPv4 udp dport 443 (http/3)'],
    [{ ipproto: numbers(6, 17), dport: numbers(443) }, 'IPv4 tcp or udp dport 443'],
    [{ dport: { in: [{ first: 1000, last: 1999 }], except: [] } }, 'IPv4 dport 1000-1999'],
    [{ ...tcp, sport: numbers(22) }, 'IPv4 tcp sport 22 (ssh)'],
    [{ iif: links('lan0', 'lan1'), sender: 'forwarded' }, 'all IPv4 traffic coming in by lan0 or lan1'],
    [
      {
        sender: 'own',
        source: 'chosen',
        from: { in: [named('203.0.113.10', ['wan0', 'address'])], except: [] },
      },
      'all traffic of this host from wan0’s own 203.0.113.10',
    ],
    [
      { from: { in: [named('10.0.0.128/25', ['lan0', 'part'])], except: [] } },
      'all traffic from 10.0.0.128/25 of lan0',
    ],
    [{ sender: 'own', source: 'open' }, 'all IPv4 traffic of this host without a source yet'],
    [{ sender: 'own', oif: links('wan0') }, 'all IPv4 traffic of this host bound to wan0'],
    [{ sender: 'own', oif: { in: [], except: ['none'] } }, 'all IPv4 traffic of this host bound to a link'],
    [{ oif: { in: [link('wan0'), 'none'], except: [] } }, 'all IPv4 traffic'],
    [{ uid: { in: [{ first: 1000, last: 1999 }], except: [] } }, 'all IPv4 traffic of uid 1000-1999'],
    [
      { mark: { in: [{ value: 0x100, mask: 0xff00 }], except: [] } },
      'all IPv4 traffic with mark 0x100/0xff00',
    ],
    [{ mark: { in: [{ value: 1, mask: 0xffffffff }], except: [] } }, 'all IPv4 traffic with mark 0x1'],
    [{ mark: { in: [{ value: 0, mask: 0xffffffff }], except: [] } }, 'all IPv4 traffic without a mark'],
    [{ tos: { in: [{ value: 0x10, mask: 0xff }], except: [] } }, 'all IPv4 traffic with tos 0x10'],
    [
      { to: addresses('10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16', '10.4.0.0/16', '10.5.0.0/16') },
      'all traffic to 10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16 or 2 others',
    ],
  ])('%j: %s', (packets, words) => {
    expect(told(packets)).toBe(`${words} moves from fiber to cable`)
    expect(exceptionsOf(move(packets), plainly)).toEqual([])
  })

  test.each<readonly [Packets, readonly Packets[], readonly string[]]>([
    [{ ...tcp, dport: { in: [], except: numbers(25).in } }, [], ['dport 25 (smtp)']],
    [{ ipproto: { in: [], except: numbers(1, 6).in } }, [], ['icmp or tcp']],
    [{ iif: { in: [], except: [link('lan0')] } }, [], ['coming in by lan0']],
    [
      {
        from: { ...lan, except: [named('10.0.0.128/25', ['lan0', 'part'])] },
        to: { in: [], except: lan.in },
      },
      [],
      ['from 10.0.0.128/25 of lan0', 'to lan0’s 10.0.0.0/24'],
    ],
    [
      {
        mark: {
          in: [],
          except: [
            { value: 0, mask: 0xffffffff },
            { value: 0x100, mask: 0xff00 },
          ],
        },
      },
      [],
      ['without a mark', 'with mark 0x100/0xff00'],
    ],
    [{ oif: links('none') }, [{ sender: 'own', oif: { in: [], except: ['none'] } }], []],
    [
      {},
      [{ ...tcp, dport: numbers(25), from: { in: [], except: lan.in } }],
      ['tcp dport 25 (smtp) unless from lan0’s 10.0.0.0/24'],
    ],
    [{}, [{ to: { in: [], except: lan.in } }], ['whatever is not to lan0’s 10.0.0.0/24']],
    [
      {},
      [{ to: { in: [], except: lan.in }, uid: { in: [], except: numbers(0).in } }],
      ['whatever is neither to lan0’s 10.0.0.0/24 nor of uid 0'],
    ],
  ])('%j, %j: but not %j', (packets, but, words) => {
    expect(exceptionsOf(move(packets, { but }), plainly)).toEqual(words)
  })

  test('of both families at once', () => {
    const manner = { ...plainly, isOfBoth: true, isOnly: ({ of }: NamedPrefix) => of?.link === 'lan0' }
    expect(told({ from: lan }, {}, manner)).toMatch(/^all traffic from lan0’s network moves/)
    const other = { in: [...lan.in, named('10.1.0.0/24', ['lan1', 'network'])], except: [] }
    expect(told({ from: other }, {}, manner)).toMatch(
      /^all traffic from lan0’s network or lan1’s 10\.1\.0\.0\/24 moves/,
    )
  })

  test('that are only some of the words', () => {
    expect(told({}, { isExact: false, family: 'inet6' })).toMatch(/^some IPv6 traffic moves/)
    expect(told({ ...tcp, to: addresses('10.0.0.0/8') }, { isExact: false })).toMatch(
      /^some of tcp to 10\.0\.0\.0\/8 moves/,
    )
  })

  test('of addresses that nobody knows yet', () => {
    const invented = new Map([['198.18.0.10', 'the address of wan1’s lease']])
    const from = addresses('198.18.0.10')
    expect(told({ from }, {}, { ...plainly, invented })).toMatch(
      /^all traffic from the address of wan1’s lease moves/,
    )
  })
})

describe('what becomes of them', () => {
  const lan: Disposition = out({ dev: link('lan0'), weight: 1 })
  const none: Disposition = { kind: 'none' }
  const prohibit: Disposition = { kind: 'reject', type: 'prohibit' }
  const local: Disposition = { kind: 'local' }
  test.each<readonly [Disposition, Disposition, string]>([
    [fiber, out(by('fiber'), by('cable')), 'moves from fiber to fiber or cable'],
    [
      out(by('fiber', 'wan0', 3), by('cable')),
      out(by('fiber', 'wan0'), by('cable')),
      'moves from fiber weight 3 or cable weight 1 to fiber weight 1 or cable weight 1',
    ],
    [
      fiber,
      out(by('fiber', 'wan9')),
      'moves from fiber via 192.0.2.1 dev fiber to fiber via 192.0.2.1 dev wan9',
    ],
    [lan, fiber, 'moves from neighbours on lan0 to fiber'],
    [
      out({ via: address('192.0.2.9'), dev: link('lan0'), weight: 1 }),
      fiber,
      'moves from 192.0.2.9 on lan0 to fiber',
    ],
    [fiber, prohibit, 'left by fiber and is now refused (prohibit)'],
    [
      prohibit,
      { kind: 'reject', type: 'blackhole' },
      'was refused (prohibit) and is now dropped (blackhole)',
    ],
    [none, fiber, 'had no route and now leaves by fiber'],
    [lan, none, 'went to neighbours on lan0 and now has no route'],
    [local, lan, 'was for this host itself and now goes to neighbours on lan0'],
    [prohibit, local, 'was refused (prohibit) and is now for this host itself'],
  ])('%#: %j %j', (before, after, words) => {
    expect(told({}, { before, after })).toBe(`all IPv4 traffic ${words}`)
  })

  test('the same way with another address', () => {
    const [before, after] = ['192.0.2.10', '192.0.2.11'].map((text) =>
      out({ ...by('fiber'), src: address(text) }),
    )
    if (before === undefined || after === undefined) throw new Error('two ways')
    const kind = 'source'
    expect(told({ sender: 'own' }, { kind, before, after })).toBe(
      'all IPv4 traffic of this host leaves by fiber as 192.0.2.11 instead of 192.0.2.10',
    )
    expect(nexthopsOf(move({}, { kind, before, after }), plainly)).toEqual([
      'fiber as 192.0.2.10',
      'fiber as 192.0.2.11',
    ])
  })
})
