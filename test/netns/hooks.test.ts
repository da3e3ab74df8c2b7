// Hooks of ifupdown and netifrc: they install the plan link by link in any order, and remove it.
import { describe, expect } from 'vitest'
import { createReporter } from '../../src/diagnostics/reporter.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { installedRoutes } from '../../src/targets/shared/deferred-routes.js'
import { ifupdown as ifupdownTarget } from '../../src/targets/ifupdown/index.js'
import { netifrc as netifrcTarget } from '../../src/targets/netifrc/index.js'
import type { RenderedFile, Target } from '../../src/targets/target.js'
import {
  kernelRoutes,
  kernelRules,
  installLinks,
  OURS_OR_BOOT,
  plannedRoutes,
  plannedRules,
} from './kernel.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import { inNetns, netnsTest, type Netns } from './netns.js'
import { installable, plans } from './plans-of-fixtures.js'
import { ifupdown, netifrc, type Stack } from './stack-emulation.js'
import { oneInThree } from '../helpers/amount.js'

const stacks: readonly (readonly [Target, (files: readonly RenderedFile[], netns: Netns) => Stack, 0 | 1])[] =
  [
    [ifupdownTarget, ifupdown, 0],
    [netifrcTarget, netifrc, 1],
  ]

/** undefined if the target rejects the plan. */
function filesOf(target: Target, plan: KernelPlan): readonly RenderedFile[] | undefined {
  const reporter = createReporter()
  const { files } = target.render(plan, {}, { file: 'host.yaml', reporter })
  return reporter.diagnostics.some(({ severity }) => severity === 'error') ? undefined : files
}

/** Starts and stops links. For links of other programs, it configures the addresses before and removes them after. */
function createHost(netns: Netns, plan: KernelPlan, stack: Stack) {
  const others = plan.state.links.filter((link) => !link.managed)
  return {
    start: (name: string): void => {
      installLinks(netns, {
        ...plan,
        state: { ...plan.state, links: others.filter((link) => link.name === name) },
      })
      stack.start(name)
    },
    stop: (name: string): void => {
      stack.stop(name)
      if (!others.some((link) => link.name === name)) return
      netns.must(['ip', 'address', 'flush', 'dev', name, 'scope', 'global'])
      netns.must(['ip', 'link', 'set', 'dev', name, 'down'])
    },
  }
}

const state = (netns: Netns) => ({
  routes: kernelRoutes(netns, OURS_OR_BOOT),
  rules: kernelRules(netns, OURS_OR_BOOT),
})

for (const [target, emulate, offset] of stacks) {
  describe(target.id, () => {
    for (const [name, made] of oneInThree(plans, offset)) {
      const whole = installable(made)
      const plan = { ...whole, state: { ...whole.state, routes: installedRoutes(whole) } }
      const files = filesOf(target, plan)
      if (files === undefined) continue
      netnsTest(name, async () => {
        const planned = { routes: plannedRoutes(plan), rules: plannedRules(plan) }
        await inNetns(physicalLinks(plan), (netns) => {
          const stack = emulate(files, netns)
          const host = createHost(netns, plan, stack)
          // For unmanaged links the program that creates them calls our hook.
          const [lo = 'lo', ...links] = [
            ...new Set([...stack.links, ...plan.state.links.map((link) => link.name)]),
          ]
          for (const link of [lo, ...links]) host.start(link)
          expect(state(netns)).toEqual(planned)
          for (const link of links) host.stop(link)
          for (const link of [...links].reverse()) host.start(link)
          expect(state(netns)).toEqual(planned)
          for (const link of [...links, lo]) host.stop(link)
          for (const link of [lo, ...links]) host.start(link)
          expect(state(netns)).toEqual(planned)
        })
      })
    }
  })
}
