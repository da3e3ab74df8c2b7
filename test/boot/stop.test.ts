// Stops of a stack: what stays, whether it comes back, and how everything is removed. docs/targets makes the same
// statements.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { addUnmanagedRouting } from './host/other-programs/unmanaged-routing.js'
import { bootHost, changeHost, compareWithPlan, installHost } from './host/host.js'
import { referenceState } from './host/expectations/reference-state.js'
import { removalCommands } from './host/removal.js'
import { mustRender } from './host/rendering.js'
import type { Platform, Rendering } from './host/rendering.js'
import { stopHost } from './host/actions/stop-host.js'
import { stops } from './host/actions/stop-commands.js'
import type { Stop } from './host/actions/stop-commands.js'
import { runCommand } from './host/actions/run-command.js'
import type { Lab } from './lab/lab.js'
import { stateLines } from './lab/state/state.js'
import { reasonToSkip, renderedHere } from './run/skip-policy.js'
import { isSelectedPlatform, platformsFor } from './run/selection.js'

const textOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'changes', `${name}.yaml`), 'utf8')
const text = textOf('two-gateways')
const platforms = platformsFor(['networkd 12', 'ifupdown 12', 'networkd 11', 'nm-dispatcher 11'])

async function differencesAfter(
  lab: Lab,
  stop: Stop,
  plan: Rendering['plan'],
  others: readonly string[],
): Promise<readonly string[]> {
  const { left, wrong: found } = await stopHost(lab, stop)
  const wrong = [...found, ...(await runCommand(lab, stop.start))]
  const remaining = others.filter((line) => left.includes(line))
  wrong.push(...(await compareWithPlan(lab, plan, remaining)).map((line) => `started again: ${line}`))
  return wrong.map((line) => `${stop.command}: ${line}`)
}

async function differencesOf({ plan, output }: Rendering, platform: Platform): Promise<readonly string[]> {
  const lab = await bootHost({ plan, output }, platform)
  try {
    const found = [...(await compareWithPlan(lab, plan))]
    let others = await addUnmanagedRouting(lab, 'lan0')
    for (const stop of stops[platform.stack]) {
      found.push(...(await differencesAfter(lab, stop, plan, others)))
      others = others.filter(stop.leaves)
    }
    const removed = [...(await runCommand(lab, removalCommands(platform)))]
    const isFine = (lines: readonly string[]): boolean => managedLines(lines).length === 0
    removed.push(...managedLines(stateLines(await lab.waitStable((state) => isFine(stateLines(state))))))
    const files = output.files.map(({ path }) => `'${path}'`).join(' ')
    const kept = (await lab.exec(`ls -d ${files} 2>/dev/null`)).stdout.trim()
    if (kept !== '') removed.push(`file ${kept.replaceAll('\n', ' ')}`)
    found.push(...removed.map((line) => `removed: ${line}`))
    return found
  } finally {
    await lab.close()
  }
}

/** Our rules, routes and addresses; a link may be up. */
const managedLines = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.includes(' table=7777') && !/^link \S+ mtu \d+$/.test(line))

describe.skipIf(inject('bootObstacle') !== '').concurrent('stopped', () => {
  test.for(platforms)('$stack, Debian $debian', async (platform, { skip }) => {
    const rendering = renderedHere(text, platform, skip)
    expect(await differencesOf(rendering, platform)).toEqual([])
  })
})

const forgetful = { stack: 'networkd', debian: 13 } as const
const restart = 'systemctl restart systemd-networkd'

describe
  .skipIf(inject('bootObstacle') !== '' || !isSelectedPlatform(forgetful))
  .concurrent('systemd 257', () => {
    test('forgets at a restart what it has installed', async ({ skip }) => {
      const why = reasonToSkip(forgetful)
      if (why !== undefined) return skip(why)
      const start = mustRender(text, forgetful)
      const next = mustRender(textOf('renumbered'), forgetful)
      const lab = await bootHost(start, forgetful, next.plan)
      try {
        expect(await compareWithPlan(lab, start.plan)).toEqual([])
        // As the page says: remove everything, install the new files, and let the daemon install everything itself.
        const step = { command: restart, why: '' }
        expect(await runCommand(lab, `${restart}; ${removalCommands(forgetful)}`)).toEqual([])
        expect(await installHost(lab, [], next.output.files, [step])).toEqual([])
        expect(await compareWithPlan(lab, next.plan)).toEqual([])
        expect(await runCommand(lab, restart)).toEqual([])
        expect(await compareWithPlan(lab, next.plan)).toEqual([])
        expect(await changeHost(lab, next.output.files, start)).toEqual([])
        const [old, wanted] = [await referenceState(next.plan), await referenceState(start.plan)]
        const both = [...old.rules, ...wanted.rules].sort()
        const after = await lab.waitStable((state) => state.rules.length === both.length)
        expect(after.rules).toEqual(both)
      } finally {
        await lab.close()
      }
    })
  })
