import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { createReporter } from '../../src/diagnostics/reporter.js'
import { createLintContext } from '../../src/lint/context.js'
import { classifyRules } from '../../src/lint/rules/rule-status.js'
import { checkRules } from '../../src/lint/rules/report-rules.js'
import { oneProvider, planOf, toldOf, twoProviders } from '../helpers/plan-of.js'

const withLan = twoProviders.replace('gateways:', '  lan0: { addresses: [10.0.0.1/24] }\ngateways:')

describe('a rule that can never match', () => {
  it('stands behind a rule for all packets to a table with a default route', () => {
    expect(
      toldOf(`${twoProviders}rules: [{ gateway: cable }, { from: 10.0.0.0/8, gateway: fiber }]`),
    ).toEqual(['rule-shadowed at rules[1]'])
  })

  it('is not one behind a table without a default route, nor behind a suppressed look-up', () => {
    const tables = 'tables: { lab: { id: 300, routes: [{ to: 10.7.0.0/16, via: 192.0.2.2 }] } }\n'
    expect(
      toldOf(`${twoProviders}${tables}rules:
  - { table: main, suppress-prefixlength: 0 }
  - { table: lab }
  - { from: 10.0.0.0/8, gateway: cable }`),
    ).toEqual([])
  })

  it('is the narrower one behind a wider prefix, port range or mark', () => {
    expect(
      toldOf(`${twoProviders}rules:
  - { from: 10.0.0.0/8, gateway: cable }
  - { from: 10.1.0.0/16, dport: 25, gateway: fiber }
  - { dport: 1-1024, ipproto: tcp, gateway: cable }
  - { dport: 25, ipproto: tcp, gateway: fiber }
  - { dport: 25, ipproto: udp, gateway: fiber }
  - { fwmark: 0x10/0x10, gateway: cable }
  - { fwmark: 0x11/0xff, gateway: fiber }`),
    ).toEqual(['rule-shadowed at rules[1]', 'rule-shadowed at rules[3]', 'rule-shadowed at rules[6]'])
  })

  it('stands behind all addresses of its family, however they are written', () => {
    expect(
      toldOf(`${twoProviders}rules:
  - { from: 0.0.0.0/0, gateway: cable }
  - { dport: 25, gateway: fiber }`),
    ).toEqual(['rule-shadowed at rules[1]'])
  })

  it('may be one that a goto jumps to over the other', () => {
    expect(
      toldOf(`${twoProviders}rules:
  - { iif: lo, family: ipv4, goto: 26000, priority: 24000 }
  - { from: 10.0.0.0/8, gateway: cable, priority: 25000 }
  - { from: 10.0.0.0/9, gateway: fiber, priority: 26000 }`),
    ).toEqual([])
  })

  it('is told of replies and marks too, which nobody wrote', () => {
    const { diagnostics } = compile(
      `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: eth1, via: 198.51.100.1, fwmark: 0x200/0xff00 }
default: fiber
rules: [{ gateway: fiber, priority: 1000 }]`,
      { targets: [] },
    )
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'gateway cable (packets marked 0x200/0xff00) and 1 other never match: rule 1 (gateway fiber) takes all their packets',
    ])
  })

  it('is told once for all that the same rule takes', () => {
    const rules = `rules:
  - { gateway: cable }
  - { from: 10.0.0.5, gateway: fiber }
  - { from: 10.0.0.6, gateway: fiber }
  - { ipproto: tcp, dport: 25, gateway: cable }`
    const { diagnostics } = compile(`version: 1\n${withLan}${rules}`, { targets: [] })
    expect(diagnostics.map(({ message, related }) => [message, related?.map(({ path }) => path)])).toEqual([
      ['this rule and 1 other never match: rule 1 (gateway cable) takes all their packets', [['rules', 2]]],
      ['this rule never matches: rule 1 (gateway cable) takes all its packets', undefined],
    ])
  })

  it('names no rule that the others could do without, and few of many', () => {
    const messages = (rules: string) =>
      compile(`version: 1\n${withLan}rules: [${rules}]`, { targets: [] }).diagnostics.map(
        ({ message }) => message,
      )
    expect(
      messages(
        '{ from: 0.0.0.0/1, gateway: cable }, { from: 128.0.0.0/1, gateway: cable }, { tos: 4, gateway: fiber }',
      ),
    ).toEqual([
      'this rule never matches: rule 1 (gateway cable) and rule 2 (gateway cable) together take all its packets',
    ])
    const eighths = [0, 32, 64, 96, 128, 160, 192, 224].map(
      (first) => `{ from: 10.0.0.${first}/27, gateway: cable }`,
    )
    expect(messages([...eighths, '{ from: 10.0.0.0/24, gateway: fiber }'].join())).toEqual([
      'this rule never matches: rule 1 (gateway cable), rule 2 (gateway cable), rule 3 (gateway cable) and 5 others together take all its packets',
    ])
  })

  it('is no reply that leaves where the rule in front sends it anyway', () => {
    expect(toldOf(`${oneProvider}rules: [{ gateway: uplink, priority: 1000 }]`)).toEqual([])
  })
})

describe('rules that would take too long', () => {
  it('are told to be left out', () => {
    const { plan } = planOf(`${withLan}rules:
  - { from: 10.0.0.0/25, gateway: cable }
  - { from: 10.0.0.128/25, gateway: fiber }
  - { from: 10.0.0.0/24, gateway: cable }
  - { from: 10.0.0.64/26, gateway: fiber }`)
    if (plan === undefined) throw new Error('there is a plan')
    const host = createLintContext(plan)
    const findings = classifyRules(host, 40)
    const reporter = createReporter()
    checkRules(host, reporter, findings)
    expect(reporter.diagnostics.map(({ severity, message, path }) => [severity, message, path])).toEqual([
      [
        'info',
        'whether this rule and 1 other can match was not examined: the rules overlap in too many fields',
        ['rules', 2],
      ],
    ])
  })
})

describe('a rule behind the reply rule', () => {
  const behind = (rule: string) =>
    toldOf(`${twoProviders.replace('gateways:', '  lan0: { addresses: [10.0.0.1/24] }\ngateways:')}rules:
  - { uidrange: 7, gateway: cable }
  - ${rule}`)

  it('is one to main that speaks of own packets', () => {
    expect(behind('{ to: 10.99.0.0/16, table: main }')).toEqual(['rule-behind-reply at rules[1]'])
    expect(behind('{ from: 192.0.2.0/24, to: 10.99.0.0/16, table: main }')).toEqual([
      'rule-behind-reply at rules[1]',
    ])
    expect(behind('{ iif: lo, to: 10.99.0.0/16, table: main }')).toEqual(['rule-behind-reply at rules[1]'])
  })

  it('is one from an own address', () => {
    expect(behind('{ from: 192.0.2.10, dport: 25, gateway: cable }')).toEqual([
      'rule-behind-reply at rules[1]',
    ])
  })

  it('is none that speaks of what is forwarded', () => {
    expect(behind('{ iif: lan0, to: 10.99.0.0/16, table: main }')).toEqual([])
    expect(behind('{ from: 10.0.0.128/25, to: 10.99.0.0/16, table: main }')).toEqual([])
  })
})

describe('an asymmetric reply', () => {
  const balanced = (extra: string, kind = '{ balance: { fiber: 1, cable: 1 } }') =>
    toldOf(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1, reply: none }
  cable: { link: eth1, via: 198.51.100.1 }
default: ${kind}
${extra}`)

  it('is none for the gateway that main prefers', () => {
    expect(balanced('', '{ failover: [fiber, cable] }')).toEqual([])
  })

  it('is one for every member of a balanced default', () => {
    expect(balanced('')).toEqual(['reply-asymmetric at gateways.fiber'])
  })

  it('is none where a rule answers for the address', () => {
    expect(balanced('rules: [{ from: 192.0.2.0/24, gateway: fiber }]')).toEqual([])
  })

  it('counts each family by itself', () => {
    expect(
      toldOf(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: ['2001:db8:b::10/64'] }
gateways:
  four: { link: eth0, via: 192.0.2.1 }
  six: { link: eth1, via: '2001:db8:b::1', reply: none }
default: { failover: [four, six] }`),
    ).toEqual([])
  })

  it('is one from an address of a family that the gateway of its link lacks', () => {
    expect(
      toldOf(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24, '2001:db8:b::10/64'] }
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  cable: { link: eth1, via: 198.51.100.1 }
default: fiber`),
    ).toEqual(['address-unclaimed at links.eth1.addresses[1]'])
  })

  it('is one from an address that no gateway of a shared link takes', () => {
    expect(
      toldOf(`
links:
  eth0: { addresses: [192.0.2.10/24, 203.0.113.5/32] }
gateways:
  old: { link: eth0, via: 192.0.2.1 }
  new: { link: eth0, via: 10.1.1.1, onlink: true, reply: none }
default: old`),
    ).toEqual(['address-unclaimed at links.eth0.addresses[1]', 'gateway-unused at gateways.new'])
  })
})

describe('a rule in front of the replies', () => {
  const pinned = (rule: string) => toldOf(`${withLan}rules: [${rule}]`)

  it('takes those of another gateway', () => {
    const told = ['reply-asymmetric at rules[0].priority']
    expect(pinned('{ ipproto: tcp, sport: 443, gateway: fiber, priority: 100 }')).toEqual(told)
    expect(pinned('{ iif: lo, uidrange: 1000, gateway: cable, priority: 100 }')).toEqual(told)
    expect(pinned('{ to: 203.0.113.0/24, gateway: cable, priority: 100 }')).toEqual(told)
  })

  it('is meant where it says from where or by which mark, leads to main, or is of what is forwarded', () => {
    expect(pinned('{ from: 192.0.2.10, to: 203.0.113.0/24, gateway: cable, priority: 100 }')).toEqual([])
    expect(pinned('{ fwmark: 0x1/0xf, gateway: cable, priority: 100 }')).toEqual([])
    expect(pinned('{ to: 203.0.113.0/24, table: main, priority: 100 }')).toEqual([])
    expect(pinned('{ iif: lan0, gateway: cable, priority: 100 }')).toEqual([])
    expect(pinned('{ ipproto: tcp, sport: 443, gateway: fiber }')).toEqual([])
  })
})

describe('a leased address', () => {
  const leased = (more: string, rule: string) =>
    toldOf(`
links:
  eth0: { dhcp4: true }
  eth1: { dhcp4: true }
gateways:
  fiber: { link: eth0, via: lease }
  cable: { link: eth1, via: lease${more} }
default: fiber
rules: [${rule}]`)

  it('has its replies leave by another gateway as a told one has', () => {
    const rule = '{ ipproto: tcp, dport: 25, gateway: cable }'
    expect(leased(', reply: none', rule)).toEqual(['reply-asymmetric at gateways.cable'])
    expect(leased('', rule)).toEqual([])
  })
})

describe('a family that walks around a policy', () => {
  const dual = (rule: string) =>
    toldOf(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24] }
  lan0: { addresses: [10.0.0.1/24, 'fd00::1/64'] }
  lan4: { addresses: [10.4.0.1/24] }
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  cable: { link: eth1, via: 198.51.100.1 }
default: fiber
rules: [${rule}]`)

  it('is told where a rule names none', () => {
    expect(dual('{ dport: 25, ipproto: tcp, gateway: cable }')).toEqual(['rule-family-narrowed at rules[0]'])
  })

  it('is told where a rule names a link that has both', () => {
    expect(dual('{ from: lan0, gateway: cable }')).toEqual(['rule-family-narrowed at rules[0]'])
  })

  it('is told once for all rules to a gateway, and its mark', () => {
    const { told } = planOf(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  cable: { link: eth1, via: 198.51.100.1, fwmark: 0x200/0xff00 }
default: fiber
rules: [{ ipproto: tcp, dport: 25, gateway: cable }, { ipproto: udp, gateway: cable }]`)
    expect(told).toEqual(['rule-family-narrowed at rules[0]'])
  })

  it('is not told where prefixes or the writer say it', () => {
    expect(dual('{ from: 10.0.0.0/24, gateway: cable }')).toEqual([])
    expect(dual('{ from: lan4, gateway: cable }')).toEqual([])
    expect(dual('{ from: lan0, family: ipv4, gateway: cable }')).toEqual([])
  })
})

describe('what nothing leads to', () => {
  it('is a gateway without default, rule and reply', () => {
    const { diagnostics } = compile(
      `version: 1\n${twoProviders.replace('198.51.100.1 }', '198.51.100.1, reply: none }')}`,
      { targets: [] },
    )
    expect(diagnostics.map(({ code, example }) => [code, example])).toEqual([
      ['gateway-unused', 'from 198.51.100.10 to 203.0.113.7 leaves by fiber'],
    ])
  })

  it('is the table that the kernel calls default', () => {
    expect(toldOf(`${oneProvider}rules: [{ from: 10.0.0.0/8, table: default }]`)).toEqual([
      'table-empty at rules[0]',
    ])
  })

  it('is a table without routes, but not one of other software', () => {
    expect(toldOf(`${oneProvider}rules: [{ from: 10.0.0.0/8, table: 300 }]`)).toEqual([
      'table-empty at rules[0]',
    ])
    expect(toldOf(`${oneProvider}coexist: [tailscale]\nrules: [{ from: 10.0.0.0/8, table: 52 }]`)).toEqual([])
  })

  it('is main without a default, unless the writer says so', () => {
    const lonely =
      'links: { stor0: { addresses: [10.20.0.10/24] } }\ngateways: { storage: { link: stor0 } }\n'
    expect(toldOf(lonely)).toEqual(['default-absent at the description'])
    expect(toldOf(`${lonely}default: none`)).toEqual([])
    expect(toldOf(`${lonely}routes: [{ to: 0.0.0.0/0, via: 10.20.0.1 }]`)).toEqual([])
  })
})

describe('rules in front, taken together', () => {
  it('leave nothing of a range of ports or users that they share out', () => {
    expect(
      toldOf(`${twoProviders}rules:
  - { ipproto: tcp, dport: 1-99, gateway: cable }
  - { ipproto: tcp, dport: 100-200, gateway: fiber }
  - { ipproto: tcp, dport: 50-150, gateway: cable }
  - { ipproto: tcp, dport: 150-201, gateway: cable }`),
    ).toEqual(['rule-shadowed at rules[2]'])
    expect(
      toldOf(`${twoProviders}rules:
  - { iif: lo, uidrange: 1000-1499, gateway: cable }
  - { iif: lo, uidrange: 1500-1999, gateway: fiber }
  - { iif: lo, uidrange: 1400-1600, gateway: cable }`),
    ).toEqual(['rule-shadowed at rules[2]'])
  })

  it('and a rule with what it is not', () => {
    expect(
      toldOf(`${withLan}rules:
  - { not: true, from: 10.0.0.0/8, gateway: fiber }
  - { from: 10.0.0.0/8, gateway: cable }
  - { ipproto: tcp, dport: 25, gateway: cable }`),
    ).toEqual(['rule-shadowed at rules[2]'])
  })

  it('take nothing where their tables hand packets on', () => {
    const tables = `tables:
  lab: { id: 300, routes: [{ to: 10.7.0.0/16, via: 192.0.2.2 }, { to: 10.7.1.0/24, type: throw }] }\n`
    expect(
      toldOf(`${twoProviders}${tables}rules:
  - { to: 10.7.0.0/16, table: lab }
  - { to: 10.7.1.0/25, gateway: cable }
  - { to: 10.7.2.0/24, gateway: cable }`),
    ).toEqual(['rule-shadowed at rules[2]'])
  })

  it('take nothing from a socket that is bound to a link where they have no route', () => {
    expect(toldOf(`${twoProviders}rules: [{ gateway: fiber }, { oif: eth1, gateway: cable }]`)).toEqual([])
    expect(toldOf(`${twoProviders}rules: [{ gateway: fiber }, { oif: eth0, gateway: cable }]`)).toEqual([
      'rule-shadowed at rules[1]',
    ])
  })

  it('are told for the one of its packets that they take, where they take one alone', () => {
    const { diagnostics } = compile(
      `version: 1\n${withLan}rules: [{ from: 10.0.0.0/25, gateway: cable }, { from: [10.0.0.0/26, 10.0.0.128/25], gateway: fiber }]`,
      { targets: [] },
    )
    expect(diagnostics.map(({ message, example }) => [message, example])).toEqual([
      [
        'this rule (its part `IPv4 from 10.0.0.0/26`) never matches: rule 1 (gateway cable) takes all its packets',
        'from 10.0.0.7 to 203.0.113.7 iif lan0 leaves by cable',
      ],
    ])
  })
})

describe('a look-up in vain', () => {
  const lab = 'tables: { lab: { id: 300, routes: [{ to: 10.7.0.0/16, via: 192.0.2.2 }] } }\n'

  it('is one whose table has nothing for the rule, though it has routes', () => {
    expect(toldOf(`${twoProviders}${lab}rules: [{ to: 10.8.0.0/16, table: lab }]`)).toEqual([
      'rule-falls-through at rules[0]',
    ])
    expect(toldOf(`${twoProviders}${lab}rules: [{ to: 10.0.0.0/8, table: lab }]`)).toEqual([])
  })

  it('is one of sockets that are bound to another link than the table leads over', () => {
    expect(toldOf(`${twoProviders}rules: [{ oif: eth1, gateway: fiber }]`)).toEqual([
      'rule-falls-through at rules[0]',
    ])
  })

  it('is none in main, which has routes of other programs', () => {
    expect(
      toldOf(
        `${twoProviders.replace('default: fiber', 'default: none')}rules: [{ to: 10.8.0.0/16, table: main }]`,
      ),
    ).toEqual([])
  })

  it('is told of one family where that has another way', () => {
    const six = (more: string) => `
links:
  eth0: { addresses: [192.0.2.10/24${more}] }
gateways:
  uplink: { link: eth0, via: 192.0.2.1 }
tables: { lab: { id: 300, routes: [{ to: 10.7.0.0/16, via: 192.0.2.2 }] } }
rules: [{ dport: 25, ipproto: tcp, table: lab }]`
    expect(toldOf(six(''))).toEqual([])
    const dual = six(", '2001:db8:a::10/64'").replace(
      'via: 192.0.2.1 }',
      "via: [192.0.2.1, '2001:db8:a::1'] }",
    )
    expect(toldOf(dual)).toEqual(['rule-falls-through at rules[0]'])
  })
})

describe('a table of the writer’s own with a default route', () => {
  const own = (routes: string, rule = '{ from: 10.0.0.0/24, table: lab }') =>
    toldOf(
      `${withLan}tables: { lab: { id: 300, routes: [{ to: default, via: 198.51.100.1 }${routes}] } }\nrules: [${rule}]`,
    )
  const [lan, wan] = [', { to: 10.0.0.0/24, link: lan0 }', ', { to: 198.51.100.0/24, link: eth1 }']

  it('wants the networks of this host, and that of its way out', () => {
    expect(own('')).toEqual(['table-unconnected at tables.lab', 'local-through-provider at tables.lab'])
    expect(own(lan)).toEqual(['table-unconnected at tables.lab'])
    expect(own(wan)).toEqual(['local-through-provider at tables.lab'])
    expect(own(lan + wan)).toEqual([])
  })

  it('does without them where no rule leads them there', () => {
    expect(own('', '{ from: 10.0.0.0/24, to: 203.0.113.0/24, table: lab }')).toEqual([])
  })

  it('shows a packet that the host has to do with, from one place to another', () => {
    const { diagnostics } = compile(
      `version: 1\n${withLan}tables: { lab: { id: 300, routes: [{ to: default, via: 198.51.100.1 }${wan}] } }
rules: [{ from: 10.0.0.0/24, table: lab }]`,
      { targets: [] },
    )
    expect(diagnostics.map(({ example }) => example)).toEqual(['from 10.0.0.1 to 10.0.0.7 leaves by cable'])
  })
})

describe('links in one network', () => {
  it('are reported once, since one fix is for both', () => {
    const two = (sysctls: string) =>
      toldOf(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [192.0.2.130/25] }
gateways:
  a: { link: eth0, via: 192.0.2.1 }
  b: { link: eth1, via: 192.0.2.129 }
default: a
${sysctls}`)
    const overlap = 'prefixes-overlap at links.eth1.addresses[0]'
    expect(two('sysctls: none')).toEqual(['links-share-prefix at links.eth0.addresses', overlap])
    expect(two('')).toEqual([overlap])
  })
})

describe('a VRF of the description', () => {
  it('takes priority 1000 for the kernel’s rule', () => {
    const vrf = (priority: number) =>
      toldOf(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth2: { addresses: [10.1.0.2/24] }
  mgmt: { vrf: { table: 500, links: [eth2] } }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
rules: [{ from: 10.9.0.0/16, gateway: fiber, priority: ${priority} }]`)
    expect(vrf(1000)).toEqual(['coexist-collision at rules[0].priority'])
    expect(vrf(1001)).toEqual([])
  })
})

describe('a reverse-path filter', () => {
  const strict = (rule: string, more = '') => `${withLan}${rule}
sysctls: { net.ipv4.ip_forward: 1, net.ipv4.conf.eth1.rp_filter: 1${more} }`

  it('is harmless where the rules lead back the same way', () => {
    expect(toldOf(strict(''))).toEqual([])
    expect(toldOf(strict('rules: [{ from: 10.0.0.128/25, gateway: cable }]'))).toEqual([])
    expect(toldOf(strict('rules: [{ iif: lan0, ipproto: tcp, dport: 25, gateway: cable }]'))).toEqual([])
  })

  it('drops the answers to what a mark leads out, unless it is looked up with the mark', () => {
    const rule = 'rules: [{ from: 10.0.0.128/25, fwmark: 0x1/0xf, gateway: cable }]'
    expect(toldOf(strict(rule, ', net.ipv4.conf.all.src_valid_mark: 0'))).toEqual([
      'rp-filter-drops at sysctls.net.ipv4.conf.eth1.rp_filter',
    ])
    expect(toldOf(strict(rule))).toEqual([])
  })

  it('drops requests to an address that another gateway answers for', () => {
    expect(toldOf(strict('').replace('via: 198.51.100.1 }', 'via: 198.51.100.1, reply: none }'))).toContain(
      'rp-filter-drops at sysctls.net.ipv4.conf.eth1.rp_filter',
    )
  })

  it('counts as the larger of the link’s and that of all', () => {
    const loose = strict('').replace('via: 198.51.100.1 }', 'via: 198.51.100.1, reply: none }')
    expect(
      toldOf(loose.replace('rp_filter: 1', 'rp_filter: 1, net.ipv4.conf.all.rp_filter: 2')),
    ).not.toContain('rp-filter-drops at sysctls.net.ipv4.conf.eth1.rp_filter')
  })
})

describe('a mark that nobody sets', () => {
  const marked = (marks: string, rule: string) =>
    toldOf(
      `${twoProviders
        .replace('192.0.2.1 }', '192.0.2.1, fwmark: 0x100/0xff00 }')
        .replace('198.51.100.1 }', '198.51.100.1, fwmark: 0x200/0xff00 }')}${marks}rules: [${rule}]`,
    )

  it('is one of the gateways’ kind, where nftables sets theirs', () => {
    expect(marked('marks: nftables\n', '{ fwmark: 0x300/0xff00, gateway: cable }')).toEqual([
      'mark-unset at rules[0].fwmark',
    ])
  })

  it('is not known of bits of the writer’s own, nor where nothing is said of who marks', () => {
    expect(marked('', '{ fwmark: 0x300/0xff00, gateway: cable }')).toEqual([])
    expect(marked('marks: nftables\n', '{ fwmark: 0x10000/0xf0000, gateway: cable }')).toEqual([])
    expect(marked('marks: nftables\n', '{ fwmark: 0/0xff00, iif: eth0, gateway: fiber }')).toEqual([])
  })
})

describe('an example', () => {
  it('calls what a lease would tell by its name', () => {
    const { diagnostics } = compile(
      `version: 1
links:
  eth0: { dhcp4: true }
  lan0: { addresses: [10.0.0.1/24] }
gateways:
  uplink: { link: eth0, via: lease, connected: [eth0] }`,
      { targets: [] },
    )
    expect(diagnostics.map(({ code, example }) => [code, example])).toEqual([
      ['local-through-provider', 'from the address of eth0’s lease to 10.0.0.7 leaves by uplink'],
    ])
  })
})
