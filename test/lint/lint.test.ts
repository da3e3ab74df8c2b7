import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { createReporter } from '../../src/diagnostics/reporter.js'
import { createLintContext } from '../../src/lint/context.js'
import { classifyRules } from '../../src/lint/rules/rule-status.js'
import { checkRules } from '../../src/lint/rules/report-rules.js'
import { oneProvider, planOf, reportedIn, twoProviders } from '../helpers/plan-of.js'

const withLan = twoProviders.replace('gateways:', '  lan0: { addresses: [10.0.0.1/24] }\ngateways:')

describe('a shadowed rule', () => {
  it('comes after a rule for all packets to a table with a default route', () => {
    expect(
      reportedIn(`${twoProviders}rules: [{ gateway: cable }, { from: 10.0.0.0/8, gateway: fiber }]`),
    ).toEqual(['rule-shadowed at rules[1]'])
  })

  it('is not one after a table without a default route, or after a suppressed lookup', () => {
    const tables = 'tables: { lab: { id: 300, routes: [{ to: 10.7.0.0/16, via: 192.0.2.2 }] } }\n'
    expect(
      reportedIn(`${twoProviders}${tables}rules:
  - { table: main, suppress-prefixlength: 0 }
  - { table: lab }
  - { from: 10.0.0.0/8, gateway: cable }`),
    ).toEqual([])
  })

  it('may be narrower than an earlier prefix, port range or mark', () => {
    expect(
      reportedIn(`${twoProviders}rules:
  - { from: 10.0.0.0/8, gateway: cable }
  - { from: 10.1.0.0/16, dport: 25, gateway: fiber }
  - { dport: 1-1024, ipproto: tcp, gateway: cable }
  - { dport: 25, ipproto: tcp, gateway: fiber }
  - { dport: 25, ipproto: udp, gateway: fiber }
  - { fwmark: 0x10/0x10, gateway: cable }
  - { fwmark: 0x11/0xff, gateway: fiber }`),
    ).toEqual(['rule-shadowed at rules[1]', 'rule-shadowed at rules[3]', 'rule-shadowed at rules[6]'])
  })

  it('may come after all addresses of its family in any notation', () => {
    expect(
      reportedIn(`${twoProviders}rules:
  - { from: 0.0.0.0/0, gateway: cable }
  - { dport: 25, gateway: fiber }`),
    ).toEqual(['rule-shadowed at rules[1]'])
  })

  it('is not one if a goto jumps to it over the other', () => {
    expect(
      reportedIn(`${twoProviders}rules:
  - { iif: lo, family: ipv4, goto: 26000, priority: 24000 }
  - { from: 10.0.0.0/8, gateway: cable, priority: 25000 }
  - { from: 10.0.0.0/9, gateway: fiber, priority: 26000 }`),
    ).toEqual([])
  })

  it('may be a generated rule for replies or marks', () => {
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

  it('is reported once for all rules with the same cause', () => {
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

  it('names only the necessary shadowing rules, and few of many', () => {
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

  it('is not reported if its packets leave the same way anyway', () => {
    expect(reportedIn(`${oneProvider}rules: [{ gateway: uplink, priority: 1000 }]`)).toEqual([])
  })
})

describe('rules over the limit of steps', () => {
  it('are reported as unanalyzed', () => {
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

describe('a rule after the reply rules', () => {
  const behind = (rule: string) =>
    reportedIn(`${twoProviders.replace('gateways:', '  lan0: { addresses: [10.0.0.1/24] }\ngateways:')}rules:
  - { uidrange: 7, gateway: cable }
  - ${rule}`)

  it('is reported if it is an exception to main for local packets', () => {
    expect(behind('{ to: 10.99.0.0/16, table: main }')).toEqual(['rule-behind-reply at rules[1]'])
    expect(behind('{ from: 192.0.2.0/24, to: 10.99.0.0/16, table: main }')).toEqual([
      'rule-behind-reply at rules[1]',
    ])
    expect(behind('{ iif: lo, to: 10.99.0.0/16, table: main }')).toEqual(['rule-behind-reply at rules[1]'])
  })

  it('is reported if it is from a local address', () => {
    expect(behind('{ from: 192.0.2.10, dport: 25, gateway: cable }')).toEqual([
      'rule-behind-reply at rules[1]',
    ])
  })

  it('is not reported if it is for forwarded packets', () => {
    expect(behind('{ iif: lan0, to: 10.99.0.0/16, table: main }')).toEqual([])
    expect(behind('{ from: 10.0.0.128/25, to: 10.99.0.0/16, table: main }')).toEqual([])
  })
})

describe('an asymmetric reply', () => {
  const balanced = (extra: string, kind = '{ balance: { fiber: 1, cable: 1 } }') =>
    reportedIn(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1, reply: none }
  cable: { link: eth1, via: 198.51.100.1 }
default: ${kind}
${extra}`)

  it('is not reported for the gateway that main prefers', () => {
    expect(balanced('', '{ failover: [fiber, cable] }')).toEqual([])
  })

  it('is reported for every member of a multipath default', () => {
    expect(balanced('')).toEqual(['reply-asymmetric at gateways.fiber'])
  })

  it('is not reported if a rule routes the address', () => {
    expect(balanced('rules: [{ from: 192.0.2.0/24, gateway: fiber }]')).toEqual([])
  })

  it('is reported by family', () => {
    expect(
      reportedIn(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: ['2001:db8:b::10/64'] }
gateways:
  four: { link: eth0, via: 192.0.2.1 }
  six: { link: eth1, via: '2001:db8:b::1', reply: none }
default: { failover: [four, six] }`),
    ).toEqual([])
  })

  it('is reported for an address of a family that the gateway lacks', () => {
    expect(
      reportedIn(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24, '2001:db8:b::10/64'] }
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  cable: { link: eth1, via: 198.51.100.1 }
default: fiber`),
    ).toEqual(['address-unclaimed at links.eth1.addresses[1]'])
  })

  it('is reported for an address without a gateway on a shared link', () => {
    expect(
      reportedIn(`
links:
  eth0: { addresses: [192.0.2.10/24, 203.0.113.5/32] }
gateways:
  old: { link: eth0, via: 192.0.2.1 }
  new: { link: eth0, via: 10.1.1.1, onlink: true, reply: none }
default: old`),
    ).toEqual(['address-unclaimed at links.eth0.addresses[1]', 'gateway-unused at gateways.new'])
  })
})

describe('a rule before the reply rules', () => {
  const pinned = (rule: string) => reportedIn(`${withLan}rules: [${rule}]`)

  it('is reported if it matches replies of another gateway', () => {
    const reported = ['reply-asymmetric at rules[0].priority']
    expect(pinned('{ ipproto: tcp, sport: 443, gateway: fiber, priority: 100 }')).toEqual(reported)
    expect(pinned('{ iif: lo, uidrange: 1000, gateway: cable, priority: 100 }')).toEqual(reported)
    expect(pinned('{ to: 203.0.113.0/24, gateway: cable, priority: 100 }')).toEqual(reported)
  })

  it('is intended with `from`, a mark or main, or for forwarded packets', () => {
    expect(pinned('{ from: 192.0.2.10, to: 203.0.113.0/24, gateway: cable, priority: 100 }')).toEqual([])
    expect(pinned('{ fwmark: 0x1/0xf, gateway: cable, priority: 100 }')).toEqual([])
    expect(pinned('{ to: 203.0.113.0/24, table: main, priority: 100 }')).toEqual([])
    expect(pinned('{ iif: lan0, gateway: cable, priority: 100 }')).toEqual([])
    expect(pinned('{ ipproto: tcp, sport: 443, gateway: fiber }')).toEqual([])
  })
})

describe('a leased address', () => {
  const leased = (more: string, rule: string) =>
    reportedIn(`
links:
  eth0: { dhcp4: true }
  eth1: { dhcp4: true }
gateways:
  fiber: { link: eth0, via: lease }
  cable: { link: eth1, via: lease${more} }
default: fiber
rules: [${rule}]`)

  it('may have asymmetric replies like a static one', () => {
    const rule = '{ ipproto: tcp, dport: 25, gateway: cable }'
    expect(leased(', reply: none', rule)).toEqual(['reply-asymmetric at gateways.cable'])
    expect(leased('', rule)).toEqual([])
  })
})

describe('a family that bypasses a policy', () => {
  const dual = (rule: string) =>
    reportedIn(`
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

  it('is reported if a rule names no family', () => {
    expect(dual('{ dport: 25, ipproto: tcp, gateway: cable }')).toEqual(['rule-family-narrowed at rules[0]'])
  })

  it('is reported if a rule names a link with both families', () => {
    expect(dual('{ from: lan0, gateway: cable }')).toEqual(['rule-family-narrowed at rules[0]'])
  })

  it('is reported once for all rules of a gateway, and its mark', () => {
    const { reported } = planOf(`
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  cable: { link: eth1, via: 198.51.100.1, fwmark: 0x200/0xff00 }
default: fiber
rules: [{ ipproto: tcp, dport: 25, gateway: cable }, { ipproto: udp, gateway: cable }]`)
    expect(reported).toEqual(['rule-family-narrowed at rules[0]'])
  })

  it('is not reported if prefixes or `family` select one family', () => {
    expect(dual('{ from: 10.0.0.0/24, gateway: cable }')).toEqual([])
    expect(dual('{ from: lan4, gateway: cable }')).toEqual([])
    expect(dual('{ from: lan0, family: ipv4, gateway: cable }')).toEqual([])
  })
})

describe('unused parts', () => {
  it('include a gateway without default route, rule and reply rule', () => {
    const { diagnostics } = compile(
      `version: 1\n${twoProviders.replace('198.51.100.1 }', '198.51.100.1, reply: none }')}`,
      { targets: [] },
    )
    expect(diagnostics.map(({ code, example }) => [code, example])).toEqual([
      ['gateway-unused', 'from 198.51.100.10 to 203.0.113.7 leaves by fiber'],
    ])
  })

  it('include the kernel’s table default', () => {
    expect(reportedIn(`${oneProvider}rules: [{ from: 10.0.0.0/8, table: default }]`)).toEqual([
      'table-empty at rules[0]',
    ])
  })

  it('include a table without routes, but not of other software', () => {
    expect(reportedIn(`${oneProvider}rules: [{ from: 10.0.0.0/8, table: 300 }]`)).toEqual([
      'table-empty at rules[0]',
    ])
    expect(
      reportedIn(`${oneProvider}coexist: [tailscale]\nrules: [{ from: 10.0.0.0/8, table: 52 }]`),
    ).toEqual([])
  })

  it('include main without a default route, unless `default: none`', () => {
    const lonely =
      'links: { stor0: { addresses: [10.20.0.10/24] } }\ngateways: { storage: { link: stor0 } }\n'
    expect(reportedIn(lonely)).toEqual(['default-absent at the description'])
    expect(reportedIn(`${lonely}default: none`)).toEqual([])
    expect(reportedIn(`${lonely}routes: [{ to: 0.0.0.0/0, via: 10.20.0.1 }]`)).toEqual([])
  })
})

describe('several shadowing rules', () => {
  it('cover a range of ports or users together', () => {
    expect(
      reportedIn(`${twoProviders}rules:
  - { ipproto: tcp, dport: 1-99, gateway: cable }
  - { ipproto: tcp, dport: 100-200, gateway: fiber }
  - { ipproto: tcp, dport: 50-150, gateway: cable }
  - { ipproto: tcp, dport: 150-201, gateway: cable }`),
    ).toEqual(['rule-shadowed at rules[2]'])
    expect(
      reportedIn(`${twoProviders}rules:
  - { iif: lo, uidrange: 1000-1499, gateway: cable }
  - { iif: lo, uidrange: 1500-1999, gateway: fiber }
  - { iif: lo, uidrange: 1400-1600, gateway: cable }`),
    ).toEqual(['rule-shadowed at rules[2]'])
  })

  it('may include an inverted selector', () => {
    expect(
      reportedIn(`${withLan}rules:
  - { not: true, from: 10.0.0.0/8, gateway: fiber }
  - { from: 10.0.0.0/8, gateway: cable }
  - { ipproto: tcp, dport: 25, gateway: cable }`),
    ).toEqual(['rule-shadowed at rules[2]'])
  })

  it('cover nothing if their tables have no answer', () => {
    const tables = `tables:
  lab: { id: 300, routes: [{ to: 10.7.0.0/16, via: 192.0.2.2 }, { to: 10.7.1.0/24, type: throw }] }\n`
    expect(
      reportedIn(`${twoProviders}${tables}rules:
  - { to: 10.7.0.0/16, table: lab }
  - { to: 10.7.1.0/25, gateway: cable }
  - { to: 10.7.2.0/24, gateway: cable }`),
    ).toEqual(['rule-shadowed at rules[2]'])
  })

  it('cover no bound sockets without a route', () => {
    expect(reportedIn(`${twoProviders}rules: [{ gateway: fiber }, { oif: eth1, gateway: cable }]`)).toEqual(
      [],
    )
    expect(reportedIn(`${twoProviders}rules: [{ gateway: fiber }, { oif: eth0, gateway: cable }]`)).toEqual([
      'rule-shadowed at rules[1]',
    ])
  })

  it('are reported for one part of a rule if they cover only that', () => {
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

describe('an ineffective lookup', () => {
  const lab = 'tables: { lab: { id: 300, routes: [{ to: 10.7.0.0/16, via: 192.0.2.2 }] } }\n'

  it('has a table with routes, but none for the rule', () => {
    expect(reportedIn(`${twoProviders}${lab}rules: [{ to: 10.8.0.0/16, table: lab }]`)).toEqual([
      'rule-falls-through at rules[0]',
    ])
    expect(reportedIn(`${twoProviders}${lab}rules: [{ to: 10.0.0.0/8, table: lab }]`)).toEqual([])
  })

  it('may be for sockets that are bound to another link than the table’s', () => {
    expect(reportedIn(`${twoProviders}rules: [{ oif: eth1, gateway: fiber }]`)).toEqual([
      'rule-falls-through at rules[0]',
    ])
  })

  it('is never reported for main, which has routes of other programs', () => {
    expect(
      reportedIn(
        `${twoProviders.replace('default: fiber', 'default: none')}rules: [{ to: 10.8.0.0/16, table: main }]`,
      ),
    ).toEqual([])
  })

  it('is reported for one family if its packets leave another way', () => {
    const six = (more: string) => `
links:
  eth0: { addresses: [192.0.2.10/24${more}] }
gateways:
  uplink: { link: eth0, via: 192.0.2.1 }
tables: { lab: { id: 300, routes: [{ to: 10.7.0.0/16, via: 192.0.2.2 }] } }
rules: [{ dport: 25, ipproto: tcp, table: lab }]`
    expect(reportedIn(six(''))).toEqual([])
    const dual = six(", '2001:db8:a::10/64'").replace(
      'via: 192.0.2.1 }',
      "via: [192.0.2.1, '2001:db8:a::1'] }",
    )
    expect(reportedIn(dual)).toEqual(['rule-falls-through at rules[0]'])
  })
})

describe('a user table with a default route', () => {
  const own = (routes: string, rule = '{ from: 10.0.0.0/24, table: lab }') =>
    reportedIn(
      `${withLan}tables: { lab: { id: 300, routes: [{ to: default, via: 198.51.100.1 }${routes}] } }\nrules: [${rule}]`,
    )
  const [lan, wan] = [', { to: 10.0.0.0/24, link: lan0 }', ', { to: 198.51.100.0/24, link: eth1 }']

  it('needs the networks of this host, and that of its next hop', () => {
    expect(own('')).toEqual(['table-unconnected at tables.lab', 'local-through-provider at tables.lab'])
    expect(own(lan)).toEqual(['table-unconnected at tables.lab'])
    expect(own(wan)).toEqual(['local-through-provider at tables.lab'])
    expect(own(lan + wan)).toEqual([])
  })

  it('does not need them if no rule sends their packets there', () => {
    expect(own('', '{ from: 10.0.0.0/24, to: 203.0.113.0/24, table: lab }')).toEqual([])
  })

  it('has an example that the host forwards', () => {
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
      reportedIn(`
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
  it('reserves priority 1000 for the kernel’s rule', () => {
    const vrf = (priority: number) =>
      reportedIn(`
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

  it('shadows later rules for its packets, and the fix is a priority below 1000', () => {
    const described = (rules: string) => `
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth2: { addresses: [10.1.0.2/24] }
  mgmt: { vrf: { table: 500, links: [eth2] } }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
rules: [${rules}]`
    const [found, ...others] = compile(`version: 1${described('{ iif: eth2, gateway: fiber }')}`, {
      targets: [],
    }).diagnostics
    expect(others).toEqual([])
    expect(found).toMatchObject({
      code: 'rule-shadowed',
      message: 'this rule never matches: the kernel’s rule for VRFs takes all its packets',
      fix: expect.stringMatching(/^Give it a `priority` below 1000/),
    })
    expect(reportedIn(described('{ iif: eth2, to: 10.9.0.0/16, action: prohibit, priority: 900 }'))).toEqual(
      [],
    )
    // Its table has no route for a packet that is not in the VRF.
    expect(reportedIn(described('{ from: 10.1.0.0/24, gateway: fiber }'))).toEqual([])
  })
})

describe('a reverse-path filter', () => {
  const strict = (rule: string, more = '') => `${withLan}${rule}
sysctls: { net.ipv4.ip_forward: 1, net.ipv4.conf.eth1.rp_filter: 1${more} }`

  it('is not reported if the reply path is the same', () => {
    expect(reportedIn(strict(''))).toEqual([])
    expect(reportedIn(strict('rules: [{ from: 10.0.0.128/25, gateway: cable }]'))).toEqual([])
    expect(reportedIn(strict('rules: [{ iif: lan0, ipproto: tcp, dport: 25, gateway: cable }]'))).toEqual([])
  })

  it('drops replies to marked packets without src_valid_mark', () => {
    const rule = 'rules: [{ from: 10.0.0.128/25, fwmark: 0x1/0xf, gateway: cable }]'
    expect(reportedIn(strict(rule, ', net.ipv4.conf.all.src_valid_mark: 0'))).toEqual([
      'rp-filter-drops at sysctls.net.ipv4.conf.eth1.rp_filter',
    ])
    expect(reportedIn(strict(rule))).toEqual([])
  })

  it('drops requests to an address of another gateway', () => {
    expect(
      reportedIn(strict('').replace('via: 198.51.100.1 }', 'via: 198.51.100.1, reply: none }')),
    ).toContain('rp-filter-drops at sysctls.net.ipv4.conf.eth1.rp_filter')
  })

  it('is the larger of the link’s value and that of conf.all', () => {
    const loose = strict('').replace('via: 198.51.100.1 }', 'via: 198.51.100.1, reply: none }')
    expect(
      reportedIn(loose.replace('rp_filter: 1', 'rp_filter: 1, net.ipv4.conf.all.rp_filter: 2')),
    ).not.toContain('rp-filter-drops at sysctls.net.ipv4.conf.eth1.rp_filter')
  })
})

describe('an unset mark', () => {
  const marked = (marks: string, rule: string) =>
    reportedIn(
      `${twoProviders
        .replace('192.0.2.1 }', '192.0.2.1, fwmark: 0x100/0xff00 }')
        .replace('198.51.100.1 }', '198.51.100.1, fwmark: 0x200/0xff00 }')}${marks}rules: [${rule}]`,
    )

  it('has bits of the gateways with `marks: nftables`', () => {
    expect(marked('marks: nftables\n', '{ fwmark: 0x300/0xff00, gateway: cable }')).toEqual([
      'mark-unset at rules[0].fwmark',
    ])
  })

  it('is not reported for other bits, or without `marks`', () => {
    expect(marked('', '{ fwmark: 0x300/0xff00, gateway: cable }')).toEqual([])
    expect(marked('marks: nftables\n', '{ fwmark: 0x10000/0xf0000, gateway: cable }')).toEqual([])
    expect(marked('marks: nftables\n', '{ fwmark: 0/0xff00, iif: eth0, gateway: fiber }')).toEqual([])
  })
})

describe('an example', () => {
  it('names addresses of leases', () => {
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
