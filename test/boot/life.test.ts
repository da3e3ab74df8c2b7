// Life goes on: after each restart, link down and up, carrier lost and back, the booted kernel holds the plan again.
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { bootDark } from './host/host.js'
import { eventsOf } from './host/events/lifecycle.js'
import { differencesInLife } from './host/events/lifecycle-results.js'
import { lives } from './host/events/outages.js'
import { renderedHere } from './run/skip-policy.js'
import { placesOf } from './run/selection.js'

const cells = lives.flatMap((life) =>
  placesOf(life.fixture, life.spread).map((place) => ({ ...place, place, life, fixture: life.fixture })),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('life goes on', () => {
  test.for(cells)('$fixture on $stack, Debian $debian', async ({ life, place, fixture }, { skip }) => {
    const made = renderedHere(fixtureNamed(fixture).text, place, skip)
    const lab = await bootDark(made, place, life.dark.links)
    try {
      const found = [...(await differencesInLife(lab, made.plan, eventsOf(life, place, made)))]
      if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
      expect(found).toEqual([])
    } finally {
      await lab.close()
    }
  })
})
