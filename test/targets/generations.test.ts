// What each Debian generation and each kernel lacks: it is reported for every stack, and never a surprise.
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/compile.js'
import { targets } from '../../src/targets/index.js'
import { platforms } from '../boot/host/platforms.js'
import { descriptionFor, settingsFor } from '../boot/host/rendering.js'

const host = `version: 1
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  eth1: { addresses: [198.51.100.10/24, '2001:db8:b::10/64'] }
gateways:
  fiber: { link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }
  cable: { link: eth1, via: [198.51.100.1, '2001:db8:b::1'] }
default: fiber
`
const rule = (text: string): string => `${host}rules: [{ ${text} }]\n`
const alone = (text: string): string => `version: 1\n${text}\n`

/** A host for each feature that a generation lacks. */
const cases = {
  'two gateways': host,
  'rule: dscp': rule('dscp: ef, gateway: cable'),
  'rule: dscp 0, IPv6': rule('dscp: 0, from: 2001:db8:c::/48, gateway: cable'),
  'rule: uidrange': rule('uidrange: 1000-1999, gateway: cable'),
  'rule: ipproto, ports': rule('ipproto: tcp, dport: 25, gateway: cable'),
  'rule: else unreachable': rule('from: 10.0.0.0/8, gateway: cable, else: unreachable'),
  'rule: fwmark 0': rule('fwmark: 0/0xff, iif: lo, gateway: cable'),
  'fail-closed': host.replace("'2001:db8:b::1'] }", "'2001:db8:b::1'], fail-closed: true }"),
  balance: host.replace('default: fiber', 'default: { balance: [fiber, cable] }'),
  'route: throw': `${host}tables: { t: { id: 300, routes: [{ to: 10.9.0.0/16, type: throw }] } }\nrules: [{ from: 10.0.0.0/8, table: t }]\n`,
  'advertised router': alone(
    'links: { eth0: { accept-ra: true } }\ngateways: { up: { link: eth0, via: lease } }\ndefault: up',
  ),
  'advertisement without its router': alone('links: { eth0: { accept-ra: true } }'),
  'lease apart from main': alone(
    'links: { eth0: { addresses: [192.0.2.10/24] }, eth1: { dhcp4: true } }\ngateways: { up: { link: eth0, via: 192.0.2.1 }, vpn: { link: eth1, via: lease } }\ndefault: up',
  ),
  vlan: alone('links: { eth0: {}, v: { vlan: { id: 7, link: eth0 }, addresses: [10.7.0.1/24], mtu: 1400 } }'),
  vrf: alone('links: { eth0: {}, v: { vrf: { table: 99, links: [eth0] } } }'),
  'vrf with mtu': alone('links: { eth0: {}, v: { vrf: { table: 99, links: [eth0] }, mtu: 1400 } }'),
  'vrf with a route': alone(
    'links: { eth0: { addresses: [10.7.0.1/24] }, v: { vrf: { table: 99, links: [eth0] } } }\nroutes: [{ to: 10.8.0.0/16, link: v }]',
  ),
  'sysctl: custom hash': `${host}sysctls: { net.ipv4.fib_multipath_hash_policy: 3 }\n`,
}

/** Code → the stacks with it, each with its Debians: `nm-keyfile 12 11`. */
function lacksOf(text: string): Readonly<Record<string, string>> {
  const found = new Map<string, Map<string, number[]>>()
  for (const platform of platforms) {
    const { target } = settingsFor(platform)
    const only = targets.filter(({ id }) => id === target)
    const { diagnostics } = compile(descriptionFor(text, platform), { targets: only })
    const codes = new Set(diagnostics.filter((one) => one.target !== undefined).map(({ code }) => code))
    for (const code of codes) {
      const stacks = found.get(code) ?? new Map<string, number[]>()
      stacks.set(platform.stack, [...(stacks.get(platform.stack) ?? []), platform.debian])
      found.set(code, stacks)
    }
  }
  return Object.fromEntries(
    [...found].map(([code, stacks]) => [
      code,
      [...stacks].map(([stack, debians]) => `${stack} ${debians.join(' ')}`).join(', '),
    ]),
  )
}

/** Codes that are not here are reported by no stack. */
const expected: Readonly<Record<keyof typeof cases, Readonly<Record<string, string>>>> = {
  'two gateways': {
    'feature-version': 'nm-keyfile 11',
  },
  'rule: dscp': {
    'feature-unsupported': 'networkd 13 12 11, netplan 13 12 11, nm-keyfile 13 12 11',
    'host-version': 'netplan-nm 12 11, nm-dispatcher 12 11, ifupdown 12 11, ifupdown2 12 11, ifupdown-ng 12',
    'host-version-assumed':
      'netplan-nm 12 11, nm-dispatcher 12 11, ifupdown 12 11, ifupdown-ng 12, iproute2 12 11',
    'feature-version': 'iproute2 12 11, nm-keyfile 11',
  },
  'rule: dscp 0, IPv6': {
    'feature-unsupported': 'networkd 13 12 11, netplan 13 12 11, nm-keyfile 13 12 11',
    'host-version': 'netplan-nm 12 11, nm-dispatcher 12 11, ifupdown 12 11, ifupdown2 12 11, ifupdown-ng 12',
    'host-version-assumed':
      'netplan-nm 13 12 11, nm-dispatcher 13 12 11, ifupdown 13 12 11, ifupdown2 13 12 11, ifupdown-ng 13 12, iproute2 13 12 11',
    'feature-version': 'iproute2 12 11, nm-keyfile 11',
  },
  'rule: uidrange': {
    'feature-version': 'nm-keyfile 11',
  },
  'rule: ipproto, ports': {
    'feature-version': 'nm-keyfile 11',
  },
  'rule: else unreachable': {
    'feature-version': 'networkd 11, nm-keyfile 11',
    'feature-unsupported': 'netplan 11',
  },
  'rule: fwmark 0': {
    'feature-version': 'networkd 12 11, nm-keyfile 11',
    'feature-unsupported': 'netplan 12 11',
  },
  'fail-closed': {
    'feature-version': 'nm-keyfile 11',
  },
  balance: {
    'feature-version': 'nm-keyfile 11',
  },
  'route: throw': {
    'feature-version': 'nm-keyfile 11',
  },
  'advertised router': {
    'feature-partial':
      'netplan-nm 13 12 11, nm-dispatcher 13 12 11, nm-keyfile 13 12 11, networkd 11, netplan 11',
    'feature-version': 'netplan-nm 11',
    'host-version-assumed': 'ifupdown 11, iproute2 11',
  },
  'advertisement without its router': {
    'value-unsupported': 'networkd 11, netplan 11',
    'feature-partial':
      'netplan-nm 13 12 11, nm-dispatcher 13 12 11, nm-keyfile 13 12 11, networkd 11, netplan 11',
    'feature-version': 'netplan-nm 11',
  },
  'lease apart from main': {
    'feature-partial': 'netplan-nm 13 12 11, nm-dispatcher 13 12 11, nm-keyfile 13 12 11, iproute2 13 12 11',
    'feature-version': 'netplan-nm 11, nm-keyfile 11',
  },
  vlan: {
    'value-unsupported': 'netplan-nm 11',
  },
  vrf: {
    'feature-version': 'netplan 11, netplan-nm 11, nm-keyfile 11',
  },
  'vrf with mtu': {
    'value-unsupported': 'netplan 12 11, netplan-nm 12 11',
    'feature-version': 'netplan 11, netplan-nm 11, nm-keyfile 11',
  },
  'vrf with a route': {
    'value-unsupported': 'nm-keyfile 13 12, netplan 12 11',
    'feature-version': 'netplan 11, netplan-nm 11, nm-keyfile 11',
  },
  'sysctl: custom hash': {
    'host-version-assumed':
      'networkd 11, netplan 11, netplan-nm 11, nm-dispatcher 11, nm-keyfile 11, ifupdown 11, iproute2 11',
    'feature-version': 'nm-keyfile 11',
  },
}

test.each(Object.entries(cases))('%s', (name, text) => {
  expect(lacksOf(text)).toEqual(expected[name as keyof typeof cases])
})

describe('a kernel that the settings name', () => {
  const everything = `${host.replace('default: fiber', 'default: { balance: [fiber, cable] }')}
sysctls: { net.ipv4.fib_multipath_hash_seed: 7 }
rules:
  - { uidrange: 1000-1999, gateway: cable }
  - { dscp: ef, gateway: cable }
  - { dscp: 0, from: 2001:db8:c::/48, gateway: cable }
`
  const errorsOn = (linux: string): readonly string[] =>
    compile(`${everything}targets: { ifupdown: { linux: '${linux}' } }\n`).diagnostics.flatMap(
      ({ code, message }) => (code === 'host-version' ? [/: (.*), and/.exec(message)?.[1] ?? message] : []),
    )

  const seed = 'net.ipv4.fib_multipath_hash_seed needs Linux 6.11'
  const zero = 'IPv6 rule: dscp 0, which matched every packet before needs Linux 6.15'
  const dscp = 'rule: dscp needs Linux 6.12'
  test.each([
    ['6.18', []],
    ['6.12', [zero]],
    ['6.1', [seed, dscp, zero]],
    ['5.10', [seed, dscp, zero]],
  ])('Linux %s', (linux, errors) => {
    expect(errorsOn(linux).toSorted()).toEqual(errors.toSorted())
  })

  test('an old one lacks what every Debian has', () => {
    expect(errorsOn('4.9')).toContain('rule: uidrange needs Linux 4.10')
    expect(errorsOn('4.10')).not.toContain('rule: uidrange needs Linux 4.10')
  })

  test('is the same for a stack that calls no `ip`, and iproute2 is of no interest to it', () => {
    const text = `${host}sysctls: { net.ipv4.fib_multipath_hash_fields: 7 }\n`
    const codes = (settings: string): readonly string[] =>
      compile(`${text}targets: { networkd: { ${settings} } }\n`).diagnostics.map(({ code }) => code)
    expect(codes("linux: '5.10', iproute2: '3.0'")).toEqual(['host-version'])
    expect(codes("linux: '5.14', iproute2: '3.0'")).toEqual([])
  })
})
