// Sections of networkd's clients, by the table of the lease's router and by the version.
import { describe, expect, it } from 'vitest'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import { RT_TABLE_MAIN } from '../../../src/kernel/table.js'
import { parseAddress } from '../../../src/kernel/address.js'
import type { LeasedDefault, LinkLease } from '../../../src/targets/shared/lease/settings.js'
import {
  addressesOn,
  leaseSections,
  forceOnlinkBeforeLease,
  type LeaseSection,
} from '../../../src/targets/shared/networkd/lease.js'
import { refuseValues } from '../../../src/targets/shared/networkd/values.js'
import { networkEntries, routeEntries } from '../../../src/targets/shared/networkd/sections.js'
import type { KernelPlan, PlannedLink } from '../../../src/plan/plan.js'
import { plainLink, readRoute } from '../../helpers/parse-ip.js'
import { emptyPlan } from '../../helpers/empty-plan.js'
import { routeOrigin } from '../../helpers/origins.js'

const main = { kind: 'main', metric: 200, table: RT_TABLE_MAIN, routes: false } as const
const apart: LeasedDefault = { kind: 'table', table: 102, routes: false }
const nobody: LeasedDefault = { kind: 'none' }
const plain = plainLink('wan1', [])

const routerOnly = ['DHCPv4.UseRoutes=no', 'DHCPv4.UseGateway=yes']

const lines = (sections: readonly LeaseSection[]): readonly string[] =>
  sections.flatMap(({ name, entries }) => entries.map(({ key, value }) => `${name}.${key}=${value}`))

const sectionsOf = (lease: Partial<LinkLease>, systemd: string, link: PlannedLink = plain) =>
  lines(
    leaseSections(
      link,
      { dhcp4: false, dhcp6: false, acceptRa: false, inet: nobody, inet6: nobody, ...lease },
      systemd,
    ),
  )

describe('DHCPv4', () => {
  it.each<[string, LeasedDefault, readonly string[]]>([
    ['main', main, ['DHCPv4.RouteMetric=200', ...routerOnly]],
    ['main with its further routes', { ...main, routes: true }, ['DHCPv4.RouteMetric=200']],
    ['the table of its gateway', apart, ['DHCPv4.RouteTable=102', 'DHCPv4.RouteMetric=0', ...routerOnly]],
    ['nowhere', nobody, ['DHCPv4.UseRoutes=no']],
  ])('uses its router in %s', (_, inet, expected) => {
    const rest = ['DHCPv4.RoutesToDNS=no', 'DHCPv4.RoutesToNTP=no']
    expect(sectionsOf({ dhcp4: true, inet }, '257')).toEqual([...expected, ...rest])
  })

  it('uses no keys that 247 does not know', () => {
    expect(sectionsOf({ dhcp4: true, inet: main }, '247')).toEqual([
      'DHCPv4.RouteMetric=200',
      ...routerOnly,
      'DHCPv4.RoutesToDNS=no',
    ])
  })
})

describe('a router advertisement', () => {
  it.each<[string, LeasedDefault, readonly string[]]>([
    ['257', main, ['IPv6AcceptRA.RouteMetric=200', 'IPv6AcceptRA.UseRoutePrefix=no']],
    ['257', { ...main, routes: true }, ['IPv6AcceptRA.RouteMetric=200']],
    ['247', main, ['DHCPv6.RouteMetric=200']],
    [
      '257',
      apart,
      ['IPv6AcceptRA.RouteTable=102', 'IPv6AcceptRA.RouteMetric=1024', 'IPv6AcceptRA.UseRoutePrefix=no'],
    ],
    ['247', apart, ['IPv6AcceptRA.RouteTable=102']],
    ['257', nobody, ['IPv6AcceptRA.UseGateway=no', 'IPv6AcceptRA.UseRoutePrefix=no']],
  ])('has sections for systemd %s', (systemd, inet6, expected) => {
    expect(sectionsOf({ acceptRa: true, inet6 }, systemd)).toEqual([
      ...expected,
      'IPv6AcceptRA.DHCPv6Client=no',
    ])
  })
})

describe('an advertisement whose router no gateway uses', () => {
  const link: PlannedLink = { ...plain, lease: { dhcp4: false, dhcp6: false, acceptRa: true } }
  const reported = (systemd: string): readonly string[] => {
    const reporter = createReporter()
    const plan: KernelPlan = { ...emptyPlan, state: { ...emptyPlan.state, links: [link] } }
    refuseValues(plan, systemd, 'networkd', { file: 'host.yaml', reporter })
    return reporter.diagnostics.map(({ code, path }) => `${code} at ${path.join('.')}`)
  }

  it('is an error if networkd would install its default route anyway', () => {
    expect(reported('247')).toEqual(['value-unsupported at links.wan1.accept-ra'])
    expect(reported('250')).toEqual([])
  })
})

describe('DHCPv6', () => {
  it('starts without an advertisement if advertisements are not accepted', () => {
    expect(sectionsOf({ dhcp6: true }, '257')).toEqual(['DHCPv6.WithoutRA=solicit'])
  })

  it('starts independent of the flags of an advertisement', () => {
    expect(sectionsOf({ dhcp6: true, acceptRa: true, inet6: main }, '257')).toContain(
      'IPv6AcceptRA.DHCPv6Client=always',
    )
  })
})

describe('name servers', () => {
  const server = parseAddress('192.0.2.53')
  const withServers: PlannedLink = {
    ...plain,
    nameservers: { addresses: server === undefined ? [] : [server], search: [] },
  }

  it('of the lease are ignored if the link has static ones', () => {
    const all: Partial<LinkLease> = { dhcp4: true, dhcp6: true, acceptRa: true, inet: main, inet6: main }
    const isUse = (line: string) => line.endsWith('UseDNS=no')
    expect(sectionsOf(all, '257', withServers).filter(isUse)).toEqual([
      'DHCPv4.UseDNS=no',
      'DHCPv6.UseDNS=no',
      'IPv6AcceptRA.UseDNS=no',
    ])
    expect(sectionsOf(all, '257').filter(isUse)).toEqual([])
  })
})

describe('[Network]', () => {
  it.each<[NonNullable<PlannedLink['lease']>, readonly string[]]>([
    [{ dhcp4: true, dhcp6: false, acceptRa: false }, ['DHCP=ipv4', 'IPv6AcceptRA=no']],
    [{ dhcp4: false, dhcp6: true, acceptRa: true }, ['DHCP=ipv6', 'IPv6AcceptRA=yes']],
    [{ dhcp4: true, dhcp6: true, acceptRa: true }, ['DHCP=yes', 'IPv6AcceptRA=yes']],
    [{ dhcp4: false, dhcp6: false, acceptRa: true }, ['IPv6AcceptRA=yes']],
  ])('runs %o', (lease, expected) => {
    const entries = networkEntries({ ...plain, lease }).map(({ key, value }) => `${key}=${value}`)
    expect(entries).toEqual([...expected, 'LinkLocalAddressing=ipv6'])
  })
})

describe('a static next hop on a leased link', () => {
  const route = readRoute('inet', '203.0.113.0/24 via 198.51.100.3 dev wan1', routeOrigin)
  const lease = { dhcp4: true, dhcp6: false, acceptRa: false }
  const onLink = (link: PlannedLink, systemd: string) =>
    routeEntries(forceOnlinkBeforeLease(route, link, systemd), addressesOn(link, systemd))
      .filter(({ key }) => key === 'GatewayOnLink')
      .map(({ value }) => value)

  it('is checked since 252, and onlink before', () => {
    expect(onLink({ ...plain, lease }, '257')).toEqual(['no'])
    expect(onLink({ ...plain, lease }, '247')).toEqual(['yes'])
  })

  it('has the default if a static address reaches it, or the link has no lease', () => {
    expect(onLink({ ...plainLink('wan1', ['198.51.100.10/24']), lease }, '247')).toEqual([])
    expect(onLink(plain, '247')).toEqual([])
  })
})
