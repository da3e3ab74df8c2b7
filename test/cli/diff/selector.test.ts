// Selectors and paths of rerouted packets as text.
import { describe, expect, test } from 'vitest'
import { formatPaths } from '../../../src/cli/diff/path.js'
import { formatExclusions, formatSelector } from '../../../src/cli/diff/selector.js'
import type { Addresses, Disposition, Hop, Packets } from '../../../src/diff/difference.js'
import { parseAddress } from '../../../src/kernel/address.js'
import type { LinkName } from '../../../src/kernel/link.js'
import { parsePrefixOrAddress } from '../../../src/kernel/prefix.js'

const link = (name: string): LinkName => name as LinkName

function address(text: string) {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

function prefix(text: string) {
  const parsed = parsePrefixOrAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

const addresses = (...texts: readonly string[]): Addresses => ({ in: texts.map(prefix), exclusions: [] })
const ranges = (...all: readonly number[]) => all.map((one) => ({ first: one, last: one }))
const numbers = (...all: readonly number[]) => ({ in: ranges(...all), exclusions: [] })
const links = (...names: readonly string[]) => ({ in: names.map(link), exclusions: [] })
const mark = (value: number, mask: number) => ({ in: [{ value, mask }], exclusions: [] })

const none: ReadonlyMap<string, string> = new Map()
const tcp = { ipproto: numbers(6) }
const lan = addresses('10.0.0.0/24')

describe('a selector', () => {
  test.each<readonly [Packets, string]>([
    [{}, 'all'],
    [{ sender: 'local' }, 'locally generated'],
    [{ sender: 'forwarded' }, 'forwarded'],
    [{ sender: 'forwarded', iif: links('lan0', 'lan1') }, 'iif lan0,lan1'],
    [{ ...tcp, dport: numbers(25), from: lan }, 'from 10.0.0.0/24 ipproto tcp dport 25'],
    [{ ipproto: numbers(6, 17), dport: numbers(53) }, 'ipproto tcp,udp dport 53'],
    [{ dport: { in: [{ first: 1000, last: 1999 }], exclusions: [] } }, 'dport 1000-1999'],
    [{ ...tcp, sport: numbers(22) }, 'ipproto tcp sport 22'],
    [{ sender: 'local', source: 'unset' }, 'locally generated source unset'],
    [{ sender: 'local', source: 'set', from: addresses('192.0.2.1') }, 'locally generated from 192.0.2.1'],
    [{ sender: 'local', oif: links('wan0') }, 'locally generated oif wan0'],
    [{ sender: 'local', oif: { in: [], exclusions: ['none'] } }, 'locally generated oif any'],
    [{ oif: { in: [link('wan0'), 'none'], exclusions: [] } }, 'all'],
    [{ uid: { in: [{ first: 1000, last: 1999 }], exclusions: [] } }, 'uidrange 1000-1999'],
    [{ mark: mark(0x100, 0xff00) }, 'fwmark 0x100/0xff00'],
    [{ mark: mark(1, 0xffffffff) }, 'fwmark 0x1'],
    [{ tos: mark(0x10, 0xff) }, 'tos 0x10'],
    [{ tos: mark(0xb8, 0xfc) }, 'dscp 46'],
    [
      { to: addresses(...['1', '2', '3', '4', '5', '6', '7', '8'].map((net) => `10.${net}.0.0/16`)) },
      'to 10.1.0.0/16,10.2.0.0/16,10.3.0.0/16,10.4.0.0/16,10.5.0.0/16,10.6.0.0/16 and 2 more',
    ],
  ])('%j is written as `%s`', (packets, text) => {
    expect(formatSelector({ packets }, none)).toBe(text)
    expect(formatExclusions({ packets }, none)).toEqual([])
  })

  test('has the names of placeholder addresses, and of the network around one', () => {
    const placeholders = new Map([['198.18.0.10', 'the address of wan1’s lease']])
    const packets = { from: addresses('198.18.0.10'), to: addresses('198.18.0.0/24') }
    expect(formatSelector({ packets }, placeholders)).toBe(
      'from [the address of wan1’s lease] to [the network of wan1’s lease]',
    )
  })

  test('has the values that all exclusions leave', () => {
    const exclusions = [
      { from: { ...lan, in: [], exclusions: lan.in }, uid: { in: [], exclusions: ranges(0) } },
    ]
    expect(formatSelector({ packets: tcp, exclusions }, none)).toBe(
      'ipproto tcp (from 10.0.0.0/24 or uidrange 0)',
    )
    expect(formatExclusions({ packets: tcp, exclusions }, none)).toEqual([])
  })
})

describe('exclusions', () => {
  test.each<readonly [Packets, readonly Packets[], readonly string[]]>([
    [{ ...tcp, dport: { in: [], exclusions: ranges(25) } }, [], ['dport 25']],
    [{ ipproto: { in: [], exclusions: ranges(1, 6) } }, [], ['ipproto icmp,tcp']],
    [{ iif: { in: [], exclusions: [link('lan0')] } }, [], ['iif lan0']],
    [
      {
        from: { ...lan, exclusions: [prefix('10.0.0.128/25')] },
        to: { in: [], exclusions: lan.in },
      },
      [],
      ['from 10.0.0.128/25', 'to 10.0.0.0/24'],
    ],
    [{ oif: links('none') }, [{ sender: 'local', oif: { in: [], exclusions: ['none'] } }], []],
    [
      {},
      [{ ...tcp, dport: numbers(25), from: { in: [], exclusions: lan.in } }],
      ['(ipproto tcp dport 25 except from 10.0.0.0/24)'],
    ],
  ])('of %j and %j are written as %j', (packets, exclusions, texts) => {
    expect(formatExclusions({ packets, exclusions }, none)).toEqual(texts)
  })
})

describe('paths', () => {
  const by = (gateway: string, dev = gateway, weight = 1): Hop => ({
    via: address('192.0.2.1'),
    dev: link(dev),
    weight,
    gateway,
  })
  const out = (...hops: readonly Hop[]): Disposition => ({ kind: 'out', hops })
  const [fiber, cable] = [out(by('fiber')), out(by('cable'))]
  const lan0: Disposition = out({ dev: link('lan0'), weight: 1 })

  test.each<readonly [Disposition, Disposition, readonly [string, string]]>([
    [fiber, cable, ['fiber', 'cable']],
    [fiber, out(by('fiber'), by('cable')), ['fiber', 'fiber, cable']],
    [
      out(by('fiber', 'wan0', 3), by('cable')),
      out(by('fiber'), by('cable')),
      ['fiber weight 3, cable weight 1', 'fiber, cable'],
    ],
    [fiber, out(by('fiber', 'wan9')), ['fiber via 192.0.2.1 dev fiber', 'fiber via 192.0.2.1 dev wan9']],
    [lan0, fiber, ['dev lan0', 'fiber']],
    [
      out({ via: address('192.0.2.9'), dev: link('lan0'), weight: 1 }),
      out({ via: address('192.0.2.9'), dev: link('lan0'), weight: 1, isLeased: true }),
      ['via 192.0.2.9 dev lan0', 'the router of lan0’s lease'],
    ],
    [{ kind: 'none' }, { kind: 'local' }, ['no route', 'this host']],
    [{ kind: 'reject', type: 'prohibit' }, { kind: 'reject', type: 'blackhole' }, ['prohibit', 'blackhole']],
    [
      out({ ...by('fiber'), src: address('192.0.2.10') }),
      out({ ...by('fiber'), src: address('192.0.2.11') }),
      ['fiber via 192.0.2.1 dev fiber src 192.0.2.10', 'fiber via 192.0.2.1 dev fiber src 192.0.2.11'],
    ],
  ])('%#: %j and %j', (before, after, texts) => {
    expect(formatPaths({ before, after }, none)).toEqual(texts)
  })
})
