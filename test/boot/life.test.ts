// Lifecycle of a booted host: after each restart, link down and up, carrier lost and back, the kernel has the plan.
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { bootWithoutCarrier } from './host/host.js'
import { eventsOf } from './host/events/lifecycle.js'
import { differencesInLife } from './host/events/lifecycle-results.js'
import { lifecycleScenarios } from './host/events/outages.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsOf } from './run/selection.js'

const cells = lifecycleScenarios.flatMap((scenario) =>
  platformsOf(scenario.fixture, scenario.spread).map((platform) => ({
    ...platform,
    platform,
    scenario,
    fixture: scenario.fixture,
  })),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('life goes on', () => {
  test.for(cells)('$fixture on $stack, Debian $debian', async ({ scenario, platform, fixture }, { skip }) => {
    const rendering = renderedHere(fixtureNamed(fixture).text, platform, skip)
    const lab = await bootWithoutCarrier(rendering, platform, scenario.withoutCarrier.links)
    try {
      const found = [
        ...(await differencesInLife(lab, rendering.plan, eventsOf(scenario, platform, rendering))),
      ]
      if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
      expect(found).toEqual([])
    } finally {
      await lab.close()
    }
  })
})
