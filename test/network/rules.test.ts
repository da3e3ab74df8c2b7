import { describe, expect, it } from 'vitest'
import { planOf, reportedIn } from '../helpers/plan-of.js'

const host = (rules: string, more = '') =>
  `
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24] }
  lan0: { addresses: [10.0.0.1/24, 10.0.0.2/24, 10.1.0.1/24, 'fd00::1/64'] }
  bare: { addresses: [] }
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  cable: { link: eth1, via: 198.51.100.1 }
default: fiber
rules:
${rules
  .split('\n')
  .map((rule) => `  - ${rule}`)
  .join('\n')}
${more}`.replace('  bare: { addresses: [] }', '  bare: { optional: true }')

const told = (rules: string, more?: string) => reportedIn(host(rules, more))
const made = (rules: string, more?: string) =>
  planOf(host(rules, more)).rules.filter((rule) => !/pref 18\d\d\d /.test(rule))

describe('lists', () => {
  it('are a rule each, in the order of the text', () => {
    expect(
      made('{ from: [10.5.0.0/16, 10.6.0.0/16], ipproto: tcp, dport: [25, 587], gateway: cable }'),
    ).toEqual([
      '-4 pref 20000 from 10.5.0.0/16 ipproto 6 dport 25 lookup 102',
      '-4 pref 20001 from 10.5.0.0/16 ipproto 6 dport 587 lookup 102',
      '-4 pref 20002 from 10.6.0.0/16 ipproto 6 dport 25 lookup 102',
      '-4 pref 20003 from 10.6.0.0/16 ipproto 6 dport 587 lookup 102',
    ])
  })

  it('may hold both families, each entry with its own', () => {
    expect(made("{ to: ['fd01::/16', 10.5.0.0/16], gateway: fiber }")).toEqual([
      '-4 pref 20001 to 10.5.0.0/16 lookup 101',
      '-6 pref 20000 to fd01::/16 lookup 101',
    ])
    expect(
      made("{ from: [10.5.0.0/16, 'fd01::/16'], to: [10.6.0.0/16, 'fd02::/16'], gateway: fiber }"),
    ).toEqual([
      '-4 pref 20000 from 10.5.0.0/16 to 10.6.0.0/16 lookup 101',
      '-6 pref 20001 from fd01::/16 to fd02::/16 lookup 101',
    ])
  })

  it('do not go with not', () => {
    expect(told('{ not: true, dport: [25, 587], gateway: fiber }')).toEqual([
      'rule-not-with-list at rules[0].dport',
    ])
  })
})

describe('a link for a prefix', () => {
  it('is each network of its addresses once, the families side by side', () => {
    expect(made('{ from: lan0, gateway: fiber }')).toEqual([
      '-4 pref 20000 from 10.0.0.0/24 lookup 101',
      '-4 pref 20001 from 10.1.0.0/24 lookup 101',
      '-6 pref 20000 from fd00::/64 lookup 101',
    ])
  })

  it('is each network once under local too', () => {
    expect(planOf(host('{ iif: lo, gateway: fiber }', 'local: [lan0]')).rules.slice(0, 2)).toEqual([
      '-4 pref 15000 to 10.0.0.0/24 lookup main',
      '-4 pref 15001 to 10.1.0.0/24 lookup main',
    ])
  })

  it('without addresses leaves nothing', () => {
    expect(told('{ from: bare, gateway: fiber }')).toEqual(['rule-no-family-left at rules[0].from'])
    expect(told('{ iif: lo, gateway: fiber }', 'local: [bare]')).toEqual(['rule-no-family-left at local[0]'])
  })

  it('is told when it is not declared', () => {
    expect(told('{ from: lan1, gateway: fiber }')).toEqual(['link-unknown at rules[0].from'])
    expect(told('{ iif: [lan0, lan1], oif: lan2, gateway: fiber }')).toEqual([
      'link-unknown at rules[0].iif[1]',
      'link-unknown at rules[0].oif',
    ])
    expect(told('{ from: lo, gateway: fiber }')).toEqual(['link-unknown at rules[0].from'])
  })
})

describe('families', () => {
  it('are both where nothing says one', () => {
    expect(made('{ ipproto: tcp, dport: 25, gateway: fiber }')).toEqual([
      '-4 pref 20000 ipproto 6 dport 25 lookup 101',
      '-6 pref 20000 ipproto 6 dport 25 lookup 101',
    ])
  })

  it('are those of the gateway', () => {
    expect(made('{ ipproto: tcp, dport: 25, gateway: cable }')).toEqual([
      '-4 pref 20000 ipproto 6 dport 25 lookup 102',
    ])
    expect(told("{ from: 'fd01::/16', gateway: cable }")).toEqual(['rule-no-family-left at rules[0].from'])
    expect(told('{ family: ipv6, gateway: cable }')).toEqual(['rule-no-family-left at rules[0].gateway'])
  })

  it('do not mix in one rule', () => {
    expect(told("{ from: 10.5.0.0/16, to: 'fd01::/16', gateway: fiber }")).toEqual([
      'families-mixed at rules[0].from',
    ])
    expect(told('{ from: 10.5.0.0/16, family: ipv6, gateway: fiber }')).toEqual([
      'rule-no-family-left at rules[0].from',
    ])
  })
})

describe('an action', () => {
  it('is one, and looks up what exists', () => {
    expect(told('{ from: 10.5.0.0/16 }')).toEqual(['rule-no-action at rules[0]'])
    expect(told('{ from: 10.5.0.0/16, gateway: fiber, table: main }')).toEqual([
      'rule-two-actions at rules[0].table',
    ])
    expect(told('{ from: 10.5.0.0/16, gateway: fibre }')).toEqual(['gateway-unknown at rules[0].gateway'])
    expect(told('{ from: 10.5.0.0/16, table: fibre }')).toEqual(['table-unknown at rules[0].table'])
    expect(told('{ from: 10.5.0.0/16, table: 0 }')).toEqual(['table-reserved at rules[0].table'])
    expect(told('{ from: 10.5.0.0/16, action: prohibit, else: unreachable }')).toEqual([
      'rule-needs-lookup at rules[0].else',
    ])
  })

  it('hides no mistake of the selectors when it is wrong', () => {
    expect(told('{ from: 10.5.0.1/16, iif: lan1, gateway: fibre }')).toEqual([
      'host-bits at rules[0].from',
      'link-unknown at rules[0].iif',
      'gateway-unknown at rules[0].gateway',
    ])
  })

  it('may name a gateway’s table, and the kernel’s own', () => {
    expect(made('{ from: 10.5.0.0/16, table: fiber }')).toEqual(['-4 pref 20000 from 10.5.0.0/16 lookup 101'])
    expect(made('{ from: 10.5.0.0/16, table: 101 }')).toEqual(['-4 pref 20000 from 10.5.0.0/16 lookup 101'])
    expect(made('{ from: 10.5.0.0/16, table: default }')).toEqual([
      '-4 pref 20000 from 10.5.0.0/16 lookup default',
    ])
  })

  it('has its else right behind', () => {
    expect(made('{ ipproto: tcp, dport: [25, 587], family: ipv4, gateway: fiber, else: prohibit }')).toEqual([
      '-4 pref 20000 ipproto 6 dport 25 lookup 101',
      '-4 pref 20001 ipproto 6 dport 587 lookup 101',
      '-4 pref 20002 ipproto 6 dport 25 prohibit',
      '-4 pref 20003 ipproto 6 dport 587 prohibit',
    ])
  })
})

describe('a mark', () => {
  it('of nothing is written with its mask, without which the kernel takes every packet', () => {
    expect(made('{ fwmark: 0/0xffffffff, family: ipv4, gateway: fiber }')).toEqual([
      '-4 pref 20000 fwmark 0x0/0xffffffff lookup 101',
    ])
    expect(made('{ fwmark: 0xca6c/0xffffffff, family: ipv4, gateway: fiber }')).toEqual([
      '-4 pref 20000 fwmark 0xca6c lookup 101',
    ])
  })

  it('lies in its mask, and has one', () => {
    expect(told('{ fwmark: 0x11/0x10, gateway: fiber }')).toEqual(['mark-outside-mask at rules[0].fwmark'])
    expect(told('{ fwmark: 7, gateway: fiber }')).toEqual(['mark-without-mask at rules[0].fwmark'])
    expect(told('{ fwmark: [1/1, 0/0], gateway: fiber }')).toEqual(['mark-mask-empty at rules[0].fwmark[1]'])
  })
})

describe('tos', () => {
  it.each([
    ['0x10', 'ipv4', true],
    ['0x1c', 'ipv4', true],
    ['0', 'ipv4', false],
    ['0', 'ipv6', false],
    ['0x02', 'ipv4', false],
    ['0x20', 'ipv4', false],
    ['0xb8', 'ipv4', false],
    ['0xb8', 'ipv6', true],
    ['0xb9', 'ipv6', false],
  ])('%s in %s', (tos, family, good) => {
    expect(told(`{ tos: ${tos}, family: ${family}, gateway: fiber }`)).toEqual(
      good ? [] : ['tos-invalid at rules[0].tos'],
    )
  })

  it('is asked of the families that the rule has', () => {
    expect(told('{ tos: 0xb8, gateway: fiber }')).toEqual(['tos-invalid at rules[0].tos'])
    expect(told("{ tos: 0xb8, to: 'fd01::/16', gateway: fiber }")).toEqual([])
    expect(told("{ tos: 0xb8, from: 'fd01::/16', gateway: fiber }")).toEqual([])
  })
})

describe('the uid of root', () => {
  it('is that of forwarded packets too', () => {
    expect(told('{ uidrange: [0-999, 2000], gateway: fiber }')).toEqual([
      'uid-of-forwarded at rules[0].uidrange[0]',
    ])
    expect(told('{ uidrange: 0, iif: lo, gateway: fiber }')).toEqual([])
    expect(told('{ uidrange: 1-999, gateway: fiber }')).toEqual([])
  })
})

describe('not', () => {
  it('turns one selector round', () => {
    expect(made('{ not: true, from: 10.5.0.0/16, gateway: cable }')).toEqual([
      '-4 pref 20000 not from 10.5.0.0/16 lookup 102',
    ])
  })

  it('warns of more than one, and refuses none', () => {
    expect(told('{ not: true, from: 10.5.0.0/16, dport: 25, gateway: cable }')).toEqual([
      'rule-not-several at rules[0].not',
    ])
    expect(told('{ not: true, family: ipv4, gateway: cable }')).toEqual(['rule-not-nothing at rules[0].not'])
    expect(told('{ not: true, from: 0.0.0.0/0, gateway: cable }')).toEqual([
      'rule-not-nothing at rules[0].not',
    ])
  })
})

describe('a prefix', () => {
  it('has no host bits, but may be an address', () => {
    expect(told('{ from: 10.5.0.1/16, gateway: fiber }')).toEqual(['host-bits at rules[0].from'])
    expect(told("{ to: [10.5.0.0/16, 'fd01::1/16'], gateway: fiber }")).toEqual([
      'host-bits at rules[0].to[1]',
    ])
    expect(made('{ from: 10.5.0.1, gateway: fiber }')).toEqual(['-4 pref 20000 from 10.5.0.1 lookup 101'])
  })

  it('of length 0 is no selector for the kernel, only a family', () => {
    expect(made('{ from: 0.0.0.0/0, dport: 25, gateway: fiber }')).toEqual([
      '-4 pref 20000 dport 25 lookup 101',
    ])
  })
})
