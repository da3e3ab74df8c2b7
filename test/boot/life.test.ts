// Lifecycle of a booted host: after each restart, link down and up, carrier lost and back, the kernel has the plan.
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { bootWithoutCarrier } from './host/host.js'
import { eventsOf } from './host/events/lifecycle.js'
import { differencesInLife } from './host/events/lifecycle-results.js'
import { lifecycleScenarios } from './host/events/outages.js'
import { renderedHere } from './run/skip-policy.js'
import { placesOf } from './run/selection.js'

const cells = lifecycleScenarios.flatMap((scenario) =>
  placesOf(scenario.fixture, scenario.spread).map((place) => ({
    ...place,
    place,
    scenario,
    fixture: scenario.fixture,
  })),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('life goes on', () => {
  test.for(cells)('$fixture on $stack, Debian $debian', async ({ scenario, place, fixture }, { skip }) => {
    const made = renderedHere(fixtureNamed(fixture).text, place, skip)
    const lab = await bootWithoutCarrier(made, place, scenario.withoutCarrier.links)
    try {
      const found = [...(await differencesInLife(lab, made.plan, eventsOf(scenario, place, made)))]
      if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
      expect(found).toEqual([])
    } finally {
      await lab.close()
    }
  })
})
