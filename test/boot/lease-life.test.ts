// Lifecycle of leases: renewed, changed, moved, refused and leased again; link lost, stack restarted, tracker killed.
import { describe, expect, inject, test } from 'vitest'
import { parseAddress } from '../../src/kernel/address.js'
import { fixtureNamed } from '../helpers/fixtures.js'
import { bootWithRouteMonitor } from './host/leases/lease-isolation.js'
import { hostEvents } from './host/leases/host-events.js'
import { providerEvents, leasedSeconds } from './host/leases/provider-events.js'
import { bootHost } from './host/host.js'
import {
  waitForPlan,
  differencesInLeaseLifecycle,
  leaseScenario,
  link,
  lost,
} from './host/leases/lease-lifecycle.js'
import { leasesOf } from './host/leases/leases-file.js'
import { wrongAnswers } from './host/events/outages.js'
import { withdrawn } from './lab/dhcp/lease.js'
import type { Lease } from './lab/dhcp/lease.js'
import type { Platform } from './host/rendering.js'
import { stackIds } from './lab/stacks.js'
import { trackerMutants, intoMain } from './mutants/trackers.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsOf } from './run/selection.js'

/** Debian 13 only: NetworkManager 1.42 handles a refusal differently (docs/targets/nm-keyfile.md). */
const newestOf = (fixture: string, stacks: readonly string[] = stackIds): readonly Platform[] =>
  platformsOf(
    fixture,
    stacks.map((stack) => `${stack} 13`),
  ).filter(({ stack, debian }) => debian === 13 && stacks.includes(stack))

describe.skipIf(inject('bootObstacle') !== '').concurrent('a lease', () => {
  const fixture = fixtureNamed(leaseScenario.fixture)
  const text = leaseScenario.edit(fixture.text)
  const leases = leasesOf(fixture)

  // One stack waits for the end of the lifetime: ifupdown, whose lease a script must remove.
  const ends = newestOf(fixture.name, ['ifupdown'])

  test.for(ends)('ends with its time where nobody renews it, on $stack', async (platform, { skip }) => {
    const rendering = renderedHere(text, platform, skip)
    const lab = await bootHost(rendering, { ...platform, leases })
    try {
      expect(await waitForPlan(lab, rendering)).toEqual([])
      await lab.provide(link, {})
      expect(await waitForPlan(lab, rendering, leasedSeconds)).toEqual([])
      expect(await wrongAnswers(lab, lost.answers)).toEqual([])
    } finally {
      await lab.close()
    }
  })

  test.for(newestOf(fixture.name))('lives on $stack, Debian $debian', async (platform, { skip }) => {
    const rendering = renderedHere(text, platform, skip)
    const lab = await bootHost(rendering, { ...platform, leases })
    try {
      const events = [...providerEvents(leases.get(link) ?? {}), ...hostEvents(platform, rendering)]
      const found = [...(await differencesInLeaseLifecycle(lab, text, rendering, events))]
      if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
      expect(found).toEqual([])
    } finally {
      await lab.close()
    }
  })

  const mutants = newestOf(fixture.name, ['networkd']).flatMap((platform) =>
    trackerMutants.map((tracker) => ({ ...tracker, platform })),
  )

  test.for(mutants)('is not well followed by a follower $name', async (mutant, { skip }) => {
    const { plan, output } = renderedHere(text, mutant.platform, skip)
    const lab = await bootHost({ plan, output: mutant.mutate(output) }, { ...mutant.platform, leases })
    try {
      const rendering = { plan, output }
      const all = [...providerEvents(leases.get(link) ?? {}), ...hostEvents(mutant.platform, rendering)]
      const event = all.filter(({ name }) => name === mutant.noticedBy)
      const found = await differencesInLeaseLifecycle(lab, text, rendering, event, 5)
      expect(found).toContainEqual(expect.stringMatching(mutant.as))
    } finally {
      await lab.close()
    }
  })
})

const apart = ['lease-kept-out-of-main', 'advertised-router-kept-out-of-main'].flatMap((fixture) =>
  newestOf(fixture).map((platform) => ({ ...platform, platform, fixture })),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('a lease stays out of main', () => {
  test.for(apart)('$fixture on $stack, Debian $debian', async ({ platform, fixture }, { skip }) => {
    const written = fixtureNamed(fixture)
    const leases = leasesOf(written)
    const rendering = renderedHere(written.text, platform, skip)
    const [[leased, first = {}] = ['']] = leases
    const { lab, defaults, close } = await bootWithRouteMonitor(rendering, { ...platform, leases })
    try {
      const wrong = [...(await waitForPlan(lab, rendering))]
      for (const next of first.dhcp4 === undefined ? [withdrawn(first), first] : [moved(first)]) {
        await lab.provide(leased, next)
        wrong.push(...(await waitForPlan(lab, rendering)))
      }
      expect(wrong).toEqual([])
      const [inMain, inTables] = defaults(leased)
      expect(inMain).toEqual([])
      // The monitor sees the default routes in other tables.
      expect(inTables.length).toBeGreaterThan(0)
    } finally {
      await close()
    }
  })

  const platforms = newestOf('lease-kept-out-of-main', ['networkd'])

  test.for(platforms)('and who watches main sees one that is there', async (platform, { skip }) => {
    const written = fixtureNamed('lease-kept-out-of-main')
    const { plan, output } = renderedHere(written.text, platform, skip)
    const mutant = { plan, output: intoMain(output) }
    const { lab, defaults, close } = await bootWithRouteMonitor(mutant, {
      ...platform,
      leases: leasesOf(written),
    })
    try {
      await lab.waitStable()
      expect(defaults('eth1')[0].length).toBeGreaterThan(0)
    } finally {
      await close()
    }
  })
})

/** The lease with the next address. */
function moved(lease: Lease): Lease {
  const { dhcp4 } = lease
  if (dhcp4 === undefined) return lease
  const { text } = dhcp4.address.address
  const address = parseAddress(text.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)))
  if (address === undefined) return lease
  return { ...lease, dhcp4: { ...dhcp4, address: { ...dhcp4.address, address } } }
}
