// Origins: one of each kind and part, with its sentence.
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/kernel/address.js'
import { anyPrefix, parsePrefixOrAddress } from '../../src/kernel/prefix.js'
import type { LinkName } from '../../src/kernel/link.js'
import {
  briefCommentOf,
  commentOf,
  entryPath,
  formatInSentence,
  formatOrigin,
  gatewayOf,
  isBelow,
  isDescribed,
  unmanaged,
  type Origin,
  type OriginKind,
} from '../../src/plan/origin.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { ruleOrigin } from '../helpers/origins.js'

const known = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('cannot read it')
  return value
}

const eth0 = 'eth0' as LinkName
const dst = known(parsePrefixOrAddress('10.0.0.0/8'))
const address = known(parseAddress('192.0.2.10'))
const fiber = { kind: 'gateway', gateway: 'fiber', path: ['gateways', 'fiber'] } as const
const link = { kind: 'link', link: eth0, path: ['links', 'eth0'] } as const
const main = { kind: 'default', path: ['default', 0] } as const
const rule = { kind: 'rule', name: '2', path: ['rules', 1] } as const
const auto = { kind: 'auto-sysctl', cause: link, path: link.path } as const

/** By kind, so that the compiler asks for one of each. */
const examples: Readonly<Record<OriginKind, readonly (readonly [sentence: string, origin: Origin])[]>> = {
  link: [['link eth0', link]],
  vrf: [
    ['VRF eth0', { kind: 'vrf', link: eth0, path: link.path }],
    [
      'VRF eth0: reject fallback of its table',
      { kind: 'vrf', link: eth0, part: 'reject-fallback', path: [...link.path, 'vrf'] },
    ],
  ],
  gateway: [
    ['gateway fiber', fiber],
    ['gateway fiber: default route of its table', { ...fiber, part: 'default-route' }],
    ['gateway fiber: reject fallback of its table', { ...fiber, part: 'reject-fallback' }],
    ['gateway fiber: its own network', { ...fiber, part: 'own-network' }],
    ['gateway fiber: network of eth0', { ...fiber, part: 'network', link: eth0 }],
    ['gateway fiber: dynamic addresses of eth0', { ...fiber, part: 'dynamic-addresses', link: eth0 }],
    ['gateway fiber: connections over eth0', { ...fiber, part: 'connmark', link: eth0 }],
    [
      'gateway fiber: packets marked 0x100/0xff00',
      { ...fiber, part: 'fwmark', fwmark: { value: 0x100, mask: 0xff00 } },
    ],
    ['gateway fiber: replies from 192.0.2.10', { ...fiber, part: 'reply', word: 'from', address }],
    ['gateway fiber: packets to 192.0.2.10', { ...fiber, part: 'reply', word: 'to', address }],
  ],
  table: [['table office', { kind: 'table', table: 'office', path: ['tables', 'office'] }]],
  route: [
    [
      'gateway fiber: route to 10.0.0.0/8',
      { kind: 'route', home: { kind: 'gateway', name: 'fiber' }, dst, path: [...fiber.path, 'routes', 0] },
    ],
    [
      'table office: route to default',
      {
        kind: 'route',
        home: { kind: 'table', name: 'office' },
        dst: anyPrefix('inet'),
        path: ['tables', 'office', 'routes', 0],
      },
    ],
    ['main: route to 10.0.0.0/8', { kind: 'route', home: { kind: 'main' }, dst, path: ['routes', 0] }],
  ],
  default: [
    ['default', main],
    ['main: default route balanced over its gateways', { ...main, part: 'multipath' }],
    ['gateway fiber: default route of main', { ...main, part: 'failover', gateway: 'fiber', choice: 1 }],
    [
      'gateway fiber: default route of main, choice 2',
      { ...main, part: 'failover', gateway: 'fiber', choice: 2 },
    ],
    [
      'gateway fiber: default route of main when the balanced one is gone',
      { ...main, part: 'multipath-member', gateway: 'fiber' },
    ],
  ],
  local: [['local eth0: as main routes it', { kind: 'local', network: 'eth0', path: ['local', 0] }]],
  rule: [
    ['rule 2: gateway fiber', { ...rule, action: 'gateway fiber' }],
    ['rule 2: else prohibit', { ...rule, part: 'else', action: 'prohibit', path: ['rules', 1, 'else'] }],
  ],
  sysctl: [['set under `sysctls`', { kind: 'sysctl', path: ['sysctls', 'net.ipv4.ip_forward'] }]],
  'auto-sysctl': [
    [
      'gateway fiber: loose reverse-path filter, since rules choose the return path; the larger of this and conf.all counts',
      { kind: 'auto-sysctl', setting: 'reverse-path', cause: fiber, path: fiber.path },
    ],
    [
      'rule 2: gateway fiber: the reverse-path filter uses the mark in its lookup',
      {
        kind: 'auto-sysctl',
        setting: 'mark-in-reverse-path',
        cause: { ...rule, action: 'gateway fiber' },
        path: rule.path,
      },
    ],
    [
      'default: balance by connection (addresses and ports), not by address alone',
      { kind: 'auto-sysctl', setting: 'multipath-hash', cause: main, path: main.path },
    ],
    ['link eth0: skip routes whose link has no carrier', { ...auto, setting: 'without-carrier' }],
    [
      'link eth0: router advertisements would add unplanned addresses and a default route',
      { ...auto, setting: 'ra-rejected' },
    ],
    [
      'link eth0: accept router advertisements, even if this host forwards',
      { ...auto, setting: 'ra-accepted' },
    ],
    ['link eth0: accept their default route', { ...auto, setting: 'ra-default-accepted' }],
    [
      'link eth0: no default route in main: `default` does not name the gateway',
      { ...auto, setting: 'ra-default-rejected' },
    ],
    ['link eth0: metric of gateway fiber in main', { ...auto, setting: 'ra-metric', gateway: 'fiber' }],
    [
      'link eth0: eth1 is in 192.0.2.0/24, too: each answers ARP only for its own addresses',
      { ...auto, setting: 'arp-ignore', other: 'eth1' as LinkName, prefix: '192.0.2.0/24' },
    ],
    [
      'link eth0: eth1 is in 192.0.2.0/24, too: each sends ARP requests from its own address',
      { ...auto, setting: 'arp-announce', other: 'eth1' as LinkName, prefix: '192.0.2.0/24' },
    ],
  ],
  kernel: [
    ['the kernel’s own rule', { kind: 'kernel', part: 'rule', path: [] }],
    ['loopback', { kind: 'kernel', part: 'loopback', path: [] }],
  ],
  unmanaged: [['there, and not planned', unmanaged]],
}

describe('the sentence of an origin', () => {
  it.each(Object.values(examples).flat())('%s', (sentence, origin) => {
    expect(formatOrigin(origin)).toBe(sentence)
  })

  it('comes before the user’s comment', () => {
    const [lookup, commented] = [ruleOrigin(0), ruleOrigin(0, 'mail')]
    expect([commentOf(lookup), commentOf(commented)]).toEqual([
      'rule 1: table main',
      'rule 1: table main: mail',
    ])
  })

  it('has its purpose in brackets within another sentence', () => {
    expect(formatInSentence({ ...fiber, part: 'reply', word: 'from', address })).toBe(
      'gateway fiber (replies from 192.0.2.10)',
    )
    expect(formatInSentence({ ...rule, name: 'a: b', action: 'prohibit' })).toBe('rule a: b (prohibit)')
    expect(formatInSentence(fiber)).toBe('gateway fiber')
  })

  it('has no details of a generated sysctl if it is brief', () => {
    expect(briefCommentOf({ ...auto, setting: 'ra-accepted' })).toBe(
      'link eth0: accept router advertisements',
    )
    expect(briefCommentOf(ruleOrigin(0, 'mail'))).toBe('rule 1: table main: mail')
  })
})

describe('an origin', () => {
  it('names the gateway that asks for it', () => {
    const routeOf = (name: string): Origin => ({
      kind: 'route',
      home: { kind: 'gateway', name },
      dst,
      path: [],
    })
    const cause: Origin = { kind: 'auto-sysctl', setting: 'reverse-path', cause: fiber, path: fiber.path }
    expect([fiber, routeOf('fiber'), cause].map(gatewayOf)).toEqual(['fiber', 'fiber', 'fiber'])
    expect([link, main, ruleOrigin(0), unmanaged].map(gatewayOf)).toEqual([...Array<undefined>(4)])
  })

  it('belongs to an entry of the description', () => {
    const origin: Origin = { ...rule, part: 'else', action: 'prohibit', path: ['rules', 1, 'else'] }
    expect(entryPath(origin)).toEqual(['rules', 1])
    expect(
      [
        ['rules', 1],
        ['rules', 1, 'else'],
        ['rules', 0],
      ].map((path) => isBelow(origin, path)),
    ).toEqual([true, true, false])
  })

  it('has a path exactly if the description asks for it', () => {
    for (const [, origin] of Object.values(examples).flat())
      expect([origin.kind, isDescribed(origin)]).toEqual([origin.kind, origin.path.length > 0])
  })
})

describe('the fixtures', () => {
  it('have an example of each kind that a plan has', () => {
    const kinds = new Set<OriginKind>()
    for (const fixture of goodFixtures) {
      const { plan } = compileFixture(fixture)
      if (plan === undefined) continue
      const { state, intent, dynamic } = plan
      const parts = [...Object.values(state).flat(), ...intent.tables, ...intent.gateways]
      for (const { origin } of [...parts, ...dynamic.tables, ...dynamic.multipaths]) {
        kinds.add(origin.kind)
        expect(isDescribed(origin)).toBe(true)
      }
    }
    const notPlanned: readonly OriginKind[] = ['kernel', 'unmanaged']
    expect([...kinds].toSorted()).toEqual(
      Object.keys(examples)
        .filter((kind) => !notPlanned.some((other) => other === kind))
        .toSorted(),
    )
  })
})
