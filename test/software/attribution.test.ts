// Attribution of rules and routes, each as its program installs it, from its source code.
import { describe, expect, it } from 'vitest'
import { softwareNamed } from '../helpers/software.js'
import {
  ownersText,
  softwareOfRoute,
  softwareOfRule,
  type RouteTraits,
  type RuleTraits,
} from '../../src/software/attribution.js'

const names = (owners: readonly { readonly name: string }[]) => owners.map(({ name }) => name)
const MAIN = 254

const rules: readonly (readonly [text: string, rule: RuleTraits, owners: readonly string[]])[] = [
  [
    '5210: fwmark 0x80000/0xff0000 lookup main',
    { pref: 5210, mark: { value: 0x80000, mask: 0xff0000 }, table: MAIN },
    ['tailscale'],
  ],
  ['5270: lookup 52', { pref: 5270, table: 52 }, ['tailscale']],
  ['1370: lookup 52, beside mwan3', { pref: 1370, table: 52 }, ['tailscale']],
  [
    '110: not fwmark 0x1bd00 lookup netbird',
    { pref: 110, mark: { value: 0x1bd00, mask: 0xffffffff }, table: 7120 },
    ['netbird'],
  ],
  [
    '32764: not fwmark 0x6d6f6c65 lookup 1836018789',
    { pref: 32764, mark: { value: 0x6d6f6c65, mask: 0xffffffff }, table: 1836018789 },
    ['mullvad'],
  ],
  [
    '32765: not fwmark 0xe1f1 lookup 205',
    { pref: 32765, mark: { value: 0xe1f1, mask: 0xffffffff }, table: 205 },
    ['nordvpn'],
  ],
  [
    '32765: not fwmark 0xca6c lookup 51820',
    { pref: 32765, mark: { value: 51820, mask: 0xffffffff }, table: 51820 },
    ['wg-quick'],
  ],
  [
    '31001: not fwmark 0xcb00 lookup 51968',
    { pref: 30969, mark: { value: 51968, mask: 0xffffffff }, table: 51968 },
    ['nm-wireguard'],
  ],
  ['220: lookup 220', { pref: 220, table: 220 }, ['strongswan']],
  [
    '9: fwmark 0x200/0xf00 lookup 2004',
    { pref: 9, mark: { value: 0x200, mask: 0xf00 }, table: 2004, protocol: 2 },
    ['cilium'],
  ],
  [
    '2001: fwmark 0x100/0x3f00 lookup 1',
    { pref: 2001, mark: { value: 0x100, mask: 0x3f00 }, table: 1 },
    ['mwan3'],
  ],
  [
    '30000: fwmark 0x10000/0xff0000 lookup 256',
    { pref: 30000, mark: { value: 0x10000, mask: 0xff0000 }, table: 256 },
    ['pbr'],
  ],
  [
    '10000: fwmark 0x100/0xff00 lookup 1',
    { pref: 10000, mark: { value: 0x100, mask: 0xff00 }, table: 1 },
    ['shorewall'],
  ],
  ['1000: lookup [l3mdev-table]', { pref: 1000 }, ['vrf']],
  ['39 of protocol keepalived', { pref: 39, table: 6908, protocol: 18 }, ['keepalived']],
  ['9002: lookup 2022', { pref: 9002, table: 2022 }, ['sing-box', 'mihomo']],
  ['6000: from a pod lookup 1004', { pref: 6000, table: 1004 }, ['ovn-kubernetes']],
  [
    '32764: fwmark 0x1745ec lookup 7',
    { pref: 30, mark: { value: 0x1745ec, mask: 0xffffffff }, table: 7 },
    ['ovn-kubernetes'],
  ],
  ['1536: from a pod lookup 2', { pref: 1536, table: 2 }, ['aws-vpc-cni']],
  ['10101: from an address lookup 10101', { pref: 10101, table: 10101 }, ['ec2-net-utils']],
]

const routes: readonly (readonly [text: string, route: RouteTraits, owners: readonly string[]])[] = [
  ['dev tailscale0 table 52', { table: 52, dev: 'tailscale0', protocol: 3 }, ['tailscale']],
  ['dev docker0 proto kernel', { table: MAIN, dev: 'docker0', protocol: 2 }, ['docker']],
  ['dev br-0123456789ab', { table: MAIN, dev: 'br-0123456789ab', protocol: 2 }, ['docker']],
  ['dev br-lan, which is OpenWrt’s own', { table: MAIN, dev: 'br-lan', protocol: 2 }, []],
  ['dev cali0123456789a proto 80', { table: MAIN, dev: 'cali0123456789a', protocol: 80 }, ['calico']],
  ['proto bgp', { table: MAIN, dev: 'eth0', protocol: 186 }, ['frr']],
  ['proto babel', { table: MAIN, dev: 'eth0', protocol: 42 }, ['frr', 'babeld']],
  ['proto bird', { table: MAIN, dev: 'eth0', protocol: 12 }, ['bird']],
  ['proto 66 in local', { table: 255, dev: 'eth0', protocol: 66 }, ['google-guest-agent']],
  ['proto dhcp', { table: MAIN, dev: 'eth0', protocol: 16 }, []],
  ['table 220', { table: 220, dev: 'eth0', protocol: 4 }, ['strongswan']],
  ['table 100, which many take', { table: 100, dev: 'lo', protocol: 3 }, ['v2raya', 'tproxy', 'submariner']],
]

describe('a rule', () => {
  it.each(rules)('%s', (_text, rule, owners) => {
    expect(names(softwareOfRule(rule))).toEqual(owners)
  })

  it('without a match has no owner in any band', () => {
    expect(softwareOfRule({ pref: 5215, table: 300 })).toEqual([])
    expect(softwareOfRule({ pref: 15000, table: MAIN })).toEqual([])
    expect(softwareOfRule({ pref: 18000, table: 101, mark: { value: 0x100, mask: 0xff00 } })).toEqual([])
  })

  it('with a number of many programs has no owner', () => {
    expect(softwareOfRule({ pref: 100, table: MAIN })).toEqual([])
  })

  it('prefers software of the description, on less evidence', () => {
    const rule = { pref: 1500, table: MAIN }
    expect(softwareOfRule(rule)).toEqual([])
    expect(names(softwareOfRule(rule, [softwareNamed('shorewall')]))).toEqual(['shorewall'])
    expect(names(softwareOfRule({ pref: 9002, table: 2022 }, [softwareNamed('mihomo')]))).toEqual(['mihomo'])
    expect(names(softwareOfRule({ pref: 220, table: 220 }, [softwareNamed('shorewall')]))).toEqual([
      'strongswan',
    ])
  })
})

describe('a route', () => {
  it.each(routes)('%s', (_text, route, owners) => {
    expect(names(softwareOfRoute(route))).toEqual(owners)
  })
})

describe('the text of owners', () => {
  it('names the reasons, the strongest first', () => {
    expect(ownersText(softwareOfRule({ pref: 5270, table: 52 }))).toBe(
      'tailscale (by its table and its priority)',
    )
    expect(ownersText(softwareOfRoute({ table: MAIN, protocol: 42 }))).toBe(
      'frr or babeld (by their protocol)',
    )
    expect(ownersText([])).toBe('')
  })
})
