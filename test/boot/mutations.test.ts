// Mutation tests of the boot tests: each broken target is booted, and must be detected.
import { afterAll, describe, expect, inject, test } from 'vitest'
import type { Output } from '../../src/targets/target.js'
import { fixtureNamed } from '../helpers/fixtures.js'
import { bootHost, changeHost, compareWithPlan } from './host/host.js'
import { mustRender } from './host/rendering.js'
import type { Platform, Rendering } from './host/rendering.js'
import { stopHost } from './host/actions/stop-host.js'
import { stops } from './host/actions/stop-commands.js'
import type { Lab } from './lab/lab.js'
import type { StackId } from './lab/stacks.js'
import { incompleteTargets, renderIncomplete } from './mutants/incomplete-targets.js'
import { tearDownMutants } from './mutants/teardown.js'
import type { TearDownMutant } from './mutants/teardown.js'
import { reasonToSkip } from './run/skip-policy.js'
import { selectedPlatforms } from './run/selection.js'

const { text } = fixtureNamed('two-providers')

/** A description without one link, one rule and the reject fallbacks, with another mark and other metrics. */
const changed = text
  .replace(/^ {2}lan0: .*\n/m, '')
  .replace(/^.*comment: guests.*\n/m, '')
  .replace('0x100/0xff00', '0x300/0xff00')
  .replace(', fail-closed: true', '')
  .replace('[fiber, cable]', '[cable, fiber]')

const platforms = selectedPlatforms.filter(({ debian }) => debian === 13)

async function withHost<T>(
  rendering: Rendering,
  platform: Platform,
  judge: (lab: Lab) => Promise<T>,
): Promise<T> {
  const lab = await bootHost(rendering, platform)
  try {
    return await judge(lab)
  } finally {
    await lab.close()
  }
}

/** The same checks as the tests of a change and of a stop. */
async function afterChange(lab: Lab, before: Output, next: Rendering): Promise<readonly string[]> {
  return [...(await changeHost(lab, before.files, next)), ...(await compareWithPlan(lab, next.plan))]
}
async function afterStop(lab: Lab, stack: StackId): Promise<readonly string[]> {
  // The last of two stops deletes more.
  const stop = stops[stack].at(-1)
  if (stop === undefined) throw new Error(`${stack} has no stop`)
  return (await stopHost(lab, stop)).wrong
}

const found: { readonly stack: StackId; readonly mutant: string; readonly by: string }[] = []

function recordMutant(stack: StackId, mutant: string, differences: readonly string[]): void {
  found.push({ stack, mutant, by: differences[0] ?? 'NOTHING: it survives' })
  expect(differences.length, 'differences').toBeGreaterThan(0)
}

afterAll(() => {
  if (found.length === 0) return
  const order = (stack: StackId): number => platforms.findIndex((platform) => platform.stack === stack)
  const rows = found.toSorted((a, b) => order(a.stack) - order(b.stack) || a.mutant.localeCompare(b.mutant))
  const width = Math.max(...rows.map(({ mutant }) => mutant.length))
  const lines = rows.map(
    ({ stack, mutant, by }) => `${stack.padEnd(13)}  ${mutant.padEnd(width)}  ${by.slice(0, 110)}`,
  )
  console.log(['mutants, and the first difference by which each is noticed', ...lines].join('\n'))
})

/** Fails if the mutant renders the same as the target itself. */
function mutated(output: Output, rendering: Output): Output {
  expect([rendering.files, rendering.change], 'the mutant').not.toEqual([output.files, output.change])
  return rendering
}

async function differencesOfTearDown(mutant: TearDownMutant, platform: Platform): Promise<readonly string[]> {
  const { by, mutate, from = 'failover: [fiber, cable]' } = mutant
  const rendering = mustRender(text.replace('failover: [fiber, cable]', from), platform)
  const output = mutate(rendering.output)
  if (by === 'stop') mutated(rendering.output, output)
  return withHost({ ...rendering, output }, platform, async (lab) => {
    expect(await compareWithPlan(lab, rendering.plan)).toEqual([])
    if (by === 'stop') return afterStop(lab, platform.stack)
    const next = mustRender(changed, platform)
    return afterChange(lab, output, { ...next, output: mutated(next.output, mutate(next.output)) })
  })
}

describe.skipIf(inject('bootObstacle') !== '').concurrent('noticed', () => {
  // stop.test.ts checks a stop of the original targets.
  describe.for(platforms)('on $stack', (platform) => {
    const { stack } = platform
    const why = reasonToSkip(platform)
    if (why !== undefined) {
      test(`cannot run here: ${why}`, ({ skip }) => skip(why))
      return
    }

    test('but for the target as it is', async () => {
      const rendering = mustRender(text, platform)
      const differences = await withHost(rendering, platform, async (lab) => [
        ...(await compareWithPlan(lab, rendering.plan)),
        ...(await afterChange(lab, rendering.output, mustRender(changed, platform))),
      ])
      expect(differences).toEqual([])
    })

    test.for(Object.entries(incompleteTargets))('%s', async ([mutant, mutate]) => {
      const { plan, output } = mustRender(text, platform)
      const rendering = mutated(output, renderIncomplete(text, platform, mutate))
      const judge = (lab: Lab): Promise<readonly string[]> => compareWithPlan(lab, plan)
      recordMutant(stack, mutant, await withHost({ plan, output: rendering }, platform, judge))
    })

    const tearDowns = tearDownMutants[stack].map((tearDown) => [tearDown.name, tearDown] as const)
    test.for(tearDowns)('%s', async ([mutant, tearDown]) => {
      recordMutant(stack, mutant, await differencesOfTearDown(tearDown, platform))
    })
  })
})
