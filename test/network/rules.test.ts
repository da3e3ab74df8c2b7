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

const reported = (rules: string, more?: string) => reportedIn(host(rules, more))
const rulesOf = (rules: string, more?: string) =>
  planOf(host(rules, more)).rules.filter((rule) => !/pref 18\d\d\d /.test(rule))

describe('lists', () => {
  it('mean one rule for each entry, in their order', () => {
    expect(
      rulesOf('{ from: [10.5.0.0/16, 10.6.0.0/16], ipproto: tcp, dport: [25, 587], gateway: cable }'),
    ).toEqual([
      '-4 pref 20000 from 10.5.0.0/16 ipproto 6 dport 25 lookup 102',
      '-4 pref 20001 from 10.5.0.0/16 ipproto 6 dport 587 lookup 102',
      '-4 pref 20002 from 10.6.0.0/16 ipproto 6 dport 25 lookup 102',
      '-4 pref 20003 from 10.6.0.0/16 ipproto 6 dport 587 lookup 102',
    ])
  })

  it('may contain both families', () => {
    expect(rulesOf("{ to: ['fd01::/16', 10.5.0.0/16], gateway: fiber }")).toEqual([
      '-4 pref 20001 to 10.5.0.0/16 lookup 101',
      '-6 pref 20000 to fd01::/16 lookup 101',
    ])
    expect(
      rulesOf("{ from: [10.5.0.0/16, 'fd01::/16'], to: [10.6.0.0/16, 'fd02::/16'], gateway: fiber }"),
    ).toEqual([
      '-4 pref 20000 from 10.5.0.0/16 to 10.6.0.0/16 lookup 101',
      '-6 pref 20001 from fd01::/16 to fd02::/16 lookup 101',
    ])
  })

  it('are rejected with `not`', () => {
    expect(reported('{ not: true, dport: [25, 587], gateway: fiber }')).toEqual([
      'rule-not-with-list at rules[0].dport',
    ])
  })
})

describe('a link as a prefix', () => {
  it('means each network of its addresses once, with both families at one priority', () => {
    expect(rulesOf('{ from: lan0, gateway: fiber }')).toEqual([
      '-4 pref 20000 from 10.0.0.0/24 lookup 101',
      '-4 pref 20001 from 10.1.0.0/24 lookup 101',
      '-6 pref 20000 from fd00::/64 lookup 101',
    ])
  })

  it('means each network once under `local` too', () => {
    expect(planOf(host('{ iif: lo, gateway: fiber }', 'local: [lan0]')).rules.slice(0, 2)).toEqual([
      '-4 pref 15000 to 10.0.0.0/24 lookup main',
      '-4 pref 15001 to 10.1.0.0/24 lookup main',
    ])
  })

  it('means nothing if it has no addresses', () => {
    expect(reported('{ from: bare, gateway: fiber }')).toEqual(['rule-no-family-left at rules[0].from'])
    expect(reported('{ iif: lo, gateway: fiber }', 'local: [bare]')).toEqual([
      'rule-no-family-left at local[0]',
    ])
  })

  it('is reported if it is not declared', () => {
    expect(reported('{ from: lan1, gateway: fiber }')).toEqual(['link-unknown at rules[0].from'])
    expect(reported('{ iif: [lan0, lan1], oif: lan2, gateway: fiber }')).toEqual([
      'link-unknown at rules[0].iif[1]',
      'link-unknown at rules[0].oif',
    ])
    expect(reported('{ from: lo, gateway: fiber }')).toEqual(['link-unknown at rules[0].from'])
  })
})

describe('families', () => {
  it('are both unless a selector has one', () => {
    expect(rulesOf('{ ipproto: tcp, dport: 25, gateway: fiber }')).toEqual([
      '-4 pref 20000 ipproto 6 dport 25 lookup 101',
      '-6 pref 20000 ipproto 6 dport 25 lookup 101',
    ])
  })

  it('are those of the gateway', () => {
    expect(rulesOf('{ ipproto: tcp, dport: 25, gateway: cable }')).toEqual([
      '-4 pref 20000 ipproto 6 dport 25 lookup 102',
    ])
    expect(reported("{ from: 'fd01::/16', gateway: cable }")).toEqual([
      'rule-no-family-left at rules[0].from',
    ])
    expect(reported('{ family: ipv6, gateway: cable }')).toEqual(['rule-no-family-left at rules[0].gateway'])
  })

  it('may not differ within one rule', () => {
    expect(reported("{ from: 10.5.0.0/16, to: 'fd01::/16', gateway: fiber }")).toEqual([
      'families-mixed at rules[0].from',
    ])
    expect(reported('{ from: 10.5.0.0/16, family: ipv6, gateway: fiber }')).toEqual([
      'rule-no-family-left at rules[0].from',
    ])
  })
})

describe('an action', () => {
  it('is exactly one, and names a gateway or table that exists', () => {
    expect(reported('{ from: 10.5.0.0/16 }')).toEqual(['rule-no-action at rules[0]'])
    expect(reported('{ from: 10.5.0.0/16, gateway: fiber, table: main }')).toEqual([
      'rule-two-actions at rules[0].table',
    ])
    expect(reported('{ from: 10.5.0.0/16, gateway: fibre }')).toEqual(['gateway-unknown at rules[0].gateway'])
    expect(reported('{ from: 10.5.0.0/16, table: fibre }')).toEqual(['table-unknown at rules[0].table'])
    expect(reported('{ from: 10.5.0.0/16, table: 0 }')).toEqual(['table-reserved at rules[0].table'])
    expect(reported('{ from: 10.5.0.0/16, action: prohibit, else: unreachable }')).toEqual([
      'rule-needs-lookup at rules[0].else',
    ])
  })

  it('does not hide mistakes of selectors if it is invalid', () => {
    expect(reported('{ from: 10.5.0.1/16, iif: lan1, gateway: fibre }')).toEqual([
      'host-bits at rules[0].from',
      'link-unknown at rules[0].iif',
      'gateway-unknown at rules[0].gateway',
    ])
  })

  it('may name the table of a gateway or of the kernel', () => {
    expect(rulesOf('{ from: 10.5.0.0/16, table: fiber }')).toEqual([
      '-4 pref 20000 from 10.5.0.0/16 lookup 101',
    ])
    expect(rulesOf('{ from: 10.5.0.0/16, table: 101 }')).toEqual([
      '-4 pref 20000 from 10.5.0.0/16 lookup 101',
    ])
    expect(rulesOf('{ from: 10.5.0.0/16, table: default }')).toEqual([
      '-4 pref 20000 from 10.5.0.0/16 lookup default',
    ])
  })

  it('is followed by its `else`', () => {
    expect(
      rulesOf('{ ipproto: tcp, dport: [25, 587], family: ipv4, gateway: fiber, else: prohibit }'),
    ).toEqual([
      '-4 pref 20000 ipproto 6 dport 25 lookup 101',
      '-4 pref 20001 ipproto 6 dport 587 lookup 101',
      '-4 pref 20002 ipproto 6 dport 25 prohibit',
      '-4 pref 20003 ipproto 6 dport 587 prohibit',
    ])
  })
})

describe('a mark', () => {
  it('of 0 keeps its mask, since the kernel would match every packet without it', () => {
    expect(rulesOf('{ fwmark: 0/0xffffffff, family: ipv4, gateway: fiber }')).toEqual([
      '-4 pref 20000 fwmark 0x0/0xffffffff lookup 101',
    ])
    expect(rulesOf('{ fwmark: 0xca6c/0xffffffff, family: ipv4, gateway: fiber }')).toEqual([
      '-4 pref 20000 fwmark 0xca6c lookup 101',
    ])
  })

  it('has a mask, and is within it', () => {
    expect(reported('{ fwmark: 0x11/0x10, gateway: fiber }')).toEqual([
      'mark-outside-mask at rules[0].fwmark',
    ])
    expect(reported('{ fwmark: 7, gateway: fiber }')).toEqual(['mark-without-mask at rules[0].fwmark'])
    expect(reported('{ fwmark: [1/1, 0/0], gateway: fiber }')).toEqual([
      'mark-mask-empty at rules[0].fwmark[1]',
    ])
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
  ])('%s is checked in %s', (tos, family, good) => {
    expect(reported(`{ tos: ${tos}, family: ${family}, gateway: fiber }`)).toEqual(
      good ? [] : ['tos-invalid at rules[0].tos'],
    )
  })

  it('is checked only in the families of the rule', () => {
    expect(reported('{ tos: 0xb8, gateway: fiber }')).toEqual(['tos-invalid at rules[0].tos'])
    expect(reported("{ tos: 0xb8, to: 'fd01::/16', gateway: fiber }")).toEqual([])
    expect(reported("{ tos: 0xb8, from: 'fd01::/16', gateway: fiber }")).toEqual([])
  })
})

describe('dscp', () => {
  it('takes every value in both families', () => {
    expect(reported('{ dscp: [0, ef, 63], gateway: fiber }')).toEqual([])
  })

  it('excludes tos', () => {
    expect(reported('{ tos: 0x10, dscp: 4, gateway: fiber }')).toEqual(['tos-and-dscp at rules[0].dscp'])
  })
})

describe('the uid of root', () => {
  it('is also the uid of forwarded packets', () => {
    expect(reported('{ uidrange: [0-999, 2000], gateway: fiber }')).toEqual([
      'uid-of-forwarded at rules[0].uidrange[0]',
    ])
    expect(reported('{ uidrange: 0, iif: lo, gateway: fiber }')).toEqual([])
    expect(reported('{ uidrange: 1-999, gateway: fiber }')).toEqual([])
  })
})

describe('`not`', () => {
  it('inverts one selector', () => {
    expect(rulesOf('{ not: true, from: 10.5.0.0/16, gateway: cable }')).toEqual([
      '-4 pref 20000 not from 10.5.0.0/16 lookup 102',
    ])
  })

  it('gets a warning with several selectors, and is rejected without one', () => {
    expect(reported('{ not: true, from: 10.5.0.0/16, dport: 25, gateway: cable }')).toEqual([
      'rule-not-several at rules[0].not',
    ])
    expect(reported('{ not: true, family: ipv4, gateway: cable }')).toEqual([
      'rule-not-nothing at rules[0].not',
    ])
    expect(reported('{ not: true, from: 0.0.0.0/0, gateway: cable }')).toEqual([
      'rule-not-nothing at rules[0].not',
    ])
  })
})

describe('a prefix', () => {
  it('has no host bits, but may be an address', () => {
    expect(reported('{ from: 10.5.0.1/16, gateway: fiber }')).toEqual(['host-bits at rules[0].from'])
    expect(reported("{ to: [10.5.0.0/16, 'fd01::1/16'], gateway: fiber }")).toEqual([
      'host-bits at rules[0].to[1]',
    ])
    expect(rulesOf('{ from: 10.5.0.1, gateway: fiber }')).toEqual(['-4 pref 20000 from 10.5.0.1 lookup 101'])
  })

  it('of length 0 only means a family', () => {
    expect(rulesOf('{ from: 0.0.0.0/0, dport: 25, gateway: fiber }')).toEqual([
      '-4 pref 20000 dport 25 lookup 101',
    ])
  })
})
