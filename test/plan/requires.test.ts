// Requirements of plans, and the check of kernel configurations.
import { describe, expect, test } from 'vitest'
import type { LinkName } from '../../src/kernel/link.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { checkKernelConfig, requirementsOf } from '../../src/plan/requires.js'
import { requiredVersion } from '../../src/plan/requires-versions.js'
import { plainLink, readRoute, readRule } from '../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { emptyPlan } from '../helpers/empty-plan.js'
import { ruleOrigin as origin } from '../helpers/origins.js'

const optionsOf = (plan: KernelPlan) => requirementsOf(plan).options.map(({ option }) => option)
const versionsOf = (plan: KernelPlan) =>
  requirementsOf(plan).versions.map(({ what, linux, iproute2 }) => [what, linux, iproute2])

describe('options', () => {
  test('an empty plan needs no option', () => {
    expect(requirementsOf(emptyPlan)).toEqual({ options: [], versions: [] })
  })

  test('a route in main needs only the option of its family', () => {
    const plan = {
      ...emptyPlan,
      state: { ...emptyPlan.state, routes: [readRoute('inet', 'default via 192.0.2.1 dev eth0', origin(0))] },
    }
    expect(optionsOf(plan)).toEqual([])
    expect(
      optionsOf({
        ...emptyPlan,
        state: { ...emptyPlan.state, links: [plainLink('eth0', ['2001:db8::1/64'])] },
      }),
    ).toEqual(['CONFIG_IPV6'])
  })

  test('each family has an option for tables', () => {
    expect(
      optionsOf({
        ...emptyPlan,
        state: { ...emptyPlan.state, rules: [readRule('inet', 'pref 1 lookup 101', origin(0))] },
      }),
    ).toEqual(['CONFIG_IP_ADVANCED_ROUTER', 'CONFIG_IP_MULTIPLE_TABLES'])
    expect(
      optionsOf({
        ...emptyPlan,
        state: { ...emptyPlan.state, routes: [readRoute('inet6', 'default dev wg0 table 7', origin(0))] },
      }),
    ).toEqual(['CONFIG_IPV6', 'CONFIG_IPV6_MULTIPLE_TABLES'])
  })

  test('several next hops need an option only in IPv4', () => {
    expect(optionsOf(failoverPlan)).not.toContain('CONFIG_IP_ROUTE_MULTIPATH')
    expect(optionsOf(balancePlan)).toContain('CONFIG_IP_ROUTE_MULTIPATH')
    expect(
      optionsOf({
        ...balancePlan,
        state: {
          ...balancePlan.state,
          routes: balancePlan.state.routes.filter(({ family }) => family === 'inet6'),
        },
      }),
    ).not.toContain('CONFIG_IP_ROUTE_MULTIPATH')
  })

  test('each option names the first part of the description that needs it', () => {
    const paths = new Map(requirementsOf(balancePlan).options.map(({ option, path }) => [option, path]))
    expect(paths.get('CONFIG_IP_MULTIPLE_TABLES')).toEqual(['gateways', 'fiber'])
    expect(paths.get('CONFIG_IP_ROUTE_MULTIPATH')).toEqual(['default', 'balance'])
    expect(paths.get('CONFIG_IPV6')).toEqual(['links', 'eth0'])
  })
})

describe('versions', () => {
  test('only the features of the plan have minimum versions', () => {
    expect(versionsOf(failoverPlan)).toEqual([
      ['rule: uidrange', '4.10', '4.10'],
      ['rule: ipproto, sport, dport', '4.17', '4.17'],
      ['net.ipv4.conf.LINK.ignore_routes_with_linkdown', '4.2', undefined],
      ['net.ipv6.conf.LINK.ignore_routes_with_linkdown', '4.3', undefined],
    ])
  })

  test('of rules with dscp', () => {
    const rules = [
      readRule('inet', 'pref 1 dscp 46 lookup 101', origin(0)),
      readRule('inet6', 'pref 1 dscp 0 lookup 101', origin(0)),
    ]
    expect(versionsOf({ ...emptyPlan, state: { ...emptyPlan.state, rules } })).toEqual([
      ['rule: dscp', '6.12', '6.13'],
      ['IPv6 rule: dscp 0, which matched every packet before', '6.15', undefined],
    ])
  })

  test('of routes', () => {
    const routes = [
      readRoute(
        'inet6',
        'default nexthop via fe80::1 dev eth0 weight 2 nexthop via fe80::1 dev eth1 weight 1',
        origin(0),
      ),
      readRoute('inet6', '2001:db8::/32 via 2001:db9::1 dev eth0 onlink', origin(1)),
      readRoute('inet', '10.0.0.0/8 via fe80::1 dev eth0', origin(2)),
    ]
    expect(
      requirementsOf({ ...emptyPlan, state: { ...emptyPlan.state, routes } }).versions.map(
        ({ linux, path }) => [linux, path],
      ),
    ).toEqual([
      ['3.8', ['rules', 0]],
      ['4.16', ['rules', 0]],
      ['4.16', ['rules', 1]],
      ['5.2', ['rules', 2]],
    ])
  })

  test('of nftables, where connections are marked', () => {
    const mark = { link: 'eth0' as LinkName, fwmark: { value: 1, mask: 15 }, origin: origin(0) }
    const { options, versions } = requirementsOf({
      ...emptyPlan,
      state: { ...emptyPlan.state, connmarks: [mark] },
    })
    expect(versions).toEqual([
      { what: 'connections marked by nftables', linux: '5.2', nftables: '0.9.1', path: ['marks'] },
    ])
    expect(options.map(({ option }) => option)).toContain('CONFIG_NF_CONNTRACK_MARK')
    expect(requiredVersion(versions, 'nftables')).toBe('0.9.1')
    expect(requiredVersion(versions, 'iproute2')).toBeUndefined()
  })

  test('dynamic addresses need `ip -N`', () => {
    const { versions } = requirementsOf({
      ...emptyPlan,
      dynamic: {
        ...emptyPlan.dynamic,
        multipaths: [
          { family: 'inet', metric: 100, hops: [], origin: { kind: 'default', path: ['default'] } },
        ],
      },
    })
    expect(versions).toEqual([
      { what: 'tracked dynamic addresses', linux: '4.17', iproute2: '5.3', path: ['default'] },
    ])
  })

  test('the required version is the highest, compared by number', () => {
    const { versions } = requirementsOf(failoverPlan)
    expect(requiredVersion(versions, 'linux')).toBe('4.17')
    expect(requiredVersion(versions, 'iproute2')).toBe('4.17')
    expect(requiredVersion([], 'linux')).toBeUndefined()
  })
})

describe('a kernel’s configuration', () => {
  test('built in, as a module, or missing', () => {
    const config = [
      '# CONFIG_IP_ROUTE_MULTIPATH is not set',
      'CONFIG_IP_ADVANCED_ROUTER=y',
      'CONFIG_IP_MULTIPLE_TABLES=y\r',
      'CONFIG_IPV6=m',
      'CONFIG_IPV6_MULTIPLE_TABLES_X=y',
      'CONFIG_SYSCTL="y"',
    ].join('\n')
    const states = checkKernelConfig(requirementsOf(balancePlan), config).map(({ option, state }) => [
      option,
      state,
    ])
    expect(states).toEqual([
      ['CONFIG_IP_ADVANCED_ROUTER', 'built-in'],
      ['CONFIG_IP_MULTIPLE_TABLES', 'built-in'],
      ['CONFIG_IP_ROUTE_MULTIPATH', 'missing'],
      ['CONFIG_IPV6', 'module'],
      ['CONFIG_IPV6_MULTIPLE_TABLES', 'missing'],
      ['CONFIG_SYSCTL', 'missing'],
    ])
  })
})
