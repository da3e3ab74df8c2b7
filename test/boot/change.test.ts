// Changes from one description to the next, by the steps of the output: the kernel has the new plan and nothing of
// the old one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { addUnmanagedRouting } from './host/other-programs/unmanaged-routing.js'
import { bootHost, changeHost, compareWithPlan, installHost } from './host/host.js'
import { referenceState } from './host/expectations/reference-state.js'
import { mustRender } from './host/rendering.js'
import type { Platform, Rendering } from './host/rendering.js'
import type { StackId } from './lab/stacks.js'
import { reasonToSkip, renderedHere } from './run/skip-policy.js'
import { isSelectedPlatform, platformsFor } from './run/selection.js'

/** Each change and its description. One boot goes through all of them, as a real host does. */
const changes = [
  ['a gateway and its link added', 'third-gateway'],
  ['a gateway and its link removed', 'two-gateways'],
  ['failover to balance', 'balanced'],
  ['other weights', 'balanced-evenly'],
  ['balance to failover', 'two-gateways'],
  ['fail-closed taken away', 'open'],
  ['rules reordered, one removed', 'other-rules'],
  ['addresses of a link removed', 'fewer-addresses'],
  ['all renumbered', 'renumbered'],
  ['a gateway removed, its link kept', 'one-gateway'],
  ['a gateway added to a link, all renumbered', 'two-gateways'],
  ['an mtu added', 'smaller-mtu'],
  ['an mtu removed', 'two-gateways'],
] as const

const textOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'changes', `${name}.yaml`), 'utf8')

/** Unmanaged routes that the stack deletes during a change; its page in docs/targets says so. */
const losesOthers = (stack: StackId, line: string): boolean =>
  ['ifupdown', 'ifupdown-ng', 'nm-keyfile'].includes(stack) && line.startsWith('route 6 7777 dev=lo ')

/** An `mtu` that was removed: NetworkManager and ifupdown2 restore the default MTU of the link. */
const restoresMtu = (stack: StackId): boolean =>
  ['netplan-nm', 'nm-dispatcher', 'nm-keyfile', 'ifupdown2'].includes(stack)
const leftMtu = ['- link wan1 mtu 1500', '+ link wan1 mtu 1492']

const platforms = platformsFor(['networkd 12', 'nm-keyfile 12', 'networkd 11', 'netplan-nm 11'])

async function differencesOf(
  start: Rendering,
  steps: readonly (readonly [string, Rendering])[],
  platform: Platform,
) {
  const lab = await bootHost(start, platform, ...steps.map(([, { plan }]) => plan))
  try {
    const found = [...(await compareWithPlan(lab, start.plan))]
    const others = await addUnmanagedRouting(lab)
    const outlasting = others.filter((line) => !losesOthers(platform.stack, line))
    let before = start
    for (const [name, next] of steps) {
      const lines = await changeHost(lab, before.output.files, next)
      lines.push(...(await compareWithPlan(lab, next.plan, outlasting)))
      found.push(...lines.map((line) => `${name}: ${line}`))
      before = next
    }
    return found
  } finally {
    await lab.close()
  }
}

describe.skipIf(inject('bootObstacle') !== '').concurrent('changed', () => {
  test.for(platforms)('step by step on $stack, Debian $debian', async (platform, { skip }) => {
    const start = renderedHere(textOf('two-gateways'), platform, skip)
    const steps = changes.map(([name, description]) => {
      return [name, mustRender(textOf(description), platform)] as const
    })
    const left = restoresMtu(platform.stack) ? [] : leftMtu
    expect(await differencesOf(start, steps, platform)).toEqual(left.map((line) => `an mtu removed: ${line}`))
  })
})

/** Restarts, a wrong step for a change that an administrator may try. */
const restarts = [
  { stack: 'networkd', debian: 13, unit: 'systemd-networkd' },
  { stack: 'nm-keyfile', debian: 13, unit: 'NetworkManager' },
] as const

const wrong = restarts.filter(isSelectedPlatform)

describe
  .skipIf(inject('bootObstacle') !== '' || wrong.length === 0)
  .concurrent('changed by a restart', () => {
    test.for(wrong)('$stack has the old beside the new', async (platform, { skip }) => {
      const why = reasonToSkip(platform)
      if (why !== undefined) return skip(why)
      const start = mustRender(textOf('two-gateways'), platform)
      const next = mustRender(textOf('renumbered'), platform)
      const lab = await bootHost(start, platform, next.plan)
      try {
        const { rules } = await referenceState(start.plan)
        const wanted = await referenceState(next.plan)
        const restart = { command: `systemctl restart ${platform.unit}`, why: '' }
        expect(await compareWithPlan(lab, start.plan)).toEqual([])
        expect(await installHost(lab, start.output.files, next.output.files, [restart])).toEqual([])
        const both = [...rules, ...wanted.rules].sort()
        const after = await lab.waitStable((state) => state.rules.length === both.length)
        expect(after.rules).toEqual(both)
      } finally {
        await lab.close()
      }
    })
  })
