// The iproute2 script: it is idempotent, replaces an older plan, and removes everything.
import { isMultipath, mapNexthops, routeOf } from '../../src/plan/route.js'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { createReporter } from '../../src/diagnostics/reporter.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { installedRoutes } from '../../src/targets/shared/deferred-routes.js'
import { iproute2 } from '../../src/targets/iproute2/index.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import { plainLink, readRoute, readRule } from '../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { kernelRoutes, kernelRules, installLinks, plannedRoutes, plannedRules } from './kernel.js'
import { inNetns, netnsTest, type Netns, type Result } from './netns.js'
import { installable, plans } from './plans-of-fixtures.js'
import { writePrograms } from './programs.js'
import { oneInThree } from '../helpers/amount.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-scripts-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

/** The script on disk. */
function scriptOf(plan: KernelPlan): string {
  const { files } = iproute2.render(plan, {}, { file: 'host.yaml', reporter: createReporter() })
  return writePrograms(join(folder, String(++count)), files, '/usr/local/sbin/multihome.sh')
}

const quiet: Pick<Result, 'status' | 'stderr'> = { status: 0, stderr: '' }
const linksOf = (...plans: readonly KernelPlan[]): readonly string[] => [
  ...new Set(plans.flatMap(physicalLinks)),
]

/** All rules, routes and addresses, except those that a link has as soon as it is up. */
const everything = (netns: Netns): readonly unknown[] => [
  ...['-4', '-6'].flatMap((family) => [
    netns.must(['ip', '-N', family, 'rule']),
    netns
      .must(['ip', '-N', family, 'route', 'show', 'table', 'all'])
      .split('\n')
      .filter((line) => !/\b(fe80|ff00)::.* proto 2 /.test(line))
      .sort(),
    netns.must(['ip', '-o', family, 'address', 'show', 'scope', 'global']).replace(/valid_lft.*/g, ''),
  ]),
]

function linksUp(netns: Netns, plan: KernelPlan): void {
  for (const name of physicalLinks(plan)) netns.must(['ip', 'link', 'set', name, 'up'])
}

/** State of another program, some of it at the same priorities as ours. */
const foreign = [
  'rule add pref 5000 from 203.0.113.0/24 lookup 7077',
  'route add unreachable default table 7077',
  'rule add pref 18000 from 203.0.113.9 lookup 7078',
  'route add blackhole 10.99.0.0/16 metric 5 protocol 99',
]
const installUnmanaged = (netns: Netns): string =>
  netns.must(['ip', '-batch', '-'], foreign.map((line) => `${line}\n`).join(''))

const expectPlan = (netns: Netns, plan: KernelPlan): void => {
  expect(kernelRoutes(netns)).toEqual(plannedRoutes(plan))
  expect(kernelRules(netns)).toEqual(plannedRules(plan))
}

describe('iproute2: up, up, status, down', () => {
  for (const [name, made] of oneInThree(plans, 2)) {
    netnsTest(name, async () => {
      const whole = installable(made)
      const plan = { ...whole, state: { ...whole.state, routes: installedRoutes(whole) } }
      const script = scriptOf(plan)
      await inNetns(linksOf(plan), (netns) => {
        if (plan.intent.manage === 'routing' || plan.state.links.some((link) => !link.managed))
          installLinks(netns, plan)
        linksUp(netns, plan)
        installUnmanaged(netns)
        const before = everything(netns)
        expect(netns.run([script, 'up'])).toEqual({ ...quiet, stdout: '' })
        expectPlan(netns, plan)
        const first = everything(netns)
        expect(netns.run([script, 'up'])).toEqual({ ...quiet, stdout: '' })
        expect(everything(netns)).toEqual(first)
        const status = netns.run([script, 'status'])
        expect(status.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('here '))).toEqual(
          [],
        )
        expect(status).toMatchObject(quiet)
        expect(netns.run([script, 'down'])).toEqual({ ...quiet, stdout: '' })
        if (plan.intent.manage === 'full' && plan.state.links.every((link) => link.managed))
          expect(everything(netns)).toEqual(before)
        expect([...kernelRoutes(netns), ...kernelRules(netns)]).toEqual([])
        if (plan.state.rules.length > 0) expect(netns.run([script, 'status']).status).toBe(1)
      })
    })
  }
})

/** The same host with a changed description: other addresses, gateways and selectors, and one table less. */
const changed: KernelPlan = {
  ...failoverPlan,
  state: {
    ...failoverPlan.state,
    links: [
      plainLink('eth0', ['192.0.2.11/24', '2001:db8:a::10/64']),
      plainLink('lan0', ['10.0.0.1/24', '10.0.5.1/24', '2001:db8:c::1/64']),
    ],
    routes: [
      readRoute('inet', '192.0.2.0/24 dev eth0 src 192.0.2.11 table 101', origin),
      readRoute('inet', 'default via 192.0.2.2 dev eth0 table 101', origin),
      readRoute('inet6', '2001:db8:a::/64 dev eth0 table 101', origin),
      readRoute('inet6', 'default via 2001:db8:a::2 dev eth0 src 2001:db8:a::10 table 101 mtu 1400', origin),
      readRoute('inet', 'default via 192.0.2.2 dev eth0 metric 100', origin),
      readRoute('inet6', 'default via 2001:db8:a::2 dev eth0 metric 50', origin),
    ],
    rules: [
      readRule('inet', 'pref 15000 to 172.18.0.0/16 lookup main', origin),
      readRule('inet', 'pref 15500 not from 10.0.0.128/25 lookup 102', origin),
      readRule('inet', 'pref 15510 ipproto 6 dport 25 goto 17000', origin),
      readRule('inet', 'pref 17000 from 192.0.2.11 lookup 101', origin),
      readRule('inet6', 'pref 17010 from 2001:db8:a::10 unreachable', origin),
    ],
    sysctls: [],
  },
  dynamic: { ...failoverPlan.dynamic, tables: [], multipaths: [] },
  intent: { ...failoverPlan.intent, gateways: [], coexist: [] },
}

describe('iproute2: a changed description', () => {
  netnsTest('replaces the earlier one, and the other way round', async () => {
    const one = installable(failoverPlan)
    const [old, young] = [scriptOf(one), scriptOf(changed)]
    await inNetns(linksOf(one, changed), (netns) => {
      linksUp(netns, one)
      installUnmanaged(netns)
      const before = everything(netns)
      expect(netns.run([young, 'up'])).toMatchObject(quiet)
      const direct = everything(netns)
      expect(netns.run([young, 'down'])).toMatchObject(quiet)
      expect(netns.run([old, 'up'])).toMatchObject(quiet)
      expect(netns.run([young, 'status']).stdout).toContain(
        'stray   rule -4 pref 15530 not from 10.0.0.0/8 fwmark 0x40/0xf0 lookup 102',
      )
      expect(netns.run([young, 'up'])).toMatchObject(quiet)
      expectPlan(netns, changed)
      expect(netns.run([young, 'status'])).toMatchObject(quiet)
      expect(everything(netns)).toEqual(direct)
      expect(netns.run([old, 'up'])).toMatchObject(quiet)
      expectPlan(netns, one)
      expect(netns.run([old, 'down'])).toMatchObject(quiet)
      expect(everything(netns)).toEqual(before)
    })
  })

  netnsTest('never deletes an unchanged rule or route, even for a moment', async () => {
    const script = scriptOf(installable(balancePlan))
    await inNetns(linksOf(balancePlan), (netns) => {
      expect(netns.run([script, 'up'])).toMatchObject(quiet)
      // A rule or route of the plan answers each lookup; without it there is no answer.
      const watch = `
        (while [ ! -e /run/done ]; do
          ip route get 8.8.8.8 mark 0x100 >/dev/null 2>&1 || echo lost mark
          ip route get 8.8.8.8 from 192.0.2.10 >/dev/null 2>&1 || echo lost reply
          ip -6 route get 2001:db8:ffff::1 >/dev/null 2>&1 || echo lost default
          ip route get 8.8.8.8 mark 0x200 | grep -q 'table 102' || echo lost table
        done) &
        for time in 1 2 3 4 5; do ${script} up; done
        touch /run/done
        wait`
      expect(netns.run(['sh', '-c', watch])).toEqual({ ...quiet, stdout: '' })
    })
  })
})

describe('iproute2: errors and edge cases', () => {
  netnsTest('reports an absent link once, completes the others, and fails', async () => {
    const plan = installable(balancePlan)
    const script = scriptOf(plan)
    await inNetns(['eth0', 'lan0'], (netns) => {
      const { status, stderr } = netns.run([script, 'up'])
      expect(status).toBe(1)
      const errors = stderr.split('\n').filter((line) => line !== '')
      expect(errors.filter((line) => line.includes('link eth1 is not there'))).toHaveLength(1)
      expect(errors.filter((line) => !line.includes('eth1'))).toEqual([])
      const rest = plan.state.routes.flatMap(
        (route) => routeOf({ ...route, nexthops: route.nexthops.filter(({ dev }) => dev !== 'eth1') }) ?? [],
      )
      // If one next hop is left, the kernel prints no weight.
      const left = rest.map((route) =>
        mapNexthops(route, ({ weight, ...hop }) =>
          isMultipath(route) && weight !== undefined ? { ...hop, weight } : hop,
        ),
      )
      expect(kernelRoutes(netns)).toEqual(plannedRoutes({ ...plan, state: { ...plan.state, routes: left } }))
      expect(kernelRules(netns)).toEqual(plannedRules(plan))
      expect(netns.run([script, 'status']).stdout).toContain('missing link eth1\n')
      netns.must(['ip', 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'late'])
      netns.must(['ip', 'link', 'set', 'late', 'up'])
      expect(netns.run([script, 'up'])).toMatchObject(quiet)
      expectPlan(netns, plan)
    })
  })

  netnsTest('an IPv6 source waits for its address', async () => {
    const plan: KernelPlan = {
      ...changed,
      state: { ...changed.state, sysctls: [] },
      dynamic: { ...changed.dynamic, tables: [], multipaths: [] },
    }
    const script = scriptOf(plan)
    await inNetns(linksOf(plan), (netns) => {
      netns.must(['sysctl', '-q', '-w', 'net.ipv6.conf.eth0.accept_dad=1', 'net.ipv6.conf.all.accept_dad=1'])
      expect(netns.run([script, 'up'])).toMatchObject(quiet)
      expectPlan(netns, plan)
    })
  })

  netnsTest(
    'a rule that rejects all packets of this host does not prevent the installation of routes',
    async () => {
      const plan: KernelPlan = {
        ...failoverPlan,
        state: {
          ...failoverPlan.state,
          rules: [readRule('inet', 'pref 20000 not fwmark 0x100/0xff00 unreachable', origin)],
        },
      }
      const script = scriptOf(plan)
      await inNetns(linksOf(plan), (netns) => {
        expect(netns.run([script, 'up'])).toMatchObject(quiet)
        expect(netns.run([script, 'up'])).toMatchObject(quiet)
        expectPlan(netns, plan)
        expect(netns.run([script, 'status'])).toMatchObject(quiet)
      })
    },
  )

  netnsTest('down keeps an address of another program in the same network', async () => {
    const plan = installable(failoverPlan)
    const script = scriptOf(plan)
    await inNetns(linksOf(plan), (netns) => {
      expect(netns.run([script, 'up'])).toMatchObject(quiet)
      netns.must(['ip', 'address', 'add', '192.0.2.200/24', 'dev', 'eth0'])
      expect(netns.run([script, 'down'])).toMatchObject(quiet)
      expect(netns.must(['ip', '-o', '-4', 'address', 'show', 'dev', 'eth0'])).toMatch(/192\.0\.2\.200\/24/)
    })
  })

  netnsTest('an invalid or missing argument is wrong usage', async () => {
    const script = scriptOf(failoverPlan)
    await inNetns([], (netns) => {
      for (const words of [[], ['start'], ['UP']]) {
        const { status, stderr } = netns.run([script, ...words])
        expect(status).toBe(2)
        expect(stderr).toMatch(/^usage: .* up \| down \| status\n$/)
      }
    })
  })
})
