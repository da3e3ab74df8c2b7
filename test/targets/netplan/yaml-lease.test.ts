// Leases of a link with networkd: settings in the YAML and in the drop-in, none in both.
import { describe, expect, it } from 'vitest'
import { RT_TABLE_MAIN, type TableId } from '../../../src/kernel/table.js'
import type { PlannedLink } from '../../../src/plan/plan.js'
import { features } from '../../../src/plan/features.js'
import type { LeasedDefault, LinkLease } from '../../../src/targets/shared/lease/settings.js'
import { capabilities } from '../../../src/targets/netplan/capabilities.js'
import { readSettings } from '../../../src/targets/netplan/settings.js'
import { beyondYaml, leaseLines } from '../../../src/targets/netplan/yaml-lease.js'
import { plainLink } from '../../helpers/parse-ip.js'

const main: LeasedDefault = { kind: 'main', metric: 200, table: RT_TABLE_MAIN, routes: false }
const apart: LeasedDefault = { kind: 'table', table: 102, routes: false }
const nobody: LeasedDefault = { kind: 'none' }
const plain = plainLink('wan1', [])

function said(lease: Partial<LinkLease>, version: string, link: PlannedLink = plain) {
  const whole = { dhcp4: false, dhcp6: false, acceptRa: false, inet: nobody, inet6: nobody, ...lease }
  const settings = readSettings({ version })
  return {
    yaml: leaseLines(link, whole, settings),
    besides: beyondYaml(link, whole, settings).flatMap(({ name, entries }) =>
      entries.map(({ key, value }) => `${name}.${key}=${value}`),
    ),
  }
}

const servers = ['DHCPv4.RoutesToDNS=no', 'DHCPv4.RoutesToNTP=no']
const routerOnly = ['DHCPv4.UseRoutes=no', 'DHCPv4.UseGateway=yes']

describe('leases in the YAML', () => {
  it('disable advertisements on a link without a lease', () => {
    expect(leaseLines(plain, undefined, readSettings({}))).toEqual(['accept-ra: false'])
  })

  it('leave a VRF without keys of links before netplan 0.107, which refuses the whole file for one', () => {
    const vrf = { ...plain, virtual: { kind: 'vrf', table: 99 as TableId, links: [plain.name] } } as const
    const lines = ['0.106', '0.107'].map((version) => leaseLines(vrf, undefined, readSettings({ version })))
    expect(lines).toEqual([[], ['accept-ra: false']])
  })

  it.each<[string, LeasedDefault, string, readonly string[]]>([
    ['main', main, 'dhcp4-overrides: {route-metric: 200}', [...routerOnly, ...servers]],
    [
      'the table of its gateway',
      apart,
      'dhcp4-overrides: {route-metric: 0}',
      ['DHCPv4.RouteTable=102', ...routerOnly, ...servers],
    ],
    ['nowhere', nobody, 'dhcp4-overrides: {use-routes: false}', servers],
  ])('use the router of DHCPv4 in %s', (_, inet, overrides, besides) => {
    expect(said({ dhcp4: true, inet }, '1.1.2')).toEqual({
      yaml: ['dhcp4: true', overrides, 'accept-ra: false'],
      besides,
    })
  })

  it('have the same overrides for both clients, since netplan rejects different ones', () => {
    const { yaml } = said({ dhcp4: true, dhcp6: true, acceptRa: true, inet: main, inet6: main }, '1.1.2')
    expect(yaml).toContain('dhcp4-overrides: {route-metric: 200}')
    expect(yaml).toContain('dhcp6-overrides: {route-metric: 200}')
  })

  it('have a table for advertisements since 1.1', () => {
    const lease: Partial<LinkLease> = { acceptRa: true, inet6: apart }
    expect(said(lease, '1.1')).toEqual({
      yaml: ['accept-ra: true', 'ra-overrides: {table: 102}'],
      besides: [
        'IPv6AcceptRA.RouteMetric=1024',
        'IPv6AcceptRA.UseRoutePrefix=no',
        'IPv6AcceptRA.DHCPv6Client=no',
      ],
    })
    expect(said(lease, '0.106')).toEqual({
      yaml: ['accept-ra: true'],
      besides: [
        'IPv6AcceptRA.RouteTable=102',
        'IPv6AcceptRA.RouteMetric=1024',
        'IPv6AcceptRA.UseRoutePrefix=no',
        'IPv6AcceptRA.DHCPv6Client=no',
      ],
    })
  })

  it('do not change the MTU if it is static', () => {
    const { yaml } = said({ dhcp4: true, inet: main }, '1.1.2', { ...plain, mtu: 1400 })
    expect(yaml).toContain('dhcp4-overrides: {route-metric: 200, use-mtu: false}')
  })
})

describe('`beyond-yaml: refuse`', () => {
  it('rejects everything that needs a drop-in', () => {
    const support = capabilities({ renderer: 'networkd', 'beyond-yaml': 'refuse' })
    const refused = features.filter(
      (feature) => /^(link\.(dhcp|accept)|lease\.)/.test(feature) && support[feature].how === 'unsupported',
    )
    expect(refused).toEqual(['link.dhcp6', 'link.accept-ra', 'lease.apart-inet', 'lease.apart-inet6'])
    expect(support['link.dhcp4'].how).toBe('partial')
  })
})
