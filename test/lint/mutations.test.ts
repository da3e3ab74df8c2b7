// Typical mistakes in good hosts: each gets its warning, and no other.
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { warningCatalogue } from '../../src/diagnostics/catalogue/warnings.js'
import { formatPath } from '../../src/diagnostics/diagnostic.js'
import { fixtureNamed } from '../helpers/fixtures.js'

interface Slip {
  readonly what: string
  readonly fixture: string
  readonly from: string | RegExp
  readonly to: string
  readonly reported: readonly string[]
}

/** Warnings of a name, of a setting or of neighbours, which no packet shows. */
const withoutPacket: readonly string[] = [
  ...['sysctl-not-network', 'version-unknown', 'vlan-by-name'],
  'address-at-boundary',
]

const slips: readonly Slip[] = [
  {
    what: 'the guests’ rule is widened to everybody',
    fixture: 'two-providers',
    from: 'from: 10.0.0.128/25, gateway',
    to: 'gateway',
    reported: ['rule-shadowed at rules[1]'],
  },
  {
    what: 'a rule that skips the section is left without its section',
    fixture: 'goto-over-a-section',
    from: /.*gateway: cable, priority: 25010 .*\n/,
    to: '',
    reported: ['goto-noop at rules[0].goto'],
  },
  {
    what: 'a jump for one link becomes one for all',
    fixture: 'goto-over-a-section',
    from: 'iif: lan0, family',
    to: 'family',
    reported: ['rule-shadowed at rules[1]'],
  },
  {
    what: 'the suppressor in front of the tunnel is gone',
    fixture: 'full-tunnel-lan-kept',
    from: ', suppress-prefixlength: 0',
    to: '',
    reported: ['rule-shadowed at rules[1]'],
  },
  {
    what: 'a rule asks a table by a number that nothing fills',
    fixture: 'unmarked-only',
    from: 'gateway: internet, priority',
    to: 'table: 78, priority',
    reported: ['table-empty at rules[0]'],
  },
  {
    what: 'a provider’s table is left without its own network',
    fixture: 'split-access',
    from: 'connected: [eth1, eth0, eth2]',
    to: 'connected: [eth0, eth2]',
    reported: ['table-unconnected at gateways.provider-one.connected'],
  },
  {
    what: 'a provider’s table is left without the LAN',
    fixture: 'split-access',
    from: 'connected: [eth2, eth0, eth1]',
    to: 'connected: [eth2, eth1]',
    reported: ['local-through-provider at gateways.provider-two.connected'],
  },
  {
    what: 'the reply rule of one’s own is deleted',
    fixture: 'reply-rule-placed',
    from: /rules:\n.*\n/,
    to: '',
    reported: ['gateway-unused at gateways.cable'],
  },
  {
    what: 'one of a balanced pair gives up its replies',
    fixture: 'two-isps-balanced',
    from: '[from, to]',
    to: 'none',
    reported: ['reply-asymmetric at gateways.north'],
  },
  {
    what: 'users are put in front of the replies',
    fixture: 'users-by-gateway',
    from: 'gateway: cable }\n',
    to: 'gateway: cable, priority: 100 }\n',
    reported: ['reply-asymmetric at rules[0].priority'],
  },
  {
    what: 'the range of users begins with root',
    fixture: 'users-by-gateway',
    from: '1000-1999, 3000',
    to: '0-1999, 3000',
    reported: ['uid-of-forwarded at rules[0].uidrange[0]'],
  },
  {
    what: 'a provider loses its IPv6',
    fixture: 'users-by-gateway',
    from: "via: [198.51.100.1, '2001:db8:b::1']",
    to: 'via: 198.51.100.1',
    reported: ['address-unclaimed at links.eth1.addresses[1]', 'rule-family-narrowed at rules[0]'],
  },
  {
    what: 'a tunnel is no longer closed',
    fixture: 'vpn-fail-closed',
    from: ', fail-closed: true',
    to: '',
    reported: ['rule-family-narrowed at rules[0]'],
  },
  {
    what: 'a tunnel is no longer closed, and has a mark alone',
    fixture: 'vpn-fail-closed',
    from: /, fail-closed: true([^]*)rules:[^]*/,
    to: '$1',
    reported: ['family-leak at gateways.vpn.fwmark'],
  },
  {
    what: 'guests’ half of the LAN becomes all of it, in IPv4',
    fixture: 'two-providers',
    from: '10.0.0.128/25',
    to: '10.0.0.0/24',
    reported: ['rule-ipv6-bypass at rules[0].from'],
  },
  {
    what: 'two cards in one network do without ARP care',
    fixture: 'two-cards-one-subnet',
    from: /$/,
    to: 'sysctls: none\n',
    reported: ['links-share-prefix at links.eth0.addresses'],
  },
  {
    what: 'a link filters strictly, and its marks count for nothing',
    fixture: 'port-forward-by-two-providers',
    from: 'sysctls: { net.ipv4.ip_forward: 1,',
    to: 'rules: [{ from: 10.10.0.0/24, family: ipv4, fwmark: 0x10000/0x10000, gateway: cable }]\nsysctls: { net.ipv4.ip_forward: 1, net.ipv4.conf.wan1.rp_filter: 1, net.ipv4.conf.all.src_valid_mark: 0,',
    reported: ['rp-filter-drops at sysctls.net.ipv4.conf.wan1.rp_filter'],
  },
  {
    what: 'a mark is written that no gateway has',
    fixture: 'port-forward-by-two-providers',
    from: 'sysctls:',
    to: 'rules: [{ fwmark: 0x300/0xff00, gateway: cable }]\nsysctls:',
    reported: ['mark-unset at rules[0].fwmark'],
  },
  {
    what: 'a gateway loses its mark',
    fixture: 'port-forward-by-two-providers',
    from: ', fwmark: 0x200/0xff00',
    to: '',
    reported: ['marks-gateway-unmarked at gateways.cable'],
  },
  {
    what: 'a mark loses its mask',
    fixture: 'isps-by-mark',
    from: '0x20000/0xf0000',
    to: '0x20000',
    reported: ['mark-without-mask at gateways.fiber.fwmark'],
  },
  {
    what: 'the only provider of a storage host is taken out',
    fixture: 'storage-network',
    from: /  uplink:.*\n|default: .*\n/g,
    to: '',
    reported: ['default-absent at the description'],
  },
  {
    what: 'the negated rule gets a second word',
    fixture: 'full-tunnel-lan-kept',
    from: 'fwmark: 0xca6c/0xffffffff',
    to: 'fwmark: 0xca6c/0xffffffff, iif: lo',
    reported: ['rule-not-several at rules[1].not'],
  },
  {
    what: 'an exception slips behind the rule that it is an exception of',
    fixture: 'exception-for-bound-sockets',
    from: /(.*table: main.*\n)(.*gateway: cable.*\n)/,
    to: '$2$1',
    reported: ['rule-behind-reply at rules[1]'],
  },
  {
    what: 'a digit of a table’s only route is wrong',
    fixture: 'balanced-route-to-site',
    from: /\{ to: default, type: prohibit \}([^]*)from: 10.0.0.128\/25/,
    to: '{ to: 10.77.0.0/16, via: 10.0.0.1 }$1to: 10.17.0.0/16',
    reported: ['rule-falls-through at rules[0]'],
  },
  {
    what: 'users are looked for among what is forwarded',
    fixture: 'vpn-fail-closed',
    from: 'iif: lo',
    to: 'iif: eth0',
    reported: ['rule-local-only-selector at rules[0].uidrange'],
  },
  {
    what: 'what has an `else` goes to a gateway that is closed',
    fixture: 'two-providers',
    from: 'gateway: fiber, else',
    to: 'gateway: cable, else',
    reported: ['else-unreachable at rules[1].else'],
  },
  {
    what: 'forwarding is switched off on a host with a LAN',
    fixture: 'one-lan-by-second-provider',
    from: 'net.ipv4.ip_forward: 1',
    to: 'net.ipv4.ip_forward: 0',
    reported: ['forwarding-off at rules[0]'],
  },
  {
    what: 'a VLAN loses its `vlan`',
    fixture: 'vlan-of-second-provider',
    from: '    vlan: { id: 7, link: wan0 }\n',
    to: '',
    reported: ['vlan-by-name at links.wan0.7'],
  },
  {
    what: 'the last part of an address is that of its network',
    fixture: 'one-lan-by-second-provider',
    from: '203.0.113.1/24',
    to: '203.0.113.0/24',
    reported: ['address-at-boundary at links.enp9s0.addresses[0]'],
  },
  {
    what: 'a digit of a length is wrong, so that one LAN is part of another',
    fixture: 'one-lan-by-second-provider',
    from: '203.0.113.1/24',
    to: '10.0.0.129/25',
    reported: ['prefixes-overlap at links.enp9s0.addresses[0]'],
  },
  {
    what: 'a router of IPv6 is added to a host without IPv6',
    fixture: 'own-sysctls',
    from: 'via: 192.0.2.1',
    to: "via: [192.0.2.1, 'fe80::1']",
    reported: ['nexthop-without-source at gateways.fiber.via[1]'],
  },
  {
    what: 'a sysctl of the kernel is added',
    fixture: 'own-sysctls',
    from: 'net.ipv4.ip_forward: 1',
    to: 'kernel.modprobe: /bin/true',
    reported: ['sysctl-not-network at sysctls.kernel.modprobe'],
  },
  {
    what: 'the version is that of Debian',
    fixture: 'own-sysctls',
    from: 'default:',
    to: 'targets: { networkd: { version: 13 } }\ndefault:',
    reported: ['version-unknown at targets.networkd.version'],
  },
]

describe('a typical mistake', () => {
  it.each(slips)('$what ($fixture)', ({ fixture, from, to, reported }) => {
    const { text } = fixtureNamed(fixture)
    const broken = text.replace(from, to)
    expect(broken).not.toBe(text)
    const { diagnostics } = compile(broken, { targets: [] })
    expect(diagnostics.map(({ code, path }) => `${code} at ${formatPath(path)}`).sort()).toEqual(
      [...reported].sort(),
    )
    for (const { example, code } of diagnostics)
      if (!withoutPacket.includes(code)) expect(example, code).toBeDefined()
  })

  it('exists for every warning', () => {
    const shown = new Set(slips.flatMap(({ reported }) => reported.map((one) => one.split(' ')[0])))
    expect(Object.keys(warningCatalogue).filter((code) => !shown.has(code))).toEqual([
      // It needs thousands of overlapping rules.
      'rules-unexamined',
    ])
  })
})
