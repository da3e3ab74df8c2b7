// Failover: main's default moves to the next gateway and back, replies stay on their link, and fail-closed traffic
// stays closed.
import { afterAll, describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { differencesInFailover, leaksWhileLost } from './host/events/failover.js'
import type { Measured } from './host/events/failover.js'
import { failoverScenarios } from './host/events/failover-scenarios.js'
import { bootHost } from './host/host.js'
import { mustRender } from './host/rendering.js'
import { reasonToSkip, renderedHere } from './run/skip-policy.js'
import { platformsOf } from './run/selection.js'

/** Without `--whole`: one stack for each way to detect a lost link. */
const closed = [
  'networkd 13',
  'nm-dispatcher 13',
  'nm-keyfile 13',
  'ifupdown 13',
  'iproute2 13',
  'networkd 12',
]
const open = ['networkd 13', 'ifupdown-ng 13', 'netifrc 13']

const cells = failoverScenarios.flatMap((scenario) =>
  platformsOf(scenario.fixture, scenario.closed === undefined ? open : closed).map((platform) => ({
    ...platform,
    platform,
    scenario,
    fixture: scenario.fixture,
  })),
)

const measurements: { readonly where: string; readonly measured: readonly Measured[] }[] = []

afterAll(() => {
  if (measurements.length === 0) return
  const lines = measurements.map(({ where, measured }) =>
    [
      where.padEnd(44),
      ...measured.map(
        ({ step, gap, switched, duration }) =>
          `${step}: dead ${gap.toFixed(2)} s, switched ${switched.toFixed(2)} s, complete ${duration.toFixed(1)} s`,
      ),
    ].join('\n  '),
  )
  console.log(lines.sort().join('\n'))
})

describe.skipIf(inject('bootObstacle') !== '').concurrent('failover', () => {
  test.for(cells)('$fixture on $stack, Debian $debian', async ({ scenario, platform, fixture }, { skip }) => {
    const { text } = fixtureNamed(fixture)
    const rendering = renderedHere(scenario.edit?.(text) ?? text, platform, skip)
    const lab = await bootHost(rendering, platform)
    try {
      const { wrong, measured } = await differencesInFailover(lab, scenario, rendering, platform)
      measurements.push({ where: `${fixture} on ${platform.stack} ${platform.debian}`, measured })
      expect(wrong).toEqual([])
    } finally {
      await lab.close()
    }
  })
})

const mutants = failoverScenarios.flatMap((scenario) =>
  scenario.closed === undefined
    ? []
    : platformsOf(scenario.fixture, ['networkd 13', 'ifupdown 13']).map((platform) => ({
        ...platform,
        platform,
        scenario,
      })),
)

/** Without fail-closed, the test packets do leave by another link. */
describe.skipIf(inject('bootObstacle') !== '').concurrent('what closes nothing', () => {
  const leaksOf = async (
    edit: (text: string) => string,
    { scenario, platform }: (typeof mutants)[number],
  ) => {
    const rendering = mustRender(edit(fixtureNamed(scenario.fixture).text), platform)
    const lab = await bootHost(rendering, platform)
    try {
      return await leaksWhileLost(lab, scenario, rendering)
    } finally {
      await lab.close()
    }
  }

  test.for(mutants)('is a gateway without fail-closed, on $stack', async (mutant, { skip }) => {
    const why = reasonToSkip(mutant.platform)
    if (why !== undefined) skip(why)
    const leaks = await leaksOf((text) => text.replace(', fail-closed: true', ''), mutant)
    expect(leaks.filter((line) => /marked|people|for a mark/.test(line)).length).toBe(5)
  })

  test.for(mutants)('for IPv6 is a rule behind those of replies, on $stack', async (mutant, { skip }) => {
    const why = reasonToSkip(mutant.platform)
    if (why !== undefined) skip(why)
    expect(await leaksOf((text) => text, mutant)).toEqual(['inet6 by its rule for people left by eth0'])
  })
})
