// Router advertisements that a stack accepts where no line of the files mentions them.
import { describe, expect, it } from 'vitest'
import { importTree, type ImportOptions } from '../../src/import/import.js'
import type { LinkName } from '../../src/kernel/link.js'

const netplan = (links: string, options?: ImportOptions) =>
  importTree(
    new Map([['/etc/netplan/01.yaml', `network:\n  version: 2\n  ethernets:\n    ${links}\n`]]),
    options,
  )
const STATIC = 'eth0: {addresses: [192.0.2.10/24], gateway4: 192.0.2.1}'
const advertised: ReadonlySet<LinkName> = new Set(['eth0' as LinkName])

const lost = ({ comparison }: ReturnType<typeof importTree>) =>
  comparison?.differences.filter(({ kind }) => kind === 'accept-ra').map(({ what }) => what)

describe('a link with a static IPv4 address, where netplan accepts advertisements by default', () => {
  it('has no gateway by advertisements, and the difference has a kind of its own with a reason', () => {
    const imported = netplan(STATIC)
    expect(imported.description).not.toMatch(/accept-ra|lease/)
    expect(imported.comparison?.differences.filter(({ kind }) => kind === 'accept-ra')).toEqual([
      {
        kind: 'accept-ra',
        change: 'added',
        what: 'sysctl net.ipv6.conf.eth0.accept_ra = 0',
        why: 'no line mentions them, and eth0 accepts them by default; to keep them: `accept-ra: true`, and `via: lease` for their router',
      },
    ])
  })

  it('says the same as interfaces(5), where the kernel accepts them by default', () => {
    const interfaces = importTree(
      new Map([
        [
          '/etc/network/interfaces',
          'auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  gateway 192.0.2.1\n',
        ],
      ]),
    )
    expect(netplan(STATIC).description).toBe(interfaces.description)
    expect(lost(netplan(STATIC))).toEqual(lost(interfaces))
  })

  it('keeps them if the running host has a default route of one', () => {
    const { description, comparison } = netplan(STATIC, { advertised })
    expect(description).toContain('accept-ra: true')
    expect(description).toContain('via: [lease, 192.0.2.1]')
    expect(comparison?.differences.filter(({ kind }) => kind === 'accept-ra')).toEqual([])
  })

  it.each([
    ['accept-ra', 'eth0: {addresses: [192.0.2.10/24], accept-ra: true}'],
    ['privacy', 'eth0: {addresses: [192.0.2.10/24], ipv6-privacy: true}'],
    ['DHCPv4', 'eth0: {addresses: [192.0.2.10/24], dhcp4: true}'],
    ['DHCPv6', 'eth0: {addresses: [192.0.2.10/24], dhcp6: true}'],
    ['a static IPv6 address without a router', 'eth0: {addresses: [2001:db8::10/64]}'],
    ['no address on any link', 'eth0: {optional: true}'],
  ])('keeps them with %s', (_, link) => {
    const imported = netplan(link)
    expect(imported.description).toContain('accept-ra: true')
    expect(lost(imported)).toEqual([])
  })

  it('keeps none for a static IPv6 address with a static router', () => {
    const { description } = netplan('eth0: {addresses: [2001:db8::10/64], gateway6: 2001:db8::1}')
    expect(description).not.toMatch(/accept-ra|lease/)
  })
})

describe('a link whose kernel accepts advertisements by default', () => {
  it('keeps them if the running host has a default route of one', () => {
    const text = 'auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  gateway 192.0.2.1\n'
    const { description } = importTree(new Map([['/etc/network/interfaces', text]]), { advertised })
    expect(description).toContain('accept-ra: true')
    expect(description).toContain('via: [lease, 192.0.2.1]')
  })
})

describe('a profile of NetworkManager without a section for IPv6', () => {
  it('accepts none, since no line mentions them', () => {
    const text =
      '[connection]\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=manual\naddress1=192.0.2.10/24\n'
    const profile = (more: string) =>
      importTree(new Map([['/etc/NetworkManager/system-connections/eth0.nmconnection', text + more]]))
    expect(profile('').description).not.toContain('accept-ra')
    expect(lost(profile(''))).toEqual(['sysctl net.ipv6.conf.eth0.accept_ra = 0'])
    expect(profile('[ipv6]\nmethod=auto\n').description).toContain('accept-ra: true')
  })
})

describe('a port of a bridge', () => {
  it('takes no advertisements, so that none are lost', () => {
    const text =
      'auto br0\niface br0 inet static\n  address 192.0.2.10/24\n  bridge_ports eth0\n  bridge_stp off\n'
    expect(lost(importTree(new Map([['/etc/network/interfaces', text]])))).toEqual([
      'sysctl net.ipv6.conf.br0.accept_ra = 0',
    ])
  })
})
