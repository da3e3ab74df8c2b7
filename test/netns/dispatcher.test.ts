// The dispatcher script, called as by NetworkManager: it installs the plan over any previous state.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { createReporter } from '../../src/diagnostics/reporter.js'
import type { Family } from '../../src/kernel/family.js'
import type { KernelPlan, Rule } from '../../src/plan/plan.js'
import { nmDispatcher } from '../../src/targets/nm-dispatcher/index.js'
import { compileFixture } from '../helpers/fixtures.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import { readRoute, readRule } from '../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import {
  kernelRoutes,
  kernelRules,
  installableRules,
  installLinks,
  plannedRoutes,
  plannedRules,
} from './kernel.js'
import { inNetns, netnsTest, type Netns, type Result } from './netns.js'
import { installableFixtures } from './plans-of-fixtures.js'
import { writePrograms } from './programs.js'
import { oneInThree } from '../helpers/amount.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-dispatcher-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
/** The script that was installed last. */
let script = ''

/** Rules that this machine's namespace can have; the rest of the plan as it is. */
const installable = (plan: KernelPlan): KernelPlan => ({
  ...plan,
  state: { ...plan.state, rules: installableRules(plan) },
})

function install(plan: KernelPlan): void {
  const context = { file: 'host.yaml', reporter: createReporter() }
  const { files } = nmDispatcher.render(installable(plan), {}, context)
  script = writePrograms(
    join(folder, String(++count)),
    files,
    '/etc/NetworkManager/dispatcher.d/50-multihome',
  )
}

// dash if installed: it is Debian's /bin/sh, and accepts less than other shells.
const call = (netns: Netns, link: string, event: string): Result => netns.run(['sh', script, link, event])

const silent = { status: 0, stdout: '', stderr: '' }

function expectPlan(netns: Netns, plan: KernelPlan): void {
  expect(kernelRoutes(netns)).toEqual(plannedRoutes(installable(plan)))
  expect(kernelRules(netns)).toEqual(plannedRules(installable(plan)))
}

const namesOf = (...plans: readonly KernelPlan[]): readonly string[] => [
  ...new Set(plans.flatMap((plan) => plan.state.links.map(({ name }) => name as string))),
]

/** Every link comes up twice; each one goes down and up; everything is applied by hand; everything is removed. */
async function runLifecycle(plan: KernelPlan): Promise<void> {
  await inNetns(physicalLinks(plan), (netns) => {
    installLinks(netns, plan)
    install(plan)
    for (const event of ['up', 'reapply', 'up'])
      for (const name of namesOf(plan)) expect(call(netns, name, event)).toEqual(silent)
    expectPlan(netns, plan)
    for (const name of namesOf(plan)) {
      expect(call(netns, name, 'down')).toEqual(silent)
      expect(kernelRules(netns)).toEqual(plannedRules(installable(plan)))
      expect(kernelRoutes(netns).filter((route) => route.includes(`dev ${name} `))).toEqual([])
      expect(call(netns, name, 'up')).toEqual(silent)
      expectPlan(netns, plan)
    }
    expect(call(netns, 'all', 'apply')).toEqual(silent)
    expectPlan(netns, plan)
    expect(call(netns, 'all', 'remove')).toEqual(silent)
    expect([...kernelRoutes(netns), ...kernelRules(netns)]).toEqual([])
  })
}

describe('events', () => {
  netnsTest('one host, failover', () => runLifecycle(failoverPlan))
  netnsTest('one host, balance', () => runLifecycle(balancePlan))
  for (const fixture of oneInThree(installableFixtures, 0)) {
    netnsTest(fixture.name, async () => {
      const { plan } = compileFixture(fixture)
      if (plan === undefined) throw new Error('the fixture has no plan')
      await runLifecycle(plan)
    })
  }
})

const failoverPlanOf = (...names: readonly string[]): KernelPlan => ({
  ...failoverPlan,
  state: {
    ...failoverPlan.state,
    links: failoverPlan.state.links.filter(({ name }) => names.includes(name)),
  },
})

const rule = (family: Family, text: string): Rule => readRule(family, text, origin)
const plan = (rules: readonly Rule[], ...routes: readonly string[]): KernelPlan => ({
  ...failoverPlan,
  state: { ...failoverPlan.state, rules, routes: routes.map((text) => readRoute('inet', text, origin)) },
})

/** Applies one plan after another, each by the step of the output. */
async function change(...plans: readonly KernelPlan[]): Promise<void> {
  await inNetns(namesOf(...plans), (netns) => {
    for (const one of plans) installLinks(netns, one)
    netns.must(['ip', 'rule', 'add', 'pref', '15000', 'from', '203.0.113.7', 'lookup', '77'])
    netns.must(['ip', '-6', 'rule', 'add', 'pref', '15000', 'from', '2001:db8::7', 'lookup', '77'])
    netns.must(['ip', 'route', 'add', 'unreachable', 'default', 'metric', '5', 'table', '102'])
    for (const one of plans) {
      install(one)
      expect(call(netns, 'all', 'apply')).toEqual(silent)
      expectPlan(netns, one)
    }
    const others = netns.must(['ip', 'rule']) + netns.must(['ip', '-6', 'rule'])
    expect(others).toContain('from 203.0.113.7 lookup 77')
    expect(others).toContain('from 2001:db8::7 lookup 77')
    expect(netns.must(['ip', 'route', 'show', 'table', '102', 'metric', '5'])).toContain(
      'unreachable default',
    )
  })
}

describe('a change of the description', () => {
  netnsTest('between failover and balance, twice', () =>
    change(failoverPlan, balancePlan, failoverPlan, balancePlan),
  )

  netnsTest('a rule keeps its preference and gets another selector or action', () =>
    change(
      plan([
        rule('inet', 'pref 100 from 10.0.0.0/8 lookup 101'),
        rule('inet6', 'pref 100 fwmark 0x1 lookup 101'),
      ]),
      plan([
        rule('inet', 'pref 100 from 10.0.0.0/9 lookup 101'),
        rule('inet6', 'pref 100 fwmark 0x1/0xff lookup 101'),
      ]),
      plan([rule('inet', 'pref 100 from 10.0.0.0/9 prohibit')]),
      plan([]),
    ),
  )

  netnsTest('a rule differs only in `not` or the target of `goto`, which the kernel does not compare', () =>
    change(
      plan([
        rule('inet', 'pref 100 from 10.0.0.0/8 lookup 101'),
        rule('inet', 'pref 200 iif lo goto 300'),
        rule('inet', 'pref 300 lookup 101'),
        rule('inet', 'pref 400 lookup 102'),
      ]),
      plan([
        rule('inet', 'pref 100 not from 10.0.0.0/8 lookup 101'),
        rule('inet', 'pref 200 iif lo goto 400'),
        rule('inet', 'pref 300 lookup 101'),
        rule('inet', 'pref 400 lookup 102'),
      ]),
      plan([
        rule('inet', 'pref 100 from 10.0.0.0/8 lookup 101'),
        rule('inet', 'pref 200 not iif lo goto 300'),
        rule('inet', 'pref 300 lookup 101'),
      ]),
    ),
  )

  netnsTest('a route moves to another link, table, metric or type', () =>
    change(
      plan(
        [],
        'default via 192.0.2.1 dev eth0 metric 100',
        'default via 198.51.100.1 dev eth1 metric 200',
        '203.0.113.0/24 via 192.0.2.1 dev eth0 table 101',
      ),
      plan(
        [],
        'default via 198.51.100.1 dev eth1 metric 100',
        'default via 192.0.2.1 dev eth0 metric 200',
        '203.0.113.0/24 via 192.0.2.1 dev eth0 table 103',
      ),
      plan([], 'default via 198.51.100.1 dev eth1', 'unreachable 203.0.113.0/24 table 103'),
    ),
  )

  netnsTest('a run was killed between adding the new rule and deleting the old one', () =>
    inNetns([], (netns) => {
      const wanted = plan([rule('inet', 'pref 100 from 10.0.0.0/8 lookup 101')])
      for (const from of ['10.0.0.0/8', '10.0.0.0/9'])
        netns.must(['ip', 'rule', 'add', 'pref', '100', 'from', from, 'lookup', '101', 'protocol', '77'])
      install(wanted)
      expect(call(netns, 'lo', 'up')).toEqual(silent)
      expect(kernelRules(netns)).toEqual(plannedRules(wanted))
    }),
  )
})

describe('errors and edge cases', () => {
  netnsTest('a route that the kernel rejects is reported, and the exit status fails', () =>
    inNetns(['eth0'], (netns) => {
      install(plan([], 'default via 192.0.2.1 dev eth0'))
      netns.must(['ip', 'link', 'set', 'eth0', 'up'])
      expect(call(netns, 'eth0', 'up')).toEqual({
        ...silent,
        status: 1,
        stderr: expect.stringMatching(
          /^50-multihome: eth0 up: ip -4 route replace protocol 77 default via 192\.0\.2\.1 dev eth0: .*Nexthop/,
        ) as string,
      })
    }),
  )

  netnsTest('a stale event of a link that is down or absent installs nothing', () =>
    inNetns(['eth0'], (netns) => {
      install(plan([], 'default via 192.0.2.1 dev eth0'))
      for (const name of ['eth0', 'eth1']) expect(call(netns, name, 'up')).toEqual(silent)
      expect(kernelRoutes(netns)).toEqual([])
    }),
  )

  netnsTest('irrelevant events and invalid calls change nothing', () =>
    inNetns([], (netns) => {
      install(failoverPlan)
      for (const [link, event] of [
        ['none', 'hostname'],
        ['', 'connectivity-change'],
        ['eth0', 'pre-up'],
      ] as const)
        expect(call(netns, link, event)).toEqual(silent)
      expect(kernelRules(netns)).toEqual([])
      expect(call(netns, 'eth0', 'remove').status).toBe(2)
      expect(netns.run(['sh', script]).stderr).toMatch(/^usage: .*all apply/)
    }),
  )

  netnsTest('a route whose source is on another link waits for that link', () =>
    inNetns(['eth0', 'eth1'], (netns) => {
      const both = {
        ...failoverPlan,
        state: {
          ...failoverPlan.state,
          rules: [],
          routes: [
            readRoute('inet', '203.0.113.0/24 dev eth0 scope link src 198.51.100.10 table 101', origin),
          ],
        },
      }
      install(both)
      netns.must(['ip', 'link', 'set', 'eth0', 'up'])
      expect(call(netns, 'eth0', 'up')).toEqual(silent)
      expect(kernelRoutes(netns)).toEqual([])
      installLinks(netns, failoverPlanOf('eth0', 'eth1'))
      expect(call(netns, 'eth1', 'up')).toEqual(silent)
      expect(kernelRoutes(netns)).toEqual(plannedRoutes(both))
    }),
  )

  netnsTest('the script waits for an IPv6 source', () =>
    inNetns(['eth0'], async (netns) => {
      netns.must(['sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=1', 'net.ipv6.conf.eth0.dad_transmits=1'])
      install({
        ...failoverPlan,
        state: {
          ...failoverPlan.state,
          rules: [],
          routes: [readRoute('inet6', '2001:db8:1::/48 via fe80::1 dev eth0 src 2001:db8:a::10', origin)],
        },
      })
      netns.must(['ip', 'link', 'set', 'eth0', 'up'])
      netns.must(['ip', 'address', 'add', '2001:db8:a::10/64', 'dev', 'eth0'])
      expect(netns.must(['ip', '-6', 'address', 'show', 'tentative'])).toContain('2001:db8:a::10')
      expect(call(netns, 'eth0', 'up')).toEqual(silent)
      expect(kernelRoutes(netns)).toHaveLength(1)
    }),
  )
})
