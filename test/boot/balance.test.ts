// Balanced default routes: connections follow the weights and stay on their link, and a lost link does not affect the
// others.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { defaultsOf, differencesInBalance, wrongAtBoot } from './host/events/multipath.js'
import { bootHost } from './host/host.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsOf } from './run/selection.js'

/** Without `--whole`: one stack for each way to install a multipath route. */
const few = ['networkd', 'nm-dispatcher', 'nm-keyfile', 'ifupdown', 'netifrc'].map((stack) => `${stack} 13`)

const hosts = [
  { name: 'three-lines', few },
  { name: 'whole-host-balance', few: ['networkd 13', 'nm-dispatcher 13', 'ifupdown 13'] },
  { name: 'two-isps-balanced', few: ['netplan 13'] },
  { name: 'dual-stack-balanced', few: ['netplan 12'] },
  { name: 'vlans-weighted', few: ['ifupdown2 13', 'iproute2 13'] },
  { name: 'pppoe-weighted', few: ['nm-dispatcher 13', 'netifrc 13'] },
]

const textOf = (name: string): string =>
  name === 'three-lines'
    ? readFileSync(join(import.meta.dirname, 'hosts/three-lines.yaml'), 'utf8')
    : fixtureNamed(name).text

const cells = hosts.flatMap(({ name, few }) =>
  platformsOf(name, few).map((platform) => ({ ...platform, platform, name })),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('a balanced default', () => {
  test.for(cells)('of $name on $stack, Debian $debian', async ({ name, platform }, { skip }) => {
    const rendering = renderedHere(textOf(name), platform, skip)
    const lab = await bootHost(rendering, platform)
    try {
      expect(defaultsOf(rendering.plan).length).toBeGreaterThan(0)
      const found = await differencesInBalance(lab, rendering, platform)
      expect(found).toEqual([])
    } finally {
      await lab.close()
    }
  })
})

const byAddressAlone = platformsOf('two-isps-balanced', ['networkd 13']).map((platform) => ({
  ...platform,
  platform,
}))

describe.skipIf(inject('bootObstacle') !== '').concurrent('what does not balance connections', () => {
  test.for(byAddressAlone)('is noticed, on $stack, Debian $debian', async ({ platform }, { skip }) => {
    const { text } = fixtureNamed('two-isps-balanced')
    const rendering = renderedHere(
      `${text}sysctls: { net.ipv4.fib_multipath_hash_policy: 0 }\n`,
      platform,
      skip,
    )
    const lab = await bootHost(rendering, platform)
    try {
      await lab.waitStable()
      expect(await wrongAtBoot(lab, rendering, platform)).toHaveLength(2)
    } finally {
      await lab.close()
    }
  })
})
