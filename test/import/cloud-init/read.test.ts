// Network configuration of cloud-init as clouds and people write it.
import { describe, expect, it } from 'vitest'
import { cloudInitReader } from '../../../src/import/cloud-init/read.js'
import { foundLines } from '../../found/commands/read-commands.js'
import { readFiles } from '../../found/round-trip/units.js'

const SEED = '/var/lib/cloud/seed/nocloud/network-config'
const CFG = '/etc/cloud/cloud.cfg.d'

const read = (files: string | Readonly<Record<string, string>>) =>
  readFiles(new Map(Object.entries(typeof files === 'string' ? { [SEED]: files } : files)), [cloudInitReader])

const lines = (files: Parameters<typeof read>[0]): readonly string[] =>
  foundLines(read(files)).filter((line) => /^(?:link|address|route|rule) /.test(line))

const problems = (files: Parameters<typeof read>[0]): readonly string[] =>
  read(files).problems.map(
    ({ kind, place, why }) => `${kind} ${place.file.split('/').at(-1) ?? ''}:${place.line}: ${why}`,
  )

describe('version 1', () => {
  it('has cards with subnets, masks, gateways and routes', () => {
    const { links } = read(
      'version: 1\nconfig:\n- type: physical\n  name: eth0\n  mac_address: "02:00:00:00:00:01"\n  mtu: 1400\n  subnets:\n  - {type: static, address: 192.0.2.10, netmask: 255.255.255.0, gateway: 192.0.2.1, dns_nameservers: [192.0.2.53]}\n',
    )
    expect(links[0]).toMatchObject({ name: 'eth0', mtu: 1400, managed: true })
    expect(links[0]?.nameservers.map(({ text }) => text)).toEqual(['192.0.2.53'])
    expect(
      lines(
        'version: 1\nconfig:\n- type: physical\n  name: eth0\n  subnets:\n  - type: static\n    address: 192.0.2.10/24\n    gateway: 192.0.2.1\n    metric: 50\n    routes:\n    - {network: 10.0.0.0, netmask: 255.0.0.0, gateway: 192.0.2.2}\n    - {destination: 172.16.0.0/12, gateway: 192.0.2.3, metric: 7}\n  - {type: static6, address: "2001:db8::10/64", gateway: "2001:db8:1::1"}\n',
      ),
    ).toEqual([
      'link eth0',
      'address 192.0.2.10/24 dev eth0',
      'address 2001:db8::10/64 dev eth0',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 metric 50',
      'route -4 10.0.0.0/8 via 192.0.2.2 dev eth0 metric 50',
      'route -4 172.16.0.0/12 via 192.0.2.3 dev eth0 metric 7',
      'route -6 ::/0 via 2001:db8:1::1 dev eth0 onlink',
    ])
  })

  it('has bonds, bridges and VLANs, and ports without an entry', () => {
    const { links } = read(
      'version: 1\nconfig:\n- {type: bond, name: bond0, bond_interfaces: [eth0, eth1], params: {bond-mode: 4, bond_miimon: 100, bond-lacp-rate: 1, bond-downdelay: 0}, subnets: [{type: dhcp}]}\n- {type: bridge, name: br0, bridge_interfaces: [eth2], params: {bridge_stp: "off", bridge_fd: 0}}\n- {type: vlan, name: bond0.7, vlan_link: bond0, vlan_id: 7, subnets: [{type: manual}]}\n',
    )
    expect(Object.fromEntries(links.map(({ name, virtual }) => [name, virtual]))).toEqual({
      bond0: { kind: 'bond', mode: '802.3ad', miimon: 100, lacpRate: 'fast', links: ['eth0', 'eth1'] },
      br0: { kind: 'bridge', links: ['eth2'], stp: false, forwardDelay: 0 },
      'bond0.7': { kind: 'vlan', id: 7, link: 'bond0' },
      eth0: undefined,
      eth1: undefined,
      eth2: undefined,
    })
    expect(links.find(({ name }) => name === 'bond0')?.dhcp4).toBe(true)
  })

  it('has routes and name servers of the host', () => {
    const text =
      'version: 1\nconfig:\n- {type: physical, name: eth0, subnets: [{type: static, address: 192.0.2.10/24}]}\n- {type: nameserver, address: [192.0.2.53], search: [example.net]}\n- {type: route, destination: 10.0.0.0/8, gateway: 192.0.2.2, metric: 3}\n- {type: loopback, name: lo}\n- {type: infiniband, name: ib0}\n'
    expect(lines(text).at(-1)).toBe('route -4 10.0.0.0/8 via 192.0.2.2 metric 3')
    const [link] = read(text).links
    expect([...(link?.nameservers ?? []).map((one) => one.text), ...(link?.search ?? [])]).toEqual([
      '192.0.2.53',
      'example.net',
    ])
    expect(problems(text)).toEqual([
      'without-effect network-config:6: the loopback is there without a configuration',
      'unknown network-config:7: multihome does not create links of type infiniband',
    ])
  })

  it('is reported where it is not understood', () => {
    expect(
      problems(
        'version: 1\nconfig:\n- {type: physical, name: eth0, speed: 10, subnets: [{type: static}, {type: bootp}, {type: static, address: 192.0.2.1/24, routes: [{network: x}]}, 7]}\n- x\n',
      ).map((text) => text.split(':').slice(0, 2).join(':')),
    ).toEqual([
      'unknown network-config:4',
      'unknown network-config:3',
      'unknown network-config:3',
      'unknown network-config:3',
      'unknown network-config:3',
      'unknown network-config:3',
    ])
    expect(problems('version: 3\n')).toEqual(['unknown network-config:1: cloud-init knows versions 1 and 2'])
    expect(problems('version: 1\nconfig: x\n')[0]).toContain('version 1 has a list `config`')
  })
})

describe('version 2', () => {
  it('is that of netplan, with or without `network`', () => {
    const text =
      'version: 2\nethernets:\n  id0:\n    match: {macaddress: "02:00:00:00:00:01"}\n    set-name: eth0\n    addresses: [192.0.2.10/24]\n    gateway4: 192.0.2.1\n'
    const expected = [
      'link eth0',
      'address 192.0.2.10/24 dev eth0',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0',
    ]
    expect(lines(text)).toEqual(expected)
    expect(lines({ [`${CFG}/99-net.cfg`]: `network:\n${text.replace(/^(?=.)/gm, '  ')}` })).toEqual(expected)
  })
})

describe('the files', () => {
  const one = (address: string): string =>
    `network:\n  version: 2\n  ethernets: {eth0: {addresses: [${address}], accept-ra: false}}\n`

  it('count by their names, the last one alone, before a seed', () => {
    const files = {
      [`${CFG}/10-a.cfg`]: one('192.0.2.1/24'),
      [`${CFG}/90-b.cfg`]: one('192.0.2.2/24'),
      [SEED]: one('192.0.2.3/24'),
    }
    expect(lines(files)).toEqual(['link eth0', 'address 192.0.2.2/24 dev eth0'])
    expect(problems(files)).toEqual([
      'without-effect 10-a.cfg:1: /etc/cloud/cloud.cfg.d/90-b.cfg replaces it',
      'without-effect network-config:1: /etc/cloud/cloud.cfg.d/90-b.cfg counts before it',
    ])
  })

  it('have no effect once they are disabled or rendered', () => {
    const disabled = { [`${CFG}/99-off.cfg`]: 'network: {config: disabled}\n', [SEED]: one('192.0.2.3/24') }
    expect(lines(disabled)).toEqual([])
    expect(problems(disabled).map((text) => text.split(':')[0] ?? '')).toEqual([
      'without-effect 99-off.cfg',
      'without-effect network-config',
    ])
    const rendered = { [`${CFG}/90-b.cfg`]: one('192.0.2.2/24'), '/etc/netplan/50-cloud-init.yaml': '' }
    expect(lines(rendered)).toEqual([])
    expect(problems(rendered)).toEqual([
      'without-effect 90-b.cfg:1: cloud-init has rendered it into /etc/netplan/50-cloud-init.yaml',
    ])
  })

  it('have commands that run at boot, or at the first boot only', () => {
    const text =
      '#cloud-config\npackages: [curl]\nbootcmd:\n- ip route add 10.0.0.0/8 via 192.0.2.1 dev eth0\n- [ip, rule, add, from, 192.0.2.9, lookup, "7"]\n- echo done\n- ip route add $NET via 192.0.2.1\nruncmd:\n- ip rule add from 192.0.2.1 lookup 5\nnetwork: {version: 2}\n'
    expect(
      lines({ '/var/lib/cloud/seed/nocloud/user-data': text }).filter((line) => /^r/.test(line)),
    ).toEqual(['route -4 10.0.0.0/8 via 192.0.2.1 dev eth0', 'rule -4 from 192.0.2.9 lookup 7'])
    expect(problems({ '/x/user-data': text })).toEqual([
      'unknown user-data:7: the command is not understood',
      'unknown user-data:9: the command runs at the first boot only',
      'unknown user-data:10: cloud-init takes no network configuration from user data',
    ])
    expect(problems({ '/x/user-data': '#!/bin/sh\nip route flush table main\n' })).toEqual([])
  })
})
