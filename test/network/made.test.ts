import { describe, expect, it } from 'vitest'
import { decode } from '../../src/description/decode.js'
import { createReporter } from '../../src/diagnostics/reporter.js'
import { resolve } from '../../src/network/resolve.js'
import { parseYaml } from '../../src/yaml/source.js'

function linksOf(text: string) {
  const reporter = createReporter()
  const description = decode(parseYaml(`version: 1\nlinks:\n${text}`, 'host.yaml'), reporter)
  const network = description === undefined ? undefined : resolve(description, reporter)
  return {
    links: new Map([...(network?.links ?? [])].map(([name, link]) => [name as string, link])),
    codes: reporter.diagnostics.map(({ code }) => code),
  }
}

describe('virtual links', () => {
  it('have their lower links in any order, and members have their master', () => {
    const { links, codes } = linksOf(`
  br0: { bridge: { links: [bond0.7] } }
  bond0.7: { vlan: { id: 7, link: bond0 } }
  bond0: { bond: { mode: active-backup, links: [eth0, eth1], primary: eth1 } }
  eth0: {}
  eth1: {}
`)
    expect(codes).toEqual([])
    expect(links.get('br0')?.virtual).toEqual({ kind: 'bridge', links: ['bond0.7'], stp: false })
    expect(links.get('bond0.7')?.virtual).toEqual({ kind: 'vlan', id: 7, link: 'bond0' })
    expect(links.get('bond0.7')?.master).toEqual({ link: 'br0', kind: 'bridge' })
    expect(links.get('bond0')?.virtual).toMatchObject({ mode: 'active-backup', miimon: 100, primary: 'eth1' })
    expect(links.get('bond0')?.master).toBeUndefined()
    expect(links.get('eth0')?.master).toEqual({ link: 'bond0', kind: 'bond' })
  })

  it('may be described if another program creates them', () => {
    const { links, codes } = linksOf(`
  eth0: { manage: routing }
  br0: { manage: routing, bridge: { links: [eth0] }, addresses: [192.0.2.10/24] }
`)
    expect(codes).toEqual([])
    expect(links.get('br0')).toMatchObject({ manage: 'routing', virtual: { kind: 'bridge' } })
  })

  it('may be a VLAN of ours on a link with addresses, or another program’s on a link of ours', () => {
    expect(
      linksOf(`
  eth0: { addresses: [192.0.2.10/24] }
  eth0.7: { vlan: { id: 7, link: eth0 } }
  eth0.8: { manage: routing, vlan: { id: 8, link: eth0 } }
`).codes,
    ).toEqual([])
  })

  it('report a cycle once', () => {
    const { codes } = linksOf(`
  a0: { vlan: { id: 7, link: b0 } }
  b0: { bridge: { links: [c0] } }
  c0: { bond: { mode: 802.3ad, links: [a0] } }
  d0: { vlan: { id: 8, link: c0 } }
`)
    expect(codes).toEqual(['link-made-of-itself'])
  })
})

describe('a VRF', () => {
  const host = (more: string) =>
    linksOf(`
  wan0: { addresses: [192.0.2.10/24] }
  mgmt0: { addresses: [10.99.0.10/24] }
  mgmt: { vrf: { table: 99, links: [mgmt0] } }
gateways:
  fiber: { link: wan0, via: 192.0.2.1 }
${more}`)

  it('keeps its members’ addresses', () => {
    const { links, codes } = host('')
    expect(codes).toEqual([])
    expect(links.get('mgmt0')).toMatchObject({ master: { link: 'mgmt', kind: 'vrf' } })
    expect(links.get('mgmt0')?.addresses).toHaveLength(1)
  })

  it('has a table of its own', () => {
    expect(host('tables:\n  own: { id: 99 }\n').codes).toContain('table-taken')
  })
})
