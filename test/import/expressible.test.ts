import { describe, expect, it } from 'vitest'
import { importTree } from '../../src/import/import.js'

describe('a route in the table of a VRF, which no description has', () => {
  const files = (more: string) =>
    new Map([
      ['/etc/systemd/network/10-mgmt.netdev', '[NetDev]\nName=mgmt\nKind=vrf\n[VRF]\nTable=1000\n'],
      [
        '/etc/systemd/network/20-eth0.network',
        '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1\nIPv6AcceptRA=no\n',
      ],
      [
        '/etc/systemd/network/30-eth1.network',
        `[Match]\nName=eth1\n[Network]\nVRF=mgmt\nAddress=198.51.100.10/24\nIPv6AcceptRA=no\n${more}`,
      ],
    ])
  const unknown = (more: string) => {
    const { problems, comparison } = importTree(files(more))
    return {
      lines: problems.filter(({ kind }) => kind === 'unknown').map(({ place }) => place.line),
      differences: comparison?.differences
        .filter(({ kind }) => kind === 'packets' || kind === 'routes')
        .map(({ change, what }) => `${change} ${what}`),
    }
  }

  it('is a problem with its line; beside it there is only what a VRF has in a description', () => {
    expect(unknown('[Route]\nDestination=10.0.0.0/8\nGateway=198.51.100.1\nTable=1000\n')).toEqual({
      lines: [7],
      differences: [
        'changed 4 sets of packets',
        'added route unreachable default table 1000 metric 2000000000',
        'added route -6 unreachable default table 1000 metric 2000000000',
      ],
    })
  })

  it('keeps packets in the VRF as the reject route of the description does, if it is the default route', () => {
    const own =
      '[Route]\nGateway=198.51.100.1\nTable=1000\n[Route]\nDestination=::/0\nType=unreachable\nTable=1000\n'
    expect(unknown(own)).toEqual({ lines: [7], differences: [] })
  })
})

describe('a setting that the compiler refuses', () => {
  it('is a problem, and the rest of the files is described and proven', () => {
    const files = new Map([
      [
        '/etc/network/interfaces',
        'auto bond0\niface bond0 inet static\n  address 192.0.2.10/24\n  bond-slaves eth0 eth1\n  bond-mode 802.3ad\n  bond-primary eth0\n',
      ],
      ['/etc/sysctl.d/local.conf', 'net.ipv4.ip_forward = 1;\n'],
    ])
    const { problems, diagnostics, comparison, description } = importTree(files)
    expect(problems.map(({ place, why }) => `${place.file}:${place.line} ${why}`)).toEqual([
      expect.stringMatching(/interfaces:\d `primary` has an effect only with/),
      expect.stringMatching(/local\.conf:1 `1;` is not a sysctl/),
    ])
    expect(diagnostics).toEqual([])
    expect(comparison?.difference.reroutes).toEqual([])
    expect(description).not.toMatch(/primary|sysctls/)
  })
})

describe('a forward delay of a bridge without STP', () => {
  it('has no effect, so the description has none', () => {
    const files = new Map([
      [
        '/etc/netplan/01.yaml',
        'network: { version: 2, ethernets: { eth0: {} }, bridges: { br0: { interfaces: [eth0], accept-ra: false, addresses: [192.0.2.10/24], parameters: { stp: false, forward-delay: 0 } } } }\n',
      ],
    ])
    const { description, diagnostics, comparison } = importTree(files)
    expect(description).toContain('bridge: { links: [eth0] }')
    expect({ diagnostics, differences: comparison?.differences }).toEqual({
      diagnostics: [],
      differences: [],
    })
  })
})
