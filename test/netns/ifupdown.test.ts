// The program in if-up.d, called as by ifup and ifdown after stanzas of other files.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { createReporter } from '../../src/diagnostics/reporter.js'
import { ifupdown } from '../../src/targets/ifupdown/index.js'
import { routingOnly } from '../helpers/empty-plan.js'
import { balancePlan } from '../helpers/one-host-plan.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import { installLinks, kernelRoutes, kernelRules, plannedRoutes, plannedRules } from './kernel.js'
import { inNetns, netnsTest } from './netns.js'
import { installable } from './plans-of-fixtures.js'
import { writePrograms } from './programs.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-ifupdown-'))
afterAll(() => rmSync(folder, { recursive: true }))

const plan = installable(balancePlan)
const context = { file: 'host.yaml', reporter: createReporter() }
const { files } = ifupdown.render(routingOnly(plan), {}, context)
const script = writePrograms(folder, files, '/etc/network/if-up.d/multihome')

netnsTest('the plan is installed stanza by stanza, and rules and reject fallbacks go with lo', async () => {
  await inNetns(physicalLinks(plan), (netns) => {
    const event = (link: string, mode: string) =>
      netns.run(['env', `IFACE=${link}`, `MODE=${mode}`, 'sh', script])
    const silent = { status: 0, stdout: '', stderr: '' }
    const rejects = (): readonly string[] =>
      kernelRoutes(netns).filter((route) => /^\S+ (unreachable|blackhole|prohibit)/.test(route))

    netns.must(['ip', 'link', 'set', 'dev', 'lo', 'up'])
    expect(event('lo', 'start')).toEqual(silent)
    expect(kernelRules(netns)).toEqual(plannedRules(plan))
    const closed = rejects()

    for (const link of plan.state.links) {
      installLinks(netns, { ...plan, state: { ...plan.state, links: [link] } })
      expect(event(link.name, 'start'), link.name).toEqual(silent)
    }
    expect(event('--all', 'start')).toEqual(silent)
    expect([kernelRoutes(netns), kernelRules(netns)]).toEqual([plannedRoutes(plan), plannedRules(plan)])

    for (const { name } of plan.state.links) expect(event(name, 'stop')).toEqual(silent)
    expect([kernelRoutes(netns), rejects()]).toEqual([plannedRoutes(plan), closed])
    expect(event('lo', 'stop')).toEqual(silent)
    expect([kernelRules(netns), rejects()]).toEqual([[], []])

    // By hand, whatever the environment says.
    expect(netns.run(['env', 'MODE=test', 'sh', script])).toEqual(silent)
    expect([kernelRoutes(netns), kernelRules(netns)]).toEqual([plannedRoutes(plan), plannedRules(plan)])
  })
})

netnsTest('a route that cannot be installed is reported, and does not stop ifup', async () => {
  await inNetns(physicalLinks(plan), (netns) => {
    const [link] = physicalLinks(plan)
    netns.must(['ip', 'link', 'set', 'dev', link ?? '', 'up'])
    const { status, stderr } = netns.run(['env', `IFACE=${link ?? ''}`, 'MODE=start', 'sh', script])
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^multihome-ifupdown: ip /)])
    expect(netns.run(['sh', script]).status).toBe(1)
  })
})
