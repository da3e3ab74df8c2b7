// Documented limitations: docs/targets mentions every limitation that the boot tests expect of a stack.
import { describe, expect, it } from 'vitest'
import { fixtureNamed } from '../../helpers/fixtures.js'
import type { Lab } from '../lab/lab.js'
import { isDocumented } from './documentation.js'
import { eventsOf } from './events/lifecycle.js'
import { linkActions } from './events/link-actions.js'
import { lifecycleScenarios } from './events/outages.js'
import { platforms } from './platforms.js'
import { isRefusal, renderFor } from './rendering.js'

/** The actions are only listed here, so that none uses the lab. */
const unusedLab = {} as Lab

describe.each(platforms)('$stack, Debian $debian', (platform) => {
  it.each(lifecycleScenarios)('has its limitations with $fixture in its page', (scenario) => {
    const rendering = renderFor(fixtureNamed(scenario.fixture).text, platform)
    if (isRefusal(rendering)) return
    const expected = [
      ...linkActions(unusedLab, platform, rendering, 'wan0').map(({ opens }) => opens),
      ...eventsOf(scenario, platform, rendering).map(({ shortfall }) => shortfall?.documentation),
    ].filter((documentation) => documentation !== undefined)
    expect(expected.filter((documentation) => !isDocumented(documentation))).toEqual([])
  })
})
