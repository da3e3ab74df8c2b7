import { describe, expect, it } from 'vitest'
import { planOf, twoProviders } from '../../helpers/plan-of.js'

const prefs = (more: string, base = twoProviders) =>
  planOf(`${base}${more}`).rules.map((rule) => rule.replace(/^-(\d) pref (\d+) (.*)$/, '$2 $1 $3'))

const marked = twoProviders
  .replace('192.0.2.1 }', '192.0.2.1, fwmark: 0x100/0xff00 }')
  .replace('198.51.100.1 }', '198.51.100.1, fwmark: 0x200/0xff00 }')

describe('automatic priorities', () => {
  it('have a band for each kind, in order of evaluation', () => {
    expect(
      prefs(
        `local: [172.17.0.0/16, 172.18.0.0/16]
rules:
  - { to: 10.5.0.0/16, table: main }
  - { to: 10.6.0.0/16, action: prohibit }
  - { from: 10.7.0.0/16, gateway: cable, else: unreachable }
  - { to: 10.8.0.0/16, table: main, from: 10.9.0.0/16 }`,
        marked,
      ),
    ).toEqual([
      '15000 4 to 172.17.0.0/16 lookup main',
      '15001 4 to 172.18.0.0/16 lookup main',
      '16000 4 to 10.5.0.0/16 lookup main',
      '16010 4 to 10.6.0.0/16 prohibit',
      '17000 4 fwmark 0x100/0xff00 lookup 101',
      '17001 4 fwmark 0x200/0xff00 lookup 102',
      '18000 4 from 192.0.2.10 lookup 101',
      '18001 4 from 198.51.100.10 lookup 102',
      '20000 4 from 10.7.0.0/16 lookup 102',
      '20001 4 from 10.7.0.0/16 unreachable',
      '20010 4 from 10.9.0.0/16 to 10.8.0.0/16 lookup main',
    ])
  })

  it('put all rules among the exceptions if none selects a table', () => {
    expect(prefs('rules: [{ to: 10.5.0.0/16, table: main }, { to: 10.6.0.0/16, action: prohibit }]')).toEqual(
      expect.arrayContaining(['16000 4 to 10.5.0.0/16 lookup main', '16010 4 to 10.6.0.0/16 prohibit']),
    )
  })

  it('ignore a pinned rule when they search the first that selects a table', () => {
    expect(
      prefs(`rules:
  - { from: 10.7.0.0/16, gateway: cable, priority: 500 }
  - { to: 10.5.0.0/16, table: main }`),
    ).toEqual(
      expect.arrayContaining(['500 4 from 10.7.0.0/16 lookup 102', '16000 4 to 10.5.0.0/16 lookup main']),
    )
  })

  it('count a rule to a user table as one that selects a table, but not main and suppressed main', () => {
    const lab = 'tables: { lab: { id: 300, routes: [{ to: 10.0.0.0/8, via: 192.0.2.2 }] } }\n'
    expect(
      prefs(`${lab}rules:
  - { table: main, suppress-prefixlength: 0, family: ipv4 }
  - { from: 10.7.0.0/16, table: lab }
  - { from: 10.6.0.0/16, action: prohibit }`).filter((rule) => !rule.startsWith('18')),
    ).toEqual([
      '16000 4 lookup main suppress_prefixlength 0',
      '20000 4 from 10.7.0.0/16 lookup 300',
      '20010 4 from 10.6.0.0/16 prohibit',
    ])
  })

  it('share one number between the families of a rule', () => {
    const both = twoProviders
      .replace('[192.0.2.10/24]', "[192.0.2.10/24, '2001:db8:a::10/64']")
      .replace('via: 192.0.2.1 }', "via: [192.0.2.1, '2001:db8:a::1'] }")
    expect(
      prefs('rules: [{ dport: 25, ipproto: tcp, gateway: fiber }]', both).filter((rule) =>
        rule.startsWith('2'),
      ),
    ).toEqual(['20000 4 ipproto 6 dport 25 lookup 101', '20000 6 ipproto 6 dport 25 lookup 101'])
  })

  it('leave room after a list, and step in tens', () => {
    const ports = Array.from({ length: 11 }, (_, index) => 100 + index).join(', ')
    const allocated = prefs(`rules: [{ dport: [${ports}], gateway: cable }, { dport: 25, gateway: fiber }]`)
    expect(allocated.at(-2)).toBe('20010 4 dport 110 lookup 102')
    expect(allocated.at(-1)).toBe('20020 4 dport 25 lookup 101')
  })

  it('skip pinned priorities and those of other software', () => {
    expect(
      prefs('rules: [{ from: [10.7.0.0/16, 10.8.0.0/16], gateway: cable, priority: 18000 }]').slice(-2),
    ).toEqual(['18002 4 from 192.0.2.10 lookup 101', '18003 4 from 198.51.100.10 lookup 102'])
    expect(prefs('allocate: { priorities: 2210 }\ncoexist: [tailscale]')).toEqual([
      '5300 4 from 192.0.2.10 lookup 101',
      '5301 4 from 198.51.100.10 lookup 102',
    ])
  })

  it('do not change when something is appended', () => {
    const rules = 'rules:\n  - { from: 10.7.0.0/16, gateway: cable }\n'
    const before = prefs(rules)
    const after = prefs(`${rules}  - { from: 10.8.0.0/16, gateway: fiber }\n`)
    expect(after.filter((rule) => before.includes(rule))).toEqual(before)
    const wider = twoProviders
      .replace('gateways:', '  eth2: { addresses: [203.0.113.10/24] }\ngateways:')
      .replace('default:', '  radio: { link: eth2, via: 203.0.113.1 }\ndefault:')
    const grown = prefs(rules, wider)
    expect(grown.filter((rule) => before.includes(rule))).toEqual(before)
  })

  it('report a full band', () => {
    expect(planOf(`${twoProviders}allocate: { priorities: 30000 }`).reported).toContain(
      'prefs-exhausted at gateways.fiber.reply',
    )
  })
})

describe('pinned priorities', () => {
  const reported = (rules: string, more = '') => planOf(`${twoProviders}rules: [${rules}]\n${more}`).reported

  it('are from 1 to 32765, including all rules of a list', () => {
    expect(reported('{ from: 10.0.0.0/8, gateway: fiber, priority: 0 }')).toEqual([
      'pref-out-of-range at rules[0].priority',
    ])
    expect(reported('{ from: 10.0.0.0/8, gateway: fiber, priority: 32766 }')).toEqual([
      'pref-out-of-range at rules[0].priority',
    ])
    expect(reported('{ from: [10.0.0.0/16, 10.1.0.0/16], gateway: fiber, priority: 32765 }')).toEqual([
      'pref-out-of-range at rules[0].priority',
    ])
    expect(reported('{ from: 10.0.0.0/8, gateway: fiber, priority: 32765 }')).toEqual([])
  })

  it('may not be shared, including those of lists and else', () => {
    expect(
      reported(
        '{ from: [10.0.0.0/16, 10.1.0.0/16], gateway: fiber, priority: 100 }, { dport: 5, gateway: cable, priority: 101 }',
      ),
    ).toEqual(['pref-taken at rules[1].priority'])
    expect(
      reported(
        '{ from: 10.0.0.0/16, gateway: fiber, else: prohibit, priority: 100 }, { dport: 5, gateway: cable, priority: 101 }',
      ),
    ).toHaveLength(1)
  })

  it('may be shared by rules of different families', () => {
    expect(
      reported(
        "{ from: 10.0.0.0/16, gateway: fiber, priority: 100 }, { from: 'fd00::/8', action: prohibit, priority: 100 }",
      ),
    ).toEqual([])
  })

  it('keep out of the bands of other software', () => {
    expect(reported('{ from: 10.0.0.0/8, gateway: fiber, priority: 5210 }', 'coexist: [tailscale]')).toEqual([
      'coexist-collision at rules[0].priority',
    ])
    expect(
      reported(
        '{ from: [10.0.0.0/9, 10.128.0.0/9], gateway: fiber, priority: 5199 }',
        'coexist: [tailscale]',
      ),
    ).toEqual(['coexist-collision at rules[0].priority'])
  })
})

describe('goto', () => {
  const reported = (rules: string) => planOf(`${twoProviders}rules: [${rules}]`)

  it('jumps forward to a rule of its family, or to main', () => {
    const target = '{ to: 10.9.0.0/16, action: prohibit, priority: 900 }'
    const skipped = '{ to: 10.9.1.0/24, iif: lo, action: blackhole, priority: 850 }'
    expect(reported(`{ iif: lo, family: ipv4, goto: 900, priority: 800 }, ${target}`).reported).toEqual([
      'goto-noop at rules[0].goto',
    ])
    expect(
      reported(`{ dport: 1-9, family: ipv4, goto: 900, priority: 800 }, ${skipped}, ${target}`).reported,
    ).toEqual([])
    expect(reported('{ iif: lo, to: 10.9.0.0/16, goto: 32766, priority: 800 }').reported).toEqual([])
    expect(reported(`{ iif: lo, family: ipv4, goto: 900, priority: 901 }, ${target}`).reported).toEqual([
      'goto-backward at rules[0].goto',
    ])
    expect(reported('{ iif: lo, family: ipv4, goto: 900, priority: 800 }').reported).toEqual([
      'goto-nowhere at rules[0].goto',
    ])
    expect(reported(`{ iif: lo, goto: 900, priority: 800 }, ${target}`).reported).toEqual([
      'goto-nowhere at rules[0].goto',
    ])
  })
})
