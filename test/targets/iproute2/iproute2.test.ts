// The iproute2 script: its commands, its path and rejected plans; test/netns runs it.
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { iproute2 } from '../../../src/targets/iproute2/index.js'
import { checkSupport } from '../../../src/targets/support.js'
import type { WrittenSettings } from '../../../src/targets/target.js'
import { plainLink, readRoute, readRule } from '../../helpers/parse-ip.js'
import { balancePlan, failoverPlan } from '../../helpers/one-host-plan.js'
import { emptyPlan, routingOnly } from '../../helpers/empty-plan.js'
import { ruleOrigin } from '../../helpers/origins.js'

const origin = ruleOrigin(0)

function render(plan: KernelPlan, settings: WrittenSettings = {}) {
  const reporter = createReporter()
  const output = iproute2.render(plan, settings, { file: 'host.yaml', reporter })
  return { ...output, diagnostics: reporter.diagnostics }
}

function dataOf(plan: KernelPlan, path = '/etc/multihome/plan.conf'): string {
  const file = render(plan).files.find((one) => one.path === path)
  return file !== undefined && 'content' in file ? file.content : ''
}

test('the output is a script, its data and its programs, with files for names of tables and protocols and for sysctls', () => {
  expect(render(failoverPlan).files.map(({ path }) => path)).toEqual([
    '/usr/local/sbin/multihome.sh',
    '/etc/multihome/plan.conf',
    '/usr/local/lib/multihome/library.sh',
    '/usr/local/lib/multihome/kernel.awk',
    '/usr/local/lib/multihome/multihome-plan',
    '/usr/local/lib/multihome/plan.awk',
    '/etc/iproute2/rt_tables.d/multihome.conf',
    '/etc/iproute2/rt_protos.d/multihome.conf',
    '/etc/sysctl.d/60-multihome.conf',
  ])
  expect(render(failoverPlan).files[0]).toMatchObject({ mode: 0o755, owner: 'root:root' })
})

test('the steps of a first installation and of a change are the same', () => {
  const { first, change } = render(failoverPlan)
  expect(first.map(({ command }) => command)).toEqual([
    'sysctl -e -p /etc/sysctl.d/60-multihome.conf',
    '/usr/local/sbin/multihome.sh up',
  ])
  expect(change).toEqual(first)
})

test('the path of the script is a setting', () => {
  const { files, first } = render(emptyPlan, { path: '/opt/net/up+down.sh' })
  expect(files[0]?.path).toBe('/opt/net/up+down.sh')
  expect(first.at(-1)?.command).toBe('/opt/net/up+down.sh up')
})

test.each(['net.sh', '/', '/opt/../x', '/opt/a b', '/opt/$(id)', '/opt/x/', 7])(
  'refuses the path %s',
  (path) => {
    const { files, diagnostics } = render(emptyPlan, { path })
    expect(files).toEqual([])
    expect(diagnostics.map(({ code, path }) => [code, ...path])).toEqual([
      ['value-unsupported', 'targets', 'iproute2', 'path'],
    ])
  },
)

test('every line is below the comment that says what it serves', () => {
  expect(dataOf(failoverPlan)).toContain(
    [
      '# gateway cable: reject fallback of its table',
      'route -4 unreachable default table 102 metric 2000000000',
      'route -6 unreachable default table 102 metric 2000000000',
    ].join('\n'),
  )
})

test('a prefix of length 0 is not written', () => {
  const rules = [readRule('inet', 'pref 20000 from 0.0.0.0/0 to 10.0.0.0/8 lookup 101', origin)]
  expect(dataOf({ ...emptyPlan, state: { ...emptyPlan.state, rules } })).toContain(
    'rule -4 pref 20000 to 10.0.0.0/8 lookup 101\n',
  )
})

test('with `manage: routing` the script only checks that links exist', () => {
  const state = { ...emptyPlan.state, links: [plainLink('wg0', ['10.9.0.2/24'])] }
  const data = dataOf(routingOnly({ ...emptyPlan, state }))
  expect(data).toContain('\nexternal wg0\n')
  expect(data).not.toContain('10.9.0.2')
})

test('the address tracker adds routes over links that other programs create', () => {
  const links = [{ ...plainLink('wg0', ['10.9.0.2/24']), managed: false }]
  const plan = {
    ...emptyPlan,
    state: { ...emptyPlan.state, links, routes: [readRoute('inet', 'default dev wg0 table 101', origin)] },
  }
  expect(dataOf(plan)).not.toContain('wg0')
  expect(dataOf(plan, '/etc/multihome/tracker.conf')).toContain('\nroute -4 default dev wg0 table 101\n')
})

test('a comment cannot become a command', () => {
  const nasty = ruleOrigin(0, 'x\nreboot\u2028reboot')
  const rules = [readRule('inet', 'pref 20000 lookup 101', nasty)]
  expect(dataOf({ ...emptyPlan, state: { ...emptyPlan.state, rules } })).toContain(
    '# rule 1: table main: x reboot reboot\n',
  )
})

test('name servers are an error with a fix', () => {
  const link = {
    ...plainLink('eth0', []),
    nameservers: { addresses: [{ family: 'inet' as const, text: '192.0.2.53' }], search: [] },
    optional: true,
  }
  const reporter = createReporter()
  checkSupport({ ...emptyPlan, state: { ...emptyPlan.state, links: [link] } }, iproute2, {}, reporter)
  expect(reporter.diagnostics).toMatchObject([{ code: 'feature-unsupported' }])
  expect(reporter.diagnostics[0]?.fix).toContain('/etc/resolv.conf')
})

const everything: KernelPlan = {
  ...balancePlan,
  state: {
    ...balancePlan.state,
    links: [
      ...balancePlan.state.links,
      { ...plainLink('wg0', []), managed: false },
      { ...plainLink('eth7', ['2001:db8:7::2/64']), mtu: 1400, mac: '02:00:00:00:00:07' },
    ],
    routes: [
      ...balancePlan.state.routes,
      readRoute('inet6', '2001:db8:8::/48 via 2001:db8:7::1 dev eth7 src 2001:db8:7::2', origin),
      readRoute('inet', '10.8.0.0/16 via 10.9.9.9 dev eth7 onlink mtu 1300', origin),
    ],
    rules: [...balancePlan.state.rules, readRule('inet', 'pref 20000 not iif nexthop goto 20010', origin)],
  },
}

test.each([
  ['dash', ['-n']],
  ['sh', ['-n']],
  ['shellcheck', ['--shell=sh', '-']],
])('%s accepts the script', (program, args) => {
  for (const plan of [emptyPlan, failoverPlan, everything]) {
    const { error, status, stdout, stderr } = spawnSync(program, args, {
      input: dataOf(plan),
      encoding: 'utf8',
    })
    if (error !== undefined) {
      console.warn(`skipped: no ${program} on this machine`)
      return
    }
    expect([status, stdout, stderr]).toEqual([0, '', ''])
  }
})

test('a link name stays one word', () => {
  const link = plainLink('eth0.1-a_b', [])
  expect(dataOf({ ...emptyPlan, state: { ...emptyPlan.state, links: [link] } })).toContain(
    '\nlink eth0.1-a_b\n',
  )
})
