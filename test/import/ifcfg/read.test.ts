import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import type { Found } from '../../../src/found/found.js'
import { ifcfgReader } from '../../../src/import/ifcfg/read.js'
import { foundLines } from '../../found/commands/read-commands.js'

const FOLDER = '/etc/sysconfig/network-scripts'

function read(files: Readonly<Record<string, string>>): Found {
  const collector = createCollector()
  const paths = Object.entries(files).map(
    ([name, text]) => [name.startsWith('/') ? name : `${FOLDER}/${name}`, text] as const,
  )
  expect(paths.filter(([path]) => !ifcfgReader.reads(path))).toEqual([])
  ifcfgReader.read(new Map(paths), collector)
  return collector.found()
}

/** Without what has no effect. */
const lines = (files: Readonly<Record<string, string>>): readonly string[] =>
  foundLines(read(files)).filter((line) => !line.includes('without-effect'))

describe('cards', () => {
  it('reads a file of RHEL 7', () => {
    expect(
      lines({
        'ifcfg-eth0': `TYPE="Ethernet"
BOOTPROTO="none"
DEFROUTE="yes"
IPV4_FAILURE_FATAL="no"
IPV6INIT=no
NAME="eth0"
UUID="1e4a7a5c-0b3c-4f53-9d2e-8d8a4f0b5d5e"
DEVICE="eth0"
ONBOOT="yes"
IPADDR="192.0.2.10"
PREFIX="24"
GATEWAY="192.0.2.1"
DNS1="192.0.2.53"
DOMAIN="example.org example.net"
MTU=1400
`,
      }),
    ).toEqual([
      'link eth0 mtu 1400',
      'address 192.0.2.10/24 dev eth0',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 metric 100',
    ])
  })

  it('reads old words of RHEL 6, with metrics of network-scripts', () => {
    expect(
      lines({
        'ifcfg-eth0': `# Intel Corporation 82545EM
DEVICE=eth0
HWADDR=00:16:3E:11:22:33
ONBOOT=yes
NM_CONTROLLED=no
BOOTPROTO=static
IPADDR=172.16.0.10
NETMASK=255.255.240.0
NETWORK=172.16.0.0
BROADCAST=172.16.15.255
GATEWAY=172.16.0.1
METRIC=7
USERCTL=no
`,
      }),
    ).toEqual([
      'link eth0',
      'address 172.16.0.10/20 dev eth0',
      'route -4 0.0.0.0/0 via 172.16.0.1 dev eth0 metric 7',
    ])
  })

  it('takes numbered addresses, and the length of a class', () => {
    expect(
      lines({
        'ifcfg-eth0':
          'DEVICE=eth0\nIPADDR0=192.0.2.10\nPREFIX0=24\nIPADDR1=192.0.2.11\nNETMASK1=255.255.255.0\nIPADDR2=10.0.0.5\n',
      }),
    ).toEqual([
      'link eth0',
      'address 192.0.2.10/24 dev eth0',
      'address 192.0.2.11/24 dev eth0',
      'address 10.0.0.5/8 dev eth0',
    ])
  })

  it('reads DHCP with its metric and table', () => {
    const found = read({
      'ifcfg-eth0': 'DEVICE=eth0\nBOOTPROTO=dhcp\nIPV4_ROUTE_METRIC=50\nIPV4_ROUTE_TABLE=7\nIPV6INIT=yes\n',
    })
    expect(found.links).toMatchObject([
      {
        dhcp4: true,
        acceptRa: true,
        dhcp6: false,
        leases: {
          inet: { isDefault: true, metric: 50, table: 7 },
          inet6: { isDefault: true, metric: 100, table: 254 },
        },
      },
    ])
  })

  it('reads IPv6 addresses and a gateway with its device', () => {
    expect(
      lines({
        'ifcfg-eth0':
          'DEVICE=eth0\nIPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=2001:db8::10/64\nIPV6ADDR_SECONDARIES="2001:db8::11/64 2001:db8::12"\nIPV6_DEFAULTGW=fe80::1%eth0\n',
      }),
    ).toEqual([
      'link eth0',
      'address 2001:db8::10/64 dev eth0',
      'address 2001:db8::11/64 dev eth0',
      'address 2001:db8::12/64 dev eth0',
      'route -6 ::/0 via fe80::1 dev eth0 metric 100',
    ])
  })

  it('gives the gateway of the host to the device of GATEWAYDEV', () => {
    const files = {
      'ifcfg-eth0': 'DEVICE=eth0\nIPADDR=192.0.2.10\nPREFIX=24\nGATEWAY=192.0.2.1\n',
      'ifcfg-eth1': 'DEVICE=eth1\nIPADDR=198.51.100.10\nPREFIX=24\n',
      '/etc/sysconfig/network': 'NETWORKING=yes\nHOSTNAME=x\nGATEWAYDEV=eth1\nGATEWAY=198.51.100.1\n',
    }
    expect(lines(files).filter((line) => line.startsWith('route'))).toEqual([
      'route -4 0.0.0.0/0 via 198.51.100.1 dev eth1 metric 100',
    ])
  })

  it('leaves out files that do not count', () => {
    expect(
      lines({
        'ifcfg-lo': 'DEVICE=lo\nIPADDR=127.0.0.1\n',
        'ifcfg-eth0': 'DEVICE=eth0\nONBOOT=no\nIPADDR=192.0.2.10\n',
      }),
    ).toEqual([])
    expect(ifcfgReader.reads(`${FOLDER}/ifcfg-eth0.bak`)).toBe(false)
    expect(ifcfgReader.reads(`${FOLDER}/ifup-eth`)).toBe(false)
  })

  it('reads aliases and ranges with their device', () => {
    expect(
      lines({
        'ifcfg-eth0': 'DEVICE=eth0\nIPADDR=192.0.2.10\nPREFIX=24\n',
        'ifcfg-eth0:1': 'DEVICE=eth0:1\nIPADDR=192.0.2.20\nPREFIX=24\n',
        'ifcfg-eth0-range0': 'IPADDR_START=192.0.2.30\nIPADDR_END=192.0.2.31\nPREFIX=24\nCLONENUM_START=0\n',
      }).filter((line) => line.startsWith('address')),
    ).toEqual([
      'address 192.0.2.10/24 dev eth0',
      'address 192.0.2.30/24 dev eth0',
      'address 192.0.2.31/24 dev eth0',
      'address 192.0.2.20/24 dev eth0',
    ])
  })

  it('reports what it does not understand', () => {
    const found = read({
      'ifcfg-a': 'BOOTPROTO=dhcp\nHWADDR=00:16:3E:11:22:33\n',
      'ifcfg-eth1': 'DEVICE=eth1\nMETRIC=5\nFOO=bar\nIPADDR=$(hostname -i)\n',
      'ifcfg-ib0': 'DEVICE=ib0\nTYPE=InfiniBand\n',
    })
    expect(found.problems.filter(({ kind }) => kind === 'unknown').map(({ place }) => place.text)).toEqual(
      expect.arrayContaining([
        'BOOTPROTO=dhcp',
        'METRIC=5',
        'FOO=bar',
        'IPADDR=$(hostname -i)',
        'TYPE=InfiniBand',
      ]),
    )
  })
})

describe('routes and rules', () => {
  const eth0 = 'DEVICE=eth0\nIPADDR=192.0.2.10\nPREFIX=24\n'
  const routed = (files: Readonly<Record<string, string>>) =>
    lines({ 'ifcfg-eth0': eth0, ...files }).filter((line) => /^(?:route|rule)/.test(line))

  it('reads both kinds of route files, with metrics of NetworkManager', () => {
    expect(
      routed({
        'route-eth0':
          'ADDRESS0=10.0.0.0\nNETMASK0=255.0.0.0\nGATEWAY0=192.0.2.2\nADDRESS1=172.16.0.0\nNETMASK1=255.240.0.0\nGATEWAY1=192.0.2.3\nMETRIC1=9\n',
        'route6-eth0': '# tunnel\n2001:db8:9::/48 via fe80::2 metric 5\n',
      }),
    ).toEqual([
      'route -4 10.0.0.0/8 via 192.0.2.2 dev eth0 metric 100',
      'route -4 172.16.0.0/12 via 192.0.2.3 dev eth0 metric 9',
      expect.stringContaining('route -6 2001:db8:9::/48 via fe80::2 dev eth0 metric 5'),
    ])
  })

  it('runs ip for both where a file has rules', () => {
    expect(
      routed({
        'route-eth0': '10.0.0.0/8 via 192.0.2.2\ndefault via 192.0.2.1 dev eth0 table 101\n',
        'rule-eth0': '# replies\nfrom 192.0.2.10 table 101 priority 1001\niif eth0 lookup 101 pref 1002\n',
        'rule6-eth0': 'from 2001:db8::10 table 101\n',
      }),
    ).toEqual([
      'route -4 10.0.0.0/8 via 192.0.2.2',
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 table 101',
      expect.stringContaining('rule -4 pref 1001 from 192.0.2.10 lookup 101'),
      'rule -4 pref 1002 iif eth0 lookup 101',
      expect.stringContaining('from 2001:db8::10 lookup 101'),
    ])
  })

  it('reports a table that NetworkManager ignores beside a file of rules', () => {
    const found = read({
      'ifcfg-eth0': `${eth0}GATEWAY=192.0.2.1\nIPV4_ROUTE_TABLE=7\n`,
      'rule-eth0': 'from 192.0.2.10 table 7\n',
    })
    expect(found.routes.map(({ table }) => table)).toEqual([254])
    expect(found.problems.map(({ place }) => place.text)).toEqual(['IPV4_ROUTE_TABLE=7'])
  })

  it('reads rules in the file itself', () => {
    expect(
      lines({ 'ifcfg-eth0': `${eth0}ROUTING_RULE_1="priority 5 from 192.0.2.10/32 table 101"\n` }).filter(
        (line) => line.startsWith('rule'),
      ),
    ).toEqual(['rule -4 pref 5 from 192.0.2.10 lookup 101'])
  })

  it('reads static-routes of network-scripts alone', () => {
    const file = { '/etc/sysconfig/static-routes': 'any net 10.0.0.0 netmask 255.0.0.0 gw 192.0.2.2\n' }
    expect(routed(file)).toEqual([])
    expect(
      lines({ 'ifcfg-eth0': `${eth0}NM_CONTROLLED=no\n`, ...file }).filter((line) =>
        line.startsWith('route'),
      ),
    ).toEqual([expect.stringContaining('route -4 10.0.0.0/8 via 192.0.2.2')])
  })
})

describe('virtual links', () => {
  it('reads a VLAN over a bond in a bridge', () => {
    const found = read({
      'ifcfg-eth0': 'DEVICE=eth0\nMASTER=bond0\nSLAVE=yes\nONBOOT=no\n',
      'ifcfg-eth1': 'DEVICE=eth1\nMASTER=bond0\nSLAVE=yes\n',
      'ifcfg-bond0':
        'DEVICE=bond0\nBONDING_OPTS="mode=4 miimon=50 lacp_rate=1 updelay=100"\nBOOTPROTO=none\n',
      'ifcfg-bond0.7': 'DEVICE=bond0.7\nVLAN=yes\nBRIDGE=br0\n',
      'ifcfg-br0': 'DEVICE=br0\nTYPE=Bridge\nSTP=on\nDELAY=4\nIPADDR=192.0.2.10\nPREFIX=24\n',
      'ifcfg-vlan8': 'DEVICE=vlan8\nVLAN=yes\nPHYSDEV=bond0\nBOOTPROTO=dhcp\n',
    })
    expect(found.problems.filter(({ kind }) => kind === 'unknown')).toEqual([])
    expect(found.links).toMatchObject([
      {
        name: 'bond0',
        virtual: { kind: 'bond', mode: '802.3ad', miimon: 50, lacpRate: 'fast', links: ['eth0', 'eth1'] },
      },
      { name: 'bond0.7', virtual: { kind: 'vlan', id: 7, link: 'bond0' }, managed: true },
      { name: 'br0', virtual: { kind: 'bridge', stp: true, forwardDelay: 4, links: ['bond0.7'] } },
      { name: 'eth0', managed: true },
      { name: 'eth1' },
      { name: 'vlan8', virtual: { kind: 'vlan', id: 8, link: 'bond0' }, leases: { inet: { metric: 400 } } },
    ])
  })
})
