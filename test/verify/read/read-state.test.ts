import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gatherLine, MARK, SECTIONS } from '../../../src/verify/collect.js'
import { readState } from '../../../src/verify/read/read-state.js'
import type { LiveState } from '../../../src/verify/state.js'
import { formatLiveRoute, formatLiveRule } from '../../../src/verify/format-live.js'
import { planOf } from '../../helpers/plan-of.js'

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../gathered', name), 'utf8')
const debians = ['debian-11.txt', 'debian-12.txt', 'debian-13.txt'] as const
const changed = debians.map((name) => `changed-${name}`)

function stateOf(text: string): LiveState {
  const read = readState(text)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.value
}

const problemsOf = (text: string): readonly string[] => {
  const read = readState(text)
  return read.ok ? [] : read.problems
}

/** A stream with contents in some sections only. */
function streamOf(sections: Readonly<Record<string, string>>): string {
  const all: Readonly<Record<string, string>> = {
    program: 'ip utility, iproute2-5.9.0, libbpf 0.3.0',
    'rules inet': '[{"priority":0,"src":"all","table":"255","protocol":"2"}]',
    links: '[{"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"addr_info":[]}]',
    sysctls: '/proc/sys/net/ipv4/ip_forward:0',
    ...sections,
  }
  return [...SECTIONS, 'end'].map((name) => `${MARK}${name}\n${all[name] ?? ''}`).join('\n')
}

describe('the output of three versions of iproute2', () => {
  test.for(debians)('%s', (name) => {
    const state = stateOf(recorded(name))
    expect(state.rules.map((rule) => `${rule.family} ${formatLiveRule(rule).join(' ')}`)).toEqual([
      'inet pref 0 lookup local',
      'inet pref 18000 from 192.0.2.10 lookup 1',
      'inet pref 18001 from 198.51.100.10 lookup 101',
      'inet pref 32766 lookup main',
      'inet pref 32767 lookup default',
      'inet6 pref 0 lookup local',
      'inet6 pref 32766 lookup main',
    ])
    const reported = state.routes.filter(({ family, table }) => family === 'inet' && table !== 255)
    expect(reported.map((route) => formatLiveRoute(route).join(' '))).toEqual([
      'default via 192.0.2.1 dev eth0 table 1',
      '192.0.2.0/24 dev eth0 scope link src 192.0.2.10 table 1',
      'default via 198.51.100.1 dev eth1 table 101',
      '198.51.100.0/24 dev eth1 scope link src 198.51.100.10 table 101',
      'default via 198.51.100.1 dev eth1 metric 100',
      '192.0.2.0/24 dev eth0 scope link src 192.0.2.10',
      '198.51.100.0/24 dev eth1 scope link src 198.51.100.10',
    ])
    expect(state.links.map(({ name: link, isUp, hasCarrier }) => [link, isUp, hasCarrier])).toContainEqual([
      ...['eth0', true, true],
    ])
    expect(state.sysctls['/proc/sys/net/ipv4/conf/eth0/rp_filter']).toBe('2')
  })

  test('is equal except for the version', () => {
    const [first, ...others] = debians.map((name) => {
      const { rules, routes } = stateOf(recorded(name))
      // Link-local addresses depend on MAC addresses.
      return { rules, routes: routes.filter(({ table }) => table !== 255) }
    })
    for (const other of others) expect(other).toEqual(first)
  })
})

describe('one item', () => {
  const ruleWords = (json: string): string => {
    const rule = stateOf(streamOf({ 'rules inet6': `[${json}]` })).rules.at(-1)
    return rule === undefined ? '' : formatLiveRule(rule).join(' ')
  }
  const routeWords = (json: string, family: 'inet' | 'inet6' = 'inet'): string => {
    const route = stateOf(streamOf({ [`routes ${family}`]: `[${json}]` })).routes.at(-1)
    return route === undefined ? '' : formatLiveRoute(route).join(' ')
  }

  test.for([
    [
      '"not":null,"src":"all","dst":"2001:db8::","dstlen":64,"table":"254","suppress_prefixlen":0',
      'not to 2001:db8::/64 lookup main suppress_prefixlength 0',
    ],
    ['"src":"all","fwmark":"0","table":"5"', 'fwmark 0x0/0xffffffff lookup 5'],
    ['"src":"all","fwmark":"0x1","fwmask":"0xff","table":"5"', 'fwmark 0x1/0xff lookup 5'],
    ['"src":"all","goto":300,"unresolved":null', 'goto 300'],
    ['"src":"all","action":"6","table":"254"', 'blackhole'],
    [
      '"src":"all","tos":"0x10","uid_start":0,"uid_end":0,"iif":"lo","oif":"foo","oif_detached":null,"sport_start":10,"sport_end":20,"action":"8"',
      'tos 0x10 iif lo oif foo uidrange 0-0 sport 10-20 prohibit',
    ],
    [
      '"src":"all","ipproto":"ipproto-6","dport":25,"dport_mask":"0xffff","table":"7"',
      'ipproto 6 dport 25 lookup 7',
    ],
    ['"src":"all","dport":25,"dport_mask":"0xff","table":"7"', 'dport 25 dport_mask 0xff lookup 7'],
    ['"src":"all","table":"5","dscp":"46","dscp_mask":"0x3f"', 'dscp 46 lookup 5'],
    ['"src":"all","table":"5","dscp":"46"', 'dscp 46 lookup 5'],
    ['"src":"all","table":"5","dscp":"0x8","dscp_mask":"0x38"', 'dscp 8 dscp_mask 0x38 lookup 5'],
    ['"src":"all","tun_id":5,"table":"5"', 'tun_id 5 lookup 5'],
    ['"src":"all","l3mdev":null', 'l3mdev'],
    ['"src":"all","nop":null', 'nop'],
  ] as const)('rule %s', ([json, words]) => {
    expect(ruleWords(`{"priority":100,${json},"protocol":"0"}`)).toBe(`pref 100 ${words}`)
  })

  test.for([
    [
      '"type":"1","dst":"10.0.0.0/8","flags":[],"nexthops":[{"gateway":"192.0.2.1","dev":"eth0","weight":2,"flags":[]},{"gateway":"192.0.2.5","dev":"eth1","weight":1,"flags":["dead","onlink"]}]',
      '10.0.0.0/8 nexthop via 192.0.2.1 dev eth0 weight 2 nexthop via 192.0.2.5 dev eth1 weight 1 onlink',
    ],
    [
      '"type":"1","dst":"10.3.0.0/16","via":{"family":"inet6","host":"fe80::1"},"dev":"eth0","flags":["linkdown"],"metrics":[{"mtu":1400}]',
      '10.3.0.0/16 via inet6 fe80::1 dev eth0 mtu 1400',
    ],
    [
      '"type":"7","dst":"default","table":"101","scope":"0","metric":2000000000,"flags":[]',
      'unreachable default table 101 metric 2000000000',
    ],
    [
      '"type":"2","dst":"default","dev":"lo","table":"100","scope":"254","flags":[]',
      'local default dev lo table 100',
    ],
    [
      '"type":"1","dst":"198.18.0.1","dev":"tun0","scope":"253","encap":"mpls","flags":[]',
      '198.18.0.1 dev tun0 scope link encap mpls',
    ],
  ] as const)('route %s', ([json, words]) => {
    expect(routeWords(`{${json},"protocol":"3"}`)).toBe(words)
  })

  test('IPv6 reject routes have no link', () => {
    const json =
      '{"type":"7","dst":"default","dev":"lo","table":"101","protocol":"3","scope":"0","metric":2000000000,"flags":[],"pref":"medium"}'
    expect(routeWords(json, 'inet6')).toBe('unreachable default table 101 metric 2000000000')
  })

  test('a duplicate address', () => {
    const json =
      '[{},{"ifname":"eth0","flags":["UP"],"addr_info":[{},{"family":"inet6","local":"2001:db8::1","prefixlen":64,"scope":"0","tentative":true,"dadfailed":true,"noprefixroute":true}]}]'
    const [link, ...others] = stateOf(streamOf({ links: json })).links
    expect(others).toEqual([])
    expect(link).toMatchObject({
      hasCarrier: false,
      addresses: [{ scope: 'global', isDuplicate: true, hasRoute: false }],
    })
  })

  test.for(changed)('names and descriptions that break the JSON of iproute2: %s', (name) => {
    const names = stateOf(recorded(name)).links.map(({ name: link }) => link)
    expect(names).toEqual(['lo', 'p0', 'eth0', 'p1', 'eth1', 'y0', 'x\u001b[31m'])
  })

  test('an escaped apostrophe', () => {
    const links = String.raw`[{"ifname":"lo","ifalias":"\\'\'\\\'\""},{"ifname":"eth0"}]`
    expect(stateOf(streamOf({ links })).links.map(({ name }) => name)).toEqual(['lo', 'eth0'])
  })

  test('a value of several words', () => {
    const { sysctls } = stateOf(streamOf({ sysctls: '/proc/sys/net/ipv4/tcp_rmem:4096\t131072\t6291456' }))
    expect(sysctls).toEqual({ '/proc/sys/net/ipv4/tcp_rmem': '4096 131072 6291456' })
  })

  test('an unreadable sysctl', () => {
    const reported = '/proc/sys/net/ipv4/ip_forward:1\n/proc/sys/net/core/bpf_jit_harden'
    expect(stateOf(streamOf({ sysctls: reported }))).toMatchObject({
      sysctls: { '/proc/sys/net/ipv4/ip_forward': '1' },
      closed: ['/proc/sys/net/core/bpf_jit_harden'],
    })
  })
})

describe('unreadable input', () => {
  const text = recorded('debian-12.txt')

  test('CRLF line ends and login messages do no harm', () => {
    expect(stateOf(`Welcome!\r\n${text.replaceAll('\n', '\r\n')}`)).toEqual(stateOf(text))
  })

  test('is rejected if truncated anywhere', () => {
    const whole = text.trimEnd()
    expect(problemsOf(whole)).toEqual([])
    const cuts = Array.from({ length: Math.floor(whole.length / 17) }, (_, n) => whole.length - 1 - n * 17)
    expect(cuts.filter((length) => problemsOf(whole.slice(0, length)).length === 0)).toEqual([])
  })

  test.for([
    ['something else', 'hello', [/not the output of the line/]],
    ['nothing', '', [/not the output of the line/]],
    [
      'cut off between sections',
      text.slice(0, text.indexOf(`${MARK}links`)),
      [/lacks the sections: links, sysctls/, /is truncated/],
    ],
    [
      'cut off in JSON',
      text.slice(0, text.indexOf('"addr_info"')),
      [/lacks the sections: sysctls/, /is truncated/, /links: no JSON/],
    ],
    ['of Busybox', recorded('busybox.txt'), [/^the host’s `ip` is not iproute2’s, .*Busybox’s/]],
    ['where ip failed', streamOf({ 'rules inet': '' }), [/no IPv4 rule/]],
    ['where ip failed at the links', streamOf({ links: '' }), [/no link, and every host has lo/]],
    ['where nothing reads /proc/sys', streamOf({ sysctls: '' }), [/no sysctl/]],
    [
      'of two hosts, one behind the other',
      `${text}\n${recorded('debian-13.txt')}`,
      [
        /these sections twice: program, rules inet, rules inet6, routes inet, .*, end; collect one host at a time$/,
      ],
    ],
    [
      'a rule from the future',
      streamOf({ 'rules inet6': '[{"priority":5,"src":"all"}]' }),
      [/rules inet6: not understood: \{"priority":5/],
    ],
  ] as const)('%s', ([, stream, problems]) => {
    const found = problemsOf(stream)
    expect(found.length).toBeGreaterThan(0)
    for (const [index, problem] of problems.entries()) expect(found[index] ?? '').toMatch(problem)
  })
})

describe('the collecting line', () => {
  test('is one line without apostrophes, and changes nothing', () => {
    expect(gatherLine()).not.toMatch(/['\n$]/)
    expect(gatherLine().match(/\bip .*?show/g)).toHaveLength(5)
  })

  test('adds the plan’s sysctls outside of net', () => {
    const { plan } = planOf(`
links: { eth0: { addresses: [192.0.2.10/24] } }
gateways: { uplink: { link: eth0, via: 192.0.2.1 } }
sysctls: { kernel.panic: 10, net.core.somaxconn: 1024, net/ipv4/conf/eth0.7/rp_filter: 0 }
sysctls-beyond-net: [kernel.panic]
`)
    expect(gatherLine(plan)).toContain('grep -rs . /proc/sys/net /proc/sys/kernel/panic |')
  })
})
